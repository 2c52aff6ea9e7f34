/** The fields of forms: controls with their label and help, and the errors at them. */

import { ApiError, messageOf } from '../core/api.js';
import { FIELDS } from '../core/contract.js';
import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { language, named, t } from '../core/language.js';
import { readNumber, readNumbers } from '../core/numbers.js';

/** @typedef {typeof FIELDS[number]} Field */

/** A control with its label, help and room for an error.
 * @param {string} name @param {string} label @param {string} help @param {HTMLInputElement | HTMLSelectElement} control
 * @param {...Node} after */
export function field(name, label, help, control, ...after) {
  control.setAttribute('aria-describedby', `h-${name} e-${name}`);
  return h(
    'div',
    { class: control.type === 'checkbox' ? 'field check' : 'field' },
    h('label', { for: control.id }, label),
    control,
    ...after,
    h('small', { class: 'muted', id: `h-${name}`, hidden: help === '' }, help),
    h('p', { class: 'error', id: `e-${name}` }),
  );
}

/** The field of a run. @param {Field['name']} name @param {string} [prefix] of the names in its form */
export function runField(name, prefix = '') {
  const row = /** @type {Field} */ (FIELDS.find((field) => field.name === name));
  const key = /** @type {Exclude<Field['name'], 'mode'>} */ (name);
  const control = row.schema.enum ? select(row, prefix) : typed(row, prefix);
  return { control, element: field(prefix + name, t(`field.${key}`), t(`field_help.${key}`), control) };
}

/** What holds when nothing is filled in. @param {Field} field */
function hintOf({ name, schema }) {
  if (name === 'pool_size') return t('start.pool_hint');
  if (typeof schema.default === 'number') return number(schema.default);
  return String(schema.default ?? (schema.minimum === 0 ? 0 : t('start.unchanged')));
}

/** Whether it may have any byte, and is typed with escapes. @param {string} name */
export const isBytes = (name) => name === 'send' || name === 'expect';

/** @param {Field} field @param {string} prefix */
function typed(field, prefix) {
  const { name, schema } = field;
  return h('input', {
    id: `f-${prefix}${name}`,
    name: prefix + name,
    type: 'text',
    placeholder: hintOf(field),
    autocomplete: 'off',
    maxlength: isBytes(name) ? null : schema.maxLength,
    inputmode: schema.type === 'integer' ? 'numeric' : null,
  });
}

/** @param {Field} field @param {string} prefix */
function select({ name, schema }, prefix) {
  const options = schema.enum?.map((value) => h('option', { value }, named(`${name}.${value}`, value))) ?? [];
  return h('select', { id: `f-${prefix}${name}`, name: prefix + name }, ...options);
}

/** Whether the clients are served at the same time: the two choices, and what the chosen one means.
 * @param {string} name of the controls */
export function holdChoice(name) {
  const values = /** @type {const} */ (['false', 'true']);
  const choices = values.map((value) =>
    h(
      'label',
      { class: 'inline' },
      h('input', { type: 'radio', name, value, checked: value === 'false', 'aria-describedby': `h-${name}-${value}` }),
      t(`served.${value}`),
    ),
  );
  const help = values.map((value) => h('small', { class: `muted when-${value}`, id: `h-${name}-${value}` }, t(`served_help.${value}`)));
  return h(
    'fieldset',
    { class: 'modes served' },
    h('legend', {}, t('field.hold')),
    h('div', { class: 'row' }, ...choices),
    ...help,
    h('p', { class: 'error', id: `e-${name}` }),
  );
}

/** Of several radio buttons with one name, all of them: their `value` is that of the chosen one.
 * @param {HTMLFormElement} form @param {string} name */
