// What watching costs: the processor time of the open page, and of the panel for it, while a run of 500,000 pool clients
// goes on; runs with the page and without, in turn. node tests/bench/page_cpu.mjs [--rounds N] [--count N]
// KONEKSI names the panel (build/release/koneksi). It needs what the browser tests need: `./run test` once.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { launchBrowser, startPanel } from '../browser/panel.mjs';

const { values: options } = parseArgs({ options: {
  rounds: { type: 'string', default: '5' },
  count: { type: 'string', default: '500000' },
} });
const TICK_S = 0.01; // USER_HZ, as proc(5) counts
const LOOK_MS = 200;

/** Seconds of each thread of a process. The threads that serve the clients are a run's work, not the page's. */
async function threadTimes(pid) {
  const times = new Map();
  for (const tid of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${tid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    times.set(tid, (Number(fields[11]) + Number(fields[12])) * TICK_S);
  }
  return times;
}

/** Seconds of all threads but the two loops of the TIME server, which have by far the most. */
function besideLoops(before, after) {
  const spent = [...after].map(([tid, time]) => time - (before.get(tid) ?? 0)).sort((a, b) => b - a);
  return spent.slice(2).reduce((sum, time) => sum + time, 0);
}

async function processTimes(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const of = (type) => processInfo.filter((p) => !type || p.type === type).reduce((sum, p) => sum + p.cpuTime, 0);
  return { renderer: of('renderer'), all: of() };
}

/** One run to its end. */
async function run(panel, session) {
  const body = new URLSearchParams({ mode: 'pool', count: options.count });
  const panelBefore = await threadTimes(panel.pid);
  const pageBefore = session ? await processTimes(session) : null;
  const { id } = await (await fetch(`${panel.url}runs`, { method: 'POST', body })).json();
  let now = { status: 'queued' };
  while (now.status === 'queued' || now.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    now = await (await fetch(`${panel.url}runs/${id}`)).json();
  }
  if (now.totals.completed !== now.count) throw new Error(`run ${id}: ${now.status}, ${now.totals.completed} completed`);
  const pageAfter = session ? await processTimes(session) : null;
  const panelSpent = besideLoops(panelBefore, await threadTimes(panel.pid));
  const share = (seconds) => (100 * seconds) / now.duration_s;
  return {
    duration: now.duration_s,
    panel: share(panelSpent),
    renderer: session ? share(pageAfter.renderer - pageBefore.renderer) : 0,
    browser: session ? share(pageAfter.all - pageBefore.all) : 0,
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
function told(name, values) {
  const text = (n) => n.toFixed(2);
  console.log(`${name.padEnd(58)} ${text(median(values))} % of a core (${text(Math.min(...values))}..${text(Math.max(...values))})`);
}

const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-page-'));
const panel = await startPanel(path.join(folder, 'koneksi.db'), ['--model', 'epoll']);
const browser = await launchBrowser();
try {
  const session = await browser.newBrowserCDPSession();
  const rows = { with: [], without: [] };
  for (let round = 0; round < Number(options.rounds); round++) {
    rows.without.push(await run(panel, null));
    const page = await browser.newPage();
    await page.goto(panel.url);
    await page.locator('#server:not(:empty)').waitFor();
    rows.with.push(await run(panel, session));
    await page.close();
  }
  console.log(`${options.count} pool clients, ${median(rows.with.map((r) => r.duration)).toFixed(1)} s, ${options.rounds} rounds`);
  told('the page (its renderer)', rows.with.map((r) => r.renderer));
  told('the page and all processes of its browser', rows.with.map((r) => r.browser));
  told('the panel beside its TIME server, with the page', rows.with.map((r) => r.panel));
  told('the panel beside its TIME server, without', rows.without.map((r) => r.panel));
  told('the difference, pair by pair', rows.with.map((r, i) => r.panel - rows.without[i].panel));
} finally {
  await browser.close();
  await panel.stop();
  await rm(folder, { recursive: true, force: true });
}
