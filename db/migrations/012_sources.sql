-- From how many loopback addresses clients come. Earlier runs came from 4,096 when the target was on IPv4 loopback; how many
-- each used is not known, so that it is NULL.
ALTER TABLE runs ADD COLUMN sources INTEGER NOT NULL DEFAULT 0; -- 0: as many as their ports need
ALTER TABLE runs ADD COLUMN source_addresses INTEGER;
-- Which address of a target's name answered, and what the others said: a JSON object. NULL where the target is no name.
ALTER TABLE runs ADD COLUMN resolved TEXT;
-- The side that kept clients from beginning at the rate asked for. NULL: it was reached, none was asked for, or the run is
-- an earlier one.
ALTER TABLE runs ADD COLUMN late_side TEXT;

PRAGMA user_version = 12;
