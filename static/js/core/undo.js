/** Deletes a little later than asked, so that it can be taken back: one thing, or several with one click. */

import { call } from './api.js';
import { h } from './dom.js';
import { t } from './language.js';

const GRACE_MS = 6000;
/** The status for what was deleted already, as a run is with its experiment. */
const GONE = 404;

/** @typedef {{ keys: string[], line: HTMLElement, timer: number }} Batch deleted by one click */

/** A thing is named by its path without the first slash: "runs/17".
 * @param {(failed?: unknown) => void} taken called when a batch was taken back, or could not be deleted */
export function createUndo(taken) {
  /** @type {Set<Batch>} */
  const batches = new Set();
  const element = h('div', { class: 'undo', role: 'status' });

  /** @param {Batch} batch */
  function forget(batch) {
    clearTimeout(batch.timer);
    batch.line.remove();
    return batches.delete(batch);
  }

  /** With keepalive the requests go out even when the page is left. @param {Batch} batch */
  async function carryOut(batch) {
    if (!forget(batch)) return;
    const asked = batch.keys.map((key) => call(`/${key}`, { method: 'DELETE', keepalive: true }));
    for (const answer of await Promise.allSettled(asked))
      if (answer.status === 'rejected' && answer.reason.status !== GONE) return taken(answer.reason);
  }

  function finish() {
    batches.forEach(carryOut);
  }
  addEventListener('pagehide', finish);

  return {
    element,
    /** @param {string} key */
    has: (key) => [...batches].some(({ keys }) => keys.includes(key)),
    /** @param {string[]} keys what is to be deleted @param {string} words what has happened */
    begin(keys, words) {
      const back = h('button', { class: 'quiet', onclick: () => forget(batch) && taken() }, t('undo'));
      const line = h('p', { class: 'row' }, words, back);
      const batch = { keys, line, timer: setTimeout(() => carryOut(batch), GRACE_MS) };
      batches.add(batch);
      element.append(line);
      back.focus();
    },
    /** What was asked for is done now. */
    finish() {
      removeEventListener('pagehide', finish);
      finish();
    },
  };
}
