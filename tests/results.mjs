/** node results.mjs FOLDER SUITE...: reads each suite's JUnit file, FOLDER/SUITE.xml, as ctest wrote it. Prints the ten
 * slowest tests, the tests that failed, what was skipped with its reason, and last the counts. Exits with 1 if a test
 * failed or a suite has no results. A test that skips a part of itself says so in a line `SKIPPED: what: why` (or, from
 * node's test runner, `# SKIP why`); one that skips all of itself ends with such a line and exit status 77. */

import { existsSync, readFileSync } from 'node:fs';

const SLOWEST = 10;
const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const [folder, ...suites] = process.argv.slice(2);
const plain = (xml) => xml.replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
const attribute = (text, name) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '');

/** Why a test skipped all or parts of itself. @param {string} output */
function reasons(output) {
  const said = [...output.matchAll(/^SKIPPED: (.+)$/gm)].map((match) => match[1]);
  const tap = [...output.matchAll(/^\s*ok \d+ - (.+) # SKIP ?(.*)$/gm)].map((match) => `${match[1]}: ${match[2]}`);
  return [...new Set([...said, ...tap])];
}

/** @param {string} suite */
function testsOf(suite) {
  const file = `${folder}/${suite}.xml`;
  const lost = [{ name: `${suite} (ctest wrote no results)`, seconds: 0, status: 'fail', skipped: [] }];
  if (!existsSync(file)) return lost;
  const cases = readFileSync(file, 'utf8').matchAll(/<testcase ([^>]*)>(.*?)<\/testcase>/gs);
  const tests = [...cases].map(([, head, inside]) => {
    const output = plain(/<system-out>(.*?)<\/system-out>/s.exec(inside)?.[1] ?? '');
    const status = inside.includes('<skipped message="SKIP_') ? 'notrun' : attribute(head, 'status');
    const name = (suites.length > 1 && suite !== 'release' ? `${suite}: ` : '') + attribute(head, 'name');
    return { name, seconds: Number(attribute(head, 'time')), status, skipped: reasons(output) };
  });
  return tests.length ? tests : lost;
}

/** @param {string} title @param {string[]} lines */
function section(title, lines) {
  if (lines.length) console.log(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`.trimEnd());
}

const tests = suites.flatMap(testsOf);
const passed = tests.filter(({ status }) => status === 'run');
const skipped = tests.filter(({ status, skipped: why }) => status === 'notrun' && why.length);
const failed = tests.filter((test) => !passed.includes(test) && !skipped.includes(test));
const slowest = [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);

section('The slowest tests, in seconds:', slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(6)}  ${name}`));
section('Failed:', failed.map(({ name }) => name));
section('Skipped:', skipped.map(({ name, skipped: why }) => `${name}: ${why.join('; ')}`));
section('Skipped parts of tests that passed:', passed.flatMap(({ name, skipped: why }) => why.map((one) => `${name}: ${one}`)));
console.log(`\n${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length ? 1 : 0;
