/** The report: chosen runs or an experiment as one page to print, in English or Indonesian. It needs no click:
 * /report?experiment=3&lang=id */

import { get, messageOf, onTokenNeeded } from '../core/api.js';
import { tokenFromUser } from '../core/dialog.js';
import { h, table } from '../core/dom.js';
import { lines } from '../charts/figures.js';
import { bytes, micros, number, rate, when } from '../core/format.js';
import { language as lang } from '../core/language.js';
import { nameOf } from './progress.js';
import { TEXTS } from '../words/report.js';
import { rowName, runFigures } from '../charts/run_figures.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {{ run: Run, samples: Record<string, number[]> }} Entry */
/** @typedef {{ name: string, values: { value: string, runs: number[] }[] }} Difference */

/** So many runs have a chart of their own, and are told of in words: the classic experiment's nine fit. */
const SHOWN_MOST = 9;
/** Of each side: a run starts so many clients before the server has taken the first that theirs alone would fill it. */
const LINES_MOST = 12;

const asked = new URLSearchParams(location.search);
const t = TEXTS[lang];

/** @param {string} title @param {...(Node | string)} content */
const part = (title, ...content) => h('section', {}, h('h2', {}, title), ...content);

/** The runs that are looked at one by one: one of each load, of a ceiling the two counts that it lies between.
 * @param {Entry[]} entries @param {Experiment | null} experiment */
function shown(entries, experiment) {
  const { ceiling, fails_at } = experiment?.result ?? {};
  const ends = ceiling === undefined ? [] : entries.filter(({ run }) => run.count === ceiling || run.count === fails_at);
  const loads = new Map();
  for (const entry of ends.length ? ends : entries) {
    const load = `${entry.run.mode} ${entry.run.count}`;
    if (!experiment) loads.set(entry.run.id, entry);
    else if (!loads.has(load) || isTypical(entry.run, ceiling, fails_at)) loads.set(load, entry);
  }
  const chosen = /** @type {Entry[]} */ ([...loads.values()]).slice(0, SHOWN_MOST);
  return chosen.sort((a, b) => a.run.id - b.run.id);
}

/** Whether a run came out as the search says of its count: where a count came out both ways, the majority counts.
 * @param {Run} run @param {number | undefined} ceiling @param {number | null | undefined} failsAt */
const isTypical = ({ count, totals }, ceiling, failsAt) =>
  (count === ceiling && totals.completed === count) || (count === failsAt && totals.completed < count);

/** @param {Run} run */
const workers = (run) => Math.max(run.peaks.client_threads, run.peaks.client_processes);

async function collect() {
  const experiment = asked.get('experiment');
  const runs = asked.get('runs');
  if (!experiment && !runs) throw new Error(t.nothing);
  const [compared, found] = await Promise.all([
    get(experiment ? `/compare?experiment=${experiment}` : `/compare?runs=${runs}`),
    experiment ? get(`/experiments/${experiment}`) : null,
  ]);
  const first = compared.runs[0]?.run.id;
  const { transcript } = first ? await get(`/runs/${first}/transcript`) : { transcript: [] };
  return { entries: compared.runs, differences: compared.differences, experiment: found, transcript };
}

/** What was found, before all else. @param {Experiment | null} experiment @param {Run[]} runs */
function result(experiment, runs) {
  const found = experiment?.result;
  if (found?.rows) {
    const whole = found.rows.filter((r) => r.runs > 0 && r.failed === 0).length;
    return [h('p', { class: 'sentence' }, t.table_found(number(whole), number(found.rows.length)))];
  }
  if (found && found.ceiling !== undefined) {
    const mode = t.modes[experiment.asked.mode ?? 'thread'].split(':')[0] ?? '';
    const w = { mode, ceiling: number(found.ceiling), fails: number(found.fails_at), predicted: number(found.predicted) };
    return [
      h('p', { class: 'sentence' }, found.fails_at ? t.found(w) : t.unlimited(w)),
      ...(found.limit?.name ? [h('p', {}, t.stops(limitWords(found.limit)))] : []),
      h('p', {}, t.confirmed(number(found.confirmations), number(runs.length)), found.stable === false ? ` ${t.unstable}` : ''),
    ];
  }
  return [h('ul', {}, ...runs.map((run) => h('li', {}, verdict(run))))];
}

