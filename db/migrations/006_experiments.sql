-- Experiments: planned series of runs. Which runs one had stands in runs.experiment, in the order of their ids; what it
-- found follows from them.
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    kind TEXT NOT NULL,
    asked TEXT NOT NULL, -- JSON object: what was asked for, every default filled in
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER,
    prediction TEXT,                 -- JSON object as in GET /limits, made when it began; NULL: none was
    message TEXT NOT NULL DEFAULT '' -- why it is failed or cancelled
) STRICT;

CREATE INDEX experiments_by_status ON experiments (status);

PRAGMA user_version = 6;
