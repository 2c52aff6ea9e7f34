/** Line charts over a run's time, by uPlot, which is fetched with the first chart that has something to draw. */

import { h } from './dom.js';
import { number } from './format.js';

/** @typedef {import('/vendor/uPlot.esm.js')} Plot */
/** @typedef {{ label: string, color: string, dash?: number[] }} Line color: a CSS variable's name */
/** Times in seconds, then one list of values for each line.
 * @typedef {[number[], ...(number | null | undefined)[][]]} Data */

const HEIGHT = 220;
/** With fewer samples than this, each is marked: a line needs two. */
const FEW = 30;

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
  const element = h(
    'figure',
    {},
    h('figcaption', {}, h('strong', {}, caption), ' ', h('span', { class: 'muted' }, explanation)),
    canvas,
  );
  /** @type {Plot | null} */
  let plot = null;
  /** @type {Data | null} */
  let data = null;
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

  /** @param {Data} values */
  async function draw(values) {
    data = values;
    if (plot) {
      plot.setData(/** @type {any} */ (values));
      return showNewest(plot);
    }
    if (loading || canvas.clientWidth === 0) return;
    loading = true;
    const { default: UPlot } = await import('/vendor/uPlot.esm.js');
    loading = false;
    if (ended) return;
    plot = new UPlot(options(canvas, lines, unit), /** @type {any} */ (data), canvas);
  }

  return {
    element,
    draw,
    destroy() {
      ended = true;
      resize.disconnect();
      scheme.removeEventListener('change', redraw);
      plot?.destroy();
    },
  };
}

/** The legend tells the newest values while no pointer rests on the chart. @param {Plot} plot */
function showNewest(plot) {
  if ((plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

/** Room for the widest number of the y axis. @type {(plot: Plot, values: string[]) => number} */
const axisWidth = (_, values) => 18 + 7 * Math.max(4, ...(values ?? []).map((v) => v.length));

/** @param {HTMLElement} canvas @param {Line[]} lines @param {string} unit
 * @returns {import('/vendor/uPlot.esm.js').Options} */
function options(canvas, lines, unit) {
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
    hooks: { ready: [showNewest] },
    scales: {
      x: { time: false, range: (plot, least, most) => [least <= (plot.data[0][0] ?? 0) ? 0 : least, most || 1] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] },
    },
    axes: [
      { ...axis, size: 34, values: (_, splits) => splits.map((s) => `${precise(s)} s`) },
      { ...axis, size: axisWidth, values: (_, splits) => splits.map((v) => (Number.isInteger(v) ? number(v) : '')) },
    ],
    series: [
      { label: 'Time', value: (_, v) => (v === null || v === undefined ? '–' : `${precise(v)} s`) },
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
        value: (/** @type {unknown} */ _, /** @type {number | null} */ v) =>
          v === null || v === undefined ? '–' : `${number(v)} ${unit}`,
      })),
    ],
  };
}

/** @param {number} n */
const precise = (n) => n.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** Several series, each with its own times, on one time axis.
 * @param {[number[], ...number[][]][]} tables
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
