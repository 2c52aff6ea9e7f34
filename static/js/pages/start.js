/** The start form: asks for a run, and shows the API's errors at the field that they are about. */

import { ApiError, messageOf, post } from '../core/api.js';
import { FIELDS, MODES } from '../core/contract.js';
import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { named, t } from '../core/language.js';
import { createPrediction, namedLimits } from './predict.js';

/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {typeof FIELDS[number]} Field */

/** The counts of the classic experiment, and for a mode that it does not have a small and a large one.
 * @type {Partial<Record<Mode, number[]>>} */
const PRESETS = { thread: [50, 500, 4500, 5000], pool: [100, 5000, 500000], process: [100, 5000] };
const OTHER_PRESETS = [5000, 500000];

/** Those that are not shown at once. */
const ADVANCED = FIELDS.filter(({ name }) => name !== 'mode' && name !== 'count');

/** @param {(run: import('../core/types').Run) => void} started */
export function createStartForm(started) {
  const count = h('input', { id: 'f-count', name: 'count', type: 'number', value: 500, inputmode: 'numeric' });
  const presets = h('div', { class: 'presets', role: 'group', 'aria-label': t('start.presets') });
  const problem = h('p', { class: 'error', role: 'alert' });
  const submit = h('button', { class: 'primary', type: 'submit' }, t('start.button'));
  const ceiling = h(
    'button',
    { class: 'quiet', type: 'button', title: t('start.ceiling_help') },
    t('ceiling.find'),
  );
  const form = h(
    'form',
    { class: 'card start', novalidate: true, 'aria-labelledby': 'start-title' },
    h('h2', { id: 'start-title' }, t('start.title')),
    h(
      'p',
      { class: 'muted' },
      t('start.help'),
    ),
    modeChoice((mode) => choose(mode)),
    field('count', t('field.count'), t('field_help.count'), count, presets),
    advanced(),
    problem,
    h('div', { class: 'actions' }, submit, ceiling),
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
              count.value = String(n);
              count.dispatchEvent(new Event('input', { bubbles: true }));
            },
          },
          number(n),
        ),
      ),
    );
    input(form, 'pool_size').disabled = mode !== 'pool';
  }

  /** Asks for what is filled in. @param {() => Promise<void>} ask */
  async function attempt(ask) {
    clearErrors(form);
    problem.textContent = '';
    submit.disabled = ceiling.disabled = true;
    try {
      await ask();
    } catch (error) {
      const name = error instanceof ApiError ? error.field : null;
      if (!name || !showError(form, name, messageOf(error))) problem.textContent = messageOf(error);
    } finally {
      submit.disabled = ceiling.disabled = false;
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(async () => started(await post('/runs', specFrom(form))));
  });
  ceiling.addEventListener('click', () =>
    attempt(async () => {
      const { count: _, ...spec } = specFrom(form);
      const { id } = await post('/experiments', { kind: 'ceiling', ...spec });
      location.hash = `#/experiments/${id}`;
    }),
  );
  choose(fillFromAddress(form));
  form.addEventListener('input', () => history.replaceState(null, '', addressOf(form)));
  problem.before(createPrediction(form, () => specFrom(form)));
  return form;
}

/** @param {(mode: Mode) => void} chosen */
function modeChoice(chosen) {
  const cards = MODES.map((mode) =>
    h(
      'label',
      { class: 'mode' },
      h('input', {
        type: 'radio',
        name: 'mode',
        value: mode,
        checked: mode === 'thread',
        onchange: () => chosen(mode),
      }),
      h('span', {}, h('strong', {}, t(`mode.${mode}`)), h('small', {}, t(`mode_help.${mode}`))),
    ),
  );
  return h(
    'fieldset',
    { class: 'modes' },
    h('legend', {}, t('start.mode')),
    ...cards,
    h('p', { class: 'error', id: 'e-mode' }),
  );
}

/** A control with its label, help and room for an error.
 * @param {string} name @param {string} label @param {string} help @param {HTMLInputElement | HTMLSelectElement} control
 * @param {Node | null} [after] */
export function field(name, label, help, control, after = null) {
  control.setAttribute('aria-describedby', `h-${name} e-${name}`);
  return h(
    'div',
    { class: control.type === 'checkbox' ? 'field check' : 'field' },
    h('label', { for: control.id }, label),
    control,
    after,
    h('small', { class: 'muted', id: `h-${name}` }, help),
    h('p', { class: 'error', id: `e-${name}` }),
  );
}

