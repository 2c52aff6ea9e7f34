/** Light, dark, or as the system has it: chosen in the header and kept by the browser. theme_now.js applies it at load. */

import { h } from './dom.js';
import { t } from './language.js';

const CHOICE = 'koneksi-theme';
/** The closed box is as narrow as a symbol. */
const SYMBOLS = { system: '◐', light: '☀\uFE0E', dark: '☾' };

const system = matchMedia('(prefers-color-scheme: dark)');
const changes = new EventTarget();
system.addEventListener('change', () => changes.dispatchEvent(new Event('change')));

/** Calls `listener` when other colours are shown; returns what ends that. @param {() => void} listener */
export function onTheme(listener) {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
}

/** @param {string} chosen */
function apply(chosen) {
  const { dataset } = document.documentElement;
  if (chosen === 'light' || chosen === 'dark') dataset['theme'] = chosen;
  else delete dataset['theme'];
  changes.dispatchEvent(new Event('change'));
}

/** The choice, for the header. */
export function themeChoice() {
  const choice = h(
    'select',
    { id: 'theme', 'aria-label': t('theme.title'), title: t('theme.title') },
    ...Object.entries(SYMBOLS).map(([value, symbol]) =>
      h('option', { value }, `${symbol}\u2003\u2003${t(/** @type {'theme.light'} */ (`theme.${value}`))}`),
    ),
  );
  choice.value = document.documentElement.dataset['theme'] ?? 'system';
  choice.addEventListener('change', () => {
    localStorage.setItem(CHOICE, choice.value);
    apply(choice.value);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== CHOICE) return;
    choice.value = newValue ?? 'system';
    apply(choice.value);
  });
  return choice;
}
