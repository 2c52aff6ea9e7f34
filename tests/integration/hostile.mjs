/** node hostile.mjs URL PID CONNECTIONS: attacks the panel in each way below, until so many connections were opened, while
 * this process asks it for something in turn, and tells how long answers took then and in quiet. */

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [base, pid, connections, attack] = process.argv.slice(2);
const { hostname, port, host } = new URL(base);
const ROUNDS = 3;
const ASKED = 150; // a round
const HOST = `Host: ${host}\r\n`;
const GIVE_UP_MS = 20_000;
const LOST_MOST = 0.05; // of the honest requests: on a busy machine one may be taken for a silent one
const DEVIATION = 80; // descriptors: the 64 connections that the panel keeps, and what comes and goes

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;

/* --- the attacks: each goes on until its process is ended --- */

function open(bytes = '', onData = () => {}) {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.on('data', onData);
  if (bytes) socket.write(bytes);
  return socket;
}

/** As many at one time as the panel lets live, but only so many more each hundredth of a second: faster would measure whose
 * process gets the processor. Tells each time how many it has opened, and the most at one time. */
async function crowd(make, more = 20) {
  let alive = 0;
  let opened = 0;
  let most = 0;
  for (;;) {
    for (let i = 0; i < more; i++, alive++, opened++) make().once('close', () => alive--);
    most = Math.max(most, alive);
    console.log(`${opened} ${most}`);
    await sleep(10);
  }
}

