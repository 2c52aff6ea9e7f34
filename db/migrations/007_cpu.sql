-- What the processors did during a run: a JSON object as GET /runs/1 shows it. NULL: not known, as of every earlier run.
ALTER TABLE runs ADD COLUMN cpu TEXT;

PRAGMA user_version = 7;
