// What every benchmark needs: servers that are started and ended by pid, commands that print JSON, pairs of
// measurements taken in turn, and their medians. Two things are only ever compared within one run, alternately:
// the machine's speed drifts, and a ratio taken pair by pair does not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const started = new Set();

/** Starts a program that runs until it is stopped. */
export function launch(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  started.add(child);
  child.once('exit', () => started.delete(child));
  child.once('error', () => started.delete(child));
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
  });
  failed.catch(() => {});
  return { child, failed, stop: () => stopServer(child) };
}

/** Starts a server and waits for the line of its standard output that `pattern` matches; its first group is the port. */
export async function startServer(command, args, pattern) {
  const { child, failed, stop } = launch(command, args);
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = pattern.exec(line);
      if (match) resolve(Number(match[1]));
    });
  });
  return { port: await Promise.race([ready, failed]), stop };
}

async function stopServer(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin.end();
  child.kill('SIGTERM');
  await ended;
}

/** Ends what is still running, when a benchmark stopped half-way. */
export async function stopAll() {
  await Promise.all([...started].map(stopServer));
}

/** Runs a command to its end and returns its standard output; a failure is an error with its standard error. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => { err += data; });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${signal ?? `exit status ${code}`}: ${err.slice(-400)}`);
  return out;
}

/** Median, least and most of a list. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** A measurement: how many a second, and the CPU time of each where that is known. */
const measurement = (value) => (typeof value === 'number' ? { rate: value } : value);

/** A to B, pair by pair. */
const ratios = (a, b, of) => summary(a.map((one, i) => of(one) / of(b[i])));

/** Takes `rounds` pairs in turn, A B, B A, A B, ..., after one uncounted pair; ratios are A/B pair by pair. What is
 * measured is a number, or {rate, cpu_us}; `cpu` is there when all have it. */
export async function comparePairs(measureA, measureB, rounds) {
  const a = [];
  const b = [];
  for (let round = -1; round < rounds; round++) {
    const bFirst = round % 2 !== 0;
    const early = measurement(bFirst ? await measureB() : await measureA());
    const late = measurement(bFirst ? await measureA() : await measureB());
    if (round >= 0) {
      a.push(bFirst ? late : early);
      b.push(bFirst ? early : late);
    }
  }
  const rates = (list) => list.map(({ rate }) => rate);
  const hasCpu = [...a, ...b].every(({ cpu_us }) => cpu_us > 0);
  return {
    a: summary(rates(a)), b: summary(rates(b)), ratio: ratios(a, b, ({ rate }) => rate),
    cpu: hasCpu ? ratios(a, b, ({ cpu_us }) => cpu_us) : undefined, raw: { a: rates(a), b: rates(b) },
  };
}
