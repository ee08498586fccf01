-- Refused messages: a view of the journal. `body` is the whole rejection as JSON.
CREATE TABLE rejections (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  device TEXT NOT NULL,
  path TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX rejections_by_cause ON rejections (code, kind, path);
CREATE INDEX rejections_by_device ON rejections (device, sequence);
