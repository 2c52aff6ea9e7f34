/** Parts of a run's page: errors with their traces, limits, and whether both sides' counts agree. */

import { h, table } from './dom.js';
import { cause, micros, number, plural, withUnit } from './format.js';

/** @typedef {import('./types').Run} Run */
/** @typedef {import('./types').ErrorGroup} ErrorGroup */
/** @typedef {import('./types').ErrorTrace} ErrorTrace */
/** @typedef {import('./types').Limit} Limit */

/** @type {Record<string, string>} */
const PHASES = {
  start: 'its thread or process could not be started',
  connect: 'its connection could not be made',
  send: 'its request could not be sent',
  receive: 'its reply did not arrive whole',
  protocol: 'the server replied with something else',
  timeout: 'its time was over',
};

/** @typedef {{ errors: ErrorGroup[], traces: ErrorTrace[], next: number | null }} Errors */

/** @param {Errors} data
 * @param {() => void} more fetches the traces from `next` on */
export function errorGroups({ errors, traces, next }, more) {
  if (errors.length === 0) return h('p', { class: 'muted' }, 'No client failed.');
  const groups = [...errors].sort((a, b) => b.count - a.count).map((group) => {
    const own = traces.filter((t) => t.phase === group.phase && t.call === group.call && t.errno === group.errno);
    return h(
      'details',
      { class: 'group' },
      h('summary', {}, h('strong', {}, `${number(group.count)} × `), cause(group)),
      h('p', {}, `In the phase “${group.phase}”: ${PHASES[group.phase] ?? 'the client failed'}.`),
      h(
        'p',
        { class: 'muted' },
        `First at ${micros(group.first_at_ms * 1000)} (client ${group.first_client}), `,
        `last at ${micros(group.last_at_ms * 1000)}. `,
        own.length ? `${plural(own.length, 'trace')} of it:` : 'Its traces are further down the list.',
      ),
      h('div', { class: 'traces' }, ...own.map(trace)),
    );
  });
  const rest = h('button', { class: 'quiet', onclick: more }, 'Load more traces');
  return h('div', {}, ...groups, next === null || next === undefined ? null : rest);
}

/** @param {ErrorTrace} failed */
function trace(failed) {
  const frames = failed.frames.map((f) => h('li', {}, h('code', {}, `${f.function} (${f.file}:${f.line})`)));
  return h(
    'details',
    { class: 'trace' },
    h('summary', {}, `Client ${failed.client} at ${micros(failed.at_ms * 1000)}`),
    h('p', {}, failed.message),
    frames.length ? h('ol', {}, ...frames) : h('p', { class: 'muted' }, 'No frames.'),
  );
}

const LIMIT_COLUMNS = [
  { text: 'Limit' },
  { text: 'Side', title: 'client: the load generator; server: the panel with its TIME server' },
  { text: 'Used', title: 'How much was in use', number: true },
  { text: 'Of', title: 'The limit’s value', number: true },
  { text: 'Share', title: 'Used divided by the value' },
  { text: 'Where it is read' },
  { text: 'How to raise it' },
];

/** @param {Limit[]} limits */
export function limitsTable(limits) {
  if (limits.length === 0) return h('p', { class: 'muted' }, 'None was recorded.');
  const rows = limits.map((limit) => {
    const { value, used } = limit;
    const share = value && used !== null ? used / value : null;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, limit.name, h('small', { class: 'muted' }, ` ${limit.scope}`)),
      h('td', { class: `side ${limit.side}` }, limit.side),
      h('td', { class: 'number wraps' }, used === null ? 'unknown' : withUnit(used, limit.unit)),
      h('td', { class: 'number wraps' }, value === null ? 'unlimited' : withUnit(value, limit.unit)),
      h('td', {}, share === null ? '–' : meter(share)),
      h('td', { class: 'wrap' }, limit.source),
      h('td', { class: 'wrap' }, limit.raise),
    );
  });
  return table('Limits of both sides', LIMIT_COLUMNS, rows);
}

/** @param {number} share */
function meter(share) {
  const fill = h('span', { class: share > 0.9 ? 'failed' : 'done' });
  fill.style.width = `${Math.min(100, share * 100)}%`;
  const percent = share > 0 && share < 0.001 ? '< 0.1%' : `${(share * 100).toFixed(1)}%`;
  return h('span', { class: 'meter' }, h('span', { class: 'bar' }, fill), ` ${percent}`);
}

/** Whether every client is accounted for, on both sides. @param {Run} run */
export function reconciliation(run) {
  const { totals, server } = run;
  const under_way = run.status === 'running';
  const ends = `${number(totals.completed)} completed + ${number(totals.failed)} failed`;
  const sum = totals.completed + totals.failed + totals.not_started;
  const all = check(
    sum === run.count || under_way,
    `${ends} + ${number(totals.not_started)} not started, of ${plural(run.count, 'client')}`,
  );
  if (!server)
    return h('div', {}, all, h('p', { class: 'muted' }, 'The server’s side is known of the built-in server alone.'));
  const about =
    `Server model: ${server.model}. Backlog (room for connections that wait to be accepted): ` +
    `${number(server.backlog)}.`;
  return h(
    'div',
    {},
    all,
    check(server.accepted === totals.connected || under_way, accepted(server.accepted, totals.connected)),
    h('p', { class: 'muted' }, about),
    ...troubles(server).map((text) => h('p', { class: 'differs' }, text)),
  );
}

/** What the server could not take, in words. @param {NonNullable<Run['server']>} server */
function troubles(server) {
  const overflows =
    `The accept queue overflowed ${plural(server.listen_overflows, 'time')}: a handshake came while all of its room ` +
    'was taken, and was dropped. Nobody is told: the client’s system tries again after 1, 3, 7 seconds, so clients ' +
    'are slow, or their time is over before they are served. A larger backlog gives the queue more room.';
  const refused =
    `The server reset ${plural(server.refused, 'connection')} because no thread could be created to serve ` +
    `${server.refused === 1 ? 'it' : 'them'}. A model that needs fewer threads (pool, epoll) would have taken more.`;
  return [server.listen_overflows > 0 ? overflows : '', server.refused > 0 ? refused : ''].filter(Boolean);
}

/** @param {number} accepted @param {number} connected */
function accepted(accepted, connected) {
  const both = `The server accepted ${plural(accepted, 'connection')}; the clients made ${number(connected)}`;
  if (accepted === connected) return `${both}: they agree.`;
  const difference = plural(Math.abs(accepted - connected), 'connection');
  return accepted < connected
    ? `${both}: ${difference} never left the accept queue, or were made by clients that gave up.`
    : `${both}: ${difference} came from elsewhere, or from clients that saw an error although the server had them.`;
}

/** @param {boolean} holds @param {string} text */
function check(holds, text) {
  return h('p', { class: holds ? 'holds' : 'differs' }, h('strong', {}, holds ? 'Agrees. ' : 'Differs. '), text);
}
