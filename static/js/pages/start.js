/** The start form: asks for a run, and shows the API's errors at the field that they are about. */

import { ApiError, messageOf, post } from '../core/api.js';
import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { t } from '../core/language.js';
import { FIELDS, MODES } from './modes.js';
import { createPrediction, namedLimits } from './predict.js';

/** @typedef {import('../core/types').Mode} Mode */

/** @param {(run: import('../core/types').Run) => void} started */
export function createStartForm(started) {
  const count = h('input', { id: 'f-count', name: 'count', type: 'number', value: 500, inputmode: 'numeric' });
  const presets = h('div', { class: 'presets', role: 'group', 'aria-label': t('Classic counts') });
  const problem = h('p', { class: 'error', role: 'alert' });
  const submit = h('button', { class: 'primary', type: 'submit' }, t('Start run'));
  const ceiling = h(
    'button',
    { class: 'quiet', type: 'button', title: t('The largest number of clients served at the same time, whatever the count above is') },
    t('Find my ceiling'),
  );
  const form = h(
    'form',
    { class: 'card start', novalidate: true, 'aria-labelledby': 'start-title' },
    h('h2', { id: 'start-title' }, t('Start a run')),
    h(
      'p',
      { class: 'muted' },
      t('A run sends many clients to the TIME server. Each connects, asks for the time, reads the reply and closes.'),
    ),
    modeChoice((mode) => choose(mode)),
    field('count', t('Clients'), t('How many clients in all, 1 to 10,000,000.'), count, presets),
    advanced(),
    problem,
    h('div', { class: 'actions' }, submit, ceiling),
    h(
      'p',
      { class: 'muted' },
      t('Or a series of runs: '),
      h('a', { href: '#/experiments' }, t('a sweep or the classic experiment')),
      t('. The address of this page carries what is filled in.'),
    ),
  );

  /** @param {Mode} mode */
  function choose(mode) {
    const row = MODES.find((m) => m.mode === mode);
    presets.replaceChildren(
      ...(row?.presets ?? []).map((n) =>
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'aria-label': t('{0} clients', number(n)),
            onclick: () => {
              count.value = String(n);
              count.dispatchEvent(new Event('input', { bubbles: true }));
            },
          },
          number(n),
        ),
      ),
    );
    for (const { name, only } of FIELDS) if (only) input(form, name).disabled = only !== mode;
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
  const cards = MODES.map(({ mode, name, text }) =>
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
      h('span', {}, h('strong', {}, name), h('small', {}, text)),
    ),
  );
  return h(
    'fieldset',
    { class: 'modes' },
    h('legend', {}, t('Run the clients as')),
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
  const fields = FIELDS.map((row) => field(row.name, row.label, row.help, row.choices ? select(row) : typed(row)));
  return h('details', {}, h('summary', {}, t('Advanced')), h('div', { class: 'fields' }, ...fields));
}

/** @typedef {typeof FIELDS[number]} Field */

/** @param {Field} field */
function typed({ name, kind, hint }) {
  return h('input', {
    id: `f-${name}`,
    name,
    type: kind === 'check' ? 'checkbox' : kind,
    placeholder: hint,
    autocomplete: 'off',
    maxlength: name === 'label' ? 120 : null,
    inputmode: kind === 'number' ? 'numeric' : null,
  });
}

/** @param {Field} field */
function select({ name, choices }) {
  return h('select', { id: `f-${name}`, name }, ...(choices ?? []).map((c) => h('option', { value: c.value }, c.name)));
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
  for (const { name, kind } of [{ name: 'count', kind: 'number' }, ...FIELDS]) {
    const control = input(form, name);
    if (control.validity.badInput) throw new ApiError(0, 'invalid_field', name, t('Enter a whole number.'));
    if (control.disabled || (kind === 'check' ? !control.checked : control.value.trim() === '')) continue;
    if (name.startsWith('limits.')) limits[name.slice('limits.'.length)] = control.valueAsNumber;
    else spec[name] = kind === 'check' ? true : kind === 'number' ? control.valueAsNumber : control.value.trim();
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
    FIELDS.some((field) => field.name === name && field.choices?.[0]?.value === value);
  const pairs = [...Object.entries(plain), ...namedLimits(/** @type {any} */ (limits))]
    .filter(([name, value]) => !isUsual(String(name), value))
    .map(([name, value]) => [name, String(value)]);
  return `#/?${new URLSearchParams(pairs)}`;
}

/** Returns the mode. @param {HTMLFormElement} form @returns {Mode} */
function fillFromAddress(form) {
  const given = new URLSearchParams(/^#\/\?(.*)$/.exec(location.hash)?.[1] ?? '');
  const mode = MODES.find((m) => m.mode === given.get('mode'))?.mode ?? 'thread';
  for (const radio of form.querySelectorAll('[name="mode"]'))
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === mode;
  for (const { name, kind } of [{ name: 'count', kind: 'number' }, ...FIELDS]) {
    const value = given.get(name);
    const control = input(form, name);
    if (value === null) continue;
    if (kind === 'check') control.checked = value === 'true';
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
