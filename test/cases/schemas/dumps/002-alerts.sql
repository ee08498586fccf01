PRAGMA application_id = 1281977964;
CREATE TABLE migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
  ) STRICT;
CREATE TABLE database_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE checkpoints (
  device TEXT PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;
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
CREATE TABLE alert_changes (
  sequence INTEGER PRIMARY KEY,
  alert TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE alert_pendings (
  alert TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (1, '001-state.sql', 'd4c50fd309b42b051b6dc12a2125cf177d17f654275c730d113ede78dbb53225', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (2, '002-alerts.sql', '3eac135009bfb0883c0b21c8fa56c5d4305cfb8841f7f26f5d6c4cbdec5eff7a', 1768000000000);
INSERT INTO "database_facts" ("name", "value") VALUES ('pepper_check', '532edbc157840efb7489a9a6e5a2e48523ba0053df42d21cd5efc836a2aac605');
INSERT INTO "view_cursors" ("view", "sequence") VALUES ('alerts', 90);
INSERT INTO "view_cursors" ("view", "sequence") VALUES ('checkpoints', 85);
INSERT INTO "view_cursors" ("view", "sequence") VALUES ('commands', 90);
INSERT INTO "view_cursors" ("view", "sequence") VALUES ('views', 88);
INSERT INTO "sites" ("id", "name", "created_at") VALUES ('xinfa', '新发小区', 1768000000000);
INSERT INTO "sites" ("id", "name", "created_at") VALUES ('yida', '怡达小区', 1768000001000);
INSERT INTO "buildings" ("site", "name") VALUES ('xinfa', '12号楼');
INSERT INTO "buildings" ("site", "name") VALUES ('xinfa', '7号楼');
INSERT INTO "devices" ("site", "id", "kind", "name", "building", "floor", "parent", "facts", "interval_ms", "created_at") VALUES ('xinfa', 'bin-7', 'waste-bin', '7号楼厨余桶', '7号楼', NULL, 'uplink-1', '{"depthMm":1200}', 600000, 1768000003000);
INSERT INTO "devices" ("site", "id", "kind", "name", "building", "floor", "parent", "facts", "interval_ms", "created_at") VALUES ('xinfa', 'uplink-1', 'waste-bin', '7号楼网关', '7号楼', '1', NULL, '{}', NULL, 1768000002000);
INSERT INTO "devices" ("site", "id", "kind", "name", "building", "floor", "parent", "facts", "interval_ms", "created_at") VALUES ('yida', 'gone-1', 'no-such-kind', 'a kind that was removed', NULL, NULL, NULL, '{}', NULL, 1768000004000);
INSERT INTO "device_credentials" ("site", "id", "hash", "created_at") VALUES ('xinfa', 'bin-7', 'mB4j74i9NxO8PbmlWqZQDBcnuH4uiNUZGQTjZAy8V+U=', 1768000003000);
INSERT INTO "site_limits" ("site", "kind", "rule", "name", "value") VALUES ('xinfa', 'waste-bin', 'overfull', 'atLeast', 0.93);
INSERT INTO "device_limits" ("site", "id", "rule", "name", "value") VALUES ('xinfa', 'bin-7', 'overfull', 'atLeast', 0.94);
INSERT INTO "accounts" ("name", "publish", "subscribe", "hash", "created_at") VALUES ('bridge', '["home/#"]', '["home/+/set"]', 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000005000);
INSERT INTO "tokens" ("id", "name", "role", "site", "hash", "created_at") VALUES ('0123456789', 'chief', 'admin', NULL, 'H3evFLSTPJDr4px21GNTW4+Dev6Jh6/KPdSi+4nzNPA=', 1768000006000);
INSERT INTO "tokens" ("id", "name", "role", "site", "hash", "created_at") VALUES ('abcdefghjk', 'gate', 'viewer', 'xinfa', 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000006500);
INSERT INTO "commands" ("id", "device", "name", "args", "state", "by_whom", "queued_at", "expires_at", "sent_at", "ended_at", "error") VALUES ('c-1', 'xinfa/waste-bin/bin-7', 'lock', '{}', 'done', 'chief', 1768000007000, 1768000067000, 1768000007100, 1768000007200, NULL);
INSERT INTO "commands" ("id", "device", "name", "args", "state", "by_whom", "queued_at", "expires_at", "sent_at", "ended_at", "error") VALUES ('c-2', 'xinfa/waste-bin/bin-7', 'compact', '{"times":2}', 'failed', 'chief', 1768000008000, 1768000068000, 1768000008100, 1768000008200, 'the motor is stuck');
INSERT INTO "checkpoints" ("device", "state") VALUES ('xinfa/waste-bin/bin-7', '{"sequence":85}');
INSERT INTO "alerts" ("id", "raised_at", "site", "kind", "device", "severity", "state", "cleared_at", "is_acknowledged", "is_held", "body") VALUES ('a-1', 1768000010000, 'xinfa', 'waste-bin', 'xinfa/waste-bin/bin-7', 'major', 'raised', NULL, 1, 0, '{"id":"a-1","device":"xinfa/waste-bin/bin-7","site":"xinfa","kind":"waste-bin","rule":"overfull","severity":"major","state":"raised","raisedAt":1768000010000,"acknowledgedAt":1768000011000,"acknowledgedBy":"chief","values":{"fill":0.97},"simulated":false,"comments":[{"at":1768000012000,"by":"chief","text":"车在路上"}]}');
INSERT INTO "alert_changes" ("sequence", "alert", "body") VALUES (40, 'a-1', '{"id":"ch-1","alert":"a-1","step":"raised","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000010000,"values":{"fill":0.97}}');
INSERT INTO "alert_changes" ("sequence", "alert", "body") VALUES (41, 'a-1', '{"id":"ch-2","alert":"a-1","step":"acknowledged","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000011000,"by":"chief"}');
INSERT INTO "alert_pendings" ("alert", "sequence", "body") VALUES ('a-2', 42, '{"id":"ch-3","alert":"a-2","step":"pending","device":"xinfa/waste-bin/bin-7","rule":"hot","severity":"major","at":1768000013000,"due":1768000613000}');
CREATE INDEX devices_by_parent ON devices (site, parent) WHERE parent IS NOT NULL;
CREATE INDEX commands_by_device ON commands (device, queued_at, id);
CREATE INDEX commands_open ON commands (queued_at, id) WHERE ended_at IS NULL;
CREATE INDEX commands_ended ON commands (queued_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX alerts_by_time ON alerts (raised_at, id);
CREATE INDEX alerts_by_site ON alerts (site, raised_at, id);
CREATE INDEX alerts_by_kind ON alerts (kind, raised_at, id);
CREATE INDEX alerts_by_device ON alerts (device, raised_at, id);
CREATE INDEX alerts_by_severity ON alerts (severity, raised_at, id);
CREATE INDEX alerts_by_answer ON alerts (is_acknowledged, raised_at, id);
CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE state = 'raised';
CREATE INDEX alerts_held ON alerts (cleared_at) WHERE is_held = 1;
CREATE INDEX alerts_cleared ON alerts (cleared_at) WHERE state = 'cleared';
CREATE INDEX alert_changes_by_alert ON alert_changes (alert, sequence);
