// The benchmarks: product against bare probes and peers, in pairs.
// `./run bench [--only TEXT]... [--rounds N] [--json FILE] [--against FILE]`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { NoResults, changeOf, readResults, sentenceOf } from './against.mjs';
import { clientCases } from './client_cases.mjs';
import { cycleCases } from './cycle_cases.mjs';
import { comparePairs, stopAll } from './harness.mjs';
import { serverCases } from './server_cases.mjs';
import { line } from './table.mjs';

/** Wrong usage. @param {Error} error @returns {never} */
function refuse(error) {
  console.error(`bench: ${error.message}`);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: {
      build: { type: 'string', default: 'build/release' },
      only: { type: 'string', multiple: true, default: [''] },
      rounds: { type: 'string', default: '5' },
      json: { type: 'string' },
      against: { type: 'string' },
    } });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number from 1, got ${values.rounds}`);
    return { ...values, rounds };
  } catch (error) {
    return refuse(error);
  }
}

/** The results to compare with, before anything is measured. @param {string | undefined} file */
function readEarlier(file) {
  try {
    return file === undefined ? null : readResults(file);
  } catch (error) {
    if (!(error instanceof NoResults)) throw error;
    return refuse(error);
  }
}

const options = readOptions();
const earlier = readEarlier(options.against);

/** A case: {name, unit, goal (least ratio; none: only to know), needs (programs and their packages), prepare() -> {a: {name, measure},
 *  b: {name, measure}, stop()}}. */
async function runCase(one, rounds) {
  const { a, b, stop } = await one.prepare();
  try {
    const result = await comparePairs(a.measure, b.measure, rounds);
    return { name: one.name, unit: one.unit, goal: one.goal, product: { name: a.name, ...result.a },
      yardstick: { name: b.name, ...result.b }, ratio: result.ratio, cpu: result.cpu, raw: result.raw };
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

/** Why a case cannot be measured here; null: it can. */
function lacks({ needs = [] }) {
  const missing = needs.filter(({ file }) => !existsSync(file));
  return missing.length > 0 ? missing.map((need) => need.package).join(' ') : null;
}

function choose() {
  const all = [...cycleCases(options.build), ...serverCases(options.build), ...clientCases(options.build)];
  const unknown = options.only.find((text) => !all.some(({ name }) => name.includes(text)));
  if (unknown !== undefined) refuse(new Error(`no benchmark's name contains "${unknown}"`));
  return all.filter(({ name }) => options.only.some((text) => name.includes(text)));
}

async function main() {
  const chosen = choose();
  const version = execFileSync(`${options.build}/koneksi`, ['--version'], { encoding: 'utf8' }).trim();
  const report = { version, date: new Date().toISOString(), machine: machine(), rounds: options.rounds, cases: [], skipped: [] };
  const changes = [];
  console.log(`${version}; ${report.machine.cpu}, ${report.machine.cores} cores, Linux ${report.machine.kernel}`);
  console.log(`Medians of ${options.rounds} pairs, measured in turn, a second; ratio: product to yardstick; CPU: CPU time of each, product to yardstick.\n`);
  console.log(line(earlier !== null));
  for (const one of chosen) {
    const packages = lacks(one);
    if (packages !== null) {
      report.skipped.push({ name: one.name, packages });
      continue;
    }
    const row = await runCase(one, options.rounds);
    const change = earlier && changeOf(row, earlier);
    report.cases.push(row);
    changes.push(change);
    console.log(line(earlier !== null, row, change));
  }
  for (const { name, packages } of report.skipped) console.log(`skipped, as ${packages} is not installed: ${name}`);
  if (earlier) {
    const known = changes.filter((change) => change !== null);
    console.log(`\n${sentenceOf(known, changes.length - known.length, earlier, report.machine)}`);
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
