/** The list of what was measured, newest first or sorted: runs, and experiments folded into one row each. It is short on the
 * first screen and whole on a screen of its own (history_page.js); here are its rows, and what can be done with them. */

import { downloadClick, get, getWords, messageOf, patch } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { isNews } from '../core/format.js';
import { t } from '../core/language.js';
import { labelFromUser } from '../core/dialog.js';
import { createUndo } from '../core/undo.js';
import { columnsOf, keyOfFold, keyOfRun, rowOfFold, rowOfRun } from './history_rows.js';
import { createSelection, deletedWords } from './history_selection.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('./history_rows.js').Fold} Fold */
/** @typedef {{ runs: Run[], next: number | null, next_after?: string | null }} Page */
/** @typedef {{ query: () => URLSearchParams, matches: (run: Run) => boolean, sort: (by: string) => void,
 *   loaded: (page: Page) => void, changed: () => void }} Whole what the list is part of: `query` is what the panel is asked for,
 *   with the place where the page begins; `changed` is called when runs came, went or became others */

/** Of the first screen. */
const SHORT = 10;
/** In another order than newest first, new runs come with the next look at the list. */
const LOOK_MS = 1000;
/** Of one experiment. */
const INNER_MOST = 1000;

/** @param {import('../core/types').Hub} hub @param {Whole} [whole] of the whole list */
export function createHistory(hub, whole) {
  /** What is shown, by its key, in no order. @type {Map<string, Run>} */
  const runs = new Map();
  /** @type {Map<number, Fold>} */
  const folds = new Map();
  const query = () => whole?.query() ?? new URLSearchParams({ limit: String(SHORT) });
  const isSorted = () => query().has('sort');
  const isFolded = () => !isSorted() && !/^\d+$/.test(query().get('experiment') ?? '');
  /** New runs come here. */
  const isTop = () => !isSorted() && !query().has('before');
  const undo = createUndo((failed) => {
    load();
    problem.textContent = failed ? messageOf(failed) : '';
    list.focus();
  });

  const csv = h('a', { class: 'button quiet', download: 'runs.csv', onclick: downloadClick }, t('history.csv'));
  const copy = h(
    'a',
    { class: 'button quiet', href: '/export.db', download: 'koneksi.db', onclick: downloadClick },
    t('history.database'),
  );
  const problem = h('p', { class: 'error', role: 'alert' });
  const list = table(t('runs'), columnsOf(whole !== undefined).map(heading), []);
  const body = /** @type {HTMLTableSectionElement} */ (list.querySelector('tbody'));
  const selection = createSelection(runs, folds, list, erase);
  const empty = h('p', { class: 'empty', hidden: true }, t('history.empty'));
  const tools = h('div', { class: 'row' }, h('h2', { id: 'history-title' }, t('history.title')), h('span', { class: 'space' }), selection.remove, csv, whole ? copy : null, selection.report, selection.compare);
  const element = h('section', { class: 'card history', 'aria-labelledby': 'history-title' }, tools, problem, undo.element, list, empty);
  if (!whole) element.append(h('p', { class: 'actions' }, h('a', { href: '#/history' }, t('history.all'))));

  const deeds = { has: selection.has, choose: selection.choose, rename, erase: (/** @type {string} */ key) => erase([key]), toggle };

  /** @param {ReturnType<typeof columnsOf>[number]} column */
  function heading(column) {
    const by = column.sort;
    if (!whole || !by) return column;
    return { ...column, control: h('button', { type: 'button', class: 'sort', 'data-sort': by, onclick: () => whole.sort(by) }, column.text) };
  }

  function markSorted() {
    const asked = query();
    for (const button of list.querySelectorAll('[data-sort]')) {
      const isBy = button.getAttribute('data-sort') === (asked.get('sort') ?? 'id');
      if (isBy) button.closest('th')?.setAttribute('aria-sort', asked.get('order') === 'asc' ? 'ascending' : 'descending');
      else button.closest('th')?.removeAttribute('aria-sort');
    }
  }

  /* --- what is shown --- */

  async function load() {
    problem.textContent = '';
    const asked = query();
    const address = String(asked);
    const everything = firstPageOf(asked);
    everything.delete('limit');
    csv.href = `/runs.csv?${everything}`;
    markSorted();
    if (isFolded()) asked.set('fold', 'true');
    try {
      const page = await get(`/runs?${asked}`);
      if (address !== String(query())) return;
      show(page.runs);
      whole?.loaded(page);
      await fetchExperiments([...folds.keys()]);
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  /** An answer may come later than what it tells is true: the stream was faster. @param {Run[]} page */
  function show(page) {
    const known = new Map(runs);
    const before = new Map(folds);
    runs.clear();
    folds.clear();
    body.replaceChildren();
    for (const run of page) {
      const old = known.get(keyOfRun(run));
      if (isFolded() && run.experiment !== null) putFold(Object.assign(before.get(run.experiment) ?? newFold(run.experiment, run.id), { newest: run.id }));
      else putRun(old && !isNews(old, run) ? old : run);
    }
    for (const run of known.values()) if (run.experiment !== null && folds.get(run.experiment)?.open) putRun(run);
    drawAround();
  }

  /** What the rows that are shown decide. */
  function drawAround() {
    selection.tidy();
    empty.hidden = body.rows.length > 0;
  }

  /** @param {number} id @param {number} newest @returns {Fold} */
  const newFold = (id, newest) => ({ id, newest, experiment: null, open: false });

  /** @param {number[]} ids */
  async function fetchExperiments(ids) {
    if (ids.length === 0) return;
    const { experiments } = await getWords(`/experiments?ids=${ids.join(',')}`);
    experiments.forEach(updateExperiment);
  }

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
    if (undo.has(keyOfFold(fold))) return;
    const old = rowOf('fold', fold.id);
    folds.set(fold.id, fold);
    place(rowOfFold(fold, deeds, whole !== undefined), old, olderThan(fold.newest));
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
    if (undo.has(keyOfRun(run))) return;
    const fold = run.experiment === null || !isFolded() ? undefined : folds.get(run.experiment);
    const row = rowOfRun(run, deeds, whole !== undefined, fold !== undefined);
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
    drawAround();
  }

  /** @param {number} id of an experiment whose runs are no longer shown */
  function close(id) {
    for (const row of body.querySelectorAll(`[data-inner="${id}"]`)) {
      row.remove();
      runs.delete(`runs/${row.getAttribute('data-run')}`);
    }
  }

  /** @param {Fold} fold */
  async function toggle(fold) {
    fold.open = !fold.open;
    putFold(fold);
    close(fold.id);
    selection.tidy();
    if (!fold.open) return;
    const asked = firstPageOf(query());
    asked.set('experiment', String(fold.id));
    asked.set('limit', String(INNER_MOST));
    try {
      const { runs: inner } = await get(`/runs?${asked}`);
      if (fold.open && folds.get(fold.id) === fold) inner.forEach(putRun);
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  /* --- what is done with it --- */

  /** @param {Run | Fold} what */
  async function rename(what) {
    const isRun = !('newest' in what);
    const label = await labelFromUser(
      t(isRun ? 'history.rename_number' : 'history.rename_experiment', what.id),
      t(isRun ? 'history.label_of' : 'history.label_of_experiment', what.id),
      (isRun ? what.label : what.experiment?.asked.label) ?? '',
    );
    if (label === null) return;
    try {
      if (isRun) putRun(await patch(`/runs/${what.id}`, { label }));
      else updateExperiment(await patch(`/experiments/${what.id}`, { label }));
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  /** @param {string[]} keys */
  function erase(keys) {
    undo.begin(keys, deletedWords(keys));
    keys.forEach(drop);
  }

  /* --- what happens meanwhile --- */

  let looking = 0;
  function lookSoon() {
    looking ||= setTimeout(() => {
      looking = 0;
      load();
    }, LOOK_MS);
  }

  /** @param {Run} run a run that is new or has changed */
  function update(run) {
    const key = keyOfRun(run);
    if (!isNews(runs.get(key), run)) return;
    const matches = whole?.matches(run) ?? true;
    if (isSorted() && !runs.has(key)) return matches ? lookSoon() : undefined;
    if (isFolded() && run.experiment !== null) return updateInner(run, run.experiment, matches);
    if (!matches) return runs.has(key) ? drop(key) : undefined;
    if (!runs.has(key) && !isTop()) return;
    putRun(run);
    cut();
    drawAround();
  }

  /** @param {Run} run @param {number} experiment that it is part of @param {boolean} matches */
  function updateInner(run, experiment, matches) {
    const fold = folds.get(experiment);
    if (fold?.open && matches) putRun(run);
    else if (fold?.open) drop(keyOfRun(run));
    if (!matches || !isTop()) return;
    if (fold) return moveUp(fold, run.id);
    putFold(newFold(experiment, run.id));
    cut();
    fetchExperiments([experiment]).catch((error) => (problem.textContent = messageOf(error)));
  }

  /** The short list stays as short as it is. */
  function cut() {
    const rows = [...body.rows].filter((row) => row.dataset['inner'] === undefined);
    if (whole) return;
    for (const row of rows.slice(SHORT)) drop(row.dataset['run'] ? `runs/${row.dataset['run']}` : `experiments/${row.dataset['fold']}`);
  }

  /** An event of it may have no result. @param {Experiment} experiment */
  function updateExperiment(experiment) {
    const fold = folds.get(experiment.id);
    if (!fold) return;
    fold.experiment = { result: fold.experiment?.result, ...experiment };
    putFold(fold);
    selection.draw();
  }

  /** Its experiment has one run less. @param {string} key */
  function dropDeleted(key) {
    const experiment = runs.get(key)?.experiment ?? 0;
    drop(key);
    if (folds.has(experiment)) fetchExperiments([experiment]).catch(() => {});
  }

  const ends = [
    hub.on('run', (data) => {
      if ('deleted' in data) dropDeleted(keyOfRun(data));
      else update(data);
      whole?.changed();
    }),
    hub.on('experiment', (data) => ('deleted' in data ? drop(keyOfFold(data)) : updateExperiment(data))),
    hub.on('link', (link) => {
      if (link === 'open') load();
    }),
  ];
  list.querySelector('th')?.append(selection.all);
  selection.draw();
  load();
  return {
    element,
    tools,
    list,
    runs,
    empty,
    load,
    destroy() {
      ends.forEach((end) => end());
      clearTimeout(looking);
      undo.finish();
    },
  };
}

/** Of the same list. @param {URLSearchParams} query */
export function firstPageOf(query) {
  const first = new URLSearchParams(query);
  for (const name of ['before', 'after']) first.delete(name);
  return first;
}
