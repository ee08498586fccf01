CREATE TABLE database_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each view has come in the journal; written in the same transaction as the view's data.
CREATE TABLE view_cursors (
  view TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sites (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE buildings (
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  site TEXT NOT NULL REFERENCES sites (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  building TEXT,
  floor TEXT,
  parent TEXT,
  facts TEXT NOT NULL DEFAULT '{}',
  interval_ms INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site, id),
  FOREIGN KEY (site, parent) REFERENCES devices (site, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_parent ON devices (site, parent) WHERE parent IS NOT NULL;

CREATE TABLE device_credentials (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site, id),
  FOREIGN KEY (site, id) REFERENCES devices (site, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE site_limits (
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (site, kind, rule, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_limits (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (site, id, rule, name),
  FOREIGN KEY (site, id) REFERENCES devices (site, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  publish TEXT NOT NULL,
  subscribe TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  site TEXT REFERENCES sites (id),
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
  id TEXT PRIMARY KEY,
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  args TEXT NOT NULL,
  state TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  sent_at INTEGER,
  ended_at INTEGER,
  error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_by_device ON commands (device, queued_at, id);
CREATE INDEX commands_open ON commands (queued_at, id) WHERE ended_at IS NULL;
CREATE INDEX commands_ended ON commands (queued_at, id) WHERE ended_at IS NOT NULL;

-- What the path knows of each device; its place in the journal is the cursor "checkpoints".
CREATE TABLE checkpoints (
  device TEXT PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;
