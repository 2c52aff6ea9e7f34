/** The page of one run: what happened, and everything that was recorded of it. */

import { downloadClick, get, getWords, liveWords, messageOf, post, remove } from '../core/api.js';
import { specOf } from '../core/contract.js';
import { deletionConfirmed } from '../core/dialog.js';
import { fact, h, setText, throttled } from '../core/dom.js';
import { bytes, isNews, isOver, isPartOfResult, micros, number, percent, sentence, when } from '../core/format.js';
import { named, t } from '../core/language.js';
import { latencyFigures, latencyTable } from '../charts/latency.js';
import { boundsOf } from './fields.js';
import { createLogs } from './logs.js';
import { predictionOf } from './predict.js';
import { badge, createProgress, paceFacts, titleOf } from './progress.js';
import { errorGroups, hostsTable, limitsTable, reconciliation } from './run_parts.js';
import { exchangeOf, loweredIn } from './settings.js';
import { createSeries } from '../charts/samples.js';
import { addressOfSpec } from './start.js';
import { createTimeline } from '../charts/timeline.js';
import { whatStopped } from './verdict.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Run} Run */

const LIMITS_HELP =
  p('run.limits_help');
const SPREAD_HELP = p('run.spread_help');
const LOGS_HELP =
  p('run.logs_help');

/** @type {import('../core/types').Mount} */
export function mount(root, [id = ''], hub) {
  const heading = h('h1', { tabindex: -1 }, p('run.number', id));
  const problem = h('p', { class: 'error', role: 'alert' });
  const page = h('div', { class: 'run' });
  root.append(h('div', { class: 'row' }, heading, h('span', { id: 'run-badge' })), problem, page);
  let ended = false;
  let end = () => {};
  getWords(`/runs/${id}`).then(
    (run) => {
      if (!ended) end = show(run, heading, page, hub);
    },
    (error) => {
      problem.textContent = error.status === 404 ? p('run.missing', id) : messageOf(error);
    },
  );
  return () => {
    ended = true;
    end();
  };
}

