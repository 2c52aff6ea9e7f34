-- What stopped the clients that failed: a JSON object as GET /runs/1 shows it. NULL: none failed, or nothing is known, as
-- of every earlier run.
ALTER TABLE runs ADD COLUMN binding_limit TEXT;

PRAGMA user_version = 5;
