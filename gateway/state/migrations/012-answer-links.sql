-- Links of notifications that were used, until they would be over anyway. Links are signed, so that those not used yet need no row.
CREATE TABLE used_answer_links (
  -- Keyed; it opens nothing.
  mark TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_answer_links_by_end ON used_answer_links (expires_at);
