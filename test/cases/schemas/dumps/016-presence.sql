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
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  site TEXT REFERENCES sites (id),
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
, expires_at INTEGER, operations TEXT, used_at INTEGER) STRICT, WITHOUT ROWID;
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
, is_muted INTEGER NOT NULL DEFAULT 0, under TEXT, assignee TEXT GENERATED ALWAYS AS (body ->> '$.assignee') VIRTUAL, rule TEXT GENERATED ALWAYS AS (body ->> '$.rule') VIRTUAL) STRICT, WITHOUT ROWID;
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
CREATE TABLE links (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  hash TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE device_claims (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (site, id),
  FOREIGN KEY (site, id) REFERENCES devices (site, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by_whom TEXT NOT NULL,
  via TEXT NOT NULL,
  address TEXT,
  action TEXT NOT NULL,
  site TEXT,
  target TEXT,
  outcome TEXT NOT NULL,
  code TEXT,
  detail TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE audit_anchor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE audit_begun (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE erasures (
  sequence INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  -- Keyed hashes, as a JSON list.
  persons TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Everything but the journal has been rid of them.
  is_done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  detected_at INTEGER NOT NULL,
  site TEXT NOT NULL,
  is_ended INTEGER NOT NULL,
  body TEXT NOT NULL
, is_drill INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE incident_steps (
  sequence INTEGER PRIMARY KEY,
  incident TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE incident_times (
  site TEXT PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  acknowledge_ms INTEGER,
  arrive_ms INTEGER,
  control_ms INTEGER
) STRICT, WITHOUT ROWID;
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
CREATE TABLE duty_crews (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  station TEXT,
  buildings TEXT NOT NULL,
  neighbours TEXT NOT NULL,
  least INTEGER NOT NULL,
  checks TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_contacts (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  crew TEXT REFERENCES duty_crews (id),
  person TEXT REFERENCES people (id) ON DELETE SET NULL,
  ways TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  removed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_shifts (
  id TEXT PRIMARY KEY,
  crew TEXT NOT NULL REFERENCES duty_crews (id) ON DELETE CASCADE,
  contact TEXT NOT NULL REFERENCES duty_contacts (id) ON DELETE CASCADE,
  leads INTEGER NOT NULL,
  begins_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_chains (
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  class TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (site, class)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_draws (
  crew TEXT NOT NULL REFERENCES duty_crews (id) ON DELETE CASCADE,
  date TEXT NOT NULL,
  slots TEXT NOT NULL,
  PRIMARY KEY (crew, date)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_checks (
  id TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  site TEXT NOT NULL,
  crew TEXT NOT NULL,
  slot INTEGER,
  is_open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE mutes (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  shown TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE used_answer_links (
  -- Keyed; it opens nothing.
  mark TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE drills (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE plans (
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  building TEXT,
  floor TEXT,
  width REAL NOT NULL,
  height REAL NOT NULL,
  metres_per_unit REAL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE plan_images (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (site, id),
  FOREIGN KEY (site, id) REFERENCES plans (site, id) ON DELETE CASCADE
) STRICT;
CREATE TABLE plan_placements (
  site TEXT NOT NULL,
  plan TEXT NOT NULL,
  device TEXT NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  PRIMARY KEY (site, plan, device),
  FOREIGN KEY (site, plan) REFERENCES plans (site, id) ON DELETE CASCADE,
  FOREIGN KEY (site, device) REFERENCES devices (site, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE plan_points (
  site TEXT NOT NULL,
  plan TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT,
  x REAL NOT NULL,
  y REAL NOT NULL,
  PRIMARY KEY (site, plan, id),
  FOREIGN KEY (site, plan) REFERENCES plans (site, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE availability_devices (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  known_since INTEGER NOT NULL,
  is_online INTEGER NOT NULL,
  since INTEGER NOT NULL,
  may_sleep INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE availability_days (
  day INTEGER NOT NULL,
  device INTEGER NOT NULL,
  offline_ms INTEGER NOT NULL,
  outages INTEGER NOT NULL,
  longest_ms INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE availability_outages (
  until_at INTEGER NOT NULL,
  device INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  PRIMARY KEY (until_at, device, from_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE gateway_gaps (
  from_at INTEGER PRIMARY KEY,
  until_at INTEGER NOT NULL
) STRICT;
CREATE TABLE availability_marks (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (1, '001-state.sql', 'd4c50fd309b42b051b6dc12a2125cf177d17f654275c730d113ede78dbb53225', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (2, '002-alerts.sql', '3eac135009bfb0883c0b21c8fa56c5d4305cfb8841f7f26f5d6c4cbdec5eff7a', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (3, '003-rejections.sql', 'c82ac55e3f9da2fbd644a7c9935cc13a5053edcb1a3bd74ee523448729c7ea6c', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (4, '004-people.sql', '5caa8f65ab1cdcd01982c54a501ef90b4fb593e205e6bdbbb6b40005a80c45db', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (5, '005-device-credentials.sql', 'c3f27e6540056f42f2dda489306c22f560d8e1a0f531e8515b45623c1af17c8c', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (6, '006-audit.sql', '70607d0f55f729a03adbe6a31d5ca3b8a0e37f07b76823a6c4685822bd3dff56', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (7, '007-privacy.sql', '420a3b6723081a58a66cecf0ad0f794729c1e789c603a1b70dd2d653919da591', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (8, '008-incidents.sql', '121c99d0b4b3cb00fdf2dffd665cbdb8a8e1b4fde2f332d2ffe9f7920aa13f78', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (9, '009-outbox.sql', 'd39161dedac5714d94b243c5bba9edefa94cfc34071e179c7f5630b3c061cfba', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (10, '010-duty.sql', '596e2c27fc1aa809075a119cb85e543f1796aaf19a3534af44d99379dd13b193', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (11, '011-mutes.sql', 'c94edab366c5441990dd22dea6e2824de57fb1702437820d54c3e6886c081701', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (12, '012-answer-links.sql', '5e40f3ad527f58cc120e80284fede50500073ea35e0fa458109a2997ee23f228', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (13, '013-drills.sql', 'f256ac26ef99b4e9c6547e944aa6db806ccaad6eeb526701911e35bb71288c67', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (14, '014-plans.sql', '06f8df3fcd228e05267ce5e17a41554b8934695635f35e81cfcda1282f74ed89', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (15, '015-alert-assignee.sql', 'eab4ce6e39464421712f229f7b2da48920a90432f98abe31dcb50a4f29ac84b3', 1768000000000);
INSERT INTO "migrations" ("number", "name", "checksum", "applied_at") VALUES (16, '016-presence.sql', '2bc3c5e633b17e82e052fe787cc36fb175989500c422c882b28d89b7cd787790', 1768000000000);
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
INSERT INTO "site_limits" ("site", "kind", "rule", "name", "value") VALUES ('xinfa', 'waste-bin', 'overfull', 'atLeast', 0.93);
INSERT INTO "device_limits" ("site", "id", "rule", "name", "value") VALUES ('xinfa', 'bin-7', 'overfull', 'atLeast', 0.94);
INSERT INTO "accounts" ("name", "publish", "subscribe", "created_at") VALUES ('bridge', '["home/#"]', '["home/+/set"]', 1768000005000);
INSERT INTO "tokens" ("id", "name", "role", "site", "hash", "created_at", "expires_at", "operations", "used_at") VALUES ('0123456789', 'chief', 'admin', NULL, 'H3evFLSTPJDr4px21GNTW4+Dev6Jh6/KPdSi+4nzNPA=', 1768000006000, NULL, NULL, NULL);
INSERT INTO "tokens" ("id", "name", "role", "site", "hash", "created_at", "expires_at", "operations", "used_at") VALUES ('abcdefghjk', 'gate', 'viewer', 'xinfa', 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000006500, NULL, NULL, NULL);
INSERT INTO "commands" ("id", "device", "name", "args", "state", "by_whom", "queued_at", "expires_at", "sent_at", "ended_at", "error") VALUES ('c-1', 'xinfa/waste-bin/bin-7', 'lock', '{}', 'done', 'chief', 1768000007000, 1768000067000, 1768000007100, 1768000007200, NULL);
INSERT INTO "commands" ("id", "device", "name", "args", "state", "by_whom", "queued_at", "expires_at", "sent_at", "ended_at", "error") VALUES ('c-2', 'xinfa/waste-bin/bin-7', 'compact', '{"times":2}', 'failed', 'chief', 1768000008000, 1768000068000, 1768000008100, 1768000008200, 'the motor is stuck');
INSERT INTO "checkpoints" ("device", "state") VALUES ('xinfa/waste-bin/bin-7', '{"sequence":85}');
INSERT INTO "alerts" ("id", "raised_at", "site", "kind", "device", "severity", "state", "cleared_at", "is_acknowledged", "is_held", "body", "is_muted", "under") VALUES ('a-1', 1768000010000, 'xinfa', 'waste-bin', 'xinfa/waste-bin/bin-7', 'major', 'raised', NULL, 1, 0, '{"id":"a-1","device":"xinfa/waste-bin/bin-7","site":"xinfa","kind":"waste-bin","rule":"overfull","severity":"major","state":"raised","raisedAt":1768000010000,"acknowledgedAt":1768000011000,"acknowledgedBy":"chief","values":{"fill":0.97},"simulated":false,"comments":[{"at":1768000012000,"by":"chief","text":"车在路上"}]}', 0, NULL);
INSERT INTO "alert_changes" ("sequence", "alert", "body") VALUES (40, 'a-1', '{"id":"ch-1","alert":"a-1","step":"raised","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000010000,"values":{"fill":0.97}}');
INSERT INTO "alert_changes" ("sequence", "alert", "body") VALUES (41, 'a-1', '{"id":"ch-2","alert":"a-1","step":"acknowledged","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000011000,"by":"chief"}');
INSERT INTO "alert_pendings" ("alert", "sequence", "body") VALUES ('a-2', 42, '{"id":"ch-3","alert":"a-2","step":"pending","device":"xinfa/waste-bin/bin-7","rule":"hot","severity":"major","at":1768000013000,"due":1768000613000}');
INSERT INTO "rejections" ("sequence", "id", "at", "code", "site", "kind", "device", "path", "body") VALUES (50, 'r-1', 1768000014000, 'field-invalid', 'xinfa', 'waste-bin', 'xinfa/waste-bin/bin-7', 'fill', '{"id":"r-1","at":1768000014000,"topic":"linli/v1/xinfa/waste-bin/bin-7/telemetry","principal":"xinfa/bin-7","code":"field-invalid","path":"fill","value":"\"much\"","message":"fill is no number","payload":"eyJmaWxsIjoibXVjaCJ9"}');
INSERT INTO "people" ("id", "login", "name", "password", "subject", "is_active", "created_at", "password_at", "login_at") VALUES ('people.id 0 值', 'people.login 0 值', 'people.name 0 值', 'people.password 0 值', 'people.subject 0 值', 1768000000000, 1768000000000, 1768000000000, 1768000000000);
INSERT INTO "people" ("id", "login", "name", "password", "subject", "is_active", "created_at", "password_at", "login_at") VALUES ('people.id 1 值', 'people.login 1 值', 'people.name 1 值', 'people.password 1 值', 'people.subject 1 值', 1768000000001, 1768000000001, 1768000000001, 1768000000001);
INSERT INTO "person_grants" ("person", "role", "site") VALUES ('people.id 0 值', 'person_grants.role 0 值', 'person_grants.site 0 值');
INSERT INTO "person_grants" ("person", "role", "site") VALUES ('people.id 1 值', 'person_grants.role 1 值', 'person_grants.site 1 值');
INSERT INTO "sessions" ("id", "person", "hash", "previous_hash", "confirmed_at", "opened_at", "rotated_at", "used_at", "ends_at", "address", "agent") VALUES ('sessions.id 0 值', 'people.id 0 值', 'sessions.hash 0 值', 'sessions.previous_hash 0 值', 1768000000000, 1768000000000, 1768000000000, 1768000000000, 1768000000000, 'sessions.address 0 值', 'sessions.agent 0 值');
INSERT INTO "sessions" ("id", "person", "hash", "previous_hash", "confirmed_at", "opened_at", "rotated_at", "used_at", "ends_at", "address", "agent") VALUES ('sessions.id 1 值', 'people.id 1 值', 'sessions.hash 1 值', 'sessions.previous_hash 1 值', 1768000000001, 1768000000001, 1768000000001, 1768000000001, 1768000000001, 'sessions.address 1 值', 'sessions.agent 1 值');
INSERT INTO "links" ("id", "person", "purpose", "hash", "made_at", "expires_at") VALUES ('links.id 0 值', 'people.id 0 值', 'links.purpose 0 值', 'links.hash 0 值', 1768000000000, 1768000000000);
INSERT INTO "links" ("id", "person", "purpose", "hash", "made_at", "expires_at") VALUES ('links.id 1 值', 'people.id 1 值', 'links.purpose 1 值', 'links.hash 1 值', 1768000000001, 1768000000001);
INSERT INTO "mqtt_passwords" ("username", "kind", "hash", "issued_at", "is_used", "previous_hash", "previous_until", "used_at", "revoked_at") VALUES ('bridge', NULL, 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000005000, 1, NULL, NULL, NULL, NULL);
INSERT INTO "mqtt_passwords" ("username", "kind", "hash", "issued_at", "is_used", "previous_hash", "previous_until", "used_at", "revoked_at") VALUES ('xinfa/bin-7', 'waste-bin', 'mB4j74i9NxO8PbmlWqZQDBcnuH4uiNUZGQTjZAy8V+U=', 1768000003000, 1, NULL, NULL, NULL, NULL);
INSERT INTO "device_claims" ("site", "id", "hash", "expires_at") VALUES ('xinfa', 'bin-7', 'device_claims.hash 0 值', 1768000000000);
INSERT INTO "device_claims" ("site", "id", "hash", "expires_at") VALUES ('xinfa', 'uplink-1', 'device_claims.hash 1 值', 1768000000001);
INSERT INTO "audit" ("sequence", "at", "by_whom", "via", "address", "action", "site", "target", "outcome", "code", "detail", "previous", "hash") VALUES (1768000000000, 1768000000000, 'audit.by_whom 0 值', 'audit.via 0 值', 'audit.address 0 值', 'audit.action 0 值', 'audit.site 0 值', 'audit.target 0 值', 'audit.outcome 0 值', 'audit.code 0 值', 'audit.detail 0 值', 'audit.previous 0 值', 'audit.hash 0 值');
INSERT INTO "audit" ("sequence", "at", "by_whom", "via", "address", "action", "site", "target", "outcome", "code", "detail", "previous", "hash") VALUES (1768000000001, 1768000000001, 'audit.by_whom 1 值', 'audit.via 1 值', 'audit.address 1 值', 'audit.action 1 值', 'audit.site 1 值', 'audit.target 1 值', 'audit.outcome 1 值', 'audit.code 1 值', 'audit.detail 1 值', 'audit.previous 1 值', 'audit.hash 1 值');
INSERT INTO "audit_anchor" ("id", "sequence", "hash") VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "audit_begun" ("id", "body") VALUES (1768000000000, 'audit_begun.body 0 值');
INSERT INTO "audit_begun" ("id", "body") VALUES (1768000000001, 'audit_begun.body 1 值');
INSERT INTO "erasures" ("sequence", "site", "persons", "at", "is_done") VALUES (1768000000000, 'erasures.site 0 值', 'erasures.persons 0 值', 1768000000000, 1768000000000);
INSERT INTO "erasures" ("sequence", "site", "persons", "at", "is_done") VALUES (1768000000001, 'erasures.site 1 值', 'erasures.persons 1 值', 1768000000001, 1768000000001);
INSERT INTO "incidents" ("id", "detected_at", "site", "is_ended", "body", "is_drill") VALUES ('incidents.id 0 值', 1768000000000, 'incidents.site 0 值', 1768000000000, 'incidents.body 0 值', 0);
INSERT INTO "incidents" ("id", "detected_at", "site", "is_ended", "body", "is_drill") VALUES ('incidents.id 1 值', 1768000000001, 'incidents.site 1 值', 1768000000001, 'incidents.body 1 值', 0);
INSERT INTO "incident_steps" ("sequence", "incident", "body") VALUES (1768000000000, 'incident_steps.incident 0 值', 'incident_steps.body 0 值');
INSERT INTO "incident_steps" ("sequence", "incident", "body") VALUES (1768000000001, 'incident_steps.incident 1 值', 'incident_steps.body 1 值');
INSERT INTO "incident_times" ("site", "acknowledge_ms", "arrive_ms", "control_ms") VALUES ('xinfa', 1768000000000, 1768000000000, 1768000000000);
INSERT INTO "incident_times" ("site", "acknowledge_ms", "arrive_ms", "control_ms") VALUES ('yida', 1768000000001, 1768000000001, 1768000000001);
INSERT INTO "notifications" ("id", "at", "site", "kind", "urgency", "alert", "incident", "body") VALUES ('ch-1', 1768000010000, 'xinfa', 'alert', 'normal', 'a-1', NULL, '{"id":"ch-1","kind":"alert","at":1768000010000,"urgency":"normal","severity":"major","site":"xinfa","siteName":"新发小区","step":"raised","title":{"zh":"满溢","en":"Overfull"},"alert":"a-1"}');
INSERT INTO "deliveries" ("notification", "target", "contact", "state", "attempts", "changed_at", "reason", "summary") VALUES ('ch-1', 'mail', 'c-1', 'waiting', 2, 1768000010200, 'mail did not take it', NULL);
INSERT INTO "deliveries" ("notification", "target", "contact", "state", "attempts", "changed_at", "reason", "summary") VALUES ('ch-1', 'robot', '', 'sent', 1, 1768000010100, NULL, NULL);
INSERT INTO "duty_crews" ("id", "site", "name", "station", "buildings", "neighbours", "least", "checks") VALUES ('crew-1', 'xinfa', '东区微型消防站', 'bin-7', '["1号楼"]', '[]', 3, '{"planned":["08:00"],"random":{"times":1,"from":"20:00","to":"06:00"},"since":1768000000000}');
INSERT INTO "duty_crews" ("id", "site", "name", "station", "buildings", "neighbours", "least", "checks") VALUES ('crew-2', 'yida', '怡达微型消防站', NULL, '[]', '["crew-1"]', 3, '{"planned":[],"since":1768000000000}');
INSERT INTO "duty_contacts" ("id", "site", "name", "role", "crew", "person", "ways", "is_active", "removed_at") VALUES ('contact-1', 'xinfa', '王队长', 'leader', 'crew-1', NULL, '[{"target":"voice","address":"000-0000-0001"}]', 1, NULL);
INSERT INTO "duty_contacts" ("id", "site", "name", "role", "crew", "person", "ways", "is_active", "removed_at") VALUES ('contact-2', 'xinfa', '李队员', 'member', NULL, NULL, '[]', 0, 1768000000000);
INSERT INTO "duty_shifts" ("id", "crew", "contact", "leads", "begins_at", "ends_at") VALUES ('shift-1', 'crew-1', 'contact-1', 1, 1768000000000, 1768043200000);
INSERT INTO "duty_chains" ("site", "class", "body") VALUES ('xinfa', 'minor', '{"stages":[{"after":0,"call":[{"who":"duty","way":"first"}],"until":"acknowledged"}]}');
INSERT INTO "duty_draws" ("crew", "date", "slots") VALUES ('crew-1', '2026-01-15', '[1768482000000]');
INSERT INTO "duty_checks" ("id", "asked_at", "site", "crew", "slot", "is_open", "body") VALUES ('check-1', 1768000000000, 'xinfa', 'crew-1', NULL, 0, '{"id":"check-1","site":"xinfa","crew":"crew-1","crewName":"东区微型消防站","askedAt":1768000000000,"askedBy":"admin","due":1768000600000,"state":"answered","endedAt":1768000030000,"answeredBy":"王队长","contact":"contact-1","onDuty":["contact-1"]}');
INSERT INTO "mutes" ("id", "site", "from_at", "until_at", "shown", "body") VALUES ('mutes.id 0 值', 'mutes.site 0 值', 1768000000000, 1768000000000, 'mutes.shown 0 值', 'mutes.body 0 值');
INSERT INTO "mutes" ("id", "site", "from_at", "until_at", "shown", "body") VALUES ('mutes.id 1 值', 'mutes.site 1 值', 1768000000001, 1768000000001, 'mutes.shown 1 值', 'mutes.body 1 值');
INSERT INTO "used_answer_links" ("mark", "expires_at") VALUES ('used_answer_links.mark 0 值', 1768000000000);
INSERT INTO "used_answer_links" ("mark", "expires_at") VALUES ('used_answer_links.mark 1 值', 1768000000001);
INSERT INTO "drills" ("id", "site", "started_at", "is_open", "body") VALUES ('drills.id 0 值', 'drills.site 0 值', 1768000000000, 1768000000000, 'drills.body 0 值');
INSERT INTO "drills" ("id", "site", "started_at", "is_open", "body") VALUES ('drills.id 1 值', 'drills.site 1 值', 1768000000001, 1768000000001, 'drills.body 1 值');
INSERT INTO "plans" ("site", "id", "name", "building", "floor", "width", "height", "metres_per_unit", "version", "type", "hash", "bytes", "created_at") VALUES ('xinfa', 'p-1', '新发小区总平面图', NULL, NULL, 1600.0, 1000.0, 0.25, 3, 'image/svg+xml', 'a-hash', 58, 1768000000000);
INSERT INTO "plans" ("site", "id", "name", "building", "floor", "width", "height", "metres_per_unit", "version", "type", "hash", "bytes", "created_at") VALUES ('xinfa', 'p-2', '7号楼一层', '7号楼', '1', 800.0, 600.0, NULL, 1, 'image/svg+xml', 'a-hash', 58, 1768000001000);
INSERT INTO "plan_images" ("site", "id", "content") VALUES ('xinfa', 'p-1', X'3C73766720786D6C6E733D22687474703A2F2F7777772E77332E6F72672F323030302F737667222076696577426F783D2230203020312031222F3E');
INSERT INTO "plan_images" ("site", "id", "content") VALUES ('xinfa', 'p-2', X'3C73766720786D6C6E733D22687474703A2F2F7777772E77332E6F72672F323030302F737667222076696577426F783D2230203020312031222F3E');
INSERT INTO "plan_placements" ("site", "plan", "device", "x", "y") VALUES ('xinfa', 'p-1', 'bin-7', 100.0, 200.0);
INSERT INTO "plan_placements" ("site", "plan", "device", "x", "y") VALUES ('xinfa', 'p-2', 'bin-7', 10.0, 20.0);
INSERT INTO "plan_points" ("site", "plan", "id", "kind", "name", "x", "y") VALUES ('xinfa', 'p-1', '1', 'hydrant', '南门', 300.0, 400.0);
INSERT INTO "plan_points" ("site", "plan", "id", "kind", "name", "x", "y") VALUES ('xinfa', 'p-1', '2', 'valve', NULL, 0.0, 0.0);
INSERT INTO "availability_devices" ("id", "device", "known_since", "is_online", "since", "may_sleep", "sequence") VALUES (1768000000000, 'availability_devices.device 0 值', 1768000000000, 1768000000000, 1768000000000, 1768000000000, 1768000000000);
INSERT INTO "availability_devices" ("id", "device", "known_since", "is_online", "since", "may_sleep", "sequence") VALUES (1768000000001, 'availability_devices.device 1 值', 1768000000001, 1768000000001, 1768000000001, 1768000000001, 1768000000001);
INSERT INTO "availability_days" ("day", "device", "offline_ms", "outages", "longest_ms") VALUES (1768000000000, 1768000000000, 1768000000000, 1768000000000, 1768000000000);
INSERT INTO "availability_days" ("day", "device", "offline_ms", "outages", "longest_ms") VALUES (1768000000001, 1768000000001, 1768000000001, 1768000000001, 1768000000001);
INSERT INTO "availability_outages" ("until_at", "device", "from_at") VALUES (1768000000000, 1768000000000, 1768000000000);
INSERT INTO "availability_outages" ("until_at", "device", "from_at") VALUES (1768000000001, 1768000000001, 1768000000001);
INSERT INTO "gateway_gaps" ("from_at", "until_at") VALUES (1768000000000, 1768000000000);
INSERT INTO "gateway_gaps" ("from_at", "until_at") VALUES (1768000000001, 1768000000001);
INSERT INTO "availability_marks" ("name", "value") VALUES ('availability_marks.name 0 值', 1768000000000);
INSERT INTO "availability_marks" ("name", "value") VALUES ('availability_marks.name 1 值', 1768000000001);
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
CREATE INDEX rejections_by_cause ON rejections (code, kind, path);
CREATE INDEX rejections_by_device ON rejections (device, sequence);
CREATE INDEX person_grants_by_site ON person_grants (site);
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX links_by_person ON links (person);
CREATE INDEX audit_by_time ON audit (at, sequence);
CREATE INDEX audit_by_whom ON audit (by_whom, at, sequence);
CREATE INDEX audit_by_action ON audit (action, at, sequence);
CREATE INDEX audit_by_site ON audit (site, at, sequence);
CREATE INDEX audit_by_outcome ON audit (outcome, at, sequence);
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'rows of the audit trail never change');
END;
CREATE TRIGGER audit_loses_its_beginning_only BEFORE DELETE ON audit
WHEN OLD.sequence > (SELECT sequence FROM audit_anchor) BEGIN
  SELECT RAISE(ABORT, 'only rows up to the anchor leave the audit trail');
END;
CREATE INDEX rejections_by_time ON rejections (at);
CREATE INDEX incidents_by_time ON incidents (detected_at, id);
CREATE INDEX incidents_by_site ON incidents (site, detected_at, id);
CREATE INDEX incidents_open ON incidents (detected_at, id) WHERE is_ended = 0;
CREATE INDEX incident_steps_by_incident ON incident_steps (incident, sequence);
CREATE INDEX notifications_by_time ON notifications (at, id);
CREATE INDEX notifications_by_site ON notifications (site, at, id);
CREATE INDEX notifications_by_alert ON notifications (alert, at, id) WHERE alert IS NOT NULL;
CREATE INDEX notifications_by_incident ON notifications (incident, at, id) WHERE incident IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (notification) WHERE state = 'waiting';
CREATE INDEX duty_shifts_crew ON duty_shifts (crew);
CREATE INDEX duty_shifts_contact ON duty_shifts (contact);
CREATE INDEX duty_contacts_crew ON duty_contacts (crew);
CREATE INDEX duty_checks_site ON duty_checks (site, asked_at);
CREATE INDEX duty_checks_open ON duty_checks (asked_at) WHERE is_open = 1;
CREATE INDEX mutes_by_site ON mutes (site, from_at, id);
CREATE INDEX mutes_by_end ON mutes (until_at);
CREATE INDEX mutes_not_over ON mutes (until_at) WHERE shown <> 'ended';
CREATE INDEX alerts_muted ON alerts (raised_at, id) WHERE is_muted = 1;
CREATE INDEX alerts_under ON alerts (under, raised_at, id) WHERE under IS NOT NULL;
CREATE INDEX used_answer_links_by_end ON used_answer_links (expires_at);
CREATE INDEX drills_by_site ON drills (site, started_at, id);
CREATE INDEX drills_open ON drills (started_at) WHERE is_open = 1;
CREATE INDEX plan_placements_by_device ON plan_placements (site, device);
CREATE INDEX alerts_by_assignee ON alerts (assignee, raised_at, id) WHERE assignee IS NOT NULL;
CREATE INDEX alerts_by_rule ON alerts (rule, raised_at, id);
