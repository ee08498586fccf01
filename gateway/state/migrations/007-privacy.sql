-- Erasures of persons: a view of the journal. Kept until the journal holds no record any more that names them.
CREATE TABLE erasures (
  sequence INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  -- Keyed hashes, as a JSON list.
  persons TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Everything but the journal has been rid of them.
  is_done INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX rejections_by_time ON rejections (at);
