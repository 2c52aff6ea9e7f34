/** The rows of the history: a run each, or an experiment with the runs that it consists of. */

import { h } from '../core/dom.js';
import { isOver, isPartOfResult, micros, modeName, number, plural, rate, reasonName, serverOf, stoppedBy, when } from '../core/format.js';
import { t } from '../core/language.js';
import { foundIn, titleOf } from './experiment_words.js';
import { badge } from './progress.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {{ id: number, newest: number, experiment: Experiment | null, open: boolean }} Fold an experiment in the list;
 *   `newest`: its newest run that matches, which has its place; `experiment` is null until it has been fetched */
/** @typedef {{ has: (key: string) => boolean, choose: (key: string, chosen: boolean) => void, rename: (what: Run | Fold) => void,
 *   erase: (key: string) => void, toggle: (fold: Fold) => void }} Deeds what the controls of a row do */

/** `sort`: what the panel calls it; `whole`: not in the short list.
 * @type {{ text: string, title: string, number?: boolean, sort?: string, whole?: boolean }[]} */
const COLUMNS = [
  { text: '', title: t('history.select_help') },
  { text: t('run'), title: t('history.run_help'), sort: 'id' },
  { text: t('when'), title: t('history.when_help') },
  { text: t('mode.title'), title: t('history.mode_help'), sort: 'mode' },
  { text: t('field.count'), title: t('history.count_help'), number: true, sort: 'count' },
  { text: t('completed'), title: t('history.completed_help'), number: true, sort: 'completed' },
  { text: t('failed'), title: t('failed.help'), number: true, sort: 'failed' },
  { text: t('status.title'), title: t('history.status_help'), sort: 'status' },
  { text: t('stopped_by'), title: t('history.verdict_help') },
  { text: t('rate.title'), title: t('history.rate_help'), number: true, sort: 'clients_per_s' },
  { text: t('history.p99'), title: t('latency.help'), number: true },
  { text: t('hold'), title: t('field_help.hold'), whole: true },
  { text: t('field.target'), title: t('history.target_help'), whole: true },
  { text: t('history.host'), title: t('history.host_help'), whole: true },
  { text: t('field.label'), title: t('history.label_help'), sort: 'label' },
  { text: t('history.change'), title: t('history.change_help') },
];
/** An experiment's own cells: what it is goes over the four from the mode on, and what it found over those behind its
 * status, up to its target and its host, which only the whole list has, or its label. */
const KIND_COLUMNS = 4;
const FOUND_COLUMNS = { whole: 4, short: 3 };

/** @param {boolean} whole */
export const columnsOf = (whole) => COLUMNS.filter((column) => whole || !column.whole);

/** @param {{ id: number }} run */
export const keyOfRun = ({ id }) => `runs/${id}`;
/** @param {{ id: number }} fold */
export const keyOfFold = ({ id }) => `experiments/${id}`;

/** What is going on can be neither renamed nor deleted. @param {Run} run */
const isFixed = ({ status }) => status === 'running';
/** @param {Run} run */
export const isKept = (run) => isFixed(run) || isPartOfResult(run);
/** @param {Fold} fold */
export const isFoldFixed = ({ experiment }) => !experiment || ['queued', 'running'].includes(experiment.status);

/** @param {string} text */
const figure = (text, kind = '') => h('td', { class: `number ${kind}` }, text);

/** The day, and the time below it where there is little room. @param {string | null} iso */
function moment(iso) {
  const [day = '', time = ''] = when(iso).split(' ');
  return h('td', { class: 'moment' }, h('span', {}, day), ' ', h('span', {}, time));
}

/** @param {Deeds} deeds @param {string} key @param {string} label */
const choice = (deeds, key, label) =>
  h('td', {}, h('input', {
    type: 'checkbox',
    'data-choice': key,
    'aria-label': label,
    checked: deeds.has(key),
    onchange: (event) => deeds.choose(key, event.target.checked),
  }));

/** The buttons that rename and delete. `kept`: why it can only be renamed.
 * @param {{ fixed: boolean, kept?: string | undefined }} state
 * @param {{ name: string, deed: () => void }} rename @param {{ name: string, deed: () => void }} erase */
const changes = ({ fixed, kept }, rename, erase) =>
  h(
    'td',
    {},
    h('button', { class: 'quiet', 'aria-label': rename.name, disabled: fixed, onclick: rename.deed }, t('history.rename')),
    ' ',
    h('button', { class: 'quiet', 'aria-label': erase.name, disabled: fixed || kept !== undefined, title: kept, onclick: erase.deed }, t('delete')),
  );

