-- People who log in. Without a password they have not used their invitation yet, or come from an identity provider.
CREATE TABLE people (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL UNIQUE,
  password TEXT,
  -- `issuer subject` of an identity provider.
  subject TEXT UNIQUE,
  is_active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  password_at INTEGER,
  login_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE person_grants (
  person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  -- '*' is every site.
  site TEXT NOT NULL,
  PRIMARY KEY (person, role, site)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_grants_by_site ON person_grants (site);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  -- Of the secret before the last rotation; still good until the new one was seen.
  previous_hash TEXT,
  confirmed_at INTEGER,
  opened_at INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_person ON sessions (person);

-- Links that let a person set a password, once.
CREATE TABLE links (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  hash TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_person ON links (person);

ALTER TABLE tokens ADD COLUMN expires_at INTEGER;
-- JSON list of operations; null is all that the role may.
ALTER TABLE tokens ADD COLUMN operations TEXT;
ALTER TABLE tokens ADD COLUMN used_at INTEGER;
