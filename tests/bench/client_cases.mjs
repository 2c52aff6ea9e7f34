// The load generator's benchmarks: its modes against the same epoll server beside bare clients and peers.
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './harness.mjs';
import * as servers from './servers.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Clients a second, and the CPU time of each, by the product's own report for people, its start as a program left out of
 * both as the probes leave theirs out. With --json the reader of the lines would be measured, too.
 * @param {string} build @param {number} port @param {string[]} options */
export function product(build, port, options) {
  return async () => {
    const report = await run(join(build, 'koneksi-load'), ['--target', `127.0.0.1:${port}`, ...options]);
    const match = /completed\/s\s+([\d,]+)/.exec(report);
    if (!match) throw new Error(`koneksi-load printed no figure: ${report}`);
    const cpu = /CPU time\s+([\d,.]+) us/.exec(report);
    return { rate: Number(match[1]?.replaceAll(',', '')), cpu_us: Number(cpu?.[1]?.replaceAll(',', '')) };
  };
}

/** @param {string} command @param {string[]} args */
export function clients(command, args, options = {}) {
  return async () => {
    const out = JSON.parse(await run(command, args, options));
    if (out.failed > 0) throw new Error(`${out.failed} of ${out.clients} clients failed: ${command} ${args.join(' ')}`);
    return { rate: out.clients / out.seconds, cpu_us: out.cpu_us / out.clients };
  };
}

/** A figure that a program prints among other things. @param {string} command @param {string[]} args @param {RegExp} figure */
function printed(command, args, figure) {
  return async () => {
    const match = figure.exec(await run(command, args));
    if (!match) throw new Error(`${command} printed no figure`);
    return Number(match[1]);
  };
}

/** Of each mode: what it is told, what its probe is told so that both have the same shape, and how many clients make
 * a run of about a second, by requests on each connection; `hold` is how many are held. */
const SHAPES = [
  { mode: 'pool', own: ['--pool-size', '6'], probe: ['pool', '--workers', '6'], counts: { 1: 30000, 10: 8000, 100: 1000 } },
  { mode: 'thread', own: ['--stack-kib', '64'], probe: ['thread', '--stack', '64'],
    counts: { 1: 20000, 10: 5000, 100: 800 }, hold: 4000 },
  { mode: 'process', own: [], probe: ['process'], counts: { 1: 8000, 10: 4000, 100: 800 }, hold: 3000 },
  { mode: 'event', own: [], probe: ['epoll', '--workers', String(cpus().length)],
    counts: { 1: 30000, 10: 8000, 100: 1000 }, hold: 8000 },
  { mode: 'uring', own: [], probe: ['epoll', '--workers', String(cpus().length)],
    counts: { 1: 30000, 10: 8000, 100: 1000 }, hold: 8000 },
];

/** @param {string} build */
async function withServer(build, measures) {
  const server = await servers.koneksi(build, 'epoll');
  return { ...measures(server.port), stop: server.stop };
}

/** @param {string} build @param {typeof SHAPES[number]} shape @param {number} count @param {string[]} more */
function besideProbe(build, { mode, own, probe }, count, more) {
  const [kind = '', ...options] = probe;
  return () => withServer(build, (port) => ({
    a: { name: `koneksi-load, ${mode} mode`, measure: product(build, port, ['--mode', mode, '--count', String(count), ...own, ...more]) },
    b: { name: `bare ${kind} client`, measure: clients(join(build, 'probe_client'), [kind, String(port), String(count), ...options, ...more]) },
  }));
}

const nginxNeeds = [{ file: '/usr/sbin/nginx', package: 'nginx-light' }];
const pythonNeeds = [{ file: '/usr/bin/python3', package: 'python3' }];

/** The product against its own server, a peer against nginx: each as it is used. nginx closes first, so no source port
 * of the peer is ever spent. */
