/** node million.mjs --build DIR [CLIENTS]: holds so many connections at the same time on this machine, a million unless
 * it is told otherwise, and accounts for each of them on both sides. One process ends at its RLIMIT_NOFILE, so that there
 * are as many TIME servers, on ports one after the other, and as many ranks of koneksi-load-mpi as the clients need.
 *
 * Prints a table of what was measured. Exit status: 0 when each client was held and both sides agree, 1 when not, 3 when
 * this machine has no room for them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { build: { type: 'string' } }, allowPositionals: true });
const build = values.build ?? 'build/release';
const CLIENTS = Number(positionals[0] ?? 1_000_000);
/** Descriptors that a process has for itself: those of MPI grow with the ranks. */
const SPARE = 700;
/** Both sides of a connection took 8 kB of memory; room is left for the rest of the machine. */
const BYTES_EACH = 10_000;
const FIRST_PORTS = [20001, 23001, 26001, 29001]; // below those that the kernel gives to clients
const RANKS_MOST = 1024;
const TIMEOUT_MS = 600_000;

const number = (n) => Math.round(n).toLocaleString('en-US');
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

class NoRoom extends Error {}

/** The first number that `pattern` finds in a file. */
function read(file, pattern) {
  return Number(pattern.exec(readFileSync(file, 'latin1'))[1]);
}
const memoryAvailable = () => read('/proc/meminfo', /^MemAvailable: +(\d+) kB/m) * 1024;
const socketsInUse = () => read('/proc/net/sockstat', /^TCP: inuse (\d+)/m);

function ranksFor(clients) {
  const descriptors = read('/proc/self/limits', /^Max open files +\d+ +(\d+)/m);
  const ranks = Math.ceil(clients / (descriptors - SPARE));
  if (!(ranks > 0 && ranks <= RANKS_MOST)) {
    throw new NoRoom(`${number(clients)} clients would take more than ${RANKS_MOST} processes with RLIMIT_NOFILE ${number(descriptors)}`);
  }
  return ranks;
}

function checkRoom(clients) {
  const [used, , files] = readFileSync('/proc/sys/fs/file-nr', 'latin1').split('\t').map(Number);
  if (files - used < 2.1 * clients) {
    throw new NoRoom(`${number(clients)} clients would take ${number(2.1 * clients)} open files, and fs.file-max leaves ${number(files - used)}`);
  }
  if (memoryAvailable() < clients * BYTES_EACH) {
    throw new NoRoom(`${number(clients)} clients would take ${number((clients * BYTES_EACH) / 2 ** 20)} MiB of memory, and ${number(memoryAvailable() / 2 ** 20)} are available`);
  }
}

/* --- the servers --- */

async function startServer(port) {
  const child = spawn(`${build}/koneksi`, ['--no-http', '--model', 'epoll', '--time', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const counters = createInterface({ input: child.stderr });
  const ended = once(child, 'exit').then(() => null);
  const ready = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  return ready ? { child, counters } : null;
}

async function stopServers(servers) {
  const ends = servers.map(({ child }) => once(child, 'exit'));
  servers.forEach(({ child }) => child.kill());
  await Promise.all(ends);
}

/** On `count` ports that nobody has. */
async function startServers(count) {
  for (const first of FIRST_PORTS) {
    const all = await Promise.all(Array.from({ length: count }, (_, i) => startServer(first + i)));
    const servers = all.filter((server) => server);
    if (servers.length === count) return { servers, target: `127.0.0.1:${first}-${first + count - 1}` };
    await stopServers(servers);
  }
  throw new NoRoom(`no ${count} ports one after the other are free, tried from ${FIRST_PORTS.join(', ')}`);
}

/** What GET /server has, which a server without HTTP writes at SIGUSR1. */
async function countersOf({ child, counters }) {
  const line = once(counters, 'line');
  child.kill('SIGUSR1');
  return JSON.parse((await line)[0]);
}

/* --- the run --- */

/** The most sockets and memory in use, until `ended`. */
async function watch(ended) {
  const before = { sockets: socketsInUse(), memory: memoryAvailable() };
  const most = { sockets: 0, memory: 0 };
  let over = false;
  ended.finally(() => (over = true)).catch(() => {});
  while (!over) {
    most.sockets = Math.max(most.sockets, socketsInUse() - before.sockets);
    most.memory = Math.max(most.memory, before.memory - memoryAvailable());
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return most;
}

async function load(target, ranks) {
  const words = ['--quiet', '--oversubscribe', '--bind-to', 'none', '-n', ranks, `${build}/koneksi-load-mpi`,
    '--mode', 'event', '--count', CLIENTS, '--hold', '--timeout-ms', TIMEOUT_MS, '--target', target, '--summary', 'json'];
  const env = process.getuid() === 0 ? { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' } : {};
  const child = spawn('mpirun', words.map(String), { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  await once(child, 'close');
  return JSON.parse(text);
}

function print(rows) {
  console.log('| what | figure |\n| --- | --- |');
  for (const [what, figure] of rows) console.log(`| ${what} | ${figure} |`);
}

async function million() {
  const ranks = ranksFor(CLIENTS);
  checkRoom(CLIENTS);
  const { servers, target } = await startServers(ranks);
  try {
    const running = load(target, ranks);
    const [run, most] = await Promise.all([running, watch(running)]);
    const counters = await Promise.all(servers.map(countersOf));
    const accepted = counters.reduce((sum, { total }) => sum + total, 0);
    const { totals, start, peaks } = run;
    const late = run.by_rank?.map((rank) => rank.late_ms) ?? [0];
    print([
      ['clients', number(CLIENTS)],
      ['completed, failed, not started', [totals.completed, totals.failed, totals.not_started].map(number).join(', ')],
      ['accepted by the servers', number(accepted)],
      ['most connections at the same time, counted by the ranks', number(peaks.client_connections)],
      ['most TCP sockets of both sides, counted by the kernel', number(most.sockets)],
      ['ranks, and TIME servers', `${ranks}, ${ranks}`],
      ['time until the last was connected', `${(start.last_up_ms / 1000).toFixed(1)} s`],
      ['connections a second until then', number(totals.connected / (start.last_up_ms / 1000))],
      ['time of the whole run', `${run.duration_s.toFixed(1)} s`],
      ['memory of a connection, both sides', `${number(most.memory / CLIENTS)} bytes`],
      ['begin of a rank after the agreed moment, median and most', `${median(late).toFixed(1)} and ${Math.max(...late).toFixed(1)} ms`],
    ]);
    if (run.verdict) console.log(`\n${run.verdict.sentence}`);
    return totals.completed === CLIENTS && accepted === CLIENTS && peaks.client_connections === CLIENTS ? 0 : 1;
  } finally {
    await stopServers(servers);
  }
}

process.exitCode = await million().catch((error) => {
  console.error(error instanceof NoRoom ? `million: ${error.message}` : error);
  return error instanceof NoRoom ? 3 : 1;
});
