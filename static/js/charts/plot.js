/** One plot by uPlot: its axes, the levels and the limit that are drawn over the lines, and the zoom of its page. */

import { number, moment, withUnit } from '../core/format.js';
import { t } from '../core/language.js';
import { plotLibrary } from './plot_library.js';

/** @typedef {import('uplot')} Plot */
/** @typedef {import('./chart.js').Data} Data */
/** @typedef {import('./chart.js').Parts} Parts */
/** @typedef {import('./chart.js').Marks} Marks */
/** @typedef {Awaited<ReturnType<typeof createPlot>>} Drawn */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box in pixels of the canvas */

/** Room of the legend below the plot. */
const LEGEND = 62;
/** With fewer samples than this, each is marked: a line needs two. */
const FEW = 30;
/** A bound is worth its room from here on, as a share of it. */
const NEAR = 0.5;
/** Less of a drag than this, in CSS pixels, is a click. */
const DRAG_LEAST = 4;

/**
 * @param {HTMLElement} canvas @param {Parts} parts @param {Marks} marks read again whenever it is drawn
 * Throws when the library cannot be fetched.
 */
export async function createPlot(canvas, parts, marks) {
  const UPlot = await plotLibrary();
  const size = () => ({ width: canvas.clientWidth, height: parseFloat(getComputedStyle(canvas).minHeight) - LEGEND });
  const empty = /** @type {any} */ ([[], ...parts.lines.map(() => [])]);
  const plot = new UPlot({ ...size(), ...options(canvas, parts, marks) }, empty, canvas);
  return {
    resize: () => plot.setSize(size()),
    /** @param {Data} values */
    setData(values) {
      plot.setData(/** @type {any} */ (values));
      showNewest(plot, parts.zoom);
    },
    /** Another part of the time is to be shown. */
    zoomed() {
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      plot.setData(plot.data);
      showNewest(plot, parts.zoom);
    },
    destroy: () => plot.destroy(),
  };
}

/** The legend tells each line's newest value in view while no pointer rests on the chart. @param {Plot} plot
 * @param {Parts['zoom']} zoom */
function showNewest(plot, zoom) {
  if ((plot.cursor.left ?? -1) >= 0) return;
  const columns = /** @type {Data} */ (plot.data);
  const end = zoom.range()?.to ?? Infinity;
  const newest = columns.map((column) => column.findLastIndex((v, i) => v !== null && v !== undefined && (columns[0][i] ?? 0) <= end));
  plot.setLegend({ idxs: newest }, false);
}

/** Draws the peaks that no sample met, as dotted levels. @param {Plot} plot @param {number[]} levels */
function drawLevels(plot, levels) {
  const { ctx, bbox } = plot;
  levels.forEach((level, i) => {
    const { stroke, show } = plot.series[i + 1] ?? {};
    if (level === 0 || !show) return;
    const y = Math.round(plot.valToPos(level, 'y', true));
    ctx.save();
    ctx.strokeStyle = typeof stroke === 'function' ? /** @type {any} */ (stroke)(plot, i + 1) : stroke;
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, (4 + 3 * i) * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  });
}

/** @param {Marks['bound']} bound @param {number} most */
const near = (bound, most) => (bound && most >= NEAR * bound.value ? bound : null);

/** @param {Plot} plot @param {Marks} marks @param {{ line: string, back: string, font: string }} style */
function drawBound(plot, { bound, levels }, { line, back, font }) {
  const { ctx, bbox } = plot;
  const most = plot.scales['y']?.max ?? 0;
  if (!bound || bound.value > most) return;
  const y = Math.round(plot.valToPos(bound.value, 'y', true));
  ctx.save();
  ctx.strokeStyle = line;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = font;
  const box = clearBox(plot, ctx.measureText(bound.label).width, y, levels);
  ctx.fillStyle = back;
  ctx.fillRect(box.left, box.top, box.width, box.height);
  ctx.fillStyle = line;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(bound.label, box.left + 4 * devicePixelRatio, box.top + box.height / 2);
  ctx.restore();
}

/** Where a text beside the level `y` lies over the fewest lines: above or below it, at the right, in the middle or at the
 * left. @param {Plot} plot @param {number} text its width @param {number} y @param {number[]} levels */
function clearBox(plot, text, y, levels) {
  const { bbox } = plot;
  const px = devicePixelRatio;
  const width = text + 8 * px;
  const height = 16 * px;
  const free = Math.max(0, bbox.width - width);
  const boxes = [y - height - 2 * px, y + 2 * px]
    .filter((top) => top >= bbox.top && top + height <= bbox.top + bbox.height)
    .flatMap((top) => [free, free / 2, 0].map((left) => ({ left: bbox.left + left, top, width, height })));
  const first = boxes[0] ?? { left: bbox.left + free, top: bbox.top, width, height };
  return boxes.reduce((best, box) => (crossings(plot, box, levels) < crossings(plot, best, levels) ? box : best), first);
}

