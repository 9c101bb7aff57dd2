-- The journal, version 7: what arrived trips taught about lanes, and which of them have taught it.

CREATE TABLE lane_memory (
    lane        TEXT PRIMARY KEY,        -- empty: what all lanes share
    learned_us  INTEGER NOT NULL,
    body        BLOB NOT NULL            -- see gateway/eta/learned.py
) WITHOUT ROWID;

ALTER TABLE trips ADD COLUMN arrived_us INTEGER;                   -- at the last stop; NULL: not yet
ALTER TABLE trips ADD COLUMN learned INTEGER NOT NULL DEFAULT 0;   -- 1: it has taught its lane
UPDATE trips SET arrived_us = json_extract(CAST(body AS TEXT), '$.actuals[#-1].arrived_us');
CREATE INDEX trips_to_learn ON trips (arrived_us) WHERE learned = 0 AND arrived_us IS NOT NULL;
