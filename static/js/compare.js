/** Several runs on one time axis, and side by side in one table. */

import { get, messageOf } from './api.js';
import { createChart, onOneAxis } from './chart.js';
import { h, table } from './dom.js';
import { micros, number, plural, rate } from './format.js';
import { COMPARE_MOST } from './history.js';
import { badge, nameOf } from './progress.js';
import { createSeries } from './samples.js';

/** @typedef {import('./types').Run} Run */
/** @typedef {import('./samples.js').Series} Series */
/** @typedef {{ run: Run, series: Series }} Entry */

const COLORS = 6;

/** @type {{ text: string, unit: string, sides: { name: string, of: (s: Series) => (number | null)[] }[] }[]} */
const METRICS = [
  { text: 'Completed clients over time', unit: 'clients', sides: [{ name: '', of: (s) => s.column('completed') }] },
  {
    text: 'Threads or processes of both sides',
    unit: '',
    sides: [
      { name: ', client side', of: (s) => s.column('client_workers') },
      { name: ', server side', of: (s) => s.column('server_threads') },
    ],
  },
  { text: 'Open connections, server side', unit: '', sides: [{ name: '', of: (s) => s.column('server_connections') }] },
  { text: 'Connections a second', unit: '/s', sides: [{ name: '', of: (s) => s.rates() }] },
];

/** @type {import('./types').Mount} */
export function mount(root, [list = '']) {
  const numbers = list.split(',').map(Number);
  const ids = [...new Set(numbers)].filter((n) => Number.isInteger(n) && n > 0).slice(0, COMPARE_MOST);
  const problem = h('p', { class: 'error', role: 'alert' });
  const body = h('div', { class: 'compare' });
  root.append(h('h1', { tabindex: -1 }, 'Compare runs'), chooser(ids), problem, body);
  let ended = false;
  let end = () => {};
  Promise.all(ids.map(fetchEntry)).then(
    (entries) => {
      if (!ended && entries.length) end = show(body, entries);
    },
    (error) => (problem.textContent = messageOf(error)),
  );
  return () => {
    ended = true;
    end();
  };
}

/** @param {number} id @returns {Promise<Entry>} */
async function fetchEntry(id) {
  const [run, { samples }] = await Promise.all([get(`/runs/${id}`), get(`/runs/${id}/samples`)]);
  return { run, series: createSeries(samples) };
}

/** @param {number[]} ids */
function chooser(ids) {
  const input = h('input', { id: 'compare-runs', value: ids.join(', '), inputmode: 'numeric', autocomplete: 'off' });
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
    h('a', { href: '#/' }, 'Choose from the history'),
  );
}

/** @param {HTMLElement} body @param {Entry[]} entries */
function show(body, entries) {
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
    const lines = entries.flatMap(({ run }, i) =>
      metric.sides.map(({ name }, side) => ({
        label: `Run ${run.id} ${nameOf(run)}${name}`,
        color: `--line-${i % COLORS}`,
        dash: side === 1 ? [6, 4] : i >= COLORS ? [2, 3] : undefined,
      })),
    );
    const explanation = metric.sides.length > 1 ? 'solid: client side; dashed: server side' : 'all begin at 0 s';
    chart = createChart(metric.text, explanation, lines, metric.unit);
    place.replaceChildren(chart.element);
    chart.draw(onOneAxis(entries.map(({ series }) => [series.times(), ...metric.sides.map(({ of }) => of(series))])));
  }

  body.append(
    differences(entries),
    h('section', { class: 'card' }, h('label', { class: 'inline', for: 'compare-metric' }, 'Show ', choice), place),
    h('section', { class: 'card' }, h('h2', {}, 'Side by side'), sideBySide(entries)),
  );
  draw();
  return () => chart?.destroy();
}

/** A warning when the runs were not measured under the same circumstances. @param {Entry[]} entries */
function differences(entries) {
  const prints = new Set(entries.map(({ run }) => run.environment?.['fingerprint']).filter((f) => f !== undefined));
  return prints.size < 2
    ? h('p', { hidden: true })
    : h(
        'p',
        { class: 'warning', role: 'alert' },
        h('strong', {}, 'Different environments. '),
        `These runs were measured in ${plural(prints.size, 'environment')}: kernel, cores, memory or limits differ. `,
        'A difference between them may come from there.',
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

/** @param {Entry[]} entries */
function sideBySide(entries) {
  const rows = entries.map(({ run }) => {
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
