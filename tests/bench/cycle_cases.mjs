// Whole cycles, both sides: what the product's client and server do together beside what a bare client and a bare server
// do, in the two shapes that tools for the network measure.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { clients, product } from './client_cases.mjs';
import * as servers from './servers.mjs';

const LOOPS = ['--workers', String(cpus().length)];
/** wrk keeps its connections: each loop has as many as a bare loop has. */
const KEPT = 64 * cpus().length;
const REQUESTS = 500;

/** neper's tcp_crr: connect, request, response, close. @param {string} build @param {string} mode @param {string} model */
async function connectEachTime(build, mode, model) {
  const [own, bare] = [await servers.koneksi(build, model), await servers.probe(build, 'epoll')];
  return {
    a: { name: `koneksi-load, ${mode} mode, to model ${model}`, measure: product(build, own.port, ['--mode', mode, '--count', '40000']) },
    b: { name: 'bare client to bare server', measure: clients(join(build, 'probe_client'), ['epoll', String(bare.port), '40000', ...LOOPS]) },
    stop: async () => { await own.stop(); await bare.stop(); },
  };
}

/** wrk: HTTP GET again and again on connections that stay open. The panel serves no such load: both ask the bare server.
 * @param {string} build */
async function keepConnections(build) {
  const server = await servers.probe(build, 'http');
  const many = ['--requests', String(REQUESTS)];
  const own = product(build, server.port, ['--mode', 'event', '--exchange', 'http', '--count', String(KEPT), ...many]);
  const bare = clients(join(build, 'probe_client'), ['epoll', String(server.port), String(KEPT), '--http', ...LOOPS, ...many]);
  const requests = async (measure) => {
    const { rate, cpu_us } = await measure();
    return { rate: rate * REQUESTS, cpu_us: cpu_us / REQUESTS };
  };
  return {
    a: { name: 'koneksi-load, event mode', measure: () => requests(own) },
    b: { name: 'bare client', measure: () => requests(bare) },
    stop: server.stop,
  };
}

/** @param {string} build */
export function cycleCases(build) {
  return [
    { name: 'cycle: connect, request, response, close (as tcp_crr), bare client and server', unit: 'connections/s', goal: 0.95,
      prepare: () => connectEachTime(build, 'event', 'epoll') },
    { name: 'cycle: the same with io_uring on both sides, bare client and server with epoll', unit: 'connections/s', goal: 1.15,
      prepare: () => connectEachTime(build, 'uring', 'uring') },
    { name: 'cycle: the same with io_uring in the client, bare client and server with epoll', unit: 'connections/s', goal: 1.05,
      prepare: () => connectEachTime(build, 'uring', 'epoll') },
    { name: 'cycle: the same with io_uring in the server, bare client and server with epoll', unit: 'connections/s', goal: 1.05,
      prepare: () => connectEachTime(build, 'event', 'uring') },
    { name: `cycle: HTTP GET on ${KEPT} kept connections (as wrk), bare client`, unit: 'requests/s', goal: 0.95,
      prepare: () => keepConnections(build) },
  ];
}
