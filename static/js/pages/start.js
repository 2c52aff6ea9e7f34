/** The start form: asks for a run, and shows the API's errors at the field that they are about. */

import { post } from '../core/api.js';
import { FIELDS, MODES } from '../core/contract.js';
import { h } from '../core/dom.js';
import { escaped } from '../core/escapes.js';
import { number } from '../core/format.js';
import { t } from '../core/language.js';
import { attempt, boundsOf, field, holdChoice, input, isBytes, neededIn, numberIn, runField, takeBack } from './fields.js';
import { createPrediction, namedLimits } from './predict.js';
import { createTargetChoice, TARGET_FIELDS, textOf } from './target_choice.js';

/** @typedef {import('../core/types').Mode} Mode */

/** The counts of the classic experiment, and for a mode that it does not have a small and a large one.
 * @type {Partial<Record<Mode, number[]>>} */
const PRESETS = { thread: [50, 500, 4500, 5000], pool: [100, 5000, 500000], process: [100, 5000] };
const OTHER_PRESETS = [5000, 500000];

/** Those that are not shown at once: all others. */
const SHOWN = ['mode', 'count', 'hold', ...TARGET_FIELDS];
const ADVANCED = FIELDS.map(({ name }) => name).filter((name) => !SHOWN.includes(name));

/** Where a screen that is left keeps the form, until the tab is closed. */
const KEPT = 'koneksi-start-form';

/** @typedef {{ element: HTMLFormElement, fold: () => void, destroy: () => void }} StartForm `fold` leaves one line of it on a
 * narrow screen */

/** @param {import('../core/types').Hub} hub @param {(run: import('../core/types').Run) => void} started @returns {StartForm} */
export function createStartForm(hub, started) {
  const count = h('input', { id: 'f-count', name: 'count', value: '500', inputmode: 'numeric', autocomplete: 'off' });
  const presets = h('div', { class: 'presets', role: 'group', 'aria-label': t('start.presets') });
  const problem = h('p', { class: 'error', role: 'alert' });
  const submit = h('button', { class: 'primary', type: 'submit' }, t('start.button'));
  const ceiling = h(
    'button',
    { class: 'quiet ceiling', type: 'button', title: t('start.ceiling_help') },
    t('ceiling.find'),
  );
  const target = createTargetChoice();
  const brief = h('strong', { class: 'brief' }, '');
  const change = h('button', { class: 'quiet change', type: 'button', onclick: unfold }, t('start.change'));
  const form = h(
    'form',
    { class: 'card start', novalidate: true, 'aria-labelledby': 'start-title' },
    h('h2', { id: 'start-title' }, t('start.title')),
    brief,
    modeChoice((mode) => choose(mode)),
    field('count', t('field.count'), '', count, presets),
    holdChoice('hold'),
    target.element,
    h(
      'details',
      { class: 'advanced' },
      h('summary', {}, t('start.advanced')),
      h('div', { class: 'fields' }, target.request ?? null, ...ADVANCED.map((name) => runField(name).element)),
    ),
    problem,
    h('div', { class: 'actions' }, submit, ceiling, change),
    h(
      'p',
      { class: 'muted' },
      t('start.or'),
      h('a', { href: '#/experiments' }, t('start.series')),
      t('start.address'),
    ),
  );

  /** @param {Mode} mode */
  function choose(mode) {
    presets.replaceChildren(
      ...(PRESETS[mode] ?? OTHER_PRESETS).map((n) =>
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'aria-label': t('start.preset', number(n)),
            onclick: () => {
              count.value = number(n);
              count.dispatchEvent(new Event('input', { bubbles: true }));
            },
          },
          number(n),
        ),
      ),
    );
    for (const help of form.querySelectorAll('#h-mode')) help.textContent = t(`mode_help.${mode}`);
    input(form, 'pool_size').disabled = mode !== 'pool';
  }

  /** Asks for what is filled in. @param {() => Promise<void>} ask */
  async function send(ask) {
    submit.disabled = ceiling.disabled = true;
    await attempt(form, problem, ask);
    submit.disabled = ceiling.disabled = false;
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(async () => started(await post('/runs', { ...specFrom(form), count: neededIn(form, 'count', boundsOf('count')) })));
  });
  ceiling.addEventListener('click', () =>
    send(async () => {
      const { count: _, hold: __, ...spec } = specFrom(form);
      if (input(form, 'pool_size').value.trim() === '') delete spec['pool_size']; // a held pool grows with its count
      const { id } = await post('/experiments', { kind: 'ceiling', ...spec });
      location.hash = `#/experiments/${id}`;
    }),
  );

  function unfold() {
    form.classList.remove('folded');
    count.focus();
  }

  function fold() {
    const mode = MODES.find((each) => each === input(form, 'mode').value) ?? 'thread';
    brief.textContent = t('start.brief', t(`mode.${mode}`), count.value, served(form));
    form.classList.add('folded');
  }

  /** The address has the form, and the tab for a screen that is come back to without it. */
  function keepForm() {
    const address = addressOf(form);
    history.replaceState(null, '', address);
    sessionStorage.setItem(KEPT, address);
  }

  choose(fillFromAddress(form, target));
  form.addEventListener('input', keepForm);
  const prediction = createPrediction(form, () => specFrom(form, boundsOf('pool_size').maximum));
  problem.before(prediction.element);
  const destroy = hub.on('link', (link) => {
    if (link !== 'open') return;
    takeBack(problem);
    prediction.ask();
  });
  return { element: form, fold, destroy };
}

