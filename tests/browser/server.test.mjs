/** The TIME server's box on the start page: it tells how the server does, and changes it between runs. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, screenshot, withPanel } from './panel.mjs';

const WAIT_MS = 60_000;

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Asks the panel from inside the page, as its scripts do. */
const api = (page, url, method = 'GET', body = undefined) =>
  page.evaluate(
    async ([u, m, b]) => (await fetch(u, { method: m, body: b, headers: { 'Content-Type': 'application/json' } })).json(),
    [url, method, body && JSON.stringify(body)],
  );

test('model, backlog and workers are changed, and a wrong value is told at its field', async () => {
  await withPanel(browser, { expected: /400/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const box = page.locator('form.server-box');
    await box.getByText(/0 of at most [0-9,]+ connections are open, 0 wait/).waitFor();
    await box.locator('summary').click();
    assert.equal(await box.locator('[name=model]:checked').inputValue(), 'thread');
    await box.getByRole('radio', { name: /^Pool/ }).check();
    await box.getByLabel('Workers').fill('0');
    await box.getByRole('button', { name: 'Apply' }).click();
    await box.locator('#e-workers').getByText('Enter a number from 1 to 10,000.').waitFor();
    assert.equal(await box.getByLabel('Workers').getAttribute('aria-invalid'), 'true');
    assert.equal((await api(page, '/server')).model, 'thread');
    await screenshot(page, 'server-box');

    await box.getByLabel('Workers').fill('9');
    await box.getByLabel('Backlog').fill('77');
    await box.getByRole('button', { name: 'Apply' }).click();
    await page.locator('#server[title*="server model Pool, backlog 77"]').waitFor();
    assert.equal(await box.locator('#e-workers').textContent(), '');
    const { model, backlog, workers } = await api(page, '/server');
    assert.deepEqual({ model, backlog, workers }, { model: 'pool', backlog: 77, workers: 9 });

    await api(page, '/server', 'PATCH', { model: 'epoll' }); // what others change is shown, too
    await box.locator('[name=model][value=epoll]:checked').waitFor();
  });
});

test('a model that cannot be used here cannot be chosen, and says why', async () => {
  await withPanel(browser, { expected: /ERR_FAILED|Failed to load/ }, async ({ page, panel }) => {
    await page.route('**/events*', (route) => route.abort()); // which would say what this machine has
    await page.route('**/server', async (route) => {
      const now = await (await route.fetch()).json();
      const unavailable = { uring: { name: 'filter', sentence: 'a seccomp profile refuses it' } };
      await route.fulfill({ json: { ...now, unavailable } });
    });
    await page.goto(panel.url);
    const box = page.locator('form.server-box');
    await box.locator('summary').click();
    await box.getByText(/^Not available here: a seccomp profile/).waitFor();
    assert.equal(await box.getByRole('radio', { name: /^io_uring/ }).isDisabled(), true);
    assert.equal(await box.getByRole('radio', { name: /^Epoll/ }).isDisabled(), false);
  });
});

test('while a run is under way the box says why it is closed, and opens when that is over', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const box = page.locator('form.server-box');
    await box.locator('summary').click();
    const { id } = await api(page, '/runs', 'POST', { mode: 'pool', count: 5_000_000 });
    await box.getByText(`Run ${id} is in progress. You can change the server when it is over.`).waitFor({ timeout: WAIT_MS });
    assert.equal(await box.getByRole('button', { name: 'Apply' }).isDisabled(), true);
    await api(page, `/runs/${id}/cancel`, 'POST', {});
    await box.getByText(/is in progress/).waitFor({ state: 'hidden', timeout: WAIT_MS });
    assert.equal(await box.getByRole('button', { name: 'Apply' }).isDisabled(), false);
  });
});

test('the page of a run says in words that the accept queue overflowed', async () => {
  await withPanel(browser, { panel: ['--backlog', '1'] }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const { id } = await api(page, '/runs', 'POST', { mode: 'thread', count: 1500, timeout_ms: 4000 });
    const badge = page.locator(`.history tr[data-run="${id}"] .badge`);
    await badge.filter({ hasText: /completed|failed/ }).waitFor({ timeout: WAIT_MS });
    const { server } = await api(page, `/runs/${id}`);
    assert.ok(server.listen_overflows > 0);
    await page.locator('form.server-box').getByText(/The accept queue has overflowed [0-9,]+ times? since the server started/).waitFor();
    await page.goto(`${panel.url}#/runs/${id}`);
    const times = `${server.listen_overflows.toLocaleString('en-US')} time`;
    await page.getByText(`The accept queue overflowed ${times}`).waitFor();
    await screenshot(page, 'run-overflow');
  });
});

test('a field that somebody is about to type into is not filled under the hands', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const box = page.locator('form.server-box');
    await box.locator('summary').click();
    const backlog = box.getByLabel('Backlog');
    await box.getByText(/connections are open/).waitFor();
    const value = (name, wanted) =>
      page.waitForFunction(([n, v]) => document.querySelector(`form.server-box [name=${n}]`).value === v, [name, wanted]);
    await backlog.selectText();
    await api(page, '/server', 'PATCH', { backlog: 1234, workers: 9 });
    await value('workers', '9');
    await backlog.blur();
    await value('backlog', '1,234');
    await backlog.selectText();
    await api(page, '/server', 'PATCH', { backlog: 2345, workers: 8 });
    await value('workers', '8');
    await page.keyboard.type('77');
    assert.equal(await backlog.inputValue(), '77');
  });
});
