-- The journal, version 2: names that people link, findings about the data, and what waits until it can be used.

CREATE TABLE names (                     -- one thing, many names; nothing is edited in place
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,           -- asset, place, party, unit, part
    name        TEXT NOT NULL,           -- as it comes
    folded      TEXT NOT NULL,           -- as it is looked up
    party       TEXT NOT NULL,           -- in whose data it counts; empty: in everyone's
    target      TEXT NOT NULL,           -- what it means
    entered_us  INTEGER NOT NULL,
    entered_by  TEXT NOT NULL,
    source      TEXT NOT NULL,           -- page, api, csv, cli
    removed_us  INTEGER,                 -- null: it counts
    removed_by  TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX names_standing ON names (kind, party, folded) WHERE removed_us IS NULL;
CREATE INDEX names_by_target ON names (kind, target);

CREATE TABLE findings (                  -- flaws of one reason, owner, source and subject, counted
    finding     TEXT PRIMARY KEY,        -- from reason, owner, source and subject
    reason      TEXT NOT NULL,
    owner       TEXT NOT NULL,           -- party whose data it is; empty: the operator's own
    source      TEXT NOT NULL,
    subject     TEXT NOT NULL,           -- *: all subjects beyond the bound
    state       TEXT NOT NULL,           -- open, fixed, ignored
    count       INTEGER NOT NULL,
    first_us    INTEGER NOT NULL,
    last_us     INTEGER NOT NULL,
    text        TEXT NOT NULL,           -- of the first
    example     TEXT NOT NULL,
    suggestion  TEXT NOT NULL,
    state_us    INTEGER,                 -- when someone, or a replay, last changed the state
    state_by    TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX findings_by_kind ON findings (reason, owner, source);
CREATE INDEX findings_by_time ON findings (last_us);

CREATE TABLE quality_days (              -- what a party's score is made of
    day         TEXT NOT NULL,           -- 2026-03-01, UTC, by receipt
    party       TEXT NOT NULL,
    kind        TEXT NOT NULL,           -- reading, plan
    total       INTEGER NOT NULL,
    flawed      INTEGER NOT NULL,        -- kept back or repaired
    PRIMARY KEY (day, party, kind)
) WITHOUT ROWID;

ALTER TABLE quarantine ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting';   -- waiting, replayed, dropped
ALTER TABLE quarantine ADD COLUMN finding TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN suggestion TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN head TEXT NOT NULL DEFAULT '';           -- of a plan's row: the file's header line
ALTER TABLE quarantine ADD COLUMN tried_us INTEGER NOT NULL DEFAULT 0;     -- when it was last tried again
CREATE INDEX quarantine_by_finding ON quarantine (finding, state);
CREATE INDEX quarantine_waiting ON quarantine (reason, number) WHERE state = 'waiting';
