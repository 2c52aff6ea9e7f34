/** A panel that serves when the n-th call fails, once or from then on, for n = 1, 2, ... until what is asked passes
 * untouched: it answers or says clearly why not, goes on as soon as there is what it lacked, and ends in order, under a
 * sanitizer without a leak.
 *
 * KONEKSI_FAULTS_FOLDER=build/release/tests/faults [KONEKSI_FAULTS_STEP=1] node tests/faults/panel_calls.mjs [PART]
 * PART: start, requests, runs, time */

import { connect } from 'node:net';
import { join } from 'node:path';
import { addsUp, ask, isClearError, isOver, pause, until } from './api.mjs';
import { CALLS, Faults, Panel, STEP, Verdict, each, inFolder } from './faults.mjs';

const COUNT = 3;
const KINDS = ['memory', 'descriptor', 'thread', 'process', 'pipe'];
const MODELS = ['thread', 'pool', 'epoll', 'uring'];
/** A run, or a start, costs a thousand times the calls of a request, most of them alike. */
const RUN_STEP = 11 * STEP;
/** What was stored: each answer is the same to the last byte. */
const STORED = ['/', '/runs', '/runs/1', '/runs/1/samples', '/runs/1/errors', '/runs/1/limits', '/runs/1/histogram',
  '/runs/1/transcript', '/runs/1/samples.csv', '/runs.csv', '/experiments', '/experiments/1',
  '/compare?runs=1,2'];
/** What is measured anew: each answer has the same members. */
const MEASURED = ['/server', '/limits', '/metrics', '/healthz'];
/** A panel that does not start. */
const REFUSED = /^koneksi: .{5}/m;
/** What a panel's log may say of a call that failed. */
const LOG = /^\S+Z (error|warning|info) /;

const verdict = new Verdict();
const tally = { answered: 0, refused: 0, lost: 0 };

