/** The charts of one run: what both sides did over its time. */

import { createChart } from './chart.js';
import { h } from '../core/dom.js';
import { limitName, number, workers } from '../core/format.js';
import { t } from '../core/language.js';
import { createZoom } from './zoom.js';

/** @typedef {import('./samples.js').Series} Series */

/** @typedef {import('../core/types').Limit} Limit */

/** What bounds threads and processes. */
const TASKS = ['RLIMIT_NPROC', 'pids.max', 'kernel.threads-max', 'kernel.pid_max'];

/** @param {import('../core/types').Verdict} verdict of a limit or a cap */
const stop = ({ name, value, reached }) => ({
  value: reached ?? 0,
  label: t('chart.reached', name ?? '', number(value), number(reached)),
});

/** @param {Limit[]} limits */
function leastDescriptors(limits) {
  const bounds = limits.flatMap((limit) =>
    limit.name === 'RLIMIT_NOFILE' && limit.value !== null ? [{ value: limit.value, label: limitName(limit) }] : [],
  );
  return bounds.sort((a, b) => a.value - b.value)[0] ?? null;
}

/** Each client process has descriptors of its own, so that no limit of them bounds all. @param {Limit[]} limits
 * @param {import('../core/types').Mode} mode */
const ofConnections = (limits, mode) => (mode === 'process' ? limits.filter(({ side }) => side === 'server') : limits);

/** @param {Limit[]} limits @param {string[]} names */
function leastRoom(limits, names) {
  const rooms = limits.flatMap(({ name, value, used }) =>
    names.includes(name) && value !== null && used !== null
      ? [{ value: value - used, label: t('chart.room', name, number(value), number(value - used)) }]
      : [],
  );
  return rooms.sort((a, b) => a.value - b.value)[0] ?? null;
}

/** @param {import('../core/types').Mode} mode @param {boolean} full with connections too */
export function createTimeline(mode, full) {
  const units = workers(mode);
  const ofClient = t('chart.client_units', units);
  const zoom = createZoom();
  const bothSides = [
    { label: t('client_side'), color: '--client' },
    { label: t('server_side'), color: '--server', dash: [6, 4] },
  ];
  const sides = createChart({
    caption: t('chart.sides'),
    explanation: t('chart.sides_help', units),
    lines: [
      { label: `${ofClient.charAt(0).toUpperCase()}${ofClient.slice(1)}`, color: '--client' },
      { label: t('chart.server_threads'), color: '--server', dash: [6, 4] },
    ],
    unit: '',
    zoom,
  });
  const pace = createChart({
    caption: t('pace'), explanation: t('chart.pace_help'), lines: [{ label: t('completed'), color: '--ok' }], unit: '/s', zoom,
  });
  const connections = createChart({
    caption: t('chart.open'),
    explanation: t('chart.open_help'),
    lines: [...bothSides, { label: t('chart.queue'), color: '--bad', dash: [2, 3] }],
    unit: '',
    zoom,
  });
  const descriptors = createChart({ caption: t('chart.fds'), explanation: t('chart.fds_help'), lines: bothSides, unit: '', zoom });
  const charts = [sides, pace, connections, descriptors];
  const more = h(
    'details',
    { class: 'more-charts', ontoggle: () => drawn?.() },
    h('summary', {}, t('chart.more')),
    h('div', { class: 'charts' }, connections.element, descriptors.element),
  );
  /** Draws again what was drawn last. @type {(() => void) | null} */
  let drawn = null;

  const timeline = {
    more,
    element: full
      ? h('div', {}, zoom.element, h('div', { class: 'charts' }, ...[sides, connections, pace, descriptors].map((c) => c.element)))
      : h('div', {}, zoom.element, h('div', { class: 'charts' }, sides.element, pace.element), more),
    /** @param {Series} series @param {import('../core/types').Run} run */
    draw(series, run) {
      drawn = () => timeline.draw(series, run);
      if (series.length() === 0) return;
      const { peaks } = run;
      const x = series.times();
      const most = mode === 'process' ? peaks.client_processes : peaks.client_threads;
      sides.draw([x, series.column('client_workers'), series.column('server_threads')], [most, peaks.server_threads]);
      pace.draw([x, series.rates()]);
      if (!full && !more.open) return;
      connections.draw(
        [x, series.column('client_connections'), series.column('server_connections'), series.column('queue')],
        [peaks.client_connections, peaks.server_connections],
      );
      descriptors.draw([x, series.column('client_fds'), series.column('server_fds')]);
    },
    /** Where the run would stop, by what the limits allow. @param {import('../core/types').Prediction} predicted */
    setPrediction({ ceiling, limit, value, side, shared }) {
      const bound = ceiling === null ? null : { value: ceiling, label: t('chart.allows', limit ?? '', number(value), number(ceiling)) };
      sides.setBound(bound);
      connections.setBound(bound);
      if (limit === 'RLIMIT_NOFILE' && value !== null) descriptors.setBound({ value, label: limitName({ name: limit, value, side, shared }) });
    },
    /** Of a run that is over: what stopped it, else which limits left the least room when it began.
     * @param {Limit[]} limits @param {import('../core/types').Verdict | null} binding */
    setLimits(limits, binding) {
      const stopped = binding && binding.value !== null && binding.reached !== null ? stop(binding) : null;
      sides.setBound(stopped ?? leastRoom(limits, TASKS));
      connections.setBound(stopped ?? leastRoom(ofConnections(limits, mode), ['RLIMIT_NOFILE']));
      descriptors.setBound(leastDescriptors(ofConnections(limits, mode)));
    },
    destroy: () => charts.forEach((c) => c.destroy()),
  };
  return timeline;
}
