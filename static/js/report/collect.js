/** What a report is about: the runs and experiments that its address names, as the panel has them.
 *
 * The parts are put together by plain rules. Runs that are named stand for themselves. An experiment stands for what it
 * found, and of its runs only those that show it are looked at one by one. Of each mode one run, the largest that completed,
 * stands for the mode. */

import { get, getWords } from '../core/api.js';
import { MODES } from '../core/contract.js';
import { isOver } from '../core/format.js';
import { readIds } from '../core/numbers.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {import('../core/types').Experiment} Experiment */
/** @typedef {import('../core/types').Sample} Sample */
/** @typedef {import('../core/types').Limit} Limit */
/** @typedef {import('../core/types').LogLine} LogLine */
/** `asked`: how many the address names, of which so many are taken at most. @typedef {{ runs: number[], experiments: number[], asked: Record<'runs' | 'experiments', number> }} Selection */
/** `typical`: the largest run that completed, held where there is one; `inTurn`: the largest that was not held; `largest`: of
 * both. `stopped`: the smallest that a verdict explains. All but `runs` can be missing.
 * @typedef {{ mode: Mode, runs: Run[], typical?: Run, held?: Run, inTurn?: Run, largest?: Run, stopped?: Run }} OfMode */
/** What only the typical run of a mode is asked for. @typedef {{ samples: Sample[], limits: Limit[], transcript: LogLine[] }} Parts */
/** @typedef {import('../core/types').Comparison['differences']} Differences */
/** `all`: every run; `single`: those named one by one; `modes`: in the order of the contract; `limits`: by run.
 * @typedef {{ selection: Selection, experiments: Experiment[], all: Run[], single: Run[], modes: OfMode[],
 *   parts: Map<number, Parts>, limits: Map<number, Limit[]>, differences: Differences }} Data */

export const RUNS_MOST = 50;
export const EXPERIMENTS_MOST = 10;
/** More than an experiment can have. */
const PAGE = 1000;

/** @param {string} text "1,4-6" */
function numbersIn(text) {
  const ids = readIds(text);
  if (typeof ids === 'string') throw new Error(ids);
  return ids;
}

/** Which ones the address names; `experiment` is an older form of `experiments`.
 * @param {URLSearchParams} asked @returns {Selection} */
export function selectionOf(asked) {
  const [runs, experiments] = [['runs'], ['experiments', 'experiment']].map((names) =>
    numbersIn(names.map((name) => asked.get(name) ?? '').join(',')),
  );
  return {
    runs: runs?.slice(0, RUNS_MOST) ?? [],
    experiments: experiments?.slice(0, EXPERIMENTS_MOST) ?? [],
    asked: { runs: runs?.length ?? 0, experiments: experiments?.length ?? 0 },
  };
}

/** @param {Selection} selection that is not empty @returns {Promise<Data>} */
export async function collect(selection) {
  const [experiments, lists, single] = await Promise.all([
    Promise.all(selection.experiments.map((id) => /** @type {Promise<Experiment>} */ (getWords(`/experiments/${id}`)))),
    Promise.all(selection.experiments.map((id) => getWords(`/runs?experiment=${id}&limit=${PAGE}`))),
    Promise.all(selection.runs.map((id) => /** @type {Promise<Run>} */ (getWords(`/runs/${id}`)))),
  ]);
  const byId = new Map([...lists.flatMap(({ runs }) => /** @type {Run[]} */ (runs)), ...single].map((run) => [run.id, run]));
  const all = [...byId.values()].sort((a, b) => a.id - b.id);
  const modes = MODES.flatMap((mode) => {
    const runs = all.filter((run) => run.mode === mode);
    return runs.length ? [ofMode(mode, runs)] : [];
  });
  const shown = new Set([...modes.flatMap(({ typical, stopped }) => [typical, stopped]), ...single].flatMap((run) => run?.id ?? []));
  const [parts, limits, compared] = await Promise.all([
    Promise.all(modes.flatMap(({ typical }) => (typical ? [partsOf(typical)] : []))),
    Promise.all(modes.flatMap(({ stopped }) => (stopped ? [limitsOf(stopped)] : []))),
    shown.size > 1 ? get(`/compare?runs=${[...shown].join(',')}`) : { differences: [] },
  ]);
  return { selection, experiments, all, single, modes, parts: new Map(parts), limits: new Map(limits), differences: compared.differences };
}

/** @param {Run} run */
export const isWhole = ({ totals, count }) => totals.completed === count;

/** @param {Run[]} runs @returns {Run | undefined} */
const largestOf = (runs) => runs.reduce((/** @type {Run | undefined} */ most, run) => (most && most.count >= run.count ? most : run), undefined);

/** @param {Mode} mode @param {Run[]} runs @returns {OfMode} */
export function ofMode(mode, runs) {
  const whole = runs.filter((run) => isOver(run) && isWhole(run));
  const held = largestOf(whole.filter((run) => run.hold));
  const inTurn = largestOf(whole.filter((run) => !run.hold));
  const explained = runs.filter((run) => run.verdict && (run.hold || !held)).sort((a, b) => a.count - b.count);
  const stopped = explained.find((run) => run.count > (held?.count ?? 0)) ?? explained[0];
  const typical = held ?? inTurn ?? largestOf(runs.filter((run) => run.started_at !== null));
  return { mode, runs, typical, held, inTurn, largest: largestOf(whole), stopped };
}

/** @param {Run} run @returns {Promise<[number, Limit[]]>} */
const limitsOf = async ({ id }) => [id, (await getWords(`/runs/${id}/limits`)).limits];

/** @param {Run} run @returns {Promise<[number, Parts]>} */
async function partsOf(run) {
  const [{ samples }, [, limits], { transcript }] = await Promise.all([
    get(`/runs/${run.id}/samples`),
    limitsOf(run),
    get(`/runs/${run.id}/transcript`),
  ]);
  return [run.id, { samples, limits, transcript }];
}
