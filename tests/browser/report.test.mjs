/** The report: rendered without a click, in both languages, printed to PDF and read there. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { TEXTS } from '../../static/js/report_texts.js';
import { launchBrowser, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Prints the page, and returns its text, page by page. */
async function printed(page, folder) {
  const file = path.join(folder, 'report.pdf');
  await writeFile(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
  return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').filter((text) => text.trim());
}

async function experiment(panel, body) {
  const headers = { 'Content-Type': 'application/json' };
  const { id } = await (await fetch(`${panel.url}experiments`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  let status = 'queued';
  while (status === 'queued' || status === 'running')
    ({ status } = await (await fetch(`${panel.url}experiments/${id}`)).json());
  assert.equal(status, 'completed');
  return id;
}

test('both languages have the same words, and none is empty', () => {
  const shape = (value) =>
    typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shape(v)])) : typeof value;
  assert.deepEqual(shape(TEXTS.id), shape(TEXTS.en));
  const words = (value) => (typeof value === 'object' ? Object.values(value).flatMap(words) : [value]);
  for (const text of [...words(TEXTS.en), ...words(TEXTS.id)]) assert.ok(typeof text === 'function' || text.length > 0);
});

test('a ceiling is reported in English and Indonesian, on paper too', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-report-'));
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'ceiling', mode: 'event', max: 1000, limits: { nofile: 1000 } });
    const { result } = await (await fetch(`${panel.url}experiments/${id}`)).json();
    const count = (locale) => new Intl.NumberFormat(locale).format(result.ceiling);
    for (const [lang, locale] of [['en', 'en-US'], ['id', 'id-ID']]) {
      await page.goto(`${panel.url}report?experiment=${id}&lang=${lang}`);
      await page.locator('main[aria-busy="false"]').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      await screenshot(page, `report-${lang}`);
      const pages = await printed(page, folder);
      const text = pages.join('\n').replace(/\s+/g, ' ');
      const t = TEXTS[lang];
      assert.ok(pages.length >= 2 && pages.length <= 6, `${pages.length} pages`);
      for (const heading of [t.title, t.result, t.environment, t.method, t.table, t.charts, t.interaction, t.verdicts, t.transcript])
        assert.ok(text.includes(heading), `no "${heading}" in ${text}`);
      assert.ok(text.includes(count(locale)), text);
      assert.ok(text.includes('RLIMIT_NOFILE') && text.includes('EMFILE') && text.includes('ulimit -n'), text);
      assert.ok(text.includes("sending b'TIME"), text);
      assert.ok(!text.includes(t.save), 'buttons are not printed');
      assert.ok(!/undefined|NaN|\[object/.test(text), text);
    }
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: TEXTS.en.title }).waitFor();
  }).finally(() => rm(folder, { recursive: true, force: true }));
});

test('chosen runs are reported, and what cannot be is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-report-'));
  await withPanel(browser, { expected: /404|400/ }, async ({ page, panel }) => {
    await experiment(panel, { kind: 'sweep', modes: ['thread', 'process'], counts: [30, 60], repeats: 1 });
    await page.goto(`${panel.url}report?runs=1,2,3&lang=en`);
    await page.locator('main[aria-busy="false"]').waitFor();
    const text = (await printed(page, folder)).join('\n').replace(/\s+/g, ' ');
    assert.ok(text.includes('all clients completed'), text);
    assert.ok(text.includes('one thread for each open connection'), text);
    await page.goto(`${panel.url}report?runs=999&lang=en`);
    await page.getByText('The report cannot be made: there is no run 999').waitFor();
    await page.goto(`${panel.url}report`);
    await page.getByText('say which runs or which experiment it is about').waitFor();
  }).finally(() => rm(folder, { recursive: true, force: true }));
});
