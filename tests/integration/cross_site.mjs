/** node cross_site.mjs URL [TOKEN]: asks each route that the contract has in every way that a stranger might, and holds
 * the answers against the policy below. No request that is allowed changes anything: ids that are not there, bodies that
 * are not complete. */

import { Agent, request } from 'node:http';

const [base, token] = process.argv.slice(2);
const { port } = new URL(base);
const PUBLIC = ['/', '/healthz', '/openapi.json', '/report'];
const AT_ONCE = 16;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const streams = new Agent({ maxSockets: 1 }); // each is cut off, and the panel notices a little later

const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`, '127.0.0.1:1', `127.0.0.1.evil.example:${port}`];
const origins = [undefined, `http://127.0.0.1:${port}`, 'http://evil.example', 'null'];
const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site'];
const tokens = token
  ? [{}, { header: token }, { header: `${token}x` }, { header: token.slice(1) }, { header: '' }, { query: token }, { cookie: token }]
  : [{}];

/** 0: not forbidden; else the status. */
function policy({ method, path, host, origin, site, given }) {
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 403;
  if (token && !PUBLIC.includes(path) && given.header !== token) return 401;
  if (method === 'GET' || method === 'HEAD') return 0;
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 0 : 403;
  return origin === undefined || origin === `http://${host}` ? 0 : 403;
}

/** Its status; a body is not waited for, since a stream has no end. A connection that was kept may have been closed when it
 * is used again, as every client of HTTP has to expect: then once more. */
function ask(one) {
  const { method, path, host, origin, site, given, type = 'application/json' } = one;
  const headers = { Host: host };
  if (origin) headers.Origin = origin;
  if (site) headers['Sec-Fetch-Site'] = site;
  if (given.header !== undefined) headers.Authorization = `Bearer ${given.header}`;
  if (given.cookie) headers.Cookie = `token=${given.cookie}; koneksi-token=${given.cookie}`;
  const body = method === 'POST' || method === 'PATCH' ? '{}' : undefined;
  if (body) Object.assign(headers, { 'Content-Type': type, 'Content-Length': body.length });
  const query = given.query ? `?token=${given.query}` : '';
  const stream = path.endsWith('/events');
  return new Promise((resolve, reject) => {
    const asked = request(base + path.replaceAll('{id}', '999999') + query, { method, headers, agent: stream ? streams : agent }, (answer) => {
      if (!stream) return answer.resume().once('close', () => resolve(answer.statusCode));
      resolve(answer.statusCode);
      return asked.destroy();
    });
    asked.once('error', (error) => (asked.reusedSocket ? resolve(ask(one)) : reject(new Error(`${method} ${path} ${JSON.stringify(headers)}: ${error.message}`))));
    asked.end(body);
  });
}

function* cases(routes) {
  for (const [method, path] of routes)
    for (const host of hosts)
      for (const origin of origins)
        for (const site of sites) for (const given of tokens) yield { method, path, host, origin, site, given };
}

const { paths } = await (await fetch(`${base}/openapi.json`)).json();
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).filter((m) => m !== 'parameters').map((method) => [method.toUpperCase(), path]),
);
routes.push(...routes.filter(([method]) => method === 'GET').map(([, path]) => ['HEAD', path]));

let asked = 0;
const wrong = [];
async function work(queue) {
  for (const one of queue) {
    const expected = policy(one);
    const status = await ask(one);
    asked++;
    if (expected === 0 ? status === 401 || status === 403 : status !== expected)
      wrong.push(`${one.method} ${one.path}: expected ${expected || 'to be allowed'}, got ${status}: ${JSON.stringify(one)}`);
  }
}
const queue = cases(routes);
await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));

/* What a page of another site can send without asking first is no JSON; a route that takes a body takes none of it. */
for (const [path, methods] of Object.entries(paths))
  for (const [method, { requestBody }] of Object.entries(methods)) {
    if (!requestBody) continue;
    const one = { method: method.toUpperCase(), path, host: hosts[0], given: token ? { header: token } : {} };
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
      const status = await ask({ ...one, type });
      asked++;
      if (status !== 415 && status !== 404) wrong.push(`${method} ${path} as ${type}: got ${status}`);
    }
  }

agent.destroy();
console.log(`figure: ${asked} requests to ${routes.length} routes, ${wrong.length} of them answered otherwise than the policy has it`);
if (wrong.length) {
  console.error(wrong.slice(0, 20).join('\n'));
  process.exit(1);
}
