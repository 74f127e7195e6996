-- What the public says against a verdict, until an officer opens or dismisses it. People write in
-- their own words and may leave a number: so it lies here, where it can be erased, and never in
-- the ledger, which holds what the officer makes of it.
CREATE TABLE complaint (
  id       TEXT PRIMARY KEY,
  received INTEGER NOT NULL,              -- microseconds
  sender   TEXT NOT NULL,                 -- public, carrier:…, commune:…
  village  TEXT NOT NULL,
  carrier  TEXT,
  text     TEXT NOT NULL,
  contact  TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX complaint_by_time ON complaint (received, id);
