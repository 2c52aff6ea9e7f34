/** Parts of a run's page: errors with their traces, limits, and whether both sides' counts agree. */

import { h, table } from '../core/dom.js';
import { bytes, cause, inBytes, micros, number, percent, plural, reasonName } from '../core/format.js';
import { named, t } from '../core/language.js';
import { english } from './verdict.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').ErrorGroup} ErrorGroup */
/** @typedef {import('../core/types').ErrorTrace} ErrorTrace */
/** @typedef {import('../core/types').Limit} Limit */
/** @typedef {import('../core/types').RankPart} RankPart */
/** @typedef {import('../core/types').HostPart} HostPart */
/** @typedef {import('../core/types').Rank} Rank */

/** @typedef {{ errors: ErrorGroup[], traces: ErrorTrace[], next: number | null }} Errors */

/** @param {Errors} data
 * @param {() => void} more fetches the traces from `next` on */
export function errorGroups({ errors, traces, next }, more) {
  if (errors.length === 0) return h('p', { class: 'muted' }, p('errors.none'));
  const groups = [...errors].sort((a, b) => b.count - a.count).map((group) => {
    const own = traces.filter((t) => t.phase === group.phase && t.call === group.call && t.errno === group.errno);
    return h(
      'details',
      { class: 'group' },
      h('summary', {}, h('strong', {}, `${number(group.count)} × `), cause(group)),
      h('p', {}, p('errors.phase', group.phase, t(`phase.${group.phase}`))),
      h(
        'p',
        { class: 'muted' },
        p('errors.span', micros(group.first_at_ms * 1000), group.first_client, micros(group.last_at_ms * 1000)),
        own.length ? p('errors.traces', plural(own.length, 'trace')) : p('errors.traces_later'),
      ),
      h('div', { class: 'traces' }, ...own.map(trace)),
    );
  });
  const rest = h('button', { class: 'quiet', onclick: more }, p('errors.more'));
  return h('div', {}, ...groups, next === null || next === undefined ? null : rest);
}

/** @param {ErrorTrace} failed */
function trace(failed) {
  const frames = failed.frames.map((f) => h('li', {}, h('code', {}, `${f.function} (${f.file}:${f.line})`)));
  return h(
    'details',
    { class: 'trace' },
    h('summary', {}, p('errors.client', failed.client, micros(failed.at_ms * 1000))),
    h('p', { lang: 'en' }, failed.message),
    frames.length ? h('ol', {}, ...frames) : h('p', { class: 'muted' }, p('errors.no_frames')),
  );
}

const LIMIT_COLUMNS = [
  { text: t('limits.limit') },
  { text: t('limits.side'), title: t('limits.side_help') },
  { text: t('limits.used'), title: t('limits.used_help'), number: true },
  { text: t('limits.at_failure'), title: t('limits.at_failure_help'), number: true },
  { text: t('limits.at_peak'), title: t('limits.at_peak_help'), number: true },
  { text: t('limits.of'), title: t('limits.of_help'), number: true },
  { text: t('limits.share'), title: t('limits.share_help') },
  { text: t('limits.source') },
  { text: t('limits.raise') },
];

/** The name of a limit, which may go on in a new line behind each point or dash: net.ipv4.tcp_mem. @param {string} name */
const breakable = (name) => name.split(/(?<=[._])/).flatMap((part) => [part, h('wbr')]);

/** @param {Limit[]} limits */
export function limitsTable(limits) {
  if (limits.length === 0) return h('p', { class: 'muted' }, t('limits.none'));
  const rows = limits.map((limit) => {
    const { value, used, used_at_failure, used_at_peak, unit } = limit;
    const most = Math.max(used ?? -1, used_at_failure ?? -1, used_at_peak ?? -1);
    const scope = named(`scope.${limit.scope}`, limit.scope);
    const share = value && most >= 0 ? most / value : null;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, limit.name === 'unknown' ? t('unknown') : english(...breakable(limit.name)), h('small', { class: 'muted' }, ` ${scope}${inBytes(unit) || unit === '' ? '' : `: ${unit}`}`)),
      h('td', { class: `side ${limit.side}` }, t(`side.${limit.side}`)),
      ...[used, used_at_failure, used_at_peak].map((n) => h('td', { class: 'number' }, n === null ? '–' : amount(n, unit))),
      h('td', { class: 'number' }, value === null ? t('unlimited') : amount(value, unit)),
      h('td', {}, share === null ? '–' : meter(share)),
      h('td', { class: 'wrap', lang: 'en' }, limit.source),
      h('td', { class: 'wrap' }, limit.raise),
    );
  });
  return table(t('limits.title'), LIMIT_COLUMNS, rows);
}

