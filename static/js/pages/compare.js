/** Several runs beside each other: what they carried, how fast, what a client costs, and both sides over time. */

import { get } from '../core/api.js';
import { createChart, onOneAxis } from '../charts/chart.js';
import { h, wideTable } from '../core/dom.js';
import { FORETOLD, bars } from '../charts/figures.js';
import { bytes, micros, modeName, number, plural, rate, serverOf } from '../core/format.js';
import { COMPARE_MOST } from './history_selection.js';
import { named, t } from '../core/language.js';
import { readIds } from '../core/numbers.js';
import { barMultiples, byLoad, eachRun, isTable, lineMultiples } from '../charts/multiples.js';
import { DASHES, stylesOf } from '../charts/palette.js';
import { problemOf } from './fields.js';
import { badge, nameOf, rowName } from './progress.js';
import { createZoom } from '../charts/zoom.js';
import { differenceInWords } from './differences.js';
import { titleOf } from './experiment_words.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Comparison} Comparison */
/** @typedef {Comparison['runs'][number]} Entry */

const EXPERIMENTS = 100;

/** @type {import('../core/types').Mount} */
export function mount(root, [list = '', experiment = '']) {
  const read = readIds(list);
  const ids = typeof read === 'string' ? [] : read;
  const isMany = ids.length > COMPARE_MOST;
  const problem = h('p', { class: 'error', role: 'alert' }, typeof read === 'string' ? read : isMany ? p('compare.many', COMPARE_MOST, ids.length) : '');
  const body = h('div', { class: 'compare' }, ids.length || experiment ? '' : h('p', { class: 'card empty' }, p('compare.empty')));
  const heading = experiment ? p('compare.experiment', experiment) : p('compare.title');
  const what = experiment ? `experiment=${experiment}` : ids.length ? `runs=${ids.join(',')}` : null;
  root.append(h('h1', { tabindex: -1 }, heading), chooser(ids, what), problem, body);
  let ended = false;
  let end = () => {};
  const asked = what && !isMany ? get(`/compare?${what}`) : Promise.resolve({ runs: [], differences: [] });
  Promise.all([asked, get(`/experiments?limit=${EXPERIMENTS}`), experiment ? get(`/experiments/${experiment}`) : null]).then(
    ([comparison, { experiments }, whole]) => {
      if (!ended) end = show(body, comparison, experiments, whole);
    },
    async (error) => (problem.textContent = (await missingIn(error, ids, experiment)) || problemOf(error)),
  );
  return () => {
    ended = true;
    end();
  };
}

/** What there is none of, of all that was asked for; the answer names one alone, in its message.
 * @param {any} error @param {number[]} ids @param {string} experiment */
async function missingIn({ status }, ids, experiment) {
  if (status !== 404) return '';
  if (experiment) return p('experiment.missing', experiment);
  const isMissing = await Promise.all(ids.map((id) => get(`/runs/${id}`).then(() => false, (error) => error.status === 404)));
  return ids.filter((_, i) => isMissing[i]).map((id) => p('run.missing', id)).join(' ');
}

/** @param {number[]} ids @param {string | null} what as GET /compare takes it */
function chooser(ids, what) {
  const problem = h('p', { class: 'error', id: 'compare-problem', role: 'alert' });
  const input = h('input', { id: 'compare-runs', value: ids.join(', '), autocomplete: 'off', 'aria-describedby': problem.id });
  const csv = what ? h('a', { class: 'button quiet', href: `/compare.csv?${what}`, download: 'compare.csv' }, 'CSV') : null;
  const report = what ? h('a', { class: 'button quiet', href: `/report?${what}` }, t('report')) : null;
  return h(
    'form',
    {
      class: 'card row',
      onsubmit: (event) => {
        event.preventDefault();
        const read = readIds(input.value);
        problem.textContent = typeof read === 'string' ? read : '';
        input.toggleAttribute('aria-invalid', typeof read === 'string');
        if (typeof read !== 'string') location.hash = `#/compare?runs=${read.join(',')}`;
      },
    },
    h('label', { for: 'compare-runs' }, p('compare.numbers'), what?.startsWith('experiment') ? '' : p('compare.most', COMPARE_MOST)),
    input,
    h('button', { class: 'primary' }, t('compare')),
    report,
    csv,
    h('a', { href: '#/' }, p('compare.from_history')),
    problem,
  );
}

/** @param {string} title @param {...(Node | null)} content */
const card = (title, ...content) => h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), ...content);

/** @param {HTMLElement} body @param {Comparison} comparison @param {Experiment[]} experiments @param {Experiment | null} whole
 * the experiment whose runs they are */
