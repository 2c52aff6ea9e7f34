/** Several load generators: the field of the form, and the table of hosts on the run's page. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';

import { findings, launchBrowser, over, screenshot, start, withPanel } from './panel.mjs';

const mpi = () => {
  if (spawnSync('mpirun', ['--version']).status !== 0) return 'there is no mpirun (Debian: openmpi-bin)';
  try {
    accessSync(`${process.env.KONEKSI}-load-mpi`);
    return false;
  } catch {
    return 'koneksi-load-mpi is not built (Debian: libopenmpi-dev)';
  }
};

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('a run with ranks shows what each host and each load generator came to', { skip: mpi() }, async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.prediction').filter({ hasText: 'threads' }).waitFor();
    const id = await start(page, 'event', 200, { hold: true, ranks: 2, 'limits.nofile': 64 });
    await over(page, id);
    await page.goto(`${panel.url}#/runs/${id}`);
    const hosts = page.getByRole('region', { name: 'Results by host' });
    const cells = hosts.locator('tbody tr').first().locator('th, td');
    await cells.first().filter({ hasText: hostname() }).waitFor();
    const shown = await cells.allTextContents();
    assert.equal(shown[1], '2');
    assert.equal(Number(shown[2]) + Number(shown[3]), 200); // completed and failed
    assert.match(shown[7], /^RLIMIT_NOFILE \(client/i);
    await page.getByText('Each load generator').click();
    assert.deepEqual(
      (await page.getByRole('region', { name: 'Each load generator' }).locator('tbody td:nth-child(2)').allTextContents()),
      ['rank 0', 'rank 1'],
    );
    assert.equal(await page.getByText(`on host ${hostname()}`).count(), 0); // a verdict names one of several
    assert.deepEqual(await findings(page), []);
    await screenshot(page, 'hosts');
  });
});

test('a run of one load generator has no table of hosts', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.prediction').filter({ hasText: 'threads' }).waitFor();
    const id = await start(page, 'event', 20);
    await over(page, id);
    await page.goto(`${panel.url}#/runs/${id}`);
    await page.getByRole('heading', { name: 'Limits' }).waitFor();
    assert.equal(await page.getByRole('heading', { name: 'Hosts' }).count(), 0);
  });
});
