/** The dashboard in Firefox, which speaks WebDriver BiDi by itself: what a person does there works by standards alone. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { SCREENSHOTS, asked, need, openAnew, startPanel } from './panel.mjs';

const puppeteer = need('puppeteer-core');
const WAIT_MS = 60_000;

let browser;
let panel;
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'koneksi-firefox-'));
  panel = await startPanel(path.join(folder, 'koneksi.db'));
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync),
    args: ['--headless'],
    userDataDir: path.join(folder, 'profile'),
  });
});
after(async () => {
  await browser?.close();
  await panel?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A page whose errors end the test. @param {(page: any) => Promise<void>} body */
async function withPage(body) {
  const page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`uncaught: ${error.stack ?? error}`));
  try {
    await page.setViewport({ width: 1440, height: 1000 });
    await body(page);
    assert.deepEqual(wrong, []);
  } finally {
    await page.close();
  }
}

const text = (page, selector, pattern) =>
  page.waitForFunction(
    (s, p) => [...document.querySelectorAll(s)].some((e) => new RegExp(p).test(e.textContent ?? '')),
    {}, selector, pattern.source,
  );

async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `firefox-${name}.png`), fullPage: true });
}

/** Every chart of the page has drawn something. */
const drawn = (page) =>
  page.waitForFunction(() => {
    const charts = [...document.querySelectorAll('.chart canvas')];
    return charts.length > 0 && charts.every((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v !== 0));
  });

test('a run: predicted, started, watched live over a reload, explained', async () => {
  await withPage(async (page) => {
    await page.goto(panel.url);
    await page.locator('input[name=mode][value=pool]').click();
    await page.locator('#f-count').fill('3000');
    await text(page, '.prediction', /^3,000 clients of the pool: /);
    await page.goto(`${panel.url}#/?mode=pool&count=3000&rate=1000&label=fox`);
    await page.reload();
    await page.waitForSelector('.start [type=submit]:not([disabled])');
    await page.locator('.start [type=submit]').click();
    await text(page, '.live .badge', /running/);
    await page.reload();
    await text(page, '.live .badge', /running/);
    const counts = () => page.evaluate(() => Number(document.querySelector('.live .completed dd')?.textContent?.replace(/\D/g, '')));
    await page.waitForFunction(() => /[1-9]/.test(document.querySelector('.live .completed dd')?.textContent ?? ''));
    const early = await counts();
    await page.waitForFunction((n) => Number(document.querySelector('.live .completed dd')?.textContent?.replace(/\D/g, '')) > n, {}, early);
    await text(page, '.live .sentence', /^All 3,000 clients completed in /);
    await drawn(page);
    await screenshot(page, 'home');
    await page.locator('.history tr[data-run] a').click();
    await text(page, 'h1', /^Run \d+: Thread pool × 3,000$/);
    await text(page, '.holds', /3,000 completed \+ 0 failed/);
    await text(page, '.limits th', /RLIMIT_NOFILE/);
    await drawn(page);
    await screenshot(page, 'run');
  });
});

test('the history: sorted, renamed, deleted and taken back; a comparison, an experiment, the report, a phone', async () => {
  const spec = { mode: 'thread', count: 80, hold: true, limits: { nofile: 64 }, timeout_ms: 2000 };
  const failed = await asked(panel, 'runs', spec);
  const whole = await asked(panel, 'runs', { mode: 'process', count: 30, label: 'old' });
  const ceiling = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 100, limits: { nofile: 64 } });
  await withPage(async (page) => {
    await page.goto(`${panel.url}#/history`);
    await page.waitForSelector(`.history tr[data-run="${whole}"]`);
    await page.locator('.sort[data-sort=count]').click();
    await page.waitForSelector('th[aria-sort=descending] .sort[data-sort=count]');
    await page.locator(`tr[data-run="${whole}"] [aria-label^=Rename]`).click();
    await page.locator('dialog input').fill('new');
    await page.locator('dialog button').click();
    await text(page, `tr[data-run="${whole}"] .label`, /^new$/);
    await page.locator(`tr[data-run="${whole}"] [aria-label^=Delete]`).click();
    await page.locator('.undo button').click();
    await page.waitForSelector(`tr[data-run="${whole}"]`);

    await page.goto(`${panel.url}#/runs/${failed}`);
    await text(page, '.stopped', /^RLIMIT_NOFILE \(64\) on the client side stopped the clients\./);
    await page.locator('.group summary').click();
    await page.goto(`${panel.url}#/compare?runs=${failed},${whole}`);
    await text(page, '.warning', /RLIMIT_NOFILE on the client side/);
    await drawn(page);
    await screenshot(page, 'compare');
    await page.goto(`${panel.url}#/experiments/${ceiling}`);
    await text(page, '.sentence', /RLIMIT_NOFILE 64 on the client side\.$/);
    await page.goto(`${panel.url}report?experiment=${ceiling}&lang=id`);
    await page.waitForSelector('main[aria-busy=false] figure svg');
    await screenshot(page, 'report');
    await page.setViewport({ width: 360, height: 800 });
    for (const [screen, ready] of [
      ['#/', '.history tbody tr'], ['#/history', '.history tbody tr'], [`#/runs/${failed}`, '.limits td'],
      ['#/experiments', '[data-experiment]'], [`#/compare?runs=${failed},${whole}`, '.compare tbody tr'],
    ]) {
      await openAnew(page, `${panel.url}?lang=id${screen}`);
      await page.waitForSelector(ready);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${screen} is too wide`);
    }
    await screenshot(page, 'phone');
  });
});
