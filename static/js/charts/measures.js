/** What runs are compared by: one number of a run each, of what is stored of it; null where that says nothing. */

import { bytes, micros, number, percent, rate } from '../core/format.js';
import { t } from '../core/language.js';
import { p } from '../pages/words.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Comparison['runs'][number]['samples']} Samples */
/** A run; its samples where they were fetched. @typedef {{ run: Run, samples?: Samples }} Entry */
/** `axis`: measures of one axis have the same scale; `log`: by powers of ten as a line.
 * `binary`: its round numbers are those of KiB and MiB.
 * @typedef {{ key: string, text: string, help: string, axis?: string, log?: boolean, binary?: boolean, format: (n: number) => string,
 *   of: (entry: Entry) => number | null }} Measure */

/** The kernel counts the panel's CPU time in steps of 10 ms: a run that is too short to measure has none. 0: a server that
 * is not watched. @param {Run} run */
const serverCpu = ({ totals: { started }, cpu: used }) =>
  used?.server_s && used.busy !== null && started > 0 ? (used.server_s * 1e6) / started : null;

/** Microseconds until the last client was up, for each; null of clients that were made to wait. @param {Run} run */
export const startCost = ({ start, rate }) => (start?.per_s && !rate ? 1e6 / start.per_s : null);

/** @type {Measure[]} */
export const MEASURES = [
  {
    key: 'completed', text: t('completed'), help: p('measure.completed_help'), format: percent,
    of: ({ run }) => run.totals.completed / run.count,
  },
  {
    key: 'at_once', text: p('measure.at_once'), help: t('progress.peak_clients_help'), format: number,
    of: ({ run }) => run.start?.peak_clients ?? null,
  },
  { key: 'pace', text: t('pace'), help: t('pace.help'), format: rate, of: ({ run }) => run.clients_per_s },
  {
    key: 'p50', text: p('measure.p50'), help: p('latency.p50_help'), axis: 'latency', log: true, format: micros,
    of: ({ run }) => (run.latency_us?.client?.max ? run.latency_us.client.p50 : null),
  },
  {
    key: 'p99', text: p('measure.p99'), help: p('latency.p99_help'), axis: 'latency', log: true, format: micros,
    of: ({ run }) => (run.latency_us?.client?.max ? run.latency_us.client.p99 : null),
  },
  {
    key: 'start', text: p('measure.start'), help: p('measure.start_help'), axis: 'cost', format: micros,
    of: ({ run }) => startCost(run),
  },
  {
    key: 'cpu_client', text: t('measure.cpu_client'), help: t('measure.cpu_client_help'), axis: 'cost', format: micros,
    of: ({ run }) => run.cost.cpu_us,
  },
  {
    key: 'cpu_server', text: p('measure.cpu_server'), help: p('measure.cpu_server_help'), axis: 'cost', format: micros,
    of: ({ run }) => serverCpu(run),
  },
  {
    key: 'memory', text: t('measure.memory'), help: t('measure.memory_help'), format: bytes, binary: true,
    of: ({ run }) => run.cost.memory_bytes,
  },
];
