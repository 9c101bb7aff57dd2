-- The journal, version 3: the engine's fold over what is in what, and over trailers at doors.

CREATE TABLE nestings (                  -- the newest word about what each asset is in
    asset       TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE loads (                     -- the present or last load of each trailer
    trailer     TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;
