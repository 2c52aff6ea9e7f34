// The servers that the benchmarks compare, each on a port of 127.0.0.1 that it picked itself.
import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:net';
import { launch, startServer } from './harness.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The product in one model. */
export async function koneksi(build, model) {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi-bench-'));
  const server = await startServer(
    join(build, 'koneksi'),
    ['--http', '127.0.0.1:0', '--time', '127.0.0.1:0', '--db', join(folder, 'bench.db'), '--model', model],
    /^koneksi ready .*time=127\.0\.0\.1:(\d+)/);
  return withFolder(server, folder);
}

/** The bare server in one model. */
export function probe(build, model) {
  return startServer(join(build, 'probe_server'), [model], /^port (\d+)/);
}

/** The classic Python server: a thread for each connection. */
export function classic(backlog) {
  return startServer('python3', [join(here, 'classic_server.py'), String(backlog)], /^port (\d+)/);
}

/** nginx's stream module, which says a line and closes. */
export async function nginx() {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi-bench-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; worker_processes auto; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
stream { server { listen 127.0.0.1:${port} backlog=4096; return "JAM 00:00:00\\r\\n"; } }
`);
  return listening('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], port, folder);
}

/** nginx's HTTP server with an answer of its own. It closes when the client asks for that. */
export async function nginxHttp() {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi-bench-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `
daemon off; worker_processes auto; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; server { listen 127.0.0.1:${port} backlog=4096; location / { return 200 "JAM 00:00:00\\r\\n"; } } }
`);
  return listening('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], port, folder);
}

export async function redis() {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi-bench-'));
  const port = await freePort();
  return listening('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--protected-mode', 'no', '--dir', folder,
    '--daemonize', 'no'], port, folder);
}

/** A server that prints nothing when it is ready: it is, once its port accepts. */
async function listening(command, args, port, folder) {
  const { child, failed, stop } = launch(command, args);
  child.stdout.resume();
  for (let tries = 0; tries < 200; tries++) {
    if (await Promise.race([accepts(port), failed])) return withFolder({ port, stop }, folder);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${command} does not listen on ${port}`);
}

function withFolder(server, folder) {
  return { ...server, stop: async () => { await server.stop(); rmSync(folder, { recursive: true, force: true }); } };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