/** @param {Run} run */
function verdict(run) {
  const { limit, totals } = run;
  const w = { name: rowName(run), completed: number(totals.completed), count: number(run.count) };
  if (totals.completed === run.count) return t.all(w.name);
  if (!limit?.name || !limit.side) return t.unknown({ ...w, evidence: limit?.evidence ?? run.message ?? run.status });
  return t.stopped({ ...w, ...limitWords(limit) });
}

/** @param {import('../core/types').BindingLimit} limit */
const limitWords = ({ name, value, side, certainty, evidence, raise }) => ({
  limit: `${name} ${number(value)}`,
  side: t.side[side ?? 'client'],
  certainty: t.certainty[certainty],
  evidence,
  raise: raise ?? t.none,
});

/** @param {Run[]} runs @param {Difference[]} differences */
function environment(runs, differences) {
  const e = /** @type {Record<string, any>} */ (runs.find((r) => r.environment)?.environment ?? {});
  const versions = Object.entries(e['versions'] ?? {}).map(([name, value]) => `${name} ${value}`);
  const rows = [
    [t.kernel, e['kernel']], [t.machine, e['machine']], [t.system, e['system']], [t.cores, number(e['cores'])],
    [t.memory, e['memory_bytes'] ? bytes(e['memory_bytes']) : '–'], [t.container, e['container'] ?? t.none], [t.versions, versions.join(', ')],
  ];
  const list = differences.map(({ name, values }) =>
    h('li', {}, `${name}: ${values.map(({ value, runs: ids }) => `${value} (${ids.join(', ')})`).join('; ')}`),
  );
  return [
    table(t.environment, [{ text: t.property }, { text: t.value }], rows.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, String(value ?? '–'))))),
    ...(list.length ? [h('p', {}, t.differ), h('ul', {}, ...list)] : []),
  ];
}

/** @param {Run[]} runs @param {Experiment | null} experiment */
function runsTable(runs, experiment) {
  const published = experiment?.kind === 'classic' ? experiment.result?.rows : null;
  const note = (/** @type {Run} */ run) => published?.find((r) => r.mode === run.mode && r.count === run.count)?.published?.note ?? '';
  const c = t.columns;
  const columns = [
    { text: c.run, number: true }, { text: c.mode }, { text: c.count, number: true }, { text: c.completed, number: true },
    { text: c.failed, number: true }, { text: c.rate, number: true }, { text: c.p50, number: true }, { text: c.p99, number: true },
    { text: c.client, number: true }, { text: c.server, number: true }, ...(published ? [{ text: c.published }] : []),
  ];
  const cell = (/** @type {string} */ text) => h('td', { class: 'number' }, text);
  const rows = runs.map((run) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'number' }, String(run.id)),
      h('td', {}, run.mode),
      cell(number(run.count)),
      cell(number(run.totals.completed)),
      cell(number(run.totals.failed)),
      cell(rate(run.clients_per_s)),
      cell(micros(run.latency_us?.client?.p50)),
      cell(micros(run.latency_us?.client?.p99)),
      cell(number(workers(run))),
      cell(number(run.peaks.server_threads)),
      published ? h('td', { class: 'wrap' }, note(run)) : null,
    ),
  );
  return table(t.table, columns, rows);
}

/** @param {Entry[]} entries @param {Entry[]} chosen */
function charts(entries, chosen) {
  const runs = entries.map((e) => e.run);
  return h(
    'div',
    { class: 'figures' },
    ...runFigures(runs, { ...t, perSecond: t.columns.rate }),
    ...chosen.map(bothSides),
  );
}

/** @param {Entry} entry */
function bothSides({ run, samples: s }) {
  const x = s['at_us'] ?? [];
  /** @type {(column: (i: number) => number) => [number, number][]} */
  const points = (column) => x.map((us, i) => [us, column(i)]);
  const axes = { x: { text: t.time, format: micros }, y: { text: t.alive, format: number } };
  return lines(t.sides(rowName(run)), t.sidesHelp, axes, [
    { label: t.clientSide, color: '--client', points: points((i) => Math.max(s['client_threads']?.[i] ?? 0, s['client_processes']?.[i] ?? 0)) },
    { label: t.serverSide, color: '--server', dash: true, points: points((i) => s['server_threads']?.[i] ?? 0) },
  ]);
}

