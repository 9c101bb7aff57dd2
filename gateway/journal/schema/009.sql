-- The journal, version 9: subscriptions that parties make themselves.

CREATE TABLE subscriptions (
    name        TEXT PRIMARY KEY,
    party       TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    removed_us  INTEGER,                 -- null: it counts
    body        BLOB NOT NULL            -- without secrets: these are files
) WITHOUT ROWID;
CREATE INDEX subscriptions_by_party ON subscriptions (party);
