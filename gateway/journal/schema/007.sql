-- The journal, version 7: what arrived trips taught about lanes.

CREATE TABLE lane_memory (
    lane        TEXT PRIMARY KEY,        -- empty: what all lanes share
    learned_us  INTEGER NOT NULL,
    body        BLOB NOT NULL            -- see gateway/eta/learned.py
) WITHOUT ROWID;
