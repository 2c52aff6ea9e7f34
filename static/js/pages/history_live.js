/** What happens to runs and experiments while the history is shown. */

import { isNews } from '../core/format.js';
import { newFold } from './history_list.js';
import { keyOfFold, keyOfRun } from './history_rows.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {{ isSorted: () => boolean, isFolded: () => boolean, isTop: () => boolean, load: () => void, cut: () => void,
 *   drawAround: () => void, drop: (key: string) => void, fetchExperiments: (ids: number[]) => Promise<void>,
 *   updateExperiment: (experiment: Experiment) => void, matches: (run: Run) => boolean, changed: () => void,
 *   fail: (error: unknown) => void }} List `isTop`: new runs come here; `changed`: runs came, went or became others */

/** In another order than newest first, new runs come with the next look at the list. */
const LOOK_MS = 1000;

/** @param {import('../core/types').Hub} hub @param {ReturnType<typeof import('./history_list.js').createRows>} rows
 * @param {List} list @returns {() => void} what ends it */
export function followRuns(hub, { runs, folds, putRun, putFold, moveUp }, list) {
  let looking = 0;
  function lookSoon() {
    looking ||= setTimeout(() => {
      looking = 0;
      list.load();
    }, LOOK_MS);
  }

  /** @param {Run} run a run that is new or has changed */
  function update(run) {
    const key = keyOfRun(run);
    if (!isNews(runs.get(key), run)) return;
    const matches = list.matches(run);
    if (list.isSorted() && !runs.has(key)) return matches ? lookSoon() : undefined;
    if (list.isFolded() && run.experiment !== null) return updateInner(run, run.experiment, matches);
    if (!matches) return runs.has(key) ? list.drop(key) : undefined;
    if (!runs.has(key) && !list.isTop()) return;
    putRun(run);
    list.cut();
    list.drawAround();
  }

  /** @param {Run} run @param {number} experiment that it is part of @param {boolean} matches */
  function updateInner(run, experiment, matches) {
    const fold = folds.get(experiment);
    if (fold?.open && matches) putRun(run);
    else if (fold?.open) list.drop(keyOfRun(run));
    if (!matches || !list.isTop()) return;
    if (fold) return moveUp(fold, run.id);
    putFold(newFold(experiment, run.id));
    list.cut();
    list.fetchExperiments([experiment]).catch(list.fail);
  }

  /** Its experiment has one run less. @param {string} key */
  function dropDeleted(key) {
    const experiment = runs.get(key)?.experiment ?? 0;
    list.drop(key);
    if (folds.has(experiment)) list.fetchExperiments([experiment]).catch(() => {});
  }

  const ends = [
    hub.on('run', (data) => {
      if ('deleted' in data) dropDeleted(keyOfRun(data));
      else update(data);
      list.changed();
    }),
    hub.on('experiment', (data) => ('deleted' in data ? list.drop(keyOfFold(data)) : list.updateExperiment(data))),
    hub.on('link', (link) => {
      if (link === 'open') list.load();
    }),
  ];
  return () => {
    ends.forEach((end) => end());
    clearTimeout(looking);
  };
}
