/** The question and what was found: one table of maxima, the loads, the single runs. */

import { h, table } from '../core/dom.js';
import { ceilingOf, micros, modeName, number, plural, rate, stoppedBy } from '../core/format.js';
import { t } from '../core/language.js';
import { rowName } from '../pages/progress.js';
import { leftOut, STATES } from '../pages/survey.js';
import { p } from '../pages/words.js';
import { isWhole } from './collect.js';
import { isMeasured, maximaOf } from './maxima.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('./maxima.js').Maximum} Maximum */
/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Verdict} Verdict */
/** @typedef {import('../core/types').Schemas['Table']['rows'][number]} Load */

/** Of a sweep, which may have a thousand. */
const LOADS_MOST = 40;

/** @param {string} text @param {string} [kind] */
export const cell = (text, kind = 'number') => h('td', { class: kind }, text);

/** @param {Data} data @returns {(Node | string)[]} */
export function found(data) {
  const maxima = maximaOf(data);
  return [
    ...data.experiments.flatMap(unfinished),
    ...(maxima.length ? [maximaTable(maxima), h('p', { class: 'muted note' }, r('found.help'))] : []),
    h('ul', {}, ...maxima.flatMap((one) => explained(one))),
    ...data.experiments.flatMap((experiment) => loadsOf(experiment, data.experiments.length > 1)),
    ...(data.single.length ? singles(data.single) : []),
  ];
}

/** What an experiment says of itself when it has not gone to its end. @param {Experiment} experiment */
function unfinished({ id, status, message }) {
  if (status === 'completed') return [];
  const why = message ? [': ', h('span', { lang: 'en' }, message)] : [];
  return [h('p', {}, `${t('experiment.number', id)}: ${t(`status.${status}`)}`, ...why, '.')];
}

/** @param {Maximum} one */
function atOnce(one) {
  if (one.state === 'measured' && one.found) return ceilingOf(one.found);
  if (one.state === 'not searched') return one.found ? ceilingOf(one.found) : p('survey.not_measured');
  return p(one.state === 'measured' ? 'survey.not_measured' : STATES[one.state]);
}

/** @param {Maximum} one */
function why({ state, found: what, verdict, tried }) {
  if (verdict) return stoppedBy(verdict);
  if (state === 'measured' && what && what.fails_at === null && !what.served_until) return p('ceiling.unlimited', number(tried ?? what.ceiling));
  return state === 'measured' ? t('unknown') : '–';
}

/** @param {Maximum[]} maxima */
function maximaTable(maxima) {
  const several = new Set(maxima.map((one) => one.experiment?.id)).size > 1 || maxima.some(({ place }) => place);
  const columns = [
    { text: t('mode.title') },
    { text: t('predicted'), number: true },
    { text: t('served.true'), number: true },
    { text: p('survey.in_turn'), number: true },
    { text: r('found.stopped') },
    { text: t('limits.raise') },
    ...(several ? [{ text: r('found.source') }] : []),
  ];
  const rows = maxima.map((one) =>
    h(
      'tr',
      { 'data-mode': one.mode },
      h('th', { scope: 'row' }, modeName(one.mode)),
      cell(number(one.predicted)),
      cell(atOnce(one)),
      cell(one.inTurn ? ceilingOf(one.inTurn) : '–'),
      cell(why(one), 'wrap'),
      cell(one.verdict?.raise ?? '–', 'wrap'),
      several ? cell([one.experiment ? t('experiment.link', one.experiment.id) : r('found.runs'), ...(one.place ? [one.place] : [])].join(': '), 'wrap') : null,
    ),
  );
  return table(r('found.table'), columns, rows);
}

/** The verdict of a search, and how certain its counts are. @param {Maximum} one */
function explained(one) {
  const { mode, experiment, verdict, found: what } = one;
  const said = verdict && experiment ? [verdict.sentence] : [];
  if (isMeasured(one) && what && what.fails_at !== null) {
    const counts = [number(what.ceiling), number(what.fails_at), plural(what.confirmations, 'time'), plural(what.runs, 'run')];
    said.push(what.stable ? r('found.confirmed', ...counts) : `${p('ceiling.stable_help')}.`);
  }
  if (what?.served_until) said.push(r('found.served_until', what.served_until));
  const of = one.place ? `${modeName(mode)} (${one.place})` : modeName(mode);
  return said.length ? [h('li', {}, h('strong', {}, `${of}: `), said.join(' '))] : [];
}

