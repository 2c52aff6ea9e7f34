/** The whole history. What it shows is in its address, in the names of GET /runs, so that Back, a reload and a link to it
 * show the same: #/history?mode=thread&status=completed&sort=count&order=asc */

import { get, messageOf } from '../core/api.js';
import { MODES, STATUSES, STOPPERS } from '../core/contract.js';
import { h } from '../core/dom.js';
import { modeName, number, plural, reasonName } from '../core/format.js';
import { t } from '../core/language.js';
import { createHistory, firstPageOf } from './history.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Hub} Hub */

/** Upper and lower case are one, of the letters that the panel knows in both. @param {string} text */
const folded = (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a run has what a filter of the panel asks for, by its name. @type {Record<string, (run: Run, value: string) => boolean>} */
const MATCHES = {
  mode: ({ mode }, value) => mode === value,
  status: ({ status }, value) => status === value,
  q: ({ label = '' }, value) => folded(label).includes(folded(value)),
  hold: ({ hold }, value) => String(hold) === value,
  target: ({ target }, value) => target === value,
  host: ({ host }, value) => host?.name === value,
  verdict: ({ verdict }, value) => verdict?.name === value,
  experiment: ({ experiment }, value) => (value === 'any' || value === 'none' ? (experiment !== null) === (value === 'any') : String(experiment) === value),
};
/** What else the address may have. */
const PLACE = ['sort', 'order', 'before', 'after', 'limit'];

/** How long after the last letter the list is asked for. */
const TYPING_MS = 250;
/** Runs that come and go are counted at most so often. */
const COUNT_MS = 1000;

/** @param {string} search @returns {URLSearchParams} without what is empty or no part of it */
function queryOf(search) {
  const pairs = [...new URLSearchParams(search)].filter(([name, value]) => value !== '' && (name in MATCHES || PLACE.includes(name)));
  return new URLSearchParams(pairs);
}

/** What is counted: whatever the order, and wherever the page begins. @param {URLSearchParams} query */
const filtersIn = (query) => new URLSearchParams([...query].filter(([name]) => name in MATCHES));

/** @param {URLSearchParams} query */
const addressOf = (query) => (query.size > 0 ? `#/history?${query}` : '#/history');

/** @type {import('../core/types').Mount} */
export function mount(root, [search = ''], hub) {
  let query = queryOf(search);
  const next = h('a', { class: 'button quiet', hidden: true }, p('history.next'));
  const first = h('a', { class: 'button quiet', hidden: true }, p('history.first'));
  const total = createTotal(() => query);
  const filters = createFilters(query, change);
  const list = createHistory(hub, {
    query: () => new URLSearchParams(query),
    matches: (run) => [...query].every(([name, value]) => MATCHES[name]?.(run, value) ?? true),
    sort,
    loaded({ next: below, next_after: behind = null }) {
      drawPages(below, behind);
      filters.offer([...list.runs.values()]);
      list.empty.textContent = query.size > 0 ? p('history.none_match') : t('history.empty');
      total.count(list.list);
    },
    changed: () => total.countSoon(list.list),
  });

  /** A change of the filters begins at the first page. @param {string} name @param {string} value @param {boolean} isTyped */
  function change(name, value, isTyped) {
    const isNew = !isTyped || !query.has(name); // one step back undoes a word, not a letter
    query = firstPageOf(query);
    if (value) query.set(name, value);
    else query.delete(name);
    go(isNew);
  }

  /** Again by the same column: the other way round. @param {string} by */
  function sort(by) {
    const isDown = (query.get('sort') ?? 'id') === by && query.get('order') !== 'asc';
    query = firstPageOf(query);
    query.delete('sort');
    query.delete('order');
    if (isDown || by !== 'id') {
      query.set('sort', by);
      query.set('order', isDown ? 'asc' : 'desc');
    }
    go(true);
  }

  /** @param {boolean} isNew a step that Back undoes */
  function go(isNew) {
    history[isNew ? 'pushState' : 'replaceState'](null, '', addressOf(query));
    filters.show(query);
    list.load();
  }

  /** @param {number | null} below @param {string | null} behind */
  function drawPages(below, behind) {
    const following = new URLSearchParams(query);
    if (behind !== null) following.set('after', behind);
    else if (below !== null) following.set('before', String(below));
    next.hidden = behind === null && below === null;
    next.href = addressOf(following);
    first.hidden = !query.has('before') && !query.has('after');
    first.href = addressOf(firstPageOf(query));
  }

  list.tools.querySelector('.space')?.before(total.element);
  list.tools.after(filters.element);
  list.list.after(h('nav', { class: 'actions', 'aria-label': p('history.pages') }, first, next));
  root.append(h('h1', { class: 'for-readers', tabindex: -1 }, t('history.title')), list.element);
  filters.show(query);
  return () => {
    filters.destroy();
    total.destroy();
    list.destroy();
  };
}

/** "312 runs, 14 experiments; 25 shown" @param {() => URLSearchParams} query */
function createTotal(query) {
  const element = h('p', { class: 'muted total', role: 'status' });
  let counting = 0;
  let ended = false;

  /** @param {HTMLElement} list */
  async function count(list) {
    const asked = String(filtersIn(query()));
    try {
      const { runs, experiments } = await get(`/runs/count?${asked}`);
      if (ended || asked !== String(filtersIn(query()))) return;
      const shown = list.querySelectorAll('tbody tr:not([data-inner])').length;
      element.textContent = p('history.total', plural(runs, 'run'), plural(experiments, 'experiment'), number(shown));
    } catch (error) {
      element.textContent = messageOf(error);
    }
  }

  return {
    element,
    count,
    /** @param {HTMLElement} list */
    countSoon(list) {
      counting ||= setTimeout(() => {
        counting = 0;
        count(list);
      }, COUNT_MS);
    },
    destroy() {
      ended = true;
      clearTimeout(counting);
    },
  };
}

/** The controls of the filters. @param {URLSearchParams} query
 * @param {(name: string, value: string, isTyped: boolean) => void} change */
function createFilters(query, change) {
  let typing = 0;
  let waiting = ''; // the name of what was typed and is not asked for yet
  const of = query.get('experiment') ?? '';
  const single = /^\d+$/.test(of) ? [{ value: of, text: t('experiment.number', of) }] : [];
  const controls = /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */ ({
    mode: select('mode', MODES.map((m) => ({ value: m, text: modeName(m) }))),
    status: select('status', STATUSES.map((s) => ({ value: s, text: t(`status.${s}`) }))),
    hold: select('hold', [{ value: 'true', text: t('history.held') }, { value: 'false', text: t('history.in_turn') }]),
    experiment: select('experiment', [{ value: 'none', text: p('history.single') }, { value: 'any', text: p('history.of_experiments') }, ...single]),
    verdict: select('verdict', verdictChoices(query.get('verdict') ?? '')),
    target: typed('target', true),
    host: typed('host', true),
    q: typed('q'),
  });
  const clear = h('a', { href: '#/history', class: 'button quiet' }, p('history.clear'));
  const row = h(
    'div',
    { class: 'row' },
    labelled(t('mode.title'), controls['mode']),
    labelled(t('status.title'), controls['status']),
    labelled(t('hold'), controls['hold']),
    labelled(t('experiment'), controls['experiment']),
    labelled(t('stopped_by'), controls['verdict']),
    labelled(t('field.target'), controls['target']),
    labelled(t('history.host'), controls['host']),
    labelled(t('field.label'), controls['q']),
    clear,
  );
  const isWide = matchMedia('(min-width: 62rem)').matches;
  const element = h('details', { open: isWide || [...query.keys()].some((name) => name in controls) }, h('summary', {}, p('history.filter')), row, suggestions('target'), suggestions('host'));

  for (const [name, control] of Object.entries(controls))
    control.addEventListener('input', () => {
      if (waiting !== name) settle();
      if (control instanceof HTMLSelectElement) return change(name, control.value, false);
      waiting = name;
      clearTimeout(typing);
      typing = setTimeout(settle, TYPING_MS);
    });

  /** Asks for what was typed: at once when another filter is chosen, or it would be lost. */
  function settle() {
    clearTimeout(typing);
    const name = waiting;
    waiting = '';
    if (name) change(name, controls[name]?.value.trim() ?? '', true);
  }

  return {
    element,
    /** @param {URLSearchParams} query */
    show(query) {
      for (const [name, control] of Object.entries(controls))
        if (control !== document.activeElement) control.value = query.get(name) ?? '';
      clear.hidden = query.size === 0;
    },
    /** Suggests what the runs have that are shown. @param {Run[]} runs */
    offer(runs) {
      suggest(element, 'target', runs.map(({ target = '' }) => target));
      suggest(element, 'host', runs.map(({ host }) => host?.name ?? ''));
    },
    destroy: () => clearTimeout(typing),
  };
}

/** In the page's language, as the column has them; one that only another version knows stays chosen.
 * @param {string} chosen */
function verdictChoices(chosen) {
  const names = chosen && !STOPPERS.includes(chosen) ? [...STOPPERS, chosen] : STOPPERS;
  return names.map((value) => ({ value, text: reasonName(value), lang: reasonName(value) === value ? 'en' : null })).sort((a, b) => a.text.localeCompare(b.text));
}

/** @param {string} name @param {{ value: string, text: string, lang?: string | null }[]} choices beside any */
function select(name, choices) {
  const options = [{ value: '', text: t('any') }, ...choices].map(({ value, text, lang = null }) => h('option', { value, lang }, text));
  return h('select', { id: `history-${name}` }, ...options);
}

/** @param {string} name @param {boolean} [suggests] */
const typed = (name, suggests = false) =>
  h('input', { id: `history-${name}`, type: 'search', placeholder: t('any'), size: 12, maxlength: 255, list: suggests ? `history-${name}-list` : null });

/** @param {string} name */
const suggestions = (name) => h('datalist', { id: `history-${name}-list` });

/** @param {HTMLElement} place @param {string} name @param {string[]} values */
function suggest(place, name, values) {
  const options = [...new Set(values)].filter(Boolean).sort().map((value) => h('option', { value }));
  place.querySelector(`#history-${name}-list`)?.replaceChildren(...options);
}

/** @param {string} text @param {HTMLElement | undefined} control */
function labelled(text, control) {
  return h('label', { class: 'inline', for: control?.id }, text, ' ', control ?? '');
}
