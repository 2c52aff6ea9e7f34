/** English. Field terms stay as they are: thread, pool, backlog, RLIMIT_NOFILE. {0}, {1} are the parts of a text; what the
 * API's tables name (modes, models, fields, phases, ...) has its words under that name, or the type check fails. */

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
  'hold': 'Hold', 'predicted': 'Predicted', 'repeats': 'Repeats', 'stopped_by': 'Stopped by',
  'published': 'Published', 'published.help': 'The published result of the course', 'results': 'Results',
  'results.table': 'Results by mode and count',

  // the frame of the page
  'page.skip': 'Skip to content', 'page.screens': 'Screens', 'page.language': 'Language',
  'page.server_help': 'The TIME server of Koneksi: connections open now, connections accepted since its start, and its threads',
  'page.lost': 'Lost the connection to Koneksi. Reconnecting…',
  'page.about':
    'Koneksi measures how many clients this environment carries as threads, as a thread pool, as processes and in event loops, and which limit stops it.',
  'page.server_now': '{0} open, {1} accepted, {2}', 'page.server': 'TIME server {0}, model {1}: {2}, backlog {3}',

  // things that are counted
  'n.client': 'client', 'n.clients': 'clients', 'n.thread': 'thread', 'n.threads': 'threads',
  'n.connection': 'connection', 'n.connections': 'connections', 'n.trace': 'trace', 'n.traces': 'traces',
  'n.time': 'time', 'n.times': 'times', 'n.mode': 'mode', 'n.modes': 'modes', 'n.count': 'count',
  'n.counts': 'counts', 'n.load': 'load', 'n.loads': 'loads', 'n.process': 'process', 'n.processes': 'processes',
  'n.run': 'run', 'n.runs': 'runs',

  // modes
  'mode.thread': 'Threads',
  'mode_help.thread': 'Each client is a thread. Threads start as fast as the kernel allows.',
  'mode.pool': 'Thread pool',
  'mode_help.pool': 'A few threads serve all clients in turn, so any number of clients is possible.',
  'mode.process': 'Processes',
  'mode_help.process': 'Each client is a process of its own (fork). This costs the most.',
  'mode.event': 'Event loops',
  'mode_help.event':
    'One loop for each core carries all clients without a thread or a process for each: for counts that the other modes cannot reach.',
  'mode.title': 'Mode',

  // server models
  'model_help.thread': 'Each connection has its own thread, as in the classic experiment.',
  'model_help.pool': 'A fixed number of worker threads serve the connections in turn.',
  'model_help.epoll': 'One loop on each core serves all connections without waiting for any of them.',
  'model.thread': 'Thread', 'model.pool': 'Pool', 'model.epoll': 'Epoll',

  // fields of a run
  'field_help.count': 'The number of clients in all, 1 to 10,000,000.', 'field.pool_size': 'Pool size (threads)',
  'field_help.pool_size': 'The number of threads that serve the clients in turn; by default cores + 4, at most 32. Thread pool only.',
  'field.hold': 'Hold connections',
  'field_help.hold': 'Each client keeps its connection open until all have their reply. This measures clients served at the same time.',
  'field.requests': 'Requests per client',
  'field_help.requests': 'How many times each client asks for the time on its connection.',
  'field.rate': 'Rate (clients/s)',
  'field_help.rate':
    'Clients started per second; 0: as fast as possible. The time of a client then counts from when it was due, so that a stall shows.',
  'field.request': 'Request',
  'field_help.request': 'What each client sends. Some servers reject the empty line, others require it.',
  'field.timeout_ms': 'Timeout (ms)',
  'field_help.timeout_ms': 'A client without its last reply after this time has failed.',
  'field.stack_kib': 'Thread stack (KiB)', 'field_help.stack_kib': 'Memory for the stack of each client thread.',
  'field.target': 'Target (HOST:PORT)',
  'field_help.target': '“builtin” is the TIME server of Koneksi. Targets other than loopback must be allowed when Koneksi is started.',
  'field.limits.nofile': 'Limit: open files',
  'field_help.limits.nofile': 'RLIMIT_NOFILE of the load generator, lowered for this run only.',
  'field.limits.nproc': 'Limit: tasks',
  'field_help.limits.nproc': 'RLIMIT_NPROC of the load generator: threads and processes of its user. It does not bind root.',
  'field.limits.as_mib': 'Limit: memory (MiB)',
  'field_help.limits.as_mib': 'RLIMIT_AS of the load generator: its address space.', 'field.label': 'Label',
  'field_help.label': 'A note by which you find the run again, up to 120 characters.', 'field.count': 'Clients',
  'request.crlf2': 'TIME\\r\\n\\r\\n (with an empty line)', 'request.crlf': 'TIME\\r\\n',

  // states of a run
  'status.queued': 'queued', 'status.running': 'running', 'status.completed': 'completed', 'status.failed': 'failed',
  'status.cancelled': 'cancelled', 'status.interrupted': 'interrupted', 'status.partly': 'completed with failures',
  'status.title': 'Status',

  // where a client failed
  'phase.start': 'its thread or process could not be started', 'phase.connect': 'it could not connect',
  'phase.send': 'it could not send its request', 'phase.receive': 'it did not receive the whole reply',
  'phase.protocol': 'the server sent another reply', 'phase.timeout': 'it ran out of time', 'side.server': 'server',
  'side.client': 'client', 'side.both': 'client and server', 'side.path': 'path',

  // verdicts
  'verdict.raise': 'To raise it: ',
  'proof.moved': 'Proved: with {0} at {1} the ceiling was {2}, as expected.',
  'proof.not_moved': 'Not proved: a ceiling of {0} was expected, {1} was found.',

  // the environment of a run
  'env.kernel': 'Kernel', 'env.machine': 'Machine', 'env.system': 'System', 'env.cores': 'Cores',
  'env.memory_bytes': 'Memory', 'env.container': 'Container', 'env.versions': 'Versions',
  'env.fingerprint': 'Fingerprint',

  // limits
  'limit.on_side': '{0} on the {1} side', 'limit.shared': '{0} for both sides together', 'limits.limit': 'Limit',
  'limits.side': 'Side', 'limits.side_help': 'client: the load generator; server: Koneksi with its TIME server',
  'limits.used': 'In use at the start',
  'limits.used_help': 'How much was in use when the run began, before its clients', 'limits.of': 'Of',
  'limits.of_help': 'The value of the limit', 'limits.share': 'Share',
  'limits.share_help': 'In use at the start, divided by the value', 'limits.source': 'Source',
  'limits.raise': 'How to raise it', 'limits.none': 'No limits were recorded.',
  'limits.title': 'Limits of both sides',

  // the prediction
  'predict.none': '{0}: no known limit stops them',
  'predict.within': '{0}: within all limits; the nearest is at {1}, {2}', 'predict.stops': '{0}: stops at {1}, {2}',
  'predict.at_once': '{0}: at most {1} can be alive at the same time, {2}; without hold some end while others begin, so more may complete',
  'predict.queues': ' More clients at the same time than the accept queue holds: some may stall for seconds.',

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

  // dialogs
  'token.title': 'Koneksi requires a token',
  'token.explanation': 'The token is in the file that Koneksi was started with (--token-file). It is kept for this tab only.',
  'token.wrong': 'This token is wrong.', 'token': 'Token', 'delete': 'Delete', 'delete.question': 'Delete run {0}?',
  'delete.explanation': 'Its samples, errors and transcript are deleted as well.', 'delete.no': 'Keep the run',

  // the start form
  'start.page': 'Koneksi: runs', 'start.title': 'Start a run',
  'start.help': 'A run sends many clients to the TIME server. Each one connects, asks for the time, reads the reply and closes.',
  'start.mode': 'Run the clients as', 'start.presets': 'Classic counts', 'start.preset': '{0} clients',
  'start.button': 'Start run',
  'start.ceiling_help': 'The largest number of clients served at the same time; the count above is ignored',
  'start.or': 'Or start a series of runs: ', 'start.series': 'a sweep or the classic experiment',
  'start.address': '. The address of this page holds what you have filled in.', 'start.advanced': 'Advanced',
  'start.whole': 'Enter a whole number.', 'start.pool_hint': 'cores + 4', 'start.unchanged': 'unchanged',

  // the live view
  'live.title': 'Live', 'live.label': 'Live run', 'live.none': 'No run is in progress.',
  'live.help':
    'Start one and watch both sides here: how many clients have their reply, how many threads each side uses, and both logs. When the run is over, one sentence says what happened.',
  'live.running': 'Running…', 'live.more': 'and {0} more', 'live.waiting': '{0} is waiting',
  'live.waiting_many': '{0} are waiting', 'log.client': 'Client log', 'log.server': 'Server log',
  'progress.label': 'Clients that have ended, in percent', 'progress.started': '{0} in {1}',
  'progress.started_help': 'Until the last client was alive: {0}', 'progress.peak_clients': 'Peak clients',
  'progress.peak_clients_help': 'The most clients alive at the same time, each from its start to its end',
  'progress.elapsed': 'Elapsed', 'progress.elapsed_help': 'Since the start of the run', 'progress.left': 'Time left',
  'progress.left_help': 'Estimated from the pace so far', 'progress.peak_units': 'Peak client {0}',
  'progress.peak_units_help': 'The most client {0} alive at the same time',
  'progress.peak_server_help': 'The most threads of the TIME server at the same time, including the acceptor',
  'progress.open_client': 'Peak open connections, client side',
  'progress.open_client_help': 'The most connections open at the same time, counted by the clients',
  'progress.open_server': 'Peak open connections, server side',
  'progress.open_server_help': 'The most connections open at the same time, counted by the TIME server',
  'progress.of': '{0} of {1}', 'progress.of_about': '{0} of about {1}',

  // charts
  'chart.sides': 'Threads of both sides', 'chart.sides_help': 'client {0} and server threads alive at each moment',
  'chart.client_units': 'Client {0}', 'chart.server_threads': 'Server threads', 'chart.pace': 'Clients per second',
  'chart.pace_help': 'completed clients, over the last tenth of a second', 'chart.open': 'Open connections',
  'chart.open_help': 'as each side counts them; those in the queue wait to be accepted',
  'chart.queue': 'Accept queue', 'chart.fds': 'Open descriptors',
  'chart.fds_help': 'files, sockets and pipes of all processes of each side',
  'chart.more': 'Connections and descriptors', 'chart.allows': '{0} {1} allows {2}',
  'chart.reached': '{0} {1}: {2} reached', 'chart.room': '{0} {1}: room for {2}',
  'chart.dotted': '; dotted: the peak, which no sample caught', 'chart.line': 'Line', 'chart.row': 'Row',
  'figure.requested': 'Requested', 'figure.carried': 'Completed and requested clients',
  'figure.carried_help': 'both axes are logarithmic; on the diagonal all clients completed',
  'figure.pace_help': 'completed clients divided by the duration of the run',
  'figure.took_help': 'p50: half of the clients took at most this long; p99: 99 of 100',
  'table.show': 'Show as table', 'table.found': '{0} of {1} completed without a failure.',
  'table.in_row': 'In all runs of this row', 'table.median': 'The median', 'table.least': 'Lowest',
  'table.most': 'Highest',

  // latency
  'latency.title': 'Duration of each client', 'latency.connect': 'Connect',
  'latency.connect_help': 'From connect() until the connection is established', 'latency.reply': 'Reply',
  'latency.reply_help': 'From the request to the end of its reply', 'latency.client': 'Whole client',
  'latency.client_help': 'From the start of the client until its connection is closed', 'latency.min': 'Min',
  'latency.min_help': 'The fastest', 'latency.p50_help': 'Half of the clients took at most this long (the median)',
  'latency.p90_help': '90% of the clients took at most this long',
  'latency.p99_help': '99% of the clients took at most this long',
  'latency.p999_help': '99.9% of the clients took at most this long', 'latency.max': 'Max',
  'latency.max_help': 'The slowest', 'latency.mean': 'Mean', 'latency.mean_help': 'The arithmetic mean',
  'latency.nothing': 'Nothing was measured.', 'latency.later': 'Shown when the run is over.',
  'latency.help': 'p99 means that 99 of 100 clients took at most this long.',
  'latency.table': 'Percentiles of each latency', 'latency.what': 'What', 'latency.percentiles': 'Percentiles',
  'latency.percentiles_help': 'the share of clients that took at most this long', 'latency.histogram': 'Histogram',
  'latency.histogram_help': 'clients by their whole duration',

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
  'server.reset': 'The server reset {0} because it could not create a thread.',
  'server.state': '{0} of at most {1} connections are open, {2} wait in the accept queue, which has room for {3}.',

  // the history
  'history.title': 'History', 'history.choose': 'Choose runs to compare', 'history.run_help': 'The number of the run',
  'history.when_help': 'When the run was requested, in UTC', 'history.mode_help': 'What the clients ran as',
  'history.count_help': 'The number of clients in all', 'history.completed_help': 'Clients that received every reply',
  'history.status_help': 'The state of the run', 'history.rate_help': 'Completed clients per second',
  'history.label_help': 'The note given at the start', 'history.change': 'Change',
  'history.change_help': 'Rename or delete the run',
  'history.deleted': 'Run {0} is deleted with its samples, errors and transcript.', 'history.csv': 'Download CSV',
  'history.empty': 'No runs yet.', 'history.compare': 'Compare run {0}', 'history.delete': 'Delete run {0}',
  'history.rename': 'Rename', 'history.rename_number': 'Rename run {0}', 'history.label_of': 'Label of run {0}',
  'history.compare_none': 'Compare: choose two or more', 'history.compare_some': 'Compare {0} runs',

  // the page of a run
  'run': 'Run', 'run.number': 'Run {0}', 'run.title': 'Run {0}: {1}', 'run.cancel': 'Cancel run',
  'run.cancel_number': 'Cancel run {0}', 'run.missing': 'There is no run {0}.',
  'run.limits_help': 'The limits of this environment on each side, and how much of each was in use when the run began.',
  'run.spread_help': 'From the histograms of the load generator, which count every client, to within 0.4%.',
  'run.logs_help':
    'The last lines of both logs; of a large run, a selection. transcript.txt has all lines that were kept, in order of time.',
  'run.over_time': 'Over time', 'run.errors': 'Errors', 'run.latency': 'Latency', 'run.limits': 'Limits',
  'run.logs': 'Client and server side by side', 'run.counts': 'Do the counts agree?',
  'run.about': 'Settings and environment', 'run.again': 'Run again', 'run.prove': 'Prove it',
  'run.prove_help': 'Searches for the ceiling again with this limit lowered by a quarter',
  'run.compare': 'Compare with others', 'run.cpu': 'CPU time: client side {0}, server side {1}. ',
  'run.fingerprint_help': 'Runs with the same fingerprint were measured under the same conditions',
  'run.requested': 'Requested', 'run.pool_size': 'Pool size', 'run.pool_threads': '{0} threads',
  'run.hold_help': 'Whether each connection stayed open until all clients had their reply',
  'run.requests': 'Requests', 'run.requests_each': '{0} per client', 'run.rate': 'Rate',
  'run.rate_value': '{0} clients/s', 'run.rate_most': 'as fast as possible',
  'run.rate_help': 'How fast clients were to be started', 'run.request_help': 'What each client sends',
  'run.timeout': 'Timeout', 'run.stack': 'Thread stack', 'run.target': 'Target', 'run.lowered': 'Lowered limits',
  'errors.none': 'No client failed.', 'errors.phase': 'In the phase “{0}”: {1}.',
  'errors.span': 'First at {0} (client {1}), last at {2}. ', 'errors.traces': '{0}:',
  'errors.traces_later': 'Its traces are further down the list.', 'errors.more': 'Load more traces',
  'errors.client': 'Client {0} at {1}', 'errors.no_frames': 'No frames.',
  'counts.sum': '{0} completed + {1} failed + {2} not started, of {3}',
  'counts.builtin_only': 'The server side is known only for the built-in server.',
  'counts.server': 'Server model: {0}. Backlog (the size of the accept queue): {1}.',
  'counts.overflows':
    'The accept queue overflowed {0}: a handshake arrived while the queue was full and was dropped. Neither side sees an error: the client’s kernel tries again after 1, 3 and 7 seconds, so clients are slow or time out. A larger backlog makes the queue longer.',
  'counts.refused':
    'The server reset {0} because it could not create a thread for it. A model with fewer threads (pool, epoll) would have accepted more.',
  'counts.both': 'The server accepted {0}; the clients made {1}', 'counts.same': '{0}: the counts agree.',
  'counts.fewer': '{0}: {1} stayed in the accept queue, or were made by clients that gave up.',
  'counts.more': '{0}: {1} came from other programs, or from clients that saw an error after the server had accepted them.',
  'counts.agree': 'Agrees. ', 'counts.differ': 'Differs. ',

  // comparison
  'compare': 'Compare', 'compare.title': 'Compare runs', 'compare.experiment': 'Compare the runs of experiment {0}',
  'compare.workers': 'Threads or processes of both sides', 'compare.of_client': ', client side',
  'compare.of_server': ', server side', 'compare.completed': 'Completed clients over time',
  'compare.open': 'Open connections, server side', 'compare.numbers': 'Numbers of the runs, up to {0}',
  'compare.from_history': 'Choose from the history', 'compare.figures': 'Figures',
  'compare.side_by_side': 'Side by side', 'compare.line': 'Run {0} {1}{2}',
  'compare.dashes': 'solid: client side; dashed: server side', 'compare.from_zero': 'all start at 0 s',
  'compare.show': 'Show ', 'compare.measured': 'Measured', 'compare.ceilings': 'Ceilings',
  'compare.ceilings_help': 'the newest experiment of each mode, with its number', 'compare.runs': '{0} runs',
  'compare.run': 'run {0}', 'compare.warning': 'These runs were measured under different conditions. ',
  'compare.warning_help': 'A difference between them may come from:',
  'compare.hold_help': 'Connections stay open until all clients have their reply',
  'compare.peak_client': 'Peak client threads or processes', 'compare.table': 'The chosen runs',

  // experiments
  'experiment': 'Experiment', 'experiment.number': 'Experiment {0}', 'experiment.title': 'Experiment {0}: {1}',
  'experiment.link': 'experiment {0}', 'experiment.missing': 'There is no experiment {0}.',
  'experiment.cancel': 'Cancel experiment',
  'experiment.queued': 'Waiting for its turn: experiments go one at a time.',
  'experiment.running': 'Its first run is in progress.', 'experiment.progress': 'Completed runs, in percent',
  'experiment.over': '{0} of {1} done', 'experiment.over_about': '{0} of about {1} done',
  'experiment.left': ', about {0} left', 'experiment.no_runs': 'No runs yet.',
  'experiment.runs': 'Runs of this experiment', 'experiment.compare': 'Compare its runs',
  'experiments': 'Experiments',
  'experiments.help':
    'An experiment is a series of runs that answers one question. Experiments go one at a time; you can start runs of your own in between.',
  'experiments.so_far': 'All experiments', 'experiments.list': 'Experiments, newest first',
  'experiments.none': 'No experiments yet.', 'experiments.kind': 'Kind', 'experiments.found': 'Result',
  'kind.ceiling': 'Ceiling: {0}', 'kind.proof': 'Proof for run {0}', 'kind.sweep': 'Sweep: {0} × {1}',
  'kind.classic': 'The classic experiment', 'ceiling.find': 'Find my ceiling',
  'ceiling.none': '{0}: no limit was found up to {1} clients{2}',
  'ceiling.found': '{0}: {1} clients{2} all complete; with {3} some fail', 'ceiling.at_once': ' at the same time',
  'ceiling.help': 'The largest number of clients that are all served at the same time, exact to one client, and what stops the next one.',
  'ceiling.button': 'Find the ceiling', 'ceiling.mode': 'Clients run as',
  'ceiling.mode_help': 'What each client runs as.', 'ceiling.max': 'Try up to',
  'ceiling.max_help': 'Larger counts are not tried.',
  'ceiling.nofile_help': 'RLIMIT_NOFILE of the load generator, lowered for this experiment.',
  'ceiling.title': 'Ceiling', 'ceiling.title_help': 'The largest count at which every client completes',
  'ceiling.fails_at': 'Fails at', 'ceiling.nothing': 'nothing yet',
  'ceiling.fails_at_help': 'The smallest count at which some clients fail',
  'ceiling.predicted_help': 'What the limits allow, before the first run', 'ceiling.confirmed': 'Confirmed',
  'ceiling.confirmed_help': 'How many times both counts gave the same result again', 'ceiling.tried': 'Tried up to',
  'ceiling.stable': 'Stable', 'ceiling.stable_help': 'A count gave different results; the majority decides',
  'sweep.title': 'Sweep',
  'sweep.help': 'Runs every mode with every count several times, in turn, so that changes of the machine affect all alike.',
  'sweep.button': 'Start the sweep', 'sweep.modes': 'Modes', 'sweep.counts': 'Counts',
  'sweep.counts_help': 'Numbers of clients, separated by spaces.',
  'sweep.repeats_help': 'How many times each is run.', 'sweep.hold_help': 'All clients are served at the same time.',
  'classic.help':
    'The loads of the network-programming course, with its published results: up to 5,000 threads, 500,000 clients of a pool, and 5,000 processes.',
  'classic.button': 'Start the classic experiment', 'classic.repeats_help': 'How many times each load is run.',

  // the report
  'report': 'Report', 'report.title': 'How many clients does this environment carry?',
  'report.subject': 'Report on {0}, made by Koneksi', 'report.run': 'run {0}', 'report.runs': 'runs {0}',
  'report.made': 'Measured until {0}', 'report.not_made': 'No run is over yet',
  'report.save': 'Save as PDF', 'report.result': 'Result', 'report.environment': 'Environment',
  'report.property': 'Property', 'report.value': 'Value',
  'report.differ': 'The runs were not all measured under the same conditions. They differ in:',
  'report.method': 'Method',
  'report.method_text':
    'A load generator starts the clients of a run, and a TIME server answers them. Each client connects, sends TIME, receives JAM with the local time and closes. With hold, a client keeps its connection open until every client has its reply or has failed, so that all are served at the same time. Both sides run on this machine and share its cores. They are sampled a hundred times in the first second and ten times in each second after it; their peaks are counted exactly. Times come from the monotonic clock.',
  'report.charts': 'Charts', 'report.sides': 'Both sides of run {0}',
  'report.sides_help': 'threads or processes alive at each moment', 'report.alive': 'Alive',
  'report.interaction': 'How the two sides interact',
  'report.client_words': 'Run {0}, {1}: the client side started {2} in {3} and had at most {4} alive at the same time.',
  'report.server_words':
    'The TIME server (model {0}) accepted {1}, of which at most {2} were open at the same time, and had at most {3}, including the acceptor.',
  'report.foreign_words': 'Its target {0} is not the panel’s own server; only that one is measured.',
  'report.no_clients': 'Run {0}, {1}: no client was started.',
  'report.model': 'Server model {0}: {1}', 'report.verdicts': 'Verdicts', 'report.all': '{0}: all clients completed.',
  'report.queued': '{0}: the run waits in the queue; nothing is measured yet.',
  'report.running': '{0}: the run is not over yet. So far {1} of {2} clients have completed.',
  'report.not_begun': '{0}: {1} before it began.', 'report.ended': 'The run was {0}.',
  'report.stopped': '{0}: {1} of {2} clients completed.',
  'report.found': '{0}: {1} clients at the same time all complete; with {2} some fail. The limits predicted {3}.',
  'report.unlimited': '{0}: no limit was found up to {1} clients at the same time.',
  'report.confirmed': 'Confirmed {0} in {1}.',
  'report.chosen': 'This part describes {0} of {1} one by one. The table has all of them.',
  'report.transcript': 'Transcript of the interaction',
  'report.transcript_help': 'The first lines of each side of run {0}, in order of time.',
  'report.problem': 'The report cannot be made: {0}',
  'report.nothing': 'name the runs or the experiment, for example /report?experiment=3 or /report?runs=1,2',
};

export default words;
