/** The shapes of the API, as the dashboard reads them. Never sent to a browser: only the type check sees this file. */

export type Mode = 'thread' | 'pool' | 'process' | 'event';
export type Status = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
export type Side = 'client' | 'server';

export interface Totals {
  started: number;
  connected: number;
  completed: number;
  failed: number;
  not_started: number;
}

export interface Peaks {
  client_threads: number;
  client_processes: number;
  client_connections: number;
  server_threads: number;
  server_connections: number;
}

export interface Latency {
  min: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  mean: number;
}

export interface ErrorGroup {
  phase: string;
  call: string;
  errno: string | number | null;
  message: string;
  count: number;
  first_client: number;
  first_at_ms: number;
  last_at_ms: number;
}

export interface ErrorTrace {
  client: number;
  at_ms: number;
  phase: string;
  call: string;
  errno: string | number | null;
  message: string;
  frames: { function: string; file: string; line: number }[];
}

/** What stopped the clients that failed; all but evidence and certainty null when it is unknown. */
export interface BindingLimit {
  name: string | null;
  side: Side | null;
  value: number | null;
  reached: number | null;
  unit: string | null;
  raise: string | null;
  evidence: string;
  certainty: 'proved' | 'likely' | 'unknown' | 'proved by experiment';
  proof?: { experiment: number; lowered_to: number; expected: number; ceiling: number };
}

export interface RunSpec {
  mode: Mode;
  count: number;
  pool_size?: number;
  hold?: boolean;
  requests?: number;
  rate?: number;
  request?: 'crlf2' | 'crlf';
  timeout_ms?: number;
  stack_kib?: number;
  target?: string;
  limits?: Record<string, number>;
  label?: string;
}

export interface Run extends RunSpec {
  id: number;
  status: Status;
  created_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  duration_s: number | null;
  totals: Totals;
  peaks: Peaks;
  limit: BindingLimit | null;
  start: { last_up_ms: number; per_s: number; peak_clients: number } | null;
  server: { model: string; backlog: number; accepted: number; listen_overflows: number; refused: number } | null;
  clients_per_s: number | null;
  latency_us: { connect: Latency; reply: Latency; client: Latency } | null;
  errors: ErrorGroup[];
  cpu: {
    client_s: number;
    server_s: number;
    cores: number;
    busy: number | null;
    bottleneck: 'client' | 'server' | 'machine' | null;
    evidence: string;
  } | null;
  experiment: number | null;
  environment: Record<string, unknown> | null;
  message: string | null;
}

export interface Sample {
  at_ms: number;
  client: { threads: number; processes: number; connections: number; fds: number; rss_bytes: number; cpu_ms: number };
  server: {
    threads: number;
    connections: number;
    accepted: number;
    fds: number;
    rss_bytes: number;
    cpu_ms: number;
    queue: number;
    refused: number;
    listen_overflows: number;
    accept_paused: boolean;
  };
  totals: Totals;
}

export interface LogLine {
  at_ms: number;
  side: Side;
  text: string;
}

export interface Limit {
  name: string;
  side: Side;
  scope: string;
  value: number | null;
  used: number | null;
  unit: string;
  source: string;
  raise: string;
  raise_by: Record<'shell' | 'systemd' | 'container', string | null>;
}

/** Where a run of a mode would stop, as GET /limits says it. */
export interface Prediction {
  ceiling: number | null;
  limit: string | null;
  side: Side | null;
  value: number | null;
  unit: string | null;
  shared: boolean;
  certain: boolean;
  queues: boolean;
  sentence: string;
}

export interface ServerState {
  model: string;
  listen: string;
  backlog: number;
  workers: number;
  total: number;
  live: number;
  threads: number;
  budget: number;
  accept_paused: boolean;
  refused: number;
  listen_overflows: number;
  queue: number;
}

export interface Experiment {
  id: number;
  kind: 'sweep' | 'ceiling' | 'classic' | 'proof';
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  message: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  asked: { mode?: Mode; hold?: boolean; max?: number; modes?: Mode[]; counts?: number[]; repeats?: number; run?: number };
  prediction: Prediction | null;
  runs: number[];
  progress: { done: number; planned: number; seconds_left: number | null };
  /** Left out of an event for which it is too large. */
  result?: ExperimentResult | null;
}

/** A ceiling's or a proof's members, or a table's `rows`. */
export interface ExperimentResult {
  mode?: Mode;
  ceiling?: number;
  fails_at?: number | null;
  predicted?: number | null;
  confirmations?: number;
  stable?: boolean;
  sentence?: string;
  limit?: BindingLimit | null;
  lowered?: string;
  to?: number;
  expected?: number;
  moved?: boolean;
  rows?: {
    mode: Mode;
    count: number;
    runs: number;
    completed: number;
    failed: number;
    clients_per_s: { median: number; min: number; max: number } | null;
    limit: BindingLimit | null;
    published?: { works: boolean; note: string };
  }[];
}

/** What the live stream carries, by event name; `link` is the dashboard's own: the state of the connection. */
export interface LiveEvents {
  run: Run | { id: number; deleted: true };
  sample: Sample & { run: number };
  log: LogLine & { run: number };
  server: ServerState;
  experiment: Experiment;
  link: 'open' | 'lost';
}

/** Fans live events out to the screens; each `on` returns the function that ends it. */
export interface Hub {
  on<K extends keyof LiveEvents>(type: K, listener: (data: LiveEvents[K]) => void): () => void;
}

/** A screen: fills `root` and returns what ends it. */
export type Mount = (root: HTMLElement, params: string[], hub: Hub) => () => void;
