-- That an approver has opened the public view, where the operator keeps it closed until then.
CREATE TABLE public_view (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL
) STRICT;
