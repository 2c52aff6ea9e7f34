// The server's benchmarks: the same bare client against the product's models, bare servers and peers.
import { join } from 'node:path';
import { run } from './harness.mjs';
import * as servers from './servers.mjs';

/** Connections a second that the bare client reaches against a port. */
function connections(build, port, count, ...more) {
  return async () => {
    const out = JSON.parse(await run(join(build, 'probe_client'), ['pool', String(port), String(count), ...more]));
    if (out.failed > 0) throw new Error(`${out.failed} of ${out.clients} clients failed against port ${port}`);
    return out.clients / out.seconds;
  };
}

/** Requests a second on few connections that stay open. */
function requests(build, port, count, each, ...more) {
  const measure = connections(build, port, count, '--requests', String(each), ...more);
  return async () => (await measure()) * each;
}

/** Clients a second of the product's own generator, which leaves its start as a program out. */
function eventClients(build, port, count, ...more) {
  return async () => {
    const report = await run(join(build, 'koneksi-load'),
      ['--mode', 'event', '--count', String(count), '--target', `127.0.0.1:${port}`, ...more]);
    const rate = Number(/completed\/s\s+([\d,]+)/.exec(report)?.[1]?.replaceAll(',', ''));
    if (!rate) throw new Error(`koneksi-load printed no figure: ${report}`);
    return rate;
  };
}

/** Two servers that live through the case, and how each is measured. */
async function pair(startA, nameA, measureA, startB, nameB, measureB) {
  const a = await startA();
  const b = await startB();
  return {
    a: { name: nameA, measure: measureA(a.port) },
    b: { name: nameB, measure: measureB(b.port) },
    stop: async () => { await a.stop(); await b.stop(); },
  };
}

const nginxNeeds = [{ file: '/usr/sbin/nginx', package: 'nginx-light' },
  { file: '/usr/lib/nginx/modules/ngx_stream_module.so', package: 'libnginx-mod-stream' }];
const redisNeeds = [{ file: '/usr/bin/redis-server', package: 'redis-server' },
  { file: '/usr/bin/redis-benchmark', package: 'redis-tools' }];
const pythonNeeds = [{ file: '/usr/bin/python3', package: 'python3' }];

/** PINGs a second by Redis's own benchmark, without pipelining, on as many connections as the bare client has. */
function redisBenchmark(port, connections) {
  return async () => {
    const out = await run('redis-benchmark', ['-h', '127.0.0.1', '-p', String(port), '-c', String(connections),
      '-n', '200000', '-P', '1', '-t', 'ping_mbulk', '--csv']);
    const rate = Number(/"PING_MBULK","([\d.]+)"/.exec(out)?.[1]);
    if (!rate) throw new Error(`redis-benchmark printed no rate: ${out}`);
    return rate;
  };
}

export function serverCases(build) {
  const product = (model) => () => servers.koneksi(build, model);
  const bare = (model) => () => servers.probe(build, model);
  const cycle = (count, ...more) => (port) => connections(build, port, count, ...more);
  const event = (count, ...more) => (port) => eventClients(build, port, count, ...more);
  const unit = 'connections/s';
  return [
    { name: 'server: epoll model, bare epoll server', unit, goal: 0.95,
      prepare: () => pair(product('epoll'), 'koneksi epoll', cycle(40000), bare('epoll'), 'bare epoll', cycle(40000)) },
    { name: 'server: uring model, epoll model', unit, goal: 1.05,
      prepare: () => pair(product('uring'), 'koneksi uring', event(40000), product('epoll'), 'koneksi epoll', event(40000)) },
    { name: 'server: uring model, epoll model, 8000 held', unit, goal: 1,
      prepare: () => pair(product('uring'), 'koneksi uring', event(8000, '--hold'),
        product('epoll'), 'koneksi epoll', event(8000, '--hold')) },
    { name: 'server: thread model, bare thread server', unit, goal: 0.95,
      prepare: () => pair(product('thread'), 'koneksi thread', cycle(30000), bare('thread'), 'bare thread', cycle(30000)) },
    { name: 'server: pool model, thread model', unit, goal: 1,
      prepare: () => pair(product('pool'), 'koneksi pool', cycle(30000), product('thread'), 'koneksi thread', cycle(30000)) },
    { name: 'server: epoll model, nginx stream return', unit, goal: 1, needs: nginxNeeds,
      prepare: () => pair(product('epoll'), 'koneksi epoll (client closes)', cycle(40000),
        servers.nginx, 'nginx (silent client, nginx closes)', cycle(40000, '--silent')) },
    { name: 'server: bare greeting server, nginx stream return', unit, needs: nginxNeeds,
      prepare: () => pair(bare('greet'), 'bare server that greets and closes', cycle(40000, '--silent'),
        servers.nginx, 'nginx (silent client, nginx closes)', cycle(40000, '--silent')) },
    { name: 'server: bare epoll server, bare greeting server', unit,
      prepare: () => pair(bare('epoll'), 'bare epoll server (client closes)', cycle(40000),
        bare('greet'), 'bare server that greets and closes', cycle(40000, '--silent')) },
    { name: 'server: epoll model, classic Python server', unit, goal: 10, needs: pythonNeeds,
      prepare: () => pair(product('epoll'), 'koneksi epoll, 6 clients', cycle(40000),
        () => servers.classic(4096), 'Python threads, 1 client', cycle(4000, '--workers', '1')) },
    { name: 'server: 100 requests a connection, Redis PING by the same client', unit: 'requests/s', goal: 0.9,
      needs: redisNeeds,
      prepare: () => pair(product('epoll'), 'koneksi epoll TIME', (port) => requests(build, port, 2000, 100),
        servers.redis, 'Redis PING, same client', (port) => requests(build, port, 2000, 100, '--ping')) },
    { name: 'server: 100 requests a connection, redis-benchmark', unit: 'requests/s', goal: 0.9, needs: redisNeeds,
      prepare: () => pair(product('epoll'), 'koneksi epoll TIME', (port) => requests(build, port, 2000, 100),
        servers.redis, 'redis-benchmark -c 6 PING', (port) => redisBenchmark(port, 6)) },
  ];
}
