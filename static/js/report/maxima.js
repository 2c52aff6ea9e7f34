/** The maxima by mode, of whatever found them: surveys, searches, or the largest run that completed. */

import { MODES } from '../core/contract.js';
import { hasEnded, isOver, serverOf } from '../core/format.js';
import { ofMode } from './collect.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Verdict} Verdict */
/** @typedef {import('../core/types').Schemas['Survey']['modes'][number]} SurveyMode */
/** @typedef {Parameters<typeof import('../core/format.js').ceilingOf>[0]} Ceiling */
/** `found`: only where something was measured; `experiment`: none where the largest run stands for it. `tried`: up to which
 * count. `inTurn`: the largest load that was not held, and the least that failed, of the same source. `limits`: those that
 * were lowered for it. `place`: the server and the host, where those of the report are not all the same.
 * @typedef {{ mode: Mode, experiment?: Experiment, state: SurveyMode['state'] | 'not searched', predicted: number | null,
 *   found?: Pick<SurveyMode, 'ceiling' | 'fails_at' | 'low' | 'high' | 'stable' | 'confirmations' | 'runs'> & { served_until?: number | null },
 *   inTurn: Ceiling | null, limits: Run['limits'] | undefined, place: string, verdict: Verdict | null, prediction: SurveyMode['prediction'], tried: number | null }} Maximum */

/** @param {Data} data @returns {Maximum[]} */
export function maximaOf(data) {
  const searched = data.experiments.flatMap((experiment) =>
    ofExperiment(experiment).map((one) => ({ ...one, inTurn: inTurnOf(one.mode, experiment, data), limits: /** @type {Run['limits']} */ (experiment.asked.limits), place: placeOfExperiment(experiment, data) })),
  );
  const rest = data.modes.filter(({ mode }) => !searched.some((one) => one.mode === mode));
  return [...searched, ...rest.map((of) => ofRuns(of, data))].sort((a, b) => MODES.indexOf(a.mode) - MODES.indexOf(b.mode));
}

/** The server and the host in words, each only where the report has several; the built-in server of one host needs none.
 * @param {{ target?: unknown, host?: { name: string | null } | null }} of @param {Data} data */
export function placeInReport({ target = 'builtin', host }, { experiments, all }) {
  const targets = new Set([...experiments.map(({ asked }) => asked['target'] ?? 'builtin'), ...all.map((run) => run.target ?? 'builtin')]);
  const hosts = new Set([...experiments, ...all].flatMap((one) => one.host?.name ?? []));
  const server = targets.size > 1 || target !== 'builtin' ? [serverOf(target, all)] : [];
  return [...server, ...(hosts.size > 1 && host?.name ? [r('place.host', host.name)] : [])].join(', ');
}

/** @param {Experiment} experiment @param {Data} data */
export const placeOfExperiment = ({ asked, host }, data) => placeInReport({ target: asked['target'], host }, data);

/** Whether it has been measured to the end. @param {Maximum} one */
export const isMeasured = ({ state, found }) => state === 'measured' && found !== undefined;

/** Of the experiment's own runs: those of another had other conditions. @param {Mode} mode @param {Experiment} experiment
 * @param {Data} data */
const inTurnOf = (mode, { id }, { all }) => inTurnIn(ofMode(mode, all.filter((run) => run.experiment === id && run.mode === mode)));

/** @param {import('./collect.js').OfMode} of @returns {Ceiling | null} */
function inTurnIn({ inTurn, runs }) {
  const failed = runs.filter((run) => !run.hold && hasEnded(run) && run.totals.failed > 0).map(({ count }) => count);
  return inTurn ? { ceiling: inTurn.count, fails_at: failed.length ? Math.min(...failed) : null, stable: true } : null;
}

/** @typedef {Omit<Maximum, 'inTurn' | 'limits' | 'place'>} Searched */
/** @param {Experiment} experiment @returns {Searched[]} */
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

/** @param {Mode} mode @param {Experiment} experiment @returns {Searched} */
const unknown = (mode, experiment) => ({
  mode, experiment, state: isGoingOn(experiment) ? 'waiting' : 'not measured',
  predicted: experiment.prediction?.ceiling ?? null, verdict: null, prediction: experiment.prediction, tried: null,
});

/** @param {import('./collect.js').OfMode} of @param {Data} data @returns {Maximum} */
function ofRuns(of, data) {
  const { mode, held, stopped, runs } = of;
  return {
    mode, state: 'not searched', predicted: null,
    found: held && { ceiling: held.count, fails_at: null, low: held.count, high: held.count, stable: true, confirmations: 0, runs: runs.filter(isOver).length },
    inTurn: inTurnIn(of), limits: held?.limits, place: held ? placeInReport(held, data) : '', verdict: stopped?.verdict ?? null, prediction: null, tried: null,
  };
}
