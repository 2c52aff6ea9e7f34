/** The first screen: the answer at a glance, a run to start and to watch, and the ones before it. */

import { h } from '../core/dom.js';
import { createHeadline } from './headline.js';
import { t } from '../core/language.js';
import { reloadWhenBack } from '../core/reload.js';
import { createLive } from './live.js';
import { createServerBox } from './server_box.js';
import { createStartForm, isFilledIn } from './start.js';

/** @type {import('../core/types').Mount} */
export function mount(root, _params, hub) {
  const narrow = matchMedia('(max-width: 62rem)'); // the live view is below the form then
  const headline = createHeadline(hub);
  const live = createLive(hub, () => {
    if (!isFilledIn()) form.fold();
  });
  const history = laterHistory(hub);
  const server = createServerBox(hub);
  const form = createStartForm(hub, (run) => {
    live.update(run);
    form.fold();
    const place = narrow.matches ? form.element : live.element;
    const { top } = place.getBoundingClientRect();
    if (narrow.matches || top < 0 || top > innerHeight / 2) place.scrollIntoView();
  });
  root.append(
    h('h1', { class: 'for-readers', tabindex: -1 }, t('start.page')),
    h('div', { class: 'home' }, headline.element, h('div', { class: 'controls' }, form.element, server.element), live.element),
    history.element,
  );
  return () => {
    headline.destroy();
    form.destroy();
    live.destroy();
    history.destroy();
    server.destroy();
  };
}

/** The list below the first screen, which is there before it. @param {import('../core/types').Hub} hub */
function laterHistory(hub) {
  const element = h('div');
  let destroy = () => {};
  let ended = false;
  import('./history.js').then(
    ({ createHistory }) => {
      if (ended) return;
      const list = createHistory(hub);
      destroy = list.destroy;
      element.append(list.element);
    },
    () => {
      if (ended) return;
      element.append(h('p', { class: 'error', role: 'alert' }, t('error.unreachable')));
      destroy = reloadWhenBack(hub);
    },
  );
  return {
    element,
    destroy() {
      ended = true;
      destroy();
    },
  };
}
