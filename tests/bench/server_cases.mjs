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

export function serverCases(build) {
  const product = (model) => () => servers.koneksi(build, model);
  const bare = (model) => () => servers.probe(build, model);
  const cycle = (count, ...more) => (port) => connections(build, port, count, ...more);
  const unit = 'connections/s';
  return [
    { name: 'server: epoll model, bare epoll server', unit, goal: 0.95,
      prepare: () => pair(product('epoll'), 'koneksi epoll', cycle(40000), bare('epoll'), 'bare epoll', cycle(40000)) },
    { name: 'server: thread model, bare thread server', unit, goal: 0.95,
      prepare: () => pair(product('thread'), 'koneksi thread', cycle(30000), bare('thread'), 'bare thread', cycle(30000)) },
    { name: 'server: pool model, thread model', unit, goal: 1,
      prepare: () => pair(product('pool'), 'koneksi pool', cycle(30000), product('thread'), 'koneksi thread', cycle(30000)) },
    { name: 'server: epoll model, nginx stream return', unit, goal: 1,
      prepare: () => pair(product('epoll'), 'koneksi epoll (client closes)', cycle(40000),
        servers.nginx, 'nginx (silent client, nginx closes)', cycle(40000, '--silent')) },
    { name: 'server: epoll model, classic Python server', unit, goal: 10,
      prepare: () => pair(product('epoll'), 'koneksi epoll, 6 clients', cycle(40000),
        () => servers.classic(4096), 'Python threads, 1 client', cycle(4000, '--workers', '1')) },
    { name: 'server: 100 requests a connection, Redis PING', unit: 'requests/s', goal: 0.9,
      prepare: () => pair(product('epoll'), 'koneksi epoll TIME', (port) => requests(build, port, 2000, 100),
        servers.redis, 'Redis PING, same client', (port) => requests(build, port, 2000, 100, '--ping')) },
  ];
}
