-- The vault: everything that may change or be erased. Times are µs since 1970-01-01Z.

-- API keys. The secret itself is never here, only its SHA-256.
CREATE TABLE api_key (
  id      TEXT PRIMARY KEY,
  hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  role    TEXT NOT NULL CHECK (role IN ('carrier', 'carrier-manager', 'officer', 'approver',
                                        'auditor', 'planner', 'commune', 'admin')),
  scope   TEXT,                          -- carrier slug or commune code, where the role has one
  label   TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  revoked INTEGER,
  CHECK ((scope IS NOT NULL) = (role IN ('carrier', 'carrier-manager', 'commune')))
) STRICT;
CREATE TRIGGER api_key_only_ends BEFORE UPDATE OF id, hash, role, scope, created ON api_key
BEGIN SELECT RAISE(ABORT, 'a key keeps its holder; make another'); END;
CREATE TRIGGER api_key_stays_revoked BEFORE UPDATE OF revoked ON api_key
WHEN OLD.revoked IS NOT NULL AND NEW.revoked IS NOT OLD.revoked
BEGIN SELECT RAISE(ABORT, 'a revoked key stays revoked'); END;

-- Counts changes of api_key, whoever makes them: one cheap read tells a server to look again.
CREATE TABLE api_key_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO api_key_version VALUES (1, 0);
CREATE TRIGGER api_key_made AFTER INSERT ON api_key
BEGIN UPDATE api_key_version SET version = version + 1; END;
CREATE TRIGGER api_key_changed AFTER UPDATE ON api_key
BEGIN UPDATE api_key_version SET version = version + 1; END;
CREATE TRIGGER api_key_gone AFTER DELETE ON api_key
BEGIN UPDATE api_key_version SET version = version + 1; END;

-- People. Ledger entries name them by id only; the name can go.
CREATE TABLE person (
  id      TEXT PRIMARY KEY,
  name    TEXT,
  created INTEGER NOT NULL,
  erased  INTEGER,
  CHECK ((name IS NULL) = (erased IS NOT NULL))
) STRICT;

-- Drafts, seen by their owner only.
CREATE TABLE draft (
  id      TEXT PRIMARY KEY,
  owner   TEXT NOT NULL,
  body    BLOB NOT NULL,                 -- JSON; what it means is intake's business
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_of_owner ON draft (owner, updated DESC, id);

-- Files beside the ledger: address, size, and the key under which they lie encrypted.
CREATE TABLE blob (
  sha256      BLOB PRIMARY KEY CHECK (length(sha256) = 32),  -- of the plain content
  size        INTEGER NOT NULL CHECK (size >= 0),            -- plain bytes
  wrapped_key BLOB,                      -- nonce + sealed file key; NULL once destroyed
  created     INTEGER NOT NULL,
  destroyed   INTEGER,
  CHECK ((wrapped_key IS NULL) = (destroyed IS NOT NULL))
) STRICT;
-- Which master key wraps the file keys: a wrong one is refused before it loses anything.
CREATE TABLE blob_master (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL) STRICT;
