/** The dashboard while the panel cannot write its database: it says so where it was asked, shows what is there, and goes
 * on as soon as there is room. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { asked, findings, launchBrowser, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Where a file would grow the kernel says EFBIG, as it says ENOSPC on a full disk; the panel alone meets it. */
const setDisk = (panel, size) => execFileSync('prlimit', ['--pid', String(panel.pid), `--fsize=${size}:`]);

const WHY = /disk I\/O error \(SQLite \d+, EFBIG\)/;

test('a full disk: told where it was asked, what is there stays readable, and with room all goes on', async () => {
  await withPanel(browser, { expected: /503/ }, async ({ page, panel }) => {
    const there = await asked(panel, 'runs', { mode: 'thread', count: 5, label: 'before' });
    await page.goto(panel.url);
    const row = page.locator(`.history tr[data-run="${there}"]`);
    await row.waitFor();
    setDisk(panel, 0);

    await page.getByLabel('Clients', { exact: true }).fill('7');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('.start [role=alert]').filter({ hasText: WHY }).waitFor();
    assert.equal(await page.getByLabel('Clients', { exact: true }).inputValue(), '7');
    await row.getByRole('button', { name: `Rename run ${there}` }).click();
    await page.getByLabel(`Label of run ${there}`).fill('after');
    await page.keyboard.press('Enter');
    await page.locator('.history [role=alert]').filter({ hasText: WHY }).waitFor();
    assert.deepEqual(await findings(page), []);
    await screenshot(page, 'full-disk');
    await page.goto(`${panel.url}#/runs/${there}`);
    await page.getByText('5 completed + 0 failed + 0 not started, of 5 clients').waitFor();
    await page.goto(`${panel.url}#/experiments`);
    await page.getByRole('button', { name: /^Start/ }).first().click();
    await page.getByRole('alert').filter({ hasText: WHY }).waitFor();

    setDisk(panel, 'unlimited');
    await page.goto(`${panel.url}#/`);
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('.history tbody tr .badge').filter({ hasText: 'completed' }).nth(1).waitFor();
    assert.deepEqual(await page.getByRole('alert').filter({ hasText: WHY }).count(), 0);
    assert.equal(await row.locator('.label').textContent(), 'before');
  });
});
