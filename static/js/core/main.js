/** The dashboard's frame: which screen is shown, and how the panel is. */

import { get, onTokenNeeded } from './api.js';
import { tokenFromUser } from './dialog.js';
import { h, setText, throttled } from './dom.js';
import { number, plural } from './format.js';
import { choose, language, t } from './language.js';
import { reloadWhenBack } from './reload.js';
import { createHub } from './stream.js';
import { themeChoice } from './theme.js';

/** @typedef {import('./types').Mount} Mount */
/** @typedef {import('./language.js').Key} Key */

/** Which screen a hash means, and under which link of the navigation it is; each is fetched when it is first shown.
 * @type {{ pattern: RegExp, link?: string, title: string, load: () => Promise<Mount> }[]} */
const ROUTES = [
  { pattern: /^#\/runs\/(\d+)$/, link: '#/', title: t('run'), load: async () => (await import('../pages/run.js')).mount },
  {
    pattern: /^#\/experiments\/(\d+)$/,
    link: '#/experiments',
    title: t('experiment'),
    load: async () => (await import('../pages/experiment.js')).mount,
  },
  {
    pattern: /^#\/experiments$/,
    link: '#/experiments',
    title: t('experiments'),
    load: async () => (await import('../pages/experiments.js')).mount,
  },
  {
    pattern: /^#\/compare(?:\?(?:runs=([\d,]*)|experiment=(\d+)))?$/,
    link: '#/compare',
    title: t('compare'),
    load: async () => (await import('../pages/compare.js')).mount,
  },
  {
    pattern: /^#\/history(?:\?(.*))?$/,
    link: '#/history',
    title: t('history.title'),
    load: async () => (await import('../pages/history_page.js')).mount,
  },
  { pattern: /^(#(\/(\?.*)?)?)?$/, link: '#/', title: t('runs'), load: async () => (await import('../pages/home.js')).mount },
  { pattern: /^/, title: t('runs'), load: async () => (await import('../pages/missing.js')).mount },
];

/** @param {import('./types').Hub} hub */
function startRouter(hub) {
  const root = /** @type {HTMLElement} */ (document.getElementById('screen'));
  let end = () => {};
  let turn = 0;
  let stopWaiting = () => {}; // for a screen that could not be fetched
  async function go() {
    const mine = ++turn;
    for (const { pattern, link, title, load } of ROUTES) {
      const found = pattern.exec(location.hash);
      if (!found) continue;
      const mount = await load().catch(() => null);
      if (mine !== turn) return;
      stopWaiting();
      stopWaiting = mount ? () => {} : reloadWhenBack(hub);
      end();
      root.replaceChildren();
      document.title = `${title} – Koneksi`;
      end = (mount ?? later)(root, found.slice(1), hub);
      markCurrent(link);
      if (mine > 1) arrive(root);
      return;
    }
  }
  addEventListener('hashchange', go);
  go();
}

/** In place of a screen that could not be fetched. @type {Mount} */
function later(root) {
  root.append(h('p', { class: 'error', role: 'alert' }, t('error.screen')));
  return () => {};
}

/** Moves keyboard and screen reader to the new screen's beginning. @param {HTMLElement} root */
function arrive(root) {
  scrollTo(0, 0);
  root.querySelector('h1')?.focus({ preventScroll: true });
}

/** @param {string | undefined} current the link of the screen; none of an address that no screen has */
function markCurrent(current) {
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** @param {import('./types').Hub} hub */
function showPanel(hub) {
  const server = /** @type {HTMLElement} */ (document.getElementById('server'));
  const lost = /** @type {HTMLElement} */ (document.getElementById('lost'));
  /** @type {import('./types').ServerState | null} */
  let s = null;
  const draw = throttled(() => {
    if (!s) return;
    const now = t('page.server_now', number(s.live), number(s.total), plural(s.threads, 'thread'));
    setText(server, t('page.server', s.listen, now));
    server.title = t('page.server_help', t(`model.${s.model}`), number(s.backlog));
  });
  /** @param {import('./types').ServerState} state */
  const take = (state) => {
    s = state;
    draw();
  };
  hub.on('server', take);
  hub.on('link', (link) => {
    lost.hidden = link === 'open';
    if (link === 'open') get('/server').then(take, () => {});
  });
}

/** Not a plain link to the screen: the hash is the router's. */
function startSkipLink() {
  document.getElementById('skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('screen')?.focus();
  });
}

/** The words that stand in index.html. */
function translate() {
  document.documentElement.lang = language;
  for (const place of ['words', 'title', 'aria-label'])
    for (const element of document.querySelectorAll(`[data-${place}]`)) {
      const text = t(/** @type {Key} */ (element.getAttribute(`data-${place}`)));
      if (place === 'words') element.textContent = text;
      else element.setAttribute(place, text);
    }
  for (const button of document.querySelectorAll('[data-language]')) {
    const chosen = /** @type {import('./language.js').Language} */ (button.getAttribute('data-language'));
    button.setAttribute('aria-pressed', String(chosen === language));
    button.addEventListener('click', () => choose(chosen));
  }
}

translate();
document.getElementById('theme-choice')?.append(themeChoice());
onTokenNeeded(tokenFromUser);
startSkipLink();
const hub = createHub();
showPanel(hub);
startRouter(hub);
