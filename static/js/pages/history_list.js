/** The rows of the history, each in its place: runs newest first, those of an experiment that is unfolded below its row. */

import { keyOfFold, keyOfRun, rowOfFold, rowOfRun } from './history_rows.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('./history_rows.js').Fold} Fold */
/** @typedef {import('./history_rows.js').Deeds} Deeds */

/** @param {number} id @param {number} newest @returns {Fold} */
export const newFold = (id, newest) => ({ id, newest, experiment: null, open: false });

/**
 * @param {HTMLTableSectionElement} body
 * @param {{ isSorted: () => boolean, isFolded: () => boolean, isLeaving: (key: string) => boolean, isWhole: boolean }} list
 *   whether it is sorted by another column than the time, has experiments as one row each, deletes what has this key, and is
 *   the whole one
 * @param {Deeds} deeds
 */
export function createRows(body, { isSorted, isFolded, isLeaving, isWhole }, deeds) {
  /** What is shown, by its key, in no order. @type {Map<string, Run>} */
  const runs = new Map();
  /** @type {Map<number, Fold>} */
  const folds = new Map();

  /** Puts a row in the place of the one that it replaces, or where it belongs; the keyboard stays where it is.
   * @param {HTMLTableRowElement} row @param {HTMLTableRowElement | null} old @param {Element | null} before */
  function place(row, old, before) {
    if (!old) {
      body.insertBefore(row, before);
      return;
    }
    const focused = [...old.querySelectorAll('a, button, input')].indexOf(/** @type {Element} */ (document.activeElement));
    old.replaceWith(row);
    const control = row.querySelectorAll('a, button, input')[focused];
    if (control instanceof HTMLElement) control.focus();
  }

  /** The first row of what is older, of a list that is newest first. @param {number} newest */
  const olderThan = (newest) =>
    isSorted() ? null : [...body.rows].find((row) => row.dataset['inner'] === undefined && rankOf(row) < newest) ?? null;

  /** @param {HTMLTableRowElement} row */
  const rankOf = (row) => Number(row.dataset['run'] ?? folds.get(Number(row.dataset['fold']))?.newest);

  /** @param {Fold} fold */
  function putFold(fold) {
    if (isLeaving(keyOfFold(fold))) return;
    const old = rowOf('fold', fold.id);
    folds.set(fold.id, fold);
    place(rowOfFold(fold, deeds, isWhole), old, olderThan(fold.newest));
  }

  /** An experiment stands where its newest run would. @param {Fold} fold @param {number} newest */
  function moveUp(fold, newest) {
    fold.newest = Math.max(fold.newest, newest);
    const rows = [...body.querySelectorAll(`tr[data-fold="${fold.id}"], tr[data-inner="${fold.id}"]`)];
    const older = olderThan(fold.newest);
    if (rows.at(-1)?.nextElementSibling !== older) for (const row of rows) body.insertBefore(row, older);
  }

  /** @param {Run} run */
  function putRun(run) {
    if (isLeaving(keyOfRun(run))) return;
    const fold = run.experiment === null || !isFolded() ? undefined : folds.get(run.experiment);
    const row = rowOfRun(run, deeds, isWhole, fold !== undefined);
    runs.set(keyOfRun(run), run);
    place(row, rowOf('run', run.id), fold ? afterNewer(fold, run.id) : olderThan(run.id));
  }

  /** Where a run stands among those of its experiment, newest first. @param {Fold} fold @param {number} id */
  function afterNewer(fold, id) {
    let next = rowOf('fold', fold.id)?.nextElementSibling ?? null;
    while (next instanceof HTMLTableRowElement && next.dataset['inner'] === String(fold.id) && Number(next.dataset['run']) > id)
      next = next.nextElementSibling;
    return next;
  }

  /** @param {'run' | 'fold'} what @param {number} id @returns {HTMLTableRowElement | null} */
  const rowOf = (what, id) => body.querySelector(`tr[data-${what}="${id}"]`);

  /** @param {string} key */
  function drop(key) {
    const [what, id] = key.split('/');
    if (what === 'runs') rowOf('run', Number(id))?.remove();
    else {
      rowOf('fold', Number(id))?.remove();
      close(Number(id));
      folds.delete(Number(id));
    }
    runs.delete(key);
  }

  /** @param {number} id of an experiment whose runs are no longer shown */
  function close(id) {
    for (const row of body.querySelectorAll(`[data-inner="${id}"]`)) {
      row.remove();
      runs.delete(`runs/${row.getAttribute('data-run')}`);
    }
  }

  return {
    runs,
    folds,
    putRun,
    putFold,
    moveUp,
    drop,
    close,
    clear() {
      runs.clear();
      folds.clear();
      body.replaceChildren();
    },
  };
}
