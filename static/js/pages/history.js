/** The runs that were: newest first, to filter, open, compare, download and delete. */

import { downloadClick, get, messageOf, patch } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { isNews, isOver, number, rate, when } from '../core/format.js';
import { t } from '../core/language.js';
import { MODES, STATUSES } from '../core/contract.js';
import { badge } from './progress.js';
import { createUndo } from '../core/undo.js';

/** @typedef {import('../core/types').Run} Run */

/** As many runs at most are compared at once. */
export const COMPARE_MOST = 12;

/** `sort`: what the panel calls it. @type {{ text: string, title: string, number?: boolean, sort?: string }[]} */
const COLUMNS = [
  { text: t('compare'), title: t('history.choose') },
  { text: t('run'), title: t('history.run_help'), number: true, sort: 'id' },
  { text: t('when'), title: t('history.when_help') },
  { text: t('mode.title'), title: t('history.mode_help'), sort: 'mode' },
  { text: t('field.count'), title: t('history.count_help'), number: true, sort: 'count' },
  { text: t('completed'), title: t('history.completed_help'), number: true, sort: 'completed' },
  { text: t('failed'), title: t('failed.help'), number: true, sort: 'failed' },
  { text: t('status.title'), title: t('history.status_help'), sort: 'status' },
  { text: t('rate.title'), title: t('history.rate_help'), number: true, sort: 'clients_per_s' },
  { text: t('field.label'), title: t('history.label_help'), sort: 'label' },
  { text: t('history.change'), title: t('history.change_help') },
];

/** In another order than newest first, new runs come with the next look at the list. */
const LOOK_MS = 1000;

