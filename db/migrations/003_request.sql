-- What a client sends to ask for the time: 'crlf2' is TIME and two line ends, which every earlier run sent; 'crlf' is
-- TIME and one.
ALTER TABLE runs ADD COLUMN request TEXT NOT NULL DEFAULT 'crlf2' CHECK (request IN ('crlf2', 'crlf'));

PRAGMA user_version = 3;