/** @param {Run} first @param {HTMLElement} heading @param {HTMLElement} page @param {import('../core/types').Hub} hub */
function show(first, heading, page, hub) {
  let run = first;
  const series = createSeries();
  const timeline = createTimeline(run.mode, true);
  const progress = createProgress();
  const logs = createLogs();
  const said = h('p', { class: 'sentence', role: 'status' });
  const stopped = h('div', { class: 'stopped' });
  const tools = createTools(() => run);
  const parts = {
    facts: h('div'),
    errors: h('div'),
    latency: h('div'),
    spread: h('div', { class: 'charts' }),
    limits: h('div', { class: 'limits' }),
    hosts: h('div', { class: 'hosts' }),
    server: h('div'),
    about: h('div'),
  };
  heading.textContent = titleOf(run);
  document.title = `${p('run.number', run.id)} – Koneksi`;

  page.append(
    h('section', { class: 'card' }, said, stopped, tools.element, progress.element, parts.facts),
    h('section', { class: 'card', 'aria-label': p('run.over_time') }, h('h2', {}, p('run.over_time')), timeline.element),
    h('div', { class: 'pair' }, card(p('run.errors'), parts.errors), card(p('run.latency'), parts.latency)),
    card(p('latency.title'), parts.spread, SPREAD_HELP),
    ...((run.ranks ?? 1) > 1 ? [card(p('run.hosts'), parts.hosts, p('run.hosts_help'))] : []),
    card(p('run.limits'), parts.limits, LIMITS_HELP),
    card(p('run.logs'), logs.element, LOGS_HELP),
    h('div', { class: 'pair' }, card(p('run.counts'), parts.server), card(p('run.about'), parts.about)),
    card(t('downloads'), downloads(run.id)),
  );

  const draw = throttled(() => {
    const totals = isOver(run) ? run.totals : (series.last()?.totals ?? run.totals);
    progress.update(run.count, totals);
    parts.facts.replaceChildren(paceFacts(run, series));
    timeline.draw(series, run);
  });

  /** What only changes with the run itself. */
  function drawRun() {
    document.getElementById('run-badge')?.replaceChildren(badge(run));
    setText(said, sentence(run));
    stopped.replaceChildren(...whatStopped(run.verdict, run.server_process));
    tools.update();
    parts.latency.replaceChildren(latencyTable(run));
    parts.server.replaceChildren(reconciliation(run), ...processors(run));
    parts.about.replaceChildren(about(run));
    draw();
  }

  async function fetchParts() {
    const path = `/runs/${run.id}`;
    /** @param {string} part @param {HTMLElement | null} place @param {(data: any) => void} take
     * @param {typeof get} ask getWords: the panel has words in it */
    const part = async (part, place, take, ask = get) => {
      try {
        take(await ask(`${path}/${part}`));
      } catch (error) {
        place?.replaceChildren(h('p', { class: 'muted' }, t('error.part', messageOf(error))));
      }
    };
    if ((run.ranks ?? 1) > 1) void part('hosts', parts.hosts, (data) => parts.hosts.replaceChildren(hostsTable(data)), getWords);
    await Promise.all([
      part('samples', null, ({ samples }) => {
        series.merge(samples);
        draw();
      }),
      part('errors', parts.errors, (data) => showErrors(data)),
      part('limits', parts.limits, ({ limits }) => {
        parts.limits.replaceChildren(limitsTable(limits));
        if (isOver(run)) timeline.setLimits(limits, run.verdict);
      }, getWords),
      part('histogram', parts.spread, ({ histogram }) => parts.spread.replaceChildren(...latencyFigures(histogram))),
      part('transcript', null, ({ transcript }) => logs.begin(transcript)),
    ]);
  }

  async function fetchAll() {
    run = await getWords(`/runs/${run.id}`);
    drawRun();
    fetchParts();
  }

  /** @param {import('./run_parts.js').Errors} data */
  function showErrors(data) {
    const open = [...parts.errors.querySelectorAll('.group')].map((g) => g.hasAttribute('open'));
    parts.errors.replaceChildren(
      errorGroups(data, async () => {
        const page = await get(`/runs/${run.id}/errors?after=${data.next}`);
        showErrors({ ...page, traces: [...data.traces, ...page.traces] });
      }),
    );
    parts.errors.querySelectorAll('.group').forEach((g, i) => g.toggleAttribute('open', open[i] ?? false));
  }

  const ends = [
    hub.on('run', (data) => {
      if (data.id !== run.id) return;
      if ('deleted' in data) {
        location.hash = '#/';
        return;
      }
      if (!isNews(run, data)) return;
      const finished = !isOver(run) && isOver(data);
      run = data;
      drawRun();
      if (finished) void (liveWords ? fetchParts() : fetchAll());
    }),
    hub.on('sample', (sample) => {
      if (sample.run !== run.id) return;
      series.add(sample);
      draw();
    }),
    hub.on('log', (line) => {
      if (line.run === run.id && !isOver(run)) logs.add(line);
    }),
    hub.on('link', (link) => {
      if (link === 'open' && !isOver(run)) fetchAll();
    }),
  ];
  drawRun();
  fetchParts();
  if (!isOver(run)) predictionOf(specOf(run)).then((predicted) => timeline.setPrediction(predicted), () => {});
  return () => {
    ends.forEach((end) => end());
    timeline.destroy();
  };
}

/** @param {string} title @param {HTMLElement} body @param {string} [help] */
function card(title, body, help) {
  const explained = help ? h('p', { class: 'muted' }, help) : null;
  return h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), explained, body);
}

