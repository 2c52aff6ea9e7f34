/** The maxima by mode, of whatever found them: surveys, searches, or the largest run that completed. */

import { MODES } from '../core/contract.js';
import { isOver } from '../core/format.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {import('../core/types').Verdict} Verdict */
/** @typedef {import('../core/types').Schemas['Survey']['modes'][number]} SurveyMode */
/** `found`: only where something was measured; `experiment`: none where the largest run stands for it. `tried`: up to which
 * count. `inTurn`: the largest load of all runs of the report that was not held.
 * @typedef {{ mode: Mode, experiment?: Experiment, state: SurveyMode['state'] | 'not searched', predicted: number | null,
 *   found?: Pick<SurveyMode, 'ceiling' | 'fails_at' | 'low' | 'high' | 'stable' | 'confirmations' | 'runs'> & { served_until?: number | null },
 *   inTurn: number | null, verdict: Verdict | null, prediction: SurveyMode['prediction'], tried: number | null }} Maximum */

/** @param {Data} data @returns {Maximum[]} */
export function maximaOf(data) {
  const searched = data.experiments.flatMap(ofExperiment).map((one) => ({ ...one, inTurn: inTurnOf(one.mode, data) }));
  const rest = data.modes.filter(({ mode }) => !searched.some((one) => one.mode === mode));
  return [...searched, ...rest.map(ofRuns)].sort((a, b) => MODES.indexOf(a.mode) - MODES.indexOf(b.mode));
}

/** Whether it has been measured to the end. @param {Maximum} one */
export const isMeasured = ({ state, found }) => state === 'measured' && found !== undefined;

/** @param {Mode} of @param {Data} data */
const inTurnOf = (of, { modes }) => modes.find(({ mode }) => mode === of)?.inTurn?.count ?? null;

/** @param {Experiment} experiment @returns {Omit<Maximum, 'inTurn'>[]} */
function ofExperiment(experiment) {
  const { kind, asked, result } = experiment;
  const tried = asked.max ?? null;
  if (kind === 'survey') {
    const modes = result?.modes;
    if (modes)
      return modes.map((one) => ({ ...one, experiment, tried, found: one.runs > 0 ? one : undefined }));
    return (asked.modes ?? []).map((mode) => unknown(mode, experiment));
  }
  if (!asked.mode || (kind !== 'ceiling' && kind !== 'proof')) return [];
  if (result?.ceiling === undefined) return [unknown(asked.mode, experiment)];
  const { ceiling, fails_at = null, low = ceiling, high = ceiling, stable = true, confirmations = 0, runs = 0, served_until } = result;
  const over = experiment.status === 'completed';
  return [
    {
      mode: asked.mode, experiment, tried, state: over ? 'measured' : isGoingOn(experiment) ? 'under way' : 'unfinished',
      predicted: result.predicted ?? null, found: { ceiling, fails_at, low, high, stable, confirmations, runs, served_until },
      verdict: result.verdict ?? null, prediction: experiment.prediction,
    },
  ];
}

/** @param {Experiment} experiment */
const isGoingOn = ({ status }) => status === 'queued' || status === 'running';

/** @param {Mode} mode @param {Experiment} experiment @returns {Omit<Maximum, 'inTurn'>} */
const unknown = (mode, experiment) => ({
  mode, experiment, state: isGoingOn(experiment) ? 'waiting' : 'not measured',
  predicted: experiment.prediction?.ceiling ?? null, verdict: null, prediction: experiment.prediction, tried: null,
});

/** @param {import('./collect.js').OfMode} of @returns {Maximum} */
const ofRuns = ({ mode, held, inTurn, stopped, runs }) => ({
  mode, state: 'not searched', predicted: null,
  found: held && { ceiling: held.count, fails_at: null, low: held.count, high: held.count, stable: true, confirmations: 0, runs: runs.filter(isOver).length },
  inTurn: inTurn?.count ?? null, verdict: stopped?.verdict ?? null, prediction: null, tried: null,
});
