/** The page of one experiment: how far it is, what it has found, and its runs. */

import { downloadClick, get, getWords, liveWords, messageOf, patch, post, remove } from '../core/api.js';
import { deletionConfirmed, labelFromUser } from '../core/dialog.js';
import { fact, h, nameCells, renewRows, setText, throttled, wideTable } from '../core/dom.js';
import { foundIn, isSearch, titleOf } from './experiment_words.js';
import { isOver, modeName, number, plural, rate, reasonName, seconds, when } from '../core/format.js';
import { t } from '../core/language.js';
import { experimentFigures } from './experiment_figures.js';
import { badge } from './progress.js';
import { settingsOf } from './settings.js';
import { leftOut, surveyParts } from './survey.js';
import { whatStopped } from './verdict.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Run} Run */

const RUNS_MOST = 1000;

/** @type {import('../core/types').Mount} */
export function mount(root, [id = ''], hub) {
  const heading = h('h1', { tabindex: -1 }, t('experiment.number', id));
  const mark = h('span');
  const problem = h('p', { class: 'error', role: 'alert' });
  const page = h('div', { class: 'run' });
  root.append(h('div', { class: 'row' }, heading, mark), problem, page);
  let ended = false;
  let end = () => {};
  getWords(`/experiments/${id}`).then(
    (experiment) => {
      if (!ended) end = show(experiment, { heading, mark, problem, page }, hub);
    },
    (error) => {
      problem.textContent = error.status === 404 ? p('experiment.missing', id) : messageOf(error);
    },
  );
  return () => {
    ended = true;
    end();
  };
}

/** @param {Pick<Experiment, 'status'>} experiment */
const goesOn = ({ status }) => status === 'queued' || status === 'running';

/**
 * @param {Experiment} first
 * @param {Record<'heading' | 'mark' | 'problem' | 'page', HTMLElement>} places
 * @param {import('../core/types').Hub} hub
 */
