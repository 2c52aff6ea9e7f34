/** node slow_readers.mjs URL PID [MILLISECONDS [ROUNDS]]: holds hundreds of connections that send a request and read
 * nothing, or next to nothing, in each way below, while this process requests /healthz and /runs of the panel PID on
 * connections of its own, for that long each. Prints how long the answers took then and in quiet, and the processor time
 * of both; of several rounds the medians. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

const [base, pid, measure_ms, rounds, kind] = process.argv.slice(2);
const { hostname, port, host } = new URL(base);
const MEASURE_MS = Number(measure_ms ?? 300); // each path, in each kind
const ROUNDS = Number(rounds || 1);
const GIVE_UP_MS = 10_000;
const LONGEST_MS = 3_000; // generous: the attackers share the processors with the panel

const get = (path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const KINDS = {
  'pipelined requests': { count: 300, begin: get('/openapi.json').repeat(100) },
  'small pipelined requests': { count: 300, begin: get('/healthz').repeat(100) },
  'pipelined requests whose answers are read': { count: 300, begin: get('/healthz').repeat(100), goes_on: true },
  'downloads': { count: 200, begin: get('/runs.csv') },
  'long lists': { count: 200, begin: get('/runs?limit=1000') },
  'event streams': { count: 300, begin: get('/events') },
  'a byte each 0.2 s': { count: 300, begin: get('/runs.csv'), reads: 1, each_ms: 200 },
  'a header of a byte a second': { count: 300, begin: 'GET /runs HTTP/1.1\r\nX-Slow: ', sends: 'x', each_ms: 1000 },
  'silence': { count: 300, begin: '' },
};

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* --- the attackers, in a process of their own --- */

function attacker({ begin, goes_on, reads, sends, each_ms }) {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  if (begin) socket.write(begin);
  if (goes_on) return socket.on('data', () => socket.writableLength === 0 && socket.write(begin));
  socket.pause();
  if (!each_ms) return socket;
  const timer = setInterval(() => {
    if (reads) socket.read(reads);
    if (sends && socket.writable) socket.write(sends);
  }, each_ms);
  return socket.once('close', () => clearInterval(timer));
}

/** An attacker whose connection is evicted connects again. Attackers have the lowest priority: on another machine they
 * would take no processor from the panel. */
async function crowd(plan) {
  setPriority(19);
  let alive = 0;
  for (;;) {
    for (let i = 0; i < 20 && alive < plan.count; i++, alive++) attacker(plan).once('close', () => alive--);
    console.log(alive);
    await sleep(20);
  }
}

/** Milliseconds of processor time of a process: in user mode and in the kernel. */
function processorTime(process_id) {
  const fields = readFileSync(`/proc/${process_id}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10; // clock ticks: proc_pid_stat(5)
}

/* --- the honest clients --- */

function ask(path) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
    let heard = '';
    const timer = setTimeout(() => socket.destroy(new Error(`${path} was not answered`)), GIVE_UP_MS);
    socket.on('data', (data) => (heard += data));
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      if (heard.startsWith('HTTP/1.1 200')) resolve(performance.now() - began);
      else reject(new Error(`${path} was answered "${heard.slice(0, 40)}"`));
    });
  });
}

async function measure(path) {
  const times = [];
  let lost = 0;
  for (const end = performance.now() + MEASURE_MS; performance.now() < end; ) {
    await ask(path).then((time) => times.push(time), () => lost++);
  }
  times.sort((a, b) => a - b);
  return { path, lost, count: times.length, p99: times[Math.ceil(times.length * 0.99) - 1], longest: times.at(-1) };
}

const PATHS = ['/healthz', '/runs'];

async function under(name) {
  const child = spawn(process.execPath, [process.argv[1], base, pid, `${MEASURE_MS}`, '', name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let alive = 0;
  createInterface({ input: child.stdout }).on('line', (line) => (alive = Math.max(alive, Number(line))));
  try {
    // As many as the panel has places, unless it closes them faster than they come.
    for (const end = performance.now() + 3000; alive < 64 && performance.now() < end; ) await sleep(5);
    await sleep(200);
    const all = [];
    const began = performance.now();
    const [panel, attackers] = [processorTime(pid), processorTime(child.pid)];
    for (const path of PATHS) all.push(await measure(path));
    const share = (from, id) => `${(((processorTime(id) - from) / (performance.now() - began)) * 100).toFixed(0)}%`;
    console.log(`figure: ${name}: processor time of the panel ${share(panel, pid)}, of the attackers ${share(attackers, child.pid)}`);
    return all;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function inQuiet() {
  const all = [];
  for (const path of PATHS) all.push(await measure(path));
  return all;
}

function check(name, { path, lost, count, longest }) {
  if (count === 0 || longest > LONGEST_MS) throw new Error(`${name}: ${path} took ${longest} ms, ${count} answers`);
  if (lost > 1 + 0.05 * count) throw new Error(`${name}: ${lost} of ${count + lost} requests for ${path} were not answered`);
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const sum = (values) => values.reduce((all, value) => all + value, 0);

/** Quiet and crowded measurements take turns, because other work on the machine comes and goes. */
async function compare(name) {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const [quiet, crowded] = [await inQuiet(), await under(name)];
    for (const found of crowded) check(name, found);
    rounds.push({ quiet, crowded });
  }
  for (const [i, path] of PATHS.entries()) {
    const quiet = rounds.map((round) => round.quiet[i]);
    const crowded = rounds.map((round) => round.crowded[i]);
    const ratios = rounds.map((_, at) => crowded[at].p99 / quiet[at].p99);
    const p99 = (of) => `${median(of.map((each) => each.p99)).toFixed(1)} ms of ${sum(of.map((each) => each.count))}`;
    const longest = Math.max(...crowded.map((each) => each.longest)).toFixed(0);
    console.log(`figure: ${name}, ${path}: p99 ${p99(crowded)}, ${p99(quiet)} in quiet: ${median(ratios).toFixed(1)} times; longest ${longest} ms, ${sum(crowded.map((each) => each.lost))} lost`);
  }
}

async function main() {
  for (const path of PATHS) await ask(path); // warms up
  for (const name of Object.keys(KINDS)) await compare(name);
}

if (kind) {
  process.stdin.once('end', () => process.exit()).resume(); // nothing outlives the test
  await crowd(KINDS[kind]);
} else {
  await main();
}
