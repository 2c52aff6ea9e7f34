/** Experiments: asked for by three small forms, and listed with what each has found. */

import { ApiError, get, messageOf, post } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { number, plural, when } from '../core/format.js';
import { language, named, t } from '../core/language.js';
import { MODES } from '../core/contract.js';
import { clearErrors, field, showError } from './start.js';

/** @typedef {import('../core/types').Experiment} Experiment */

const PAGE = 20;

const COLUMNS = [
  { text: t('experiment'), number: true },
  { text: t('when') },
  { text: t('experiments.kind') },
  { text: t('status.title') },
  { text: t('runs'), number: true },
  { text: t('experiments.found') },
];

/** @type {import('../core/types').Mount} */
export function mount(root, _params, hub) {
  /** @type {Map<number, Experiment>} */
  const known = new Map();
  /** @type {number | null} */
  let next = null;
  const list = table(t('experiments.list'), COLUMNS, []);
  const body = /** @type {HTMLTableSectionElement} */ (list.querySelector('tbody'));
  const problem = h('p', { class: 'error', role: 'alert' });
  const empty = h('p', { class: 'empty', hidden: true }, t('experiments.none'));
  const more = h('button', { class: 'quiet', hidden: true, onclick: () => load(next) }, t('load_more'));
  root.append(
    h('h1', { tabindex: -1 }, t('experiments')),
    h('p', { class: 'muted' }, t('experiments.help')),
    h('div', { class: 'kinds' }, ceilingForm(), sweepForm(), classicForm()),
    h(
      'section',
      { class: 'card', 'aria-labelledby': 'experiments-title' },
      h('h2', { id: 'experiments-title' }, t('experiments.so_far')),
      problem,
      list,
      empty,
      h('div', { class: 'actions' }, more),
    ),
  );

  function draw() {
    const newest = [...known.values()].sort((a, b) => b.id - a.id);
    body.replaceChildren(...newest.map(rowOf));
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
      known.set(experiment.id, { result: known.get(experiment.id)?.result, ...experiment });
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
    h('td', {}, titleOf(experiment)),
    h('td', {}, h('span', { class: `badge ${status}` }, t(`status.${status}`))),
    h('td', { class: 'number' }, runsOf(experiment)),
    h('td', { class: 'wrap' }, foundIn(experiment)),
  );
}

/** How many runs a search takes shows as it goes. @param {Pick<Experiment, 'kind'>} experiment */
export const isSearch = ({ kind }) => kind === 'ceiling' || kind === 'proof';

/** "4 of about 9" @param {Experiment} experiment */
function runsOf({ kind, progress }) {
  if (progress.done === progress.planned) return number(progress.done);
  return t(isSearch({ kind }) ? 'progress.of_about' : 'progress.of', number(progress.done), number(progress.planned));
}

/** "Ceiling: threads", "Sweep: 2 modes × 3 counts" @param {Experiment} experiment */
export function titleOf({ kind, asked }) {
  const mode = asked.mode ? t(`mode.${asked.mode}`).toLowerCase() : '';
  switch (kind) {
    case 'ceiling':
      return t('kind.ceiling', mode);
    case 'proof':
      return t('kind.proof', asked.run ?? '');
    case 'sweep':
      return t('kind.sweep', plural(asked.modes?.length ?? 0, 'mode'), plural(asked.counts?.length ?? 0, 'count'));
    case 'classic':
      return t('kind.classic');
    default: // of a newer version
      return t('unknown');
  }
}

/** What it has found so far, in one sentence. @param {Experiment} experiment */
export function foundIn({ kind, result, message, progress, asked }) {
  if (message) return message;
  if (!result) return '';
  if (kind === 'proof' && progress.done === progress.planned)
    return result.moved
      ? t('proof.moved', result.lowered ?? '', number(result.to), number(result.ceiling))
      : t('proof.not_moved', number(result.expected), number(result.ceiling));
  if (result.sentence) return language === 'en' ? `${result.sentence}.` : ceilingIn(result, asked.hold === true);
  const rows = result.rows ?? [];
  const whole = rows.filter((r) => r.runs > 0 && r.failed === 0).length;
  return t('table.found', number(whole), plural(rows.length, 'load'));
}

/** A search's sentence, which the panel tells in English alone.
 * @param {import('../core/types').ExperimentResult} result @param {boolean} hold */
