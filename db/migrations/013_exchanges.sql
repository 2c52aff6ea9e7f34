-- What a client says and expects (loadgen/contract/exchanges.def), and what belongs to some of the exchanges: of http the
-- path, of custom the bytes. Every earlier run asked for the time.
ALTER TABLE runs ADD COLUMN exchange TEXT NOT NULL DEFAULT 'time';
ALTER TABLE runs ADD COLUMN path TEXT NOT NULL DEFAULT '/';
ALTER TABLE runs ADD COLUMN send TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN expect TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 13;
