/** Small multiples: one small figure for each measure, with the same runs in the same order and colours in all. */

import { h } from '../core/dom.js';
import { hasEnded, modeName, number } from '../core/format.js';
import { t } from '../core/language.js';
import { bars, lines } from './figures.js';
import { MEASURES } from './measures.js';
import { modeStyle, stylesOf } from './palette.js';
import { rowName } from '../pages/progress.js';
import { p } from '../pages/words.js';
import { legend } from './svg.js';

/** @typedef {import('./measures.js').Entry} Entry */
/** @typedef {import('./measures.js').Measure} Measure */
/** What is one bar or one point of a line: a run, or all runs of one mode and count.
 * @typedef {{ mode: string, count: number, label: string, entries: Entry[] }} Load */
/** @typedef {{ low: number, median: number, high: number }} Found */

/** Each run by itself. @param {Entry[]} entries @returns {Load[]} */
export const eachRun = (entries) =>
  entries.map((entry) => ({ mode: entry.run.mode, count: entry.run.count, label: rowName(entry.run), entries: [entry] }));

/** The runs that have ended by mode and count, in the order of their first. @param {Entry[]} entries @returns {Load[]} */
export function byLoad(entries) {
  /** @type {Map<string, Load>} */
  const loads = new Map();
  for (const entry of entries) {
    const { mode, count } = entry.run;
    if (!hasEnded(entry.run)) continue;
    const label = `${modeName(mode)} × ${number(count)}`;
    const load = loads.get(label) ?? { mode, count, label, entries: [] };
    load.entries.push(entry);
    loads.set(label, load);
  }
  return [...loads.values()];
}

/** Whether runs go by several counts, none of which a search has chosen. @param {string} kind @param {{ count: number }[]} loads */
export const isTable = (kind, loads) =>
  (kind === 'sweep' || kind === 'classic') && new Set(loads.map(({ count }) => count)).size > 1;

/** The lowest, the median and the highest of what is known; the median of an even number is between the middle two.
 * @param {Load} load @param {Measure} measure @returns {Found | null} */
function foundOf({ entries }, measure) {
  const values = entries.flatMap((entry) => measure.of(entry) ?? []).sort((a, b) => a - b);
  const at = (/** @type {number} */ i) => values[i] ?? 0;
  const last = values.length - 1;
  if (last < 0) return null;
  return { low: at(0), median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2, high: at(last) };
}

/** The measures that say something of these loads, each with what was found. That all clients completed is no picture.
 * @param {Load[]} loads */
function measured(loads) {
  return MEASURES.map((measure) => ({ measure, found: loads.map((load) => foundOf(load, measure)) })).filter(({ measure, found }) => {
    const known = found.flatMap((f) => f ?? []);
    return known.length > 0 && (measure.key !== 'completed' || known.some(({ low }) => low < 1));
  });
}

/** The ends of the axis that a measure shares with others. @param {ReturnType<typeof measured>} all @param {Measure} measure */
function endsOf(all, { axis }) {
  const known = all.filter(({ measure }) => axis !== undefined && measure.axis === axis).flatMap(({ found }) => found);
  return known.flatMap((f) => (f ? [f.low, f.high] : []));
}

/** @param {Node[]} figures @param {Node[]} [above] */
const multiples = (figures, above = []) => h('div', {}, ...above, h('div', { class: 'multiples' }, ...figures));

/** Bars beside each other, one figure a measure. @param {Load[]} loads */
export function barMultiples(loads) {
  const all = measured(loads);
  const styles = stylesOf(loads);
  return multiples(
    all.map(({ measure, found }) => {
      const groups = loads.map(({ label, entries }, i) => {
        const { low, median, high } = found[i] ?? { low: 0, median: null, high: 0 };
        /** @type {import('./figures.js').Spread | null} */
        const spread = entries.length > 1 && median !== null ? [low, high] : null;
        return { label, color: styles[i]?.color, values: [median], spread: entries.length > 1 ? [spread] : undefined };
      });
      const look = { small: true, ends: endsOf(all, measure) };
      return bars(measure.text, measure.help, [{ label: measure.text, color: '--line-0' }], groups, measure.format, look);
    }),
  );
}

/** Lines over the count with the spread of the repeats, one figure a measure and one line a mode. @param {Load[]} loads */
export function lineMultiples(loads) {
  const all = measured(loads);
  const modes = [...new Set(loads.map(({ mode }) => mode))];
  const counts = [...new Set(loads.map(({ count }) => count))].sort((a, b) => a - b);
  const x = { text: t('field.count'), format: number, log: true, marks: counts };
  const styles = modes.map((mode) => ({ label: modeName(mode), ...modeStyle(mode) }));
  const figures = all.map(({ measure, found }) => {
    const curves = modes.map((mode, m) => {
      const own = loads.flatMap((load, i) => (load.mode === mode && found[i] ? [{ count: load.count, ...found[i] }] : []));
      own.sort((a, b) => a.count - b.count);
      return {
        .../** @type {typeof styles[number]} */ (styles[m]),
        points: own.map(({ count, median }) => /** @type {[number, number]} */ ([count, median])),
        spread: own.map(({ low, high }) => /** @type {import('./figures.js').Spread} */ ([low, high])),
      };
    });
    const y = { ...measure };
    return lines(measure.text, measure.help, { x, y }, curves, { small: true, ends: endsOf(all, measure) });
  });
  return multiples(figures, [h('p', { class: 'muted' }, p('compare.spread')), legend(styles)]);
}
