/** Parts of a run's page: errors with their traces, limits, and whether both sides' counts agree. */

import { h, table } from '../core/dom.js';
import { cause, micros, number, percent, plural, withUnit } from '../core/format.js';
import { t } from '../core/language.js';
import { english } from './verdict.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').ErrorGroup} ErrorGroup */
/** @typedef {import('../core/types').ErrorTrace} ErrorTrace */
/** @typedef {import('../core/types').Limit} Limit */

/** @type {Record<string, string>} */
const PHASES = {
  start: t('its thread or process could not be started'),
  connect: t('its connection could not be made'),
  send: t('its request could not be sent'),
  receive: t('its reply did not arrive whole'),
  protocol: t('the server replied with something else'),
  timeout: t('its time was over'),
};

/** @typedef {{ errors: ErrorGroup[], traces: ErrorTrace[], next: number | null }} Errors */

/** @param {Errors} data
 * @param {() => void} more fetches the traces from `next` on */
export function errorGroups({ errors, traces, next }, more) {
  if (errors.length === 0) return h('p', { class: 'muted' }, t('No client failed.'));
  const groups = [...errors].sort((a, b) => b.count - a.count).map((group) => {
    const own = traces.filter((t) => t.phase === group.phase && t.call === group.call && t.errno === group.errno);
    return h(
      'details',
      { class: 'group' },
      h('summary', {}, h('strong', {}, `${number(group.count)} × `), cause(group)),
      h('p', {}, t('In the phase “{0}”: {1}.', group.phase, PHASES[group.phase] ?? t('the client failed'))),
      h(
        'p',
        { class: 'muted' },
        t('First at {0} (client {1}), last at {2}. ', micros(group.first_at_ms * 1000), group.first_client, micros(group.last_at_ms * 1000)),
        own.length ? t('{0} of it:', plural(own.length, 'trace')) : t('Its traces are further down the list.'),
      ),
      h('div', { class: 'traces' }, ...own.map(trace)),
    );
  });
  const rest = h('button', { class: 'quiet', onclick: more }, t('Load more traces'));
  return h('div', {}, ...groups, next === null || next === undefined ? null : rest);
}

/** @param {ErrorTrace} failed */
function trace(failed) {
  const frames = failed.frames.map((f) => h('li', {}, h('code', {}, `${f.function} (${f.file}:${f.line})`)));
  return h(
    'details',
    { class: 'trace' },
    h('summary', {}, t('Client {0} at {1}', failed.client, micros(failed.at_ms * 1000))),
    h('p', { lang: 'en' }, failed.message),
    frames.length ? h('ol', {}, ...frames) : h('p', { class: 'muted' }, t('No frames.')),
  );
}

const LIMIT_COLUMNS = [
  { text: t('Limit') },
  { text: t('Side'), title: t('client: the load generator; server: the panel with its TIME server') },
  { text: t('Used at the start'), title: t('How much was in use when the run began, before its clients'), number: true },
  { text: t('Of'), title: t('The limit’s value'), number: true },
  { text: t('Share'), title: t('Used at the start, divided by the value') },
  { text: t('Where it is read') },
  { text: t('How to raise it') },
];

/** @param {Limit[]} limits */
export function limitsTable(limits) {
  if (limits.length === 0) return h('p', { class: 'muted' }, t('None was recorded.'));
  const rows = limits.map((limit) => {
    const { value, used } = limit;
    const share = value && used !== null ? used / value : null;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, english(limit.name), h('small', { class: 'muted', lang: 'en' }, ` ${limit.scope}`)),
      h('td', { class: `side ${limit.side}` }, t(limit.side)),
      used === null ? h('td', { class: 'number wraps' }, t('unknown')) : amount(used, limit.unit),
      value === null ? h('td', { class: 'number wraps' }, t('unlimited')) : amount(value, limit.unit),
      h('td', {}, share === null ? '–' : meter(share)),
      h('td', { class: 'wrap', lang: 'en' }, limit.source),
      h('td', { class: 'wrap', lang: 'en' }, limit.raise),
    );
  });
  return table(t('Limits of both sides'), LIMIT_COLUMNS, rows);
}

/** The unit is in the panel's words. @param {number} n @param {string} unit */
const amount = (n, unit) => h('td', { class: 'number wraps', lang: 'en' }, withUnit(n, unit));

/** @param {number} share */
function meter(share) {
  const fill = h('span', { class: share > 0.9 ? 'failed' : 'done' });
  fill.style.width = `${Math.min(100, share * 100)}%`;
  return h('span', { class: 'meter' }, h('span', { class: 'bar' }, fill), ` ${percent(share)}`);
}

/** Whether every client is accounted for, on both sides. @param {Run} run */
export function reconciliation(run) {
  const { totals, server } = run;
  const under_way = run.status === 'running';
  const sum = totals.completed + totals.failed + totals.not_started;
  const all = check(
    sum === run.count || under_way,
    t(
      '{0} completed + {1} failed + {2} not started, of {3}',
      number(totals.completed), number(totals.failed), number(totals.not_started), plural(run.count, 'client'),
    ),
  );
  if (!server)
    return h('div', {}, all, h('p', { class: 'muted' }, t('The server’s side is known of the built-in server alone.')));
  const about = t('Server model: {0}. Backlog (room for connections that wait to be accepted): {1}.', server.model, number(server.backlog));
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
  const overflows = t(
    'The accept queue overflowed {0}: a handshake came while all of its room was taken, and was dropped. Nobody is told: the client’s system tries again after 1, 3, 7 seconds, so clients are slow, or their time is over before they are served. A larger backlog gives the queue more room.',
    plural(server.listen_overflows, 'time'),
  );
  const refused = t(
    'The server reset {0} because no thread could be created for it. A model that needs fewer threads (pool, epoll) would have taken more.',
    plural(server.refused, 'connection'),
  );
  return [server.listen_overflows > 0 ? overflows : '', server.refused > 0 ? refused : ''].filter(Boolean);
}

/** @param {number} accepted @param {number} connected */
function accepted(accepted, connected) {
  const both = t('The server accepted {0}; the clients made {1}', plural(accepted, 'connection'), number(connected));
  if (accepted === connected) return t('{0}: they agree.', both);
  const difference = plural(Math.abs(accepted - connected), 'connection');
  return accepted < connected
    ? t('{0}: {1} never left the accept queue, or were made by clients that gave up.', both, difference)
    : t('{0}: {1} came from elsewhere, or from clients that saw an error although the server had them.', both, difference);
}

/** @param {boolean} holds @param {string} text */
function check(holds, text) {
  return h('p', { class: holds ? 'holds' : 'differs' }, h('strong', {}, holds ? t('Agrees. ') : t('Differs. ')), text);
}
