-- The machine on which a run was carried out, so that databases of several machines can be merged. Of earlier runs the
-- environment has the kernel alone.
ALTER TABLE runs ADD COLUMN host_name TEXT;
ALTER TABLE runs ADD COLUMN host_kernel TEXT;
ALTER TABLE runs ADD COLUMN host_fingerprint TEXT; -- of the machine and its kernel
ALTER TABLE experiments ADD COLUMN host_name TEXT;
ALTER TABLE experiments ADD COLUMN host_kernel TEXT;
ALTER TABLE experiments ADD COLUMN host_fingerprint TEXT;

UPDATE runs
SET host_kernel = json_extract(environment, '$.kernel')
WHERE CASE WHEN json_valid(environment) THEN json_type(environment, '$.kernel') END = 'text';

UPDATE experiments
SET host_kernel = (SELECT host_kernel FROM runs WHERE experiment = experiments.id AND host_kernel IS NOT NULL LIMIT 1);

-- What tells whether a run of another database is here already, whatever its id is: a random text. Rows of earlier
-- versions get one that follows from what they are: each copy of an earlier database that is migrated gives them the
-- same.
ALTER TABLE runs ADD COLUMN identity TEXT;
ALTER TABLE experiments ADD COLUMN identity TEXT;

UPDATE runs
SET identity = printf('%d-%d-%d-%d-%d', id, created_ms, coalesce(started_ms, 0), coalesce(finished_ms, 0), duration_us);
UPDATE experiments
SET identity = printf('%d-%d-%d-%d', id, created_ms, coalesce(started_ms, 0), coalesce(finished_ms, 0));

CREATE INDEX runs_by_identity ON runs (identity);
CREATE INDEX experiments_by_identity ON experiments (identity);

-- SQLite adds no column with such a default.
CREATE TRIGGER runs_get_identity AFTER INSERT ON runs WHEN NEW.identity IS NULL
BEGIN
    UPDATE runs SET identity = lower(hex(randomblob(16))) WHERE id = NEW.id;
END;
CREATE TRIGGER experiments_get_identity AFTER INSERT ON experiments WHEN NEW.identity IS NULL
BEGIN
    UPDATE experiments SET identity = lower(hex(randomblob(16))) WHERE id = NEW.id;
END;

PRAGMA user_version = 16;
