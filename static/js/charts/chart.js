/** Line charts over a run's time, by uPlot, which is fetched with the first chart that has something to draw. */

import { messageOf } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { number } from '../core/format.js';
import { locale, t } from '../core/language.js';
import { plotLibrary } from './plot_library.js';

/** @typedef {import('uplot')} Plot */
/** @typedef {{ label: string, color: string, dash?: number[] }} Line color: a CSS variable's name */
/** For each line the most that was counted: drawn as a level when every sample missed it. @typedef {number[]} Levels */
/** A limit, drawn as a line across once the values come near it. @typedef {{ value: number, label: string }} Bound */
/** Times in seconds, then one list of values for each line.
 * @typedef {[number[], ...(number | null | undefined)[][]]} Data */

const HEIGHT = 220;
/** With fewer samples than this, each is marked: a line needs two. */
const FEW = 30;
/** Rows of a chart's table at most: every second goes until they are few enough. */
const ROWS_MOST = 60;
/** A peak is drawn when it is so much above every sample. */
const MISSED = 1.05;

/**
 * A chart with a caption; its room is kept from the start, so nothing jumps when it is drawn.
 *
 * @param {string} caption
 * @param {string} explanation what a newcomer should see in it
 * @param {Line[]} lines
 * @param {string} unit of the values
 */
export function createChart(caption, explanation, lines, unit) {
  const canvas = h('div', { class: 'chart' });
  const numbers = h('div');
  const dotted = h('span', { class: 'muted', hidden: true }, t('chart.dotted'));
  const element = h(
    'figure',
    {},
    h('figcaption', {}, h('strong', {}, caption), ' ', h('span', { class: 'muted' }, explanation), dotted),
    canvas,
    h('details', { class: 'twin', ontoggle: () => fillTable() }, h('summary', {}, t('table.show')), numbers),
  );
  /** @type {Plot | null} */
  let plot = null;
  /** @type {Data | null} */
  let data = null;
  /** @type {Levels} */
  let levels = [];
  /** @type {Bound | null} */
  let bound = null;
  let loading = false;
  let ended = false;

  const resize = new ResizeObserver(() => {
    if (plot) plot.setSize({ width: canvas.clientWidth, height: HEIGHT });
    else if (data) draw(data);
  });
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => {
    plot?.destroy();
    plot = null;
    if (data) draw(data);
  };
  scheme.addEventListener('change', redraw);
  resize.observe(canvas);

  /** Only while it is open. */
  function fillTable() {
    if (data && numbers.parentElement?.hasAttribute('open')) numbers.replaceChildren(tableOf(caption, data, lines, unit));
  }

  /** @param {Data} values @param {Levels} [most] */
  async function draw(values, most = levels) {
    data = values;
    levels = most.map((level, i) => (level > MISSED * greatest(values[i + 1] ?? []) ? level : 0));
    dotted.hidden = levels.every((level) => level === 0);
    fillTable();
    if (plot) {
      plot.setData(/** @type {any} */ (values));
      return showNewest(plot);
    }
    if (loading || canvas.clientWidth === 0) return;
    loading = true;
    try {
      const UPlot = await plotLibrary();
      if (!ended) plot = new UPlot(options(canvas, lines, unit, () => levels, () => bound), /** @type {any} */ (data), canvas);
    } catch (error) {
      canvas.replaceChildren(h('p', { class: 'error' }, messageOf(error)));
    } finally {
      loading = false;
    }
  }

  return {
    element,
    draw,
    /** @param {Bound | null} limit */
    setBound(limit) {
      bound = limit;
      if (data) draw(data);
    },
    destroy() {
      ended = true;
      resize.disconnect();
      scheme.removeEventListener('change', redraw);
      plot?.destroy();
    },
  };
}

/** What the chart shows, in numbers. @param {string} caption @param {Data} data @param {Line[]} lines @param {string} unit */
function tableOf(caption, [times, ...columns], lines, unit) {
  const every = Math.ceil(times.length / ROWS_MOST);
  const last = times.at(-1) ?? 0;
  const rows = times.flatMap((at, i) => {
    if (i % every !== 0 && i !== times.length - 1) return [];
    const cells = columns.map((column) => h('td', { class: 'number' }, told(column[i], unit)));
    return [h('tr', {}, h('th', { scope: 'row', class: 'number' }, time(at, last)), ...cells)];
  });
  const heads = [t('time.title'), ...lines.map((line) => line.label)];
  return table(caption, heads.map((text) => ({ text, number: true })), rows);
}

/** @param {number | null | undefined} v @param {string} unit */
const told = (v, unit) => (v === null || v === undefined ? '–' : `${number(v)} ${unit}`);

