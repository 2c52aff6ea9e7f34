/** The first screen: start a run, watch it, find the ones before it. */

import { h } from '../core/dom.js';
import { createHistory } from './history.js';
import { t } from '../core/language.js';
import { createLive } from './live.js';
import { createServerBox } from './server_box.js';
import { createStartForm } from './start.js';

/** @type {import('../core/types').Mount} */
export function mount(root, _params, hub) {
  const narrow = matchMedia('(max-width: 62rem)'); // the live view is below the form then
  const live = createLive(hub);
  const history = createHistory(hub);
  const server = createServerBox(hub);
  const form = createStartForm((run) => {
    live.update(run);
    history.update(run);
    if (narrow.matches) live.element.scrollIntoView();
  });
  root.append(
    h('h1', { class: 'for-readers', tabindex: -1 }, t('start.page')),
    h('div', { class: 'home' }, h('div', { class: 'controls' }, form, server.element), live.element),
    history.element,
  );
  return () => {
    live.destroy();
    history.destroy();
    server.destroy();
  };
}
