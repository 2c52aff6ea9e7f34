/** The answer at a glance: how many clients each mode carries at the same time, as the limits predict it and as the newest
 * experiments have measured it. */

import { get, messageOf, post } from '../core/api.js';
import { KINDS, MODES, USUAL_MODES } from '../core/contract.js';
import { h, table } from '../core/dom.js';
import { ceilingOf, limitName, number, stoppedBy } from '../core/format.js';
import { named, t } from '../core/language.js';
import { boundsOf, problemOf } from './fields.js';
import { surveyFromUser } from './survey_question.js';

/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {import('../core/types').Prediction} Prediction */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {{ id: number, mode: string, ceiling: number, fails_at: number | null, low?: number, high?: number, stable: boolean,
 *   verdict: import('../core/types').Verdict | null }} Found with the experiment that found it */

const EXPERIMENTS = 100;
const SURVEY = 'survey';
/** Several events at once ask once; and what a run has used is free again a moment after its end. */
const PAUSE_MS = 1000;

const COLUMNS = [
  { text: t('mode.title') },
  { text: t('predicted'), title: t('headline.predicted_help') },
  { text: t('measured'), title: t('headline.measured_help') },
];

/** All clients are held, and a pool is as large as one can be, as a search for the ceiling has it. */
function question() {
  const pool = String(boundsOf('pool_size').maximum ?? 1);
  return `/limits?${new URLSearchParams({ hold: 'true', count: pool, pool_size: pool })}`;
}

/** @param {import('../core/types').Hub} hub */
export function createHeadline(hub) {
  const list = table(t('headline.title'), COLUMNS, USUAL_MODES.map((mode) => rowOf(mode, undefined, undefined)));
  const body = /** @type {HTMLTableSectionElement} */ (list.querySelector('tbody'));
  const problem = h('p', { class: 'error', role: 'alert' });
  const survey = h('button', { class: 'primary', type: 'button', onclick: askForSurvey }, t('survey.button'));
  const element = h(
    'div',
    { class: 'card headline' },
    h(
      'div',
      { class: 'row' },
      h('h2', {}, t('headline.title')),
      KINDS.includes(SURVEY) ? survey : null,
    ),
    problem,
    list,
  );
  let timer = 0;
  let hasFailed = false;

  async function load() {
    const [{ predicted, unavailable }, { experiments }] = await Promise.all([get(question()), get(`/experiments?limit=${EXPERIMENTS}`)]);
    const measured = bestCeilings(experiments);
    if (hasFailed) problem.textContent = '';
    hasFailed = false;
    const shown = MODES.filter((mode) => USUAL_MODES.includes(mode) || measured.has(mode));
    body.replaceChildren(...shown.map((mode) => rowOf(mode, { ...predicted[mode], unavailable: unavailable[mode] }, measured.get(mode))));
  }

  /** @param {number} pause in ms */
  function loadIn(pause) {
    clearTimeout(timer);
    timer = setTimeout(() => load().catch(fail), pause);
  }

  /** @param {unknown} error */
  function fail(error) {
    hasFailed = true;
    problem.textContent = messageOf(error);
  }

  let isAsking = false; // the button stays enabled: when the dialog closes, the keyboard goes back to it
  async function askForSurvey() {
    if (isAsking) return;
    isAsking = true;
    problem.textContent = '';
    try {
      const spec = await surveyFromUser();
      if (!spec) return;
      const { id } = await post('/experiments', spec);
      location.hash = `#/experiments/${id}`;
    } catch (error) {
      problem.textContent = problemOf(error);
    } finally {
      isAsking = false;
    }
  }

  let settings = '';
  let isBeginning = !hub.isOpen(); // what is asked for now is as new as the stream
  const ends = [
    hub.on('experiment', (news) => {
      if ('deleted' in news || news.status === 'completed') loadIn(PAUSE_MS);
    }),
    hub.on('run', (run) => {
      if (!('deleted' in run) && run.status !== 'queued' && run.status !== 'running') loadIn(PAUSE_MS);
    }),
    hub.on('server', ({ model, backlog, workers }) => {
      const now = [model, backlog, workers].join();
      if (settings !== '' && settings !== now) loadIn(0);
      settings = now;
    }),
    hub.on('link', (link) => {
      if (link === 'open' && (!isBeginning || hasFailed)) loadIn(0);
      isBeginning = false;
    }),
  ];
  loadIn(0);
  return {
    element,
    destroy() {
      ends.forEach((end) => end());
      clearTimeout(timer);
    },
  };
}

/** The ceilings that experiments have found, by mode: the newest that met a limit, or else the largest. Only held clients
 * count, against the built-in server, with no limit lowered. @param {Experiment[]} experiments newest first */
function bestCeilings(experiments) {
  /** @type {Map<string, Found>} */
  const best = new Map();
  for (const { id, kind, status, asked, result } of experiments) {
    const { hold = true, target = 'builtin', limits } = /** @type {Record<string, any>} */ (asked);
    const isWhole = Object.values(limits ?? {}).every((value) => value === null);
    const isHeld = hold || kind === SURVEY; // which earlier versions stored as not held
    if (status !== 'completed' || !result || !isHeld || target !== 'builtin' || !isWhole) continue;
    for (const found of foundBy(kind, result)) if (says(found, best.get(found.mode))) best.set(found.mode, { ...found, id });
  }
  return best;
}

/** Whether it says more than what was found later: a trial with a small `max` does not stand for the machine.
 * @param {Omit<Found, 'id'>} found @param {Found | undefined} later */
const says = (found, later) => !later || (!later.fails_at && (Boolean(found.fails_at) || found.ceiling > later.ceiling));

/** @param {string} kind @param {Record<string, any>} result @returns {Omit<Found, 'id'>[]} */
function foundBy(kind, result) {
  if (kind === SURVEY) return (result['modes'] ?? []).filter((/** @type {any} */ { state }) => state === 'measured');
  return kind === 'ceiling' ? [/** @type {any} */ (result)] : [];
}

/** Without a prediction nothing has been asked yet, or Koneksi does not answer.
 * @param {Mode} mode @param {import('./predict.js').Predicted | undefined} predicted @param {Found | undefined} measured */
function rowOf(mode, predicted, measured) {
  return h(
    'tr',
    { 'data-mode': mode },
    h('th', { scope: 'row' }, named(`mode.${mode}`, mode)),
    h('td', {}, ...(predicted ? predictionOf(predicted) : ['–'])),
    h('td', {}, ...(measured ? measurementOf(measured) : [h('span', { class: 'muted' }, predicted ? t('headline.not_measured') : '–')])),
  );
}

/** @param {import('./predict.js').Predicted} predicted */
function predictionOf({ ceiling, limit, side, shared, unavailable }) {
  if (unavailable) return [t('headline.unavailable'), ' ', h('small', { class: 'muted' }, named(`uring.${unavailable.name}`, unavailable.name))];
  if (ceiling === null) return [t('headline.no_limit')];
  const by = h('small', { class: 'muted' }, limitName({ name: limit, side, shared }));
  return [h('strong', {}, t('headline.about', number(ceiling))), ' ', by];
}

/** @param {Found} found */
function measurementOf({ id, verdict, ...found }) {
  const by = verdict?.name ? stoppedBy({ ...verdict, value: null }) : '';
  return [h('a', { href: `#/experiments/${id}`, title: t('experiment.number', id) }, ceilingOf(found)), ' ', h('small', { class: 'muted' }, by)];
}
