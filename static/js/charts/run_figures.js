/** Figures of several runs beside each other, for the comparison and the report: what they carried, how fast, and how
 * long clients took. */

import { bars, lines } from './figures.js';
import { micros, number, rate } from '../core/format.js';
import { MODES } from '../pages/modes.js';
import { nameOf } from '../pages/progress.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {Record<'carried' | 'carriedHelp' | 'requested' | 'completed' | 'pace' | 'paceHelp' | 'perSecond' | 'took' | 'tookHelp', string>} Words */

const MODE_COLORS = { thread: '--line-0', pool: '--line-2', process: '--line-1', event: '--line-3' };

/** @param {import('../core/types').Mode} mode */
export const modeName = (mode) => MODES.find((m) => m.mode === mode)?.name ?? mode;

/** "12: Threads × 500" @param {Run} run */
export const rowName = (run) => `${run.id}: ${nameOf(run)}`;

/** Completed against requested, a line for each mode. @param {Run[]} runs @param {Words} words */
function carried(runs, words) {
  const modes = [...new Set(runs.map((r) => r.mode))];
  const curves = modes.map((mode) => ({
    label: modeName(mode),
    color: MODE_COLORS[mode],
    points: runs
      .filter((r) => r.mode === mode)
      .map((r) => /** @type {[number, number]} */ ([r.count, Math.max(r.totals.completed, 0.5)]))
      .sort((a, b) => a[0] - b[0]),
  }));
  const whole = (/** @type {number} */ n) => (n < 1 ? '0' : number(n));
  const axes = { x: { text: words.requested, format: whole, log: true }, y: { text: words.completed, format: whole, log: true } };
  return lines(words.carried, words.carriedHelp, axes, curves);
}

/** @param {Run[]} runs @param {Words} words */
function pace(runs, words) {
  const groups = runs.map((run) => ({ label: rowName(run), values: [run.clients_per_s ?? 0] }));
  return bars(words.pace, words.paceHelp, [{ label: words.perSecond, color: '--line-2' }], groups, rate);
}

/** None when nothing was measured. @param {Run[]} runs @param {Words} words */
function latencies(runs, words) {
  const measured = runs.filter((r) => r.latency_us?.client?.max);
  if (!measured.length) return [];
  const kinds = [
    { label: 'p50', color: '--line-0' },
    { label: 'p99', color: '--line-1' },
  ];
  const groups = measured.map((run) => ({
    label: rowName(run),
    values: [run.latency_us?.client.p50 ?? null, run.latency_us?.client.p99 ?? null],
  }));
  return [bars(words.took, words.tookHelp, kinds, groups, micros)];
}

/** @param {Run[]} runs at least one @param {Words} words */
export const runFigures = (runs, words) => [carried(runs, words), pace(runs, words), ...latencies(runs, words)];
