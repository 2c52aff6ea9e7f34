/** How long clients took: percentiles as a table, their whole spread as figures. */

import { h, wideTable } from '../core/dom.js';
import { bars, lines } from './figures.js';
import { isOver, micros, number } from '../core/format.js';
import { t } from '../core/language.js';
import { p } from '../pages/words.js';

/** @typedef {{ from_us: number, to_us: number, count: number }[]} Buckets */
/** @typedef {'connect' | 'reply' | 'client'} Kind */

const LATENCIES = /** @type {const} */ ([
  { key: 'connect', name: p('latency.connect'), title: p('latency.connect_help') },
  { key: 'reply', name: p('latency.reply'), title: p('latency.reply_help') },
  { key: 'client', name: p('latency.client'), title: p('latency.client_help') },
]);

const POINTS = /** @type {const} */ ([
  { key: 'min', text: p('latency.min'), title: p('latency.min_help') },
  { key: 'p50', text: 'p50', title: p('latency.p50_help') },
  { key: 'p90', text: 'p90', title: p('latency.p90_help') },
  { key: 'p99', text: 'p99', title: p('latency.p99_help') },
  { key: 'p999', text: p('latency.p999'), title: p('latency.p999_help') },
  { key: 'max', text: p('latency.max'), title: p('latency.max_help') },
  { key: 'mean', text: p('latency.mean'), title: p('latency.mean_help') },
]);

/** @param {import('../core/types').Run} run */
export function latencyTable(run) {
  const { latency_us } = run;
  if (!latency_us || !latency_us.connect?.max)
    return h('p', { class: 'muted' }, isOver(run) ? p('latency.nothing') : p('latency.later'));
  const rows = LATENCIES.map(({ key, name, title }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', title }, name),
      ...POINTS.map((p) => h('td', { class: 'number' }, micros(latency_us[key]?.[p.key]))),
    ),
  );
  const columns = POINTS.map(({ text, title }) => ({ text, title, number: true }));
  return h(
    'div',
    { class: 'latencies' },
    h('p', { class: 'muted' }, t('latency.help')),
    wideTable(p('latency.table'), [{ text: p('latency.what') }, ...columns], rows),
  );
}

const COLORS = { connect: '--line-2', reply: '--line-1', client: '--line-0' };
/** Points of a curve: finer than the picture is wide. */
const POINTS_MOST = 120;
/** Bins of the histogram for each power of ten. */
const BINS = 4;

/** @param {Buckets} buckets */
const total = (buckets) => buckets.reduce((sum, b) => sum + b.count, 0);

/** Which share of clients took at most how long. @param {Buckets} buckets @returns {[number, number][]} */
function curveOf(buckets) {
  const all = total(buckets);
  const every = Math.ceil(buckets.length / POINTS_MOST);
  let sum = 0;
  /** @type {[number, number][]} */
  const points = [];
  buckets.forEach((bucket, i) => {
    sum += bucket.count;
    if (i % every === 0 || i === buckets.length - 1) points.push([Math.max(bucket.to_us, 0.1), (100 * sum) / all]);
  });
  return points;
}

/** Clients in bins that are alike on a log scale. @param {Buckets} buckets */
function binsOf(buckets) {
  /** @type {Map<number, number>} */
  const bins = new Map();
  for (const { from_us, to_us, count } of buckets) {
    const bin = Math.floor(Math.log10(Math.max((from_us + to_us) / 2, 0.1)) * BINS);
    bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  const keys = [...bins.keys()];
  const least = Math.min(...keys);
  const edge = (/** @type {number} */ bin) => micros(10 ** (bin / BINS));
  return Array.from({ length: Math.max(...keys) - least + 1 }, (_, i) => ({
    label: `${edge(least + i)} – ${edge(least + i + 1)}`,
    values: [bins.get(least + i) ?? 0],
  }));
}

/** The spread of each latency, and a histogram of the whole client. @param {Record<Kind, Buckets>} histogram */
export function latencyFigures(histogram) {
  const curves = LATENCIES.filter(({ key }) => histogram[key]?.length).map(({ key, name }) => ({
    label: name,
    color: COLORS[key],
    points: curveOf(histogram[key]),
  }));
  if (curves.length === 0) return [h('p', { class: 'muted' }, p('latency.nothing'))];
  const axes = {
    x: { text: t('time.title'), format: micros, log: true },
    y: { text: t('field.count'), format: (/** @type {number} */ n) => `${number(n)}%` },
  };
  const spread = lines(p('latency.percentiles'), p('latency.percentiles_help'), axes, curves);
  const client = histogram.client ?? [];
  if (!client.length) return [spread];
  const kinds = [{ label: t('field.count'), color: '--line-0' }];
  return [spread, bars(p('latency.histogram'), p('latency.histogram_help'), kinds, binsOf(client), number)];
}
