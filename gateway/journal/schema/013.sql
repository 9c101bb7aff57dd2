-- The journal, version 13: how each stop of each shipment stood, for who follows plan, estimate and actual over time.

CREATE TABLE stop_log (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    shipment_id TEXT NOT NULL,
    stop        INTEGER NOT NULL,        -- index into the shipment's stops
    recorded_us INTEGER NOT NULL,
    body        BLOB NOT NULL
);
CREATE INDEX stop_log_newest ON stop_log (shipment_id, stop, seq);
