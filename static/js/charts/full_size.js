/** A figure as large as the window, in a dialog: Escape and its button close it, and the keyboard is where it was. */

import { h } from '../core/dom.js';
import { t } from '../core/language.js';

/** @param {HTMLElement} figure one of the page, which goes on being drawn and is put back; or a copy
 * @param {string} name */
export function showLarge(figure, name) {
  const before = document.activeElement;
  const place = document.createComment(name);
  figure.replaceWith(place);
  const close = h('button', { class: 'quiet', autofocus: true }, t('chart.close'));
  const dialog = h('dialog', { class: 'large', 'aria-label': name }, h('form', { method: 'dialog' }, close), figure);
  const leave = () => dialog.close();
  dialog.addEventListener('close', () => {
    removeEventListener('hashchange', leave);
    place.replaceWith(figure);
    dialog.remove();
    const back = before?.isConnected ? before : document.querySelector('h1'); // what it was opened from may be drawn anew
    if (back instanceof HTMLElement) back.focus();
  });
  addEventListener('hashchange', leave);
  document.body.append(dialog);
  dialog.showModal();
}
