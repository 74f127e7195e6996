-- Carriers whose filings are published right after they are filed, by a setting of the operator.
-- What is published is an entry of the ledger each time; this is only the setting.
CREATE TABLE publishes_at_once (
  carrier TEXT PRIMARY KEY,
  since   INTEGER NOT NULL               -- microseconds; filings before it wait for an officer
) STRICT, WITHOUT ROWID;
