/** A dashboard whose panel requires a token. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { asked, launchBrowser, over, row, saved, start, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('a panel with a token: asked for once, a wrong one is refused, downloads carry it', async (t) => {
  const file = path.join((await import('node:os')).tmpdir(), `koneksi-token-${process.pid}`);
  await writeFile(file, 'a-token-of-the-test-0123456789\n', { mode: 0o600 });
  t.after(async () => (await import('node:fs/promises')).rm(file, { force: true }));
  await withPanel(browser, { panel: ['--token-file', file], expected: /401/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.getByRole('textbox', { name: 'Token' }).fill('wrong');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This token is wrong.').waitFor();
    await page.getByRole('textbox', { name: 'Token' }).fill('a-token-of-the-test-0123456789');
    await page.getByRole('button', { name: 'Continue' }).click();
    await over(page, await start(page, 'thread', 50));
    assert.equal((await saved(page, page.getByRole('link', { name: 'Download CSV' }))).trim().split('\n').length, 2);
    await page.reload();
    await row(page, 1).waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  });
});

test('a token that no header can carry is a wrong one, and a panel that asks for its token is not gone', async (t) => {
  const token = 'a-token-of-the-test-0123456789';
  const file = path.join((await import('node:os')).tmpdir(), `koneksi-token-ascii-${process.pid}`);
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  t.after(async () => (await import('node:fs/promises')).rm(file, { force: true }));
  await withPanel(browser, { panel: ['--token-file', file], expected: /401/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const input = page.getByRole('textbox', { name: 'Token' });
    await input.waitFor();
    const refused = page.waitForResponse((response) => response.url().endsWith('/events'));
    await page.keyboard.press('Escape');
    await refused; // the stream was tried again: what became of the first attempt has been told
    assert.equal(await page.getByText('Lost the connection to Koneksi').isVisible(), false);
    await input.fill(`“${token}”`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This token is wrong.').waitFor();
    await input.fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#server:not(:empty)').waitFor();
    assert.equal(await page.getByText('Lost the connection to Koneksi').isVisible(), false);
  });
});
