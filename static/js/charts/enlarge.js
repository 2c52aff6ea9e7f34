/** The button that shows a figure as large as the window. */

import { h } from '../core/dom.js';
import { t } from '../core/language.js';

/** @param {string} caption of the figure @param {() => HTMLElement} figure what is shown: it comes back when it was in the
 * page, and is dropped when it is a copy */
export const enlarger = (caption, figure) =>
  h('button', {
    class: 'enlarge quiet', type: 'button', title: t('chart.enlarge'), 'aria-label': t('chart.enlarge_named', caption),
    onclick: async () => (await import('./full_size.js')).showLarge(figure(), caption),
  });
