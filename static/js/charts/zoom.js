/** What part of the time the charts of a page show: a drag or a key on one of them zooms all, and a button shows everything
 * again. */

import { h, setText } from '../core/dom.js';
import { seconds } from '../core/format.js';
import { t } from '../core/language.js';

/** Seconds from the start of the run. @typedef {{ from: number, to: number }} Range */
/** @typedef {ReturnType<typeof createZoom>} Zoom */

/** How much of what is shown a key keeps, or moves on by. */
const STEP = 0.5;
const SHIFT = 0.25;
/** No chart has samples closer than this. */
const LEAST_S = 0.001;

let zooms = 0;

export function createZoom() {
  /** @type {Set<() => void>} */
  const charts = new Set();
  /** @type {Range | null} */
  let range = null;
  const reset = h('button', { class: 'quiet', type: 'button', hidden: true, onclick: () => zoom.set(null) }, t('chart.reset'));
  const words = h('span', { class: 'muted', role: 'status' }, t('chart.zoom_help'));
  const element = h('div', { class: 'zoom row', tabindex: -1 }, words, reset);

  const zoom = {
    /** The button, and what is shown. */
    element,
    /** The same for all charts of the page, so that their pointers go in step. */
    key: `zoom-${zooms++}`,
    range: () => range,
    /** Calls `changed` when another part is to be shown; returns what ends that. @param {() => void} changed */
    join(changed) {
      charts.add(changed);
      return () => void charts.delete(changed);
    },
    /** @param {Range | null} next null: everything */
    set(next) {
      if (next === null && element.contains(document.activeElement)) element.focus();
      range = next;
      reset.hidden = next === null;
      element.classList.toggle('on', next !== null);
      setText(words, next ? t('chart.zoomed', seconds(next.from), seconds(next.to)) : t('chart.zoom_help'));
      charts.forEach((changed) => changed());
    },
    /** What a key does, and whether it does anything. @param {string} key @param {number} end of the chart, in seconds */
    steer(key, end) {
      const { from, to } = range ?? { from: 0, to: end };
      const span = to - from;
      const middle = (from + to) / 2;
      /** @param {number} begins @param {number} long */
      const show = (begins, long) => {
        const first = Math.max(0, Math.min(begins, end - long));
        zoom.set(long >= end ? null : { from: first, to: first + long });
        return true;
      };
      if (key === '+' || key === '=') return show(middle - (span * STEP) / 2, Math.max(LEAST_S, span * STEP));
      if (key === '-') return show(middle - span / STEP / 2, span / STEP);
      if (key === '0') return show(0, end);
      if (key === 'ArrowLeft') return range !== null && show(from - span * SHIFT, span);
      if (key === 'ArrowRight') return range !== null && show(from + span * SHIFT, span);
      return false;
    },
  };
  return zoom;
}
