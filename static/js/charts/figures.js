/** Figures that also print: lines and bars as SVG, each with the same numbers as a table. */

import { h, table } from '../core/dom.js';
import { t } from '../core/language.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 560;
const HEIGHT = 260;
const EDGE = { left: 98, right: 48, top: 10, bottom: 40 };
const BAR = 18;

/** @typedef {{ label: string, color: string, dash?: boolean, points: [number, number][] }} Curve */
/** @typedef {{ text: string, format: (n: number) => string, log?: boolean }} Axis */

/** `stroke` and `fill` are names of CSS variables: a style attribute would be refused by the page's policy.
 * @param {string} tag @param {Record<string, string | number | undefined>} [props] @param {(Node | string)[]} children */
function svg(tag, props = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  for (const [name, value] of Object.entries(props)) {
    if (name === 'stroke' || name === 'fill') element.style.setProperty(name, `var(${value})`);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** A figure with its caption, its picture and its table. @param {string} caption @param {string} explanation
 * @param {Node[]} content @param {{ text: string, number?: boolean }[]} columns @param {string[][]} rows @param {string} asTable */
function figure(caption, explanation, content, columns, rows, asTable) {
  const body = rows.map(([first = '', ...rest]) =>
    h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((text) => h('td', { class: 'number' }, text))),
  );
  return h(
    'figure',
    { class: 'figure' },
    h('figcaption', {}, h('strong', {}, caption), ' ', h('span', { class: 'muted' }, explanation)),
    ...content,
    h('details', { class: 'twin' }, h('summary', {}, asTable), table(caption, columns, body)),
  );
}

/** Round places on an axis that ends at `most`; of a count, whole numbers.
 * @param {number} most more than 0, and not tiny @param {boolean} whole */
function ticks(most, whole) {
  const rough = Math.max(most / 4, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough) ?? rough;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** Powers of ten from below `least` to above `most`. @param {number} least @param {number} most */
function decades(least, most) {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Places values between two ends. @param {number[]} values @param {boolean} log @param {[number, number]} ends */
function scale(values, log, [from, to]) {
  const positive = values.filter((v) => v > 0);
  const marks = log
    ? decades(Math.min(...positive, 1e9), Math.max(...positive, 1e-9))
    : ticks(Math.max(...values, 0) || 1, values.every(Number.isInteger));
  const place = log ? Math.log10 : (/** @type {number} */ v) => v;
  const least = log ? place(marks[0] ?? 1) : 0;
  const most = log ? place(marks.at(-1) ?? 10) : Math.max(...values, marks.at(-1) ?? 1);
  return {
    marks,
    /** @param {number} v */
    at: (v) => from + ((place(Math.max(v, log ? (marks[0] ?? 1) : 0)) - least) / (most - least)) * (to - from),
  };
}

/** The label of every curve with its colour. @param {{ label: string, color: string, dash?: boolean }[]} items */
const legend = (items) =>
  h(
    'ul',
    { class: 'legend' },
    ...items.map(({ label, color, dash }) => {
      const sample = svg('svg', { width: 26, height: 10, 'aria-hidden': 'true' });
      sample.append(svg('line', { x1: 0, x2: 26, y1: 5, y2: 5, class: 'curve', stroke: color, 'stroke-dasharray': dash ? '6 4' : undefined }));
      return h('li', {}, sample, ` ${label}`);
    }),
  );

/**
 * @param {string} caption @param {string} explanation @param {{ x: Axis, y: Axis }} axes @param {Curve[]} curves
 * @param {string} [asTable] the words that open the table
 */
export function lines(caption, explanation, { x, y }, curves, asTable = t('table.show')) {
  const points = curves.flatMap((c) => c.points);
  const across = scale(points.map((p) => p[0]), x.log === true, [EDGE.left, WIDTH - EDGE.right]);
  const up = scale(points.map((p) => p[1]), y.log === true, [HEIGHT - EDGE.bottom, EDGE.top]);
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${caption}: ${explanation}` });
  for (const mark of up.marks)
    picture.append(
      svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: up.at(mark), y2: up.at(mark), class: 'grid' }),
      svg('text', { x: EDGE.left - 6, y: up.at(mark) + 4, 'text-anchor': 'end' }, y.format(mark)),
    );
  for (const mark of across.marks)
    picture.append(
      svg('line', { x1: across.at(mark), x2: across.at(mark), y1: EDGE.top, y2: HEIGHT - EDGE.bottom, class: 'grid' }),
      svg('text', { x: across.at(mark), y: HEIGHT - EDGE.bottom + 16, 'text-anchor': 'middle' }, x.format(mark)),
    );
  picture.append(
    svg('text', { x: (EDGE.left + WIDTH) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }, x.text),
    svg('text', { x: 14, y: EDGE.top + 4, transform: `rotate(-90 14 ${HEIGHT / 2})`, dx: -(HEIGHT / 2 - 90), dy: HEIGHT / 2 - 12 }, y.text),
  );
  for (const { color, dash, points: ps } of curves) {
    const path = ps.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${across.at(px).toFixed(1)} ${up.at(py).toFixed(1)}`).join('');
    picture.append(svg('path', { d: path, class: 'curve', stroke: color, 'stroke-dasharray': dash ? '6 4' : undefined }));
    if (ps.length <= 12)
      for (const [px, py] of ps) picture.append(svg('circle', { cx: across.at(px), cy: up.at(py), r: 3, fill: color }));
  }
  const columns = [{ text: t('chart.line') }, { text: x.text, number: true }, { text: y.text, number: true }];
  const rows = curves.flatMap(({ label, points: ps }) => ps.map(([px, py]) => [label, x.format(px), y.format(py)]));
  return figure(caption, explanation, [picture, legend(curves)], columns, rows, asTable);
}

/**
 * Bars in groups.
 *
 * @param {string} caption @param {string} explanation
 * @param {{ label: string, color: string }[]} kinds what each bar of a group is
 * @param {{ label: string, values: (number | null)[] }[]} groups
 * @param {(n: number) => string} format @param {string} [asTable]
 */
export function bars(caption, explanation, kinds, groups, format, asTable = t('table.show')) {
  const most = Math.max(...groups.flatMap((g) => g.values.map((v) => v ?? 0)), 0) || 1;
  const label = Math.min(250, 12 + 8 * Math.max(...groups.map((g) => g.label.length), 1));
  const room = WIDTH - label - 96;
  const each = BAR * kinds.length + 10;
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${each * groups.length + 4}`,
    role: 'img',
    'aria-label': `${caption}: ${explanation}`,
  });
  groups.forEach((group, g) => {
    picture.append(svg('text', { x: label - 8, y: g * each + each / 2 + 2, 'text-anchor': 'end' }, group.label));
    group.values.forEach((value, k) => {
      const y = g * each + 3 + k * BAR;
      const width = value === null ? 0 : (value / most) * room;
      picture.append(
        svg('rect', { x: label, y, width: Math.max(width, value ? 1 : 0), height: BAR - 4, fill: kinds[k]?.color }),
        svg('text', { x: label + width + 6, y: y + 11 }, value === null ? '–' : format(value)),
      );
    });
  });
  const columns = [{ text: t('chart.row') }, ...kinds.map((k) => ({ text: k.label, number: true }))];
  const rows = groups.map((g) => [g.label, ...g.values.map((v) => (v === null ? '–' : format(v)))]);
  const names = kinds.length > 1 ? [legend(kinds)] : [];
  return figure(caption, explanation, [picture, ...names], columns, rows, asTable);
}