/** The names of all members of an answer, in order, and the values of the limits that do not change. */
function names(answer) {
  // Prometheus has no "unknown": a count of descriptors that takes one to make is left out.
  if (answer.json === undefined) return answer.text.replace(/^.*koneksi_time_fds.*\n/gm, '').replace(/^([^#\s]+) .*$/gm, '$1');
  const walk = (value) => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return 0;
    const fixed = /^(getrlimit|\/proc\/sys)/.test(value.source) ? [value.name, value.value] : [];
    return [...fixed, ...Object.entries(value).map(([name, of]) => [name, walk(of)])];
  };
  return JSON.stringify(walk(answer.json));
}

/** Where two texts part. */
function difference(is, should) {
  let at = 0;
  while (at < is.length && is[at] === should[at]) at++;
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `${around(is)} for ${around(should)}`;
}

/** @param {any} answer @param {string} where @param {boolean} mayBeLost libmicrohttpd closes when it has no memory */
function examine(answer, where, mayBeLost) {
  if (answer.status >= 200 && answer.status < 300) tally.answered++;
  else if (isClearError(answer)) tally.refused++;
  else if ('lost' in answer && mayBeLost && answer.lost !== 'HUNG') tally.lost++;
  else verdict.check(false, `${where}: ${JSON.stringify(answer).slice(0, 500)}`);
}

async function expectWell(panel, where) {
  verdict.check(panel.child.exitCode === null && panel.child.signalCode === null, `${where}: the panel died: ${panel.child.exitCode ?? panel.child.signalCode}`);
  if (panel.child.exitCode !== null || panel.child.signalCode !== null) throw new Error(panel.err.slice(-6000));
  const well = await ask(panel.ready.http, 'GET', '/healthz');
  verdict.check(well.status === 200, `${where}: not well after it: ${JSON.stringify(well).slice(0, 300)}`);
}

/** Runs `body` with a panel that has the library in it. */
async function withPanel(name, more, body) {
  await inFolder(async (folder) => {
    const faults = new Faults(folder);
    const args = ['--http', '127.0.0.1:0', '--time', '127.0.0.1:0', '--db', join(folder, 'koneksi.db'), ...more];
    const panel = await Panel.start(args, faults.environment(CALLS, 'koneksi'));
    await body(panel, faults);
    const { code, signal } = await panel.stop();
    verdict.check(code === 0, `${name}: ended with ${code ?? signal}: ${panel.err.slice(-6000)}`);
    const odd = panel.err.split('\n').filter((line) => line !== '' && !LOG.test(line));
    verdict.check(odd.length === 0, `${name}: on standard error: ${odd.slice(0, 60).join('\n')}`);
    faults.close();
  });
}

async function oneRun(http) {
  const created = await ask(http, 'POST', '/runs', { mode: 'thread', count: COUNT });
  await until(http, `/runs/${created.json.id}`, isOver);
  return created.json.id;
}

/** Of a list of experiments. */
const areOver = (answer) => answer.status === 200
  && answer.json.experiments.every(({ status }) => !['queued', 'running'].includes(status));

/** Asks, and ends a lasting want of descriptors while that waits: a listener that gets none answers nobody until it does. */
async function askThrough(asking, { kind, lasting, disarm }) {
  if (kind !== 'descriptor' || !lasting) return { answer: await asking, early: null };
  await pause(30);
  const early = disarm();
  return { answer: await asking, early };
}

/** Each kind, once and lasting. */
async function series(name, panel, faults, kinds, step, body) {
  for (const kind of kinds) {
    for (const lasting of [false, true]) {
      const rounds = await each(async (n) => {
        faults.arm(kind, n, lasting);
        let disarmed;
        const where = () => `${name}: ${kind} ${n}${lasting ? '+' : ''} (${disarmed?.what})`;
        await body({ kind, lasting, disarm: () => { disarmed = faults.disarm(); return where(); } });
        await expectWell(panel, where());
        return disarmed.injected > 0;
      }, step);
      if (rounds > 0) console.log(`${name}: ${kind}, ${lasting ? 'from the n-th on' : 'the n-th'}: ${rounds}`);
    }
  }
}

async function requests() {
  await withPanel('requests', [], async (panel, faults) => {
    const { http } = panel.ready;
    await oneRun(http);
    await oneRun(http);
    const whole = await ask(http, 'POST', '/experiments', { kind: 'sweep', modes: ['thread'], counts: [1], repeats: 1 });
    await until(http, `/experiments/${whole.json.id}`, isOver);
    const one = (method, path, body, after) => series(`${method} ${path}`, panel, faults, ['memory', 'descriptor'], STEP,
      async (fault) => {
        const { answer, early } = await askThrough(ask(http, method, path, body), fault);
        const where = early ?? fault.disarm();
        examine(answer, where, fault.kind === 'memory');
        await after?.(answer, where);
      });
    const read = async (path, tell) => {
      const quiet = tell(await ask(http, 'GET', path));
      await one('GET', path, undefined, (answer, where) => {
        if (answer.status !== 200) return;
        verdict.check(tell(answer) === quiet, `${where}: not all of it: ${difference(tell(answer), quiet)}`);
      });
    };
    for (const path of STORED) await read(path, ({ text }) => text);
    for (const path of MEASURED) await read(path, names);
    await one('PATCH', '/server', { backlog: 100 });
    await one('PATCH', '/runs/1', { label: 'a word' });
    await one('POST', '/experiments', { kind: 'sweep', modes: ['thread'], counts: [1], repeats: 1 }, async (answer) => {
      if (answer.status === 201) {
        const ended = await until(http, `/experiments/${answer.json.id}`, isOver);
        verdict.check(isOver(ended), `an experiment does not end: ${JSON.stringify(ended).slice(0, 500)}`);
      }
      // One whose answer was lost is under way, too, and the queue has room for so many.
      const all = await until(http, '/experiments', areOver);
      verdict.check(areOver(all), `an experiment does not end: ${JSON.stringify(all).slice(0, 500)}`);
    });
  });
}

async function runs() {
  for (const mode of ['thread', 'process']) {
    await withPanel(`runs, ${mode}`, [], async (panel, faults) => {
      const { http } = panel.ready;
      await series(`run, ${mode}`, panel, faults, KINDS, RUN_STEP, async (fault) => {
        const { answer: created, early } = await askThrough(ask(http, 'POST', '/runs', { mode, count: COUNT }), fault);
        if (created.status === 201 && !early) {
          if (fault.lasting) await pause(100);
          else await until(http, `/runs/${created.json.id}`, isOver);
        }
        const where = early ?? fault.disarm();
        examine(created, where, fault.kind === 'memory' || fault.kind === 'descriptor');
        if (created.status !== 201) return;
        const run = await until(http, `/runs/${created.json.id}`, isOver);
        verdict.check(isOver(run) && addsUp(run.json), `${where}: ${JSON.stringify(run).slice(0, 600)}`);
        verdict.check(run.json?.status !== 'failed' || run.json.message.length > 4, `${where}: failed without a message`);
      });
    });
  }
}

/** One exchange with the TIME server. @returns {Promise<string>} the reply, or how it ended */
function exchange(address, ms) {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('TIME\r\n'));
    const timer = setTimeout(() => { socket.destroy(); resolve('HUNG'); }, ms);
    socket.on('data', (data) => {
      got += data;
      if (got.endsWith('\n')) socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => { clearTimeout(timer); resolve(got === '' ? 'closed' : got); });
  });
}

