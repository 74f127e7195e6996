-- Files on their way here in several requests. What has come lies sealed in `partials/`; how much
-- of it there is, that file says. Seen by their owner only; a day after the last piece they go.
CREATE TABLE upload (
  id          TEXT PRIMARY KEY,
  owner       TEXT NOT NULL,             -- carrier:…, commune:… or department
  sha256      BLOB NOT NULL CHECK (length(sha256) = 32),  -- of the plain content, as promised
  size        INTEGER NOT NULL CHECK (size > 0),          -- plain bytes, as promised
  name        TEXT NOT NULL,
  wrapped_key BLOB NOT NULL,             -- nonce + sealed key of the partial file
  updated     INTEGER NOT NULL,          -- microseconds
  UNIQUE (owner, sha256)
) STRICT, WITHOUT ROWID;
