/** What the browser tests stand on: a real panel with an empty database, and a browser that looks at it. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A package of static/package.json; `import.meta.dirname` is younger than Debian's Node.js. */
export const need = createRequire(path.join(ROOT, 'static/package.json'));
const { chromium } = need('playwright-core');
const axe = need('axe-core').source;
const AXE_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const PROGRAM = process.env.KONEKSI ?? path.join(ROOT, 'build/release/koneksi');
export const SCREENSHOTS = process.env.SCREENSHOTS ?? path.join(ROOT, 'build/screenshots');
const READY = /^koneksi ready http=(\S+) time=(\S+) db=/;
const READY_MS = 20_000;
const STOP_MS = 10_000;
export const RUN_MS = 60_000;
const POLL_MS = 20;
/** The logs of the classic experiment. */
export const CLIENT_LINE = /^\[CLIENT \d+\] sending b'TIME\\r\\n\\r\\n'$/;
export const SERVER_LINE = /^total koneksi \d+$/;

/** Starts the panel and waits for its ready line. `http` is the address it listens at.
 * @param {string} db @param {string[]} [more] further options @param {string} [http] */
export async function startPanel(db, more = [], http = '127.0.0.1:0') {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: build it, or say where it is with KONEKSI=path`);
  const args = ['--http', http, '--time', '127.0.0.1:0', '--db', db, ...more];
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const killed = () => child.kill('SIGKILL'); // nothing outlives the tests, not even when they crash
  process.once('exit', killed);
  const ended = new Promise((resolve) => child.once('exit', resolve)).finally(() => process.off('exit', killed));
  const [address, time] = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the panel did not get ready')), READY_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = READY.exec(line);
      if (!ready) return;
      clearTimeout(timer);
      resolve([ready[1], ready[2]]);
    });
    ended.then((code) => reject(new Error(`the panel ended with ${code} before it was ready`)));
  });
  return {
    address,
    time,
    pid: child.pid,
    url: `http://${address}/`,
    /** Asks it to stop, and kills it by its pid when it does not. */
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

export function launchBrowser() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return chromium.launch({
    executablePath: found.find((p) => p && existsSync(p)),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Runs `body` with a panel of its own and a page, then ends both. Fails when the page wrote an error to its console or
 * asked for anything that is not the panel's; `expected` are console errors that the test provokes.
 *
 * @param {any} browser
 * @param {{ panel?: string[], expected?: RegExp }} options
 * @param {(has: { page: any, panel: any, db: string, restart: () => Promise<void> }) => Promise<void>} body
 */
export async function withPanel(browser, { panel: options = [], expected }, body) {
  const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-browser-'));
  const db = path.join(folder, 'koneksi.db');
  let panel = await startPanel(db, options);
  const viewport = { width: 1440, height: 1000 };
  const context = await browser.newContext({ viewport, acceptDownloads: true });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`uncaught: ${error.stack ?? error}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'blob:' && hostname !== '127.0.0.1') wrong.push(`left the machine: ${request.url()}`);
  });
  const restart = async () => {
    const { address } = panel;
    await panel.stop();
    panel = await startPanel(db, options, address);
  };
  try {
    await body({ page, panel, db, restart });
    if (wrong.length) throw new Error(wrong.join('\n'));
  } finally {
    await context.close();
    await panel.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opens a page of the panel anew: at a change of the hash alone the screen before is there until the next one has come.
 * @param {any} page @param {string} url */
export async function openAnew(page, url) {
  await page.goto('about:blank');
  await page.goto(url);
}

/** One picture of the whole page in the build folder. @param {any} page @param {string} name */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Asks again and again, until the answer is as wanted, and returns it.
 * @param {string | (() => Promise<any>)} ask the address of what the panel answers in JSON, or what asks otherwise
 * @param {(answer: any) => boolean} isWanted */
export async function until(ask, isWanted) {
  const asks = typeof ask === 'string' ? async () => (await fetch(ask)).json() : ask;
  for (const end = Date.now() + 3 * RUN_MS; ; await pause(POLL_MS)) {
    const answer = await asks();
    if (isWanted(answer)) return answer;
    assert.ok(Date.now() < end, `the answer stays ${JSON.stringify(answer)?.slice(0, 500)}`);
  }
}

/** Asks the panel for a run or an experiment, waits for its end and returns its id.
 * @param {{ url: string }} panel @param {'runs' | 'experiments'} what @param {object} body */
export async function asked(panel, what, body) {
  const headers = { 'Content-Type': 'application/json' };
  const { id } = await (await fetch(panel.url + what, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  await until(`${panel.url}${what}/${id}`, ({ status }) => status !== 'queued' && status !== 'running');
  return id;
}

/** What axe finds on the page, each with the element. @param {any} page
 * @param {object} runOnly what it looks for */
export async function findings(page, runOnly = { type: 'tag', values: AXE_RULES }) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((only) => window.axe.run({ runOnly: only }), runOnly);
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.html.slice(0, 150)} ${n.failureSummary?.slice(0, 200)}`));
}

/** Fills in and sends the start form; returns the new run's id. */
export async function start(page, mode, count, fields = {}) {
  await page.locator(`input[name=mode][value=${mode}]`).check();
  await page.getByLabel('Clients', { exact: true }).fill(String(count));
  if (Object.keys(fields).length) await page.locator('.advanced').evaluate((d) => (d.open = true));
  for (const [name, value] of Object.entries(fields)) {
    const control = page.locator(`.start [name="${name}"]`);
    if (value === true) await page.locator(`.start [name="${name}"][value=true]`).check();
    else await control.fill(String(value));
  }
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/runs')),
    page.getByRole('button', { name: 'Start run' }).click(),
  ]);
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).id;
}

/** The figure of that caption. */
export const figure = (page, caption) =>
  page.locator('figure').filter({ has: page.locator('figcaption strong').getByText(caption, { exact: true }) });

export const row = (page, id) => page.locator(`.history tr[data-run="${id}"]`);

/** Waits until the history says that a run is over. */
export async function over(page, id) {
  const ended = row(page, id).locator('.badge').filter({ hasText: /completed|failed|cancelled|interrupted/ });
  await ended.waitFor({ timeout: RUN_MS });
}

/** Asks the panel from inside the page, as its scripts do. */
export const api = (page, url) => page.evaluate(async (u) => (await fetch(u)).json(), url);

export async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return readFile(await download.path(), 'utf8');
}

/** Texts of two words and more, seen or read out, but those that are marked as English. */
export const wordsOf = (page) =>
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
export const NAMES = /^([\w.-]+, (port \d+|[\d.]+:\d+|\[[\da-f:]+\]:\d+)|[\da-f]{16}|[\d.,]+ (µs|ms|s)( – [\d.,]+ (µs|ms|s))?|Thread pool|io_uring|RLIMIT_\w+|(net|kernel|vm|fs)\.[\w.-]+|PDF|[\w ]*\/s|ulimit -\w [A-Z]+; systemd: \w+=[A-Z]+(; docker run --ulimit \w+=N:N)?|sysctl -w [\w.-]+=('[A-Z ]+'|N)|.*\.(csv|json|txt)|Backlog|TIME(\\r\\n)+)$|glibc|kernel|Debian/i;
