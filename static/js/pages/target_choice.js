/** Whom the clients of a form connect to, and what they say: the built-in TIME server, a server that listens on
 * this machine, or another address; and the exchange, guessed from the server. */

import { ApiError, get } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { unescaped } from '../core/escapes.js';
import { number } from '../core/format.js';
import { named, t } from '../core/language.js';
import { field, input, isBytes, runField } from './fields.js';

/** @typedef {import('../core/types').Listener} Listener */

const BUILTIN = 'builtin';
const ANOTHER = 'another'; // never an address: it has no port

/** The fields that belong to one exchange. */
const ONLY_WITH = /** @type {const} */ ({ request: 'time', path: 'http', send: 'custom', expect: 'custom' });

/** All of a target. */
export const TARGET_FIELDS = ['target', 'exchange', ...Object.keys(ONLY_WITH)];

/** @param {Listener} listener */
function nameOf({ address, port, program }) {
  const name = program ?? t('start.unknown_program');
  return address.startsWith('127.0.0.1:') ? t('start.listener', name, port) : `${name}, ${address}`;
}

const PORT_MOST = 65_535;
const LIST_MOST = 256;

/** What is wrong with HOST:PORT or HOST:PORT-PORT; '': nothing. @param {string} entry */
function problemOf(entry) {
  const [, first, last = first] = /^.+:(\d+)(?:-(\d+))?$/.exec(entry) ?? [];
  if (first === undefined || last === undefined) return t('target.no_port');
  const wrong = [first, last].find((port) => Number(port) < 1 || Number(port) > PORT_MOST);
  if (wrong) return t('target.port', wrong, number(PORT_MOST));
  return Number(last) < Number(first) ? t('target.reversed', entry) : '';
}

/** @param {string} entry of a list without a problem */
function portsOf(entry) {
  const [first = 0, last = first] = entry.slice(entry.lastIndexOf(':') + 1).split('-').map(Number);
  return last - first + 1;
}

/** Throws what is wrong with an address or a list, as far as it can be seen without asking anybody. @param {string} address */
function checkAddress(address) {
  if (address === BUILTIN) return;
  const entries = address.split(',');
  const count = () => entries.reduce((sum, entry) => sum + portsOf(entry), 0);
  const twice = entries.find((entry, i) => entries.indexOf(entry) < i);
  const problem = entries.map(problemOf).find(Boolean) ?? (twice !== undefined ? t('target.twice', twice) : count() > LIST_MOST ? t('target.too_many', number(LIST_MOST)) : '');
  if (problem) throw new ApiError(0, 'unreadable', 'target', problem);
}

/** The text of a control: with its escapes read where it may have any byte. @param {string} name @param {string} typed */
export function textOf(name, typed) {
  if (name === 'target') checkAddress(typed.trim());
  if (!isBytes(name)) return typed.trim();
  const text = unescaped(typed);
  if (typeof text === 'string') return text;
  throw new ApiError(0, 'invalid_field', name, Number.isNaN(text) ? t('start.not_utf8') : t('start.escape', text));
}

/** What is chosen, as POST /experiments takes it. @param {HTMLFormElement} form @param {string} prefix */
export function targetIn(form, prefix) {
  const filled = TARGET_FIELDS.filter((name) => {
    const control = input(form, prefix + name);
    return control && !control.disabled && (control.value !== '' || name === 'target');
  });
  return Object.fromEntries(filled.map((name) => [name, textOf(name, input(form, prefix + name).value)]));
}

/** `request` is for another place of the form; `show` chooses a target that was given as text; `update` is called after
 * the fields were filled in. @param {string} [prefix] of the names in the form */
export function createTargetChoice(prefix = '') {
  /** @type {Listener[]} */
  let listeners = [];
  let isAsking = false;

  const here = h('optgroup', { label: t('start.on_this_machine') });
  const server = h(
    'select',
    { id: `f-${prefix}target` },
    h('option', { value: BUILTIN }, t('start.builtin')),
    here,
    h('option', { value: ANOTHER }, t('start.another')),
  );
  const address = h('input', {
    type: 'text',
    'aria-label': t('start.another_address'),
    'aria-describedby': `h-${prefix}target e-${prefix}target`,
    placeholder: '127.0.0.1:8080',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const target = field(`${prefix}target`, t('field.target'), t('field_help.target'), server, address);
  const exchange = runField('exchange', prefix);
  const only = Object.entries(ONLY_WITH).map(([name, of]) => ({
    of,
    ...runField(/** @type {keyof typeof ONLY_WITH} */ (name), prefix),
  }));
  const [request, ...others] = only.map(({ element }) => element);
  for (const element of [target, exchange.element, ...others]) element.classList.add('beside');
  exchange.control.title = t('field_help.exchange');

  /** Shows what applies to the choices. Of the two controls of the target the one in charge has its name. */
  function update() {
    const isAnother = server.value === ANOTHER;
    server.name = isAnother ? '' : `${prefix}target`;
    address.name = isAnother ? `${prefix}target` : '';
    address.hidden = !isAnother;
    for (const help of target.querySelectorAll('small')) help.hidden = !isAnother;
    for (const { of, control, element } of only) element.hidden = control.disabled = exchange.control.value !== of;
    const said = exchange.control.value;
    for (const help of exchange.element.querySelectorAll('small')) {
      setText(help, named(`exchange_help.${said}`, said));
      help.hidden = said === 'time'; // what the page is about needs no explanation
    }
  }

  /** @param {string} to */
  function guess(to) {
    const known = listeners.find((listener) => listener.address === to);
    if (known || to === BUILTIN) exchange.control.value = known?.exchange ?? 'time';
    update();
  }

  /** @param {string} to */
  function show(to) {
    const isListed = to === BUILTIN || listeners.some((listener) => listener.address === to);
    server.value = isListed ? to : ANOTHER;
    if (!isListed) address.value = to;
  }

  /** A server that was chosen stays in the list when it no longer listens. @param {Listener[]} found */
  function list(found) {
    const chosen = server.value;
    const gone = listeners.filter(({ address }) => address === chosen && !found.some((l) => l.address === address));
    listeners = [...found, ...gone];
    const options = listeners.map((each) => h('option', { value: each.address }, nameOf(each)));
    if (here.children.length && here.textContent === options.map((option) => option.text).join('')) return;
    for (const option of server.querySelectorAll(':scope > option:not(:first-child, :nth-of-type(2))')) option.remove();
    here.replaceChildren(...(options.length ? options : [h('option', { disabled: true, value: '' }, t('start.no_listeners'))]));
    if (chosen !== ANOTHER) show(chosen);
    else if (document.activeElement !== address) show(address.value);
    update();
  }

  /** Without the list an address can still be typed; what is wrong shows when the run is asked for. */
  async function refresh() {
    if (isAsking) return;
    isAsking = true;
    await get('/listeners').then(({ listeners: found }) => list(found), () => {});
    isAsking = false;
  }

  for (const event of ['focus', 'pointerdown']) server.addEventListener(event, refresh);
  server.addEventListener('input', () => guess(server.value));
  address.addEventListener('input', () => guess(address.value.trim()));
  exchange.control.addEventListener('input', update);
  refresh();
  return { element: h('div', { class: 'target' }, target, exchange.element, ...others), request, show, update };
}