/** The thread counts of both sides in words. @param {Run[]} runs @param {number} all */
function interaction(runs, all) {
  const models = [...new Set(runs.map((r) => r.server?.model))];
  const said = runs
    .filter((run) => run.server)
    .map((run) =>
      h(
        'li',
        {},
        t.words({
          run: String(run.id),
          name: nameOf(run),
          started: number(run.totals.started),
          up: micros((run.start?.last_up_ms ?? (run.duration_s ?? 0) * 1000) * 1000),
          peak: number(workers(run)),
          unit: run.mode === 'process' ? t.processes : t.threads,
          model: run.server?.model ?? '',
          accepted: number(run.server?.accepted),
          open: number(run.peaks.server_connections),
          threads: number(run.peaks.server_threads),
        }),
      ),
    );
  const about = { thread: t.threadModel, pool: t.poolModel, epoll: t.epollModel };
  const explained = models.map((m) => about[/** @type {'thread'} */ (m)]).filter(Boolean);
  const left = runs.length < all ? [h('p', { class: 'muted' }, t.chosen(number(runs.length), number(all)))] : [];
  return [...left, h('ul', {}, ...said), ...explained.map((text) => h('p', {}, text))];
}

/** @param {import('../core/types').LogLine[]} transcript @param {Run | undefined} run */
function log(transcript, run) {
  if (!run || transcript.length === 0) return [];
  const room = { client: LINES_MOST, server: LINES_MOST };
  const text = transcript
    .filter(({ side }) => room[side]-- > 0)
    .map((line) => `${(line.at_ms / 1000).toFixed(6).padStart(10)} s  ${line.side.padEnd(6)}  ${line.text}`)
    .join('\n');
  return [part(t.transcript, h('p', { class: 'muted' }, t.transcriptHelp(run.id)), h('div', { class: 'report-log' }, text))];
}

/** @param {Awaited<ReturnType<typeof collect>>} data */
function build({ entries, differences, experiment, transcript }) {
  const runs = /** @type {Entry[]} */ (entries).map((e) => e.run);
  const other = new URLSearchParams(asked);
  other.set('lang', lang === 'en' ? 'id' : 'en');
  const what = experiment ? t.experiment(experiment.id) : t.runs(runs.map((r) => r.id).join(', '));
  const last = runs.map((r) => r.finished_at ?? '').sort().at(-1) ?? null;
  const failed = runs.filter((r) => r.totals.completed < r.count);
  const chosen = shown(entries, experiment);
  const modes = [...new Set(runs.map((r) => r.mode))];
  return [
    h(
      'div',
      { class: 'bar-of-tools' },
      h('a', { class: 'button quiet', href: `?${other}`, hreflang: lang === 'en' ? 'id' : 'en' }, t.other),
      h('button', { class: 'primary', onclick: () => print() }, t.save),
    ),
    h('h1', {}, t.title),
    h('p', { class: 'muted' }, `${t.subject(what)}. ${t.made(when(last))}.`),
    part(t.result, ...result(experiment, runs)),
    part(t.environment, ...environment(runs, differences)),
    part(t.method, h('p', {}, t.methodText), h('ul', {}, ...modes.map((m) => h('li', {}, t.modes[m])))),
    part(t.table, runsTable(runs, experiment)),
    part(t.charts, charts(entries, chosen)),
    part(t.interaction, ...interaction(chosen.map((e) => e.run), runs.length)),
    ...(failed.length && experiment ? [part(t.verdicts, h('ul', {}, ...failed.map((run) => h('li', {}, verdict(run)))))] : []),
    ...log(transcript, runs[0]),
  ];
}

async function main() {
  const root = /** @type {HTMLElement} */ (document.getElementById('report'));
  onTokenNeeded(tokenFromUser);
  document.documentElement.lang = lang;
  try {
    root.replaceChildren(...build(await collect()));
  } catch (error) {
    root.replaceChildren(h('p', { class: 'error', role: 'alert' }, t.problem(messageOf(error))));
  }
  root.setAttribute('aria-busy', 'false'); // whoever prints it waits for this
}

main();
