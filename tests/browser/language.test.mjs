/** The dashboard in Indonesian: every screen, nothing left in English but what the panel itself says, room for the longer
 * words on a phone, and a choice that lasts. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { asked, findings, launchBrowser, NAMES, openAnew, screenshot, withPanel, wordsOf } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('every screen speaks Indonesian, on a phone and on a desk', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const ceiling = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 200, limits: { nofile: 64 } });
    const sweep = await asked(panel, 'experiments', { kind: 'sweep', modes: ['pool'], counts: [20], repeats: 1 });
    const failed = await asked(panel, 'runs', { mode: 'process', count: 100, hold: true, limits: { nofile: 40 }, timeout_ms: 2000 });
    const screens = {
      '#/': ['start', '.history tbody tr'],
      '#/history': ['history', '.history tbody tr'],
      '#/experiments': ['experiments', '[data-experiment]'],
      [`#/experiments/${ceiling}`]: ['ceiling', 'tr[data-run]'],
      [`#/experiments/${sweep}`]: ['sweep', 'tr[data-run]'],
      [`#/runs/${failed}`]: ['run', '.limits td'],
      [`#/runs/1`]: ['run-completed', '.limits td'],
      [`#/compare?runs=1,${failed}`]: ['compare', '.u-legend'],
    };
    const english = new Set();
    for (const [hash, [, ready]] of Object.entries(screens)) {
      await openAnew(page, `${panel.url}?lang=en${hash}`);
      await page.locator(ready).first().waitFor();
      await page.locator('#server:not(:empty)').waitFor();
      for (const text of await wordsOf(page)) english.add(text);
    }
    for (const [width, colorScheme] of [[1440, 'light'], [360, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const [hash, [name, ready]] of Object.entries(screens)) {
        await openAnew(page, `${panel.url}?lang=id${hash}`);
        await page.locator(ready).first().waitFor();
        await page.locator('#server:not(:empty)').waitFor();
        await page.evaluate(() => document.querySelectorAll('details').forEach((folded) => (folded.open = true)));
        assert.equal(await page.evaluate(() => document.documentElement.lang), 'id');
        const left = (await wordsOf(page)).filter((text) => english.has(text) && !NAMES.test(text));
        assert.deepEqual(left, [], `${hash} is left in English`);
        if (width === 360) assert.deepEqual(await findings(page), [], `${hash} at ${width} ${colorScheme}`);
        const room = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(room <= 0, `${hash} is ${room} px too wide at ${width}`);
        await screenshot(page, `indonesian-${name}-${width}-${colorScheme}`);
      }
    }
  });
});

test('the language is chosen by a button, and stays with the browser; the form keeps what was filled in', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.getByRole('heading', { name: 'Start a run' }).waitFor();
    await page.getByLabel('Clients', { exact: true }).fill('1234');
    await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
    await page.getByRole('heading', { name: 'Mulai pengujian' }).waitFor();
    assert.equal(await page.getByLabel('Klien', { exact: true }).inputValue(), '1.234');
    await page.locator('.prediction').filter({ hasText: '1.234 klien' }).waitFor();
    await page.goto(`${panel.url}#/experiments`);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Rangkaian uji' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Bahasa Indonesia' }).getAttribute('aria-pressed'), 'true');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiments' }).waitFor();
  });
});

test('the header is one row on a laptop, and the whole line about the server can be read, also on a phone', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const [lang, said] of [['en', /^TIME server 127\.0\.0\.1:\d+: 0 open, 0 accepted, 1 thread$/], ['id', /^Server TIME 127\.0\.0\.1:\d+: 0 terbuka, 0 diterima, 1 thread$/]])
      for (const [width, height] of [[1366, 768], [1200, 800], [360, 800]]) {
        await page.setViewportSize({ width, height });
        await page.goto(`${panel.url}?lang=${lang}#/compare`);
        const line = page.locator('#server');
        await line.filter({ hasText: said }).waitFor();
        const { hidden, tops } = await line.evaluate((e) => ({
          hidden: e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight,
          tops: [...document.querySelectorAll('header > *')].map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2),
        }));
        assert.equal(hidden, false, `${lang}, ${width} px`);
        if (width > 360) assert.ok(Math.max(...tops) - Math.min(...tops) < 5, `${lang}, ${width} px: ${tops}`);
        assert.match((await line.getAttribute('title')) ?? '', /Thread.*backlog 4[,.]096/);
      }
  });
});

test('a limit of both sides is named as shared, and numbers have the decimals of the language', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 200, limits: { nofile: 64 } });
    const run = await asked(panel, 'runs', { mode: 'pool', count: 10 });
    await page.route(({ pathname }) => pathname === '/limits', async (route) => {
      const answer = await (await route.fetch()).json();
      Object.assign(answer.predicted.thread, { ceiling: 250, limit: 'pids.max', side: 'client', value: 512, shared: true });
      await route.fulfill({ json: answer });
    });
    await page.goto(`${panel.url}?lang=id#/`);
    await page.getByText('pids.max 512, dipakai bersama oleh kedua sisi').waitFor();
    await page.goto(`${panel.url}?lang=id#/experiments/${id}`);
    await page.getByText('klien secara bersamaan semuanya selesai').waitFor();
    for (const [lang, decimals] of [['id', /^(< )?\d+,\d%$/], ['en', /^(< )?\d+\.\d%$/]]) {
      await page.goto(`${panel.url}?lang=${lang}#/runs/${run}`);
      await page.locator('.limits .meter').first().waitFor();
      for (const text of await page.locator('.limits .meter').allTextContents()) assert.match(text.trim(), decimals);
      const why = await page.evaluate(async (run) => {
        const { sentence } = await import('/js/core/format.js');
        return sentence({ ...run, status: 'interrupted', message: 'Koneksi ended during the run' });
      }, await (await fetch(`${panel.url}runs/${run}`)).json());
      assert.match(why, lang === 'id' ? /^Terputus: Koneksi berakhir selama pengujian\. / : /^Interrupted: Koneksi ended during the run\. /);
      await page.locator('.latencies th').filter({ hasText: lang === 'id' ? /^p99,9$/ : /^p99\.9$/ }).waitFor();
      const facts = await page.locator('.facts.plain dt').allTextContents();
      assert.equal(new Set(facts).size, facts.length, `two facts with one name: ${facts}`);
    }
  });
});

test('numbers are read as the language of the page writes them, and one that can be two is refused at its field', async () => {
  await withPanel(browser, { expected: /403/ }, async ({ page, panel }) => {
    const read = {
      en: { '5,000': 5000, '5000': 5000, ' 5 000 ': 5000, '1,234,567': 1234567, '5.000': /5\.000 can be read as two different numbers/ },
      id: { '5.000': 5000, '5000': 5000, '1.234.567': 1234567, '5,000': /5,000 dapat dibaca sebagai dua bilangan/ },
    };
    const whole = { en: /^Enter a whole number, such as 5,000\.$/, id: /^Isi dengan bilangan bulat, misalnya 5\.000\.$/ };
    const range = { en: 'Enter a number from 1 to 10,000,000.', id: 'Isi dengan bilangan dari 1 sampai 10.000.000.' };
    for (const lang of ['en', 'id']) {
      await page.goto(`${panel.url}?lang=${lang}#/`);
      await page.locator('.start').waitFor();
      const found = await page.evaluate(async (texts) => {
        const { readNumber } = await import('/js/core/numbers.js');
        return texts.map((text) => readNumber(text));
      }, Object.keys(read[lang]));
      for (const [i, expected] of Object.values(read[lang]).entries())
        if (expected instanceof RegExp) assert.match(found[i], expected);
        else assert.equal(found[i], expected);
      const count = page.locator('.start #f-count');
      const problem = page.locator('.start [id="e-count"]');
      for (const text of ['5.00', '5,00', '5,0000', 'x', '1e3', '5,000.000']) {
        await count.fill(text);
        await count.press('Enter');
        await problem.filter({ hasText: whole[lang] }).waitFor();
      }
      for (const text of ['20000000', '-5']) {
        await count.fill(text);
        await count.press('Enter');
        await problem.filter({ hasText: range[lang] }).waitFor();
        await count.fill('x');
        await count.press('Enter');
        await problem.filter({ hasText: whole[lang] }).waitFor();
      }
      await count.fill(Object.keys(read[lang]).at(-1));
      await count.press('Enter');
      await problem.filter({ hasText: Object.values(read[lang]).at(-1) }).waitFor();
      assert.equal(await count.getAttribute('aria-invalid'), 'true');

      await page.goto(`${panel.url}?lang=${lang}#/experiments`);
      const counts = page.locator('#f-sweep-counts');
      await counts.fill(lang === 'en' ? '10 5.000' : '10 5,000');
      await counts.press('Enter');
      await page.locator('#e-sweep-counts').filter({ hasText: lang === 'en' ? 'two different numbers' : 'dua bilangan' }).waitFor();
    }
    assert.deepEqual((await (await fetch(`${panel.url}runs`)).json()).runs, []);
    await page.goto(`${panel.url}?lang=id#/?target=10.1.2.3:80`);
    await page.locator('.home .start [type=submit]').click();
    await page.locator('#e-target').getByText('Sasaran ini tidak diizinkan').waitFor();
  });
});
