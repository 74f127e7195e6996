-- Whose a key is, where it has a name: further keys of the same person are the same account. A key
-- or link without one goes on as before.
ALTER TABLE api_key ADD COLUMN person TEXT REFERENCES person (id);
ALTER TABLE sign_in ADD COLUMN person TEXT REFERENCES person (id);
CREATE TRIGGER api_key_stays_theirs BEFORE UPDATE OF person ON api_key
BEGIN SELECT RAISE(ABORT, 'a key keeps its person; make another'); END;
