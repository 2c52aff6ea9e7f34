/** The run under way as it happens, or the last one with what it found; and the runs that wait. */

import { get, getWords, liveWords, messageOf, post } from '../core/api.js';
import { specOf } from '../core/contract.js';
import { h, setText, throttled } from '../core/dom.js';
import { isNews, isOver, sentence } from '../core/format.js';
import { t } from '../core/language.js';
import { createLogs } from './logs.js';
import { badge, createProgress, paceFacts, titleOf, updateFacts, waiting } from './progress.js';
import { createSeries } from '../charts/samples.js';
import { predictionOf } from './predict.js';
import { createTimeline } from '../charts/timeline.js';
import { whatStopped } from './verdict.js';

/** @typedef {import('../core/types').Run} Run */

/** Samples reach the store in batches: what was not there yet when the page came is asked for once more. */
const FILL_MS = 2500;
const MOST_SEEN = 200;

/** @param {import('../core/types').Hub} hub @param {() => void} shown called when the last run is shown to a page that has just
 * come */
export function createLive(hub, shown) {
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
    { class: 'empty', hidden: true },
    h('p', {}, h('strong', {}, t('live.none'))),
    h(
      'p',
      {},
      t('live.help'),
    ),
  );
  const heading = h('h2', {}, t('live.title'));
  const title = h('a', {}, '');
  const state = h('span');
  const cancel = h('button', { class: 'danger', onclick: cancelRun }, t('run.cancel'));
  const said = h('p', { role: 'status', class: 'sentence' });
  const stopped = h('div', { class: 'stopped' });
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
    stopped,
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
    heading,
    problem,
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
    const wasOpen = timeline?.more.open ?? false;
    timeline?.destroy();
    timeline = createTimeline(next.mode, false);
    timeline.more.open = wasOpen;
    charts.replaceChildren(timeline.element);
    title.textContent = titleOf(next);
    title.href = `#/runs/${next.id}`;
    idle.hidden = true;
    details.hidden = false;
    fill(next.id);
    showLimit(next).catch(() => {}); // the charts do without
  }

  /** What would stop the run, or when it is over what stopped it. @param {Run} shown */
  async function showLimit(shown) {
    if (isOver(shown)) {
      const { limits } = await get(`/runs/${shown.id}/limits`);
      if (run?.id === shown.id) timeline?.setLimits(limits, shown.verdict);
    } else {
      const predicted = await predictionOf(specOf(shown));
      if (run?.id === shown.id) timeline?.setPrediction(predicted);
    }
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
    setText(heading, t(isOver(now) ? 'live.last' : 'live.title'));
    state.replaceChildren(badge(now));
    cancel.hidden = now.status !== 'running';
    cancel.disabled = false;
    setText(said, sentence(now));
    if (!ended || liveWords) stopped.replaceChildren(...whatStopped(now.verdict, now.server_process));
    else getWords(`/runs/${now.id}`).then(update, () => {});
    if (ended) {
      fill(now.id);
      showLimit(now).catch(() => {});
    }
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
          h('a', { href: `#/runs/${r.id}` }, titleOf(r)),
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
    problem.textContent = '';
    queued.clear();
    for (const r of behind.runs) if (isNews(seen.get(r.id), r)) queued.set(r.id, r);
    drawQueue();
    const [now] = running.runs;
    if (run && run.id !== now?.id && run.status === 'running') update(await getWords(`/runs/${run.id}`));
    if (now) {
      update(now);
      fill(now.id);
    } else if (!run) await showLast();
  }

  /** The last run stays until the next one begins. */
  async function showLast() {
    const { runs } = await getWords('/runs?limit=1');
    const last = runs.find(isOver);
    idle.hidden = run !== null || Boolean(last);
    if (run || !last) return;
    follow(last);
    update(last);
    shown();
  }

  /** @param {number} id */
  function forget(id) {
    queued.delete(id);
    drawQueue();
    if (run?.id !== id) return;
    run = null;
    details.hidden = true;
    setText(heading, t('live.title'));
    showLast().catch(() => {});
  }

  const ends = [
    hub.on('run', (data) => {
      if ('deleted' in data) forget(data.id);
      else update(data);
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
