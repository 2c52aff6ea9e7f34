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

/** `no` has the keyboard at first.
 * @param {{ question: string, text: string | Node, no: string, yes: string, isDanger?: boolean }} words
 * @param {...HTMLElement} fields below the text; those that the browser finds invalid keep `yes` from closing it */
export async function confirmed({ question, text, no, yes, isDanger = false }, ...fields) {
  const answer = await ask(
    h('h2', { id: 'dialog-title' }, question),
    h('p', {}, text),
    ...fields,
    h(
      'div',
      { class: 'actions' },
      h('button', { value: 'no', class: 'quiet', autofocus: true, formnovalidate: true }, no),
      h('button', { value: 'yes', class: isDanger ? 'danger' : 'primary' }, yes),
    ),
  );
  return answer === 'yes';
}

/** @param {{ question: string, text: string, no: string }} words */
export const deletionConfirmed = (words) => confirmed({ ...words, yes: t('delete'), isDanger: true });

/** Asks for another label; null: it is to stay. @param {string} title @param {string} name of the field @param {string} label */
export async function labelFromUser(title, name, label) {
  const input = h('input', { id: 'label', value: label, maxlength: 120, autocomplete: 'off', autofocus: true });
  const answer = await ask(
    h('h2', { id: 'dialog-title' }, title),
    h('label', { for: 'label' }, name),
    input,
    h('div', { class: 'actions' }, h('button', { value: 'yes', class: 'primary' }, t('save'))),
  );
  return answer === 'yes' ? input.value.trim() : null;
}

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
