/** Figures of several runs beside each other, for the comparison and the report: what they carried, how fast, and how
 * long clients took. */

import { bars, lines } from './figures.js';
import { micros, number, rate } from '../core/format.js';
import { MODES } from '../core/contract.js';
import { t } from '../core/language.js';
import { nameOf } from '../pages/progress.js';

/** @typedef {import('../core/types').Run} Run */

/** As many as the style sheet has. */
const COLORS = 6;

/** "12: Threads × 500" @param {Run} run */
export const rowName = (run) => `${run.id}: ${nameOf(run)}`;

/** Completed against requested, a line for each mode. @param {Run[]} runs */
function carried(runs) {
  const modes = [...new Set(runs.map((r) => r.mode))];
  const curves = modes.map((mode) => ({
    label: t(`mode.${mode}`),
    color: `--line-${MODES.indexOf(mode) % COLORS}`,
    points: runs
      .filter((r) => r.mode === mode)
      .map((r) => /** @type {[number, number]} */ ([r.count, Math.max(r.totals.completed, 0.5)]))
      .sort((a, b) => a[0] - b[0]),
  }));
  const whole = (/** @type {number} */ n) => (n < 1 ? '0' : number(n));
  const axes = { x: { text: t('figure.requested'), format: whole, log: true }, y: { text: t('completed'), format: whole, log: true } };
  return lines(t('figure.carried'), t('figure.carried_help'), axes, curves);
}

/** @param {Run[]} runs */
function pace(runs) {
  const groups = runs.map((run) => ({ label: rowName(run), values: [run.clients_per_s ?? 0] }));
  return bars(t('pace'), t('figure.pace_help'), [{ label: t('rate.title'), color: '--line-2' }], groups, rate);
}

/** None when nothing was measured. @param {Run[]} runs */
function latencies(runs) {
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
  return [bars(t('latency.title'), t('figure.took_help'), kinds, groups, micros)];
}

/** @param {Run[]} runs at least one */
export const runFigures = (runs) => [carried(runs), pace(runs), ...latencies(runs)];
