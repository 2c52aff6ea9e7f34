/** The two questions that interrupt: "are you sure?" and "what is the token?". */

import { h } from './dom.js';
import { t } from './language.js';

/** @param {HTMLElement[]} content @returns {Promise<string>} the value of the button that closed it */
function ask(...content) {
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, h('form', { method: 'dialog' }, ...content));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/** @param {string} question @param {string} explanation @param {string} action the name of what would be done */
async function confirmed(question, explanation, action) {
  const answer = await ask(
    h('h2', { id: 'dialog-title' }, question),
    h('p', {}, explanation),
    h(
      'div',
      { class: 'actions' },
      h('button', { value: 'no', class: 'quiet', autofocus: true }, t('Do not delete')),
      h('button', { value: 'yes', class: 'danger' }, action),
    ),
  );
  return answer === 'yes';
}

/** @param {number} id of the run */
export const deletionConfirmed = (id) =>
  confirmed(t('Delete run {0}?', id), t('Its samples, errors and transcript go with it.'), t('Delete'));

/** @param {boolean} wrong whether one was given already @returns {Promise<string | null>} */
export async function tokenFromUser(wrong) {
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'off', autofocus: true });
  const answer = await ask(
    h('h2', { id: 'dialog-title' }, t('This panel asks for a token')),
    h('p', {}, t('It stands in the file that the panel was started with (--token-file). It is kept for this tab only.')),
    wrong ? h('p', { class: 'error', role: 'alert' }, t('That token is not the right one.')) : h('p', { hidden: true }),
    h('label', { for: 'token' }, t('Token')),
    input,
    h('div', { class: 'actions' }, h('button', { value: 'yes', class: 'primary' }, t('Continue'))),
  );
  return answer === 'yes' ? input.value.trim() : null;
}
