/** Figures that also print: lines and bars as SVG, each with the same numbers as a table. */

import { t } from '../core/language.js';
import { p } from '../pages/words.js';
import { figure, legend, markAt, scale, svg } from './svg.js';

const WIDTH = 560;
/** On a phone: all of it shrinks less there, and what is written can be read. */
const PHONE_WIDTH = 400;
const HEIGHT = 260;
/** Of one of many that stand beside each other. */
const SMALL = { width: 340, height: 190 };
const EDGE = { right: 48, top: 10, bottom: 40 };
const BAR = 18;
/** What a character of an axis takes. */
const LETTER = 7;
/** What one takes on a phone, where letters are larger. */
const LARGE_LETTER = 9.5;
/** A curve of more points than this has no marks. */
const MARKED_MOST = 40;
/** As far as this two labels of levels need to be from each other. */
const LABEL = 16;
/** As far as a label is from its line, so that it covers no mark that is on the line. */
const CLEAR = 6;

/** A value with the lowest and the highest that it is the median of. @typedef {[low: number, high: number]} Spread */
/** `spread`: of each point; `bare`: marks without a line between them.
 * @typedef {{ label: string, color: string, dash?: number[] | undefined, mark?: import('./palette.js').Mark, bare?: boolean,
 *   points: [number, number][], spread?: Spread[] }} Curve */
/** @typedef {import('./svg.js').Scaling & { text: string, format: (n: number) => string }} Axis */
/** A line across, with its name on it. @typedef {{ value: number, label: string, color: string }} Level */
/** `small`: one of many beside each other, whose legend they share; `ends`: values that the y axis has room for.
 * @typedef {{ small?: boolean, ends?: number[], levels?: Level[] }} Look */

/** The two bars of what was predicted and what was measured: their colours are no mode's. */
export const FORETOLD = [
  { label: t('predicted'), color: '--edge' },
  { label: t('measured'), color: '--text' },
];

const isPhone = () => matchMedia('(max-width: 40rem)').matches;

/** What a character of a name takes. */
const letter = () => (isPhone() ? LARGE_LETTER - 1 : LETTER);

/** @param {boolean} small */
const widthOf = (small) => (small ? SMALL.width : isPhone() ? PHONE_WIDTH : WIDTH);

/** @param {string} caption @param {string} explanation @param {number} width @param {number} height */
const pictureOf = (caption, explanation, width, height) =>
  svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    class: width === SMALL.width ? 'small' : undefined,
    role: 'img',
    'aria-label': `${caption}: ${explanation}`,
  });

/**
 * @param {string} caption @param {string} explanation @param {{ x: Axis, y: Axis }} axes @param {Curve[]} curves
 * @param {Look} [look]
 */
