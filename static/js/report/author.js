/** Who hands the report in: typed in on the page, printed at its top, and kept by the browser alone. */

import { h } from '../core/dom.js';
import { r } from './words.js';

const KEPT = 'koneksi-report-author';
const LONGEST = 120;

/** @type {['title' | 'name' | 'number' | 'course', string, string][]} the field, its label, and the browser's name for it */
const FIELDS = [
  ['title', r('fields.heading'), 'off'],
  ['name', r('fields.name'), 'name'],
  ['number', r('fields.number'), 'off'],
  ['course', r('fields.course'), 'off'],
];

/** @returns {Record<string, string>} */
function kept() {
  try {
    const author = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return Object.fromEntries(FIELDS.map(([name]) => [name, typeof author[name] === 'string' ? author[name].slice(0, LONGEST) : '']));
  } catch {
    return {};
  }
}

/** The fields, and the heading that shows what is in them.
 * @param {[name: string, value: string][]} facts what is known without the reader */
export function author(facts) {
  const values = kept();
  const title = h('h1');
  const list = h('dl', { class: 'author' });

  function show() {
    title.textContent = values['title'] || r('heading.title');
    document.title = [title.textContent, values['name']].filter(Boolean).join(' – ');
    const own = FIELDS.slice(1).flatMap(([name, label]) => (values[name] ? [[label, values[name] ?? '']] : []));
    list.replaceChildren(...[...own, ...facts].map(([name = '', value = '']) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
  }

  const inputs = FIELDS.map(([name, label, autocomplete]) => {
    const input = h('input', {
      id: `author-${name}`, value: values[name] ?? '', maxlength: LONGEST, autocomplete,
      placeholder: name === 'title' ? r('heading.title') : null,
      oninput: () => {
        values[name] = input.value.trim();
        localStorage.setItem(KEPT, JSON.stringify(values));
        show();
      },
    });
    return h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
  });
  show();
  return {
    heading: h('div', { class: 'title-block' }, title, list),
    fields: h('section', { class: 'card on-screen', 'aria-label': r('fields.title') }, h('h2', {}, r('fields.title')), h('p', { class: 'muted' }, r('fields.help')), h('div', { class: 'fields' }, ...inputs)),
  };
}
