/** The target of the start form: a server of this machine from the list, or another address, and what is said to it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { after, before, test } from 'node:test';

import { api, asked, findings, launchBrowser, openAnew, over, row, screenshot, start, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('a server of this machine is found, chosen from the list and loaded with the exchange that was guessed', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.prediction').filter({ hasText: 'threads' }).waitFor();
    const paths = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.end('hello\n');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const address = `127.0.0.1:${server.address().port}`;
      const target = page.getByLabel('Target', { exact: true });
      await target.focus(); // asks for the list
      await page.locator(`#f-target option[value="${address}"]`).filter({ hasText: /^node.*, port \d+$/ }).waitFor({ state: 'attached' });
      await target.selectOption(address);
      assert.equal(await page.getByLabel('Exchange').inputValue(), 'http');
      await page.getByText('Each client gets a page; a status of 2xx or 3xx completes it.').waitFor();
      await page.locator('.advanced summary').click();
      assert.equal(await page.getByLabel('Request', { exact: true }).isVisible(), false);
      assert.deepEqual(await findings(page), []);
      await screenshot(page, 'target');
      const id = await start(page, 'event', 30, { path: '/there' });
      await over(page, id);
      await page.getByRole('link', { name: `Run ${id}: Event loops × 30, HTTP at ${address}` }).waitFor();
      await row(page, id).getByText(address).waitFor();
      const run = await api(page, `/runs/${id}`);
      assert.deepEqual([run.target, run.exchange, run.path, run.totals.completed], [address, 'http', '/there', 30]);
      assert.deepEqual(paths, Array(30).fill('/there'));
      await page.reload(); // the address of the page carries the choice
      await page.waitForFunction((a) => document.querySelector('#f-target')?.value === a, address);
      assert.equal(await page.getByLabel('Exchange').inputValue(), 'http');
      await target.selectOption('builtin');
      assert.equal(await page.getByLabel('Exchange').inputValue(), 'time');
      assert.equal(await page.getByLabel('Path').isVisible(), false);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

test('what a server says in place of a reply has room on a phone, however long its words are', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {}); // a client closes at once
      socket.once('data', () => socket.end(`<b>Tidak${'W'.repeat(450)}\n`));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const id = await asked(panel, 'runs', { mode: 'thread', count: 3, target: `127.0.0.1:${server.address().port}` });
      await page.setViewportSize({ width: 360, height: 800 });
      await page.goto(`${panel.url}#/runs/${id}`);
      for (const place of ['.sentence', '.stopped', '.group'])
        await page.locator(`.run ${place}`).filter({ hasText: 'TidakWWW' }).first().waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      for (const hash of ['', 'history']) {
        await openAnew(page, `${panel.url}#/${hash}`);
        await row(page, id).waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, hash);
      }
    } finally {
      server.close();
    }
  });
});

test('an address and bytes that are wrong are told at their fields', async () => {
  await withPanel(browser, { expected: /40[03]/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const button = page.getByRole('button', { name: 'Start run' });
    await page.getByLabel('Target', { exact: true }).selectOption({ label: 'Another address' });
    await button.click();
    await page.locator('#e-target').getByText('Enter a host and a port, such as 127.0.0.1:8080.').waitFor();
    const address = page.getByLabel('Address of the server (HOST:PORT)');
    await address.fill('127.0.0.1:99999');
    await button.click();
    await page.locator('#e-target').getByText('There is no port 99999: ports are 1 to 65,535.').waitFor();
    assert.equal(await address.evaluate((control) => control === document.activeElement), true);
    const wrong = {
      '127.0.0.1:9-7': 'The range 127.0.0.1:9-7 ends before it begins.',
      '127.0.0.1:1-300': 'A list has at most 256 addresses.',
      '127.0.0.1:9,127.0.0.1:9': '127.0.0.1:9 is in the list twice.',
      '127.0.0.1:1,': 'Enter a host and a port, such as 127.0.0.1:8080.',
    };
    for (const [list, words] of Object.entries(wrong)) {
      await address.fill(list);
      await button.click();
      await page.locator('#e-target').getByText(words).waitFor();
    }
    const refused = {
      '192.0.2.1:53': 'This target is not allowed. Use an address on loopback',
      'nohost.invalid:80': 'Koneksi cannot use this target: nohost.invalid:80: ',
      'localhost:9,127.0.0.1:9,[::1]:9': 'Koneksi cannot use this target: ', // one address twice, whichever localhost has
    };
    for (const [one, words] of Object.entries(refused)) {
      await address.fill(one);
      await button.click();
      await page.locator('#e-target').getByText(words).waitFor();
    }
    const several = `${panel.time},127.0.0.2:1-2`; // nobody listens at two of three
    await address.fill(several);
    const list = await start(page, 'event', 9);
    await over(page, list);
    await page.getByRole('link', { name: `Run ${list}: Event loops × 9, TIME at ${several}` }).waitFor();
    const dealt = await api(page, `/runs/${list}`);
    assert.deepEqual([dealt.target, dealt.totals.completed, dealt.verdict?.name], [several, 3, 'nobody listens']);
    await address.fill(panel.time);
    await page.getByLabel('Exchange').selectOption('custom');
    await page.getByLabel('Send').fill('TIME\\q');
    await button.click();
    await page.locator('#e-send').getByText('The backslash at 5 begins none of \\r, \\n, \\t, \\\\ and \\x01 to \\xff.').waitFor();
    const id = await start(page, 'event', 5, { send: 'TI\\x4dE\\r\\n\\r\\n', expect: 'JAM ' });
    await over(page, id);
    const run = await api(page, `/runs/${id}`);
    assert.deepEqual([run.send, run.expect, run.totals.completed], ['TIME\r\n\r\n', 'JAM ', 5]);
    await page.reload();
    assert.equal(await page.getByLabel('Send').inputValue(), 'TIME\\r\\n\\r\\n');
    await page.goto(`${panel.url}#/runs/${id}`);
    await page.getByText('TIME\\r\\n\\r\\n', { exact: true }).waitFor({ state: 'attached' });
  });
});

test('another address stays chosen when no server is found on this machine', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.route('**/listeners', (route) => route.fulfill({ json: { listeners: [] } }));
    await page.goto(panel.url);
    const target = page.getByLabel('Target', { exact: true });
    await target.focus();
    await page.locator('#f-target option').filter({ hasText: 'no other server listens' }).waitFor({ state: 'attached' });
    await target.selectOption({ label: 'Another address' });
    const server = { address: '127.0.0.1:9', port: 9, program: 'other', exchange: 'time' };
    for (const listeners of [[server], []]) {
      await page.route('**/listeners', (route) => route.fulfill({ json: { listeners } }));
      const answered = page.waitForResponse('**/listeners');
      await target.dispatchEvent('pointerdown'); // asks again
      await answered;
      await page.waitForFunction((some) => document.querySelectorAll('#f-target option[value*=":"]').length === some, listeners.length);
      assert.equal(await page.getByLabel('Address of the server (HOST:PORT)').isVisible(), true);
    }
  });
});

