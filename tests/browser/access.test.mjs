/** For everyone: axe-core finds nothing on any screen, wide or narrow, light or dark; the keyboard alone suffices; what
 * comes in live moves nothing. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { asked, findings, launchBrowser, openAnew, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test('axe-core finds nothing on any screen', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const experiment = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 200, limits: { nofile: 64 } });
    await asked(panel, 'runs', { mode: 'pool', count: 500 });
    const screens = {
      '#/': '.history tbody tr',
      '#/history': '.history tbody tr',
      '#/experiments': '[data-experiment]',
      [`#/experiments/${experiment}`]: 'tr[data-run]',
      '#/runs/2': '.group summary',
      '#/compare?runs=1,2,7': '.u-legend',
      [`report?experiment=${experiment}`]: 'main[aria-busy="false"] h2',
    };
    const colours = { type: 'rule', values: ['color-contrast'] };
    for (const [width, colorScheme, rules] of [[1440, 'light'], [360, 'dark'], [1440, 'dark', colours], [360, 'light', colours]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const [hash, ready] of Object.entries(screens)) {
        await openAnew(page, panel.url + hash);
        await page.locator(ready).first().waitFor();
        assert.deepEqual(await findings(page, rules), [], `${hash} at ${width} ${colorScheme}`);
      }
    }
  });
});

test('with the keyboard alone: a run started, opened, and the way back', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.prediction').filter({ hasText: 'threads' }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent);
    /** Tab after tab until what is focused is this. */
    async function tabTo(what, most = 60) {
      for (let i = 0; i < most; i++) {
        await page.keyboard.press('Tab');
        if ((await focused()) === what) return;
      }
      assert.fail(`${what} was not reached, the last was ${await focused()}`);
    }
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Enter');
    await tabTo('mode');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('[name="mode"]:checked').inputValue(), 'process');
    await tabTo('count');
    await page.keyboard.type('40');
    await page.keyboard.press('Enter');
    await page.locator('.history tr[data-run="1"] .badge').filter({ hasText: 'completed' }).waitFor();
    await tabTo('1');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, 'none');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Run 1: Processes × 40' }).waitFor();
    await page.getByText('completed + 0 failed').waitFor();
    await tabTo('Run again');
    await page.keyboard.press('Enter');
    await tabTo('count');
    assert.equal(await page.locator('#f-count').inputValue(), '40');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Live run' }).getByRole('link', { name: 'Run 2: Processes × 40' }).waitFor();
  });
});

test('what comes in live moves nothing', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.prediction').filter({ hasText: 'threads' }).waitFor();
    await page.locator('.headline td:last-child').filter({ hasText: /^not yet$/ }).nth(3).waitFor();
    await page.locator('.server-box').getByText(/connections are open/).waitFor();
    const body = new URLSearchParams({ mode: 'pool', count: '600', rate: '200' });
    await fetch(`${panel.url}runs`, { method: 'POST', body });
    await page.locator('.live .chart canvas').first().waitFor();
    await page.waitForTimeout(300); // the card of the run has come; from here on nothing may move
    await page.evaluate(() => {
      window.shifts = [];
      const name = (/** @type {Node} */ node) => node?.outerHTML?.slice(0, 120) ?? node?.textContent;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          window.shifts.push(...entry.sources.map(({ node, previousRect: from, currentRect: to }) => `${name(node)}: ${from.y} to ${to.y}, ${from.x} to ${to.x}`));
      }).observe({ type: 'layout-shift', buffered: false });
    });
    await page.waitForTimeout(1500);
    assert.deepEqual(await page.evaluate(() => window.shifts), []);
  });
});
