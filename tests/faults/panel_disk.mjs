/** The panel on a disk that fails: of all that SQLite asks of its files, the n-th fails, once or from then on, for n =
 * 1, 2, ... until a run passes untouched. Each answer is a success or a clear error, the panel goes on, and what was
 * acknowledged is there after the fault and after a restart, in a database that is whole.
 *
 * KONEKSI_FAULTS_FOLDER=build/release/tests/faults [KONEKSI_FAULTS_STEP=1] node tests/faults/panel_disk.mjs [full|error|short] */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { addsUp, ask, isClearError, isOver, until } from './api.mjs';
import { Faults, Panel, VFS, Verdict, each, inFolder } from './faults.mjs';

const COUNT = 3;
const KINDS = (process.argv[2] ? [process.argv[2]] : ['full', 'error', 'short']).map((kind) => `disk ${kind}`);
/** A panel's log while its disk fails, and nothing else. */
const LOG = /^\S+Z (error|warning) .*(trying again|kept in memory|cannot be|goes on|a download was cut off)/;
/** What is read while it is sent, and cut where a read fails then. */
const STREAMED = ['/runs', '/runs.csv'];

const verdict = new Verdict();
const counts = { refused: 0, acknowledged: 0 };

/** Everything that one asks of a panel about a run. Returns the ids that were acknowledged. */
async function use(http, check) {
  const acknowledged = [];
  const created = await ask(http, 'POST', '/runs', { mode: 'thread', count: COUNT });
  check(created.status === 201 || isClearError(created), 'POST /runs', created);
  if (created.status === 201) acknowledged.push(created.json.id);
  for (const path of ['/runs', '/healthz', '/runs.csv', '/limits', '/metrics', `/runs/${created.json?.id ?? 1}`]) {
    const answer = await ask(http, 'GET', path);
    check(answer.status === 200 || isClearError(answer) || (answer.status === 404 && path === '/runs/1') ||
      (STREAMED.includes(path) && 'lost' in answer && answer.lost !== 'HUNG'), `GET ${path}`, answer);
  }
  return acknowledged;
}

async function expectKept(http, ids, where) {
  for (const id of ids) {
    const run = await until(http, `/runs/${id}`, isOver);
    verdict.check(isOver(run) && addsUp(run.json), `${where}: run ${id}: ${JSON.stringify(run).slice(0, 600)}`);
  }
}

async function round(faults, panel, kept, kind, n, lasting) {
  const { http } = panel.ready;
  faults.arm(kind, n, lasting);
  const asked = [];
  const ids = await use(http, (holds, what, answer) => {
    if (!holds) asked.push(`${what}: ${JSON.stringify(answer).slice(0, 600)}`);
  });
  if (!lasting && ids.length > 0) await until(http, `/runs/${ids[0]}`, isOver);
  const { injected, what } = faults.disarm();
  const where = `${kind} ${n}${lasting ? '+' : ''} (${what})`;
  asked.forEach((text) => verdict.check(false, `${where}: ${text}`));
  verdict.check(panel.child.exitCode === null && panel.child.signalCode === null, `${where}: the panel died`);
  const well = await ask(http, 'GET', '/healthz');
  verdict.check(well.status === 200, `${where}: not well after it: ${JSON.stringify(well).slice(0, 300)}`);
  await expectKept(http, ids, where);
  kept.push(...ids);
  counts.acknowledged += ids.length;
  counts.refused += ids.length === 0 ? 1 : 0;
  return injected > 0;
}

async function series(kind, lasting) {
  await inFolder(async (folder) => {
    const faults = new Faults(folder);
    const db = join(folder, 'koneksi.db');
    const args = ['--http', '127.0.0.1:0', '--time', '127.0.0.1:0', '--db', db];
    const kept = [];
    let panel = await Panel.start(args, faults.environment(VFS, 'koneksi'));
    const rounds = await each((n) => round(faults, panel, kept, kind, n, lasting));
    const { code, signal } = await panel.stop();
    verdict.check(code === 0, `${kind}: ended with ${code ?? signal}: ${panel.err}`);
    const odd = panel.err.split('\n').filter((line) => line !== '' && !LOG.test(line));
    verdict.check(odd.length === 0, `${kind}: on standard error: ${odd.slice(0, 3).join(' | ')}`);
    const whole = execFileSync('sqlite3', ['-batch', '-readonly', db, 'PRAGMA integrity_check'], { encoding: 'utf8' });
    verdict.check(whole === 'ok\n', `${kind}: ${whole}`);
    panel = await Panel.start(args);
    await expectKept(panel.ready.http, kept, `${kind}, after a restart`);
    await panel.stop();
    faults.close();
    verdict.check(rounds > 0, `${kind}: nothing failed`);
    console.log(`${kind}, ${lasting ? 'from the n-th on' : 'the n-th'}: ${rounds} rounds, ${kept.length} runs kept`);
  });
}

for (const kind of KINDS) {
  for (const lasting of [false, true]) await series(kind, lasting);
}
console.log(`figure: ${counts.acknowledged} runs acknowledged and kept, ${counts.refused} refused`);
verdict.end();
