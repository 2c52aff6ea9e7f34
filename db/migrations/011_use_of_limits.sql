-- What was in use of each limit when clients failed, and its peak. NULL in earlier runs.
ALTER TABLE run_limits ADD COLUMN used_at_failure INTEGER; -- NULL: unknown, or no client failed
ALTER TABLE run_limits ADD COLUMN used_at_peak INTEGER;    -- NULL: unknown

PRAGMA user_version = 11;