function show(body, { runs: entries, differences }, experiments, whole) {
  if (!entries.length) {
    const found = ceilings(experiments);
    if (found) body.append(h('div', { class: 'card' }, found));
    return () => {};
  }
  const over = overTime(whole ? oneOfEach(entries) : entries, entries.length, isByMode(entries, whole));
  if (whole) body.append(h('p', {}, h('a', { href: `#/experiments/${whole.id}` }, p('experiment.title', whole.id, titleOf(whole)))));
  body.append(
    warning(differences),
    ...figuresOf(entries, whole),
    over.element,
    card(p('compare.table_title'), sideBySide(entries.map(({ run }) => run))),
  );
  over.draw();
  return over.destroy;
}

/** The measures side by side: of a table of loads over the count, of a survey its ceilings and its classic loads.
 * @param {Entry[]} entries @param {Experiment | null} whole */
function figuresOf(entries, whole) {
  /** @param {string} title @param {import('../charts/multiples.js').Load[]} loads */
  const barsOf = (title, loads) =>
    loads.length ? [card(title, h('p', { class: 'muted' }, p('compare.measures_help')), barMultiples(loads))] : [];
  if (!whole) return barsOf(p('compare.measures'), eachRun(entries));
  const loads = byLoad(entries);
  if (whole.kind === 'survey') {
    const classic = byLoad(entries.filter(({ run }) => !run.hold));
    return [
      ...barsOf(p('compare.by_mode'), byLoad(entries.filter(({ run }) => isCeiling(run, whole)))),
      ...(classic.length ? [card(p('compare.in_turn'), lineMultiples(classic))] : []),
    ];
  }
  return isTable(whole.kind, loads) ? [card(p('compare.by_count'), lineMultiples(loads))] : barsOf(p('compare.measures'), loads);
}

/** @param {Run} run @param {Experiment} survey */
const isCeiling = ({ mode, count, hold, totals }, { result }) =>
  Boolean(hold) && totals.completed === count && (result?.modes ?? []).some((found) => found.mode === mode && found.ceiling === count);

/** The first run of each load. @param {Entry[]} entries */
function oneOfEach(entries) {
  /** @type {Map<string, Entry>} */
  const loads = new Map();
  for (const entry of entries) {
    const load = `${entry.run.mode} ${entry.run.count} ${entry.run.hold}`;
    if (!loads.has(load)) loads.set(load, entry);
  }
  return [...loads.values()].slice(0, COMPARE_MOST);
}

/** Whether the figures above have a line for each mode. @param {Entry[]} entries @param {Experiment | null} whole */
const isByMode = (entries, whole) => (whole && (whole.kind === 'survey' || isTable(whole.kind, byLoad(entries)))) || undefined;

/** One small chart of each run on the same axes, and how far each is in one. A colour is a run's, as in the figures above; the
 * lines of one run differ in their dashes.
 * @param {Entry[]} entries @param {number} all @param {boolean} [byMode] */
function overTime(entries, all, byMode) {
  const zoom = createZoom();
  const styles = stylesOf(entries.map(({ run }) => run), byMode);
  const styled = entries.map((entry, i) => ({ ...entry, style: /** @type {typeof styles[number]} */ (styles[i]) }));
  const drawn = styled.filter(({ samples }) => samples.at_us.length > 0);
  const seconds = (/** @type {Entry} */ { samples }) => samples.at_us.map((us) => us / 1e6);
  const end = Math.max(...drawn.map(({ samples }) => (samples.at_us.at(-1) ?? 0) / 1e6), 0);
  const columns = drawn.map(({ samples: s }) => [
    s.client_threads.map((n, i) => Math.max(n, s.client_processes[i] ?? 0)),
    s.server_threads,
    s.server_connections,
  ]);
  const most = columns.flat(2).reduce((a, b) => Math.max(a, b), 0);
  const labels = [t('client_side'), t('chart.server_threads'), t('chart.open')];
  const charts = drawn.map(({ run, style: { color } }) => {
    const lines = labels.map((label, i) => ({ label, color, dash: DASHES[i] }));
    return createChart({ caption: rowName(run), explanation: '', lines, unit: '', zoom, most, end });
  });
  const progress = createChart({
    caption: p('compare.progress'),
    explanation: p('compare.progress_help'),
    lines: drawn.map(({ run, style: { color, dash } }) => ({ label: rowName(run), color, dash })),
    unit: '%',
    zoom,
  });
  const chosen = entries.length < all ? h('p', { class: 'muted' }, p('compare.one_of_each', number(entries.length), plural(all, 'run'))) : null;
  return {
    element: card(
      p('run.over_time'),
      h('p', { class: 'muted' }, p('compare.over_time_help')),
      chosen,
      zoom.element,
      h('div', { class: 'multiples' }, ...charts.map(({ element }) => element)),
      progress.element,
    ),
    draw() {
      drawn.forEach((entry, i) => charts[i]?.draw([seconds(entry), .../** @type {number[][]} */ (columns[i])]));
      const share = (/** @type {Entry} */ { run, samples }) => samples.completed.map((n) => (100 * n) / run.count);
      if (drawn.length) progress.draw(onOneAxis(drawn.map((entry) => [seconds(entry), share(entry)])));
    },
    destroy: () => [...charts, progress].forEach((chart) => chart.destroy()),
  };
}

