/** Where something was measured: an experiment, a list, a comparison and a report name the target and the host. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { asked, findings, launchBrowser, openAnew, screenshot, withPanel } from './panel.mjs';
import { openReport } from './report_page.mjs';

const fold = (page, id) => page.locator(`.history tr[data-fold="${id}"]`);

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Answers each request, until `body` has ended. @param {(address: string) => Promise<void>} body */
async function withServer(body) {
  const server = createServer((_request, response) => response.end('hello\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await body(`127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What the second experiment and its runs were, is as if it were of another host. @param {any} page */
async function onTwoHosts(page) {
  const name = (one, number) => {
    if (one.host) one.host.name = number === 1 ? 'pc-2' : 'pc-3';
    return one;
  };
  await page.route(/\/(experiments|runs)[/?]/, async (route) => {
    const response = await route.fetch();
    if (!response.headers()['content-type']?.includes('json')) return route.fulfill({ response });
    const json = await response.json();
    for (const one of Array.isArray(json.experiments) ? json.experiments : json.kind ? [json] : []) name(one, one.id);
    for (const run of Array.isArray(json.runs) ? json.runs : []) if (typeof run === 'object') name(run, run.experiment);
    await route.fulfill({ json });
  });
}

const WORDS = {
  en: { builtin: 'built-in server', exchange: 'HTTP', lowered: 'Limit: open files 300', compared: 'Target' },
  id: { builtin: 'server bawaan', exchange: 'HTTP', lowered: 'Batas: berkas terbuka 300', compared: 'Sasaran' },
};

test('an experiment says of which target, how and where it is, on its page and in the lists', async () => {
  await withServer((address) => withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 20 });
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 10, target: address, exchange: 'http', path: '/there', limits: { nofile: 300 } });
    await onTwoHosts(page);
    for (const [lang, words] of Object.entries(WORDS)) {
      await page.goto(`${panel.url}?lang=${lang}#/experiments/2`);
      for (const text of ['pc-3', address, words.exchange, '/there', words.lowered]) await page.locator('.fact', { hasText: text }).waitFor(); // each once
      await page.locator('tr[data-run]').nth(2).waitFor();
      assert.deepEqual(await findings(page), []);
      await page.setViewportSize({ width: 360, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await screenshot(page, `place-experiment-${lang}-360`);
      await page.setViewportSize({ width: 1366, height: 768 });
      await screenshot(page, `place-experiment-${lang}`);
      await page.goto(`${panel.url}?lang=${lang}#/experiments`);
      const listed = page.locator('tr[data-experiment]');
      await listed.nth(1).waitFor();
      assert.deepEqual((await listed.locator('td.name').allTextContents()), [address, 'pc-3', words.builtin, 'pc-2']);
      await screenshot(page, `place-experiments-${lang}`);
      await page.goto(`${panel.url}?lang=${lang}#/history`);
      await fold(page, 2).locator('td.name').first().waitFor();
      assert.deepEqual(await page.locator('tr[data-fold] td.name').allTextContents(), [address, 'pc-3', words.builtin, 'pc-2']);
      const widths = await page.locator('.history tr').evaluateAll((rows) => rows.map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0)));
      assert.equal(new Set(widths).size, 1, `${widths}`);
      await screenshot(page, `place-history-${lang}`);
      await openAnew(page, `${panel.url}?lang=${lang}#/`);
      await fold(page, 2).getByText(address).waitFor();
      await openAnew(page, `${panel.url}?lang=${lang}#/compare?runs=1,4`);
      await page.locator('main table').getByRole('columnheader', { name: words.compared }).waitFor();
      await page.locator('main td.name').getByText(address).waitFor();
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }));
});

for (const [lang, builtin, foreign] of [
  ['en', /At the same time at least 20 clients in event loops were carried \(built-in server, on host pc-2\)\./, /At the same time at least 10 clients in event loops \(lowered limit: open files 300\) were carried \(node at ADDRESS, on host pc-3\)\./],
  ['id', /Secara bersamaan paling sedikit 20 klien dalam event loop dilayani \(server bawaan, di host pc-2\)\./, /Secara bersamaan paling sedikit 10 klien .* dilayani \(node di ADDRESS, di host pc-3\)\./],
])
  test(`a report keeps apart what was measured against another server and on another host (${lang})`, async () => {
    await withServer((address) => withPanel(browser, {}, async ({ page, panel }) => {
      await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 20 });
      await openReport(page, panel, `experiments=1&lang=${lang}`);
      assert.doesNotMatch(await page.locator('main').innerText(), /carried \(|dilayani \(/); // nothing else to tell it from
      await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 10, target: address, exchange: 'http', limits: { nofile: 300 } });
      await onTwoHosts(page);
      await openReport(page, panel, `experiments=1,2&lang=${lang}`);
      const told = await page.locator('main').innerText();
      assert.match(told, builtin);
      assert.match(told, new RegExp(foreign.source.replace('ADDRESS', address)));
      const rows = await page.locator('tr[data-mode]').evaluateAll((all) => all.map((row) => row.lastChild.textContent));
      assert.ok(rows[0].endsWith('pc-2') && rows[1].includes(address) && rows[1].endsWith('pc-3'), `${rows}`);
      await page.locator('figure svg text').getByText(address).first().waitFor({ state: 'attached' });
      await screenshot(page, `place-report-${lang}`);
      await page.setViewportSize({ width: 360, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await screenshot(page, `place-report-${lang}-360`);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }));
  });
