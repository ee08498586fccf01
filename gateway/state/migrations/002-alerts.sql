-- The alert book: a view of the journal. `body` is the whole alert as JSON, the other columns are what lists select by.
CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  raised_at INTEGER NOT NULL,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  device TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  cleared_at INTEGER,
  is_acknowledged INTEGER NOT NULL,
  -- A person resolved it, and its condition was not seen to end since.
  is_held INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_time ON alerts (raised_at, id);
CREATE INDEX alerts_by_site ON alerts (site, raised_at, id);
CREATE INDEX alerts_by_kind ON alerts (kind, raised_at, id);
CREATE INDEX alerts_by_device ON alerts (device, raised_at, id);
CREATE INDEX alerts_by_severity ON alerts (severity, raised_at, id);
CREATE INDEX alerts_by_answer ON alerts (is_acknowledged, raised_at, id);
CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE state = 'raised';
CREATE INDEX alerts_held ON alerts (cleared_at) WHERE is_held = 1;
CREATE INDEX alerts_cleared ON alerts (cleared_at) WHERE state = 'cleared';

-- Every step of every alert.
CREATE TABLE alert_changes (
  sequence INTEGER PRIMARY KEY,
  alert TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX alert_changes_by_alert ON alert_changes (alert, sequence);

-- Conditions that hold, but not for long enough yet: the last `pending` change of each.
CREATE TABLE alert_pendings (
  alert TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
