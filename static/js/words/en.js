/** English: the words of the first page, and those that several pages have. Field terms stay as they are: thread, pool, backlog,
 * RLIMIT_NOFILE. {0}, {1} are the parts of a text; what the API's tables name (modes, models, fields, phases, ...) has
 * its words under that name, or the type check fails. */

/** @satisfies {Record<import('../core/types').TableWord, string> & Record<string, string>} */
const words = {
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
  'page.server_help': 'The TIME server of Koneksi, server model {0}, backlog {1}: connections open now, connections accepted since its start, and its threads',
  'theme.title': 'Theme', 'theme.system': 'System', 'theme.light': 'Light', 'theme.dark': 'Dark',
  'page.lost': 'Lost the connection to Koneksi. Reconnecting…',
  'page.about':
    'Koneksi measures how many clients this environment carries as threads, as a thread pool, as processes and in event loops, and which limit stops it.',
  'page.server_now': '{0} open, {1} accepted, {2}', 'page.server': 'TIME server {0}: {1}',

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
  'uring.kernel': 'this kernel is older than Linux 5.19 or was built without io_uring: it takes a newer kernel',
  'uring.sysctl': 'kernel.io_uring_disabled is 2, which switches io_uring off: sysctl kernel.io_uring_disabled=0 allows it',
  'uring.restricted':
    'kernel.io_uring_disabled is 1, which leaves io_uring to root and to the group kernel.io_uring_group: sysctl kernel.io_uring_disabled=0 allows it to all',
  'uring.filter':
    'a seccomp profile, such as a container’s, or a security module refuses io_uring: the profile must allow io_uring_setup, io_uring_enter and io_uring_register',

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
    'How many load generators share the clients: more than one where one process may not open enough connections. They run on the hosts of --hostfile, or else on this machine. More than one needs MPI.',
  'field.hold': 'Clients are served',
  'field_help.hold': 'Whether each client keeps its connection until all have their reply.',
  'served.false': 'One after another as they come', 'served_help.false': 'Each client closes as soon as it has its reply.',
  'served.true': 'At the same time',
  'served_help.true': 'Each client keeps its connection until all have their reply (hold).',
  'field.requests': 'Requests per client',
  'field_help.requests': 'How many times each client sends its request on its connection.',
  'field.sources': 'Source addresses',
  'field_help.sources':
    'How many loopback addresses the clients come from in turn, 127.0.0.1 first. 0: as many as their ports need, and more while closed connections hold ports.',
  'field.rate': 'Rate (clients/s)',
  'field_help.rate':
    'Clients started per second; 0: as fast as possible. The time of a client then counts from when it was due, so that a stall shows.',
  'field.exchange': 'Exchange', 'field_help.exchange': 'What each client says to the server, and which reply it expects.',
  'field.path': 'Path', 'field_help.path': 'What each client gets.',
  'field.send': 'Send',
  'field_help.send': 'Empty: each client only waits. \\r, \\n, \\t, \\\\ and \\x41 are read as in C, so a line ends with \\r\\n or \\n.',
  'field.expect': 'Expect',
  'field_help.expect': 'How the reply must begin, written as above. Empty: any reply will do.',
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
  'verdict.needed': 'For all clients it would have to be about {0}.',
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
  'predict.within': '{0}: within all limits; the nearest, {2}, is reached at {1}', 'predict.stops': '{0}: they stop at {1} because of {2}',
  'predict.stops_about': '{0}: they stop at about {1} because of {2}; what a client takes of memory differs from kernel to kernel',
  'predict.at_once': '{0}: at most {1} can be alive at the same time because of {2}; without hold, some end while others begin, so more may complete',
  'predict.queues': ' More clients at the same time than the accept queue holds: some may stall for seconds.',

  'ladder.title': 'Limits in order; try other values', 'ladder.step': 'At {0} clients: {1}. {2} clients need {3}.',
  'ladder.all': 'Then no known limit stops them.', 'ladder.none': 'No known limit stops them.', 'ladder.what_if': 'What if', 'ladder.were': 'were',
  'ladder.value': 'Its value: a number, or unlimited', 'ladder.drop': 'Assume this no longer',

  // what happened, in one sentence
  'message.Koneksi ended during the run': 'Koneksi ended during the run', 'message.the panel was stopped': 'the panel was stopped',
  'sentence.queued': 'Waiting for its turn: runs go one at a time.',
  'sentence.running': 'Running…',
  'sentence.cancelled': 'Cancelled: {0} of {1} completed, {2} failed or were cut off{3}.',
  'sentence.failed': 'The load generator failed{0}. {1} of {2} completed{3}.',
  'sentence.interrupted': 'Interrupted{0}. {1} of {2} completed{3}.',
  'sentence.completed': '{0} of {1} completed; {2}.', 'sentence.not_started': ', {0} not started',
  'sentence.took': ' in {0}', 'sentence.one': 'The client completed{0}.', 'sentence.all': 'All {0} completed{1}.',
  'failures.count': '{0} failed', 'failures.at': '{0} failed at {1}',
  'failures.mostly': '{0} failed, most of them ({1}) at {2}',

  // errors
  'error.unreachable': 'Koneksi does not answer.',
  'error.status': 'Koneksi answered with status {0}.',
  'error.screen': 'This page can be shown when Koneksi answers again.',
  'error.chart_library': 'The chart library could not be loaded.', 'error.part': 'Not available: {0}',

  // what is wrong with a field, or why something was refused
  'number.whole': 'Enter a whole number, such as {0}.', 'number.range': 'Enter a number from {0} to {1}.',
  'number.ids': '“{0}” is not a number or a range of numbers, such as 3 or 4-6.',
  'number.ids_many': 'The range {0} has more than {1} numbers.',
  'number.ambiguous': '{0} can be read as two different numbers. For {1}, write {1} or {2}.',
  'target.no_port': 'Enter a host and a port, such as 127.0.0.1:8080.',
  'target.port': 'There is no port {0}: ports are 1 to {1}.',
  'target.reversed': 'The range {0} ends before it begins.',
  'target.twice': '{0} is in the list twice.',
  'target.too_many': 'A list has at most {0} addresses.',
  'refused': 'Koneksi refused this: {0}',
  'refused.target': 'Koneksi cannot use this target: {0}',
  'refused.target.forbidden': 'This target is not allowed. Use an address on loopback, or start Koneksi with --allow-target.',
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

  // the answer at a glance
  'headline.title': 'How many clients does this environment carry at the same time?',
  'headline.predicted_help': 'What the limits of this environment allow now, and the one that stops the next client',
  'headline.measured_help': 'The newest ceiling of each mode that met a limit, or else the largest, with the built-in server and no limit lowered',
  'headline.not_measured': 'not yet', 'headline.about': 'about {0}', 'headline.at_least': 'at least {0}',
  'headline.range': '{0} to {1}', 'headline.unavailable': 'not available', 'headline.no_limit': 'no known limit',
  'survey.button': 'Survey this machine', 'survey.question': 'Survey this machine?',
  'survey.length': 'The survey runs the classic loads of each mode, then searches for its ceiling, in about {0}, which may take about {1}.',
  'survey.uses': 'For seconds at a time it uses up {0}; other programs may then be unable to start processes or to open connections.',
  'survey.uses_nothing': 'It uses up nothing that other programs depend on.', 'kind.survey': 'Survey: {0}',
  'survey.found': 'At the same time: {0}.', 'survey.nothing_yet': 'No ceiling has been found yet.',
  'survey.start': 'Start the survey', 'survey.no': 'Not now', 'survey.max': 'Try up to',
  'survey.max_help': 'Clients at the same time; larger counts are not tried, and larger classic loads are left out.',

  // the start form
  'start.page': 'Koneksi: runs', 'start.title': 'Start a run',
  'start.builtin': 'The built-in TIME server', 'start.on_this_machine': 'A server on this machine',
  'start.no_listeners': 'no other server listens', 'start.another': 'Another address',
  'start.another_address': 'Address of the server (HOST:PORT)', 'start.listener': '{0}, port {1}',
  'start.unknown_program': 'unknown program', 'start.not_utf8': 'This must be UTF-8.',
  'start.escape': 'The backslash at {0} begins none of \\r, \\n, \\t, \\\\ and \\x01 to \\xff.',
  'start.mode': 'Run the clients as', 'start.presets': 'Classic counts', 'start.preset': '{0} clients',
  'start.button': 'Start run', 'start.change': 'Change', 'start.brief': '{0} × {1}, {2}',
  'start.ceiling_help': 'The largest number of clients served at the same time; the count above is ignored',
  'start.or': 'Or start a series of runs: ', 'start.series': 'a sweep or the classic experiment',
  'start.address': '. A link to this page keeps what you have filled in.', 'start.advanced': 'Advanced',
  'start.pool_hint': 'cores + 4', 'start.unchanged': 'unchanged',

  // the live view
  'live.title': 'Live', 'live.last': 'Last run', 'live.label': 'Live run', 'live.none': 'No run is in progress.',
  'live.help': 'Start one and watch both sides here: how many clients have their reply, how many threads each side uses, and both logs. When the run is over, one sentence says what happened.',
  'live.more': 'and {0} more', 'live.waiting': '{0} is waiting',
  'live.waiting_many': '{0} are waiting', 'log.client': 'Client log', 'log.server': 'Server log',
  'progress.label': 'Clients that have ended, in percent', 'progress.start_took': 'Time to start',
  'progress.started': '{0} in {1}', 'progress.started_help': 'Until the last client was alive: {0}',
  'progress.peak_clients': 'Peak clients',
  'progress.peak_clients_help': 'The most clients alive at the same time, each from its start to its end',
  'progress.elapsed': 'Elapsed', 'progress.elapsed_help': 'Since the start of the run', 'progress.left': 'Time left',
  'progress.left_help': 'Estimated from the pace so far', 'progress.peak_units': 'Peak client {0}',
  'progress.peak_units_help': 'The most client {0} alive at the same time',
  'progress.peak_server_help': 'The most threads of the TIME server at the same time, including the acceptor',
  'progress.open_client': 'Peak open connections, client side',
  'progress.open_client_help': 'The most connections open at the same time, counted by the clients',
  'progress.open_server': 'Peak open connections, server side',
  'progress.open_server_help': 'The most connections open at the same time, counted by the TIME server',

  // charts
  'chart.sides': 'Threads of both sides', 'chart.sides_help': 'client {0} and server threads alive at each moment',
  'chart.client_units': 'Client {0}', 'chart.server_threads': 'Server threads',
  'chart.pace_help': 'completed clients, over the last tenth of a second; at first, since the start', 'chart.open': 'Open connections',
  'chart.open_help': 'as each side counts them; those in the queue wait to be accepted', 'chart.queue': 'Accept queue',
  'chart.fds': 'Open descriptors', 'chart.fds_help': 'files, sockets and pipes of all processes of each side',
  'chart.more': 'Connections and descriptors', 'chart.allows': '{0} {1} allows {2}',
  'chart.reached': '{0} {1}: {2} reached', 'chart.room': '{0} {1}: room for {2}',
  'chart.dotted': '; dotted: the peak, which no sample caught',
  'chart.zoom_help': 'Drag across a chart to zoom: all of them follow. Click one to see it full size.',
  'chart.zoomed': 'Shown: {0} to {1}', 'chart.reset': 'Reset zoom', 'chart.close': 'Close',
  'chart.enlarge': 'Full size', 'chart.enlarge_named': 'Full size: {0}',
  'chart.keys': '{0}. Keys: + and − zoom, left and right move, 0 resets the zoom, Enter shows it full size.',
  'table.show': 'Show as table', 'unfinished.none': '{0} before the first run ended.', 'unfinished.after': '{0} after {1}.',
  'unfinished.search': '{0} after {1}; the largest count that completed: {2}.', 'unfinished.of': '{0} of {1}',
  'experiment.runs_deleted': 'Its runs were deleted (--keep-runs), and its result with them.',
  'table.found': '{0} of {1} completed without a failure.',

  // latency
  'latency.help': 'p99 means that 99 of 100 clients took at most this long.',

  // the server
  'server.title': 'TIME server', 'server.apply': 'Apply', 'server.model': 'Server model', 'server.backlog': 'Backlog',
  'server.backlog_help': 'The size of the accept queue, for connections that wait to be accepted.',
  'server.workers': 'Workers',
  'server.workers_help': 'Threads of the pool model, 1 to 10,000. The other models do not use them.',
  'server.change': 'Change settings',
  'server.busy': 'Run {0} is in progress. You can change the server when it is over.',
  'server.full': 'The server does not accept connections now: all its {0} connections are in use. It continues when one closes.',
  'server.exhausted':
    'The server does not accept connections now: the system has run out of descriptors or memory. It continues when some are free again.',
  'server.overflowed': 'The accept queue has overflowed {0} since the server started.',
  'server.reset': 'The server reset {0} because the system refused what it needed for it, such as a thread.',
  'server.state': '{0} of at most {1} connections are open, {2} wait in the accept queue, which has room for {3}.',

  // the history
  'history.title': 'History', 'history.select_help': 'Select what to compare or delete',
  'history.run_help': 'The number of the run, or of the experiment',
  'history.when_help': 'When it was requested, in UTC', 'history.mode_help': 'What the clients ran as',
  'history.count_help': 'The number of clients in all', 'history.completed_help': 'Clients that received every reply',
  'history.status_help': 'The state of the run', 'history.verdict_help': 'The limit, cap or cause that stopped clients',
  'history.rate_help': 'Completed clients per second', 'history.p99': 'p99',
  'history.target_help': 'The server that was loaded', 'history.host': 'Host',
  'history.host_help': 'The machine that it ran on', 'history.label_help': 'The note given at the start',
  'history.change': 'Change', 'history.change_help': 'Rename or delete it', 'history.held': 'at the same time',
  'history.in_turn': 'one after another', 'history.builtin': 'built-in server', 'history.server_at': '{0} at {1}', 'history.experiment': 'Exp. {0}',
  'history.unfold': 'Runs of experiment {0}', 'history.select_run': 'Select run {0}',
  'history.select_experiment': 'Select experiment {0}', 'history.select_all': 'Select everything that is shown',
  'history.delete_some': 'Delete selected ({0})',
  'history.deleted': 'Run {0} is deleted with its samples, errors and transcript.',
  'history.deleted_experiment': 'Experiment {0} is deleted with its runs.', 'history.deleted_some': 'Deleted: {0}.',
  'history.and': '{0} and {1}', 'history.csv': 'Download CSV', 'history.database': 'Download the database',
  'history.kept': 'A part of the result of experiment {0}: it is deleted with the experiment.',
  'history.empty': 'No runs yet.', 'history.delete': 'Delete run {0}',
  'history.delete_experiment': 'Delete experiment {0}', 'history.rename': 'Rename',
  'history.rename_number': 'Rename run {0}', 'history.rename_experiment': 'Rename experiment {0}',
  'history.label_of': 'Label of run {0}', 'history.label_of_experiment': 'Label of experiment {0}',
  'history.compare_none': 'Compare: choose two or more', 'history.compare_some': 'Compare {0} runs',
  'history.compare_many': 'Compare: {0} runs are chosen, at most {1} fit',
  'history.report_help': 'A report of exactly the runs and experiments that are chosen, to hand in',
  'history.all': 'All runs and experiments',

  // the page of a run
  'run': 'Run', 'run.title': 'Run {0}: {1}', 'run.at': '{0}, {1} at {2}', 'run.cancel': 'Cancel run',
  'run.cancel_number': 'Cancel run {0}', 'late.client': 'the load generator was late',
  'late.server': 'the server was late', 'late.both': 'the processors were busy with both sides',

  // comparison
  'compare': 'Compare', 'measure.cpu_client': 'CPU time of a client, client side',
  'measure.cpu_client_help': 'CPU time of the load generator with its processes, divided by the clients. Not known where it is less than 20 ms in all',
  'measure.memory': 'Memory of a client',
  'measure.memory_help': 'Memory that the clients alive at the same time took of the load generator, divided by them; of processes, what each has for itself. What the kernel keeps for them is not in it. Not known with fewer than 1,000 clients alive at the same time',

  // experiments
  'experiment': 'Experiment', 'experiment.number': 'Experiment {0}', 'experiment.link': 'experiment {0}',
  'experiments': 'Experiments', 'kind.ceiling': 'Ceiling: {0}', 'kind.proof': 'Proof for run {0}',
  'kind.sweep': 'Sweep: {0} × {1}', 'kind.classic': 'The classic experiment', 'ceiling.find': 'Find my ceiling',
  'ceiling.none': '{0}: no limit was found up to {1} clients{2}',
  'ceiling.found': '{0}: {1} clients{2} all complete; with {3} some fail', 'ceiling.at_once': ' at the same time',
  'ceiling.range': '{0}: {1} clients{2} complete; the machine was shared, and the runs did not agree',
  'ceiling.lost': '{0}: {1} clients{2} complete{3}; the server served nobody after run {4}, so the search ended there',
  'ceiling.not_one': '{0}: not even one client completed',
  'ceiling.no_count': '{0}: with {1} clients not all complete, and fewer were not tried',
  'ceiling.unknown': '; what stopped them is not known',
  'ceiling.not_started': '{0}: the load generator itself cannot start, not even for one client',
  'ceiling.no_count_started': '{0}: with {1} clients the load generator itself cannot start, and fewer were not tried',
  'ceiling.found_not_started': '{0}: {1} clients{2} all complete; with {3} the load generator itself cannot start',
  'ceiling.start_unknown': '; what keeps it from that is not known',

  // the link to the report
  'report': 'Report',
};

export default words;