async function besidePeer(build, mode, options, peer, measurePeer) {
  const server = await servers.koneksi(build, 'epoll');
  const nginx = await servers.nginxHttp();
  return {
    a: { name: `koneksi-load, ${mode} mode`, measure: product(build, server.port, ['--mode', mode, '--count', '40000', ...options]) },
    b: { name: peer, measure: measurePeer(nginx.port) },
    stop: async () => { await server.stop(); await nginx.stop(); },
  };
}

const wrk = (port, more = ['-H', 'Connection: close']) => printed('wrk', ['-t2', '-c64', '-d2s', ...more, `http://127.0.0.1:${port}/`],
  /Requests\/sec:\s+([\d.]+)/);
const ab = (port) => printed('ab', ['-q', '-c', '64', '-n', '20000', `http://127.0.0.1:${port}/`],
  /Requests per second:\s+([\d.]+)/);

/** Both against the same nginx, by the requests of each connection; the figure is requests a second. */
function http(build, requests, count) {
  return async () => {
    const nginx = await servers.nginxHttp();
    const own = product(build, nginx.port, ['--mode', 'event', '--exchange', 'http', '--count', String(count), '--requests', String(requests)]);
    return {
      a: { name: 'koneksi-load, event mode', measure: async () => (await own()).rate * requests },
      b: { name: 'wrk', measure: wrk(nginx.port, requests === 1 ? undefined : []) },
      stop: nginx.stop,
    };
  };
}

/** The classic clients in Python, against the same server as the product: their own would hold them up more. */
function besidePython(build, mode, count, classic) {
  return () => withServer(build, (port) => ({
    a: { name: `koneksi-load, ${mode} mode`, measure: product(build, port, ['--mode', mode, '--count', String(count)]) },
    b: { name: `classic Python, ${mode}`, measure: clients('python3', [join(here, 'classic_client.py'), mode, String(port), String(classic)]) },
  }));
}

/** @param {string} build */
export function clientCases(build) {
  const unit = 'clients/s';
  const cases = [];
  for (const shape of SHAPES) {
    for (const [requests, count] of Object.entries(shape.counts)) {
      cases.push({ name: `client: ${shape.mode} mode, requests ${requests}, bare client`, unit, goal: 0.95,
        prepare: besideProbe(build, shape, count, ['--requests', requests]) });
    }
    if (shape.hold) {
      cases.push({ name: `client: ${shape.mode} mode, ${shape.hold} held, bare client`, unit, goal: 0.95,
        prepare: besideProbe(build, shape, shape.hold, ['--hold']) });
    }
  }
  for (const [requests, count, goal, what] of [[1, 30000, 1, 'Connection: close'], [100, 2000, 0.9, 'connections kept for 100 requests']]) {
    cases.push({ name: `client: exchange http, wrk, ${what}`, unit: 'requests/s', goal,
      needs: [...nginxNeeds, { file: '/usr/bin/wrk', package: 'wrk' }], prepare: http(build, requests, count) });
  }
  for (const [mode, options] of [['pool', ['--pool-size', '6']], ['event', []]]) {
    cases.push({ name: `client: ${mode} mode, wrk`, unit, goal: 1,
      needs: [...nginxNeeds, { file: '/usr/bin/wrk', package: 'wrk' }],
      prepare: () => besidePeer(build, mode, options, 'wrk against nginx, Connection: close', wrk) });
    cases.push({ name: `client: ${mode} mode, ab`, unit, goal: 1,
      needs: [...nginxNeeds, { file: '/usr/bin/ab', package: 'apache2-utils' }],
      prepare: () => besidePeer(build, mode, options, 'ab against nginx', ab) });
  }
  cases.push(
    { name: 'client: pool mode, Python ThreadPoolExecutor', unit, goal: 8, needs: pythonNeeds,
      prepare: besidePython(build, 'pool', 30000, 5000) },
    { name: 'client: thread mode, Python threads', unit, goal: 6, needs: pythonNeeds,
      prepare: besidePython(build, 'thread', 5000, 5000) },
    { name: 'client: process mode, Python processes', unit, goal: 15, needs: pythonNeeds,
      prepare: besidePython(build, 'process', 4000, 500) },
  );
  return cases;
}