/** @param {HTMLFormElement} form */
const served = (form) => t(input(form, 'hold').value === 'true' ? 'served.true' : 'served.false').toLocaleLowerCase();

/** The name of each, and what the chosen one means. @param {(mode: Mode) => void} chosen */
function modeChoice(chosen) {
  const cards = MODES.map((mode) =>
    h(
      'label',
      { class: 'mode', title: t(`mode_help.${mode}`) },
      h('input', {
        type: 'radio',
        name: 'mode',
        value: mode,
        checked: mode === 'thread',
        'aria-describedby': 'h-mode',
        onchange: () => chosen(mode),
      }),
      h('strong', {}, t(`mode.${mode}`)),
    ),
  );
  return h(
    'fieldset',
    { class: 'modes' },
    h('legend', {}, t('start.mode')),
    ...cards,
    h('small', { class: 'muted', id: 'h-mode' }),
    h('p', { class: 'error', id: 'e-mode' }),
  );
}

/** What is filled in, as POST /runs takes it; what is empty is left to the API's defaults, but for an address that is yet
 * to be typed: the default is another server. A pool that is to serve all at the same time has a thread for each.
 * @param {HTMLFormElement} form @param {number} [pool] the size of such a pool, where it is not to be the limit itself */
function specFrom(form, pool) {
  /** @type {Record<string, any>} */
  const spec = { mode: input(form, 'mode').value };
  /** @type {Record<string, number | undefined>} */
  const limits = {};
  for (const { name, schema } of FIELDS.filter(({ name }) => name !== 'mode')) {
    const control = input(form, name);
    if (control.disabled || (control.value === '' && name !== 'target')) continue;
    if (name.startsWith('limits.')) limits[name.slice('limits.'.length)] = numberIn(form, name, boundsOf(name));
    else if (schema.type === 'integer') spec[name] = numberIn(form, name, boundsOf(name));
    else if (schema.type !== 'boolean') spec[name] = textOf(name, control.value);
    else if (control.value === 'true') spec[name] = true;
  }
  if (Object.keys(limits).length) spec['limits'] = limits;
  if (spec['mode'] === 'pool' && spec['hold']) spec['pool_size'] ??= pool ?? spec['count'];
  return spec;
}

/* The address carries the form, so that a run can be sent to a colleague: #/?mode=thread&count=5000&limits.nofile=64 */

/** @param {HTMLFormElement} form */
function addressOf(form) {
  try {
    const spec = specFrom(form);
    if (input(form, 'pool_size').value === '') delete spec['pool_size'];
    return addressOfSpec(spec);
  } catch {
    return location.hash; // no number, or no escape: nothing to carry
  }
}

/** The address of the form with a run filled in; what is as by default is left out. @param {Record<string, any>} spec */
export function addressOfSpec({ limits, ...plain }) {
  const isUsual = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    value === null || value === undefined || value === '' || boundsOf(name).default === value ||
    (boundsOf(name).minimum === 0 && value === 0) || (name === 'pool_size' && plain['mode'] !== 'pool');
  const pairs = [...Object.entries(plain), ...namedLimits(limits)]
    .filter(([name, value]) => !isUsual(String(name), value))
    .map(([name, value]) => [name, String(value)]);
  return `#/?${new URLSearchParams(pairs)}`;
}

/** Whether the address has the form filled in. */
export const isFilledIn = () => location.hash.startsWith('#/?');

/** Returns the mode. @param {HTMLFormElement} form @param {ReturnType<typeof createTargetChoice>} target @returns {Mode} */
function fillFromAddress(form, target) {
  const address = isFilledIn() ? location.hash : (sessionStorage.getItem(KEPT) ?? '');
  const given = new URLSearchParams(/^#\/\?(.*)$/.exec(address)?.[1] ?? '');
  const mode = MODES.find((m) => m === given.get('mode')) ?? 'thread';
  input(form, 'mode').value = mode;
  target.show(given.get('target') ?? 'builtin');
  target.update();
  for (const { name, schema } of FIELDS.filter(({ name }) => name !== 'mode' && name !== 'target')) {
    const value = given.get(name);
    const control = input(form, name);
    if (value === null) continue;
    control.value = isBytes(name) ? escaped(value) : schema.type === 'integer' && /^\d+$/.test(value) ? number(Number(value)) : value;
    const folded = control instanceof HTMLElement ? control.closest('details') : null;
    if (folded) folded.open = true;
  }
  target.update();
  return mode;
}
