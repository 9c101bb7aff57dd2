-- The journal, version 1. Bodies are JSON of the types in gateway/model.py; columns beside a body are
-- what is searched by. Times are microseconds UTC. A number is never reused: AUTOINCREMENT.

CREATE TABLE tape (                      -- what came from devices, as it came: one row a commit
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    from_us     INTEGER NOT NULL,        -- receipt of the first chunk
    to_us       INTEGER NOT NULL,        -- receipt of the last chunk
    chunks      INTEGER NOT NULL,
    crc         INTEGER NOT NULL,        -- zlib.crc32 of body
    body        BLOB NOT NULL            -- zlib of msgpack list[Chunk]
);

CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id    TEXT NOT NULL UNIQUE,    -- from content: a repeated reading is the same event
    type        TEXT NOT NULL,           -- location, position, sensor, device
    asset       TEXT NOT NULL,           -- empty for device events
    place       TEXT NOT NULL,           -- empty between places
    at_us       INTEGER NOT NULL,
    recorded_us INTEGER NOT NULL,
    crc         INTEGER NOT NULL,        -- zlib.crc32 of body
    body        BLOB NOT NULL
);
CREATE INDEX events_by_asset ON events (asset, at_us);
CREATE INDEX events_by_place ON events (place, at_us);

CREATE TABLE asset_states (              -- what locate knows of each asset; written with the events it led to
    asset       TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE device_states (             -- when each device was last heard
    device      TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE quarantine (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    received_us INTEGER NOT NULL,
    source      TEXT NOT NULL,
    stage       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    text        TEXT NOT NULL,
    topic       TEXT NOT NULL,
    data        BLOB NOT NULL
);
CREATE INDEX quarantine_by_reason ON quarantine (source, reason);

CREATE TABLE cursors (
    name        TEXT PRIMARY KEY,
    seq         INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE shipments (                 -- the plan as it stands now
    shipment_id TEXT PRIMARY KEY,
    body        BLOB NOT NULL,
    from_us     INTEGER NOT NULL,        -- its parties may see its assets from here ...
    until_us    INTEGER NOT NULL         -- ... until here; moved on while it is under way
) WITHOUT ROWID;

CREATE TABLE shipment_log (              -- every version of every plan, for followers and for history
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    shipment_id TEXT NOT NULL,
    recorded_us INTEGER NOT NULL,
    body        BLOB NOT NULL
);

CREATE TABLE shipment_assets (
    asset       TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    PRIMARY KEY (asset, shipment_id)
) WITHOUT ROWID;

CREATE TABLE shipment_parties (
    party       TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    PRIMARY KEY (party, shipment_id)
) WITHOUT ROWID;

CREATE TABLE trips (                     -- the engine's fold of events over a shipment
    shipment_id TEXT PRIMARY KEY,
    open        INTEGER NOT NULL,        -- 1 while something about it can still happen
    body        BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX trips_open ON trips (open);

CREATE TABLE stays (                     -- the engine's fold: where each asset stays now
    asset       TEXT PRIMARY KEY,
    body        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE alerts (                    -- as they stand now
    alert_id    TEXT PRIMARY KEY,
    rule        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    state       TEXT NOT NULL,
    raised_us   INTEGER NOT NULL,
    shipment    TEXT NOT NULL,
    body        BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX alerts_by_state ON alerts (state, raised_us);
CREATE INDEX alerts_by_subject ON alerts (rule, subject);

CREATE TABLE alert_parties (             -- whom an alert concerns
    party       TEXT NOT NULL,
    alert_id    TEXT NOT NULL,
    PRIMARY KEY (party, alert_id)
) WITHOUT ROWID;

CREATE TABLE alert_log (                 -- every version of every alert: nothing is edited in place
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id    TEXT NOT NULL,
    recorded_us INTEGER NOT NULL,
    body        BLOB NOT NULL
);

CREATE TABLE deliveries (
    delivery_id TEXT PRIMARY KEY,
    alert_id    TEXT NOT NULL,
    party       TEXT NOT NULL,
    state       TEXT NOT NULL,
    next_us     INTEGER NOT NULL,
    body        BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX deliveries_by_alert ON deliveries (alert_id);
CREATE INDEX deliveries_due ON deliveries (state, next_us);

CREATE TABLE delivery_log (              -- every attempt's outcome
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL,
    recorded_us INTEGER NOT NULL,
    body        BLOB NOT NULL
);

CREATE TABLE tokens (                    -- only hashes: a token is shown once, when it is made
    hash        TEXT PRIMARY KEY,        -- SHA-256 of the token, hex
    party       TEXT NOT NULL,
    label       TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    expires_us  INTEGER,
    revoked_us  INTEGER
) WITHOUT ROWID;
