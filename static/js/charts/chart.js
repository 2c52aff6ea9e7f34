/** Line charts over a run's time. The frame is here; what draws (plot.js and uPlot) is fetched with the first chart that has
 * something to draw. */

import { messageOf } from '../core/api.js';
import { h, table } from '../core/dom.js';
import { moment, withUnit } from '../core/format.js';
import { t } from '../core/language.js';
import { onTheme } from '../core/theme.js';
import { enlarger } from './enlarge.js';

/** @typedef {import('uplot')} Plot */
/** @typedef {{ label: string, color: string, dash?: number[] | undefined }} Line color: a CSS variable's name */
/** For each line the most that was counted: drawn as a level when every sample missed it. @typedef {number[]} Levels */
/** A limit, drawn as a line across once the values come near it. @typedef {{ value: number, label: string }} Bound */
/** Times in seconds, then one list of values for each line.
 * @typedef {[number[], ...(number | null | undefined)[][]]} Data */
/** What a chart is made of. `zoom` is that of all charts of the page; `most` and `end` (in seconds) are where
 * the axes end at least, for charts that are compared.
 * @typedef {{ caption: string, explanation: string, lines: Line[], unit: string, zoom: import('./zoom.js').Zoom,
 *   most?: number, end?: number }} Parts */
/** What is drawn beside the data, as it is now. @typedef {{ levels: Levels, bound: Bound | null }} Marks */

/** Rows of a chart's table at most: every second goes until they are few enough. */
const ROWS_MOST = 60;
/** A peak is drawn when it is so much above every sample. */
const MISSED = 1.05;

/**
 * A chart with a caption; its room is kept from the start, so nothing jumps when it is drawn.
 *
 * @param {Parts} parts `explanation` says what a newcomer should see in it
 */
export function createChart(parts) {
  const { caption, explanation, lines, unit, zoom } = parts;
  const canvas = h('div', {
    class: 'chart', tabindex: 0, role: 'group', 'aria-label': t('chart.keys', caption), onkeydown: steered, onclick: clicked,
  });
  const numbers = h('div');
  const dotted = h('span', { class: 'muted', hidden: true }, t('chart.dotted'));
  const large = enlarger(caption, () => element);
  const element = h(
    'figure',
    {},
    h('figcaption', {}, h('strong', {}, caption), ' ', h('span', { class: 'muted' }, explanation), dotted),
    large,
    canvas,
    h('details', { class: 'twin', ontoggle: () => fillTable() }, h('summary', {}, t('table.show')), numbers),
  );
  /** @type {import('./plot.js').Drawn | null} */
  let plot = null;
  /** @type {Data | null} */
  let data = null;
  /** @type {Marks} */
  const marks = { levels: [], bound: null };
  let loading = false;
  let ended = false;

  const resize = new ResizeObserver(() => {
    if (plot) plot.resize();
    else if (data) draw(data);
  });
  const redraw = () => {
    plot?.destroy();
    plot = null;
    if (data) draw(data);
  };
  const ends = [onTheme(redraw), zoom.join(() => plot?.zoomed())];
  resize.observe(canvas);

  /** @param {KeyboardEvent} event */
  function steered(event) {
    if (event.target !== canvas || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') large.click();
    else if (!zoom.steer(event.key, Math.max(data?.[0].at(-1) ?? 0, parts.end ?? 0))) return;
    event.preventDefault();
  }

  /** Not on the legend, where a click hides a line. @param {MouseEvent} event */
  function clicked({ target }) {
    if (target instanceof Element && target.closest('.u-over') && !element.closest('dialog')) large.click();
  }

  /** Only while it is open. */
  function fillTable() {
    if (data && numbers.parentElement?.hasAttribute('open')) numbers.replaceChildren(tableOf(caption, data, lines, unit));
  }

  /** @param {Data} values @param {Levels} [most] */
  async function draw(values, most = marks.levels) {
    data = values;
    marks.levels = most.map((level, i) => (level > MISSED * greatest(values[i + 1] ?? []) ? level : 0));
    dotted.hidden = marks.levels.every((level) => level === 0);
    fillTable();
    if (plot) return plot.setData(values);
    if (loading || canvas.clientWidth === 0) return;
    loading = true;
    try {
      const { createPlot } = await import('./plot.js');
      const drawn = await createPlot(canvas, parts, marks);
      if (ended) drawn.destroy();
      else (plot = drawn).setData(data);
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
      marks.bound = limit;
      if (data) draw(data);
    },
    destroy() {
      ended = true;
      element.closest('dialog')?.close();
      resize.disconnect();
      ends.forEach((end) => end());
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
    const cells = columns.map((column) => h('td', { class: 'number' }, withUnit(column[i], unit)));
    return [h('tr', {}, h('th', { scope: 'row', class: 'number' }, moment(at, last)), ...cells)];
  });
  const heads = [t('time.title'), ...lines.map((line) => line.label)];
  return table(caption, heads.map((text) => ({ text, number: true })), rows);
}

/** @param {(number | null | undefined)[]} values */
const greatest = (values) => values.reduce((/** @type {number} */ most, v) => Math.max(most, v ?? 0), 0);

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
