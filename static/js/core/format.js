/** Numbers and words as people read them; every number gets its unit and thousands separators. */

import { INDONESIAN } from './contract.js';
import { language, locale, named, t } from './language.js';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });

/** @typedef {import('./types').Run} Run */

/** @param {number | null | undefined} n */
export const number = (n) => (n === null || n === undefined ? '–' : whole.format(n));

/** "5,000 ms" @param {number | null | undefined} n @param {string} unit */
export const withUnit = (n, unit) => (n === null || n === undefined ? '–' : `${number(n)} ${unit}`);

/** "1 client", "5,000 clients" @param {number} n
 * @param {'client' | 'thread' | 'process' | 'connection' | 'run' | 'trace' | 'time' | 'mode' | 'count' | 'load' | 'minute' | 'experiment'} one */
export const plural = (n, one) => `${number(n)} ${t(n === 1 ? `n.${one}` : one === 'process' ? 'n.processes' : `n.${one}s`)}`;

/** Three digits that matter below 1,000, whole numbers above.
 * @param {number} n */
const compact = (n) => (Math.abs(n) < 1000 ? short.format(n) : whole.format(n));

/** @param {number | null | undefined} us microseconds */
export function micros(us) {
  if (us === null || us === undefined) return '–';
  if (us < 1000) return `${compact(us)} µs`;
  if (us < 1e6) return `${compact(us / 1000)} ms`;
  return `${compact(us / 1e6)} s`;
}

/** @param {number | null | undefined} s */
export const seconds = (s) => (s === null || s === undefined ? '–' : micros(s * 1e6));

/** "about 4 minutes" is as much as an estimate is good for. @param {number} s */
export const minutes = (s) => plural(Math.max(1, Math.round(s / 60)), 'minute');

const precise = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });

/** A place on a time axis, under a second in milliseconds: "5 ms", not "0.005 s". @param {number} s @param {number} span of
 * the axis */
export const moment = (s, span) => (span < 1 ? `${precise.format(s * 1000)} ms` : `${precise.format(s)} s`);

/** Time into a run, whose width hardly changes while it counts. @param {number} ms */
export const clock = (ms) => `${tenths.format(Math.floor(ms / 100) / 10)} s`;

/** "20.5%", and never nothing for a little. @param {number} share of 1 */
export const percent = (share) => (share > 0 && share < 0.001 ? `< ${tenths.format(0.1)}%` : `${tenths.format(share * 100)}%`);

