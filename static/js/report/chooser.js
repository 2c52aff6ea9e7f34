/** What a report is about can be changed on its page. */

import { get } from '../core/api.js';
import { h } from '../core/dom.js';
import { language } from '../core/language.js';
import { readIds } from '../core/numbers.js';
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
  const problem = h('p', { class: 'error', id: `${id}-problem`, role: 'alert' });
  const input = h('input', { id, value: ids.join(', '), autocomplete: 'off', 'aria-describedby': problem.id });
  /** What is filled in; null where it cannot be read, which is said. */
  function read() {
    const read = readIds(input.value);
    problem.textContent = typeof read === 'string' ? read : '';
    input.toggleAttribute('aria-invalid', typeof read === 'string');
    return typeof read === 'string' ? null : read;
  }
  return { read, element: h('div', { class: 'field' }, h('label', { for: id }, label), input, problem) };
}

/** Open where nothing is chosen yet. @param {Partial<Selection>} selection */
export function chooser({ runs = [], experiments = [] }) {
  const [ofExperiments, ofRuns] = [
    field('choose-experiments', r('choose.experiments'), experiments), field('choose-runs', r('choose.runs'), runs),
  ];
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
          const [chosen, chosenRuns] = [ofExperiments.read(), ofRuns.read()];
          if (chosen && chosenRuns) location.search = addressOf({ runs: chosenRuns, experiments: chosen });
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
