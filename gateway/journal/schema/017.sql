-- The journal, version 17: the parties of an alert, for who takes it away when its time is over.

CREATE INDEX alert_parties_of ON alert_parties (alert_id);
