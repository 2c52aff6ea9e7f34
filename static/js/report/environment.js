/** Where it was measured, with the limits that mattered, and how. */

import { h, table } from '../core/dom.js';
import { bytes, inBytes, number, percent, reasonName } from '../core/format.js';
import { named, t } from '../core/language.js';
import { differenceInWords } from '../pages/differences.js';
import { loweredIn } from '../pages/settings.js';
import { maximaOf } from './maxima.js';
import { cell, rowsOf } from './result.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Limit} Limit */

/** The members of a run's environment that are shown. */
const ENVIRONMENT = ['kernel', 'machine', 'system', 'cores', 'memory_bytes', 'container', 'versions'];
/** A limit of which so much was in use matters. */
const NEAR = 0.5;
const LIMITS_MOST = 12;

/** @param {string} name @param {unknown} value */
function valueOf(name, value) {
  if (value === undefined) return '–';
  if (value === null) return t('none');
  if (typeof value === 'number') return name === 'memory_bytes' ? bytes(value) : number(value);
  return typeof value === 'object' ? Object.entries(value).map(([part, text]) => `${part} ${text}`).join(', ') : String(value);
}

/** @param {Data} data */
export function environment(data) {
  const described = data.all.find((run) => run.environment);
  const of = described?.environment ?? {};
  const machines = new Set(data.all.flatMap((run) => run.host?.fingerprint ?? []));
  const hosts = [...new Set(data.all.flatMap((run) => run.host?.name ?? []))];
  const facts = [
    ...(hosts.length ? [[t('env.host'), hosts.join(', ')]] : []),
    ...ENVIRONMENT.map((name) => [named(`env.${name}`, name), valueOf(name, of[name])]),
    ...servers(data.all).map((text) => [t('server.title'), text]),
    ...lowered(data.all).map((text) => [r('environment.lowered'), text]),
  ];
  const list = h('dl', { class: 'environment' }, ...facts.map(([name = '', value = '']) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
  const several = machines.size > 1 && described ? [h('p', {}, r('environment.several', described.id))] : [];
  return [...several, list, ...limits(data), ...differences(data)];
}

/** @param {Run[]} runs */
const servers = (runs) => [
  ...new Set(runs.flatMap(({ server }) => (server ? r('environment.server_of', server.model, number(server.backlog)) : []))),
];

/** @param {Run[]} runs */
const lowered = (runs) => [
  ...new Set(
    runs.flatMap(({ limits }) => loweredIn(limits) || []),
  ),
];

/* --- the limits that mattered --- */

/** @param {Limit} limit */
const mostOf = ({ used, used_at_failure, used_at_peak }) => Math.max(used ?? -1, used_at_failure ?? -1, used_at_peak ?? -1);

/** @param {Limit} limit */
const shareOf = (limit) => (limit.value && mostOf(limit) >= 0 ? mostOf(limit) / limit.value : 0);

/** Each limit once a side, from the run that used the most of it. @param {Data} data */
function closest(data) {
  const lists = [...[...data.parts].map(([id, { limits: all }]) => ({ id, all })), ...[...data.limits].map(([id, all]) => ({ id, all }))];
  /** @type {Map<string, { id: number, limit: Limit }>} */
  const most = new Map();
  for (const { id, all } of lists)
    for (const limit of all) {
      const key = `${limit.side} ${limit.name}`;
      const known = most.get(key);
      if (!known || shareOf(limit) > shareOf(known.limit)) most.set(key, { id, limit });
    }
  return most;
}

/** @param {Data} data */
function limits(data) {
  const maxima = maximaOf(data);
  const stopping = new Set([
    ...maxima.flatMap(({ verdict, prediction }) => [verdict?.name, prediction?.limit]),
    ...data.single.flatMap(({ verdict }) => verdict?.name),
  ]);
  const rows = [...closest(data).values()]
    .filter(({ limit }) => stopping.has(limit.name) || shareOf(limit) >= NEAR)
    .sort((a, b) => shareOf(b.limit) - shareOf(a.limit))
    .slice(0, LIMITS_MOST);
  if (!rows.length) return [h('p', {}, r('environment.no_limits'))];
  const columns = [
    { text: t('limits.limit') },
    { text: t('limits.side') },
    ...[t('limits.of'), t('limits.used'), r('environment.at_peak'), t('limits.share'), r('environment.in_run')].map((text) => ({ text, number: true })),
  ];
  const body = rows.map(({ id, limit }) => {
    const amount = (/** @type {number | null} */ n) => cell(n === null || n < 0 ? '–' : inBytes(limit.unit) ? bytes(n) : number(n));
    const unit = limit.unit && !limit.unit.startsWith('byte') ? h('small', { class: 'muted' }, ` ${limit.unit}`) : '';
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, reasonName(limit.name), unit),
      h('td', {}, t(`side.${limit.side}`)),
      limit.value === null ? cell(t('unlimited')) : amount(limit.value),
      amount(limit.used),
      amount(mostOf(limit)),
      cell(limit.value === null ? '–' : percent(shareOf(limit))),
      cell(String(id)),
    );
  });
  return [table(t('limits.title'), columns, body), h('p', { class: 'muted note' }, r('environment.limits_help'))];
}

/** What an experiment varies. */
const VARIED = ['asked.mode', 'asked.count', 'asked.hold', 'asked.pool_size', 'asked.label'];

/** What an experiment varies differs on purpose: it is told only where a run was named. @param {Data} data */
function differences(data) {
  const told = data.differences.filter(({ name }) => data.single.length || !VARIED.includes(name));
  const list = told.map((difference) => h('li', {}, differenceInWords(difference).join(': ')));
  return list.length ? [h('p', {}, r('environment.differ')), h('ul', {}, ...list)] : [];
}

/* --- the method --- */

/** @param {Data} data */
export function method({ experiments, all }) {
  const kinds = new Set(experiments.map(({ kind }) => kind));
  const foreign = [...new Set(all.flatMap(({ target = 'builtin' }) => (target === 'builtin' ? [] : target)))];
  const said = [
    r('method.text'),
    foreign.length ? '' : r('method.own'),
    kinds.has('survey') || kinds.has('ceiling') || kinds.has('proof') ? r('method.search') : '',
    experiments.some((one) => one.kind !== 'sweep' && rowsOf(one).length > 0) ? r('method.classic') : '',
    kinds.has('sweep') ? r('method.sweep') : '',
    foreign.length ? r('method.foreign', foreign.join(', ')) : '',
  ];
  return [h('p', {}, said.filter(Boolean).join(' '))];
}
