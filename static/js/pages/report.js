/** The report: chosen runs or an experiment as one page to print, in English or Indonesian. It needs no click:
 * /report?experiment=3&lang=id */

import { get, getWords, messageOf, onTokenNeeded } from '../core/api.js';
import { tokenFromUser } from '../core/dialog.js';
import { h, table } from '../core/dom.js';
import { lines } from '../charts/figures.js';
import { MODES } from '../core/contract.js';
import { bytes, micros, number, plural, rate, when } from '../core/format.js';
import { language as lang, named, t } from '../core/language.js';
import { nameOf } from './progress.js';
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
  if (!experiment && !runs) throw new Error(t('report.nothing'));
  const [compared, found] = await Promise.all([
    getWords(experiment ? `/compare?experiment=${experiment}` : `/compare?runs=${runs}`),
    experiment ? getWords(`/experiments/${experiment}`) : null,
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
    return [h('p', { class: 'sentence' }, t('table.found', number(whole), plural(found.rows.length, 'load')))];
  }
  if (found && found.ceiling !== undefined) {
    const mode = t(`mode.${experiment?.asked.mode ?? 'thread'}`);
    const { ceiling, fails_at, predicted, confirmations = 0, stable, verdict } = found;
    const sentence = fails_at
      ? t('report.found', mode, number(ceiling), number(fails_at), number(predicted))
      : t('report.unlimited', mode, number(ceiling));
    return [
      h('p', { class: 'sentence' }, sentence),
      ...(verdict ? [h('p', {}, inWords(verdict))] : []),
      h('p', {}, t('report.confirmed', plural(confirmations, 'time'), plural(runs.length, 'run'))),
      stable === false ? h('p', {}, `${t('ceiling.stable_help')}.`) : '',
    ];
  }
  return [h('ul', {}, ...runs.map((run) => h('li', {}, outcome(run))))];
}

/** @param {Run} run */
function outcome(run) {
  const { verdict, status, totals } = run;
  const name = rowName(run);
  const counts = [number(totals.completed), number(run.count)];
  if (status === 'queued') return t('report.queued', name);
  if (status === 'running') return t('report.running', name, ...counts);
  if (totals.completed === run.count) return t('report.all', name);
  if (run.started_at === null) return t('report.not_begun', name, t(`status.${status}`));
  const stopped = t('report.stopped', name, ...counts);
  if (verdict) return `${stopped} ${inWords(verdict)}`;
  if (run.message) return `${stopped} ${run.message}.`;
  return status === 'completed' ? stopped : `${stopped} ${t('report.ended', t(`status.${status}`))}`;
}

/** @param {import('../core/types').Verdict} verdict */
const inWords = ({ sentence, raise }) => (raise === null ? sentence : `${sentence} ${t('verdict.raise')}${raise}.`);

/** The members of a run's environment that are shown. */
const ENVIRONMENT = ['kernel', 'machine', 'system', 'cores', 'memory_bytes', 'container', 'versions'];

/** @param {string} name @param {unknown} value */
function environmentValue(name, value) {
  if (value === undefined) return '–';
  if (value === null) return t('none');
  if (typeof value === 'number') return name === 'memory_bytes' ? bytes(value) : number(value);
  return typeof value === 'object' ? Object.entries(value).map(([part, text]) => `${part} ${text}`).join(', ') : String(value);
}

/** @param {Run[]} runs @param {Difference[]} differences */
function environment(runs, differences) {
  const of = runs.find((r) => r.environment)?.environment ?? {};
  const rows = ENVIRONMENT.map((name) =>
    h('tr', {}, h('th', { scope: 'row' }, named(`env.${name}`, name)), h('td', {}, environmentValue(name, of[name]))),
  );
  const list = differences.map(({ name, values }) =>
    h('li', {}, `${name}: ${values.map(({ value, runs: ids }) => `${value} (${ids.join(', ')})`).join('; ')}`),
  );
  return [
    table(t('report.environment'), [{ text: t('report.property') }, { text: t('report.value') }], rows),
    ...(list.length ? [h('p', {}, t('report.differ')), h('ul', {}, ...list)] : []),
  ];
}

