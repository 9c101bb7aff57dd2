-- The journal, version 8: what parties say of alerts, what is worked on, and what is in stock.

CREATE TABLE remarks (                   -- the conversation about alerts; nothing is edited in place
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id    TEXT NOT NULL,
    party       TEXT NOT NULL,
    at_us       INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    addressee   TEXT NOT NULL,           -- task: the party that should do it; empty of others
    answers     INTEGER NOT NULL,        -- done: number of the task; 0 of others
    body        BLOB NOT NULL
);
CREATE INDEX remarks_by_alert ON remarks (alert_id, number);
CREATE INDEX remarks_tasks ON remarks (number) WHERE kind = 'task';
CREATE UNIQUE INDEX remarks_answers ON remarks (answers) WHERE kind = 'done';

CREATE TABLE maintenance_log (           -- windows that were entered while it ran; the newest row of a name counts
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    party       TEXT NOT NULL,           -- who entered it
    recorded_us INTEGER NOT NULL,
    body        BLOB                     -- null: it was called off
);

CREATE TABLE stock_log (                 -- counts of parts at places, and how quickly they are used
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    place       TEXT NOT NULL,
    part        TEXT NOT NULL,
    recorded_us INTEGER NOT NULL,
    body        BLOB NOT NULL
);
CREATE INDEX stock_by_part ON stock_log (place, part, seq);
