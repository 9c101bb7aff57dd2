-- The journal, version 11: who sees all shipments of a lane without being a party to them.

CREATE TABLE lane_grants (               -- as the configuration says now; shipment_parties holds the watchers, too
    lane        TEXT NOT NULL,           -- ORIGIN>DESTINATION
    party       TEXT NOT NULL,
    PRIMARY KEY (lane, party)
) WITHOUT ROWID;
