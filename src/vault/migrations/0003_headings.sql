-- What a sender's own headings mean, as confirmed by filing: used the next time, newest last.
CREATE TABLE heading (
  sender    TEXT NOT NULL,               -- carrier:…, commune:… or department
  heading   TEXT NOT NULL,               -- folded
  means     TEXT,                        -- a template's column; NULL: not read
  confirmed INTEGER NOT NULL,
  PRIMARY KEY (sender, heading, confirmed)
) STRICT, WITHOUT ROWID;
