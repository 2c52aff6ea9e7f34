/** The list of what was measured, newest first or sorted: runs, and experiments folded into one row each. It is short on the
 * first screen and whole on a screen of its own (history_page.js); here are its rows, and what can be done with them. */

import { downloadClick, get, getWords, messageOf, patch } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { isNews } from '../core/format.js';
import { t } from '../core/language.js';
import { labelFromUser } from '../core/dialog.js';
import { createUndo } from '../core/undo.js';
import { createRows, newFold } from './history_list.js';
import { followRuns } from './history_live.js';
import { columnsOf, keyOfRun } from './history_rows.js';
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
/** Of one experiment. */
const INNER_MOST = 1000;

/** @param {import('../core/types').Hub} hub @param {Whole} [whole] of the whole list */
export function createHistory(hub, whole) {
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
  /** @type {import('./history_rows.js').Deeds} */
  const deeds = {
    has: (key) => selection.has(key), choose: (key, isChosen) => selection.choose(key, isChosen), rename, erase: (key) => erase([key]), toggle,
  };
  const rows = createRows(body, { isSorted, isFolded, isLeaving: (key) => undo.has(key), isWhole: whole !== undefined }, deeds);
  const { runs, folds, putRun, putFold } = rows;
  const selection = createSelection(runs, folds, list, erase);
  const empty = h('p', { class: 'empty', hidden: true }, t('history.empty'));
  const tools = h('div', { class: 'row' }, h('h2', { id: 'history-title' }, t('history.title')), h('span', { class: 'space' }), selection.remove, csv, whole ? copy : null, selection.report, selection.compare);
  const element = h('section', { class: whole ? 'card history whole' : 'card history', 'aria-labelledby': 'history-title' }, tools, problem, undo.element, list, empty);
  if (!whole) element.append(h('p', { class: 'actions' }, h('a', { href: '#/history' }, t('history.all'))));

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
    const asOf = new Set([...runs.keys(), ...folds.keys()]);
    try {
      const page = await get(`/runs?${asked}`);
      if (address !== String(query())) return;
      show(page.runs, asOf);
      whole?.loaded(page);
      await fetchExperiments([...folds.keys()]);
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  /** An answer may come later than what it tells is true: the stream was faster.
   * @param {Run[]} page @param {Set<string | number>} asOf what was shown when it was asked for; what came since stays */
  function show(page, asOf) {
    const known = new Map(runs);
    const before = new Map(folds);
    rows.clear();
    for (const run of page) {
      const old = known.get(keyOfRun(run));
      if (isFolded() && run.experiment !== null) putFold(Object.assign(before.get(run.experiment) ?? newFold(run.experiment, run.id), { newest: run.id }));
      else putRun(old && !isNews(old, run) ? old : run);
    }
    for (const fold of before.values()) if (!asOf.has(fold.id) && !folds.has(fold.id)) putFold(fold);
    for (const [key, run] of known) {
      const isInner = isFolded() && run.experiment !== null;
      if (isInner ? folds.get(Number(run.experiment))?.open : !asOf.has(key) && !runs.has(key)) putRun(run);
    }
    cut();
    drawAround();
  }

  /** What the rows that are shown decide. */
  function drawAround() {
    selection.tidy();
    empty.hidden = body.rows.length > 0;
  }

  /** @param {number[]} ids */
  async function fetchExperiments(ids) {
    if (ids.length === 0) return;
    const { experiments } = await getWords(`/experiments?ids=${ids.join(',')}`);
    experiments.forEach(updateExperiment);
  }

  /** @param {string} key */
  function drop(key) {
    rows.drop(key);
    drawAround();
  }

  /** @param {Fold} fold */
  async function toggle(fold) {
    fold.open = !fold.open;
    putFold(fold);
    rows.close(fold.id);
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

  /** The short list stays as short as it is. */
  function cut() {
    if (whole) return;
    const outer = [...body.rows].filter((row) => row.dataset['inner'] === undefined);
    for (const row of outer.slice(SHORT)) drop(row.dataset['run'] ? `runs/${row.dataset['run']}` : `experiments/${row.dataset['fold']}`);
  }

  /** An event of it may have no result. @param {Experiment} experiment */
  function updateExperiment(experiment) {
    const fold = folds.get(experiment.id);
    if (!fold) return;
    fold.experiment = { result: fold.experiment?.result, ...experiment };
    putFold(fold);
    selection.draw();
  }

  const unfollow = followRuns(hub, rows, {
    isSorted, isFolded, isTop, load, cut, drawAround, drop, fetchExperiments, updateExperiment,
    matches: (run) => whole?.matches(run) ?? true,
    changed: () => whole?.changed(),
    fail: (error) => (problem.textContent = messageOf(error)),
  });
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
      unfollow();
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