function ceilingIn({ mode, ceiling, fails_at, verdict }, hold) {
  const name = mode ? named(`mode.${mode}`, mode) : '';
  const atOnce = hold ? t('ceiling.at_once') : '';
  if (!fails_at) return `${t('ceiling.none', name, number(ceiling), atOnce)}.`;
  const why = verdict?.name ? `: ${t('limit.on_side', `${verdict.name} ${number(verdict.value)}`, t(`side.${verdict.side ?? 'client'}`))}` : '';
  return `${t('ceiling.found', name, number(ceiling), atOnce, number(fails_at))}${why}.`;
}

/* --- the forms --- */

/**
 * @param {string} id @param {string} title @param {string} text @param {string} button
 * @param {HTMLElement[]} fields @param {(form: HTMLFormElement) => Record<string, unknown>} read
 */
function form(id, title, text, button, fields, read) {
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
    clearErrors(element);
    problem.textContent = '';
    submit.disabled = true;
    try {
      const { id } = await post('/experiments', read(element));
      location.hash = `#/experiments/${id}`;
    } catch (error) {
      const at = error instanceof ApiError && error.field ? `${element.dataset['prefix']}${error.field}` : null;
      if (!at || !showError(element, at, messageOf(error))) problem.textContent = messageOf(error);
    } finally {
      submit.disabled = false;
    }
  });
  element.dataset['prefix'] = `${id}-`;
  return element;
}

/** @param {string} name @param {string} hint */
const typed = (name, hint) => h('input', { id: `f-${name}`, name, placeholder: hint, inputmode: 'numeric', autocomplete: 'off' });

/** What was typed, as a number; left out when nothing was. @param {HTMLFormElement} form @param {string} name */
function numberIn(form, name) {
  const text = String(new FormData(form).get(name) ?? '').replaceAll(/[\s,._]/g, '');
  return text === '' ? undefined : Number(text);
}

/** @param {HTMLFormElement} form @param {string} name */
function limitsIn(form, name) {
  const nofile = numberIn(form, name);
  return nofile === undefined ? undefined : { nofile };
}

function ceilingForm() {
  const mode = h(
    'select',
    { id: 'f-ceiling-mode', name: 'ceiling-mode' },
    ...MODES.map((m) => h('option', { value: m }, t(`mode.${m}`))),
  );
  return form(
    'ceiling',
    t('ceiling.find'),
    t('ceiling.help'),
    t('ceiling.button'),
    [
      field('ceiling-mode', t('ceiling.mode'), t('ceiling.mode_help'), mode),
      field('ceiling-max', t('ceiling.max'), t('ceiling.max_help'), typed('ceiling-max', '100000')),
      field('ceiling-limits.nofile', t('field.limits.nofile'), t('ceiling.nofile_help'), typed('ceiling-limits.nofile', t('start.unchanged'))),
    ],
    (f) => ({
      kind: 'ceiling',
      mode: mode.value,
      max: numberIn(f, 'ceiling-max'),
      limits: limitsIn(f, 'ceiling-limits.nofile'),
    }),
  );
}

function sweepForm() {
  const boxes = MODES.map((m) =>
    h('label', { class: 'inline' }, h('input', { type: 'checkbox', name: 'sweep-modes', value: m, checked: m !== 'event' }), t(`mode.${m}`)),
  );
  const hold = h('input', { id: 'f-sweep-hold', name: 'sweep-hold', type: 'checkbox' });
  const counts = h('input', { id: 'f-sweep-counts', name: 'sweep-counts', value: '100 500 2000', autocomplete: 'off' });
  return form(
    'sweep',
    t('sweep.title'),
    t('sweep.help'),
    t('sweep.button'),
    [
      h('fieldset', { class: 'modes' }, h('legend', {}, t('sweep.modes')), h('div', { class: 'row' }, ...boxes), h('p', { class: 'error', id: 'e-sweep-modes' })),
      field('sweep-counts', t('sweep.counts'), t('sweep.counts_help'), counts),
      field('sweep-repeats', t('repeats'), t('sweep.repeats_help'), typed('sweep-repeats', '3')),
      field('sweep-hold', t('field.hold'), t('sweep.hold_help'), hold),
    ],
    (f) => ({
      kind: 'sweep',
      modes: new FormData(f).getAll('sweep-modes'),
      counts: (counts.value.match(/\d+/g) ?? []).map(Number),
      repeats: numberIn(f, 'sweep-repeats'),
      hold: hold.checked || undefined,
    }),
  );
}

function classicForm() {
  return form(
    'classic',
    t('kind.classic'),
    t('classic.help'),
    t('classic.button'),
    [field('classic-repeats', t('repeats'), t('classic.repeats_help'), typed('classic-repeats', '1'))],
    (f) => ({ kind: 'classic', repeats: numberIn(f, 'classic-repeats') }),
  );
}
