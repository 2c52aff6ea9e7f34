-- The server side is watched for every server on this machine: who it was, and its processes in each sample. NULL and 0
-- in earlier runs.
ALTER TABLE runs ADD COLUMN server_process TEXT; -- a JSON object; NULL: the built-in server, or none on this machine
ALTER TABLE run_samples ADD COLUMN server_processes INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 14;