test('a search has a target of its own, which is kept while another screen is shown', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const server = createServer((_, response) => response.end('hello\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const address = `127.0.0.1:${server.address().port}`;
      await page.goto(`${panel.url}#/experiments`);
      const target = page.locator('#f-ceiling-target');
      await target.focus();
      await page.locator(`#f-ceiling-target option[value="${address}"]`).waitFor({ state: 'attached' });
      await target.selectOption(address);
      assert.equal(await page.locator('#f-ceiling-exchange').inputValue(), 'http');
      await page.getByLabel('Try up to').fill('20');
      await page.goto(`${panel.url}#/`);
      await page.locator('#f-target').waitFor();
      await page.goto(`${panel.url}#/experiments`);
      await page.waitForFunction((a) => document.querySelector('#f-ceiling-target')?.value === a, address);
      assert.equal(await page.locator('#f-ceiling-path').isVisible(), true);
      assert.deepEqual(await findings(page), []);
      await page.getByRole('button', { name: 'Find the ceiling' }).click();
      await page.waitForURL(/#\/experiments\/\d+$/);
      const { asked } = await api(page, `/experiments/${/\d+$/.exec(page.url())?.[0]}`);
      assert.deepEqual([asked.target, asked.exchange, asked.max], [address, 'http', 20]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

test('an address that is wrong is told at the field of the search', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(`${panel.url}#/experiments`);
    await page.locator('#f-sweep-target').selectOption({ label: 'Another address' });
    await page.getByRole('button', { name: 'Start the sweep' }).click();
    await page.locator('#e-sweep-target').getByText('Enter a host and a port, such as 127.0.0.1:8080.').waitFor();
  });
});