/** One byte after the other, at a snail's pace. */
function drip(begin, byte) {
  const socket = open(begin);
  const timer = setInterval(() => socket.writable && socket.write(byte), 100);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

const POST = `POST /runs HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
const ATTACKS = {
  'idle connections': () => crowd(() => open()),
  'slow headers': () => crowd(() => drip(`GET /runs HTTP/1.1\r\n${HOST}X-Slow: `, 'x')),
  'slow bodies': () => crowd(() => drip(`${POST}Content-Length: 60000\r\n\r\n{"label":"`, 'x')),
  'huge headers': () => crowd(() => open(`GET /runs HTTP/1.1\r\n${HOST}X-Large: ${'x'.repeat(200_000)}\r\n\r\n`), 4),
  'event streams that nobody reads': () => crowd(() => open(`GET /events HTTP/1.1\r\n${HOST}\r\n`).pause()),
  'half-closed event streams': () => crowd(() => open(`GET /events HTTP/1.1\r\n${HOST}\r\n`).end()),
  'a flood of wrong requests': () => crowd(() => open(`BREW /${'%00'.repeat(20)} HTTP/1.1\r\n${HOST}\r\n`)),
};

/* --- nonsense: what the panel may answer is an error, or nothing --- */

const chunked = `${POST}Transfer-Encoding: chunked\r\n\r\n`;
const NONSENSE = {
  'two lengths': `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
  'a length and chunks': `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a coding that is not known': `${POST}Transfer-Encoding: gzip\r\n\r\n{}`,
  'chunked, twice': `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  'a length that is negative': `${POST}Content-Length: -1\r\n\r\n`,
  'a length that overflows': `${POST}Content-Length: 99999999999999999999999\r\n\r\n`,
  'a length in hexadecimal': `${POST}Content-Length: 0x2\r\n\r\n{}`,
  'a chunk size that is none': `${chunked}zz\r\n{}\r\n0\r\n\r\n`,
  'a chunk size that overflows': `${chunked}ffffffffffffffffffffffff\r\n{}`,
  'a folded header': `GET /runs HTTP/1.1\r\n${HOST}X-Folded: a\r\n b\r\nHost: evil.example\r\n\r\n`,
  'a space before the colon': `POST /runs HTTP/1.1\r\n${HOST}Content-Length : 2\r\nTransfer-Encoding : chunked\r\n\r\n{}`,
  'a NUL in the name of a header': `GET /runs HTTP/1.1\r\n${HOST}X\0-A: b\r\n\r\n`,
  'a NUL in the value of a header': `GET /runs HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`,
  'a NUL at the end of the last value': `GET /runs HTTP/1.1\r\n${HOST}X-A: a\0\r\n\r\n`,
  'a line feed alone': `GET /runs HTTP/1.1\n${HOST}\r\n`,
  'an empty name': `GET /runs HTTP/1.1\r\n${HOST}: a\r\n\r\n`,
  'a length of letters': `${POST}Content-Length: abc\r\n\r\n`,
  'a return in a header': `GET /runs HTTP/1.1\r\n${HOST}X-A: b\rc\r\n\r\n`,
  'no host': 'GET /runs HTTP/1.1\r\n\r\n',
  'two hosts': `GET /runs HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`,
  'a target on another host': `GET http://evil.example/runs HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
  'a target that climbs': `GET /../../etc/passwd HTTP/1.1\r\n${HOST}\r\n`,
  'a target that climbs in disguise': `GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n${HOST}\r\n`,
  'a version that is not there': `GET /runs HTTP/9.9\r\n${HOST}\r\n`,
  'no HTTP': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.repeat(20),
  'only blank lines': '\r\n'.repeat(5000),
  'a method of 70 kB': `${'A'.repeat(70_000)} / HTTP/1.1\r\n${HOST}\r\n`,
  'a target of 70 kB': `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n${HOST}\r\n`,
  'ten thousand headers': `GET /runs HTTP/1.1\r\n${HOST}${'X-A: b\r\n'.repeat(10_000)}\r\n`,
  'an upgrade': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
};

/** The status lines of all that is answered until the panel or this side closes. */
function exchange(bytes, half = true) {
  return new Promise((resolve) => {
    let heard = '';
    const socket = open('', (data) => (heard += data));
    const timer = setTimeout(() => socket.destroy(), GIVE_UP_MS);
    socket.once('connect', () => (half ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1')));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(heard.match(/HTTP\/1\.[01] \d{3}/g)?.map((line) => Number(line.slice(-3))) ?? []);
    });
  });
}

/* --- what others notice --- */

/** Milliseconds that each of some answers took, on a connection of its own; infinite for one that did not come. */
async function ask() {
  const times = [];
  for (let i = 0; i < ASKED; i++) {
    const began = performance.now();
    const [status] = await exchange(`GET /runs?limit=1 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, false);
    if (status !== undefined && status !== 200) throw new Error(`an honest client was answered ${status}`);
    times.push(status === 200 ? performance.now() - began : Infinity);
  }
  const lost = times.filter((time) => time === Infinity).length;
  if (lost > LOST_MOST * ASKED) throw new Error(`${lost} of ${ASKED} honest clients were not answered`);
  return times;
}

const p99 = (times) => [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? 0;

async function under(name) {
  const attacker = spawn(process.execPath, [process.argv[1], base, pid, connections, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  let opened = 0;
  let most = 0;
  createInterface({ input: attacker.stdout }).on('line', (line) => ([opened, most] = line.split(' ').map(Number)));
  const ended = new Promise((resolve) => attacker.once('exit', resolve));
  try {
    while (opened < 64) await sleep(5); // as many as the panel keeps
    const times = [];
    while (opened < Number(connections)) times.push(...(await ask()));
    return { times, opened, most, held: descriptors() };
  } finally {
    attacker.kill('SIGKILL');
    await ended;
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main() {
  await ask(); // warms up
  const start = descriptors();
  for (const name of Object.keys(ATTACKS)) {
    const ratios = [];
    const quiets = [];
    const attacked = [];
    let lost = 0;
    let asked = 0;
    let crowded = 0;
    let all = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const quiet = p99(await ask());
      const { times, opened, most, held } = await under(name);
      if (held > start + DEVIATION) throw new Error(`${name}: the panel holds ${held} descriptors, ${start} in quiet`);
      lost += times.filter((time) => time === Infinity).length;
      asked += times.length;
      crowded = Math.max(crowded, most);
      all += opened;
      quiets.push(quiet);
      attacked.push(p99(times));
      ratios.push(p99(times) / quiet);
    }
    const words = `p99 ${median(attacked).toFixed(2)} ms, ${median(quiets).toFixed(2)} ms in quiet: ${median(ratios).toFixed(1)} times; ${lost} of ${asked} lost`;
    console.log(`figure: ${name}, ${all} connections, at most ${crowded} at one time: ${words}`);
  }
  for (const [name, bytes] of Object.entries(NONSENSE)) {
    const statuses = await exchange(bytes);
    const wrong = statuses.filter((s) => s < 400);
    if (wrong.length) throw new Error(`${name} was answered ${statuses.join(', ')}`);
  }
  const many = await exchange(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`.repeat(100));
  if (many.length !== 100 || many.some((s) => s !== 200)) throw new Error(`100 requests at once had ${many.length} answers`);
  console.log(`figure: ${Object.keys(NONSENSE).length} kinds of nonsense: none understood, 100 requests in one segment: 100 answers`);
  for (let tries = 0; descriptors() > start + 2; tries++) {
    if (tries > 200) throw new Error(`${descriptors()} descriptors are left, ${start} were there`);
    await sleep(100);
  }
}

if (attack) {
  process.stdin.once('end', () => process.exit()).resume(); // nothing outlives the test
  await ATTACKS[attack]();
} else {
  await main();
}
