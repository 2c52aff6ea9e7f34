/** What a survey found: of each mode its ceiling, why, and what comes next. */

import { h, wideTable } from '../core/dom.js';
import { ceilingOf, limitName, modeName, number, stoppedBy } from '../core/format.js';
import { t } from '../core/language.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Schemas['Survey']['modes'][number]} SurveyMode */

const COLUMNS = [
  { text: t('mode.title') },
  { text: t('predicted'), number: true },
  { text: t('measured'), number: true },
  { text: p('survey.in_turn'), title: p('survey.in_turn_help'), number: true },
  { text: t('stopped_by') },
  { text: p('survey.then'), title: p('survey.then_help') },
];

/** The words for a mode that was not measured. */
export const STATES = /** @type {const} */ ({
  waiting: 'survey.waiting',
  'under way': 'survey.under_way',
  unfinished: 'survey.unfinished',
  'not measured': 'survey.not_measured',
});

/** @param {SurveyMode[]} modes @param {import('../core/types').Schemas['Table']['rows']} loads the classic ones */
export function surveyParts(modes, loads) {
  const pool = modes.find(({ mode, state, in_turn, high }) => mode === 'pool' && state === 'measured' && (in_turn ?? 0) > high);
  return [
    wideTable(p('survey.title'), COLUMNS, modes.map((one) => rowOf(one, loads))),
    pool ? h('p', {}, p('survey.pool', number(pool.in_turn), number(pool.ceiling))) : '',
  ];
}

/** Which classic loads `max` left out: "Threads 500, 4,500; Processes 5,000"; nothing where it left out none.
 * @param {import('../core/types').Experiment} experiment */
export function leftOut({ asked, result }) {
  /** @type {Map<string, string[]>} */
  const counts = new Map();
  for (const { mode, count } of result?.classic?.left_out ?? []) counts.set(mode, [...(counts.get(mode) ?? []), number(count)]);
  const loads = [...counts].map(([mode, each]) => `${modeName(mode)} ${each.join(', ')}`).join('; ');
  return loads && p('survey.left_out', number(asked.max), loads);
}

/** @param {SurveyMode} one @param {import('../core/types').Schemas['Table']['rows']} loads */
function rowOf(one, loads) {
  const { mode, state, predicted, in_turn, verdict, ceiling, fails_at, served_until, prediction } = one;
  const why = fails_at === null && served_until === null ? p('ceiling.unlimited', number(ceiling)) : verdict ? stoppedBy(verdict) : t('unknown');
  const failed = loads.find((load) => load.mode === mode && load.failed > 0)?.count ?? null;
  return h(
    'tr',
    { 'data-mode': mode },
    h('th', { scope: 'row' }, modeName(mode)),
    h('td', { class: 'number' }, number(predicted)),
    h('td', { class: 'number' }, state === 'measured' ? ceilingOf(one) : p(STATES[state])),
    h('td', { class: 'number' }, in_turn === null ? '–' : ceilingOf({ ceiling: in_turn, fails_at: failed, stable: true })),
    h('td', { class: 'wrap' }, state === 'measured' ? why : '–'),
    h('td', { class: 'wrap' }, thenOf(prediction)),
  );
}

/** The step after the first. A pool of the survey is as large as its count: that is no limit of the machine.
 * @param {SurveyMode['prediction']} prediction */
function thenOf(prediction) {
  const next = prediction?.ladder.slice(1).find(({ limit }) => limit !== 'pool_size');
  return next ? p('survey.next', number(next.ceiling), limitName({ name: next.limit, ...next })) : '–';
}
