/** The dashboard in Indonesian: every screen, nothing left in English but what the panel itself says, room for the longer
 * words on a phone, and a choice that lasts. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { asked, findings, launchBrowser, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Texts of two words and more, seen or read out, but those that are marked as English. */
const wordsOf = (page) =>
  page.evaluate(() => {
    const texts = new Set();
    const add = (/** @type {string | null} */ text) => {
      if (/[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}/.test(text ?? '')) texts.add(text?.trim());
    };
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('[lang]:not(html)') || element.closest('.log, code, script, noscript')) continue;
      for (const node of element.childNodes) if (node instanceof Text) add(node.data);
      for (const name of ['title', 'aria-label', 'placeholder']) add(element.getAttribute(name));
    }
    return [...texts];
  });

/** The same in both languages, since they are names, fingerprints, or figures with units. */
const NAMES = /^([\da-f]{16}|[\d.,]+ (µs|ms|s)( – [\d.,]+ (µs|ms|s))?|Thread pool|RLIMIT_\w+|PDF|[\w ]*\/s|.*\.(csv|json|txt)|Backlog|TIME(\\r\\n)+)$|glibc|kernel|Debian/i;

test('every screen speaks Indonesian, on a phone and on a desk', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const ceiling = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 200, limits: { nofile: 64 } });
    const sweep = await asked(panel, 'experiments', { kind: 'sweep', modes: ['pool'], counts: [20], repeats: 1 });
    const failed = await asked(panel, 'runs', { mode: 'process', count: 100, hold: true, limits: { nofile: 40 }, timeout_ms: 2000 });
    const screens = {
      '#/': ['start', '.history tbody tr'],
      '#/experiments': ['experiments', '[data-experiment]'],
      [`#/experiments/${ceiling}`]: ['ceiling', 'tr[data-run]'],
      [`#/experiments/${sweep}`]: ['sweep', 'tr[data-run]'],
      [`#/runs/${failed}`]: ['run', '.limits td'],
      [`#/runs/1`]: ['run-completed', '.limits td'],
      [`#/compare?runs=1,${failed}`]: ['compare', '.u-legend'],
    };
    const english = new Set();
    for (const [hash, [, ready]] of Object.entries(screens)) {
      await page.goto(`${panel.url}?lang=en${hash}`);
      await page.locator(ready).first().waitFor();
      await page.locator('#server:not(:empty)').waitFor();
      for (const text of await wordsOf(page)) english.add(text);
    }
    for (const [width, colorScheme] of [[1440, 'light'], [360, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const [hash, [name, ready]] of Object.entries(screens)) {
        await page.goto(`${panel.url}?lang=id${hash}`);
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
    assert.equal(await page.getByLabel('Klien', { exact: true }).inputValue(), '1234');
    await page.locator('.prediction').filter({ hasText: '1.234 klien' }).waitFor();
    await page.goto(`${panel.url}#/experiments`);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Rangkaian uji' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Bahasa Indonesia' }).getAttribute('aria-pressed'), 'true');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiments' }).waitFor();
  });
});

test('a limit of both sides is named as shared, and numbers have the decimals of the language', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 200, limits: { nofile: 64 } });
    const run = await asked(panel, 'runs', { mode: 'pool', count: 10 });
    await page.route('**/limits?*', async (route) => {
      const answer = await (await route.fetch()).json();
      Object.assign(answer.predicted.thread, { ceiling: 250, limit: 'pids.max', side: 'client', value: 512, shared: true });
      await route.fulfill({ json: answer });
    });
    await page.goto(`${panel.url}?lang=id#/`);
    await page.getByText('pids.max 512 untuk kedua sisi bersama-sama').waitFor();
    await page.goto(`${panel.url}?lang=id#/experiments/${id}`);
    await page.getByText('klien pada saat yang sama semuanya selesai').waitFor();
    for (const [lang, decimals] of [['id', /^(< )?\d+,\d%$/], ['en', /^(< )?\d+\.\d%$/]]) {
      await page.goto(`${panel.url}?lang=${lang}#/runs/${run}`);
      await page.locator('.limits .meter').first().waitFor();
      for (const text of await page.locator('.limits .meter').allTextContents()) assert.match(text.trim(), decimals);
    }
  });
});