/* --- loads --- */

/** A table's rows, or a survey's classic ones. @param {Experiment} experiment @returns {Load[]} */
export const rowsOf = ({ result }) => result?.rows ?? result?.classic?.rows ?? [];

/** @param {Experiment} experiment @param {boolean} several */
function loadsOf(experiment, several) {
  const rows = rowsOf(experiment);
  if (!rows.length) return [];
  const published = rows.some((row) => row.published);
  const shown = rows.slice(0, LOADS_MOST);
  const whole = rows.filter((row) => row.runs > 0 && row.completed === row.count * row.runs).length;
  const columns = [
    { text: t('mode.title') },
    ...[t('field.count'), t('runs'), t('completed'), t('failed'), t('rate.title')].map((text) => ({ text, number: true })),
    { text: t('stopped_by') },
    ...(published ? [{ text: t('published') }] : []),
  ];
  const body = shown.map((row) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, modeName(row.mode)),
      ...[row.count, row.runs, row.completed, row.failed].map((n) => cell(number(n))),
      cell(rate(row.clients_per_s?.median)),
      cell(row.verdict ? stoppedBy(row.verdict) : '–', 'wrap'),
      published ? cell(row.published?.note ?? '', 'wrap') : null,
    ),
  );
  const out = leftOut(experiment);
  const title = several ? r('found.loads_of', experiment.id) : r('found.loads');
  const left = shown.length < rows.length ? ` ${r('found.left', number(shown.length), plural(rows.length, 'load'))}` : '';
  return [
    h('h3', {}, title),
    h('p', {}, t('table.found', number(whole), plural(rows.length, 'load')) + left),
    table(title, columns, body),
    ...(out ? [h('p', {}, out)] : []),
  ];
}

/* --- runs that are named one by one --- */

/** @param {Run[]} runs */
function singles(runs) {
  const columns = [
    { text: t('run'), number: true },
    { text: t('mode.title') },
    ...[t('field.count'), t('completed'), t('failed'), t('rate.title'), 'p50', 'p99', p('compare.peak_client'), t('peak_server_threads')].map(
      (text) => ({ text, number: true }),
    ),
  ];
  const rows = runs.map((run) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'number' }, String(run.id)),
      h('td', {}, modeName(run.mode)),
      ...[run.count, run.totals.completed, run.totals.failed].map((n) => cell(number(n))),
      cell(rate(run.clients_per_s)),
      cell(micros(run.latency_us?.client?.p50)),
      cell(micros(run.latency_us?.client?.p99)),
      cell(number(workersOf(run))),
      cell(number(run.peaks.server_threads)),
    ),
  );
  return [
    h('h3', {}, r('found.single')),
    h('ul', {}, ...runs.map((run) => h('li', {}, outcome(run)))),
    table(t('runs'), columns, rows),
  ];
}

/** The most threads, or processes, that its client side had. @param {Run} run */
export const workersOf = (run) => Math.max(run.peaks.client_threads, run.peaks.client_processes);

/** @param {Run} run */
function outcome(run) {
  const { verdict, status, totals } = run;
  const name = rowName(run);
  const counts = [number(totals.completed), number(run.count)];
  if (status === 'queued') return r('run.queued', name);
  if (status === 'running') return r('run.running', name, ...counts);
  if (isWhole(run)) return r('run.all', name);
  if (run.started_at === null) return r('run.not_begun', name, t(`status.${status}`));
  const stopped = r('run.stopped', name, ...counts);
  if (verdict) return `${stopped} ${verdict.sentence}${verdict.raise === null ? '' : ` ${r('run.raise', verdict.raise)}`}`;
  if (run.message) return `${stopped} ${run.message}.`;
  return status === 'completed' ? stopped : `${stopped} ${r('run.ended', t(`status.${status}`))}`;
}
