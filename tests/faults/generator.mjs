/** The load generator when the n-th call fails, once or from then on, for n = 1, 2, ... until a run passes untouched:
 * it ends by itself, with a status that is documented and a message, and every client is accounted for.
 *
 * KONEKSI_FAULTS_FOLDER=build/release/tests/faults [KONEKSI_FAULTS_STEP=1] node tests/faults/generator.mjs [MODE] */

import { CALLS, Faults, GENERATOR, Panel, Verdict, each, inFolder, run } from './faults.mjs';

const COUNT = 3;
const KINDS = ['memory', 'descriptor', 'thread', 'process', 'pipe'];
const MODES = process.argv[2] ? [process.argv[2]] : ['thread', 'pool', 'process', 'event', 'uring'];

function parse(lines) {
  try {
    return lines.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  } catch {
    return null;
  }
}

/** @param {any} got @param {boolean} json @param {boolean} lasting @param {(holds: any, text: string) => void} check */
function examine(got, json, lasting, check) {
  check(!got.hung, 'hangs');
  check(got.hung || got.signal === null, `killed by ${got.signal}: ${got.err.slice(0, 3000)}`);
  check(got.signal !== null || [0, 1, 3].includes(got.code), `exit status ${got.code}: ${got.err.slice(0, 3000)}`);
  if (!json) {
    check(got.code !== 3 || /^koneksi-load: .{4}/m.test(got.err), `no message with status 3: ${got.err}`);
    check(got.code === 3 || got.out.includes('clients completed'), `no summary with status ${got.code}: ${got.out}`);
    return;
  }
  const lines = parse(got.out);
  check(lines !== null, `not JSON lines: ${got.out}`);
  const end = lines?.find((line) => line.type === 'end');
  const result = lines?.find((line) => line.type === 'result');
  check(got.code !== 3 || (end?.status === 'failed' && end.message.length > 4) || got.err.length > 4,
    `no message with status 3: ${got.out} ${got.err}`);
  check(got.code === 3 || (end && result), `no result with status ${got.code}: ${got.out}`);
  check(lasting || result || !lines?.some((line) => line.type === 'log'), // what clients said is logged
    'gives up what was measured');
  if (!result) return;
  const { totals } = result;
  check(totals.completed + totals.failed === totals.started && totals.started + totals.not_started === COUNT,
    `does not add up: ${JSON.stringify(totals)}`);
  check(got.code === 3 || (got.code === 0) === (totals.completed === COUNT),
    `status ${got.code} with ${JSON.stringify(totals)}`);
  const grouped = result.errors.reduce((sum, group) => sum + group.count, 0);
  check(grouped === totals.failed, `${grouped} errors for ${totals.failed} failures`);
}

const verdict = new Verdict();
let failed = 0;
await inFolder(async (folder) => {
  const faults = new Faults(folder);
  const env = faults.environment(CALLS, 'koneksi-load');
  const server = await Panel.start(['--no-http', '--time', '127.0.0.1:0']);
  for (const mode of MODES) {
    for (const hold of [true, false]) {
      for (const kind of KINDS) {
        for (const lasting of [false, true]) {
          const json = hold; // one of the two outputs with each
          const args = ['--mode', mode, '--count', String(COUNT), '--target', server.ready.time, '--timeout-ms', '2000',
            ...(hold ? ['--hold', '--json'] : []), ...(mode === 'pool' ? ['--pool-size', '3'] : [])];
          const rounds = await each(async (n) => {
            faults.arm(kind, n, lasting);
            const got = await run(GENERATOR, args, env);
            const { injected, what } = faults.disarm();
            const where = `${mode}${hold ? ' hold json' : ''} ${kind} ${n}${lasting ? '+' : ''} (${what})`;
            examine(got, json, lasting, (holds, text) => verdict.check(holds, `${where}: ${text}`));
            return injected > 0;
          });
          failed += rounds;
          console.log(`${mode}${hold ? ', hold' : ''}: ${kind}, ${lasting ? 'from the n-th on' : 'the n-th'}: ${rounds}`);
        }
      }
    }
  }
  const { code } = await server.stop();
  verdict.check(code === 0 && server.err === '', `the TIME server ended with ${code}: ${server.err}`);
  faults.close();
});
verdict.check(failed > 0, 'nothing failed');
console.log(`figure: ${failed} runs with a failing call: each ended with a status and a message, none hung`);
verdict.end();
