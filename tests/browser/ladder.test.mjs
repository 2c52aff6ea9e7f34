/** The limits one after another under the start form, and other values of them. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { api, findings, launchBrowser, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const WORDS = {
  en: { title: 'Limits in order; try other values', limit: 'Limit', value: /^Its value/, last: 'Then no known limit stops them.', few: '1,024' },
  id: { title: 'Batas menurut urutan; coba nilai lain', limit: 'Batas', value: /^Nilainya/, last: 'Lalu tidak ada batas yang diketahui menghentikannya.', few: '1.024' },
};

for (const [lang, words] of Object.entries(WORDS))
  test(`what other values of limits would do is told step by step (${lang})`, async () => {
    await withPanel(browser, {}, async ({ page, panel }) => {
      await page.goto(`${panel.url}?lang=${lang}#/?mode=thread&count=5000&hold=true`);
      await page.getByText(words.title).click();
      const steps = page.locator('.ladder li');
      const value = page.getByLabel(words.value);
      await page.getByLabel(words.limit, { exact: true }).selectOption({ label: 'pids.max' });
      await value.fill('512');
      await steps.filter({ hasText: 'pids.max 512' }).waitFor();
      await page.getByLabel(words.limit, { exact: true }).selectOption({ label: 'RLIMIT_NOFILE' });
      assert.equal(await value.inputValue(), '');
      await value.fill(words.few);
      await steps.filter({ hasText: `RLIMIT_NOFILE ${words.few}` }).first().waitFor();
      const { predicted } = await api(page, '/limits?mode=thread&count=5000&hold=true&what_if.pids=512&what_if.nofile=1024');
      const digits = (text) => text.replaceAll(/[.,](?=\d{3})/g, '');
      const stopping = predicted.thread.ladder.filter(({ needed }) => needed !== null);
      const lines = (await steps.allTextContents()).map(digits);
      assert.equal(lines.length, stopping.length + 1);
      stopping.forEach(({ limit, value: has, needed }, i) => {
        assert.ok(lines[i]?.includes(`${limit} ${has}`) && lines[i]?.endsWith(` ${needed}.`), `${lines[i]} of ${limit}`);
      });
      assert.equal(lines.at(-1), words.last);
      assert.deepEqual(await findings(page), []);
      await screenshot(page, `ladder-${lang}`);
      await page.getByRole('button', { name: 'pids.max = 512' }).click();
      await page.waitForFunction(() => ![...document.querySelectorAll('.ladder li')].some((li) => li.textContent?.includes('pids.max 512')));
      const sent = [];
      page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
      await value.fill('2048');
      await value.press('Enter'); // only thought of: it starts no run
      await value.fill('no number');
      await page.locator('#e-what-if').filter({ hasText: /./ }).waitFor();
      await value.press('Enter');
      assert.notEqual(await page.locator('#e-what-if').textContent(), '');
      assert.deepEqual((await api(page, '/runs')).runs, []);
      assert.deepEqual(sent, []);
    });
  });

test('the page and the commands word a prediction alike, in both languages', async () => {
  const table = await readFile(new URL('../../loadgen/verdict/words.def', import.meta.url), 'utf8');
  const keys = { PREDICT_NONE: 'none', PREDICT_WITHIN: 'within', PREDICT_STOPS: 'stops', PREDICT_STOPS_ABOUT: 'stops_about', PREDICT_MOST: 'at_once' };
  const rows = [...table.matchAll(/^WORD\((PREDICT_\w+),\s*(".*?")\)$/gms)].map(([, name, texts]) => [keys[name], texts.replace(/"\s*\n\s*"/g, '').split(/",\s*"/).map((text) => text.replaceAll('"', ''))]);
  for (const [i, language] of ['en', 'id'].entries()) {
    const { default: words } = await import(`../../static/js/words/${language}.js`);
    assert.deepEqual(Object.values(keys).map((key) => words[`predict.${key}`]), Object.values(keys).map((key) => Object.fromEntries(rows)[key]?.[i]), language);
  }
});