/** Cancel, run again, delete. @param {() => Run} current */
function createTools(current) {
  const problem = h('p', { class: 'error', role: 'alert' });
  /** @param {() => Promise<void>} action */
  const attempt = (action) => async () => {
    problem.textContent = '';
    try {
      await action();
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  };
  const cancelled = attempt(() => post(`/runs/${current().id}/cancel`));
  const cancel = h('button', { class: 'danger', onclick: cancelled }, t('run.cancel'));
  const again = h('a', { class: 'button primary', href: '#/' }, p('run.again'));
  const erase = h('button', { class: 'quiet', onclick: attempt(erased) }, t('delete'));
  const prove = h(
    'button',
    { class: 'quiet', onclick: attempt(proveIt), title: p('run.prove_help') },
    p('run.prove'),
  );
  const compare = h('a', { class: 'button quiet', href: `#/compare?runs=${current().id}` }, p('run.compare'));
  const kept = h('p', { class: 'muted' });

  async function proveIt() {
    const { id } = await post('/experiments', { kind: 'proof', run: current().id });
    location.hash = `#/experiments/${id}`;
  }
  async function erased() {
    const { id } = current();
    const words = { question: t('delete.question', id), text: t('delete.explanation'), no: t('delete.no') };
    if (!(await deletionConfirmed(words))) return;
    await remove(`/runs/${id}`);
    location.hash = '#/';
  }
  return {
    element: h('div', { class: 'tools' }, h('div', { class: 'row' }, again, cancel, prove, compare, erase), kept, problem),
    update() {
      cancel.hidden = isOver(current());
      again.hidden = !isOver(current());
      again.href = addressOfSpec(specOf(current()));
      prove.hidden = !canBeProved(current());
      erase.disabled = current().status === 'running' || isPartOfResult(current());
      kept.textContent = isPartOfResult(current()) ? t('history.kept', current().experiment ?? 0) : '';
    },
  };
}

/** The limits that the panel can lower for one load generator, with the least that it can lower them to.
 * @type {Record<string, number>} */
const PROVABLE = {
  RLIMIT_NOFILE: boundsOf('limits.nofile').minimum ?? 0,
  RLIMIT_NPROC: boundsOf('limits.nproc').minimum ?? 0,
  RLIMIT_AS: (boundsOf('limits.as_mib').minimum ?? 0) * 2 ** 20,
};

/** What is proved already needs no proof, and of what carried nobody there is none. @param {Run} run */
const canBeProved = ({ hold, totals, verdict }) =>
  Boolean(hold && totals.completed && verdict?.side === 'client') &&
  (verdict?.value ?? 0) > (PROVABLE[verdict?.name ?? ''] ?? Infinity) &&
  verdict?.certainty !== 'proved' &&
  !verdict?.facts.some(({ fact }) => fact === 'proof');

/** Whether the processors bounded its pace: what `evidence` says in English, from the same figures. @param {Run} run */
function processors({ cpu, duration_s }) {
  if (!cpu) return [];
  const used = p('run.cpu', micros(cpu.client_s * 1e6), micros(cpu.server_s * 1e6));
  return [h('p', { class: cpu.bottleneck ? 'differs' : 'muted' }, used, boundBy(cpu, duration_s))];
}

/** @param {NonNullable<Run['cpu']>} cpu @param {number} duration in s */
function boundBy({ bottleneck, held_up, busy, cores, runnable, client_s, server_s }, duration) {
  if (bottleneck === 'cpu.max') return p(held_up === 'server' ? 'run.cpu_quota_server' : 'run.cpu_quota');
  if (bottleneck === 'memory.high') return p(held_up === 'server' ? 'run.memory_high_server' : 'run.memory_high');
  if (busy === null) return p('run.cpu_short');
  if (bottleneck === null) return p('run.cpu_free', number(cores), percent(busy));
  const all = busy * cores * duration;
  const client = Math.min(1, client_s / all);
  const server = Math.min(1 - client, server_s / all);
  const shares = [client, server, 1 - client - server].map((share) => percent(Math.round(share * 100) / 100));
  return p('run.cpu_busy', number(cores), percent(busy), ...shares, number(Math.round(runnable.mean * 10) / 10));
}

const FINGERPRINT = p('run.fingerprint_help');

/** The rate that was wanted, the one that was reached, and who was late. @param {Run} run */
function rateOf({ rate, rate_reached, late_side }) {
  if (!rate) return p('run.rate_most');
  const wanted = p('run.rate_value', number(rate));
  if (rate_reached === null) return wanted;
  const reached = p('run.rate_reached', wanted, number(Math.round(rate_reached)));
  return late_side ? `${reached}: ${named(`late.${late_side}`, late_side)}` : reached;
}

/** From where the clients came, when it was more than one address. @param {Run} run */
function sourcesOf({ sources, source_addresses }) {
  if (source_addresses !== null) return number(source_addresses);
  return sources ? number(sources) : p('run.sources_needed');
}

/** The target, and of a name the address that answered. @param {Run} run */
function targetOf({ target, resolved }) {
  if (!resolved) return target === 'builtin' ? t('start.builtin') : (target ?? '');
  const others = resolved.refused.map(({ address, errno }) => p('run.no_answer', address, errno ?? ''));
  const { address } = resolved;
  return [address ? p('run.answered', target ?? '', address) : (target ?? ''), ...others].join('; ');
}

/** @param {Run} run */
function about(run) {
  const asked = [
    fact(p('run.requested'), when(run.created_at)),
    fact(p('run.began'), when(run.started_at)),
    fact(t('finished'), when(run.finished_at)),
    run.mode === 'pool' ? fact(p('run.pool_size'), p('run.pool_threads', number(run.pool_size))) : '',
    (run.ranks ?? 1) > 1 ? fact(t('field.ranks'), number(run.ranks), t('field_help.ranks')) : '',
    fact(t('hold'), t(run.hold ? 'served.true' : 'served.false'), p('run.hold_help')),
    fact(p('run.requests'), p('run.requests_each', number(run.requests))),
    fact(p('run.rate'), rateOf(run), p('run.rate_help')),
    ...exchangeOf(run),
    fact(p('run.timeout'), micros((run.timeout_ms ?? 0) * 1000)),
    run.mode === 'process' ? '' : fact(p('run.stack'), bytes((run.stack_kib ?? 0) * 1024)),
    fact(t('field.target'), targetOf(run)),
    fact(t('field.sources'), sourcesOf(run), t('field_help.sources')),
    fact(p('run.lowered'), loweredIn(run.limits) || t('none')),
    fact(t('field.label'), run.label || t('none')),
    run.experiment
      ? fact(t('experiment'), h('a', { href: `#/experiments/${run.experiment}` }, String(run.experiment)))
      : '',
  ];
  const { name: host, fingerprint } = run.host ?? {};
  const machine = host && fingerprint ? [fact(t('env.host'), host), fact(t('env.host_fingerprint'), fingerprint)] : [];
  const environment = Object.entries(run.environment ?? {}).map(([name, value]) =>
    fact(named(`env.${name}`, name), environmentValue(name, value), name === 'fingerprint' ? FINGERPRINT : undefined),
  );
  return h('dl', { class: 'facts plain' }, ...asked, ...machine, ...environment);
}

/** @param {string} name @param {unknown} value @returns {string} */
function environmentValue(name, value) {
  if (value === null) return t('none');
  if (typeof value === 'number') return name.endsWith('_bytes') ? bytes(value) : number(value);
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([part, text]) => `${part} ${text}`)
    .join(', ');
}

/** @param {number} id */
function downloads(id) {
  /** @param {string} path @param {string} name */
  const link = (path, name) =>
    h('a', { class: 'button quiet', href: path, download: `run-${id}-${name}`, onclick: downloadClick }, name);
  const files = ['samples.csv', 'errors.csv', 'transcript.txt'];
  const parts = ['samples', 'errors', 'hosts', 'limits', 'histogram', 'transcript'];
  return h(
    'div',
    { class: 'row' },
    ...files.map((file) => link(`/runs/${id}/${file}`, file)),
    link(`/runs/${id}`, 'run.json'),
    ...parts.map((part) => link(`/runs/${id}/${part}`, `${part}.json`)),
  );
}
