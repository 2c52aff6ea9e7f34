/** What is chosen in the history: to be compared, put into a report, or deleted together. */

import { h } from '../core/dom.js';
import { plural } from '../core/format.js';
import { language, t } from '../core/language.js';
import { isFoldFixed, isKept } from './history_rows.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('./history_rows.js').Fold} Fold */

/** As many runs at most are compared at once. */
export const COMPARE_MOST = 12;

/** @param {string} key */
const idOf = (key) => Number(key.split('/')[1]);

/** @param {Map<string, Run>} runs @param {Map<number, Fold>} folds both as they are shown
 * @param {HTMLElement} list @param {(keys: string[]) => void} erase */
export function createSelection(runs, folds, list, erase) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const compare = h('a', { class: 'button primary' }, t('compare'));
  const report = h('a', { class: 'button quiet', hidden: true, title: t('history.report_help') }, t('report'));
  const remove = h('button', { class: 'danger', hidden: true, onclick: () => erase(erasable()) });
  const all = h('input', { type: 'checkbox', 'aria-label': t('history.select_all'), onchange: chooseAll });

  /** @returns {HTMLInputElement[]} */
  const boxes = () => [...list.querySelectorAll('[data-choice]')].map((box) => /** @type {HTMLInputElement} */ (box));

  function chooseAll() {
    for (const box of boxes()) {
      box.checked = all.checked;
      if (all.checked) chosen.add(box.dataset['choice'] ?? '');
    }
    if (!all.checked) chosen.clear();
    draw();
  }

  /** @param {string} key */
  const foldOf = (key) => (runs.has(key) ? undefined : folds.get(idOf(key)));

  function erasable() {
    return [...chosen].filter((key) => {
      const run = runs.get(key);
      const fold = foldOf(key);
      return run ? !isKept(run) : fold !== undefined && !isFoldFixed(fold);
    });
  }

  /** Alone, an experiment is compared whole. */
  function onlyExperiment() {
    const [key = ''] = chosen;
    const fold = chosen.size === 1 ? foldOf(key) : undefined;
    return fold?.experiment && fold.experiment.runs.length > 1 ? fold.experiment : undefined;
  }

  /** Those of the chosen experiments are among them. */
  function chosenRuns() {
    const ids = [...chosen].flatMap((key) => (runs.has(key) ? [idOf(key)] : (foldOf(key)?.experiment?.runs ?? [])));
    return [...new Set(ids)].sort((a, b) => a - b);
  }

  /** Of exactly what is chosen: an experiment stands for what it found. */
  function addressOfReport() {
    const named = [['experiments', 'experiments/'], ['runs', 'runs/']].flatMap(([name, prefix]) => {
      const ids = [...chosen].filter((key) => key.startsWith(prefix ?? '')).map(idOf).sort((a, b) => a - b);
      return ids.length ? [`${name}=${ids}`] : [];
    });
    return `/report?${[...named, `lang=${language}`].join('&')}`;
  }

  function draw() {
    const deletable = erasable().length;
    remove.textContent = t('history.delete_some', deletable);
    remove.hidden = deletable === 0;
    all.checked = chosen.size > 0 && chosen.size === boxes().length;
    report.hidden = chosen.size === 0;
    report.href = addressOfReport();
    drawCompare(onlyExperiment(), chosenRuns());
  }

  /** @param {import('../core/types').Experiment | undefined} experiment @param {number[]} ids */
  function drawCompare(experiment, ids) {
    const isFew = ids.length < 2;
    const isMany = !experiment && ids.length > COMPARE_MOST;
    compare.textContent = isFew
      ? t('history.compare_none')
      : t(isMany ? 'history.compare_many' : 'history.compare_some', ids.length, COMPARE_MOST);
    compare.classList.toggle('off', isFew || isMany);
    if (isFew || isMany) compare.removeAttribute('href');
    else compare.href = experiment ? `#/compare?experiment=${experiment.id}` : `#/compare?runs=${ids.join(',')}`;
  }

  return {
    compare,
    report,
    remove,
    all,
    draw,
    /** @param {string} key */
    has: (key) => chosen.has(key),
    /** @param {string} key @param {boolean} isChosen */
    choose(key, isChosen) {
      if (isChosen) chosen.add(key);
      else chosen.delete(key);
      draw();
    },
    /** Only what is shown stays chosen. */
    tidy() {
      const shown = new Set(boxes().map((box) => box.dataset['choice']));
      for (const key of chosen) if (!shown.has(key)) chosen.delete(key);
      draw();
    },
  };
}

/** "Deleted: 2 runs and 1 experiment" @param {string[]} keys */
export function deletedWords(keys) {
  const [key = ''] = keys;
  if (keys.length === 1) return t(key.startsWith('runs/') ? 'history.deleted' : 'history.deleted_experiment', idOf(key));
  const runs = keys.filter((each) => each.startsWith('runs/')).length;
  const experiments = keys.length - runs;
  if (experiments === 0) return t('history.deleted_some', plural(runs, 'run'));
  if (runs === 0) return t('history.deleted_some', plural(experiments, 'experiment'));
  return t('history.deleted_some', t('history.and', plural(runs, 'run'), plural(experiments, 'experiment')));
}
