// What ./run bench computes and prints, without measuring anything.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { changeOf, readResults, sentenceOf } from './against.mjs';
import { comparePairs, summary } from './harness.mjs';
import { line } from './table.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const around = (median) => ({ median, min: median - 0.05, max: median + 0.05 });
const row = (name, ratio, more = {}) => ({ name, unit: 'clients/s', ratio: around(ratio), product: { median: 12345.6 }, yardstick: { median: 13000 }, ...more });

/** @param {...string} args */
function bench(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(here, 'bench.mjs'), '--build', '/nowhere', ...args], { encoding: 'utf8' });
  return { status, said: stderr, measured: stdout };
}

test('the median of an even number lies between the middle two', () => {
  assert.deepEqual(summary([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.deepEqual(summary([9, 1, 5]), { median: 5, min: 1, max: 9 });
});

test('ratios are taken pair by pair, in turn, and the first pair does not count', async () => {
  const order = [];
  const says = (name, values) => async () => {
    order.push(name);
    return values.shift();
  };
  const a = says('a', [{ rate: 1, cpu_us: 900 }, { rate: 20, cpu_us: 3 }, { rate: 30, cpu_us: 8 }, { rate: 90, cpu_us: 10 }]);
  const b = says('b', [{ rate: 1, cpu_us: 1 }, { rate: 10, cpu_us: 2 }, { rate: 30, cpu_us: 4 }, { rate: 30, cpu_us: 2 }]);
  const found = await comparePairs(a, b, 3);
  assert.equal(order.join(''), 'baabbaab');
  assert.deepEqual(found.ratio, { median: 2, min: 1, max: 3 });
  assert.deepEqual(found.cpu, { median: 2, min: 1.5, max: 5 });
  assert.deepEqual([found.a.median, found.b.median, found.raw.a], [30, 30, [20, 30, 90]]);
});

test('of a peer whose CPU time is not known there is no such ratio', async () => {
  const found = await comparePairs(async () => ({ rate: 6, cpu_us: 5 }), async () => 3, 1);
  assert.deepEqual([found.ratio.median, found.cpu], [2, undefined]);
  const none = await comparePairs(async () => ({ rate: 6, cpu_us: 5 }), async () => ({ rate: 3, cpu_us: NaN }), 1);
  assert.equal(none.cpu, undefined);
});

test('a change is one only where the ranges do not overlap', () => {
  const earlier = { version: 'koneksi 0.1.0', cases: [{ name: 'x', ratio: around(0.9) }] };
  assert.deepEqual(changeOf(row('x', 1.8), earlier), { then: 0.9, factor: 2, word: 'better' });
  assert.equal(changeOf(row('x', 0.45), earlier).word, 'worse');
  assert.equal(changeOf(row('x', 0.98), earlier).word, 'same');
  assert.equal(changeOf(row('y', 1), earlier), null);
});

test('the sentence counts, names what it compares with, and says when that was another machine', () => {
  const machine = { cpu: 'A', cores: 2, kernel: '6.18' };
  const earlier = { version: 'koneksi 0.1.0', date: '2026-11-24T13:38:52Z', rounds: 5, machine, cases: [] };
  const changes = ['better', 'same', 'same', 'worse'].map((word) => ({ word }));
  const said = sentenceOf(changes, 1, earlier, machine);
  assert.match(said, /^Compared with koneksi 0\.1\.0 of 2026-11-24 \(5 pairs\): 1 better, 1 worse, 2 within the noise, 1 not measured then\. /);
  assert.doesNotMatch(said, /another machine/);
  assert.match(sentenceOf(changes, 0, earlier, { ...machine, cores: 4 }), /2 within the noise\. .*That was another machine or kernel \(A, 2 cores, Linux 6\.18\)/);
});

test('each row of the table fits its head, with an earlier version and without', () => {
  const one = row('client: pool mode, requests 100, bare client', 0.9, { goal: 0.95, cpu: around(1.03) });
  assert.match(line(false, one), /^client: pool mode, requests 100, bare client +12,346 +13,000 +0\.90 \(0\.85\.\.0\.95\) +1\.03 +0\.95 missed$/);
  assert.match(line(true, one, { then: 0.8, factor: 1.125, word: 'same' }), / +0\.95 missed +0\.80 +1\.13 +same$/);
  assert.match(line(true, one), / – +– +new$/);
  for (const compared of [false, true]) assert.equal(line(compared).indexOf('goal') + 4, line(compared, one).indexOf('missed') + 6);
});

test('the results that are kept can be read', () => {
  const kept = readdirSync(join(here, 'results')).filter((name) => name.endsWith('.json'));
  assert.ok(kept.length > 0);
  for (const name of kept) assert.match(readResults(join(here, 'results', name)).version, /^koneksi \d/);
});

test('a wrong file is refused before anything is measured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi bench '));
  const file = join(folder, 'x.json');
  const refused = (text, reason) => {
    writeFileSync(file, text);
    const { status, said, measured } = bench('--against', file);
    assert.equal(status, 2, said);
    assert.match(said, reason);
    assert.equal(measured, '');
  };
  try {
    refused('{"version": "koneksi 0.1.0"', /^bench: .*x\.json is not JSON/);
    refused('null', /^bench: .*x\.json has no results/);
    refused('{"version": "koneksi 0.1.0", "cases": [{"name": "x"}]}', /has no results/);
    refused('{"version": "koneksi 0.1.0", "cases": [{"name": "x", "ratio": {"median": 0, "min": 0, "max": 0}}]}', /has no results/);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const missing = bench('--against', file);
  assert.equal(missing.status, 2);
  assert.match(missing.said, /^bench: cannot read .*x\.json: there is no such file\n$/);
});

test('wrong options are refused', () => {
  for (const [args, reason] of [
    [['--rounds', '0'], /--rounds must be a whole number from 1, got 0/],
    [['--only', 'no such benchmark'], /no benchmark's name contains "no such benchmark"/],
    [['--nonsense'], /nonsense/],
    [['--against'], /against/],
  ]) {
    const { status, said } = bench(...args);
    assert.equal(status, 2, said);
    assert.match(said, reason);
  }
});