/** @param {import('../core/types').Hub} hub */
export function createHistory(hub) {
  /** @type {Map<number, Run>} */
  const runs = new Map();
  /** @type {Set<number>} */
  const chosen = new Set();
  /** Where the next page begins: an id, or a place in a sorted list. @type {number | string | null} */
  let next = null;
  /** @type {{ by: string, order: 'asc' | 'desc' }} */
  let sorted = { by: 'id', order: 'desc' };
  const newestFirst = () => sorted.by === 'id' && sorted.order === 'desc';
  const undo = createUndo(
    (id) => t('history.deleted', id),
    (id) => `/runs/${id}`,
    () => load(null),
  );

  const mode = select('mode', MODES.map((m) => ({ value: m, text: m })));
  const status = select('status', STATUSES.map((s) => ({ value: s, text: t(`status.${s}`) })));
  const search = h('input', { id: 'history-label', type: 'search', placeholder: t('any'), size: 12 });
  const csv = h('a', { class: 'button quiet', download: 'runs.csv', onclick: downloadClick }, t('history.csv'));
  const compare = h('a', { class: 'button primary' }, t('compare'));
  const problem = h('p', { class: 'error', role: 'alert' });
  const headings = COLUMNS.map((column) => ({ ...column, control: column.sort ? sorter(column.text, column.sort) : undefined }));
  const list = table(t('runs'), headings, []);
  const body = /** @type {HTMLTableSectionElement} */ (list.querySelector('tbody'));
  const empty = h('p', { class: 'empty', hidden: true }, t('history.empty'));
  const more = h('button', { class: 'quiet', hidden: true, onclick: () => load(next) }, t('load_more'));
  const element = h(
    'section',
    { class: 'card history', 'aria-labelledby': 'history-title' },
    h(
      'div',
      { class: 'row' },
      h('h2', { id: 'history-title' }, t('history.title')),
      h('span', { class: 'space' }),
      labelled(t('mode.title'), mode),
      labelled(t('status.title'), status),
      labelled(t('field.label'), search),
      csv,
      compare,
    ),
    problem,
    undo.element,
    list,
    empty,
    h('div', { class: 'actions' }, more),
  );

  function filters() {
    const query = new URLSearchParams();
    if (mode.value) query.set('mode', mode.value);
    if (status.value) query.set('status', status.value);
    if (search.value.trim()) query.set('q', search.value.trim());
    return query;
  }

  /** @param {Run} run */
  function matches(run) {
    return (
      (!mode.value || run.mode === mode.value) &&
      (!status.value || run.status === status.value) &&
      (run.label ?? '').toLowerCase().includes(search.value.trim().toLowerCase())
    );
  }

  /** @param {string} text @param {string} by */
  function sorter(text, by) {
    return h('button', { type: 'button', class: 'sort', 'data-sort': by, onclick: () => sort(by) }, text);
  }

  /** Again by the same column: the other way round. @param {string} by */
  function sort(by) {
    const other = sorted.by === by && sorted.order === 'desc' ? 'asc' : 'desc';
    sorted = { by, order: other };
    markSorted();
    load(null);
  }

  function markSorted() {
    for (const button of list.querySelectorAll('[data-sort]')) {
      const way = button.getAttribute('data-sort') === sorted.by ? `${sorted.order}ending` : null;
      if (way) button.closest('th')?.setAttribute('aria-sort', way);
      else button.closest('th')?.removeAttribute('aria-sort');
    }
  }

  /** What the panel is asked for, without where the page begins. */
  function asks() {
    const query = filters();
    if (!newestFirst()) {
      query.set('sort', sorted.by);
      query.set('order', sorted.order);
    }
    return query;
  }

  /** @param {number | string | null} after where the page begins; null: the first */
  async function load(after) {
    problem.textContent = '';
    const query = asks();
    const asked = String(query);
    csv.href = `/runs.csv?${query}`;
    if (after !== null) query.set(newestFirst() ? 'before' : 'after', String(after));
    try {
      const page = await get(`/runs?${query}`);
      if (asked !== String(asks())) return;
      const known = new Map(runs); // an answer may come later than what it tells is true: the stream was faster
      if (after === null) clear();
      for (const run of page.runs) {
        const old = known.get(run.id);
        put(old && !isNews(old, run) ? old : run);
      }
      next = newestFirst() ? page.next : page.next_after ?? null;
      more.hidden = next === null;
      empty.hidden = runs.size > 0;
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  function clear() {
    runs.clear();
    body.replaceChildren();
  }

  /** @param {Run} run */
  function put(run) {
    const old = body.querySelector(`[data-run="${run.id}"]`);
    if (undo.has(run.id)) return;
    runs.set(run.id, run);
    const row = rowOf(run);
    if (old) return old.replaceWith(row);
    if (!newestFirst()) return body.append(row);
    const older = [...body.rows].find((r) => Number(r.dataset['run']) < run.id);
    body.insertBefore(row, older ?? null);
  }

  /** @param {number} id */
  function drop(id) {
    runs.delete(id);
    chosen.delete(id);
    body.querySelector(`[data-run="${id}"]`)?.remove();
    empty.hidden = runs.size > 0;
    drawCompare();
  }

  /** @param {Run} run */
  function rowOf(run) {
    const { id, totals } = run;
    const name = h('a', { href: `#/runs/${id}` }, String(id));
    const choose = h('input', {
      type: 'checkbox',
      'aria-label': t('history.compare', id),
      checked: chosen.has(id),
      onchange: (event) => {
        if (event.target.checked) chosen.add(id);
        else chosen.delete(id);
        drawCompare();
      },
    });
    const erase = h(
      'button',
      {
        class: 'quiet',
        'aria-label': t('history.delete', id),
        disabled: run.status === 'running',
        onclick: () => {
          undo.begin(id);
          drop(id);
        },
      },
      t('delete'),
    );
    const label = h('td', { class: 'label' }, run.label ?? '');
    const rename = h(
      'button',
      {
        class: 'quiet',
        'aria-label': t('history.rename_number', id),
        disabled: run.status === 'running',
        onclick: () => editLabel(run, label),
      },
      t('history.rename'),
    );
    const over = isOver(run);
    const numbers = (/** @type {string} */ text, kind = '') => h('td', { class: `number ${kind}` }, text);
    return h(
      'tr',
      { 'data-run': id },
      h('td', {}, choose),
      h('td', { class: 'number' }, name),
      h('td', {}, when(run.created_at).replace(' UTC', '')),
      h('td', {}, run.mode),
      numbers(number(run.count)),
      numbers(over ? number(totals.completed) : '–'),
      numbers(over ? number(totals.failed) : '–', over && totals.failed ? 'bad' : ''),
      h('td', {}, badge(run)),
      numbers(over ? rate(run.clients_per_s) : '–'),
      label,
      h('td', {}, rename, ' ', erase),
    );
  }

  /** In place: Enter keeps it, Escape leaves it as it was. @param {Run} run @param {HTMLElement} cell */
  function editLabel(run, cell) {
    const input = h('input', { value: run.label ?? '', maxlength: 120, 'aria-label': t('history.label_of', run.id) });
    const form = h('form', { class: 'inline' }, input, h('button', { class: 'quiet' }, t('save')));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        put(await patch(`/runs/${run.id}`, { label: input.value.trim() }));
      } catch (error) {
        problem.textContent = messageOf(error);
      }
    });
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') put(run);
    });
    cell.replaceChildren(form);
    input.select();
  }

  let looking = 0;
  function lookSoon() {
    looking ||= setTimeout(() => {
      looking = 0;
      load(null);
    }, LOOK_MS);
  }

  function drawCompare() {
    const ids = [...chosen].sort((a, b) => a - b).slice(0, COMPARE_MOST);
    compare.textContent = ids.length < 2 ? t('history.compare_none') : t('history.compare_some', ids.length);
    compare.classList.toggle('off', ids.length < 2);
    if (ids.length < 2) compare.removeAttribute('href');
    else compare.href = `#/compare?runs=${ids.join(',')}`;
  }

  /** @param {Run} run a run that is new or has changed */
  function update(run) {
    if (!isNews(runs.get(run.id), run)) return;
    if (!newestFirst() && !runs.has(run.id)) return lookSoon();
    if (matches(run)) put(run);
    else if (runs.has(run.id)) drop(run.id);
    empty.hidden = runs.size > 0;
  }

  let typing = 0;
  mode.addEventListener('change', () => load(null));
  status.addEventListener('change', () => load(null));
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => load(null), 250);
  });
  const ends = [
    hub.on('run', (data) => ('deleted' in data ? drop(data.id) : update(data))),
    hub.on('link', (link) => {
      if (link === 'open' && next === null) load(null);
    }),
  ];
  drawCompare();
  markSorted();
  load(null);
  return {
    element,
    update,
    destroy() {
      ends.forEach((end) => end());
      clearTimeout(looking);
      undo.finish();
    },
  };
}

/** @param {string} name @param {{ value: string, text: string }[]} choices beside any */
function select(name, choices) {
  const options = [{ value: '', text: t('any') }, ...choices].map(({ value, text }) => h('option', { value }, text));
  return h('select', { id: `history-${name}` }, ...options);
}

/** @param {string} text @param {HTMLElement} control */
function labelled(text, control) {
  return h('label', { class: 'inline', for: control.id }, text, ' ', control);
}
