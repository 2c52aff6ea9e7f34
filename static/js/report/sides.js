/** How the two sides interact: their thread counts in words, and the first lines that they logged. */

import { h } from '../core/dom.js';
import { hasEnded, micros, modeName, number, plural } from '../core/format.js';
import { named, t } from '../core/language.js';
import { nameOf } from '../pages/progress.js';
import { workersOf } from './result.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('./collect.js').OfMode} OfMode */
/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').LogLine} LogLine */

/** So many runs are told of in words: the classic experiment's nine fit. */
const TOLD_MOST = 9;
/** Lines of each side: of one mode, and of all of them together. A run starts so many clients before the server has taken the
 * first that theirs alone would fill it. */
const LINES_MOST = 12;
const LINES_OF_ALL = 24;

/** The runs that are told of: those between which a maximum lies, one of each load, and the named ones.
 * @param {Data} data */
function told({ experiments, all, single, modes }) {
  const loads = new Map();
  const tables = new Set(experiments.filter(({ kind }) => kind === 'sweep' || kind === 'classic').map(({ id }) => id));
  for (const run of all) {
    const load = `${run.mode} ${run.count}`;
    if (tables.has(run.experiment ?? 0) && !loads.has(load) && hasEnded(run)) loads.set(load, run);
  }
  const ends = modes.flatMap(({ typical, stopped }) => [typical, stopped]).filter((run) => run !== undefined && !tables.has(run.experiment ?? 0));
  return [...new Set([...ends, ...single, ...loads.values()])].filter((run) => run !== undefined);
}

/** @param {Data} data */
export function sides(data) {
  const runs = told(data);
  const chosen = new Set(runs.slice(0, TOLD_MOST));
  const most = Math.min(LINES_MOST, Math.floor(LINES_OF_ALL / Math.max(1, data.modes.length)));
  const models = [...new Set(data.all.flatMap((run) => run.server?.model ?? []))];
  return [
    ...(chosen.size < data.all.length ? [h('p', { class: 'muted' }, r('sides.chosen', number(chosen.size), plural(data.all.length, 'run')))] : []),
    ...models.map((model) => h('p', {}, r('sides.model', model, named(`model_help.${model}`, '')))),
    h('div', { class: 'sides' }, ...data.modes.map((of) => modeOf(of, [...chosen], data, most))),
  ];
}

/** @param {OfMode} of @param {Run[]} chosen @param {Data} data @param {number} most */
function modeOf({ mode, typical }, chosen, data, most) {
  const runs = chosen.filter((run) => run.mode === mode).sort((a, b) => a.id - b.id);
  return h(
    'section',
    {},
    h('h3', {}, modeName(mode)),
    h('ul', {}, ...runs.map((run) => h('li', {}, inWords(run)))),
    ...(typical ? transcript(typical, data.parts.get(typical.id)?.transcript ?? [], most) : []),
  );
}

/** The thread counts of both sides. @param {Run} run */
function inWords(run) {
  const { server, totals, start, peaks } = run;
  if (run.started_at === null) return r('sides.none', run.id, nameOf(run));
  const up = micros((start?.last_up_ms ?? (run.duration_s ?? 0) * 1000) * 1000);
  const client = r('sides.client', run.id, nameOf(run), plural(totals.started, 'client'), up, plural(workersOf(run), run.mode === 'process' ? 'process' : 'thread'));
  if (server) {
    const open = number(peaks.server_connections);
    return `${client} ${r('sides.server', server.model, plural(server.accepted, 'connection'), open, plural(peaks.server_threads, 'thread'))}`;
  }
  const program = run.server_process?.program;
  return `${client} ${program ? watched(program, peaks) : r('sides.foreign', run.target ?? '')}`;
}

/** Of a short run the connections may have been missed. @param {string} program @param {Run['peaks']} peaks */
function watched(program, { server_connections: connections, server_threads: threads }) {
  const its = plural(threads, 'thread');
  return connections > 0 ? r('sides.watched', program, plural(connections, 'connection'), its) : r('sides.watched_threads', program, its);
}

/** @param {Run} run @param {LogLine[]} lines @param {number} most */
function transcript(run, lines, most) {
  if (!lines.length) return [];
  const room = { client: most, server: most };
  const text = lines
    .filter(({ side }) => room[side]-- > 0)
    .map((line) => `${(line.at_ms / 1000).toFixed(6).padStart(9)} s  ${t(`side.${line.side}`).padEnd(6)}  ${line.text}`)
    .join('\n');
  const log = h('div', { class: 'report-log', lang: 'en' }, text);
  return [h('div', { class: 'log-of-run' }, h('p', { class: 'muted' }, r('sides.transcript', run.id)), log)];
}