export function input(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** A field that cannot be read, with what is wrong in the page's words. @param {string} name @param {string} message */
const unreadable = (name, message) => new ApiError(0, 'unreadable', name, message);

/** The number in a field that may not be empty. Throws what is to be shown at the field.
 * @param {HTMLFormElement} form @param {string} name @param {{ minimum?: number, maximum?: number }} [bounds] */
export function neededIn(form, name, bounds) {
  const value = readNumber(input(form, name).value, bounds);
  if (typeof value === 'string') throw unreadable(name, value);
  return value;
}

/** The number in a field; undefined when it is empty. @param {HTMLFormElement} form @param {string} name
 * @param {{ minimum?: number, maximum?: number }} [bounds] */
export const numberIn = (form, name, bounds) => (input(form, name).value.trim() === '' ? undefined : neededIn(form, name, bounds));

/** The numbers in a field that takes several. @param {HTMLFormElement} form @param {string} name
 * @param {{ minimum?: number, maximum?: number }} [bounds] */
export function numbersIn(form, name, bounds) {
  const values = readNumbers(input(form, name).value, bounds);
  if (typeof values === 'string') throw unreadable(name, values);
  return values;
}

/** The bounds of a field of a run. @param {string} name */
export const boundsOf = (name) => FIELDS.find((field) => field.name === name)?.schema ?? {};

/** What is wrong, in the page's words: the panel has its own in English alone. @param {unknown} error */
export function problemOf(error) {
  if (!(error instanceof ApiError) || error.status === 0) return messageOf(error);
  const key = [`refused.${error.field}.${error.code}`, `refused.${error.field}`, `refused.${error.code}`].find((each) => named(each, '') !== '') ?? 'refused';
  return t(/** @type {import('../core/language.js').Key} */ (key), error.message);
}

/** Shows what is wrong where no field is to blame. @param {HTMLElement} problem @param {unknown} error */
export function tell(problem, error) {
  problem.textContent = problemOf(error);
  problem.toggleAttribute('data-unreachable', error instanceof ApiError && error.code === 'unreachable');
}

/** Koneksi answers: that it does not is true no more. @param {HTMLElement} problem */
export function takeBack(problem) {
  if (problem.matches('[data-unreachable]')) problem.textContent = '';
}

/** Asks with what a form holds, and shows what is wrong with it at the field, or else at `problem`.
 * @param {HTMLFormElement} form @param {HTMLElement} problem @param {() => Promise<void>} ask
 * @param {string} [prefix] of the names of the form's fields */
export async function attempt(form, problem, ask, prefix = '') {
  clearErrors(form);
  problem.textContent = '';
  try {
    await ask();
  } catch (error) {
    const field = error instanceof ApiError ? error.field : null;
    const name = field && (field.startsWith(prefix) ? field : `${prefix}${field}`);
    if (!name || !showError(form, name, problemOf(error))) tell(problem, error);
  }
}

/** A number of one language may be another one in the next. */
const KEPT = `koneksi-form-${language}-`;

/** Keeps what is filled in while other screens are shown, and for as long as the tab lives. Returns whether there was
 * something, and what forgets it.
 * @param {HTMLFormElement} form @param {string} key */
export function keep(form, key) {
  const controls = () =>
    [...form.elements].filter((c) => c instanceof HTMLInputElement || c instanceof HTMLSelectElement);
  const kept = JSON.parse(sessionStorage.getItem(KEPT + key) ?? '[]');
  const isKept = kept.length === controls().length;
  if (isKept)
    controls().forEach((control, i) => {
      if (control instanceof HTMLInputElement && control.matches('[type=checkbox], [type=radio]')) control.checked = kept[i];
      else putBack(control, kept[i]);
    });
  form.addEventListener('input', () => {
    const values = controls().map((c) => (c.matches('[type=checkbox], [type=radio]') ? /** @type {any} */ (c).checked : c.value));
    sessionStorage.setItem(KEPT + key, JSON.stringify(values));
  });
  return { isKept, forget: () => sessionStorage.removeItem(KEPT + key) };
}

/** A list may not have been filled yet. @param {HTMLInputElement | HTMLSelectElement} control @param {string} value */
function putBack(control, value) {
  control.value = value;
  if (control instanceof HTMLSelectElement && control.value !== value) control.add(new Option(value, value, false, true));
}

/** @param {HTMLFormElement} form */
function clearErrors(form) {
  for (const place of form.querySelectorAll('[id^="e-"]')) place.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/** Returns false when the form has no such field.
 * @param {HTMLFormElement} form @param {string} name @param {string} message */
function showError(form, name, message) {
  const place = form.querySelector(`[id="e-${CSS.escape(name)}"]`);
  const control = form.querySelector(`[name="${CSS.escape(name)}"]`);
  form.classList.remove('folded');
  if (!place || !(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return false;
  place.textContent = message;
  control.setAttribute('aria-invalid', 'true');
  const folded = control.closest('details');
  if (folded) folded.open = true;
  control.focus();
  return true;
}
