/** The question before a survey: what it takes and what it uses up, with what may be chosen of it. */

import { post } from '../core/api.js';
import { schemaOf, USUAL_MAX } from '../core/contract.js';
import { confirmed } from '../core/dialog.js';
import { h, setText } from '../core/dom.js';
import { minutes, number, plural } from '../core/format.js';
import { t } from '../core/language.js';
import { readNumber } from '../core/numbers.js';
import { field, problemOf } from './fields.js';

const SURVEY = 'survey';

/** @typedef {{ kind: string, max?: number }} Spec as POST /experiments takes it */

/** What is to be started; null: nothing. @returns {Promise<Spec | null>} */
export async function surveyFromUser() {
  /** @type {Spec} */
  let spec = { kind: SURVEY };
  const text = h('span', { 'aria-live': 'polite' }, await outlook(spec));
  const max = h('input', { id: 'f-survey-max', name: 'max', placeholder: number(USUAL_MAX), inputmode: 'numeric', autocomplete: 'off' });
  const choice = field('survey-max', t('survey.max'), t('survey.max_help'), max);
  const problem = /** @type {HTMLElement} */ (choice.querySelector('.error'));

  function renew() {
    const typed = max.value.trim() === '' ? undefined : readNumber(max.value, schemaOf('ExperimentSpec', 'max'));
    const wrong = typeof typed === 'string' ? typed : '';
    max.setCustomValidity(wrong); // the dialog stays open for it
    max.toggleAttribute('aria-invalid', wrong !== '');
    setText(problem, wrong);
    if (typeof typed === 'string') return;
    const asked = typed === undefined ? { kind: SURVEY } : { kind: SURVEY, max: typed };
    spec = asked;
    setText(text, '…');
    outlook(asked).then(
      (words) => spec === asked && setText(text, words),
      (error) => spec === asked && setText(problem, problemOf(error)),
    );
  }
  max.addEventListener('input', renew);
  max.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault(); // it would press a button, before the new text has been read
  });
  const words = { question: t('survey.question'), no: t('survey.no'), yes: t('survey.start') };
  return (await confirmed({ ...words, text }, choice)) ? spec : null;
}

/** What the survey is going to use up, and for how long. @param {Spec} spec */
async function outlook(spec) {
  const { runs, seconds_estimated, uses_up } = await post('/experiments/plan', spec);
  const length = t('survey.length', plural(runs, 'run'), minutes(seconds_estimated));
  const names = new Set(uses_up.map((/** @type {{ limit: string }} */ { limit }) => limit));
  return `${length} ${names.size ? t('survey.uses', [...names].join(', ')) : t('survey.uses_nothing')}`;
}
