/** What figures are made of: SVG elements, marks, scales, legends, and the frame with the caption and the table. */

import { h, table } from '../core/dom.js';
import { t } from '../core/language.js';
import { enlarger } from './enlarge.js';

const SVG = 'http://www.w3.org/2000/svg';

/** `stroke` and `fill` are names of CSS variables: a style attribute would be refused by the page's policy.
 * @param {string} tag @param {Record<string, string | number | undefined>} [props] @param {(Node | string)[]} children */
export function svg(tag, props = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  for (const [name, value] of Object.entries(props)) {
    if (name === 'stroke' || name === 'fill') element.style.setProperty(name, `var(${value})`);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

const R = 3.5;
/** The outline of each mark around 0 0. @type {Record<import('./palette.js').Mark, string>} */
const OUTLINES = {
  circle: `M${-R} 0a${R} ${R} 0 1 0 ${2 * R} 0a${R} ${R} 0 1 0 ${-2 * R} 0Z`,
  square: 'M-3 -3H3V3H-3Z',
  triangle: 'M0 -4.5L4 3H-4Z',
  diamond: 'M0 -5L5 0L0 5L-5 0Z',
  cross: 'M-4 -2.5L-2.5 -4L0 -1.5L2.5 -4L4 -2.5L1.5 0L4 2.5L2.5 4L0 1.5L-2.5 4L-4 2.5L-1.5 0Z',
  plus: 'M-1.2 -4.5H1.2V-1.2H4.5V1.2H1.2V4.5H-1.2V1.2H-4.5V-1.2H-1.2Z',
};

/** @param {import('./palette.js').Mark} mark @param {string} color @param {number} x @param {number} y */
export const markAt = (mark, color, x, y) =>
  svg('path', { d: OUTLINES[mark], class: 'mark', fill: color, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });

/** A figure with its caption, its picture and its table; the button and a click show it large.
 * @param {string} caption @param {string} explanation @param {Element[]} content @param {{ text: string, number?: boolean }[]} columns
 * @param {string[][]} rows */
export function figure(caption, explanation, content, columns, rows) {
  const body = rows.map(([first = '', ...rest]) =>
    h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((text) => h('td', { class: 'number' }, text))),
  );
  const large = enlarger(caption, () => /** @type {HTMLElement} */ (element.cloneNode(true)));
  const element = h(
    'figure',
    { class: 'figure' },
    h('figcaption', {}, h('strong', {}, caption), ' ', h('span', { class: 'muted' }, explanation)),
    large,
    ...content,
    h('details', { class: 'twin' }, h('summary', {}, t('table.show')), table(caption, columns, body)),
  );
  content[0]?.addEventListener('click', () => {
    if (large.checkVisibility()) large.click(); // not on paper
  });
  return element;
}

/** The label of every curve with its colour and mark; a bare one is marks alone.
 * @param {{ label: string, color: string, dash?: number[] | undefined, bare?: boolean, mark?: import('./palette.js').Mark }[]} items */
export const legend = (items) =>
  h(
    'ul',
    { class: 'legend' },
    ...items.map(({ label, color, dash, bare, mark }) => {
      const sample = svg('svg', { width: 26, height: 10, 'aria-hidden': 'true' });
      if (!bare) sample.append(svg('line', { x1: 0, x2: 26, y1: 5, y2: 5, class: 'curve', stroke: color, 'stroke-dasharray': dash?.join(' ') }));
      if (mark) sample.append(markAt(mark, color, 13, 5));
      return h('li', {}, sample, ` ${label}`);
    }),
  );

/** Round places from `least` to `most`; of a count, whole numbers. @param {number} least @param {number} most more, and not
 * by a tiny bit @param {boolean} whole @param {boolean} binary round for people who count in KiB */
function ticks(least, most, whole, binary) {
  const rough = Math.max((most - least) / 4, whole ? 1 : 0);
  const unit = binary && rough >= 1 ? 1024 ** Math.floor(Math.log2(rough) / 10) : 1;
  const power = unit * 10 ** Math.floor(Math.log10(rough / unit));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough) ?? rough;
  const first = Math.ceil(least / step - 1e-9);
  return Array.from({ length: Math.floor(most / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten from below `least` to above `most`. @param {number} least @param {number} most */
function decades(least, most) {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** How values become places. `log`: by powers of ten; `fit`: from the least value instead of 0; `binary`: round numbers are
 * those of KiB; `marks`: the places that are named, which are the ends as well.
 * @typedef {{ log?: boolean, fit?: boolean, binary?: boolean, marks?: number[] }} Scaling */

/** Places values between two ends. @param {number[]} values @param {Scaling} scaling @param {[number, number]} ends */
export function scale(values, { log = false, fit = false, binary = false, marks: named }, [from, to]) {
  const positive = values.filter((v) => v > 0);
  const whole = values.every(Number.isInteger);
  const room = fit ? Math.max((Math.max(...values) - Math.min(...values)) * 0.1, 1) : 0;
  const low = fit ? Math.max(0, Math.min(...values) - room) : 0;
  const high = Math.max(...values, 0) + room || 1;
  const marks = named ?? (log ? decades(Math.min(...positive, 1e9), Math.max(...positive, 1e-9)) : ticks(low, high, whole, binary));
  const place = log ? Math.log10 : (/** @type {number} */ v) => v;
  const least = log ? place(marks[0] ?? 1) : low;
  const most = log ? place(marks.at(-1) ?? 10) : Math.max(high, marks.at(-1) ?? 1);
  return {
    marks,
    /** @param {number} v */
    at: (v) => from + ((place(Math.max(v, log ? (marks[0] ?? 1) : low)) - least) / (most - least || 1)) * (to - from),
  };
}
