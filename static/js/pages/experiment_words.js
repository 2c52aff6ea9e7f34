/** An experiment in a few words: what it does, and what it has found. */

import { ceilingOf, modeName, number, plural, stoppedBy } from '../core/format.js';
import { named, t } from '../core/language.js';

/** @typedef {import('../core/types').Experiment} Experiment */

/** How many runs a search takes shows as it goes. @param {Pick<Experiment, 'kind'>} experiment */
export const isSearch = ({ kind }) => kind === 'ceiling' || kind === 'proof';

/** "Ceiling: threads", "Sweep: 2 modes × 3 counts" @param {Experiment} experiment */
export function titleOf({ kind, asked }) {
  const mode = asked.mode ? t(`mode.${asked.mode}`).toLowerCase() : '';
  switch (kind) {
    case 'ceiling':
      return t('kind.ceiling', mode);
    case 'proof':
      return t('kind.proof', asked.run ?? '');
    case 'sweep':
      return t('kind.sweep', plural(asked.modes?.length ?? 0, 'mode'), plural(asked.counts?.length ?? 0, 'count'));
    case 'classic':
      return t('kind.classic');
    case 'survey':
      return t('kind.survey', plural(asked.modes?.length ?? 0, 'mode'));
    default: // of a newer version
      return t('unknown');
  }
}

/** What it has found so far, in one sentence. @param {Experiment} experiment */
export function foundIn(experiment) {
  const { kind, status, result, message, progress, asked, runs } = experiment;
  if (status === 'cancelled') return unfinishedIn(experiment);
  if (message) return message;
  if (status === 'failed') return unfinishedIn(experiment);
  if (!result) return status === 'completed' && runs.length === 0 ? t('experiment.runs_deleted') : '';
  if (kind === 'proof' && progress.done === progress.planned)
    return result.moved
      ? t('proof.moved', result.lowered ?? '', number(result.to), number(result.ceiling))
      : t('proof.not_moved', number(result.expected), number(result.ceiling));
  if (result.modes) return surveyIn(result.modes);
  if (result.sentence) return ceilingIn(result, asked.hold === true);
  return tableIn(result.rows ?? []);
}

/** @param {import('../core/types').Schemas['Table']['rows']} rows */
function tableIn(rows) {
  const whole = rows.filter((r) => r.runs > 0 && r.failed === 0).length;
  return t('table.found', number(whole), plural(rows.length, 'load'));
}

/** What one that did not go to its end has shown until then. @param {Experiment} experiment */
function unfinishedIn({ status, result, progress: { done, planned } }) {
  const word = t(`status.${status}`);
  const ended = word.charAt(0).toUpperCase() + word.slice(1);
  if (done === 0 || !result) return t('unfinished.none', ended);
  if (result.modes) return `${t('unfinished.after', ended, plural(done, 'run'))} ${surveyIn(result.modes)}`;
  if (result.sentence) return result.ceiling ? t('unfinished.search', ended, plural(done, 'run'), number(result.ceiling)) : t('unfinished.after', ended, plural(done, 'run'));
  return `${t('unfinished.after', ended, t('unfinished.of', number(done), plural(planned, 'run')))} ${tableIn(result.rows ?? [])}`;
}

/** A search's sentence in the page's words: the live stream has the panel's in English alone. Its cases are those of
 * search_describe in server/lab/experiment/search_sentence.c.
 * @param {import('../core/types').ExperimentResult} result @param {boolean} hold */
function ceilingIn({ mode, ceiling = 0, fails_at, verdict, low = ceiling, high = ceiling, served_until }, hold) {
  const name = mode ? named(`mode.${mode}`, mode) : '';
  const atOnce = hold ? t('ceiling.at_once') : '';
  const clients = low < high ? t('headline.range', number(low), number(high)) : number(ceiling);
  if (served_until) return `${t('ceiling.lost', name, clients, atOnce, whyOf(verdict), served_until)}.`;
  if (!fails_at) return `${t('ceiling.none', name, number(ceiling), atOnce)}.`;
  const isUnstarted = couldNotStart(verdict);
  const why = whyOf(verdict);
  if (low < high) return `${t('ceiling.range', name, clients, atOnce)}${why}.`;
  if (ceiling === 0) return `${t(noCount(isUnstarted, fails_at === 1), name, number(fails_at))}${why}.`;
  return `${t(isUnstarted ? 'ceiling.found_not_started' : 'ceiling.found', name, number(ceiling), atOnce, number(fails_at))}${why}.`;
}

/** @typedef {import('../core/types').ExperimentResult['verdict']} Why */

/** @param {Why} verdict */
const couldNotStart = (verdict) => verdict?.facts.some(({ fact }) => fact === 'start failed') ?? false;

/** ": RLIMIT_NOFILE 1,024 on the client side", "; what stopped them is not known" @param {Why} verdict */
function whyOf(verdict) {
  if (verdict?.name) return `: ${stoppedBy(verdict)}`;
  return verdict?.kind === 'unknown' ? t(couldNotStart(verdict) ? 'ceiling.start_unknown' : 'ceiling.unknown') : '';
}

/** No count worked: with one client, or with the first count that was tried, which showed why no other can.
 * @param {boolean} isUnstarted @param {boolean} ofOne */
function noCount(isUnstarted, ofOne) {
  if (isUnstarted) return ofOne ? 'ceiling.not_started' : 'ceiling.no_count_started';
  return ofOne ? 'ceiling.not_one' : 'ceiling.no_count';
}

/** "Threads 16,181, Thread pool 16,180 at the same time" @param {import('../core/types').Schemas['Survey']['modes']} modes */
function surveyIn(modes) {
  const measured = modes.filter(({ state }) => state === 'measured');
  if (measured.length === 0) return t('survey.nothing_yet');
  return t('survey.found', measured.map((mode) => `${modeName(mode.mode)} ${ceilingOf(mode)}`).join(', '));
}
