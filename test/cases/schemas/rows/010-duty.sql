INSERT INTO duty_crews VALUES ('crew-1', 'xinfa', '东区微型消防站', 'bin-7', '["1号楼"]', '[]', 3, '{"planned":["08:00"],"random":{"times":1,"from":"20:00","to":"06:00"},"since":1768000000000}');
INSERT INTO duty_crews VALUES ('crew-2', 'yida', '怡达微型消防站', NULL, '[]', '["crew-1"]', 3, '{"planned":[],"since":1768000000000}');
INSERT INTO duty_contacts VALUES ('contact-1', 'xinfa', '王队长', 'leader', 'crew-1', NULL, '[{"target":"voice","address":"000-0000-0001"}]', 1, NULL);
INSERT INTO duty_contacts VALUES ('contact-2', 'xinfa', '李队员', 'member', NULL, NULL, '[]', 0, 1768000000000);
INSERT INTO duty_shifts VALUES ('shift-1', 'crew-1', 'contact-1', 1, 1768000000000, 1768043200000);
INSERT INTO duty_chains VALUES ('xinfa', 'minor', '{"stages":[{"after":0,"call":[{"who":"duty","way":"first"}],"until":"acknowledged"}]}');
INSERT INTO duty_draws VALUES ('crew-1', '2026-01-15', '[1768482000000]');
INSERT INTO duty_checks VALUES ('check-1', 1768000000000, 'xinfa', 'crew-1', NULL, 0, '{"id":"check-1","site":"xinfa","crew":"crew-1","crewName":"东区微型消防站","askedAt":1768000000000,"askedBy":"admin","due":1768000600000,"state":"answered","endedAt":1768000030000,"answeredBy":"王队长","contact":"contact-1","onDuty":["contact-1"]}');
