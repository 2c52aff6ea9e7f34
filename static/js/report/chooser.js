/** What a report is about can be changed on its page. */

import { get } from '../core/api.js';
import { h } from '../core/dom.js';
import { language } from '../core/language.js';
import { titleOf } from '../pages/experiment_words.js';
import { p } from '../pages/words.js';
import { EXPERIMENTS_MOST, RUNS_MOST } from './collect.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Selection} Selection */
/** @typedef {import('../core/types').Experiment} Experiment */

const NEWEST = 10;

/** @param {Partial<Selection>} selection */
export const addressOf = ({ runs = [], experiments = [] }) =>
  `?${[['experiments', experiments], ['runs', runs]].flatMap(([name, ids]) => (ids?.length ? [`${name}=${ids}`] : [])).join('&')}&lang=${language}`;

/** @param {string} id @param {string} label @param {number[]} ids */
function field(id, label, ids) {
  const input = h('input', { id, value: ids.join(', '), inputmode: 'numeric', autocomplete: 'off' });
  return { input, element: h('div', { class: 'field' }, h('label', { for: id }, label), input) };
}

/** Open where nothing is chosen yet. @param {Partial<Selection>} selection */
export function chooser({ runs = [], experiments = [] }) {
  const [ofExperiments, ofRuns] = [
    field('choose-experiments', r('choose.experiments'), experiments), field('choose-runs', r('choose.runs'), runs),
  ];
  /** @param {HTMLInputElement} input */
  const numbers = ({ value }) => (value.match(/\d+/g) ?? []).map(Number);
  const nothing = runs.length + experiments.length === 0;
  const newest = h('div');
  const details = h(
    'details',
    { class: 'card on-screen', open: nothing, ontoggle: () => details.open && newest.childElementCount === 0 && showNewest(newest) },
    h('summary', {}, r('choose.title')),
    h(
      'form',
      {
        class: 'fields',
        onsubmit: (event) => {
          event.preventDefault();
          location.search = addressOf({ runs: numbers(ofRuns.input), experiments: numbers(ofExperiments.input) });
        },
      },
      ofExperiments.element,
      ofRuns.element,
      h('button', { class: 'primary' }, r('choose.button')),
    ),
    h('p', { class: 'muted' }, r('choose.rules', RUNS_MOST, EXPERIMENTS_MOST)),
    newest,
  );
  return details;
}

/** Links to the reports of the newest experiments; none where they cannot be read. @param {HTMLElement} place */
async function showNewest(place) {
  const { experiments } = await get(`/experiments?limit=${NEWEST}`).catch(() => ({ experiments: [] }));
  if (!experiments.length) return;
  const links = /** @type {Experiment[]} */ (experiments).map((one) =>
    h('li', {}, h('a', { href: addressOf({ experiments: [one.id] }) }, p('experiment.title', one.id, titleOf(one)))),
  );
  place.replaceChildren(h('p', {}, r('choose.newest')), h('ul', {}, ...links));
}
