/** The charts of one run: what both sides did over its time. */

import { createChart } from './chart.js';
import { h } from './dom.js';
import { number, workers } from './format.js';

/** @typedef {import('./samples.js').Series} Series */

/** @param {import('./types').Mode} mode @param {boolean} full with connections too */
export function createTimeline(mode, full) {
  const units = workers(mode);
  const sides = createChart(
    'Both sides at work',
    `client ${units} and server threads alive at each moment`,
    [
      { label: `Client ${units}`, color: '--client' },
      { label: 'Server threads', color: '--server', dash: [6, 4] },
    ],
    '',
  );
  const pace = createChart(
    'Connections a second',
    'clients completed, over the last tenth of a second',
    [{ label: 'Completed', color: '--ok' }],
    '/s',
  );
  const connections = createChart(
    'Open connections',
    'as each side sees it; those in the queue wait to be accepted',
    [
      { label: 'Client side', color: '--client' },
      { label: 'Server side', color: '--server', dash: [6, 4] },
      { label: 'Accept queue', color: '--bad' },
    ],
    '',
  );
  const charts = full ? [sides, connections, pace] : [sides, pace];
  return {
    element: h('div', { class: 'charts' }, ...charts.map((c) => c.element)),
    /** @param {Series} series @param {import('./types').Run} run */
    draw(series, run) {
      if (series.length() === 0) return;
      const { peaks } = run;
      const x = series.times();
      const most = mode === 'process' ? peaks.client_processes : peaks.client_threads;
      sides.draw([x, series.column('client_workers'), series.column('server_threads')], [most, peaks.server_threads]);
      pace.draw([x, series.rates()]);
      if (full)
        connections.draw(
          [x, series.column('client_connections'), series.column('server_connections'), series.column('queue')],
          [peaks.client_connections, peaks.server_connections],
        );
    },
    /** Where the run would stop, by what the limits allow. @param {import('./types').Prediction} predicted */
    setPrediction({ ceiling, limit, value }) {
      const bound = ceiling === null ? null : { value: ceiling, label: `${limit} ${number(value)} allows ${number(ceiling)}` };
      sides.setBound(bound);
      connections.setBound(bound);
    },
    destroy: () => charts.forEach((c) => c.destroy()),
  };
}
