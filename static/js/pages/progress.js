/** How far a run is: the bar with its counts, and the facts beside it. Used live and on the run's page. */

import { fact, h, setText } from '../core/dom.js';
import { bytes, clock, micros, number, plural, rate, seconds, workers } from '../core/format.js';
import { named, t } from '../core/language.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Totals} Totals */

/** @type {{ key: keyof Totals, name: string, title: string }[]} */
const COUNTS = [
  { key: 'started', name: t('started'), title: t('started.help') },
  { key: 'connected', name: t('connected'), title: t('connected.help') },
  { key: 'completed', name: t('completed'), title: t('completed.help') },
  { key: 'failed', name: t('failed'), title: t('failed.help') },
  { key: 'not_started', name: t('not_started'), title: t('not_started.help') },
];

/** The status in words and colour. @param {Run} run */
export function badge(run) {
  const broken = run.status === 'completed' && run.totals.failed > 0;
  const text = broken ? t('status.partly') : t(`status.${run.status}`);
  return h('span', { class: `badge ${broken ? 'partly' : run.status}` }, text);
}

/** "Threads × 5,000" @param {Run} run */
export function nameOf(run) {
  return `${t(`mode.${run.mode}`)} × ${number(run.count)}`;
}

/** "12: Threads × 500" @param {Run} run */
export const rowName = (run) => `${run.id}: ${nameOf(run)}`;

/** "Run 7: Threads × 5,000", and for another server than the built-in one what is said to it, and where it is.
 * @param {Run} run */
export function titleOf(run) {
  const title = t('run.title', run.id, nameOf(run));
  const { target = 'builtin', exchange = 'time' } = run;
  return target === 'builtin' ? title : t('run.at', title, named(`exchange.${exchange}`, exchange), target);
}

export function createProgress() {
  const done = h('span', { class: 'done' });
  const failed = h('span', { class: 'failed' });
  const bar = h(
    'div',
    {
      class: 'bar',
      role: 'progressbar',
      'aria-label': t('progress.label'),
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    },
    done,
    failed,
  );
  const values = COUNTS.map(() => h('dd', {}, '–'));
  const counts = h(
    'dl',
    { class: 'facts' },
    ...COUNTS.map(({ key, name, title }, i) =>
      h('div', { class: `fact ${key}`, title }, h('dt', {}, name), values[i] ?? ''),
    ),
  );
  return {
    element: h('div', {}, bar, counts),
    /** @param {number} count @param {Totals} totals */
    update(count, totals) {
      const percent = (/** @type {number} */ n) => (100 * n) / Math.max(1, count);
      done.style.width = `${percent(totals.completed)}%`;
      failed.style.width = `${percent(totals.failed)}%`;
      bar.setAttribute('aria-valuenow', percent(totals.completed + totals.failed).toFixed(0));
      COUNTS.forEach(({ key }, i) => {
        setText(/** @type {Node} */ (values[i]), number(totals[key]));
        values[i]?.classList.toggle('zero', totals[key] === 0);
      });
    },
  };
}

/** How fast the clients were started, and how many lived at one time. @param {Run} run
 * @returns {[string, string, string][]} */
function startRows({ start, totals }) {
  if (!start) return [];
  return [
    [
      t('progress.start_took'),
      t('progress.started', number(totals.started), micros(start.last_up_ms * 1000)),
      t('progress.started_help', rate(start.per_s)),
    ],
    [t('progress.peak_clients'), number(start.peak_clients), t('progress.peak_clients_help')],
  ];
}

/** What a client took of the load generator. @param {Run['cost']} cost @returns {[string, string, string][]} */
function costRows({ cpu_us, memory_bytes }) {
  return [
    ...(cpu_us === null ? [] : [/** @type {[string, string, string]} */ ([t('measure.cpu_client'), micros(cpu_us), t('measure.cpu_client_help')])]),
    ...(memory_bytes === null ? [] : [/** @type {[string, string, string]} */ ([t('measure.memory'), bytes(memory_bytes), t('measure.memory_help')])]),
  ];
}

/** Clients that hold have done their part when they have begun. @param {Run} run @param {import('../core/types').Sample | undefined} last
 * @param {number} elapsed */
function timeLeft(run, last, elapsed) {
  const ended = last ? last.totals.completed + last.totals.failed : 0;
  const done = run.hold ? (last?.totals.started ?? 0) : ended;
  return done === 0 || elapsed < 500 ? '–' : clock(((run.count - done) * elapsed) / done);
}

/** The run's pace and both sides' peaks.
 * @param {Run} run
 * @param {import('../charts/samples.js').Series} series what was sampled so far */
export function paceFacts(run, series) {
  const last = series.last();
  const running = run.status === 'running';
  const elapsed = running ? (last?.at_ms ?? 0) : (run.duration_s ?? 0) * 1000;
  const completed = running ? (last?.totals.completed ?? 0) : run.totals.completed;
  const pace = running ? (elapsed ? (completed * 1000) / elapsed : 0) : run.clients_per_s;
  const { peaks } = run;
  const open = Math.max(peaks.server_connections, series.peak('server_connections'));
  const units = workers(run.mode);
  const stored = run.mode === 'process' ? peaks.client_processes : peaks.client_threads;
  /** @type {[string, string, string][]} */
  const rows = [
    [running ? t('progress.elapsed') : t('duration'), running ? clock(elapsed) : seconds(run.duration_s), t('progress.elapsed_help')],
    ...(running ? [/** @type {[string, string, string]} */ ([t('progress.left'), timeLeft(run, last, elapsed), t('progress.left_help')])] : []),
    [t('pace'), rate(pace), t('pace.help')],
    ...startRows(run),
    ...costRows(run.cost),
    [
      t('progress.peak_units', units),
      number(Math.max(stored, series.peak('client_workers'))),
      t('progress.peak_units_help', units),
    ],
    [
      t('peak_server_threads'),
      number(Math.max(peaks.server_threads, series.peak('server_threads'))),
      t('progress.peak_server_help'),
    ],
    [
      t('progress.open_client'),
      number(Math.max(peaks.client_connections, series.peak('client_connections'))),
      t('progress.open_client_help'),
    ],
    [
      t('progress.open_server'),
      open === 0 && run.server_process?.peaks.connections === null ? '–' : number(open),
      t('progress.open_server_help'),
    ],
  ];
  return h('dl', { class: 'facts' }, ...rows.map(([name, value, title]) => fact(name, value, title)));
}

/** Replaces the facts of `place` text by text, so that what a pointer rests on stays.
 * @param {HTMLElement} place @param {HTMLElement} facts */
export function updateFacts(place, facts) {
  const old = place.querySelectorAll('dt, dd');
  const fresh = facts.querySelectorAll('dt, dd');
  if (old.length !== fresh.length) return place.replaceChildren(...facts.children);
  fresh.forEach((node, i) => setText(/** @type {Node} */ (old[i]), node.textContent ?? ''));
}

/** "3 runs are waiting" @param {number} n */
export const waiting = (n) => t(n === 1 ? 'live.waiting' : 'live.waiting_many', plural(n, 'run'));
