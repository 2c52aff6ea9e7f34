/** What a run can be asked to be: the words, presets and fields of the start form, one row each. */

import { t } from '../core/language.js';

/** @typedef {import('../core/types').Mode} Mode */

/** @type {{ mode: Mode, name: string, text: string, presets: number[] }[]} */
export const MODES = [
  {
    mode: 'thread',
    name: t('Threads'),
    text: t('Every client is a thread of its own, and they start as fast as the kernel allows.'),
    presets: [50, 500, 4500, 5000],
  },
  {
    mode: 'pool',
    name: t('Thread pool'),
    text: t('A few threads take the clients in turn, so any number of clients fits.'),
    presets: [100, 5000, 500000],
  },
  {
    mode: 'process',
    name: t('Processes'),
    text: t('Every client is a process of its own (fork). The heaviest way.'),
    presets: [100, 5000],
  },
  {
    mode: 'event',
    name: t('Event loops'),
    text: t('One loop for each core carries all clients, without a thread or a process for each: for what lies beyond the others.'),
    presets: [5000, 500000],
  },
];

/**
 * The advanced fields. `only`: the one mode that has it. `choices`: the first is the default.
 *
 * @type {{ name: string, label: string, help: string, kind: 'number' | 'check' | 'text' | 'choice', hint: string,
 *   only?: Mode, choices?: { value: string, name: string }[] }[]}
 */
export const FIELDS = [
  {
    name: 'pool_size',
    label: t('Pool size (threads)'),
    help: t('How many threads take the clients in turn, usually cores + 4, at most 32. Thread pool only.'),
    kind: 'number',
    hint: t('cores + 4'),
    only: 'pool',
  },
  {
    name: 'hold',
    label: t('Hold connections'),
    help: t('Each client keeps its connection open until all have their reply: measures clients served at the same time.'),
    kind: 'check',
    hint: '',
  },
  {
    name: 'requests',
    label: t('Requests each'),
    help: t('How often each client asks for the time on its connection.'),
    kind: 'number',
    hint: '1',
  },
  {
    name: 'rate',
    label: t('Rate (clients/s)'),
    help: t('How many clients are started a second; 0: as fast as possible. A client’s time then counts from when it was due, so that a stall shows.'),
    kind: 'number',
    hint: '0',
  },
  {
    name: 'request',
    label: t('Request'),
    help: t('What a client sends. Some servers refuse the empty line, some need it.'),
    kind: 'choice',
    hint: '',
    choices: [
      { value: 'crlf2', name: t('TIME\\r\\n\\r\\n (with an empty line)') },
      { value: 'crlf', name: 'TIME\\r\\n' },
    ],
  },
  {
    name: 'timeout_ms',
    label: t('Timeout (ms)'),
    help: t('A client that has not its last reply after this time has failed.'),
    kind: 'number',
    hint: '30000',
  },
  {
    name: 'stack_kib',
    label: t('Thread stack (KiB)'),
    help: t('Memory for the stack of each client thread.'),
    kind: 'number',
    hint: '64',
  },
  {
    name: 'target',
    label: t('Target (HOST:PORT)'),
    help: t('“builtin” is the TIME server of this panel. Others must be on the allow-list given at its start.'),
    kind: 'text',
    hint: 'builtin',
  },
  {
    name: 'limits.nofile',
    label: t('Limit: open files'),
    help: t('RLIMIT_NOFILE of the load generator, lowered for this run alone.'),
    kind: 'number',
    hint: t('as it is'),
  },
  {
    name: 'limits.nproc',
    label: t('Limit: tasks'),
    help: t('RLIMIT_NPROC of the load generator: threads and processes of its user. Root is exempt.'),
    kind: 'number',
    hint: t('as it is'),
  },
  {
    name: 'limits.as_mib',
    label: t('Limit: memory (MiB)'),
    help: t('RLIMIT_AS of the load generator: its address space.'),
    kind: 'number',
    hint: t('as it is'),
  },
  {
    name: 'label',
    label: t('Label'),
    help: t('A note to find the run by, up to 120 characters.'),
    kind: 'text',
    hint: '',
  },
];

/** The fields of a run as it was asked for, to ask for it again.
 * @param {import('../core/types').Run} run */
export function specOf(run) {
  const { mode, count, pool_size, hold, requests, rate, request, timeout_ms, stack_kib, target, limits, label } = run;
  return {
    mode, count, pool_size, hold, requests, rate, request, timeout_ms, stack_kib, target, limits: limits ?? {}, label,
  };
}
