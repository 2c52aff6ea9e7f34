-- What the history can be sorted by (run_sorts.def); mode and status have theirs from the beginning.
CREATE INDEX runs_by_count ON runs (count);
CREATE INDEX runs_by_completed ON runs (completed);
CREATE INDEX runs_by_failed ON runs (failed);
CREATE INDEX runs_by_rate ON runs (completed * 1000000.0 / max(duration_us, 1));
CREATE INDEX runs_by_label ON runs (label COLLATE NOCASE);

PRAGMA user_version = 8;
