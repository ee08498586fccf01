-- Drills: alarms with which people exercise. `body` is the whole drill as JSON, the other columns are what lists select by.
CREATE TABLE drills (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX drills_by_site ON drills (site, started_at, id);
CREATE INDEX drills_open ON drills (started_at) WHERE is_open = 1;

-- Figures of response leave drills out, so that lists can select by it.
ALTER TABLE incidents ADD COLUMN is_drill INTEGER NOT NULL DEFAULT 0;
