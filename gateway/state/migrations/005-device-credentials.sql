-- The password of each MQTT user name: `site/id` of a device, or the name of a service account.
CREATE TABLE mqtt_passwords (
  username TEXT PRIMARY KEY,
  -- Kind of the device; NULL for an account.
  kind TEXT,
  -- NULL: nobody can connect, because it was revoked or waits to be claimed.
  hash TEXT,
  issued_at INTEGER,
  -- Whether anybody has connected with the present password.
  is_used INTEGER NOT NULL DEFAULT 0,
  -- The password before, while both hold.
  previous_hash TEXT,
  previous_until INTEGER,
  -- When somebody last connected, with either.
  used_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO mqtt_passwords (username, kind, hash, issued_at, is_used)
  SELECT devices.site || '/' || devices.id, kind, hash, device_credentials.created_at, 1
  FROM device_credentials JOIN devices USING (site, id);
INSERT INTO mqtt_passwords (username, hash, issued_at, is_used) SELECT name, hash, created_at, 1 FROM accounts;

DROP TABLE device_credentials;
ALTER TABLE accounts DROP COLUMN hash;

-- Codes with which an installer gets a device's password, once.
CREATE TABLE device_claims (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (site, id),
  FOREIGN KEY (site, id) REFERENCES devices (site, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
