-- What people are told, and what became of it. `body` is the whole notification as JSON, the other columns are what lists select by.
CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  alert TEXT,
  incident TEXT,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_by_time ON notifications (at, id);
CREATE INDEX notifications_by_site ON notifications (site, at, id);
CREATE INDEX notifications_by_alert ON notifications (alert, at, id) WHERE alert IS NOT NULL;
CREATE INDEX notifications_by_incident ON notifications (incident, at, id) WHERE incident IS NOT NULL;

-- One notification on its way to a target, or through it to a contact ('' is everybody there).
CREATE TABLE deliveries (
  notification TEXT NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
  target TEXT NOT NULL,
  contact TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'expired', 'held')),
  attempts INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  reason TEXT,
  summary TEXT,
  PRIMARY KEY (notification, target, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (notification) WHERE state = 'waiting';
