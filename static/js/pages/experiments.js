/** Experiments: asked for by three small forms, and listed with what each has found. */

import { get, messageOf, post } from '../core/api.js';
import { h, nameCells, renewRows, wideTable } from '../core/dom.js';
import { number, serverOf, when } from '../core/format.js';
import { t } from '../core/language.js';
import { MODES, schemaOf, USUAL_MAX, USUAL_MODES } from '../core/contract.js';
import { foundIn, isSearch, titleOf } from './experiment_words.js';
import { attempt, boundsOf, field, holdChoice, input, keep, numberIn, numbersIn } from './fields.js';
import { createTargetChoice, targetIn } from './target_choice.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Experiment} Experiment */

const PAGE = 20;

const COLUMNS = [
  { text: t('experiment'), number: true },
  { text: t('when') },
  { text: p('experiments.kind') },
  { text: t('field.target') },
  { text: t('history.host') },
  { text: t('status.title') },
  { text: t('runs'), number: true },
  { text: p('experiments.found') },
];

/** @type {import('../core/types').Mount} */
export function mount(root, _params, hub) {
  /** @type {Map<number, Experiment>} */
  const known = new Map();
  /** @type {number | null} */
  let next = null;
  const list = wideTable(p('experiments.list'), COLUMNS, []);
  const body = /** @type {HTMLTableSectionElement} */ (list.querySelector('tbody'));
  const problem = h('p', { class: 'error', role: 'alert' });
  const empty = h('p', { class: 'empty', hidden: true }, p('experiments.none'));
  const more = h('button', { class: 'quiet', hidden: true, onclick: () => load(next) }, t('load_more'));
  root.append(
    h('h1', { tabindex: -1 }, t('experiments')),
    h('p', { class: 'muted' }, p('experiments.help')),
    h('div', { class: 'kinds' }, ceilingForm(), sweepForm(), classicForm()),
    h(
      'section',
      { class: 'card', 'aria-labelledby': 'experiments-title' },
      h('h2', { id: 'experiments-title' }, p('experiments.so_far')),
      problem,
      list,
      empty,
      h('div', { class: 'actions' }, more),
    ),
  );

  function draw() {
    const newest = [...known.values()].sort((a, b) => b.id - a.id);
    renewRows(body, newest.map((experiment) => nameCells(rowOf(experiment), COLUMNS)));
    empty.hidden = newest.length > 0;
    more.hidden = next === null;
  }

  /** @param {number | null} before */
  async function load(before) {
    try {
      const page = await get(`/experiments?limit=${PAGE}${before === null ? '' : `&before=${before}`}`);
      for (const experiment of page.experiments) known.set(experiment.id, experiment);
      next = page.next;
      draw();
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  const ends = [
    hub.on('experiment', (experiment) => {
      if ('deleted' in experiment) known.delete(experiment.id);
      else known.set(experiment.id, { result: known.get(experiment.id)?.result, ...experiment });
      draw();
    }),
    hub.on('link', (link) => {
      if (link === 'open') load(null);
    }),
  ];
  load(null);
  return () => ends.forEach((end) => end());
}

/** @param {Experiment} experiment */
function rowOf(experiment) {
  const { id, status, created_at } = experiment;
  return h(
    'tr',
    { 'data-experiment': id },
    h('th', { scope: 'row', class: 'number' }, h('a', { href: `#/experiments/${id}` }, String(id))),
    h('td', {}, when(created_at).replace(' UTC', '')),
    h('td', {}, titleOf(experiment), experiment.asked.label ? h('small', { class: 'muted' }, ` ${experiment.asked.label}`) : null),
    h('td', { class: 'name' }, serverOf(experiment.asked.target)),
    h('td', { class: 'name' }, experiment.host?.name ?? '–'),
    h('td', {}, h('span', { class: `badge ${status}` }, t(`status.${status}`))),
    h('td', { class: 'number' }, runsOf(experiment)),
    h('td', { class: 'wrap' }, foundIn(experiment)),
  );
}

/** "4 of about 9" @param {Experiment} experiment */
function runsOf({ kind, progress }) {
  if (progress.done === progress.planned) return number(progress.done);
  return p(isSearch({ kind }) ? 'progress.of_about' : 'progress.of', number(progress.done), number(progress.planned));
}

/* --- the forms --- */

/**
 * @param {string} id @param {string} title @param {string} text @param {string} button
 * @param {HTMLElement[]} fields @param {(form: HTMLFormElement) => Record<string, unknown>} read
 * @param {() => void} [filled] called after the fields were filled in
 */
function form(id, title, text, button, fields, read, filled = () => {}) {
  const problem = h('p', { class: 'error', role: 'alert' });
  const submit = h('button', { class: 'primary', type: 'submit' }, button);
  const element = h(
    'form',
    { class: 'card start', novalidate: true, 'aria-labelledby': `x-${id}` },
    h('h2', { id: `x-${id}` }, title),
    h('p', { class: 'muted' }, text),
    ...fields,
    problem,
    h('div', { class: 'actions' }, submit),
  );
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    await attempt(
      element,
      problem,
      async () => {
        const { id } = await post('/experiments', read(element));
        location.hash = `#/experiments/${id}`;
      },
      `${id}-`,
    );
    submit.disabled = false;
  });
  keep(element, id);
  filled();
  return element;
}

