-- The journal, version 9: subscriptions that parties make themselves.

CREATE TABLE subscriptions (
    name        TEXT PRIMARY KEY,
    party       TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    removed_us  INTEGER,                 -- null: it counts
    body        BLOB NOT NULL            -- without secrets: these are files
) WITHOUT ROWID;
CREATE INDEX subscriptions_by_party ON subscriptions (party);

-- The log of one subscription's deliveries is read without walking through those of all others of its party.
ALTER TABLE delivery_log ADD COLUMN subscription TEXT NOT NULL DEFAULT '';
UPDATE delivery_log SET subscription = json_extract(CAST(body AS TEXT), '$.subscription');
CREATE INDEX delivery_log_by_subscription ON delivery_log (subscription, seq);
