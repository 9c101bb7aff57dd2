-- The journal, version 5: what else the engine follows: where assets went, what their trackers and sensors said.

CREATE TABLE followed (
    subject     TEXT PRIMARY KEY,        -- journey:ASSET, track:ASSET, condition:ASSET/...
    body        BLOB NOT NULL
) WITHOUT ROWID;