/** @param {string} name @param {string} hint */
const typed = (name, hint) => h('input', { id: `f-${name}`, name, placeholder: hint, inputmode: 'numeric', autocomplete: 'off' });

/** @param {HTMLFormElement} form @param {string} name */
function limitsIn(form, name) {
  const nofile = numberIn(form, name, boundsOf('limits.nofile'));
  return nofile === undefined ? undefined : { nofile };
}

function ceilingForm() {
  const target = createTargetChoice('ceiling-');
  const mode = h(
    'select',
    { id: 'f-ceiling-mode', name: 'ceiling-mode' },
    ...MODES.map((m) => h('option', { value: m }, t(`mode.${m}`))),
  );
  return form(
    'ceiling',
    t('ceiling.find'),
    p('ceiling.help'),
    p('ceiling.button'),
    [
      field('ceiling-mode', p('ceiling.mode'), p('ceiling.mode_help'), mode),
      field('ceiling-max', t('survey.max'), p('ceiling.max_help'), typed('ceiling-max', number(USUAL_MAX))),
      target.element,
      field('ceiling-limits.nofile', t('field.limits.nofile'), p('ceiling.nofile_help'), typed('ceiling-limits.nofile', t('start.unchanged'))),
    ],
    (f) => ({
      kind: 'ceiling',
      mode: mode.value,
      max: numberIn(f, 'ceiling-max', schemaOf('ExperimentSpec', 'max')),
      limits: limitsIn(f, 'ceiling-limits.nofile'),
      ...targetIn(f, 'ceiling-'),
    }),
    target.update,
  );
}

function sweepForm() {
  const target = createTargetChoice('sweep-');
  const boxes = MODES.map((m) =>
    h('label', { class: 'inline' }, h('input', { type: 'checkbox', name: 'sweep-modes', value: m, checked: USUAL_MODES.includes(m) && m !== 'event' }), t(`mode.${m}`)),
  );
  const counts = h('input', { id: 'f-sweep-counts', name: 'sweep-counts', value: [100, 500, 2000].map(number).join(' '), autocomplete: 'off' });
  return form(
    'sweep',
    p('sweep.title'),
    p('sweep.help'),
    p('sweep.button'),
    [
      h('fieldset', { class: 'modes' }, h('legend', {}, p('sweep.modes')), h('div', { class: 'row' }, ...boxes), h('p', { class: 'error', id: 'e-sweep-modes' })),
      field('sweep-counts', p('sweep.counts'), p('sweep.counts_help'), counts),
      field('sweep-repeats', t('repeats'), p('sweep.repeats_help'), typed('sweep-repeats', '3')),
      holdChoice('sweep-hold'),
      target.element,
    ],
    (f) => ({
      kind: 'sweep',
      modes: new FormData(f).getAll('sweep-modes'),
      counts: numbersIn(f, 'sweep-counts', boundsOf('count')),
      repeats: numberIn(f, 'sweep-repeats', schemaOf('ExperimentSpec', 'repeats')),
      hold: input(f, 'sweep-hold').value === 'true' || undefined,
      ...targetIn(f, 'sweep-'),
    }),
    target.update,
  );
}

function classicForm() {
  return form(
    'classic',
    t('kind.classic'),
    p('classic.help'),
    p('classic.button'),
    [field('classic-repeats', t('repeats'), p('classic.repeats_help'), typed('classic-repeats', '1'))],
    (f) => ({ kind: 'classic', repeats: numberIn(f, 'classic-repeats', schemaOf('ExperimentSpec', 'repeats')) }),
  );
}
