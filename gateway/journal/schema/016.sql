-- The journal, version 16: what a broker may still retain for those who read there no more: it is to be emptied.

CREATE TABLE retained (
    party       TEXT NOT NULL,
    alert_id    TEXT NOT NULL,
    noted_us    INTEGER NOT NULL,        -- in the commit that ended the subscription, or the partner
    PRIMARY KEY (party, alert_id)
) WITHOUT ROWID;
