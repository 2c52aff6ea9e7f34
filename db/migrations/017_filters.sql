-- What the history is filtered by (run_filters.def), so that the matching runs are counted without reading their rows,
-- which are a hundred times as long. No list begins with the first column: none takes it for an index to search in.
CREATE INDEX runs_by_filters ON runs (target, verdict_name, hold, mode, status, experiment, label, host_name);

PRAGMA user_version = 17;
