-- The ledger: every act ever filed, in order. A correction is a new row.
-- Times are µs since 1970-01-01Z. The database refuses what the code must never do.
CREATE TABLE entry (
  seq         INTEGER PRIMARY KEY CHECK (seq >= 1),   -- assigned by the only writer, no gaps
  recorded_at INTEGER NOT NULL,                       -- never decreases
  format      INTEGER NOT NULL CHECK (format BETWEEN 0 AND 255),  -- which decoder reads the leaf
  leaf_hash   BLOB NOT NULL CHECK (length(leaf_hash) = 32),       -- before leaf: read without it
  leaf        BLOB NOT NULL CHECK (length(leaf) >= 25)            -- the bytes that were hashed
) STRICT;
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'ledger rows are final'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'ledger rows are final'); END;
CREATE TRIGGER entry_is_next BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
  OR NEW.recorded_at < (SELECT recorded_at FROM entry ORDER BY seq DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one'); END;

-- Signed tree heads, one a batch. `frontier` holds the roots of the full subtrees, so that every
-- batch can be proven alone and the next one appended without reading the earlier entries.
CREATE TABLE checkpoint (
  size        INTEGER PRIMARY KEY CHECK (size >= 0),  -- entries 1..=size are vouched for
  root        BLOB NOT NULL CHECK (length(root) = 32),
  recorded_at INTEGER NOT NULL,
  signer      BLOB NOT NULL REFERENCES signer (id),
  signature   BLOB NOT NULL CHECK (length(signature) = 64),
  frontier    BLOB NOT NULL CHECK (length(frontier) % 32 = 0)
) STRICT;
CREATE TRIGGER checkpoint_is_final BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are final'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are final'); END;
CREATE TRIGGER checkpoint_is_next BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT max(size) FROM checkpoint)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is larger than the last one'); END;

-- Public keys that signed here. A new one appears when the service's key is replaced.
CREATE TABLE signer (
  id         BLOB PRIMARY KEY CHECK (length(id) = 8),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER signer_is_final BEFORE UPDATE ON signer
BEGIN SELECT RAISE(ABORT, 'signers are final'); END;
CREATE TRIGGER signer_stays BEFORE DELETE ON signer
BEGIN SELECT RAISE(ABORT, 'signers are final'); END;

-- What a client's retry is recognised by, written together with the entry.
CREATE TABLE idempotency (
  actor   TEXT NOT NULL,
  key     TEXT NOT NULL,
  content BLOB NOT NULL CHECK (length(content) = 32),  -- SHA-256 of what was sent
  seq     INTEGER NOT NULL REFERENCES entry (seq),
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_content ON idempotency (actor, content, seq);
CREATE TRIGGER idempotency_is_final BEFORE UPDATE ON idempotency
BEGIN SELECT RAISE(ABORT, 'idempotency rows are final'); END;
CREATE TRIGGER idempotency_stays BEFORE DELETE ON idempotency
BEGIN SELECT RAISE(ABORT, 'idempotency rows are final'); END;