function advanced() {
  const fields = ADVANCED.map((row) =>
    field(row.name, t(`field.${name(row)}`), t(`field_help.${name(row)}`), row.schema.enum ? select(row) : typed(row)),
  );
  return h('details', {}, h('summary', {}, t('start.advanced')), h('div', { class: 'fields' }, ...fields));
}

/** @param {Field} field */
const name = (field) => /** @type {Exclude<Field['name'], 'mode'>} */ (field.name);

/** What holds when nothing is filled in. @param {Field} field */
function hintOf({ name, schema }) {
  if (name === 'pool_size') return t('start.pool_hint');
  if (schema.type === 'boolean') return '';
  return String(schema.default ?? (schema.minimum === 0 ? 0 : t('start.unchanged')));
}

const INPUTS = { boolean: 'checkbox', integer: 'number', string: 'text' };

/** @param {Field} field */
function typed(field) {
  const { name, schema } = field;
  return h('input', {
    id: `f-${name}`,
    name,
    type: INPUTS[/** @type {keyof typeof INPUTS} */ (schema.type)],
    placeholder: hintOf(field),
    autocomplete: 'off',
    maxlength: schema.maxLength,
    inputmode: schema.type === 'integer' ? 'numeric' : null,
  });
}

/** @param {Field} field */
function select({ name, schema }) {
  const options = schema.enum?.map((value) => h('option', { value }, named(`${name}.${value}`, value))) ?? [];
  return h('select', { id: `f-${name}`, name }, ...options);
}

/** @param {HTMLFormElement} form @param {string} name */
function input(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** What was filled in, as POST /runs takes it; what was left empty is left to the API's defaults.
 * @param {HTMLFormElement} form */
function specFrom(form) {
  /** @type {Record<string, unknown>} */
  const spec = { mode: new FormData(form).get('mode') };
  /** @type {Record<string, number>} */
  const limits = {};
  for (const { name, schema } of FIELDS.filter(({ name }) => name !== 'mode')) {
    const control = input(form, name);
    const checkbox = schema.type === 'boolean';
    if (control.validity.badInput) throw new ApiError(0, 'invalid_field', name, t('start.whole'));
    if (control.disabled || (checkbox ? !control.checked : control.value.trim() === '')) continue;
    if (name.startsWith('limits.')) limits[name.slice('limits.'.length)] = control.valueAsNumber;
    else spec[name] = checkbox ? true : schema.type === 'integer' ? control.valueAsNumber : control.value.trim();
  }
  if (Object.keys(limits).length) spec.limits = limits;
  return spec;
}

/* The address carries the form, so that a run can be sent to a colleague: #/?mode=thread&count=5000&limits.nofile=64 */

/** @param {HTMLFormElement} form */
function addressOf(form) {
  /** @type {Record<string, unknown>} */
  let spec = {};
  try {
    spec = specFrom(form);
  } catch {
    return location.hash; // not a number: nothing to carry
  }
  const { limits, ...plain } = spec;
  const isUsual = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    FIELDS.some((field) => field.name === name && field.schema.enum !== undefined && field.schema.default === value);
  const pairs = [...Object.entries(plain), ...namedLimits(/** @type {any} */ (limits))]
    .filter(([name, value]) => !isUsual(String(name), value))
    .map(([name, value]) => [name, String(value)]);
  return `#/?${new URLSearchParams(pairs)}`;
}

/** Returns the mode. @param {HTMLFormElement} form @returns {Mode} */
function fillFromAddress(form) {
  const given = new URLSearchParams(/^#\/\?(.*)$/.exec(location.hash)?.[1] ?? '');
  const mode = MODES.find((m) => m === given.get('mode')) ?? 'thread';
  for (const radio of form.querySelectorAll('[name="mode"]'))
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === mode;
  for (const { name, schema } of FIELDS.filter(({ name }) => name !== 'mode')) {
    const value = given.get(name);
    const control = input(form, name);
    if (value === null) continue;
    if (schema.type === 'boolean') control.checked = value === 'true';
    else control.value = value;
    const folded = control.closest('details');
    if (folded) folded.open = true;
  }
  return mode;
}

/** @param {HTMLFormElement} form */
export function clearErrors(form) {
  for (const place of form.querySelectorAll('[id^="e-"]')) place.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/** Returns false when the form has no such field.
 * @param {HTMLFormElement} form @param {string} name @param {string} message */
export function showError(form, name, message) {
  const place = form.querySelector(`[id="e-${CSS.escape(name)}"]`);
  const control = form.querySelector(`[name="${CSS.escape(name)}"]`);
  if (!place || !(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return false;
  place.textContent = message;
  control.setAttribute('aria-invalid', 'true');
  const folded = control.closest('details');
  if (folded) folded.open = true;
  control.focus();
  return true;
}
