-- The journal, version 4: deliveries by subscription, the loudest first, so that no one's backlog is read as a whole.

ALTER TABLE deliveries ADD COLUMN subscription TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN rank INTEGER NOT NULL DEFAULT 2;         -- 0 critical, 1 warning, 2 info
ALTER TABLE deliveries ADD COLUMN told_with TEXT NOT NULL DEFAULT '';      -- the group it may be told together with
ALTER TABLE deliveries ADD COLUMN made_us INTEGER NOT NULL DEFAULT 0;      -- when it was first stored
ALTER TABLE delivery_log ADD COLUMN party TEXT NOT NULL DEFAULT '';

UPDATE deliveries SET subscription = json_extract(CAST(body AS TEXT), '$.subscription');
UPDATE deliveries SET made_us = made.first_us
    FROM (SELECT delivery_id, min(recorded_us) AS first_us FROM delivery_log GROUP BY delivery_id) AS made
    WHERE made.delivery_id = deliveries.delivery_id;
UPDATE delivery_log SET party = json_extract(CAST(body AS TEXT), '$.party');

DROP INDEX deliveries_due;
CREATE INDEX deliveries_next ON deliveries (subscription, rank, next_us) WHERE state = 'pending';
CREATE INDEX deliveries_together ON deliveries (subscription, told_with, next_us, rank) WHERE state = 'pending';
CREATE INDEX deliveries_missed ON deliveries (subscription, made_us) WHERE state <> 'accepted';
CREATE INDEX delivery_log_by_party ON delivery_log (party, seq);
