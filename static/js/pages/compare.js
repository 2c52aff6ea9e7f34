/** Several runs beside each other: what they carried, how fast, how long clients took, and both sides over time. */

import { get, messageOf } from '../core/api.js';
import { createChart, onOneAxis } from '../charts/chart.js';
import { h, table } from '../core/dom.js';
import { bars } from '../charts/figures.js';
import { micros, number, rate } from '../core/format.js';
import { COMPARE_MOST } from './history.js';
import { t } from '../core/language.js';
import { badge, nameOf } from './progress.js';
import { modeName, runFigures } from '../charts/run_figures.js';

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
    text: t('Threads or processes of both sides'),
    unit: '',
    sides: [
      { name: t(', client side'), of: workersOf },
      { name: t(', server side'), of: (s) => s.server_threads },
    ],
  },
  { text: t('Completed clients over time'), unit: 'clients', sides: [{ name: '', of: (s) => s.completed }] },
  { text: t('Open connections, server side'), unit: '', sides: [{ name: '', of: (s) => s.server_connections }] },
];

const FIGURES = {
  carried: t('Completed against requested'),
  carriedHelp: t('both logarithmic; on the diagonal all completed'),
  requested: t('Requested'),
  completed: t('Completed'),
  pace: t('Clients a second'),
  paceHelp: t('completed clients divided by the run’s duration'),
  perSecond: t('Clients/s'),
  took: t('How long clients took'),
  tookHelp: t('half of them at most p50, 99 of 100 at most p99'),
};

/** @type {import('../core/types').Mount} */
export function mount(root, [list = '', experiment = '']) {
  const ids = [...new Set(list.split(',').map(Number))].filter((n) => Number.isInteger(n) && n > 0).slice(0, COMPARE_MOST);
  const problem = h('p', { class: 'error', role: 'alert' });
  const body = h('div', { class: 'compare' });
  const heading = experiment ? t('Compare the runs of experiment {0}', experiment) : t('Compare runs');
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
  const report = what ? h('a', { class: 'button quiet', href: `/report?${what}` }, t('Report')) : null;
  return h(
    'form',
    {
      class: 'card row',
      onsubmit: (event) => {
        event.preventDefault();
        location.hash = `#/compare?runs=${(input.value.match(/\d+/g) ?? []).join(',')}`;
      },
    },
    h('label', { for: 'compare-runs' }, t('Numbers of the runs, up to {0}', COMPARE_MOST)),
    input,
    h('button', { class: 'primary' }, t('Compare')),
    report,
    csv,
    h('a', { href: '#/' }, t('Choose from the history')),
  );
}

/** @param {HTMLElement} body @param {Entry[]} entries @param {Difference[]} differences @param {Experiment[]} experiments */
function show(body, entries, differences, experiments) {
  const runs = entries.map(({ run }) => run);
  const found = ceilings(experiments);
  const figures = runs.length ? runFigures(runs, FIGURES) : [];
  if (found) figures.push(found);
  body.append(warning(differences), h('section', { class: 'card charts', 'aria-label': t('Figures') }, ...figures));
  if (!runs.length) return () => {};
  const over = overTime(entries.slice(0, COMPARE_MOST));
  body.append(
    h('section', { class: 'card' }, over.element),
    h('section', { class: 'card' }, h('h2', {}, t('Side by side')), sideBySide(runs)),
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
        label: t('Run {0} {1}{2}', run.id, nameOf(run), name),
        color: `--line-${i % COLORS}`,
        dash: side === 1 ? [6, 4] : i >= COLORS ? [2, 3] : undefined,
      })),
    );
    const explanation = metric.sides.length > 1 ? t('solid: client side; dashed: server side') : t('all begin at 0 s');
    chart = createChart(metric.text, explanation, names, metric.unit);
    place.replaceChildren(chart.element);
    chart.draw(
      onOneAxis(entries.map(({ samples }) => [samples.at_us.map((us) => us / 1e6), ...metric.sides.map(({ of }) => of(samples))])),
    );
  }

  const element = h('div', {}, h('label', { class: 'inline', for: 'compare-metric' }, t('Show '), choice), place);
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
    { label: t('Predicted'), color: '--line-3' },
    { label: t('Measured'), color: '--line-0' },
  ];
  const groups = [...newest].map(([mode, e]) => ({
    label: `${modeName(mode)} (${e.id})`,
    values: [e.result?.predicted ?? null, e.result?.ceiling ?? null],
  }));
  return bars(t('Ceilings'), t('the newest experiment of each mode, its number behind it'), kinds, groups, number);
}

/** What the runs differ in beside what was measured. @param {Difference[]} differences */
function warning(differences) {
  if (!differences.length) return h('p', { hidden: true });
  const rows = differences.map(({ name, values }) =>
    h(
      'li',
      {},
      h('strong', { lang: 'en' }, name),
      `: ${values.map(({ value, runs }) => `${value} (${runs.length > 4 ? t('{0} runs', number(runs.length)) : t('run {0}', runs.join(', '))})`).join('; ')}`,
    ),
  );
  return h(
    'div',
    { class: 'warning', role: 'alert' },
    h('p', {}, h('strong', {}, t('Not measured under the same circumstances. ')), t('A difference between these runs may come from:')),
    h('ul', {}, ...rows),
  );
}

const COLUMNS = [
  { text: t('Run') },
  { text: t('Mode') },
  { text: t('Clients'), number: true },
  { text: t('Hold'), title: t('Connections kept open until all had their reply') },
  { text: t('Completed'), number: true },
  { text: t('Failed'), number: true },
  { text: t('Status') },
  { text: t('Clients/s'), number: true },
  { text: 'p50', title: t('Half of the clients took at most this long, start to end'), number: true },
  { text: 'p99', title: t('99% of the clients took at most this long, start to end'), number: true },
  { text: t('Peak client threads or processes'), number: true },
  { text: t('Peak server threads'), number: true },
  { text: t('Label') },
];

/** @param {Run[]} runs */
function sideBySide(runs) {
  const rows = runs.map((run) => {
    const cell = (/** @type {string} */ text) => h('td', { class: 'number' }, text);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: `#/runs/${run.id}`, title: nameOf(run) }, t('Run {0}', run.id))),
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
  return table(t('The chosen runs'), COLUMNS, rows);
}
