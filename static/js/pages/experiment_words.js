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
export function foundIn({ kind, result, message, progress, asked }) {
  if (message) return message;
  if (!result) return '';
  if (kind === 'proof' && progress.done === progress.planned)
    return result.moved
      ? t('proof.moved', result.lowered ?? '', number(result.to), number(result.ceiling))
      : t('proof.not_moved', number(result.expected), number(result.ceiling));
  if (result.modes) return surveyIn(result.modes);
  if (result.sentence) return ceilingIn(result, asked.hold === true);
  const rows = result.rows ?? [];
  const whole = rows.filter((r) => r.runs > 0 && r.failed === 0).length;
  return t('table.found', number(whole), plural(rows.length, 'load'));
}

/** A search's sentence in the page's words: the live stream has the panel's in English alone.
 * @param {import('../core/types').ExperimentResult} result @param {boolean} hold */
function ceilingIn({ mode, ceiling, fails_at, verdict }, hold) {
  const name = mode ? named(`mode.${mode}`, mode) : '';
  const atOnce = hold ? t('ceiling.at_once') : '';
  if (!fails_at) return `${t('ceiling.none', name, number(ceiling), atOnce)}.`;
  const isUnstarted = verdict?.facts.some(({ fact }) => fact === 'start failed') ?? false;
  const unknown = verdict?.kind === 'unknown' ? t(isUnstarted ? 'ceiling.start_unknown' : 'ceiling.unknown') : '';
  const why = verdict?.name ? `: ${stoppedBy(verdict)}` : unknown;
  if (ceiling === 0) return `${t(noCount(isUnstarted, fails_at === 1), name, number(fails_at))}${why}.`;
  return `${t(isUnstarted ? 'ceiling.found_not_started' : 'ceiling.found', name, number(ceiling), atOnce, number(fails_at))}${why}.`;
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
