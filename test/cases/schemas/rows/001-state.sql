-- What a small community had. The pepper is 32 bytes of 7; the secrets are password-of-bin-7, password-of-bridge
-- and linli_0123456789_secret.
INSERT INTO database_facts VALUES ('pepper_check', '532edbc157840efb7489a9a6e5a2e48523ba0053df42d21cd5efc836a2aac605');
INSERT INTO view_cursors VALUES ('alerts', 90), ('checkpoints', 85), ('commands', 90), ('views', 88);
INSERT INTO sites VALUES ('xinfa', '新发小区', 1768000000000), ('yida', '怡达小区', 1768000001000);
INSERT INTO buildings VALUES ('xinfa', '7号楼'), ('xinfa', '12号楼');
INSERT INTO devices VALUES
  ('xinfa', 'uplink-1', 'waste-bin', '7号楼网关', '7号楼', '1', NULL, '{}', NULL, 1768000002000),
  ('xinfa', 'bin-7', 'waste-bin', '7号楼厨余桶', '7号楼', NULL, 'uplink-1', '{"depthMm":1200}', 600000, 1768000003000),
  ('yida', 'gone-1', 'no-such-kind', 'a kind that was removed', NULL, NULL, NULL, '{}', NULL, 1768000004000);
INSERT INTO device_credentials VALUES ('xinfa', 'bin-7', 'mB4j74i9NxO8PbmlWqZQDBcnuH4uiNUZGQTjZAy8V+U=', 1768000003000);
INSERT INTO site_limits VALUES ('xinfa', 'waste-bin', 'overfull', 'atLeast', 0.93);
INSERT INTO device_limits VALUES ('xinfa', 'bin-7', 'overfull', 'atLeast', 0.94);
INSERT INTO accounts VALUES ('bridge', '["home/#"]', '["home/+/set"]', 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000005000);
INSERT INTO tokens VALUES
  ('0123456789', 'chief', 'admin', NULL, 'H3evFLSTPJDr4px21GNTW4+Dev6Jh6/KPdSi+4nzNPA=', 1768000006000),
  ('abcdefghjk', 'gate', 'viewer', 'xinfa', 'c7Fbmwi01WCiUnXddrgteqCVO6t7z75BWNhc/AAYd2I=', 1768000006500);
INSERT INTO commands VALUES
  ('c-1', 'xinfa/waste-bin/bin-7', 'lock', '{}', 'done', 'chief', 1768000007000, 1768000067000, 1768000007100, 1768000007200, NULL),
  ('c-2', 'xinfa/waste-bin/bin-7', 'compact', '{"times":2}', 'failed', 'chief', 1768000008000, 1768000068000, 1768000008100, 1768000008200, 'the motor is stuck');
INSERT INTO checkpoints VALUES ('xinfa/waste-bin/bin-7', '{"sequence":85}');