/** @param {Run[]} runs @param {Experiment | null} experiment */
function runsTable(runs, experiment) {
  const published = experiment?.kind === 'classic' ? experiment.result?.rows : null;
  const note = (/** @type {Run} */ run) => published?.find((r) => r.mode === run.mode && r.count === run.count)?.published?.note ?? '';
  const columns = [
    { text: t('run'), number: true },
    { text: t('mode.title') },
    ...[t('field.count'), t('completed'), t('failed'), t('rate.title'), 'p50', 'p99', t('compare.peak_client'), t('peak_server_threads')].map(
      (text) => ({ text, number: true }),
    ),
    ...(published ? [{ text: t('published') }] : []),
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
  return table(t('runs'), columns, rows);
}

/** @param {Entry[]} entries @param {Entry[]} chosen */
function charts(entries, chosen) {
  const runs = entries.map((e) => e.run);
  return h(
    'div',
    { class: 'figures' },
    ...runFigures(runs),
    ...chosen.filter(({ samples }) => samples['at_us']?.length).map(bothSides),
  );
}

/** @param {Entry} entry */
function bothSides({ run, samples: s }) {
  const x = s['at_us'] ?? [];
  /** @type {(column: (i: number) => number) => [number, number][]} */
  const points = (column) => x.map((us, i) => [us, column(i)]);
  const axes = { x: { text: t('time.title'), format: micros }, y: { text: t('report.alive'), format: number } };
  return lines(t('report.sides', rowName(run)), t('report.sides_help'), axes, [
    { label: t('client_side'), color: '--client', points: points((i) => Math.max(s['client_threads']?.[i] ?? 0, s['client_processes']?.[i] ?? 0)) },
    { label: t('chart.server_threads'), color: '--server', dash: true, points: points((i) => s['server_threads']?.[i] ?? 0) },
  ]);
}

/** The thread counts of both sides in words. @param {Run[]} runs @param {number} all */
function interaction(runs, all) {
  const models = [...new Set(runs.flatMap((run) => run.server?.model ?? []))];
  const said = runs.map((run) => {
    const { server, totals, start, peaks } = run;
    if (run.started_at === null) return h('li', {}, t('report.no_clients', run.id, nameOf(run)));
    const up = micros((start?.last_up_ms ?? run.duration_s * 1000) * 1000);
    const client = t(
      'report.client_words', run.id, nameOf(run), plural(totals.started, 'client'), up,
      plural(workers(run), run.mode === 'process' ? 'process' : 'thread'),
    );
    const its = server
      ? t(
          'report.server_words', server.model, plural(server.accepted, 'connection'), number(peaks.server_connections),
          plural(peaks.server_threads, 'thread'),
        )
      : t('report.foreign_words', run.target);
    return h('li', {}, `${client} ${its}`);
  });
  const left = runs.length < all ? [h('p', { class: 'muted' }, t('report.chosen', number(runs.length), plural(all, 'run')))] : [];
  const explained = models.map((m) => h('p', {}, t('report.model', m, named(`model_help.${m}`, ''))));
  return [...left, h('ul', {}, ...said), ...explained];
}

/** @param {import('../core/types').LogLine[]} transcript @param {Run | undefined} run */
function log(transcript, run) {
  if (!run || transcript.length === 0) return [];
  const room = { client: LINES_MOST, server: LINES_MOST };
  const text = transcript
    .filter(({ side }) => room[side]-- > 0)
    .map((line) => `${(line.at_ms / 1000).toFixed(6).padStart(10)} s  ${line.side.padEnd(6)}  ${line.text}`)
    .join('\n');
  return [part(t('report.transcript'), h('p', { class: 'muted' }, t('report.transcript_help', run.id)), h('div', { class: 'report-log' }, text))];
}

/** @param {Awaited<ReturnType<typeof collect>>} data */
function build({ entries, differences, experiment, transcript }) {
  const runs = /** @type {Entry[]} */ (entries).map((e) => e.run);
  const other = new URLSearchParams(asked);
  other.set('lang', lang === 'en' ? 'id' : 'en');
  const what = experiment ? t('experiment.link', experiment.id) : t(runs.length === 1 ? 'report.run' : 'report.runs', runs.map((r) => r.id).join(', '));
  const last = runs.map((r) => r.finished_at ?? '').sort().at(-1);
  const failed = runs.filter((r) => r.totals.completed < r.count);
  const chosen = shown(entries, experiment);
  const modes = MODES.filter((m) => runs.some((r) => r.mode === m));
  return [
    h(
      'div',
      { class: 'bar-of-tools' },
      h('a', { class: 'button quiet', href: `?${other}`, hreflang: lang === 'en' ? 'id' : 'en' }, lang === 'en' ? 'Bahasa Indonesia' : 'English'),
      h('button', { class: 'primary', onclick: () => print() }, t('report.save')),
    ),
    h('h1', {}, t('report.title')),
    h('p', { class: 'muted' }, `${t('report.subject', what)}. ${last ? t('report.made', when(last)) : t('report.not_made')}.`),
    part(t('report.result'), ...result(experiment, runs)),
    part(t('report.environment'), ...environment(runs, differences)),
    part(t('report.method'), h('p', {}, t('report.method_text')), h('ul', {}, ...modes.map((m) => h('li', {}, `${t(`mode.${m}`)}: ${t(`mode_help.${m}`)}`)))),
    part(t('runs'), runsTable(runs, experiment)),
    part(t('report.charts'), charts(entries, chosen)),
    part(t('report.interaction'), ...interaction(chosen.map((e) => e.run), runs.length)),
    ...(failed.length && experiment ? [part(t('report.verdicts'), h('ul', {}, ...failed.map((run) => h('li', {}, outcome(run)))))] : []),
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
    root.replaceChildren(h('p', { class: 'error', role: 'alert' }, t('report.problem', messageOf(error))));
  }
  root.setAttribute('aria-busy', 'false'); // whoever prints it waits for this
}

main();
