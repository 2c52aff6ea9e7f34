/** What an address shows that no screen has. */

import { h } from '../core/dom.js';
import { p } from './words.js';

/** @type {import('../core/types').Mount} */
export function mount(root) {
  document.title = `${p('missing.title')} – Koneksi`;
  root.append(
    h('h1', { tabindex: -1 }, p('missing.title')),
    h('p', { class: 'error', role: 'alert' }, p('missing.text', location.hash)),
    h('p', {}, h('a', { href: '#/' }, p('missing.start'))),
  );
  return () => {};
}