export function lines(caption, explanation, { x, y }, curves, { small = false, ends = [], levels = [] } = {}) {
  const width = widthOf(small);
  const height = small ? SMALL.height : HEIGHT;
  const points = curves.flatMap((c) => c.points);
  const heights = [...points.map((p) => p[1]), ...curves.flatMap((c) => c.spread ?? []).flat(), ...levels.map((l) => l.value), ...ends];
  const bottom = height - EDGE.bottom + (small ? 16 : 0);
  const up = scale(heights, y, [bottom, EDGE.top]);
  const longest = Math.max(...up.marks.map((mark) => y.format(mark).length));
  const left = (small ? 12 : 30) + LARGE_LETTER * longest;
  const right = width - (small ? 24 : EDGE.right);
  const inset = small ? 12 : 0; // whiskers at the ends are clear of the frame
  const across = scale(points.map((p) => p[0]), x, [left + inset, right - inset]);
  const picture = pictureOf(caption, explanation, width, height);
  for (const mark of up.marks)
    picture.append(
      svg('line', { x1: left, x2: right, y1: up.at(mark), y2: up.at(mark), class: 'grid' }),
      svg('text', { x: left - 6, y: up.at(mark) + 4, 'text-anchor': 'end' }, y.format(mark)),
    );
  let taken = -Infinity; // by names of marks, up to here
  for (const mark of across.marks) {
    const at = across.at(mark);
    const half = (letter() * x.format(mark).length) / 2;
    picture.append(svg('line', { x1: at, x2: at, y1: EDGE.top, y2: bottom, class: 'grid' }));
    if (at - half < taken) continue;
    taken = at + half + letter();
    picture.append(svg('text', { x: at, y: bottom + 16, 'text-anchor': 'middle' }, x.format(mark)));
  }
  if (!small) picture.append(...titles(x.text, y.text, (left + right) / 2, height));
  for (const { value, color } of levels)
    picture.append(svg('line', { x1: left, x2: right, y1: up.at(value), y2: up.at(value), class: 'level', stroke: color }));
  const layers = curves.map((curve) => drawn(curve, across.at, up.at));
  picture.append(...layers.flatMap((l) => l.whiskers), ...layers.flatMap((l) => l.curve), ...layers.flatMap((l) => l.marks));
  picture.append(...namedLevels(levels, up.at, left, right, points.map(([px, py]) => [across.at(px), up.at(py)])));
  const spread = curves.some((curve) => curve.spread);
  const columns = [{ text: p('chart.line') }, { text: x.text, number: true }, { text: spread ? p('table.median') : y.text, number: true }];
  if (spread) columns.push({ text: p('table.least'), number: true }, { text: p('table.most'), number: true });
  const rows = curves.flatMap(({ label, points: ps, spread: all }) =>
    ps.map(([px, py], i) => [label, x.format(px), y.format(py), ...(spread ? (all?.[i] ?? [py, py]).map(y.format) : [])]),
  );
  rows.push(...levels.map(({ label, value }) => [label, '', y.format(value)]));
  return figure(caption, explanation, [picture, legend(curves)], columns, rows);
}

/** The names of the axes. @param {string} x @param {string} y @param {number} middle @param {number} height */
const titles = (x, y, middle, height) => [
  svg('text', { x: middle, y: height - 6, 'text-anchor': 'middle' }, x),
  svg('text', { x: 0, y: 0, 'text-anchor': 'middle', transform: `translate(18 ${(height - EDGE.bottom + EDGE.top) / 2}) rotate(-90)` }, y),
];

/** What is drawn of a curve, in layers: no whisker lies over the mark of another curve.
 * @param {Curve} curve @param {(v: number) => number} x @param {(v: number) => number} y */
function drawn({ color, dash, mark = 'circle', bare, points, spread }, x, y) {
  const whiskers = (spread ?? []).flatMap(([low, high], i) => {
    const [at, from, to] = [x(points[i]?.[0] ?? 0), y(low), y(high)].map((n) => n.toFixed(1));
    if (low === high) return [];
    return [svg('path', { d: `M${at} ${from}V${to}m-4 0h8M${at} ${from}m-4 0h8`, class: 'whisker', stroke: color })];
  });
  const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('');
  return {
    whiskers,
    curve: bare ? [] : [svg('path', { d: path, class: 'curve', stroke: color, 'stroke-dasharray': dash?.join(' ') })],
    marks: points.length <= MARKED_MOST ? points.map(([px, py]) => markAt(mark, color, x(px), y(py))) : [],
  };
}

/** The names of lines across, on a ground of their own: each above or below its line and at the side where the fewest points
 * are, clear of the names before it.
 * @param {Level[]} levels @param {(v: number) => number} y @param {number} left @param {number} right
 * @param {[number, number][]} points where marks are */
function namedLevels(levels, y, left, right, points) {
  /** @type {{ x: number, y: number, width: number }[]} */
  const taken = [];
  return levels.flatMap(({ value, label }) => {
    const at = y(value);
    const width = letter() * label.length + 8;
    const hits = (/** @type {{ x: number, y: number }} */ box) =>
      points.filter(([px, py]) => px > box.x - 6 && px < box.x + width + 6 && py > box.y - 6 && py < box.y + LABEL + 6).length +
      1000 * taken.filter((t) => Math.abs(t.y - box.y) < LABEL && box.x < t.x + t.width && t.x < box.x + width).length;
    const places = [at - LABEL - CLEAR, at + CLEAR].flatMap((top) => [{ x: right - width, y: top }, { x: left + 4, y: top }]);
    const best = places.filter((p) => p.y >= 0).reduce((a, b) => (hits(b) < hits(a) ? b : a));
    taken.push({ ...best, width });
    return [
      svg('rect', { x: best.x, y: best.y, width, height: LABEL, fill: '--card' }),
      svg('text', { x: best.x + 4, y: best.y + 12, class: 'named' }, label),
    ];
  });
}

