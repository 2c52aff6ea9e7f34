/** What a thread, a pool, a process and an event loop are, and how they differ as they were measured. */

import { startCost } from '../charts/measures.js';
import { h, table } from '../core/dom.js';
import { bytes, ceilingOf, micros, modeName, number, rate } from '../core/format.js';
import { locale, t } from '../core/language.js';
import { maximaOf } from './maxima.js';
import { cell } from './result.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('./collect.js').OfMode} OfMode */
/** @typedef {import('./collect.js').Parts} Parts */
/** @typedef {import('../core/types').Run} Run */
/** What one client took; null: not measured.
 * @typedef {{ of: OfMode, start: number | null, cpu: number | null, memory: number | null, machine: number | null }} Cost */

/** With fewer clients alive, the growth of all memory in use is mostly that of other programs. */
const ALIVE_LEAST = 100;

const factor = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });

/** Of a pool's clients in turn, which have no start of their own, there is none. @param {Run} run */
const startOf = (run) => (run.mode === 'pool' && !run.hold ? null : startCost(run));

/** It is read ten times a second: a shorter run may have ended before its peak was seen. */
const MACHINE_S = 0.5;

/** Bytes by which all memory in use grew. @param {Run} run @param {import('../core/types').Limit[]} limits */
function machineOf({ start, duration_s }, limits) {
  const memory = limits.find(({ name, side }) => name === 'physical memory' && side === 'client') ?? limits.find(({ name }) => name === 'physical memory');
  const clients = start?.peak_clients ?? 0;
  const grown = (memory?.used_at_peak ?? 0) - (memory?.used ?? 0);
  return memory?.used && clients >= ALIVE_LEAST && grown > 0 && (duration_s ?? 0) >= MACHINE_S ? grown / clients : null;
}

/** @param {OfMode} of @param {Parts | undefined} parts @returns {Cost} */
function costOf(of, parts) {
  const run = of.typical;
  if (!run) return { of, start: null, cpu: null, memory: null, machine: null };
  return {
    of, start: startOf(run), cpu: run.cost.cpu_us, memory: run.cost.memory_bytes, machine: machineOf(run, parts?.limits ?? []),
  };
}

const COLUMNS = /** @type {const} */ ([
  ['start', 'modes.start', micros],
  ['cpu', 'modes.cpu', micros],
  ['memory', 'modes.memory', bytes],
  ['machine', 'modes.machine', bytes],
]);

/** @param {Data} data */
export function modes(data) {
  const costs = data.modes.map((of) => costOf(of, data.parts.get(of.typical?.id ?? 0)));
  const maxima = maximaOf(data);
  const rows = costs.map((cost) => {
    const { mode, typical, inTurn } = cost.of;
    const fast = inTurn ?? typical;
    const most = maxima.find((one) => one.mode === mode && one.found && (one.state === 'measured' || one.state === 'not searched'))?.found;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, modeName(mode)),
      cell(typical ? r('modes.with_run', number(typical.totals.started), typical.id) : '–'),
      ...COLUMNS.map(([name, , format]) => cell(cost[name] === null ? '–' : format(cost[name]))),
      cell(fast ? r('modes.with_run', rate(fast.clients_per_s), fast.id) : '–'),
      cell(most ? ceilingOf(most) : '–'),
    );
  });
  const columns = [
    { text: t('mode.title') },
    ...[r('modes.clients'), ...COLUMNS.map(([, key]) => r(key)), r('modes.pace'), t('served.true')].map((text) => ({ text, number: true })),
  ];
  return [
    h('ul', {}, ...data.modes.map(({ mode }) => h('li', {}, h('strong', {}, `${modeName(mode)}: `), r(`what.${mode}`)))),
    table(r('modes.table'), columns, rows),
    h('p', { class: 'muted note' }, r('modes.help')),
    ...differing(costs),
  ];
}

/** How much the modes differ in each column that at least two have. @param {Cost[]} costs */
function differing(costs) {
  const said = COLUMNS.flatMap(([name, key, format]) => {
    const known = costs.flatMap(({ of, [name]: value }) => (value === null ? [] : [{ mode: modeName(of.mode), value }])).sort((a, b) => a.value - b.value);
    const [least, most] = [known[0], known.at(-1)];
    if (!least || !most || least === most) return [];
    return [h('li', {}, r('modes.differ', r(key), least.mode, format(least.value), most.mode, format(most.value), factor.format(most.value / least.value)))];
  });
  return said.length ? [h('ul', {}, ...said)] : [];
}
