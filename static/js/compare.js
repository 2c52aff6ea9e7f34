/** Several runs beside each other: what they carried, how fast, how long clients took, and both sides over time. */

import { get, messageOf } from './api.js';
import { createChart, onOneAxis } from './chart.js';
import { h, table } from './dom.js';
import { bars, lines } from './figures.js';
import { micros, number, rate } from './format.js';
import { COMPARE_MOST } from './history.js';
import { MODES } from './modes.js';
import { badge, nameOf } from './progress.js';

/** @typedef {import('./types').Run} Run */
/** @typedef {import('./types').Experiment} Experiment */
/** @typedef {Record<'at_us' | 'completed' | 'client_threads' | 'client_processes' | 'server_threads' | 'server_connections',
 *   number[]>} Samples */
/** @typedef {{ run: Run, samples: Samples }} Entry */
/** @typedef {{ name: string, values: { value: string, runs: number[] }[] }} Difference */

const COLORS = 6;
const MODE_COLORS = { thread: '--line-0', pool: '--line-2', process: '--line-1', event: '--line-3' };
const EXPERIMENTS = 100;

/** @param {Samples} s */
const workersOf = (s) => s.client_threads.map((n, i) => Math.max(n, s.client_processes[i] ?? 0));

/** @type {{ text: string, unit: string, sides: { name: string, of: (s: Samples) => number[] }[] }[]} */
const METRICS = [
  {
    text: 'Threads or processes of both sides',
    unit: '',
    sides: [
      { name: ', client side', of: workersOf },
      { name: ', server side', of: (s) => s.server_threads },
    ],
  },
  { text: 'Completed clients over time', unit: 'clients', sides: [{ name: '', of: (s) => s.completed }] },
  { text: 'Open connections, server side', unit: '', sides: [{ name: '', of: (s) => s.server_connections }] },
];

/** @type {import('./types').Mount} */
export function mount(root, [list = '', experiment = '']) {
  const ids = [...new Set(list.split(',').map(Number))].filter((n) => Number.isInteger(n) && n > 0).slice(0, COMPARE_MOST);
  const problem = h('p', { class: 'error', role: 'alert' });
  const body = h('div', { class: 'compare' });
  const heading = experiment ? `Compare the runs of experiment ${experiment}` : 'Compare runs';
  root.append(h('h1', { tabindex: -1 }, heading), chooser(ids, experiment), problem, body);
  let ended = false;
  let end = () => {};
  const what = experiment ? `experiment=${experiment}` : `runs=${ids.join(',')}`;
  const asked = experiment || ids.length ? get(`/compare?${what}`) : Promise.resolve({ runs: [], differences: [] });
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

/** @param {number[]} ids @param {string} experiment */
function chooser(ids, experiment) {
  const input = h('input', { id: 'compare-runs', value: ids.join(', '), inputmode: 'numeric', autocomplete: 'off' });
  const what = experiment ? `experiment=${experiment}` : `runs=${ids.join(',')}`;
  const csv = ids.length || experiment ? h('a', { class: 'button quiet', href: `/compare.csv?${what}`, download: 'compare.csv' }, 'CSV') : null;
  const report = ids.length || experiment ? h('a', { class: 'button quiet', href: `/report?${what}` }, 'Report') : null;
  return h(
    'form',
    {
      class: 'card row',
      onsubmit: (event) => {
        event.preventDefault();
        location.hash = `#/compare?runs=${(input.value.match(/\d+/g) ?? []).join(',')}`;
      },
    },
    h('label', { for: 'compare-runs' }, `Numbers of the runs, up to ${COMPARE_MOST}`),
    input,
    h('button', { class: 'primary' }, 'Compare'),
    report,
    csv,
    h('a', { href: '#/' }, 'Choose from the history'),
  );
}

/** @param {HTMLElement} body @param {Entry[]} entries @param {Difference[]} differences @param {Experiment[]} experiments */
function show(body, entries, differences, experiments) {
  const runs = entries.map(({ run }) => run);
  const found = ceilings(experiments);
  const figures = runs.length ? [carried(runs), pace(runs), ...latencies(runs)] : [];
  if (found) figures.push(found);
  body.append(warning(differences), h('section', { class: 'card charts', 'aria-label': 'Figures' }, ...figures));
  if (!runs.length) return () => {};
  const over = overTime(entries.slice(0, COMPARE_MOST));
  body.append(
    h('section', { class: 'card' }, over.element),
    h('section', { class: 'card' }, h('h2', {}, 'Side by side'), sideBySide(runs)),
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
        label: `Run ${run.id} ${nameOf(run)}${name}`,
        color: `--line-${i % COLORS}`,
        dash: side === 1 ? [6, 4] : i >= COLORS ? [2, 3] : undefined,
      })),
    );
    const explanation = metric.sides.length > 1 ? 'solid: client side; dashed: server side' : 'all begin at 0 s';
    chart = createChart(metric.text, explanation, names, metric.unit);
    place.replaceChildren(chart.element);
    chart.draw(
      onOneAxis(entries.map(({ samples }) => [samples.at_us.map((us) => us / 1e6), ...metric.sides.map(({ of }) => of(samples))])),
    );
  }

  const element = h('div', {}, h('label', { class: 'inline', for: 'compare-metric' }, 'Show ', choice), place);
  return { element, draw, destroy: () => chart?.destroy() };
}

