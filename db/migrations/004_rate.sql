-- The rate at which clients are to be started (0: as fast as possible, as every earlier run), and how they were: when the
-- last one was up and how many were alive at the same time. NULL: nothing is known, as of every earlier run.
--
-- Which modes there are is the program's affair from now on (loadgen/modes.def): the next one needs no migration. A
-- constraint is taken out of a table's text as SQLite's documentation has it (lang_altertable.html, section 7), and the
-- ALTER TABLE behind it makes every connection read that text again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, ' CHECK (mode IN (''thread'', ''pool'', ''process''))', '')
WHERE type = 'table' AND name = 'runs';
PRAGMA writable_schema = RESET;

ALTER TABLE runs ADD COLUMN rate INTEGER NOT NULL DEFAULT 0 CHECK (rate >= 0);
ALTER TABLE runs ADD COLUMN start_last_up_us INTEGER;
ALTER TABLE runs ADD COLUMN start_peak_clients INTEGER;

PRAGMA user_version = 4;