/** Where it was measured. @param {{ target?: unknown, host: Run['host'] }} one */
const placeOf = ({ target, host }) => [serverOf(target), ...(host?.name ? [host.name] : [])].join(', ');

/** The newest ceiling of each mode, predicted beside measured. @param {Experiment[]} experiments newest first */
function ceilings(experiments) {
  /** @type {Map<import('../core/types').Mode, Experiment>} */
  const newest = new Map();
  for (const e of experiments)
    if (e.kind === 'ceiling' && e.status === 'completed' && e.asked.mode && !newest.has(e.asked.mode)) newest.set(e.asked.mode, e);
  if (!newest.size) return null;
  const several = new Set([...newest.values()].map(({ asked: { target }, host }) => placeOf({ target, host }))).size > 1;
  const groups = [...newest].map(([mode, e]) => ({
    label: [t(`mode.${mode}`), t('experiment.link', e.id), ...(several ? [placeOf({ target: e.asked['target'], host: e.host })] : [])].join(', '),
    values: [e.result?.predicted ?? null, e.result?.ceiling ?? null],
  }));
  return bars(p('compare.ceilings'), p('compare.ceilings_help'), FORETOLD, groups, number);
}

/** What runs differ in beside what was measured. @param {Comparison['differences']} differences */
function warning(differences) {
  if (!differences.length) return h('p', { hidden: true });
  const rows = differences.map((difference) => {
    const [name, values] = differenceInWords(difference);
    return h('li', {}, h('strong', {}, name), `: ${values}`);
  });
  return h(
    'div',
    { class: 'warning', role: 'alert' },
    h('p', {}, h('strong', {}, p('compare.warning')), p('compare.warning_help')),
    h('ul', {}, ...rows),
  );
}

/** Only where they are not the same for all: the table is wide. */
const PLACE = [{ text: t('field.target') }, { text: t('history.host') }];
const COLUMNS = [
  { text: t('run') },
  { text: t('mode.title') },
  { text: t('field.count'), number: true },
  { text: t('hold'), title: p('compare.hold_help') },
  { text: t('completed'), number: true },
  { text: t('failed'), number: true },
  { text: t('status.title') },
  { text: t('rate.title'), number: true },
  { text: 'p50', title: p('latency.p50_help'), number: true },
  { text: 'p99', title: p('latency.p99_help'), number: true },
  { text: p('compare.cpu'), title: t('measure.cpu_client_help'), number: true },
  { text: t('measure.memory'), title: t('measure.memory_help'), number: true },
  { text: p('compare.peak_client'), number: true },
  { text: t('peak_server_threads'), number: true },
];

/** @param {Run[]} runs */
function sideBySide(runs) {
  const labelled = runs.some(({ label }) => label);
  const several = new Set(runs.map(placeOf)).size > 1;
  const rows = runs.map((run) => {
    const cell = (/** @type {string} */ text) => h('td', { class: 'number' }, text);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: `#/runs/${run.id}`, title: nameOf(run) }, p('run.number', run.id))),
      h('td', {}, run.exchange === 'time' ? modeName(run.mode) : `${modeName(run.mode)}, ${named(`exchange.${run.exchange}`, run.exchange ?? '')}`),
      cell(number(run.count)),
      h('td', { class: 'served' }, t(run.hold ? 'history.held' : 'history.in_turn')),
      cell(number(run.totals.completed)),
      cell(number(run.totals.failed)),
      h('td', {}, badge(run)),
      cell(rate(run.clients_per_s)),
      cell(micros(run.latency_us?.client?.p50)),
      cell(micros(run.latency_us?.client?.p99)),
      cell(run.cost.cpu_us === null ? '–' : micros(run.cost.cpu_us)),
      cell(run.cost.memory_bytes === null ? '–' : bytes(run.cost.memory_bytes)),
      cell(number(Math.max(run.peaks.client_threads, run.peaks.client_processes))),
      cell(number(run.peaks.server_threads)),
      ...(several ? [h('td', { class: 'name' }, serverOf(run.target, runs)), h('td', { class: 'name' }, run.host?.name ?? '–')] : []),
      labelled ? h('td', { class: 'label' }, run.label ?? '') : null,
    );
  });
  return wideTable(p('compare.table'), [...COLUMNS, ...(several ? PLACE : []), ...(labelled ? [{ text: t('field.label') }] : [])], rows);
}
