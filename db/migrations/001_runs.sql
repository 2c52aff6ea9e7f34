-- The first schema of koneksi.db: runs and their parts.
-- Times named *_ms are milliseconds since 1970 UTC (NULL: not yet); times named at_us are microseconds since the run
-- was started. To read with the sqlite3 shell begin with: SELECT * FROM history;

-- "KONE": tells a Koneksi database from every other SQLite file.
PRAGMA application_id = 0x4b4f4e45;

CREATE TABLE runs (
    -- AUTOINCREMENT: the id of a deleted run is never given to another one.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'interrupted')),
    experiment INTEGER,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER,
    -- what was asked for
    mode TEXT NOT NULL CHECK (mode IN ('thread', 'pool', 'process')),
    count INTEGER NOT NULL CHECK (count > 0),
    pool_size INTEGER NOT NULL,
    hold INTEGER NOT NULL CHECK (hold IN (0, 1)),
    requests INTEGER NOT NULL,
    timeout_ms INTEGER NOT NULL,
    stack_kib INTEGER NOT NULL,
    target TEXT NOT NULL,
    limit_nofile INTEGER, -- NULL: left as the environment has it; so are the next two
    limit_nproc INTEGER,
    limit_as_mib INTEGER,
    label TEXT NOT NULL,
    -- what happened
    duration_us INTEGER NOT NULL DEFAULT 0,
    started INTEGER NOT NULL DEFAULT 0 CHECK (started >= 0),
    connected INTEGER NOT NULL DEFAULT 0 CHECK (connected BETWEEN 0 AND started),
    completed INTEGER NOT NULL DEFAULT 0 CHECK (completed >= 0),
    failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
    not_started INTEGER NOT NULL CHECK (not_started >= 0),
    peak_client_threads INTEGER NOT NULL DEFAULT 0,
    peak_client_processes INTEGER NOT NULL DEFAULT 0,
    peak_client_connections INTEGER NOT NULL DEFAULT 0,
    peak_server_threads INTEGER NOT NULL DEFAULT 0,
    peak_server_connections INTEGER NOT NULL DEFAULT 0,
    server_model TEXT, -- NULL: a foreign server, of which nothing is known; so are the next three
    server_backlog INTEGER,
    server_accepted INTEGER,
    server_listen_overflows INTEGER,
    message TEXT NOT NULL DEFAULT '', -- why it is failed or interrupted
    environment TEXT,                 -- JSON object; NULL before the run was started
    -- Every client is accounted for, whatever happened.
    CHECK (started + not_started = count),
    CHECK (status IN ('queued', 'running') OR completed + failed + not_started = count)
) STRICT;

-- Each ends in the id, so that a filtered list comes newest first without a sort.
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_mode ON runs (mode);
CREATE INDEX runs_by_experiment ON runs (experiment) WHERE experiment IS NOT NULL;

-- Both sides, ten times a second. Columns without server_ are the client's.
CREATE TABLE run_samples (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- 1, 2, 3 ... within the run
    at_us INTEGER NOT NULL,
    client_at_us INTEGER NOT NULL, -- the client side's own clock; it begins when the generator does
    started INTEGER NOT NULL,
    connected INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    not_started INTEGER NOT NULL,
    client_threads INTEGER NOT NULL,
    client_processes INTEGER NOT NULL,
    client_connections INTEGER NOT NULL,
    client_fds INTEGER NOT NULL,
    client_rss_bytes INTEGER NOT NULL,
    client_cpu_us INTEGER NOT NULL,
    server_threads INTEGER NOT NULL,
    server_connections INTEGER NOT NULL,
    server_accepted INTEGER NOT NULL,
    server_fds INTEGER NOT NULL,
    server_rss_bytes INTEGER NOT NULL,
    server_cpu_us INTEGER NOT NULL,
    server_queue INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- Every failed client of a run that is over, counted by phase, call and errno.
CREATE TABLE error_groups (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    phase TEXT NOT NULL,
    call TEXT NOT NULL,
    errno INTEGER NOT NULL, -- 0: the failure has none
    message TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_client INTEGER NOT NULL,
    first_at_us INTEGER NOT NULL,
    last_at_us INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- Single failed clients: the first of each group at least.
CREATE TABLE error_traces (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    client INTEGER NOT NULL, -- 0 .. count - 1
    at_us INTEGER NOT NULL,
    phase TEXT NOT NULL,
    call TEXT NOT NULL,
    errno INTEGER NOT NULL,
    message TEXT NOT NULL,
    frames TEXT NOT NULL, -- JSON: [{"function":"...","file":"...","line":N}, ...], innermost first
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_limits (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    side TEXT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    value INTEGER, -- NULL: no bound
    used INTEGER,  -- NULL: the kernel does not tell
    source TEXT NOT NULL,
    UNIQUE (run, side, name)
) STRICT;

-- Latencies of a run, one row a kind (connect, reply, client), in nanoseconds.
CREATE TABLE run_histograms (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    count INTEGER NOT NULL,
    min_ns INTEGER NOT NULL,
    p50_ns INTEGER NOT NULL,
    p90_ns INTEGER NOT NULL,
    p99_ns INTEGER NOT NULL,
    p999_ns INTEGER NOT NULL,
    max_ns INTEGER NOT NULL,
    mean_ns INTEGER NOT NULL,
    -- JSON: {"total_ns":N,"min_ns":N,"max_ns":N,"buckets":[[index,count], ...]}, non-empty buckets only; a bucket
    -- below 128 is that many nanoseconds, above them there are 128 to each power of two.
    histogram TEXT NOT NULL,
    PRIMARY KEY (run, kind)
) STRICT;

-- The log lines of both sides, as they came; ORDER BY at_us, id is their order in time.
CREATE TABLE run_transcript (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at_us INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('client', 'server')),
    text TEXT NOT NULL
) STRICT;

CREATE INDEX run_transcript_in_time ON run_transcript (run, at_us);

-- For people with the sqlite3 shell.
CREATE VIEW history AS
SELECT id,
       strftime('%Y-%m-%dT%H:%M:%fZ', created_ms / 1000.0, 'unixepoch') AS created_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_ms / 1000.0, 'unixepoch') AS started_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', finished_ms / 1000.0, 'unixepoch') AS finished_at,
       status, mode, count, completed, failed, not_started,
       duration_us / 1000000.0 AS duration_s,
       CASE WHEN duration_us > 0 THEN round(completed * 1000000.0 / duration_us, 1) END AS clients_per_s,
       peak_client_threads, peak_client_processes, peak_server_threads, peak_server_connections,
       target, label, message
FROM runs;

PRAGMA user_version = 1;