function show(first, { heading, mark, problem, page }, hub) {
  let experiment = first;
  /** @type {Map<number, Run>} */
  const runs = new Map();
  const said = h('p', { class: 'sentence', role: 'status' });
  const why = h('div');
  const bar = createBar();
  const controls = createControls(() => experiment, attempt, fetchAll);
  const facts = h('div');
  const found = h('div', { class: 'run' });
  const figures = createFigures();
  const list = h('div');
  const links = h('div');
  const about = h('div');
  heading.textContent = p('experiment.title', experiment.id, titleOf(experiment));
  document.title = `${t('experiment.number', experiment.id)} – Koneksi`;
  page.append(
    h('section', { class: 'card' }, said, why, bar.element, controls.element, facts),
    found,
    figures.element,
    h('section', { class: 'card', 'aria-label': t('runs') }, h('h2', {}, t('runs')), list),
    h('section', { class: 'card', 'aria-label': p('run.about') }, h('h2', {}, p('run.about')), about),
    h('section', { class: 'card', 'aria-label': t('downloads') }, h('h2', {}, t('downloads')), links),
  );

  /** @param {() => Promise<void>} deed */
  async function attempt(deed) {
    problem.textContent = '';
    try {
      await deed();
      draw();
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  const draw = throttled(() => {
    mark.replaceChildren(h('span', { class: `badge ${experiment.status}` }, t(`status.${experiment.status}`)));
    setText(said, foundIn(experiment) || waitingFor(experiment));
    why.replaceChildren(...whatStopped(experiment.result?.verdict ?? null));
    bar.update(experiment);
    controls.update(experiment);
    const inOrder = [...runs.values()].sort((a, b) => a.id - b.id);
    facts.replaceChildren(factsOf(experiment));
    found.replaceChildren(...tableOf(experiment));
    about.replaceChildren(settingsOf(experiment, inOrder));
    figures.update(experiment, inOrder);
    showRuns(list, inOrder);
    links.replaceChildren(downloads(experiment));
  });

  async function fetchAll() {
    const [now, { runs: page }] = await Promise.all([
      getWords(`/experiments/${experiment.id}`),
      get(`/runs?experiment=${experiment.id}&limit=${RUNS_MOST}`),
    ]);
    experiment = now;
    for (const run of page) runs.set(run.id, run);
    draw();
  }
  const refresh = () => fetchAll().catch((error) => (problem.textContent = messageOf(error)));

  const ends = [
    hub.on('experiment', (news) => {
      if (news.id !== experiment.id) return;
      if ('deleted' in news) {
        location.hash = '#/experiments';
        return;
      }
      if (news.result === undefined || (news.result?.verdict && !liveWords)) return void refresh();
      experiment = news;
      draw();
    }),
    hub.on('run', (run) => {
      if ('deleted' in run) runs.delete(run.id);
      else if (run.experiment === experiment.id) runs.set(run.id, run);
      else return;
      draw();
    }),
    hub.on('link', (link) => {
      if (link === 'open') refresh();
    }),
  ];
  refresh();
  draw();
  return () => ends.forEach((end) => end());
}

/** What can be done with it. @param {() => Experiment} now @param {(deed: () => Promise<void>) => void} attempt
 * @param {() => Promise<void>} fetchAll */
function createControls(now, attempt, fetchAll) {
  const cancel = h('button', { class: 'danger', onclick: cancelled }, p('experiment.cancel'));
  const rename = h('button', { class: 'quiet', onclick: renamed }, t('history.rename'));
  const erase = h('button', { class: 'quiet', onclick: erased }, t('delete'));

  function cancelled() {
    attempt(async () => {
      await post(`/experiments/${now().id}/cancel`);
      await fetchAll();
    });
  }

  async function renamed() {
    const { id, asked } = now();
    const label = await labelFromUser(t('history.rename_experiment', id), t('history.label_of_experiment', id), asked.label ?? '');
    if (label === null) return;
    attempt(async () => {
      await patch(`/experiments/${id}`, { label });
      await fetchAll();
    });
  }

  async function erased() {
    const { id } = now();
    const words = { question: p('experiment.delete_question', id), text: p('experiment.delete_explanation'), no: p('experiment.delete_no') };
    if (!(await deletionConfirmed(words))) return;
    attempt(async () => {
      await remove(`/experiments/${id}`);
      location.hash = '#/experiments';
    });
  }

  return {
    element: h('div', { class: 'row' }, cancel, rename, erase),
    /** @param {Experiment} experiment */
    update(experiment) {
      cancel.hidden = !goesOn(experiment);
      rename.hidden = erase.hidden = goesOn(experiment);
    },
  };
}

/** Drawn anew only when there is something new in them, so that a table that is open stays so. */
function createFigures() {
  const element = h('section', { class: 'card', 'aria-label': p('experiment.figures') });
  let drawn = '';
  return {
    element,
    /** @param {Experiment} experiment @param {Run[]} inOrder */
    update(experiment, inOrder) {
      const shown = JSON.stringify([experiment.result, experiment.status, inOrder.filter(isOver).map(({ id }) => id)]);
      if (shown === drawn) return;
      drawn = shown;
      const parts = experimentFigures(experiment, inOrder);
      element.hidden = parts.length === 0;
      element.replaceChildren(h('h2', {}, p('experiment.figures')), ...parts);
    },
  };
}

/** @param {Experiment} experiment */
function waitingFor({ status }) {
  return status === 'queued' ? p('experiment.queued') : p('experiment.running');
}

function createBar() {
  const done = h('span', { class: 'done' });
  const words = h('p', { class: 'muted' });
  const bar = h(
    'div',
    { class: 'bar', role: 'progressbar', 'aria-label': p('experiment.progress'), 'aria-valuemin': 0, 'aria-valuemax': 100 },
    done,
  );
  return {
    element: h('div', {}, bar, words),
    /** @param {Experiment} experiment */
    update(experiment) {
      const { done: over, planned, seconds_left } = experiment.progress;
      const percent = (100 * over) / Math.max(1, planned);
      done.style.width = `${percent}%`;
      bar.setAttribute('aria-valuenow', percent.toFixed(0));
      const left = goesOn(experiment) && seconds_left !== null ? p('experiment.left', seconds(seconds_left)) : '';
      setText(
        words,
        goesOn(experiment) || over < planned ? `${p(isSearch(experiment) ? 'experiment.over_about' : 'experiment.over', number(over), plural(planned, 'run'))}${left}` : plural(over, 'run'),
      );
    },
  };
}

/** How it went; what was asked for, and where, is below its runs. @param {Experiment} experiment */
function factsOf({ kind, asked, status, result, started_at, finished_at, prediction }) {
  /** @type {[string, string, string][]} */
  const rows = [[p('run.began'), when(started_at), ''], [t('finished'), when(finished_at), ''], [t('field.label'), asked.label || t('none'), '']];
  if (kind === 'ceiling' || kind === 'proof') {
    const none = status === 'completed' && result?.ceiling && !result.served_until ? p('ceiling.unlimited', number(result.ceiling)) : goesOn({ status }) ? p('ceiling.nothing') : '–';
    const isUnfinished = status !== 'completed' && !goesOn({ status }) && !result?.fails_at;
    const ceiling = isUnfinished ? (result?.ceiling ? t('headline.at_least', number(result.ceiling)) : '–') : number(result?.ceiling);
    rows.push(
      [p('ceiling.title'), ceiling, p('ceiling.title_help')],
      [p('ceiling.fails_at'), result?.fails_at ? number(result.fails_at) : none, p('ceiling.fails_at_help')],
      [t('predicted'), number(result?.predicted ?? prediction?.ceiling), p('ceiling.predicted_help')],
      [p('ceiling.confirmed'), plural(result?.confirmations ?? 0, 'time'), p('ceiling.confirmed_help')],
      [p('ceiling.tried'), number(asked.max), p('ceiling.max_help')],
    );
  }
  if (result?.served_until) rows.push([p('ceiling.served_until'), p('run.number', result.served_until), p('ceiling.served_until_help')]);
  if (result?.stable === false) rows.push([p('ceiling.stable'), t('no'), p('ceiling.stable_help')]);
  return h('dl', { class: 'facts' }, ...rows.map(([name, value, title]) => fact(name, value, title)));
}

const CELLS = [
  { text: t('mode.title') },
  { text: t('field.count'), number: true },
  { text: t('runs'), number: true },
  { text: t('completed'), title: p('table.in_row'), number: true },
  { text: t('failed'), title: p('table.in_row'), number: true },
  { text: t('rate.title'), title: p('table.median'), number: true },
  { text: p('table.least'), number: true },
  { text: p('table.most'), number: true },
  { text: t('stopped_by') },
];

/** @param {string} title @param {...(Node | string)} content */
const part = (title, ...content) => h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), ...content);

