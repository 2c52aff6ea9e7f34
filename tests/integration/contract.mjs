/** Holds answers that were really given against openapi.json: node contract.mjs CONTRACT FOLDER. Each answer is a folder
 * with `ask` ("METHOD /path/{template}"), `status`, `headers` and `body`. Fails when an answer is not as documented, or
 * when something is documented that no answer had. */

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../static/package.json', import.meta.url)));
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

const BASE = 'contract';
const METHODS = ['get', 'post', 'patch', 'delete'];
/** Documented, and not to be had from outside: the panel answers so when it has no memory, and at no other time. */
const MEMORY_ALONE = ['GET /', 'GET /limits', 'GET /listeners', 'GET /metrics', 'GET /openapi.json', 'GET /report', 'GET /server', 'PATCH /server'].map(
  (operation) => `${operation} 503`,
);

const [contractFile, folder] = process.argv.slice(2);
const contract = JSON.parse(readFileSync(contractFile, 'utf8'));
const wrong = [];
const seenAnswers = new Set();
const seenMembers = new Set();

const follow = (node) =>
  node?.$ref ? follow(node.$ref.slice(2).split('/').reduce((at, name) => at[name], contract)) : node;

/** A reader of the contract may meet members that are not in it, and ignores them; an answer may not have any. */
function close(node) {
  if (Array.isArray(node)) return node.map(close);
  if (node === null || typeof node !== 'object') return node;
  const closed = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, close(value)]));
  if (closed.properties && closed.additionalProperties === undefined) closed.unevaluatedProperties = false;
  if (closed.allOf) {
    closed.allOf = closed.allOf.map((part) => open(part));
    closed.unevaluatedProperties = false;
  }
  return closed;
}

/** What stands in an allOf must leave room for the others. */
function open(part) {
  const target = { ...(follow(part) ?? part) };
  delete target.unevaluatedProperties;
  return target;
}

const ajv = new Ajv({ allErrors: true, strictTypes: false, allowUnionTypes: true });
addFormats(ajv);
ajv.addKeyword('components');
const schemas = close(contract.components.schemas);
ajv.addSchema({ $id: BASE, components: { schemas } });

const compiled = new Map();
function validator(schema) {
  const text = JSON.stringify(close(schema)).replaceAll('"#/components', `"${BASE}#/components`);
  if (!compiled.has(text)) compiled.set(text, ajv.compile(JSON.parse(text)));
  return compiled.get(text);
}

/** Which documented members an answer has. */
function walk(schema, value, where) {
  const node = follow(schema);
  for (const part of [...(node.allOf ?? []), ...(node.oneOf ?? [])]) walk(part, value, where);
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    if (node.items) value.forEach((item) => walk(node.items, item, where));
    return;
  }
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    if (name in value) {
      seenMembers.add(property);
      walk(property, value[name], `${where}.${name}`);
    }
  }
  if (typeof node.additionalProperties === 'object') {
    Object.values(value).forEach((item) => walk(node.additionalProperties, item, where));
  }
}

function members(schema, where, into, visited = new Set()) {
  const node = follow(schema);
  if (visited.has(node)) return into;
  visited.add(node);
  for (const part of [...(node.allOf ?? []), ...(node.oneOf ?? [])]) members(part, where, into, visited);
  if (node.items) members(node.items, `${where}[]`, into, visited);
  if (typeof node.additionalProperties === 'object') members(node.additionalProperties, `${where}.*`, into, visited);
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    into.set(property, `${where}.${name}`);
    members(property, `${where}.${name}`, into, visited);
  }
  return into;
}

function headersOf(text) {
  const lines = text.split('\r\n').filter((line) => line.includes(': '));
  return Object.fromEntries(lines.map((line) => [line.split(': ')[0].toLowerCase(), line.slice(line.indexOf(': ') + 2)]));
}

const allowOf = (item) => {
  const names = METHODS.filter((method) => item[method]).flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  return [...names, 'OPTIONS'].sort().join(',');
};

/** The documented response of an answer; of every path: HEAD as GET, OPTIONS, and 405 for what is not there. */
function documented(item, method, status) {
  if (method === 'OPTIONS') return status === 204 ? { description: '' } : undefined;
  const operation = item[method === 'HEAD' ? 'get' : method.toLowerCase()];
  return follow(operation ? operation.responses[status] : contract.components.responses[status === 405 ? 'MethodNotAllowed' : '']);
}

function checkBody(said, response, headers, body, method) {
  const content = response.content ?? {};
  if (method === 'HEAD' || !Object.keys(content).length) {
    if (body.length) said(`has a body of ${body.length} bytes`);
    return;
  }
  const type = (headers['content-type'] ?? '').split(';')[0];
  if (!content[type]) return said(`is ${type || 'of no type'}, documented: ${Object.keys(content)}`);
  if (type !== 'application/json') return;
  const { schema } = content[type];
  const value = JSON.parse(body);
  const validate = validator(schema);
  if (!validate(value)) {
    for (const error of validate.errors.slice(0, 8)) {
      said(`${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
  walk(schema, value, '');
}

function check(name) {
  const read = (file) => readFileSync(path.join(folder, name, file), 'utf8');
  const [method, template] = read('ask').trim().split(' ');
  const status = Number(read('status'));
  const said = (text) => wrong.push(`${method} ${template} ${status} (${name}): ${text}`);
  const item = contract.paths[template];
  if (!item) return said('the path is not documented');
  const response = documented(item, method, status);
  if (!response) return said(`the status is not documented: ${read('body').slice(0, 200)}`);
  const headers = headersOf(read('headers'));
  for (const wanted of Object.keys(response.headers ?? {})) {
    if (!(wanted.toLowerCase() in headers)) said(`there is no ${wanted}`);
  }
  if ([405, 204].includes(status) && headers.allow && headers.allow.split(', ').sort().join(',') !== allowOf(item)) {
    said(`Allow: ${headers.allow}, documented: ${allowOf(item)}`);
  }
  checkBody(said, response, headers, read('body'), method);
  seenAnswers.add(`${method} ${template} ${status}`);
}

readdirSync(folder).forEach(check);

const operations = Object.entries(contract.paths).flatMap(([template, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ template, method: method.toUpperCase(), item, operation: item[method] })));
const wanted = operations.flatMap(({ template, method, operation }) =>
  Object.keys(operation.responses).map((status) => `${method} ${template} ${status}`));
for (const template of Object.keys(contract.paths)) {
  wanted.push(`OPTIONS ${template} 204`);
  wanted.push(`PUT ${template} 405`);
  if (contract.paths[template].get) wanted.push(`HEAD ${template} 200`);
}
for (const name of wanted) {
  if (seenAnswers.has(name) === MEMORY_ALONE.includes(name)) {
    wrong.push(`${name}: ${seenAnswers.has(name) ? 'can be provoked after all' : 'documented, and no answer was so'}`);
  }
}

const inAnswers = new Map();
for (const { template, method, operation } of operations) {
  for (const response of Object.values(operation.responses).map(follow)) {
    const schema = response.content?.['application/json']?.schema;
    if (schema) members(schema, `${method} ${template}`, inAnswers);
  }
}
for (const [property, where] of inAnswers) {
}

if (wrong.length) {
  console.error([...new Set(wrong)].join('\n'));
  process.exit(1);
}
console.log(`  ${seenAnswers.size} kinds of answers, ${inAnswers.size} members: as documented`);
