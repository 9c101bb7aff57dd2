-- The journal, version 12: what a follower left out to be with the newest, and still has to deliver.

CREATE TABLE gaps (
    name        TEXT NOT NULL,           -- the follower's, as in cursors
    after_seq   INTEGER NOT NULL,        -- delivered up to here; moves on while the gap is worked
    until_seq   INTEGER NOT NULL,        -- the last one that is missing
    PRIMARY KEY (name, after_seq)
) WITHOUT ROWID;
