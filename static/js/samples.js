/** A run's samples as columns, the form that charts draw; bounded, whatever the run's length. */

/** @typedef {import('./types').Sample} Sample */

/** Beyond this many samples every second one goes: finer than any screen is wide. */
const MOST = 4000;

/** What can be drawn of a sample. */
export const COLUMNS = {
  /** @param {Sample} s */
  client_workers: (s) => Math.max(s.client.threads, s.client.processes),
  /** @param {Sample} s */
  server_threads: (s) => s.server.threads,
  /** @param {Sample} s */
  client_connections: (s) => s.client.connections,
  /** @param {Sample} s */
  server_connections: (s) => s.server.connections,
  /** @param {Sample} s */
  queue: (s) => s.server.queue,
  /** @param {Sample} s */
  completed: (s) => s.totals.completed,
  /** @param {Sample} s */
  failed: (s) => s.totals.failed,
};

/** @typedef {keyof typeof COLUMNS} Column */

/** @param {Sample[]} [samples] in any order */
export function createSeries(samples = []) {
  /** @type {Sample[]} */
  let kept = [];

  const series = {
    /** @param {Sample[]} more may overlap with what is there */
    merge(more) {
      const byTime = new Map([...more, ...kept].map((s) => [s.at_ms, s]));
      kept = [...byTime.values()].sort((a, b) => a.at_ms - b.at_ms);
      thin();
    },
    /** @param {Sample} sample */
    add(sample) {
      const last = kept.at(-1);
      if (last && sample.at_ms <= last.at_ms) return series.merge([sample]);
      kept.push(sample);
      thin();
    },
    last: () => kept.at(-1),
    length: () => kept.length,
    /** Seconds since the run began. */
    times: () => kept.map((s) => s.at_ms / 1000),
    /** @param {Column} column */
    column: (column) => kept.map(COLUMNS[column]),
    /** Clients completed a second, from one sample to the next. */
    rates: () =>
      kept.map((s, i) => {
        const before = kept[i - 1];
        const done = s.totals.completed - (before?.totals.completed ?? 0);
        const took = s.at_ms - (before?.at_ms ?? 0);
        return took > 0 ? (done * 1000) / took : 0;
      }),
    /** @param {Column} column */
    peak: (column) => kept.reduce((most, s) => Math.max(most, COLUMNS[column](s)), 0),
  };

  function thin() {
    if (kept.length > MOST) kept = kept.filter((_, i) => i % 2 === 0 || i === kept.length - 1);
  }

  series.merge(samples);
  return series;
}

/** @typedef {ReturnType<typeof createSeries>} Series */
