/** The report: rendered without a click, in both languages, printed to PDF and read there. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import en from '../../static/js/words/en.js';
import indonesian from '../../static/js/words/id.js';
import { asked, launchBrowser, screenshot, startPanel, withPanel } from './panel.mjs';

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
      const words = lang === 'en' ? en : indonesian;
      assert.ok(pages.length >= 2 && pages.length <= 6, `${pages.length} pages`);
      for (const part of ['title', 'result', 'environment', 'method', 'charts', 'interaction', 'verdicts', 'transcript'])
        assert.ok(text.includes(words[`report.${part}`]), `no ${part} in ${text}`);
      assert.ok(text.includes(count(locale)), text);
      assert.ok(text.includes('RLIMIT_NOFILE') && text.includes('EMFILE') && text.includes('ulimit -n'), text);
      assert.ok(text.includes("sending b'TIME"), text);
      assert.ok(!text.includes(words['report.save']), 'buttons are not printed');
      assert.ok(!/undefined|NaN|\[object/.test(text), text);
    }
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: en['report.title'] }).waitFor();
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
    assert.ok(text.includes('Each connection has its own thread'), text);
    await page.goto(`${panel.url}report?runs=999&lang=en`);
    await page.getByText('The report cannot be made: there is no run 999').waitFor();
    await page.goto(`${panel.url}report`);
    await page.getByText('name the runs or the experiment').waitFor();
  }).finally(() => rm(folder, { recursive: true, force: true }));
});

test('each load of a sweep is told of, and its table is whole on a wide screen', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'sweep', modes: ['thread', 'pool', 'process'], counts: [10, 20, 30], repeats: 2 });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${panel.url}report?experiment=${id}&lang=en`);
    await page.getByText('This part describes 9 of 18 runs').waitFor();
    const told = await page.locator('li').filter({ hasText: 'the client side started' }).allTextContents();
    for (const load of ['Threads', 'Thread pool', 'Processes'].flatMap((mode) => [10, 20, 30].map((count) => `${mode} × ${count}`)))
      assert.equal(told.filter((text) => text.includes(`, ${load}:`)).length, 1, `${load} in ${told}`);
    const cut = await page.locator('.scroll:visible').evaluateAll((boxes) => boxes.map((b) => b.scrollWidth - b.clientWidth));
    assert.deepEqual(cut.filter((px) => px > 0), []);
  });
});

test('a ceiling is told of by the two counts it lies between, and says when a count came out both ways', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'ceiling', mode: 'event', max: 400, limits: { nofile: 200 } });
    const found = await (await fetch(`${panel.url}experiments/${id}`)).json();
    assert.equal(found.result.stable, true);
    const address = `${panel.url}report?experiment=${id}&lang=en`;
    await page.goto(address);
    const told = page.locator('li').filter({ hasText: 'the client side started' });
    await told.first().waitFor();
    assert.deepEqual(
      (await told.allTextContents()).map((text) => Number(/started (\d+) clients/.exec(text)?.[1])).sort(),
      [found.result.ceiling, found.result.fails_at],
    );
    assert.equal(await page.getByText(en['ceiling.stable_help']).count(), 0);
    await page.route(`**/experiments/${id}?*`, (route) =>
      route.fulfill({ json: { ...found, result: { ...found.result, stable: false } } }));
    await page.goto(address);
    await page.getByText(en['ceiling.stable_help']).waitFor();
  });
});

test('the transcript shows both sides, however far one is ahead', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await experiment(panel, { kind: 'sweep', modes: ['pool'], counts: [10], repeats: 1 });
    const ahead = Array.from({ length: 100 }, (_, i) => ({ at_ms: i, side: 'client', text: `[CLIENT ${i}] sending` }));
    const behind = [1, 2, 3].map((i) => ({ at_ms: 100 + i, side: 'server', text: `total koneksi ${i}` }));
    await page.route('**/runs/1/transcript', (route) => route.fulfill({ json: { transcript: [...ahead, ...behind] } }));
    await page.goto(`${panel.url}report?experiment=1&lang=en`);
    const shown = (await page.locator('.report-log').textContent()).split('\n');
    assert.deepEqual([shown.length, shown.filter((line) => line.includes('total koneksi')).length], [15, 3]);
  });
});

test('no figure cuts off what stands at its axes, up to the most clients that a run may have', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(panel.url);
      await page.getByRole('heading', { name: 'Start a run' }).waitFor();
      const cut = await page.evaluate(async () => {
        const { lines } = await import('/js/charts/figures.js');
        const axis = { text: 'Clients', format: (n) => n.toLocaleString('en-US'), log: true };
        const ends = { label: 'Threads', color: '--line-0', points: [[1, 1], [10_000_000, 10_000_000]] };
        document.body.append(lines('Carried', '', { x: axis, y: axis }, [ends]));
        const picture = document.querySelector('figure svg[role="img"]');
        const { left, right } = picture.getBoundingClientRect();
        const outside = (box) => box.left < left || box.right > right;
        return [...picture.querySelectorAll('text')].filter((e) => outside(e.getBoundingClientRect())).map((e) => e.textContent);
      });
      assert.deepEqual(cut, [], `at ${width}`);
    }
  });
});

test('every kind of run has a report: short, refused, foreign, running, queued, cancelled before it began', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-report-'));
  const foreign = await startPanel(path.join(folder, 'foreign.db'));
  const cancel = (panel, id) => fetch(`${panel.url}runs/${id}/cancel`, { method: 'POST' });
  await withPanel(browser, {}, async ({ page, panel }) => {
    const headers = { 'Content-Type': 'application/json' };
    const queue = async (body) =>
      (await (await fetch(`${panel.url}runs`, { method: 'POST', headers, body: JSON.stringify(body) })).json()).id;
    const short = await asked(panel, 'runs', { mode: 'event', count: 1 });
    const refused = await asked(panel, 'runs', { mode: 'thread', count: 5, target: '127.0.0.1:1' });
    const elsewhere = await asked(panel, 'runs', { mode: 'thread', count: 50, target: foreign.time });
    const running = await queue({ mode: 'event', count: 100000, rate: 100 });
    const queued = await queue({ mode: 'event', count: 10 });
    const cancelled = await queue({ mode: 'event', count: 10 });
    await cancel(panel, cancelled);
    for (let status = 'queued'; status === 'queued'; )
      ({ status } = await (await fetch(`${panel.url}runs/${running}`)).json());
    const expected = {
      [short]: 'all clients completed',
      [refused]: '0 of 5 clients completed',
      [elsewhere]: `Its target ${foreign.time} is not the panel’s own server`,
      [running]: 'the run is not over yet',
      [queued]: 'the run waits in the queue',
      [cancelled]: 'cancelled before it began',
    };
    const check = async (runs, words) => {
      await page.goto(`${panel.url}report?runs=${runs}&lang=en`);
      await page.locator('main[aria-busy="false"]').waitFor();
      const text = await page.locator('main').innerText();
      for (const word of words) assert.ok(text.includes(word), text);
      assert.ok(!/cannot be made|undefined|NaN|: \.|–\.|(started|most|accepted) 1 (clients|threads|connections)\b/.test(text), text);
    };
    for (const [id, word] of Object.entries(expected)) await check(id, [word]);
    await check(Object.keys(expected).join(','), Object.values(expected));
    await cancel(panel, queued);
    await cancel(panel, running);
  }).finally(async () => {
    await foreign.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
