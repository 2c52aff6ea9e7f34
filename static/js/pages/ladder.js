/** Under the start form: each limit that stops the run's clients once those before it are raised, and what would be if
 * limits had other values. */

import { ASSUMABLE } from '../core/contract.js';
import { h } from '../core/dom.js';
import { limitName, number } from '../core/format.js';
import { t } from '../core/language.js';
import { readNumber } from '../core/numbers.js';

/** @typedef {import('../core/types').Prediction} Prediction */
/** @typedef {Map<string, string>} Assumed values, by the parameters that take them */

/** @param {() => void} changed called when other values are assumed */
export function createLadder(changed) {
  /** @type {Assumed} */
  const assumed = new Map();
  const steps = h('ol');
  const which = h('select', { 'aria-label': t('limits.limit') }, ...ASSUMABLE.map(({ name, limit }) => h('option', { value: name }, limit)));
  const value = h('input', { id: 'f-what-if', 'aria-label': t('ladder.value'), 'aria-describedby': 'e-what-if', autocomplete: 'off', size: 10 });
  const problem = h('p', { class: 'error', id: 'e-what-if' });
  const others = h('p', { class: 'row' });
  const element = h('div', {}, steps, h('p', { class: 'row' }, t('ladder.what_if'), which, t('ladder.were'), value), problem, others);

  const nameOf = (/** @type {string} */ parameter) => ASSUMABLE.find(({ name }) => name === parameter)?.limit ?? parameter;

  /** What is assumed beside the limit that the field is about. */
  function drawOthers() {
    const rest = [...assumed].filter(([name]) => name !== which.value);
    others.replaceChildren(
      ...rest.map(([name, text]) =>
        h('button', { type: 'button', class: 'quiet', title: t('ladder.drop'), onclick: () => drop(name) }, `${nameOf(name)} = ${shown(text)} ×`),
      ),
    );
  }

  /** @param {string} name */
  function drop(name) {
    assumed.delete(name);
    drawOthers();
    changed();
  }

  value.addEventListener('input', (event) => {
    event.stopPropagation(); // it is no field of the run
    const read = valueOf(value.value);
    problem.textContent = typeof read === 'string' || read === null ? '' : read.problem;
    if (typeof read === 'string') assumed.set(which.value, read);
    else assumed.delete(which.value);
    changed();
  });
  value.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault(); // it would start the run that is only thought of
  });
  which.addEventListener('input', (event) => {
    event.stopPropagation();
    value.value = shown(assumed.get(which.value) ?? '');
    problem.textContent = '';
    drawOthers();
  });

  return {
    element,
    assumed,
    /** @param {Prediction} predicted @param {number} count */
    show({ ladder }, count) {
      const stopping = ladder.filter(({ needed }) => needed !== null);
      const lines = stopping.map(({ limit, needed, ...step }) =>
        t('ladder.step', number(step.ceiling), limitName({ ...step, name: limit }), number(count), number(needed)),
      );
      if (stopping.length < ladder.length) lines.push(t(stopping.length ? 'ladder.all' : 'ladder.none'));
      steps.replaceChildren(...lines.map((line) => h('li', {}, line)));
    },
  };
}

/** A value as the API takes it; null: none. @param {string} typed @returns {string | null | { problem: string }} */
function valueOf(typed) {
  const text = typed.trim();
  if (text === '') return null;
  if (text === 'unlimited' || text === t('unlimited')) return 'unlimited';
  const read = readNumber(text, { minimum: 1 });
  return typeof read === 'string' ? { problem: read } : String(read);
}

/** @param {string} value as the API takes it */
const shown = (value) => (value === 'unlimited' ? t('unlimited') : value === '' ? '' : number(Number(value)));
