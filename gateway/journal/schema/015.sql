-- The journal, version 15: when each token was last used.

ALTER TABLE tokens ADD COLUMN used_us INTEGER;                             -- null: never, as far as is known
