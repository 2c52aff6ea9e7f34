/** The TIME server: how it does, and how it is changed between runs. */

import { get, patch } from '../core/api.js';
import { MODELS, schemaOf } from '../core/contract.js';
import { h, setText, throttled } from '../core/dom.js';
import { number, plural } from '../core/format.js';
import { t } from '../core/language.js';
import { attempt, field, keep, numberIn, takeBack, tell } from './fields.js';

/** @typedef {import('../core/types').ServerState} ServerState */

/** @param {import('../core/types').Hub} hub */
export function createServerBox(hub) {
  /** @type {ServerState | null} */
  let state = null;
  /** @type {Set<number>} */
  const running = new Set();

  const choices = MODELS.map((model) => ({
    model,
    input: h('input', { type: 'radio', name: 'model', value: model }),
    help: h('small', {}, t(`model_help.${model}`)),
  }));
  const models = choices.map(({ model, input, help }) =>
    h('label', { class: 'mode' }, input, h('span', {}, h('strong', {}, t(`model.${model}`)), help)),
  );
  const backlog = h('input', { id: 'f-backlog', name: 'backlog', inputmode: 'numeric', autocomplete: 'off' });
  const workers = h('input', { id: 'f-workers', name: 'workers', inputmode: 'numeric', autocomplete: 'off' });
  const apply = h('button', { class: 'quiet', type: 'submit' }, t('server.apply'));
  const reason = h('p', { class: 'muted', role: 'status' });
  const problem = h('p', { class: 'error', role: 'alert' });
  const condition = h('p', { class: 'muted' });
  const controls = h(
    'fieldset',
    { class: 'plain' },
    h(
      'fieldset',
      { class: 'modes' },
      h('legend', {}, t('server.model')),
      ...models,
      h('p', { class: 'error', id: 'e-model' }),
    ),
    field('backlog', t('server.backlog'), t('server.backlog_help'), backlog),
    field('workers', t('server.workers'), t('server.workers_help'), workers),
    h('div', { class: 'actions' }, apply),
  );
  const settings = h('details', {}, h('summary', {}, t('server.change')), reason, controls, problem);
  const form = h(
    'form',
    { class: 'card server-box', novalidate: true, 'aria-labelledby': 'server-title' },
    h('h2', { id: 'server-title' }, t('server.title')),
    condition,
    settings,
  );
  const kept = keep(form, 'server');
  /** What was changed here and is not applied yet keeps its value, also while another screen is shown. */
  let touched = kept.isKept;
  settings.open = touched;

  const draw = throttled(() => {
    if (state) {
      setText(condition, sentenceOf(state));
      offer(state);
    }
    controls.disabled = running.size > 0;
    setText(reason, running.size > 0 ? t('server.busy', String([...running][0])) : '');
    if (state && !touched) fill(state);
  });

  /** @param {ServerState} now */
  function fill(now) {
    const chosen = form.querySelector(`[name="model"][value="${CSS.escape(now.model)}"]`);
    if (chosen instanceof HTMLInputElement) chosen.checked = true;
    put(backlog, now.backlog);
    put(workers, now.workers);
  }

  /** What cannot be used here says why in place of what it does. @param {ServerState} now */
  function offer(now) {
    for (const { model, input, help } of choices) {
      const refused = now.unavailable[model];
      input.disabled = refused !== undefined;
      setText(help, refused ? t('predict.unavailable', t(`uring.${refused.name}`)) : t(`model_help.${model}`));
    }
  }

  /** @param {ServerState} now */
  function take(now) {
    state = now;
    draw();
  }

  /** What was filled in and differs from what is. */
  function change() {
    /** @type {Record<string, unknown>} */
    const wanted = { model: new FormData(form).get('model') };
    for (const { name } of [backlog, workers])
      wanted[name] = numberIn(form, name, { minimum: 1, ...schemaOf('ServerChange', name) });
    const now = /** @type {Record<string, unknown>} */ ({ ...state });
    return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== now[name]));
  }

  form.addEventListener('input', () => (touched = true));
  form.addEventListener('focusout', draw);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    apply.disabled = true;
    await attempt(form, problem, async () => {
      const now = await patch('/server', change());
      touched = false;
      kept.forget();
      take(now);
    });
    apply.disabled = false;
  });

  async function refresh() {
    const [now, { runs }] = await Promise.all([get('/server'), get('/runs?status=running&limit=1')]);
    takeBack(problem);
    running.clear();
    for (const run of runs) running.add(run.id);
    take(now);
  }

  const ends = [
    hub.on('server', take),
    hub.on('run', (run) => {
      if ('status' in run && run.status === 'running') running.add(run.id);
      else running.delete(run.id);
      draw();
    }),
    hub.on('link', (link) => {
      if (link === 'open') refresh().catch(() => {});
    }),
  ];
  refresh().catch((error) => tell(problem, error));
  return { element: form, destroy: () => ends.forEach((end) => end()) };
}

/** What somebody is about to type over stays as it is. @param {HTMLInputElement} control @param {number} value */
function put(control, value) {
  if (control !== document.activeElement) control.value = number(value);
}

/** @param {ServerState} s */
function pause(s) {
  return s.live >= s.budget
    ? t('server.full', number(s.budget))
    : t('server.exhausted');
}

/** How it does, in words: what is wrong comes first. @param {ServerState} s */
function sentenceOf(s) {
  const wrong = [
    s.accept_paused ? pause(s) : '',
    s.listen_overflows > 0 ? t('server.overflowed', plural(s.listen_overflows, 'time')) : '',
    s.refused > 0 ? t('server.reset', plural(s.refused, 'connection')) : '',
  ];
  const now = t('server.state',
    number(s.live), number(s.budget), number(s.queue), number(s.backlog),
  );
  return [...wrong, now]
    .filter((part) => part !== '')
    .join(' ');
}
