/** The run under way, as it happens, and the runs that wait behind it. */

import { get, messageOf, post } from '../core/api.js';
import { specOf } from '../core/contract.js';
import { h, setText, throttled } from '../core/dom.js';
import { isNews, sentence } from '../core/format.js';
import { t } from '../core/language.js';
import { createLogs } from './logs.js';
import { badge, createProgress, nameOf, paceFacts, updateFacts, waiting } from './progress.js';
import { createSeries } from '../charts/samples.js';
import { predictionOf } from './predict.js';
import { createTimeline } from '../charts/timeline.js';

/** @typedef {import('../core/types').Run} Run */

/** Samples reach the store in batches: what was not there yet when the page came is asked for once more. */
const FILL_MS = 2500;
const MOST_SEEN = 200;

/** @param {import('../core/types').Hub} hub */
export function createLive(hub) {
  /** @type {Run | null} */
  let run = null;
  let series = createSeries();
  /** @type {Map<number, Run>} */
  const queued = new Map();
  /** @type {Map<number, Run>} */
  const seen = new Map();
  /** @type {ReturnType<typeof createTimeline> | null} */
  let timeline = null;

  const idle = h(
    'div',
    { class: 'empty' },
    h('p', {}, h('strong', {}, t('live.none'))),
    h(
      'p',
      {},
      t('live.help'),
    ),
  );
  const title = h('a', {}, '');
  const state = h('span');
  const cancel = h('button', { class: 'danger', onclick: cancelRun }, t('run.cancel'));
  const said = h('p', { role: 'status', class: 'sentence' });
  const problem = h('p', { class: 'error', role: 'alert' });
  const progress = createProgress();
  const facts = h('dl', { class: 'facts' });
  const charts = h('div');
  const logs = createLogs();
  const details = h(
    'div',
    { hidden: true },
    h('div', { class: 'row' }, title, state, h('span', { class: 'space' }), cancel),
    said,
    problem,
    progress.element,
    facts,
    charts,
    logs.element,
  );
  const queue = h('ol', { class: 'queue' });
  const queueTitle = h('h3', {}, '');
  const queueBox = h('div', { class: 'waiting', hidden: true }, queueTitle, queue);
  const element = h(
    'section',
    { class: 'card live', 'aria-label': t('live.label') },
    h('h2', {}, t('live.title')),
    idle,
    details,
    queueBox,
  );

  const draw = throttled(() => {
    if (!run) return;
    const totals = run.status === 'running' ? (series.last()?.totals ?? run.totals) : run.totals;
    progress.update(run.count, totals);
    updateFacts(facts, paceFacts(run, series));
    timeline?.draw(series, run);
  });

  /** Shows another run from its beginning. @param {Run} next */
  function follow(next) {
    run = next;
    series = createSeries();
    logs.clear();
    timeline?.destroy();
    timeline = createTimeline(next.mode, false);
    charts.replaceChildren(timeline.element);
    title.textContent = t('run.title', next.id, nameOf(next));
    title.href = `#/runs/${next.id}`;
    idle.hidden = true;
    details.hidden = false;
    fill(next.id);
    showLimit(next);
  }

  /** @param {Run} next */
  async function showLimit(next) {
    const predicted = await predictionOf(specOf(next)).catch(() => null);
    if (predicted && run?.id === next.id) timeline?.setPrediction(predicted);
  }

  /** Fetches what was before this page. @param {number} id */
  async function fill(id) {
    const fetched = async () => {
      const [{ samples }, { transcript }] = await Promise.all([
        get(`/runs/${id}/samples`),
        get(`/runs/${id}/transcript`),
      ]);
      if (run?.id !== id) return;
      series.merge(samples);
      logs.begin(transcript);
      draw();
    };
    await fetched().catch(() => {});
    const again = () => run?.id === id && fetched().catch(() => {});
    if (run?.id === id && run.status === 'running') setTimeout(again, FILL_MS);
  }

  /** @param {Run} now */
  function update(now) {
    if (!isNews(seen.get(now.id), now)) return;
    seen.set(now.id, now);
    if (seen.size > MOST_SEEN) seen.delete(/** @type {number} */ (seen.keys().next().value));
    if (now.status === 'queued') queued.set(now.id, now);
    else queued.delete(now.id);
    drawQueue();
    if (now.status === 'running' && run?.id !== now.id) follow(now);
    if (run?.id !== now.id) return;
    const ended = run.status === 'running' && now.status !== 'running';
    run = now;
    state.replaceChildren(badge(now));
    cancel.hidden = now.status !== 'running';
    cancel.disabled = false;
    if (now.status !== 'running') setText(said, sentence(now));
    else if (!ended) setText(said, t('live.running'));
    if (ended) fill(now.id);
    draw();
  }

  function drawQueue() {
    const order = [...queued.values()].sort((a, b) => a.id - b.id);
    queueBox.hidden = order.length === 0;
    queueTitle.textContent = waiting(order.length);
    queue.replaceChildren(
      ...order.slice(0, 20).map((r) =>
        h(
          'li',
          {},
          h('a', { href: `#/runs/${r.id}` }, t('run.title', r.id, nameOf(r))),
          h('button', { class: 'quiet', 'aria-label': t('run.cancel_number', r.id), onclick: () => act(r.id) }, t('cancel')),
        ),
      ),
      order.length > 20 ? h('li', { class: 'muted' }, t('live.more', order.length - 20)) : '',
    );
  }

  /** @param {number} id */
  async function act(id) {
    problem.textContent = '';
    try {
      update(await post(`/runs/${id}/cancel`));
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  }

  function cancelRun() {
    cancel.disabled = true;
    if (run) act(run.id).finally(() => (cancel.disabled = false));
  }

  /** What is true now, for a page that has just come or was cut off. */
  async function refresh() {
    const [running, behind] = await Promise.all([
      get('/runs?status=running&limit=1'),
      get('/runs?status=queued&limit=1000'),
    ]);
    queued.clear();
    for (const r of behind.runs) if (isNews(seen.get(r.id), r)) queued.set(r.id, r);
    drawQueue();
    const [now] = running.runs;
    if (run && run.id !== now?.id && run.status === 'running') update(await get(`/runs/${run.id}`));
    if (now) {
      update(now);
      fill(now.id);
    }
  }

  const ends = [
    hub.on('run', (data) => {
      if ('deleted' in data) {
        queued.delete(data.id);
        drawQueue();
      } else update(data);
    }),
    hub.on('sample', (sample) => {
      if (sample.run !== run?.id) return;
      series.add(sample);
      draw();
    }),
    hub.on('log', (line) => {
      if (line.run === run?.id) logs.add(line);
    }),
    hub.on('link', (link) => {
      if (link === 'open') refresh().catch((error) => (problem.textContent = messageOf(error)));
    }),
  ];
  refresh().catch((error) => (problem.textContent = messageOf(error)));

  return {
    element,
    update,
    destroy() {
      ends.forEach((end) => end());
      timeline?.destroy();
      run = null;
    },
  };
}
