/** The figures of an experiment: a sweep's measures over the count, a search's steps, a survey's maxima. */

import { FORETOLD, bars, lines } from '../charts/figures.js';
import { byLoad, isTable, lineMultiples } from '../charts/multiples.js';
import { ceilingOf, hasEnded, modeName, number } from '../core/format.js';
import { t } from '../core/language.js';
import { isSearch } from './experiment_words.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Run} Run */

/** @param {Experiment} experiment @param {Run[]} runs in order @returns {HTMLElement[]} none while there is nothing to show */
export function experimentFigures(experiment, runs) {
  const over = runs.filter(hasEnded);
  const { kind, result } = experiment;
  if (isSearch(experiment)) return over.length ? [steps(experiment, over)] : [];
  const loads = byLoad(over.filter(({ hold }) => kind !== 'survey' || !hold).map((run) => ({ run })));
  const table = isTable(kind === 'survey' ? 'classic' : kind, loads) ? [lineMultiples(loads)] : [];
  return result?.modes ? [maxima(result.modes), ...table] : table;
}

/** Each run of a search: its count and how it ended. @param {Experiment} experiment @param {Run[]} runs */
function steps({ result, prediction, status }, runs) {
  const points = runs.map((run, i) => ({ at: /** @type {[number, number]} */ ([i + 1, run.count]), whole: run.totals.completed === run.count }));
  const axes = { x: { text: p('search.step'), format: number, fit: true }, y: { text: t('field.count'), format: number, fit: true } };
  const predicted = result?.predicted ?? prediction?.ceiling;
  const levels = [
    ...(predicted ? [{ value: predicted, label: p('search.predicted', number(predicted)), color: '--edge' }] : []),
    ...(status === 'completed' && result?.ceiling ? [{ value: result.ceiling, label: p('search.ceiling', number(result.ceiling)), color: '--text' }] : []),
  ];
  /** @type {import('../charts/figures.js').Curve[]} */
  const curves = [
    { label: p('search.whole'), color: '--line-0', mark: 'circle', bare: true, points: points.filter(({ whole }) => whole).map(({ at }) => at) },
    { label: p('search.failed'), color: '--line-1', mark: 'cross', bare: true, points: points.filter(({ whole }) => !whole).map(({ at }) => at) },
  ];
  return lines(p('search.title'), p('search.help'), axes, curves.filter((curve) => curve.points.length > 0), { levels });
}

/** @param {NonNullable<NonNullable<Experiment['result']>['modes']>} modes */
function maxima(modes) {
  const groups = modes.map((one) => {
    const found = one.state === 'measured' ? one : undefined;
    return { label: modeName(one.mode), values: [one.predicted, found?.ceiling ?? null], words: [undefined, found && ceilingOf(found)] };
  });
  return bars(p('survey.figure'), p('survey.figure_help'), FORETOLD, groups, number);
}
