/** Colours of lines and bars, and what tells them apart without colour: a mark, and a dash. */

import { MODES } from '../core/contract.js';

/** @typedef {'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus'} Mark */
/** `color`: a CSS variable's name. @typedef {{ color: string, mark: Mark, dash?: number[] | undefined }} Style */

/** @type {Mark[]} */
const MARKS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'];
/** As many as the style sheet has. */
const COLORS = 6;
/** Lines of one colour: the first is solid. @type {(number[] | undefined)[]} */
export const DASHES = [undefined, [6, 4], [2, 3], [10, 3, 2, 3]];

/** The style of the i-th thing that is shown. @param {number} i @returns {Style} */
const styleOf = (i) => ({
  color: `--line-${i % COLORS}`,
  mark: MARKS[i % COLORS] ?? 'circle',
  dash: DASHES[Math.floor(i / COLORS) % DASHES.length],
});

/** A mode has the same style everywhere. @param {string} mode */
export const modeStyle = (mode) => styleOf(Math.max(0, MODES.findIndex((m) => m === mode)));

/** The styles of the runs or loads of one page, the same in all of its figures: the colour of the mode, and a dash for each
 * further one of a mode; a colour for each where modes do not tell them apart.
 * @param {{ mode: string }[]} loads @param {boolean} [isByMode] @returns {Style[]} */
export function stylesOf(loads, isByMode = new Set(loads.map(({ mode }) => mode)).size === loads.length) {
  return loads.map(({ mode }, i) => {
    const before = loads.slice(0, i).filter((load) => load.mode === mode).length;
    return isByMode ? { ...modeStyle(mode), dash: DASHES[before % DASHES.length] } : styleOf(i);
  });
}
