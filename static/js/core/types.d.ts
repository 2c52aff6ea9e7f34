/** The shapes of the API by short names, made from its description (npm run check); only the type check sees this file. */

import type { components } from '../../node_modules/.cache/api';

type Schemas = components['schemas'];

export type Mode = Schemas['Mode'];
export type Model = Schemas['Model'];
export type Status = Schemas['Status'];
export type Side = Schemas['Side'];
export type Phase = Schemas['Phase'];
export type Kind = Schemas['ExperimentKind'];
export type Totals = Schemas['Totals'];
export type Latency = Schemas['Latency'];
export type ErrorGroup = Schemas['ErrorGroup'];
export type ErrorTrace = Schemas['ErrorTrace'];
export type Verdict = NonNullable<Schemas['Verdict']>;
export type Certainty = Verdict['certainty'];
export type RunSpec = Schemas['RunSpec'];
export type Run = Schemas['Run'];
export type Sample = Schemas['Sample'];
export type LogLine = Schemas['Log'];
export type Limit = Schemas['RunLimit'];
export type RankPart = Schemas['RankPart'];
export type HostPart = RankPart & { ranks: number; limits: Schemas['Limit'][] };
export type Rank = RankPart & { rank: number; pid: number; status: string; late_ms: number };
export type Listener = Schemas['Listener'];
export type Prediction = Schemas['Prediction'];
export type ServerState = Schemas['Server'];
export type Comparison = Schemas['Comparison'];

/** A field of a run as a form and a query name it: limits.nofile. */
export type Field = Exclude<keyof RunSpec, 'limits'> | `limits.${keyof NonNullable<RunSpec['limits']>}`;

/** A ceiling's or a proof's members, a table's `rows`, or a survey's `classic` and `modes`. */
export type ExperimentResult = Partial<Schemas['Ceiling'] & Schemas['Table'] & Omit<Schemas['Survey'], 'sentence'>>;
/** `result` is left out of an event for which it is too large. */
export type Experiment = Omit<Schemas['Experiment'], 'result'> & { result?: ExperimentResult | null };

/** What the live stream carries, by event name; `link` is the dashboard's own: the state of the connection. */
export type LiveEvents = Omit<Schemas['Events'], 'experiment'> & {
  experiment: Experiment | { id: number; deleted: true };
  link: 'open' | 'lost';
};

/** Fans live events out to the screens; each `on` returns the function that ends it. */
export interface Hub {
  /** Whether the stream is connected. */
  isOpen(): boolean;
  on<K extends keyof LiveEvents>(type: K, listener: (data: LiveEvents[K]) => void): () => void;
}

/** A screen: fills `root` and returns what ends it. */
export type Mount = (root: HTMLElement, params: string[], hub: Hub) => () => void;

/** The keys under which each catalogue has words for what the API's tables name. */
export type TableWord =
  | `${'mode' | 'mode_help'}.${Mode}`
  | `${'model' | 'model_help'}.${Model}`
  | `${'field' | 'field_help'}.${Exclude<Field, 'mode'>}`
  | `${'exchange' | 'exchange_help'}.${RunSpec['exchange']}`
  | `request.${RunSpec['request']}`
  | `status.${Status}`
  | `phase.${Phase}`
  | `side.${Side}`
  | `certainty.${Certainty}`;
