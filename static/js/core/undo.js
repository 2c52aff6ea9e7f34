/** Deletes a little later than asked, so that it can be taken back. */

import { call } from './api.js';
import { h } from './dom.js';
import { t } from './language.js';

const GRACE_MS = 6000;

/**
 * @param {(id: number) => string} words what has happened
 * @param {(id: number) => string} path what is to be deleted
 * @param {() => void} taken called when it was taken back, or could not be done
 */
export function createUndo(words, path, taken) {
  /** @type {Map<number, number>} */
  const timers = new Map();
  const element = h('div', { class: 'undo', role: 'status' });

  /** @param {number} id */
  const line = (id) => element.querySelector(`[data-id="${id}"]`);

  /** @param {number} id */
  function forget(id) {
    clearTimeout(timers.get(id));
    timers.delete(id);
    line(id)?.remove();
  }

  /** With keepalive it goes out even when the page is left. @param {number} id */
  async function doIt(id) {
    forget(id);
    try {
      await call(path(id), { method: 'DELETE', keepalive: true });
    } catch {
      taken();
    }
  }

  function finish() {
    for (const id of [...timers.keys()]) doIt(id);
  }
  addEventListener('pagehide', finish);

  return {
    element,
    /** @param {number} id */
    has: (id) => timers.has(id),
    /** @param {number} id */
    begin(id) {
      if (timers.has(id)) return;
      const back = h(
        'button',
        {
          class: 'quiet',
          onclick: () => {
            forget(id);
            taken();
          },
        },
        t('undo'),
      );
      element.append(h('p', { class: 'row', 'data-id': id }, words(id), back));
      timers.set(id, setTimeout(() => doIt(id), GRACE_MS));
      back.focus();
    },
    /** What was asked for is done now. */
    finish() {
      removeEventListener('pagehide', finish);
      finish();
    },
  };
}
