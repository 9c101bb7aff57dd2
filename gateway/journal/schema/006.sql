-- The journal, version 6: who sent each version of a plan, and the versions of one plan without reading all.

ALTER TABLE shipment_log ADD COLUMN party TEXT NOT NULL DEFAULT '';        -- empty: not known
CREATE INDEX shipment_log_by_shipment ON shipment_log (shipment_id, seq);