/** A sweep's or the classic one's; of a survey both. @param {Experiment} experiment @returns {HTMLElement[]} */
function tableOf(experiment) {
  const { kind, result } = experiment;
  if (result?.modes)
    return [part(p('survey.title'), ...surveyParts(result.modes, result.classic?.rows ?? [])), ...loads(result.classic?.rows ?? [], true, leftOut(experiment))];
  return result?.rows ? loads(result.rows, kind === 'classic', '') : [];
}

/** Nothing for a survey whose modes have no classic loads.
 * @param {import('../core/types').Schemas['Table']['rows']} rows @param {boolean} classic @param {string} note */
function loads(rows, classic, note) {
  if (rows.length === 0 && !note) return [];
  const cell = (/** @type {string} */ text, bad = false) => h('td', { class: bad ? 'number bad' : 'number' }, text);
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, modeName(row.mode)),
      cell(number(row.count)),
      cell(number(row.runs)),
      cell(number(row.completed)),
      cell(number(row.failed), row.failed > 0),
      cell(rate(row.clients_per_s?.median)),
      cell(rate(row.clients_per_s?.min)),
      cell(rate(row.clients_per_s?.max)),
      h('td', {}, row.verdict ? reasonName(row.verdict.name) : '–'),
      classic ? h('td', { class: row.published?.works ? '' : 'bad' }, row.published?.note ?? '') : null,
    ),
  );
  const columns = classic ? [...CELLS, { text: t('published'), title: t('published.help') }] : CELLS;
  const more = note ? [h('p', {}, note)] : [];
  return [part(classic ? t('kind.classic') : t('results'), ...(rows.length ? [wideTable(t('results.table'), columns, body)] : []), ...more)];
}

const RUN_COLUMNS = [
  { text: t('run'), number: true },
  { text: t('mode.title') },
  { text: t('field.count'), number: true },
  { text: t('completed'), number: true },
  { text: t('failed'), number: true },
  { text: t('status.title') },
  { text: t('duration'), number: true },
  { text: t('stopped_by') },
];

/** @param {HTMLElement} place @param {Run[]} runs */
function showRuns(place, runs) {
  if (runs.length === 0) return place.replaceChildren(h('p', { class: 'muted' }, p('experiment.no_runs')));
  if (!place.querySelector('table')) place.replaceChildren(wideTable(p('experiment.runs'), RUN_COLUMNS, []));
  const cell = (/** @type {string} */ text, bad = false) => h('td', { class: bad ? 'number bad' : 'number' }, text);
  const rows = runs.map((run) => {
    const over = isOver(run);
    return h(
      'tr',
      { 'data-run': run.id },
      h('th', { scope: 'row', class: 'number' }, h('a', { href: `#/runs/${run.id}` }, String(run.id))),
      h('td', {}, modeName(run.mode)),
      cell(number(run.count)),
      cell(over ? number(run.totals.completed) : '–'),
      cell(over ? number(run.totals.failed) : '–', over && run.totals.failed > 0),
      h('td', {}, badge(run)),
      cell(over ? seconds(run.duration_s) : '–'),
      h('td', {}, run.verdict ? reasonName(run.verdict.name) : '–'),
    );
  });
  renewRows(/** @type {Element} */ (place.querySelector('tbody')), rows.map((row) => nameCells(row, RUN_COLUMNS)));
}

/** @param {Experiment} experiment */
function downloads({ id, runs }) {
  /** @param {string} path @param {string} name */
  const link = (path, name) =>
    h('a', { class: 'button quiet', href: path, download: `experiment-${id}-${name}`, onclick: downloadClick }, name);
  return h(
    'div',
    { class: 'row' },
    h('a', { class: 'button primary', href: `/report?experiment=${id}` }, t('report')),
    link(`/experiments/${id}`, 'experiment.json'),
    link(`/runs.csv?experiment=${id}`, 'runs.csv'),
    link(`/compare.csv?experiment=${id}`, 'samples.csv'),
    runs.length > 1
      ? h('a', { class: 'button quiet', href: `#/compare?experiment=${id}` }, p('experiment.compare'))
      : null,
  );
}
