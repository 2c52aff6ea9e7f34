/** Several runs beside each other: what they carried, how fast, how long clients took, and both sides over time. */

import { get, messageOf } from '../core/api.js';
import { createChart, onOneAxis } from '../charts/chart.js';
import { h, table } from '../core/dom.js';
import { bars } from '../charts/figures.js';
import { micros, number, rate } from '../core/format.js';
import { COMPARE_MOST } from './history.js';
import { t } from '../core/language.js';
import { badge, nameOf } from './progress.js';
import { runFigures } from '../charts/run_figures.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {Record<'at_us' | 'completed' | 'client_threads' | 'client_processes' | 'server_threads' | 'server_connections',
 *   number[]>} Samples */
/** @typedef {{ run: Run, samples: Samples }} Entry */
/** @typedef {{ name: string, values: { value: string, runs: number[] }[] }} Difference */

const COLORS = 6;
const EXPERIMENTS = 100;

/** @param {Samples} s */
const workersOf = (s) => s.client_threads.map((n, i) => Math.max(n, s.client_processes[i] ?? 0));

/** @type {{ text: string, unit: string, sides: { name: string, of: (s: Samples) => number[] }[] }[]} */
const METRICS = [
  {
    text: t('compare.workers'),
    unit: '',
    sides: [
      { name: t('compare.of_client'), of: workersOf },
      { name: t('compare.of_server'), of: (s) => s.server_threads },
    ],
  },
  { text: t('compare.completed'), unit: 'clients', sides: [{ name: '', of: (s) => s.completed }] },
  { text: t('compare.open'), unit: '', sides: [{ name: '', of: (s) => s.server_connections }] },
];

/** @type {import('../core/types').Mount} */
export function mount(root, [list = '', experiment = '']) {
  const ids = [...new Set(list.split(',').map(Number))].filter((n) => Number.isInteger(n) && n > 0).slice(0, COMPARE_MOST);
  const problem = h('p', { class: 'error', role: 'alert' });
  const body = h('div', { class: 'compare' });
  const heading = experiment ? t('compare.experiment', experiment) : t('compare.title');
  const what = experiment ? `experiment=${experiment}` : ids.length ? `runs=${ids.join(',')}` : null;
  root.append(h('h1', { tabindex: -1 }, heading), chooser(ids, what), problem, body);
  let ended = false;
  let end = () => {};
  const asked = what ? get(`/compare?${what}`) : Promise.resolve({ runs: [], differences: [] });
  Promise.all([asked, get(`/experiments?limit=${EXPERIMENTS}`)]).then(
    ([{ runs, differences }, { experiments }]) => {
      if (!ended) end = show(body, runs, differences, experiments);
    },
    (error) => (problem.textContent = messageOf(error)),
  );
  return () => {
    ended = true;
    end();
  };
}

/** @param {number[]} ids @param {string | null} what as GET /compare takes it */
function chooser(ids, what) {
  const input = h('input', { id: 'compare-runs', value: ids.join(', '), inputmode: 'numeric', autocomplete: 'off' });
  const csv = what ? h('a', { class: 'button quiet', href: `/compare.csv?${what}`, download: 'compare.csv' }, 'CSV') : null;
  const report = what ? h('a', { class: 'button quiet', href: `/report?${what}` }, t('report')) : null;
  return h(
    'form',
    {
      class: 'card row',
      onsubmit: (event) => {
        event.preventDefault();
        location.hash = `#/compare?runs=${(input.value.match(/\d+/g) ?? []).join(',')}`;
      },
    },
    h('label', { for: 'compare-runs' }, t('compare.numbers', COMPARE_MOST)),
    input,
    h('button', { class: 'primary' }, t('compare')),
    report,
    csv,
    h('a', { href: '#/' }, t('compare.from_history')),
  );
}

/** @param {HTMLElement} body @param {Entry[]} entries @param {Difference[]} differences @param {Experiment[]} experiments */
function show(body, entries, differences, experiments) {
  const runs = entries.map(({ run }) => run);
  const found = ceilings(experiments);
  const figures = runs.length ? runFigures(runs) : [];
  if (found) figures.push(found);
  body.append(warning(differences), h('section', { class: 'card charts', 'aria-label': t('compare.figures') }, ...figures));
  if (!runs.length) return () => {};
  const over = overTime(entries.slice(0, COMPARE_MOST));
  body.append(
    h('section', { class: 'card' }, over.element),
    h('section', { class: 'card' }, h('h2', {}, t('compare.side_by_side')), sideBySide(runs)),
  );
  over.draw();
  return over.destroy;
}

