/** English: the words of the report alone, which loads them itself. */

const words = {
  // the page around the report
  'tools.pdf': 'Save as PDF', 'tools.file': 'Save as one HTML file', 'tools.page': 'Report – Koneksi',
  'tools.problem': 'The report cannot be made: {0}',
  'tools.nothing': 'name the runs or the experiments, for example /report?experiments=3 or /report?runs=1,2',
  'choose.title': 'What the report is about', 'choose.runs': 'Numbers of runs', 'choose.experiments': 'Numbers of experiments',
  'choose.button': 'Show the report',
  'choose.rules':
    'Runs and experiments may be mixed, up to {0} runs and {1} experiments. Of each mode, the largest load that completed stands for it.',
  'choose.left': 'This report has {0} of {1} runs and {2} of {3} experiments: it takes no more.',
  'choose.newest': 'The newest experiments',
  'fields.title': 'Your details', 'fields.help': 'Printed at the top. They stay in this browser: Koneksi does not receive them.',
  'fields.heading': 'Title', 'fields.name': 'Name', 'fields.number': 'Student number', 'fields.course': 'Course',

  // the heading
  'heading.title': 'How many clients does this environment carry?', 'heading.subject': 'Subject',
  'heading.measured': 'Measured until', 'heading.not_over': 'no run is over yet', 'heading.with': 'Measured with',
  'heading.run': 'run {0}', 'heading.runs': 'runs {0}', 'heading.experiment': 'experiment {0} ({1})',

  // the question and the answer
  'question': 'The question',
  'question.text':
    'How many clients does this environment carry as threads, through a thread pool, as processes and in event loops, at the same time and one after another as they come? Which limit stops more of them, and how is it raised?',
  'found': 'What was found', 'found.source': 'From',
  'found.stopped': 'What stopped the next client',
  'found.runs': 'the runs',
  'found.help':
    'At the same time: each client keeps its connection until all have their reply. One after another: the largest load whose clients came and went, and which all completed. Without a search, the largest run that completed counts.',
  'found.confirmed': 'Both counts, {0} and {1}, were repeated {2} with the same result, in {3}.',
  'found.served_until': 'After run {0} the server served nobody, and the search ended there.',
  'found.table': 'Maxima by mode', 'found.loads': 'Loads', 'found.loads_of': 'Loads of experiment {0}', 'found.single': 'Single runs',
  'found.left': 'The table has {0} of {1}.',

  // how a run came out
  'run.all': '{0}: all clients completed.', 'run.queued': '{0}: the run waits in the queue; nothing is measured yet.',
  'run.running': '{0}: the run is not over yet. So far {1} of {2} clients have completed.',
  'run.not_begun': '{0}: {1} before it began.', 'run.ended': 'The run was {0}.', 'run.stopped': '{0}: {1} of {2} clients completed.',
  'run.raise': 'To raise it: {0}.',

  // the environment
  'environment': 'Environment',
  'environment.several': 'The runs are of several machines; this describes the one of run {0}.',
  'environment.server_of': 'model {0}, accept queue {1}', 'environment.lowered': 'Lowered for these runs',
  'environment.at_peak': 'At most in use', 'environment.in_run': 'In run',
  'environment.limits_help':
    'Limits that stopped clients or were predicted to, and those of which half was in use, from the run of each mode that came closest.',
  'environment.no_limits': 'No limit came near.', 'environment.differ': 'The runs were not all measured under the same conditions. They differ in:',

  // the method
  'method': 'Method',
  'method.text':
    'A load generator starts the clients of a run, and a server answers them. Each client connects, sends its request, receives the reply and closes. Served at the same time, it keeps its connection until every client has its reply or has failed. Both sides, the load generator and the server, are sampled a hundred times in the first second and ten times in each second after it. Times come from the monotonic clock.',
  'method.own': 'Both sides ran on the same machine and shared its cores, and their peaks were counted exactly.',
  'method.search':
    'A maximum was searched for: from the count that the limits predict, up while all clients completed and down when some failed, until two neighbouring counts had given the same result three times.',
  'method.classic': 'The classic loads are those of the published experiment. Their clients come and go as fast as they can.',
  'method.sweep': 'In a sweep each mode ran with each count, each cell once before any ran twice.',
  'method.foreign': 'Some runs had another server than the built-in one as their target: {0}.',

  // what the modes are
  'modes': 'Threads, pool, processes and event loops', 'modes.table': 'How they differ, as measured here',
  'what.thread':
    'Each client is a thread of the load generator. Threads share an address space and a table of descriptors; each has its own stack and is a task of the kernel.',
  'what.pool':
    'A fixed number of threads takes the clients one after another. In all it serves any number of clients; at the same time, as many as it has threads.',
  'what.process':
    'Each client is a process of its own, made by fork, with its own address space and its own table of descriptors. The kernel copies the tables of the parent for each.',
  'what.event': 'One loop on each core watches all connections with epoll. A client is a connection with a small record, and no task of its own.',
  'what.uring': 'One ring of io_uring on each core carries all connections. The loop hands the kernel what is to be done for many clients in one call. A client is a connection with a small record, and no task of its own.',
  'modes.clients': 'Clients (run)', 'modes.start': 'Time to start a client', 'modes.cpu': 'CPU time of a client',
  'modes.memory': 'Memory of a client', 'modes.machine': 'Memory, whole machine', 'modes.pace': 'Clients per second (run)',
  'modes.with_run': '{0} ({1})',
  'modes.help':
    'Time to start: until the last client was alive, divided by their number. CPU time: of the client side. Memory of a client: growth of the load generator, divided by the clients alive; of processes, what each has for itself. Whole machine: growth of all memory in use, with the server and the kernel, to which other programs add. A dash: not measured. The run was too short or had too few clients: memory of a client takes 1,000 alive at the same time, CPU time 20 ms in all. And clients that a pool serves one after another have no start of their own.',
  'modes.differ': '{0}: least with {1} ({2}), most with {3} ({4}), {5} times as much.',

  // the charts
  'charts': 'Charts', 'charts.maxima_help': 'predicted by the limits, and measured',
  'charts.pace': 'Clients per second', 'charts.pace_help': 'completed clients divided by the duration of the run',
  'charts.peaks': 'Most alive at the same time', 'charts.peaks_help': 'as each side counted them; of a server other than the built-in one, as sampled',
  'charts.client': 'Client threads or processes', 'charts.connections': 'Connections, server side',
  'charts.latency': 'Duration of a client', 'charts.latency_help': 'p50: half of the clients took at most this long; p99: 99 of 100',
  'charts.sides': 'Both sides of run {0}', 'charts.sides_help': 'alive at each moment; as counted at most {0} and {1}', 'charts.alive': 'Alive',
  'charts.short': 'These runs are too short for a line over time, because no sample caught their peak: {0}. Their counted peaks are in the bars.',
  'charts.short_run': 'run {0} ({1}, {2})', 'charts.samples': '{0} samples',

  // the interaction of both sides
  'sides': 'How the two sides interact',
  'sides.client': 'Run {0}, {1}: the client side started {2} in {3} and had at most {4} alive at the same time.',
  'sides.server':
    'The TIME server (model {0}) accepted {1}, of which at most {2} were open at the same time, and had at most {3}, including the acceptor.',
  'sides.foreign': 'Its target {0} is not the built-in server, and could not be watched.',
  'sides.watched_threads': 'The server, {0}, had {1}.', 'sides.watched': 'The server, {0}, had {1} open at the same time, with {2}.',
  'sides.none': 'Run {0}, {1}: no client was started.', 'sides.model': 'Server model {0}: {1}',
  'sides.chosen': 'This part describes {0} of {1} one by one.',
  'sides.transcript': 'The first lines of each side of run {0}, in order of time:',

  // the conclusion
  'end': 'Conclusion', 'end.carried': 'At the same time this environment carried {0}.',
  'end.as.thread': '{0} as threads', 'end.as.pool': '{0} in a thread pool', 'end.as.process': '{0} as processes', 'end.as.event': '{0} in event loops', 'end.as.uring': '{0} through io_uring',
  'end.lowered': '{0} (lowered {1})',
  'place.host': 'on host {0}', 'end.carried_at': 'At the same time {1} were carried ({0}).', 'end.at_place': '{0} ({1})',
  'end.unfinished': 'No search for a maximum of clients at the same time went to its end in these runs.',
  'end.none': 'These runs have not searched for a maximum of clients at the same time.',
  'end.same': 'The same limit stopped further clients in each of these modes: {0}.',
  'end.compared': 'Compared with the published experiment:',
  'end.thread':
    'It completed 4,500 threads and did not end with 5,000. Run again and measured, threads were not what stopped it: its server called listen(1), so a full accept queue dropped handshakes, and their clients waited and tried again.',
  'end.pool':
    'It carried 500,000 clients through a pool. They were served one after another: each thread of the pool takes the next client when it has finished with one, so no more connections are open than the pool has threads. This counts clients in all, not clients at the same time.',
  'end.process':
    'It stopped at 2,044 processes. Run again and measured, this was RLIMIT_NOFILE of its Python parent, which needs two descriptors for each child, and no limit on processes.',
  'end.event': 'It had no event loops.',
  'end.uring': 'It had no io_uring.',
  'end.equal': 'Here {0} completed (run {1}), as many as that.',
  'end.more': 'Here {0} completed (run {1}), more than that.', 'end.queue': 'The accept queue of this server has room for {0}.',
  'end.own_table': 'Each client process here has its own table of descriptors, and its parent keeps none for it.',
  'end.in_turn': 'Here {0} completed one after another (run {1}), {2} per second, with {3} in the pool and at most {4} open at the same time.',
  'end.less': 'The largest load that completed here had {0} (run {1}): these runs do not reach the published number.',
  'end.missing': 'Not measured here.', 'end.no_load': 'No load of this mode completed here.',
  'end.at_once': 'At the same time the maximum was {0}; {1} stopped the next client.', 'end.at_once_unknown': 'At the same time the maximum was {0}.',
  'end.at_least': 'At the same time {0} were carried, and no limit was found up to there.',
  'end.short_of': 'That is fewer than the limits predicted ({0}).',
};

export default words;
