-- How the TIME server was at its limits. Runs and samples of before have none of it: NULL in a run, 0 in a sample.
ALTER TABLE runs ADD COLUMN server_refused INTEGER; -- connections reset because no thread could be created for them

ALTER TABLE run_samples ADD COLUMN server_refused INTEGER NOT NULL DEFAULT 0;   -- since the run was started
ALTER TABLE run_samples ADD COLUMN server_overflows INTEGER NOT NULL DEFAULT 0; -- since the run was started
ALTER TABLE run_samples ADD COLUMN server_accept_paused INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 2;