/** Its limit, cap or cause. @param {Run} run */
function verdictCell({ verdict }) {
  if (!verdict) return h('td', {}, '–');
  const certainty = t(`certainty.${verdict.certainty}`);
  const title = verdict.name ? `${stoppedBy(verdict)} (${certainty})` : certainty;
  return h('td', { title }, reasonName(verdict.name));
}

/** What only the whole list has. @param {Run} run */
const settings = ({ hold, target, host }) => [
  h('td', {}, hold ? t('history.held') : t('history.in_turn')),
  ...placeCells(target, host),
];

/** @param {unknown} target @param {Run['host']} host */
const placeCells = (target, host) => [h('td', { class: 'name' }, serverOf(target)), h('td', { class: 'name' }, host?.name ?? '–')];

/** In the short list, which has no column for it, the target is said only where it is not the usual one.
 * @param {boolean} whole @param {unknown} [target] */
const foreign = (whole, target = 'builtin') => (!whole && target !== 'builtin' ? h('small', { class: 'muted' }, ` ${target}`) : null);

/** @param {Run} run @param {Deeds} deeds @param {boolean} whole @param {boolean} [inner] below its experiment */
export function rowOfRun(run, deeds, whole, inner = false) {
  const { id, totals } = run;
  const key = keyOfRun(run);
  const over = isOver(run);
  return h(
    'tr',
    { 'data-run': id, 'data-inner': inner ? run.experiment : null },
    choice(deeds, key, t('history.select_run', id)),
    h('td', {}, h('a', { href: `#/runs/${id}` }, String(id))),
    moment(run.created_at),
    h('td', {}, modeName(run.mode), foreign(whole, run.target)),
    figure(number(run.count)),
    figure(over ? number(totals.completed) : '–'),
    figure(over ? number(totals.failed) : '–', over && totals.failed ? 'bad' : ''),
    h('td', {}, badge(run)),
    verdictCell(run),
    figure(over ? rate(run.clients_per_s) : '–'),
    figure(micros(run.latency_us?.client?.p99)),
    ...(whole ? settings(run) : []),
    h('td', { class: 'label' }, run.label ?? ''),
    changes(
      { fixed: isFixed(run), kept: isPartOfResult(run) ? t('history.kept', run.experiment ?? 0) : undefined },
      { name: t('history.rename_number', id), deed: () => deeds.rename(run) },
      { name: t('history.delete', id), deed: () => deeds.erase(key) },
    ),
  );
}

/** @param {Experiment} experiment @param {boolean} whole */
const cellsOf = (experiment, whole) => [
  moment(experiment.created_at),
  h('td', { colspan: KIND_COLUMNS }, titleOf(experiment), ' · ', plural(experiment.runs.length, 'run'), foreign(whole, experiment.asked.target)),
  h('td', {}, h('span', { class: `badge ${experiment.status}` }, t(`status.${experiment.status}`))),
  h('td', { colspan: whole ? FOUND_COLUMNS.whole : FOUND_COLUMNS.short, class: 'wrap' }, foundIn(experiment)),
  ...(whole ? placeCells(experiment.asked.target, experiment.host) : []),
  h('td', { class: 'label' }, experiment.asked.label ?? ''),
];

/** @param {Fold} fold @param {Deeds} deeds @param {boolean} whole */
export function rowOfFold(fold, deeds, whole) {
  const { id, experiment } = fold;
  const key = keyOfFold(fold);
  const unfold = h(
    'button',
    {
      class: 'unfold',
      'aria-label': t('history.unfold', id),
      'aria-expanded': String(fold.open),
      onclick: () => deeds.toggle(fold),
    },
  );
  const cells = experiment ? cellsOf(experiment, whole) : [h('td', { colspan: columnsOf(whole).length - 3 })];
  return h(
    'tr',
    { 'data-fold': id },
    choice(deeds, key, t('history.select_experiment', id)),
    h('td', {}, unfold, h('a', { href: `#/experiments/${id}`, title: t('experiment.number', id) }, t('history.experiment', id))),
    ...cells,
    changes(
      { fixed: isFoldFixed(fold) },
      { name: t('history.rename_experiment', id), deed: () => deeds.rename(fold) },
      { name: t('history.delete_experiment', id), deed: () => deeds.erase(key) },
    ),
  );
}
