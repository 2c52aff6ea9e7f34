/** A run's samples as columns, the form that charts draw; bounded, whatever the run's length. */

/** @typedef {import('../core/types').Sample} Sample */

/** Beyond this many samples every second one goes: finer than any screen is wide. */
const MOST = 4000;

/** A pace is measured over at least this long, however close the samples are: 10 ms of a run are noise. */
const PACE_MS = 100;
/** Samples come about on time, not to the millisecond. */
const PUNCTUAL_MS = 5;

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
  client_fds: (s) => s.client.fds,
  /** @param {Sample} s */
  server_fds: (s) => s.server.fds,
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
    /** Clients completed a second around each sample. */
    rates: () => rates(kept),
    /** @param {Column} column */
    peak: (column) => kept.reduce((most, s) => Math.max(most, COLUMNS[column](s)), 0),
  };

  function thin() {
    if (kept.length > MOST) kept = kept.filter((_, i) => i % 2 === 0 || i === kept.length - 1);
  }

  series.merge(samples);
  return series;
}

/**
 * Clients completed a second up to each sample, over the last PACE_MS or since the sample before, whichever is longer; in
 * the first PACE_MS, since the run began. A sample that the client side was too late for has none (null).
 *
 * @param {Sample[]} samples by time
 * @returns {(number | null)[]}
 */
function rates(samples) {
  const long = PACE_MS - PUNCTUAL_MS;
  const heard = samples.filter((s, i) => !isDeaf(s, samples[i - 1]));
  let from = 0;
  const paces = new Map(
    heard.map((s, i) => {
      if (i === 0 && s.at_ms >= long) return [s, null]; // what was before it is not known
      while (from + 1 < i && s.at_ms - (heard[from + 1]?.at_ms ?? 0) >= long) from++;
      return [s, pace(heard[from], s)];
    }),
  );
  return samples.map((s) => paces.get(s) ?? null);
}

/** @param {Sample | undefined} from @param {Sample | undefined} to */
function pace(from, to) {
  if (!from || !to || to.at_ms <= from.at_ms) return 0;
  return ((to.totals.completed - from.totals.completed) * 1000) / (to.at_ms - from.at_ms);
}

/** Whether a sample repeats what the client side said before, while the server went on: it had not heard from it.
 * @param {Sample} sample @param {Sample | undefined} before */
function isDeaf(sample, before) {
  return (
    before !== undefined &&
    sample.server.accepted > before.server.accepted &&
    sample.client.cpu_ms === before.client.cpu_ms &&
    sample.totals.connected === before.totals.connected &&
    sample.totals.completed === before.totals.completed
  );
}

/** @typedef {ReturnType<typeof createSeries>} Series */
