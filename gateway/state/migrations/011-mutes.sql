-- Windows in which nobody is told of what is below critical. `body` is the whole window as JSON; `until_at` is when it is over,
-- be it by its time or by a person; `shown` is the last step of it that screens were told: planned, begun or ended.
CREATE TABLE mutes (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  shown TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mutes_by_site ON mutes (site, from_at, id);
CREATE INDEX mutes_by_end ON mutes (until_at);
CREATE INDEX mutes_not_over ON mutes (until_at) WHERE shown <> 'ended';

-- Whether people were told of an alert: not while a window, or a device above it that is down, holds it back.
ALTER TABLE alerts ADD COLUMN is_muted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN under TEXT;
CREATE INDEX alerts_muted ON alerts (raised_at, id) WHERE is_muted = 1;
CREATE INDEX alerts_under ON alerts (under, raised_at, id) WHERE under IS NOT NULL;
