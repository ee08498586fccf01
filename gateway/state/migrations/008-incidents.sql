-- Incidents: a view of the journal. `body` is the whole incident as JSON, the other columns are what lists select by.
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  detected_at INTEGER NOT NULL,
  site TEXT NOT NULL,
  is_ended INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_time ON incidents (detected_at, id);
CREATE INDEX incidents_by_site ON incidents (site, detected_at, id);
CREATE INDEX incidents_open ON incidents (detected_at, id) WHERE is_ended = 0;

CREATE TABLE incident_steps (
  sequence INTEGER PRIMARY KEY,
  incident TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX incident_steps_by_incident ON incident_steps (incident, sequence);

-- Times that a site has for itself; null is the setting's.
CREATE TABLE incident_times (
  site TEXT PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  acknowledge_ms INTEGER,
  arrive_ms INTEGER,
  control_ms INTEGER
) STRICT, WITHOUT ROWID;