const HOST_COLUMNS = [
  { text: p('hosts.host') },
  { text: p('hosts.ranks'), title: p('hosts.ranks_help'), number: true },
  { text: t('completed'), number: true },
  { text: t('failed'), number: true },
  { text: t('not_started'), number: true },
  { text: t('rate.title'), title: p('hosts.rate_help'), number: true },
  { text: p('hosts.connections'), title: p('hosts.connections_help'), number: true },
  { text: t('stopped_by'), title: p('hosts.stopped_help') },
];

/** @param {RankPart} part @param {string} name @param {string} ranks how many, or which */
function hostRow({ totals, clients_per_s, peaks, verdict, side }, name, ranks) {
  const counts = [totals.completed, totals.failed, totals.not_started, clients_per_s, peaks.connections];
  const stopped = verdict ? [reasonName(verdict) === verdict ? english(verdict) : reasonName(verdict), side ? ` (${named(`side.${side}`, side)})` : ''] : ['–'];
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    h('td', { class: 'number' }, ranks),
    ...counts.map((n) => h('td', { class: 'number' }, number(n))),
    h('td', {}, ...stopped),
  );
}

/** The results by host, and below it each generator. @param {{ hosts: HostPart[], ranks: Rank[] }} data */
export function hostsTable({ hosts, ranks }) {
  if (ranks.length === 0) return h('p', { class: 'muted' }, p('hosts.none'));
  const one_by_one = ranks.map((rank) => hostRow(rank, rank.host, p('hosts.rank', rank.rank)));
  return h(
    'div',
    {},
    table(p('hosts.title'), HOST_COLUMNS, hosts.map((host) => hostRow(host, host.host, number(host.ranks)))),
    h('details', {}, h('summary', {}, p('hosts.each')), table(p('hosts.each'), HOST_COLUMNS, one_by_one)),
  );
}

/** @param {number} n @param {string} unit */
const amount = (n, unit) => (inBytes(unit) ? bytes(n) : number(n));

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
    p('counts.sum',
      number(totals.completed), number(totals.failed), number(totals.not_started), plural(run.count, 'client'),
    ),
  );
  if (!server) return h('div', {}, all, ...watched(run.server_process));
  const about = p('counts.server', server.model, number(server.backlog));
  return h(
    'div',
    {},
    all,
    check(server.accepted === totals.connected || under_way, accepted(server.accepted, totals.connected)),
    h('p', { class: 'muted' }, about),
    ...troubles(server).map((text) => h('p', { class: 'differs' }, text)),
  );
}

/** The server of somebody else that was watched. @param {Run['server_process']} server */
function watched(server) {
  if (!server) return [h('p', { class: 'muted' }, p('counts.not_watched'))];
  const { program, pid, processes, threads, backlog, listen_overflows: overflows } = server;
  const who =
    program === null
      ? p('counts.unseen', server.uid)
      : p('counts.watched', program, plural(processes ?? 0, 'process'), plural(threads ?? 0, 'thread'), pid ?? 0);
  return [
    h('p', {}, who),
    ...(backlog === null ? [] : [h('p', { class: 'muted' }, p('counts.backlog', number(backlog)))]),
    ...(overflows ? [h('p', { class: 'differs' }, p('counts.overflows', plural(overflows, 'time')))] : []),
  ];
}

/** What the server could not take, in words. @param {NonNullable<Run['server']>} server */
function troubles(server) {
  const overflows = p('counts.overflows',
    plural(server.listen_overflows, 'time'),
  );
  const refused = p('counts.refused',
    plural(server.refused, 'connection'),
  );
  return [server.listen_overflows > 0 ? overflows : '', server.refused > 0 ? refused : ''].filter(Boolean);
}

/** @param {number} accepted @param {number} connected */
function accepted(accepted, connected) {
  const both = p('counts.both', plural(accepted, 'connection'), number(connected));
  if (accepted === connected) return p('counts.same', both);
  const difference = plural(Math.abs(accepted - connected), 'connection');
  return accepted < connected
    ? p('counts.fewer', both, difference)
    : p('counts.more', both, difference);
}

/** @param {boolean} holds @param {string} text */
function check(holds, text) {
  return h('p', { class: holds ? 'holds' : 'differs' }, h('strong', {}, holds ? p('counts.agree') : p('counts.differ')), text);
}
