-- When each API key was last used, to the minute; beside the key, so that noting it is no change
-- of the key.
CREATE TABLE api_key_use (
  id     TEXT PRIMARY KEY REFERENCES api_key (id) ON DELETE CASCADE,
  used_s INTEGER NOT NULL               -- Unix seconds
) STRICT, WITHOUT ROWID;

-- One-time links to sign in. The token itself is never here, only its SHA-256.
CREATE TABLE sign_in (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
  role    TEXT NOT NULL,
  scope   TEXT,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used    INTEGER
) STRICT;
CREATE TRIGGER sign_in_once BEFORE UPDATE OF used ON sign_in WHEN OLD.used IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a link is used once'); END;
