-- A small file lies in its row, so that keeping it is one transaction; sealed as it would be in a
-- file of its own. NULL: it has one, or was destroyed.
ALTER TABLE blob ADD COLUMN content BLOB CHECK (content IS NULL OR wrapped_key IS NOT NULL);