/** The legend tells each line's newest value while no pointer rests on the chart. @param {Plot} plot */
function showNewest(plot) {
  if ((plot.cursor.left ?? -1) >= 0) return;
  const columns = /** @type {Data} */ (plot.data);
  const newest = columns.map((column) => column.findLastIndex((v) => v !== null && v !== undefined));
  plot.setLegend({ idxs: newest }, false);
}

/** @param {(number | null | undefined)[]} values */
const greatest = (values) => values.reduce((/** @type {number} */ most, v) => Math.max(most, v ?? 0), 0);

/** Draws the peaks that no sample met, as dotted levels. @param {Plot} plot @param {Levels} levels */
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

/** Under a second in milliseconds: "5 ms", not "0.005 s". @param {number} s @param {number} span of the axis */
const time = (s, span) => (span < 1 ? `${precise(s * 1000)} ms` : `${precise(s)} s`);

/** Room for the widest number of the y axis. @type {(plot: Plot, values: string[]) => number} */
const axisWidth = (_, values) => 18 + 7 * Math.max(4, ...(values ?? []).map((v) => v.length));

/** A bound is worth its room from here on, as a share of it. */
const NEAR = 0.5;

/** @param {Bound | null} bound @param {number} most */
const near = (bound, most) => (bound && most >= NEAR * bound.value ? bound : null);

/** @param {Plot} plot @param {Bound | null} bound @param {string} color */
function drawBound(plot, bound, color) {
  const { ctx, bbox } = plot;
  const most = plot.scales['y']?.max ?? 0;
  if (!bound || bound.value > most) return;
  const y = Math.round(plot.valToPos(bound.value, 'y', true));
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.textAlign = 'right';
  ctx.fillText(bound.label, bbox.left + bbox.width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
  ctx.restore();
}

/** @param {HTMLElement} canvas @param {Line[]} lines @param {string} unit @param {() => Levels} levels
 * @param {() => Bound | null} bound @returns {import('uplot').Options} */
function options(canvas, lines, unit, levels, bound) {
  const style = getComputedStyle(canvas);
  /** @param {string} name */
  const color = (name) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const grid = { stroke: color('--line'), width: 1 };
  const axis = { stroke: color('--muted'), font, grid, ticks: { ...grid, size: 4 } };
  return {
    width: canvas.clientWidth,
    height: HEIGHT,
    // uPlot puts its legend below the plot; the container has room for both.
    legend: { live: true },
    cursor: { drag: { x: true, y: false } },
    hooks: { ready: [showNewest], draw: [(plot) => drawLevels(plot, levels()), (plot) => drawBound(plot, bound(), color('--bad'))] },
    scales: {
      x: { time: false, range: (plot, least, most) => [least <= (plot.data[0][0] ?? 0) ? 0 : least, most || 1] },
      y: { range: (_, __, most) => [0, 1.12 * Math.max(1, most, ...levels(), near(bound(), most)?.value ?? 0)] },
    },
    axes: [
      { ...axis, size: 34, values: (plot, splits) => splits.map((s) => time(s, span(plot))) },
      { ...axis, size: axisWidth, values: (_, splits) => splits.map((v) => (Number.isInteger(v) ? number(v) : '')) },
    ],
    series: [
      { label: t('time.title'), value: (plot, v) => (v === null || v === undefined ? '–' : time(v, span(plot))) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 2,
        dash: line.dash,
        spanGaps: true,
        points: {
          show: (/** @type {Plot} */ plot) => plot.data[0].length < FEW,
          size: 5,
        },
        value: (/** @type {unknown} */ _, /** @type {number | null} */ v) => told(v, unit),
      })),
    ],
  };
}

/** @param {Plot} plot */
const span = (plot) => plot.scales['x']?.max ?? 0;

/** @param {number} n */
const precise = (n) => n.toLocaleString(locale, { maximumFractionDigits: 3 });

/** Several series, each with its own times, on one time axis.
 * @param {[number[], ...(number | null)[][]][]} tables
 * @returns {Data} */
export function onOneAxis(tables) {
  const times = [...new Set(tables.flatMap(([x]) => x))].sort((a, b) => a - b);
  const place = new Map(times.map((t, i) => [t, i]));
  const columns = tables.flatMap(([x, ...ys]) =>
    ys.map((y) => {
      /** @type {(number | null)[]} */
      const column = new Array(times.length).fill(null);
      x.forEach((t, i) => (column[/** @type {number} */ (place.get(t))] = y[i] ?? null));
      return column;
    }),
  );
  return [times, ...columns];
}