/** @param {number} bytes */
export function bytes(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${compact(bytes)} ${units[unit]}`;
}

/** @param {number | null | undefined} n */
export const rate = (n) => (n === null || n === undefined ? '–' : `${compact(n)} /s`);

/** "2026-11-23 16:36:51 UTC" @param {string | null} iso */
export const when = (iso) => (iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : '–');

/** "socket: EMFILE (Too many open files)"
 * @param {{ phase: string, call: string, errno: string | number | null, message: string }} error */
export function cause(error) {
  const { errno, message } = error;
  const where = error.call || error.phase;
  if (!errno) return `${where}: ${message}`;
  const at = message.indexOf(String(errno)); // "cannot make a socket: EMFILE (Too many open files)"
  return `${where}: ${at >= 0 ? message.slice(at) : `${errno} (${message})`}`;
}

/** One sentence that says what happened. @param {Run} run @returns {string} */
export function sentence(run) {
  const { completed, failed, not_started } = run.totals;
  const all = plural(run.count, 'client');
  const rest = not_started ? t('sentence.not_started', number(not_started)) : '';
  const why = run.message ? `: ${named(`message.${run.message}`, run.message).replace(/\.$/, '')}` : '';
  switch (run.status) {
    case 'queued':
      return t('sentence.queued');
    case 'running':
      return t('sentence.running'); // the counts below it move
    case 'cancelled':
      return t('sentence.cancelled', number(completed), all, number(failed), rest);
    case 'failed':
      return t('sentence.failed', why, number(completed), all, rest);
    case 'interrupted':
      return t('sentence.interrupted', why, number(completed), all, rest);
    case 'completed':
      return failed === 0 ? success(run, all) : t('sentence.completed', number(completed), all, failures(run));
  }
}

/** @param {Run} run @param {string} all */
function success(run, all) {
  const took = run.duration_s === null ? '' : t('sentence.took', seconds(run.duration_s));
  return run.count === 1 ? t('sentence.one', took) : t('sentence.all', all, took);
}

/** @param {Run} run */
function failures(run) {
  const [most] = [...run.errors].sort((a, b) => b.count - a.count);
  if (!most) return t('failures.count', number(run.totals.failed));
  if (most.count === run.totals.failed) return t('failures.at', number(most.count), cause(most));
  return t('failures.mostly', number(run.totals.failed), number(most.count), cause(most));
}

/** @param {string} mode of a run; the panel calls one that it does not know "unknown" */
export const modeName = (mode) => (mode === 'unknown' ? t('unknown') : named(`mode.${mode}`, mode));

/** What stopped clients: limits are called as the kernel calls them. @param {string | null} name */
export const reasonName = (name) => (name === null ? t('unknown') : (language === 'id' && INDONESIAN.get(name)) || name);

/** A limit or a cap and whose it is, said in one way everywhere: "pids.max 512, shared by both sides".
 * @param {{ name: string | null, value?: number | null, side: string | null, shared?: boolean }} limit */
export function limitName({ name, value, side, shared }) {
  const bound = value === null || value === undefined ? reasonName(name) : `${reasonName(name)} ${number(value)}`;
  if (shared) return t('limit.shared', bound);
  return side === null ? bound : t('limit.on_side', bound, named(`side.${side}`, side));
}

/** What a search found: "16,180", a range where its runs disagreed, and "at least" where nothing failed.
 * @param {{ ceiling: number, fails_at: number | null, low?: number, high?: number, stable: boolean }} found */
export function ceilingOf({ ceiling, fails_at, low = ceiling, high = ceiling, stable }) {
  if (!fails_at) return t('headline.at_least', number(ceiling));
  if (low < high) return t('headline.range', number(low), number(high));
  return stable ? number(ceiling) : t('headline.about', number(ceiling));
}

/** Whether a limit's unit, which the panel tells in the page's words, is bytes. @param {string | null | undefined} unit */
export const inBytes = (unit) => unit === 'bytes' || unit === 'byte';

/** A verdict's limit; that both sides take from it is one of its facts. What is no limit says itself whose it is.
 * @param {import('./types').Verdict} verdict */
export const stoppedBy = ({ kind, name, value, side, facts }) =>
  limitName({ name, value, side: kind === 'limit' ? side : null, shared: facts.some(({ fact }) => fact === 'shared') });

/** What a mode's clients are carried out by, on the client side. @param {string} mode */
export const workers = (mode) => t(mode === 'process' ? 'n.processes' : 'n.threads');

/** A status that this version does not know counts as over: such a run is not in the queue. @param {Run} run */
const stage = ({ status }) => (status === 'queued' ? 0 : status === 'running' ? 1 : 2);

/** Whether `news` is not older than what is known: an answer and the live stream may overtake each other.
 * @param {Run | undefined} known @param {Run} news */
export const isNews = (known, news) => !known || stage(news) >= stage(known);

/** It has ended by itself. One that was cancelled or interrupted says nothing of its load. @param {Run} run */
export const hasEnded = ({ status }) => status === 'completed' || status === 'failed';

/** The result of its experiment is made from it: it is deleted with the experiment, not by itself. @param {Run} run */
export const isPartOfResult = (run) => Boolean(run.experiment) && hasEnded(run);

/** @param {Run} run */
export const isOver = (run) => stage(run) === 2;

/** The server in words: "built-in server", "redis-server at 127.0.0.1:6379" where its program is known.
 * @param {unknown} target of a run or an experiment @param {import('./types').Run[]} [runs] of it */
export function serverOf(target = 'builtin', runs = []) {
  if (typeof target !== 'string' || target === 'builtin') return t('history.builtin');
  const program = runs.find((run) => run.target === target && run.server_process?.program)?.server_process?.program;
  return program ? t('history.server_at', program, target) : target;
}
