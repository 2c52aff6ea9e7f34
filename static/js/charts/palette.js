/** Colours of lines and bars, and what tells them apart without colour: a mark, and beyond six a dash. */

import { MODES } from '../core/contract.js';

/** @typedef {'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus'} Mark */
/** `color`: a CSS variable's name. @typedef {{ color: string, mark: Mark, dash: boolean }} Style */

/** @type {Mark[]} */
const MARKS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'];
/** As many as the style sheet has. */
const COLORS = 6;

/** The style of the i-th thing that is shown. @param {number} i @returns {Style} */
export const styleOf = (i) => ({
  color: `--line-${i % COLORS}`,
  mark: MARKS[i % COLORS] ?? 'circle',
  dash: i % (2 * COLORS) >= COLORS,
});

/** A mode has the same style everywhere. @param {string} mode */
export const modeStyle = (mode) => styleOf(Math.max(0, MODES.findIndex((m) => m === mode)));