/** One chart on one time axis, of what is chosen. @param {Entry[]} entries */
function overTime(entries) {
  const choice = h(
    'select',
    { id: 'compare-metric', onchange: draw },
    ...METRICS.map(({ text }, i) => h('option', { value: i }, text)),
  );
  const place = h('div');
  /** @type {ReturnType<typeof createChart> | null} */
  let chart = null;

  function draw() {
    const metric = METRICS[Number(choice.value)] ?? METRICS[0];
    if (!metric) return;
    chart?.destroy();
    const names = entries.flatMap(({ run }, i) =>
      metric.sides.map(({ name }, side) => ({
        label: t('compare.line', run.id, nameOf(run), name),
        color: `--line-${i % COLORS}`,
        dash: side === 1 ? [6, 4] : i >= COLORS ? [2, 3] : undefined,
      })),
    );
    const explanation = metric.sides.length > 1 ? t('compare.dashes') : t('compare.from_zero');
    chart = createChart(metric.text, explanation, names, metric.unit);
    place.replaceChildren(chart.element);
    chart.draw(
      onOneAxis(entries.map(({ samples }) => [samples.at_us.map((us) => us / 1e6), ...metric.sides.map(({ of }) => of(samples))])),
    );
  }

  const element = h('div', {}, h('label', { class: 'inline', for: 'compare-metric' }, t('compare.show'), choice), place);
  return { element, draw, destroy: () => chart?.destroy() };
}

/** The newest ceiling of each mode, predicted beside measured. @param {Experiment[]} experiments newest first */
function ceilings(experiments) {
  /** @type {Map<import('../core/types').Mode, Experiment>} */
  const newest = new Map();
  for (const e of experiments)
    if (e.kind === 'ceiling' && e.status === 'completed' && e.asked.mode && !newest.has(e.asked.mode)) newest.set(e.asked.mode, e);
  if (!newest.size) return null;
  const kinds = [
    { label: t('predicted'), color: '--line-3' },
    { label: t('compare.measured'), color: '--line-0' },
  ];
  const groups = [...newest].map(([mode, e]) => ({
    label: `${t(`mode.${mode}`)} (${e.id})`,
    values: [e.result?.predicted ?? null, e.result?.ceiling ?? null],
  }));
  return bars(t('compare.ceilings'), t('compare.ceilings_help'), kinds, groups, number);
}

/** What the runs differ in beside what was measured. @param {Difference[]} differences */
function warning(differences) {
  if (!differences.length) return h('p', { hidden: true });
  const rows = differences.map(({ name, values }) =>
    h(
      'li',
      {},
      h('strong', { lang: 'en' }, name),
      `: ${values.map(({ value, runs }) => `${value} (${runs.length > 4 ? t('compare.runs', number(runs.length)) : t('compare.run', runs.join(', '))})`).join('; ')}`,
    ),
  );
  return h(
    'div',
    { class: 'warning', role: 'alert' },
    h('p', {}, h('strong', {}, t('compare.warning')), t('compare.warning_help')),
    h('ul', {}, ...rows),
  );
}

const COLUMNS = [
  { text: t('run') },
  { text: t('mode.title') },
  { text: t('field.count'), number: true },
  { text: t('hold'), title: t('compare.hold_help') },
  { text: t('completed'), number: true },
  { text: t('failed'), number: true },
  { text: t('status.title') },
  { text: t('rate.title'), number: true },
  { text: 'p50', title: t('latency.p50_help'), number: true },
  { text: 'p99', title: t('latency.p99_help'), number: true },
  { text: t('compare.peak_client'), number: true },
  { text: t('peak_server_threads'), number: true },
  { text: t('field.label') },
];

/** @param {Run[]} runs */
function sideBySide(runs) {
  const rows = runs.map((run) => {
    const cell = (/** @type {string} */ text) => h('td', { class: 'number' }, text);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: `#/runs/${run.id}`, title: nameOf(run) }, t('run.number', run.id))),
      h('td', {}, run.mode),
      cell(number(run.count)),
      h('td', {}, run.hold ? t('yes') : t('no')),
      cell(number(run.totals.completed)),
      cell(number(run.totals.failed)),
      h('td', {}, badge(run)),
      cell(rate(run.clients_per_s)),
      cell(micros(run.latency_us?.client?.p50)),
      cell(micros(run.latency_us?.client?.p99)),
      cell(number(Math.max(run.peaks.client_threads, run.peaks.client_processes))),
      cell(number(run.peaks.server_threads)),
      h('td', { class: 'label' }, run.label ?? ''),
    );
  });
  return table(t('compare.table'), COLUMNS, rows);
}
