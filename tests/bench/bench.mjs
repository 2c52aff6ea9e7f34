// The benchmarks: product against bare probes and peers, in pairs. `./run bench [--only TEXT] [--rounds N] [--json FILE]`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { comparePairs, stopAll } from './harness.mjs';
import { clientCases } from './client_cases.mjs';
import { serverCases } from './server_cases.mjs';

function readOptions() {
  try {
    return parseArgs({ options: {
      build: { type: 'string', default: 'build/release' },
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'string' },
    } }).values;
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exit(2);
  }
}
const options = readOptions();

/** A case: {name, unit, goal (least ratio; none: only to know), needs (programs and their packages), prepare() -> {a: {name, measure},
 *  b: {name, measure}, stop()}}. */
async function runCase(one, rounds) {
  const { a, b, stop } = await one.prepare();
  try {
    const result = await comparePairs(a.measure, b.measure, rounds);
    return { name: one.name, unit: one.unit, goal: one.goal, product: { name: a.name, ...result.a },
      yardstick: { name: b.name, ...result.b }, ratio: result.ratio, raw: result.raw };
  } finally {
    await stop();
  }
}

function machine() {
  return {
    kernel: release(),
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memory_mib: Math.round(totalmem() / 1048576),
  };
}

const format = (value) => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2));
const spread = ({ median, min, max }) => `${format(median)} (${format(min)}..${format(max)})`;

function printRow(row) {
  const verdict = row.goal === undefined ? 'no goal' : `goal ${row.goal}: ${row.ratio.median >= row.goal ? 'reached' : 'SHORT'}`;
  console.log(`\n${row.name} [${row.unit}]`);
  for (const side of [row.product, row.yardstick]) {
    console.log(`  ${side.name.padEnd(34)} ${spread(side)}`);
  }
  console.log(`  ${'ratio'.padEnd(34)} ${spread(row.ratio)}   ${verdict}`);
}

async function main() {
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number from 1, got ${options.rounds}`);
  const version = execFileSync(`${options.build}/koneksi`, ['--version'], { encoding: 'utf8' }).trim();
  const report = { version, date: new Date().toISOString(), machine: machine(), rounds, cases: [], skipped: [] };
  const all = [...serverCases(options.build), ...clientCases(options.build)];
  const chosen = all.filter((one) => one.name.includes(options.only));
  if (chosen.length === 0) throw new Error(`no benchmark's name contains "${options.only}"`);
  console.log(`${version}; ${report.machine.cpu}, ${report.machine.cores} cores, Linux ${report.machine.kernel}`);
  console.log(`median (least..most) of ${rounds} pairs, measured in turn`);
  for (const one of chosen) {
    const missing = (one.needs ?? []).filter(({ file }) => !existsSync(file));
    if (missing.length > 0) {
      const packages = missing.map((need) => need.package).join(' ');
      console.log(`\n${one.name}: skipped, not installed: apt-get install --no-install-recommends ${packages}`);
      report.skipped.push({ name: one.name, packages });
      continue;
    }
    const row = await runCase(one, rounds);
    report.cases.push(row);
    printRow(row);
  }
  if (options.json) {
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  }
}

try {
  await main();
} finally {
  await stopAll();
}
