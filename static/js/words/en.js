/** English: the words of several pages, and those of the pages. Field terms stay as they are: thread, pool, backlog,
 * RLIMIT_NOFILE. {0}, {1} are the parts of a text; what the API's tables name (modes, models, fields, phases, ...) has
 * its words under that name, or the type check fails. */

import pages from './en_pages.js';

/** @satisfies {Record<import('../core/types').TableWord, string> & Record<string, string>} */
const words = {
  ...pages,

  // words of several pages
  'runs': 'Runs', 'yes': 'yes', 'no': 'no', 'none': 'none', 'any': 'any', 'unknown': 'unknown',
  'unlimited': 'unlimited', 'save': 'Save', 'continue': 'Continue', 'undo': 'Undo', 'cancel': 'Cancel',
  'started': 'Started', 'started.help': 'Clients that have started', 'connected': 'Connected',
  'connected.help': 'Clients that have connected', 'completed': 'Completed',
  'completed.help': 'Clients that received every reply and closed', 'failed': 'Failed',
  'failed.help': 'Clients that ended with an error', 'not_started': 'Not started',
  'not_started.help': 'Clients that have not started', 'duration': 'Duration', 'pace': 'Clients per second',
  'pace.help': 'Completed clients divided by the time', 'peak_server_threads': 'Peak server threads',
  'client_side': 'Client side', 'server_side': 'Server side', 'time.title': 'Time', 'when': 'When (UTC)',
  'rate.title': 'Clients/s', 'load_more': 'Load more', 'downloads': 'Downloads', 'finished': 'Finished',
  'hold': 'Served', 'predicted': 'Predicted', 'measured': 'Measured', 'repeats': 'Repeats', 'stopped_by': 'Stopped by',
  'published': 'Published', 'published.help': 'The published result of the course', 'results': 'Results',
  'results.table': 'Results by mode and count',

  // the frame of the page
  'page.skip': 'Skip to content', 'page.screens': 'Screens', 'page.language': 'Language',
  'page.server_help': 'The TIME server of Koneksi: connections open now, connections accepted since its start, and its threads',
  'theme.title': 'Theme', 'theme.system': 'System', 'theme.light': 'Light', 'theme.dark': 'Dark',
  'page.lost': 'Lost the connection to Koneksi. Reconnecting…',
  'page.about':
    'Koneksi measures how many clients this environment carries as threads, as a thread pool, as processes and in event loops, and which limit stops it.',
  'page.server_now': '{0} open, {1} accepted, {2}', 'page.server': 'TIME server {0}, model {1}: {2}, backlog {3}',

  // things that are counted
  'n.client': 'client', 'n.clients': 'clients', 'n.thread': 'thread', 'n.threads': 'threads',
  'n.connection': 'connection', 'n.connections': 'connections', 'n.trace': 'trace', 'n.traces': 'traces',
  'n.time': 'time', 'n.times': 'times', 'n.mode': 'mode', 'n.modes': 'modes', 'n.count': 'count',
  'n.counts': 'counts', 'n.load': 'load', 'n.loads': 'loads', 'n.process': 'process', 'n.processes': 'processes',
  'n.run': 'run', 'n.runs': 'runs', 'n.minute': 'minute', 'n.minutes': 'minutes',
  'n.experiment': 'experiment', 'n.experiments': 'experiments',

  // modes
  'mode.thread': 'Threads',
  'mode_help.thread': 'Each client is a thread. Threads start as fast as the kernel allows.',
  'mode.pool': 'Thread pool',
  'mode_help.pool': 'A few threads serve all clients one after another, so any number of clients is possible.',
  'mode.process': 'Processes',
  'mode_help.process': 'Each client is a process of its own (fork). This costs the most.',
  'mode.event': 'Event loops',
  'mode_help.event':
    'One loop on each core carries all clients: for counts that the other modes cannot reach.',
  'mode.uring': 'io_uring',
  'mode_help.uring':
    'As event loops, but clients are handed to the kernel in batches by io_uring: fewer system calls for each.',
  'mode.title': 'Mode',
  'uring.kernel': 'this kernel has no io_uring that makes sockets; it came with Linux 5.19',
  'uring.sysctl': 'the sysctl kernel.io_uring_disabled switches io_uring off',
  'uring.filter': 'a seccomp profile, such as a container’s, or a security module refuses io_uring',

  // server models
  'model_help.thread': 'Each connection has its own thread, as in the classic experiment.',
  'model_help.pool': 'A fixed number of worker threads serve the connections in turn.',
  'model_help.epoll': 'One loop on each core serves all connections without waiting for any of them.',
  'model_help.uring': 'One loop on each core, which hands its work to the kernel through io_uring.',
  'model.thread': 'Thread', 'model.pool': 'Pool', 'model.epoll': 'Epoll', 'model.uring': 'io_uring',

  // fields of a run
  'field_help.count': 'The number of clients in all, 1 to 10,000,000.', 'field.pool_size': 'Pool size (threads)',
  'field_help.pool_size': 'The number of threads that serve the clients one after another; by default cores + 4, at most 32. Thread pool only.',
  'field.ranks': 'Generators (ranks)',
  'field_help.ranks':
    'How many load generators share the clients, past what one process may open. On the hosts of --hostfile, or on this machine; more than one needs MPI.',
  'field.hold': 'Clients are served',
  'field_help.hold': 'Whether each client keeps its connection until all have their reply.',
  'served.false': 'One after another as they come', 'served_help.false': 'Each client closes as soon as it has its reply.',
  'served.true': 'At the same time',
  'served_help.true': 'Each client keeps its connection until all have their reply (hold).',
  'field.requests': 'Requests per client',
  'field_help.requests': 'How many times each client sends its request on its connection.',
  'field.sources': 'Source addresses',
  'field_help.sources':
    'How many loopback addresses the clients come from in turn, 127.0.0.1 first. 0: as many as their ports need.',
  'field.rate': 'Rate (clients/s)',
  'field_help.rate':
    'Clients started per second; 0: as fast as possible. The time of a client then counts from when it was due, so that a stall shows.',
  'field.exchange': 'Exchange', 'field_help.exchange': 'What each client says to the server, and which reply it expects.',
  'field.path': 'Path', 'field_help.path': 'What each client gets.',
  'field.send': 'Send',
  'field_help.send': 'Nothing: each client only waits. \\r, \\n, \\t, \\\\ and \\x41 are read as in C, so a line ends with \\r\\n or \\n.',
  'field.expect': 'Expect',
  'field_help.expect': 'How the reply must begin, written as above. Nothing: any reply will do.',
  'field.request': 'Request',
  'field_help.request': 'What each client sends to ask for the time. Some servers reject the empty line, others require it.',
  'field.timeout_ms': 'Timeout (ms)',
  'field_help.timeout_ms': 'A client without its last reply after this time has failed.',
  'field.stack_kib': 'Thread stack (KiB)', 'field_help.stack_kib': 'Memory for the stack of each client thread.',
  'field.target': 'Target',
  'field_help.target':
    'HOST:PORT, or several that the clients connect to in turn: 10.9.0.2:45001-45004,10.9.0.3:45001. An address that is not on loopback must be allowed when Koneksi is started.',
  'field.limits.nofile': 'Limit: open files',
  'field_help.limits.nofile': 'RLIMIT_NOFILE of the load generator, lowered for this run only.',
  'field.limits.nproc': 'Limit: tasks',
  'field_help.limits.nproc': 'RLIMIT_NPROC of the load generator: threads and processes of its user. It does not bind root.',
  'field.limits.as_mib': 'Limit: memory (MiB)',
  'field_help.limits.as_mib': 'RLIMIT_AS of the load generator: its address space.', 'field.label': 'Label',
  'field_help.label': 'A note by which you find the run again, up to 120 characters.', 'field.count': 'Clients',
  'exchange.time': 'TIME', 'exchange.connect': 'connect only', 'exchange.echo': 'echo', 'exchange.http': 'HTTP',
  'exchange.redis': 'Redis PING', 'exchange.memcached': 'memcached version', 'exchange.custom': 'custom',
  'exchange_help.time': 'Each client asks for the time and reads the reply.',
  'exchange_help.connect': 'Each client connects and says nothing.',
  'exchange_help.echo': 'Each client sends a line and gets the same line back.',
  'exchange_help.http': 'Each client gets a page; a status of 2xx or 3xx completes it.',
  'exchange_help.redis': 'Each client sends PING and gets +PONG.',
  'exchange_help.memcached': 'Each client sends version and gets VERSION.',
  'exchange_help.custom': 'Each client sends what you write here, and checks the reply.',
  'request.crlf2': 'TIME\\r\\n\\r\\n (with an empty line)', 'request.crlf': 'TIME\\r\\n',

  // states of a run
  'status.queued': 'queued', 'status.running': 'running', 'status.completed': 'completed', 'status.failed': 'failed',
  'status.cancelled': 'cancelled', 'status.interrupted': 'interrupted', 'status.partly': 'completed with failures',
  'status.title': 'Status',

  // where a client failed
  'phase.start': 'its thread or process could not be started', 'phase.connect': 'it could not connect',
  'phase.send': 'it could not send its request', 'phase.receive': 'it did not receive the whole reply',
  'phase.refused': 'the server refused it', 'phase.protocol': 'the server sent another reply', 'phase.timeout': 'it ran out of time',
  'phase.hold': 'the server closed its connection while it was held', 'side.server': 'server',
  'side.client': 'client', 'side.both': 'client and server', 'side.path': 'path',

  // verdicts
  'certainty.proved': 'proved', 'certainty.likely': 'likely', 'certainty.unknown': 'not certain',
  'verdict.cap_hint': 'In {0} this bound is usually {1}.',
  'verdict.raise': 'To raise it: ',
  'proof.moved': 'Proved: with {0} at {1} the ceiling was {2}, as expected.',
  'proof.not_moved': 'Not proved: a ceiling of {0} was expected, {1} was found.',

  // the environment of a run
  'env.kernel': 'Kernel', 'env.machine': 'Machine', 'env.system': 'System', 'env.cores': 'Cores',
  'env.memory_bytes': 'Memory', 'env.container': 'Container', 'env.versions': 'Versions',
  'env.fingerprint': 'Fingerprint', 'env.host': 'Host name', 'env.host_fingerprint': 'Fingerprint of the host',

  // limits
  'limit.on_side': '{0} on the {1} side', 'limit.shared': '{0}, shared by both sides', 'limits.limit': 'Limit',
  'scope.process': 'process', 'scope.user': 'user', 'scope.cgroup': 'cgroup', 'scope.machine': 'machine', 'scope.socket': 'socket',
  'limits.side': 'Side', 'limits.side_help': 'client: the load generator; server: Koneksi with its TIME server',
  'limits.used': 'In use at the start',
  'limits.used_help': 'How much was in use when the run began, before its clients',
  'limits.at_failure': 'When clients failed',
  'limits.at_failure_help': 'How much was in use when the most frequent error first occurred',
  'limits.at_peak': 'At most', 'limits.at_peak_help': 'The most that was seen to be in use', 'limits.of': 'Of',
  'limits.of_help': 'The value of the limit', 'limits.share': 'Share',
  'limits.share_help': 'The largest of the three amounts, divided by the value', 'limits.source': 'Source',
  'limits.raise': 'How to raise it', 'limits.none': 'No limits were recorded.',
  'limits.title': 'Limits of both sides',

  // the prediction
  'predict.unavailable': 'Not available here: {0}.',
  'predict.none': '{0}: no known limit stops them',
  'predict.within': '{0}: within all limits; the nearest is at {1}, {2}', 'predict.stops': '{0}: stops at {1}, {2}',
  'predict.stops_about': '{0}: stops at about {1}, {2}; what a client takes of memory differs from kernel to kernel',
  'predict.at_once': '{0}: at most {1} can be alive at the same time, {2}; without hold some end while others begin, so more may complete',
  'predict.queues': ' More clients at the same time than the accept queue holds: some may stall for seconds.',

  'ladder.title': 'The limits one after another, and what if', 'ladder.step': '{0} by {1}; {2} clients need {3}',
  'ladder.all': 'then all of them', 'ladder.none': 'all of them', 'ladder.what_if': 'What if', 'ladder.were': 'were',
  'ladder.limit': 'Limit', 'ladder.value': 'Its value: a number, or unlimited', 'ladder.drop': 'Assume this no longer',

  // what happened, in one sentence
  'sentence.queued': 'Waiting for its turn: runs go one at a time.',
  'sentence.running': 'Running: {0} of {1} have completed.',
  'sentence.cancelled': 'Cancelled: {0} of {1} completed, {2} failed or were cut off{3}.',
  'sentence.failed': 'The load generator failed{0}. {1} of {2} completed{3}.',
  'sentence.interrupted': 'Interrupted{0}. {1} of {2} completed{3}.',
  'sentence.completed': '{0} of {1} completed; {2}.', 'sentence.not_started': ', {0} not started',
  'sentence.took': ' in {0}', 'sentence.one': 'The client completed{0}.', 'sentence.all': 'All {0} completed{1}.',
  'failures.count': '{0} failed', 'failures.at': '{0} failed at {1}',
  'failures.mostly': '{0} failed, most of them ({1}) at {2}',

  // errors
  'error.token': 'Koneksi requires a token', 'error.unreachable': 'Koneksi does not answer.',
  'error.status': 'Koneksi answered with status {0}.',
  'error.chart_library': 'The chart library could not be loaded.', 'error.part': 'Not available: {0}',

  // what is wrong with a field, or why something was refused
  'number.whole': 'Enter a whole number, such as {0}.', 'number.range': 'Enter a number from {0} to {1}.',
  'number.ambiguous': '{0} can be read as two different numbers. For {1}, write {1} or {2}.',
  'target.no_port': 'Enter a host and a port, such as 127.0.0.1:8080.',
  'target.port': 'There is no port {0}: ports are 1 to {1}.',
  'target.reversed': 'The range {0} ends before it begins.',
  'target.too_many': 'A list has at most {0} addresses.',
  'refused': 'Koneksi refused this: {0}',
  'refused.target':
    'This target is not allowed, or its name was not found. Use an address on loopback, or start Koneksi with --allow-target.',
  'refused.hold': 'To serve all at the same time, the pool must be at least as large as the number of clients.',
  'refused.requests': 'With the exchange “connect only”, each client sends no request: enter 1.',
  'refused.path': 'A path begins with / and has no spaces and no letters outside ASCII.',
  'refused.send': 'Fill in Send or Expect, with at most 1,024 bytes.',
  'refused.expect': 'At most 1,024 bytes, without NUL.',
  'refused.modes': 'Choose at least one mode.',
  'refused.counts': 'Enter at least one number; modes, counts and repeats may make at most 1,000 runs.',
  'refused.full': 'Too many wait already. Try again when some are over.',
  'refused.conflict': 'This is not possible while a run or an experiment is in progress.',
  'refused.unavailable': 'Koneksi cannot do this now: {0}.',

  // dialogs
  'token.title': 'Koneksi requires a token',
  'token.explanation': 'The token is in the file that Koneksi was started with (--token-file). It is kept for this tab only.',
  'token.wrong': 'This token is wrong.', 'token': 'Token', 'delete': 'Delete', 'delete.question': 'Delete run {0}?',
  'delete.explanation': 'Its samples, errors and transcript are deleted as well.', 'delete.no': 'Keep the run',
};

export default words;
