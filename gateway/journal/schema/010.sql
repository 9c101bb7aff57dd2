-- The journal, version 10: partners that were added while it ran, and links that show one thing until a date.

CREATE TABLE partners (
    code        TEXT PRIMARY KEY,
    created_us  INTEGER NOT NULL,
    removed_us  INTEGER,                 -- null: it counts
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE share_links (               -- only hashes: a link is shown once, when it is made
    hash        TEXT PRIMARY KEY,        -- SHA-256 of its token, hex
    party       TEXT NOT NULL,           -- who shared it: it shows no more than that party sees
    shipment_id TEXT NOT NULL,
    label       TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    expires_us  INTEGER NOT NULL,
    revoked_us  INTEGER
) WITHOUT ROWID;
CREATE INDEX share_links_by_party ON share_links (party);
