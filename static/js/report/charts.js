/** The charts. They show what the tables say: counted peaks as bars, and lines over time only where samples saw the peak. */

import { FORETOLD, bars, lines } from '../charts/figures.js';
import { h } from '../core/dom.js';
import { ceilingOf, micros, modeName, moment, number, rate, seconds } from '../core/format.js';
import { t } from '../core/language.js';
import { nameOf, rowName } from '../pages/progress.js';
import { p } from '../pages/words.js';
import { isMeasured, maximaOf } from './maxima.js';
import { rowsOf, workersOf } from './result.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Sample} Sample */

/** A line through fewer samples would be a guess. */
const SAMPLES_LEAST = 8;
/** The samples must come so near to the counted peaks. */
const SEEN_LEAST = 0.95;
const BARS_MOST = 16;

/** @param {Data} data */
export function charts(data) {
  const typical = data.modes.flatMap(({ typical: run }) => (run && run.totals.started > 0 ? [run] : []));
  const shown = data.single.filter((run) => run.totals.started > 0);
  const runs = [...new Set([...typical, ...shown])].slice(0, BARS_MOST);
  const followed = typical.map((run) => ({ run, samples: data.parts.get(run.id)?.samples ?? [] }));
  const short = followed.filter((one) => !isFollowed(one));
  return [
    h(
      'div',
      { class: 'figures' },
      ...maxima(data),
      ...pace(data, runs),
      ...(runs.length ? [peaks(runs)] : []),
      ...latencies(runs),
      ...followed.filter(isFollowed).map(overTime),
    ),
    short.length ? h('p', { class: 'muted note' }, r('charts.short', short.map(shortly).join(', '))) : '',
  ];
}

/** @param {Data} data */
function maxima(data) {
  const measured = maximaOf(data).filter(isMeasured);
  if (!measured.length) return [];
  const several = new Set(measured.map(({ experiment }) => experiment?.id)).size > 1;
  const groups = measured.map(({ mode, experiment, predicted, found, place }) => ({
    label: several ? `${modeName(mode)} (${experiment?.id})` : modeName(mode),
    below: place ? place.split(', ') : [],
    values: [predicted, found?.ceiling ?? null],
    words: [undefined, found && ceilingOf(found)],
  }));
  return [bars(p('measure.at_once'), r('charts.maxima_help'), FORETOLD, groups, number)];
}

/** Of the loads where there are some, as their table has them. @param {Data} data @param {Run[]} runs */
function pace({ experiments }, runs) {
  const loads = experiments.flatMap((experiment) => rowsOf(experiment).map((row) => ({ row, id: experiment.id }))).filter(({ row }) => row.clients_per_s);
  const several = new Set(loads.map(({ id }) => id)).size > 1;
  const groups = loads.length
    ? loads.map(({ row, id }) => ({
        label: `${modeName(row.mode)} × ${number(row.count)}${several ? ` (${id})` : ''}`,
        values: [row.clients_per_s?.median ?? null],
      }))
    : runs.map((run) => ({ label: rowName(run), values: [run.clients_per_s ?? null] }));
  if (!groups.length) return [];
  return [bars(r('charts.pace'), r('charts.pace_help'), [{ label: t('rate.title'), color: '--line-2' }], groups.slice(0, BARS_MOST), rate)];
}

/** @param {Run[]} runs */
function peaks(runs) {
  const kinds = [
    { label: r('charts.client'), color: '--client' },
    { label: t('chart.server_threads'), color: '--server' },
    { label: r('charts.connections'), color: '--line-2' },
  ];
  const groups = runs.map((run) => ({
    label: rowName(run),
    values: [workersOf(run), run.peaks.server_threads, run.peaks.server_connections],
  }));
  return bars(r('charts.peaks'), r('charts.peaks_help'), kinds, groups, number);
}

/** @param {Run[]} runs */
function latencies(runs) {
  const measured = runs.filter((run) => run.latency_us?.client?.max);
  if (!measured.length) return [];
  const kinds = [
    { label: 'p50', color: '--line-0' },
    { label: 'p99', color: '--line-1' },
  ];
  const groups = measured.map((run) => ({
    label: rowName(run),
    values: [run.latency_us?.client?.p50 ?? null, run.latency_us?.client?.p99 ?? null],
  }));
  return [bars(r('charts.latency'), r('charts.latency_help'), kinds, groups, micros)];
}

/* --- over time --- */

/** @param {Sample} sample */
const workersIn = ({ client }) => Math.max(client.threads, client.processes);

/** @param {{ run: Run, samples: Sample[] }} one */
function isFollowed({ run, samples }) {
  const client = Math.max(0, ...samples.map(workersIn));
  const server = Math.max(0, ...samples.map((sample) => sample.server.threads));
  return samples.length >= SAMPLES_LEAST && client >= SEEN_LEAST * workersOf(run) && server >= SEEN_LEAST * run.peaks.server_threads;
}

/** @param {{ run: Run, samples: Sample[] }} one */
const shortly = ({ run, samples }) => r('charts.short_run', run.id, seconds(run.duration_s), r('charts.samples', number(samples.length)));

/** @param {{ run: Run, samples: Sample[] }} one */
function overTime({ run, samples }) {
  const span = Math.max(0, ...samples.map((sample) => sample.at_ms)) / 1000;
  const axes = { x: { text: t('time.title'), format: (/** @type {number} */ us) => moment(us / 1e6, span) }, y: { text: r('charts.alive'), format: number } };
  const caption = `${r('charts.sides', run.id)}, ${nameOf(run)}`;
  const help = r('charts.sides_help', number(workersOf(run)), number(run.peaks.server_threads));
  /** @type {(of: (sample: Sample) => number) => [number, number][]} */
  const points = (of) => samples.map((sample) => [sample.at_ms * 1000, of(sample)]);
  return lines(caption, help, axes, [
    { label: t('client_side'), color: '--client', points: points(workersIn) },
    { label: t('chart.server_threads'), color: '--server', dash: [6, 4], points: points((sample) => sample.server.threads) },
  ]);
}
