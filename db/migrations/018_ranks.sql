-- How many load generators carried a run together, and what each of them came to. Every earlier run had one.
ALTER TABLE runs ADD COLUMN ranks INTEGER NOT NULL DEFAULT 1;
-- Of several, the rank whose facts the verdict has, and its host.
ALTER TABLE runs ADD COLUMN verdict_host TEXT;
ALTER TABLE runs ADD COLUMN verdict_rank INTEGER;

CREATE TABLE run_ranks (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    status TEXT NOT NULL,             -- completed, cancelled, or failed: also one that was lost
    clock_offset_ns INTEGER NOT NULL, -- of rank 0's CLOCK_MONOTONIC against its own
    clock_error_ns INTEGER NOT NULL,
    late_ns INTEGER NOT NULL,         -- from the agreed begin of the run to its first client
    started INTEGER NOT NULL,
    connected INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    not_started INTEGER NOT NULL,
    peak_threads INTEGER NOT NULL,
    peak_processes INTEGER NOT NULL,
    peak_connections INTEGER NOT NULL,
    verdict TEXT,                     -- what stopped its clients; NULL: not known, or none failed
    side TEXT,
    limits TEXT,                      -- a JSON list: those of its host; NULL in the others of the same host
    PRIMARY KEY (run, rank)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 18;