/** Between the lines of a label. */
const LINE = 11;

/**
 * Bars in groups.
 *
 * @param {string} caption @param {string} explanation
 * @param {{ label: string, color: string }[]} kinds what each bar of a group is
 * @param {{ label: string, below?: string[], values: (number | null)[], words?: (string | undefined)[], color?: string, spread?: (Spread | null)[] }[]} groups
 * `below`: further lines of the label; `words`: in place of a number, "at least 400"; `color`: its own
 * @param {(n: number) => string} format @param {Look} [look]
 */
export function bars(caption, explanation, kinds, groups, format, { small = false, ends = [] } = {}) {
  const spreads = groups.flatMap((g) => g.spread ?? []).flatMap((s) => s ?? []);
  const most = Math.max(...groups.flatMap((g) => g.values.map((v) => v ?? 0)), ...spreads, ...ends, 0) || 1;
  const width = widthOf(small);
  const label = Math.min(width * 0.56, 12 + (LETTER + 1) * Math.max(...groups.flatMap((g) => [g.label, ...(g.below ?? [])].map((line) => line.length)), 1));
  const cell = (/** @type {number | null | undefined} */ v) => (v === null || v === undefined ? '–' : format(v));
  const named = groups.map((g) => g.values.map((v, k) => g.words?.[k] ?? cell(v)));
  const longest = Math.max(...named.flat().map((text) => text.length), 1);
  const room = Math.max(width - label - 8 - LARGE_LETTER * longest, BAR);
  const each = BAR * kinds.length + (small ? 6 : 10);
  const picture = pictureOf(caption, explanation, width, each * groups.length + 4);
  groups.forEach((group, g) => {
    const written = [group.label, ...(group.below ?? [])];
    const top = g * each + each / 2 + 3 - (LINE * (written.length - 1)) / 2;
    picture.append(...written.map((line, i) => svg('text', { x: label - 8, y: top + i * LINE, 'text-anchor': 'end' }, line)));
    group.values.forEach((value, k) => {
      const long = Math.max(((value ?? 0) / most) * room, value ? 1 : 0);
      const y = g * each + 3 + k * BAR;
      const [, high = value ?? 0] = group.spread?.[k] ?? [];
      const end = label + (Math.max(value ?? 0, high) / most) * room;
      picture.append(
        svg('rect', { x: label, y, width: long, height: BAR - 4, fill: group.color ?? kinds[k]?.color }),
        ...whisker(group.spread?.[k] ?? null, (v) => label + (v / most) * room, y + (BAR - 4) / 2),
        svg('text', { x: end + 6, y: y + 11 }, named[g]?.[k] ?? ''),
      );
    });
  });
  const spread = spreads.length > 0;
  const columns = [{ text: p('chart.row') }, ...kinds.map((k) => ({ text: k.label, number: true }))];
  if (spread) columns.push({ text: p('table.least'), number: true }, { text: p('table.most'), number: true });
  const rows = groups.map((g, i) => [[g.label, ...(g.below ?? [])].join(', '), ...(named[i] ?? []), ...(spread ? [cell(g.spread?.[0]?.[0]), cell(g.spread?.[0]?.[1])] : [])]);
  const names = kinds.length > 1 ? [legend(kinds)] : [];
  return figure(caption, explanation, [picture, ...names], columns, rows);
}

/** @param {Spread | null} spread @param {(v: number) => number} x @param {number} y */
function whisker(spread, x, y) {
  if (!spread || spread[0] === spread[1]) return [];
  const [low, high] = [x(spread[0]).toFixed(1), x(spread[1]).toFixed(1)];
  return [svg('path', { d: `M${low} ${y}H${high}m0 -4v8M${low} ${y - 4}v8`, class: 'whisker', stroke: '--text' })];
}