async function time() {
  for (const model of MODELS) {
    await withPanel(`TIME, ${model}`, ['--model', model], async (panel, faults) => {
      await series(`TIME, ${model}`, panel, faults, KINDS, 1, async ({ lasting, disarm }) => {
        const asked = exchange(panel.ready.time, 20_000);
        if (lasting) await pause(30);
        const early = lasting ? disarm() : null;
        const got = await asked;
        const where = early ?? disarm();
        verdict.check(/^JAM [0-9:]{8}\r\n$/.test(got) || got === 'closed', `${where}: ${got}`);
        const next = await exchange(panel.ready.time, 20_000);
        verdict.check(next.startsWith('JAM '), `${where}: then ${next}`);
      });
      // Its models are made anew while it serves.
      for (const to of [...MODELS.filter((other) => other !== model), model]) {
        await series(`TIME, ${model} to ${to}`, panel, faults, KINDS, 1, async (fault) => {
          const asking = ask(panel.ready.http, 'PATCH', '/server', { model: to });
          const { answer: changed, early } = await askThrough(asking, fault);
          const where = early ?? fault.disarm();
          examine(changed, where, fault.kind === 'memory' || fault.kind === 'descriptor');
          const got = await exchange(panel.ready.time, 20_000);
          verdict.check(got.startsWith('JAM '), `${where}: ${got}`);
          await ask(panel.ready.http, 'PATCH', '/server', { model });
        });
      }
    });
  }
}

/** From the first call on: it starts whole, or says why not and ends; what it left of a database opens again. */
async function start() {
  const counts = { started: 0, refused: 0 };
  await inFolder(async (folder) => {
    const db = join(folder, 'koneksi.db');
    const args = ['--http', '127.0.0.1:0', '--time', '127.0.0.1:0', '--db', db];
    const faults = new Faults(folder);
    const round = async (kind, n, lasting) => {
      faults.arm(kind, n, lasting);
      const panel = await Panel.start(args, faults.environment(CALLS, 'koneksi'));
      const { injected, what } = faults.disarm();
      const where = `start: ${kind} ${n}${lasting ? '+' : ''} (${what})`;
      const serves = panel.ready !== null;
      if (serves) await expectWell(panel, where);
      const { code, signal } = serves ? await panel.stop() : await panel.ended;
      counts[serves ? 'started' : 'refused']++;
      verdict.check(serves ? code === 0 : code === 1 && REFUSED.test(panel.err), `${where}: ended with ${code ?? signal}: ${panel.err.slice(-3000)}`);
      return injected > 0;
    };
    for (const kind of KINDS) {
      for (const lasting of [false, true]) {
        const rounds = await each((n) => round(kind, n, lasting), RUN_STEP);
        if (rounds > 0) console.log(`start: ${kind}, ${lasting ? 'from the n-th on' : 'the n-th'}: ${rounds}`);
      }
    }
    faults.close();
  });
  verdict.check(counts.refused > 0, 'start: nothing failed');
  console.log(`figure: of starts with a failing call ${counts.started} serve all the same, ${counts.refused} end with a reason`);
}

const PARTS = { start, requests, runs, time };
for (const [name, part] of Object.entries(PARTS)) {
  if (process.argv[2] === undefined || process.argv[2] === name) await part();
}
const asked = tally.answered + tally.refused + tally.lost;
verdict.check(asked === 0 || tally.refused + tally.lost > 0, 'nothing failed');
if (asked > 0) console.log(`figure: ${tally.answered} answered, ${tally.refused} refused with an error, ${tally.lost} closed without memory`);
verdict.end();
