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
      h('button', { value: 'no', class: 'quiet', autofocus: true }, t('delete.no')),
      h('button', { value: 'yes', class: 'danger' }, action),
    ),
  );
  return answer === 'yes';
}

/** @param {number} id of the run */
export const deletionConfirmed = (id) =>
  confirmed(t('delete.question', id), t('delete.explanation'), t('delete'));

/** @param {boolean} wrong whether one was given already @returns {Promise<string | null>} */
export async function tokenFromUser(wrong) {
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'off', autofocus: true });
  const answer = await ask(
    h('h2', { id: 'dialog-title' }, t('token.title')),
    h('p', {}, t('token.explanation')),
    wrong ? h('p', { class: 'error', role: 'alert' }, t('token.wrong')) : h('p', { hidden: true }),
    h('label', { for: 'token' }, t('token')),
    input,
    h('div', { class: 'actions' }, h('button', { value: 'yes', class: 'primary' }, t('continue'))),
  );
  return answer === 'yes' ? input.value.trim() : null;
}