/** How many lines pass through a box, each counted once for each of some places across it.
 * @param {Plot} plot @param {Box} box @param {number[]} levels */
function crossings(plot, box, levels) {
  const shown = plot.series.slice(1).map(({ show }) => show !== false);
  const bottom = box.top + box.height;
  const inside = (/** @type {number} */ y) => y >= box.top && y <= bottom;
  const at = (/** @type {number} */ value) => plot.valToPos(value, 'y', true);
  let found = levels.filter((level, i) => level > 0 && shown[i] && inside(at(level))).length;
  const columns = /** @type {Data} */ (plot.data).slice(1);
  for (let i = 0; i <= 8; i++) {
    const idx = plot.posToIdx(box.left - plot.bbox.left + (i / 8) * box.width, true);
    columns.forEach((column, line) => {
      const ys = column.slice(Math.max(0, idx - 1), idx + 2).flatMap((v) => (v === null || v === undefined ? [] : [at(v)]));
      if (shown[line] && ys.length && Math.min(...ys) <= bottom && Math.max(...ys) >= box.top) found++;
    });
  }
  return found;
}

/** @param {HTMLElement} canvas @param {Parts} parts @param {Marks} marks
 * @returns {Omit<import('uplot').Options, 'width' | 'height'>} */
function options(canvas, { lines, unit, zoom, most: least = 0, end: last = 0 }, marks) {
  /** What a variable stands for in the theme that is shown. @param {string} name */
  const color = (name) => {
    canvas.style.color = `var(${name})`;
    const { color } = getComputedStyle(canvas);
    canvas.style.removeProperty('color');
    return color;
  };
  const { fontFamily } = getComputedStyle(canvas);
  const font = `12px ${fontFamily}`;
  const grid = { stroke: color('--line'), width: 1 };
  const axis = { stroke: color('--muted'), font, grid, ticks: { ...grid, size: 4 } };
  const style = () => ({ line: color('--bad'), back: color('--card'), font: `${12 * devicePixelRatio}px ${fontFamily}` });
  /** @param {Plot} plot @param {number} begin @param {number} end @returns {[number, number]} */
  const times = (plot, begin, end) => {
    const { from, to } = zoom.range() ?? { from: begin <= (plot.data[0][0] ?? 0) ? 0 : begin, to: Math.max(end, last) || 1 };
    return [from, to];
  };
  /** @param {Plot} plot */
  const selected = ({ select, posToVal }) => {
    if (select.width < DRAG_LEAST) return;
    zoom.set({ from: Math.max(0, posToVal(select.left, 'x')), to: posToVal(select.left + select.width, 'x') });
  };
  return {
    // uPlot puts its legend below the plot; the container has room for both.
    legend: { live: true, markers: { dash: (plot, i) => dashName(plot.series[i]?.dash) } },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => null },
      sync: { key: zoom.key, filters: { pub: (type) => type === 'mousemove' } },
    },
    hooks: { setSelect: [selected], draw: [(plot) => drawLevels(plot, marks.levels), (plot) => drawBound(plot, marks, style())] },
    scales: {
      x: { time: false, range: times },
      y: {
        range: (_, __, most) => [0, 1.12 * Math.max(1, most, least, ...marks.levels, near(marks.bound, most)?.value ?? 0)],
      },
    },
    axes: [
      { ...axis, size: 34, values: (plot, splits) => splits.map((s) => moment(s, span(plot))) },
      { ...axis, size: axisWidth, values: (_, splits) => splits.map((v) => (Number.isInteger(v) ? number(v) : '')) },
    ],
    series: [
      // The legend is written before the scales are set.
      { label: t('time.title'), value: (plot, v) => (v === null || v === undefined ? '–' : moment(v, plot.data[0].at(-1) ?? 0)) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 2,
        ...(line.dash ? { dash: line.dash } : {}),
        spanGaps: true,
        points: {
          show: (/** @type {Plot} */ plot) => plot.data[0].length < FEW,
          size: 5,
        },
        value: (/** @type {unknown} */ _, /** @type {number | null} */ v) => withUnit(v, unit),
      })),
    ],
  };
}

/** A line's dash as a style of CSS, for its sample in the legend. @param {number[] | undefined} dash */
const dashName = (dash) => (!dash ? 'solid' : (dash[0] ?? 0) < 4 ? 'dotted' : 'dashed');

/** Room for the widest number of the y axis. @type {(plot: Plot, values: string[]) => number} */
const axisWidth = (_, values) => 18 + 7 * Math.max(4, ...(values ?? []).map((v) => v.length));

/** @param {Plot} plot */
const span = (plot) => plot.scales['x']?.max ?? 0;