/** @param {import('./types').Mode} mode */
const modeName = (mode) => MODES.find((m) => m.mode === mode)?.name ?? mode;

/** Completed against requested, a line for each mode. @param {Run[]} runs */
function carried(runs) {
  const modes = [...new Set(runs.map((r) => r.mode))];
  const curves = modes.map((mode) => ({
    label: modeName(mode),
    color: MODE_COLORS[mode],
    points: runs
      .filter((r) => r.mode === mode)
      .map((r) => /** @type {[number, number]} */ ([r.count, Math.max(r.totals.completed, 0.5)]))
      .sort((a, b) => a[0] - b[0]),
  }));
  const whole = (/** @type {number} */ n) => (n < 1 ? '0' : number(n));
  const axes = { x: { text: 'Requested', format: whole, log: true }, y: { text: 'Completed', format: whole, log: true } };
  return lines('Completed against requested', 'both logarithmic; on the diagonal all completed', axes, curves);
}

/** "12 Threads × 500" @param {Run} run */
const rowName = (run) => `${run.id}: ${nameOf(run)}`;

/** @param {Run[]} runs */
function pace(runs) {
  const groups = runs.map((run) => ({ label: rowName(run), values: [run.clients_per_s ?? 0] }));
  return bars('Clients a second', 'completed clients divided by the run’s duration', [{ label: 'Clients/s', color: '--line-2' }], groups, rate);
}

/** @param {Run[]} runs */
function latencies(runs) {
  const measured = runs.filter((r) => r.latency_us?.client?.max);
  if (!measured.length) return [];
  const kinds = [
    { label: 'p50', color: '--line-0' },
    { label: 'p99', color: '--line-1' },
  ];
  const groups = measured.map((run) => ({
    label: rowName(run),
    values: [run.latency_us?.client.p50 ?? null, run.latency_us?.client.p99 ?? null],
  }));
  return [bars('How long clients took', 'half of them at most p50, 99 of 100 at most p99', kinds, groups, micros)];
}

/** The newest ceiling of each mode, predicted beside measured. @param {Experiment[]} experiments newest first */
function ceilings(experiments) {
  /** @type {Map<import('./types').Mode, Experiment>} */
  const newest = new Map();
  for (const e of experiments)
    if (e.kind === 'ceiling' && e.status === 'completed' && e.asked.mode && !newest.has(e.asked.mode)) newest.set(e.asked.mode, e);
  if (!newest.size) return null;
  const kinds = [
    { label: 'Predicted', color: '--line-3' },
    { label: 'Measured', color: '--line-0' },
  ];
  const groups = [...newest].map(([mode, e]) => ({
    label: `${modeName(mode)} (${e.id})`,
    values: [e.result?.predicted ?? null, e.result?.ceiling ?? null],
  }));
  return bars('Ceilings', 'the newest experiment of each mode, its number behind it', kinds, groups, number);
}

/** What the runs differ in beside what was measured. @param {Difference[]} differences */
function warning(differences) {
  if (!differences.length) return h('p', { hidden: true });
  const rows = differences.map(({ name, values }) =>
    h(
      'li',
      {},
      h('strong', {}, name),
      `: ${values.map(({ value, runs }) => `${value} (${runs.length > 4 ? `${number(runs.length)} runs` : `run ${runs.join(', ')}`})`).join('; ')}`,
    ),
  );
  return h(
    'div',
    { class: 'warning', role: 'alert' },
    h('p', {}, h('strong', {}, 'Not measured under the same circumstances. '), 'A difference between these runs may come from:'),
    h('ul', {}, ...rows),
  );
}

const COLUMNS = [
  { text: 'Run' },
  { text: 'Mode' },
  { text: 'Clients', number: true },
  { text: 'Hold', title: 'Connections kept open until all had their reply' },
  { text: 'Completed', number: true },
  { text: 'Failed', number: true },
  { text: 'Status' },
  { text: 'Clients/s', number: true },
  { text: 'p50', title: 'Half of the clients took at most this long, start to end', number: true },
  { text: 'p99', title: '99% of the clients took at most this long, start to end', number: true },
  { text: 'Peak client threads or processes', number: true },
  { text: 'Peak server threads', number: true },
  { text: 'Label' },
];

/** @param {Run[]} runs */
function sideBySide(runs) {
  const rows = runs.map((run) => {
    const cell = (/** @type {string} */ text) => h('td', { class: 'number' }, text);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: `#/runs/${run.id}`, title: nameOf(run) }, `Run ${run.id}`)),
      h('td', {}, run.mode),
      cell(number(run.count)),
      h('td', {}, run.hold ? 'yes' : 'no'),
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
  return table('The chosen runs', COLUMNS, rows);
}
