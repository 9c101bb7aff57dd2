-- The journal, version 3: the engine's fold over what is in what, and over trailers at doors.

CREATE TABLE nestings (                  -- what each asset is in; those in nothing have no row
    asset       TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE loads (                     -- the present or last load of each trailer
    trailer     TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;
