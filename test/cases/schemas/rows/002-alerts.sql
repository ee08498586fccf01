INSERT INTO alerts VALUES ('a-1', 1768000010000, 'xinfa', 'waste-bin', 'xinfa/waste-bin/bin-7', 'major', 'raised', NULL, 1, 0,
  '{"id":"a-1","device":"xinfa/waste-bin/bin-7","site":"xinfa","kind":"waste-bin","rule":"overfull","severity":"major","state":"raised","raisedAt":1768000010000,"acknowledgedAt":1768000011000,"acknowledgedBy":"chief","values":{"fill":0.97},"simulated":false,"comments":[{"at":1768000012000,"by":"chief","text":"车在路上"}]}');
INSERT INTO alert_changes VALUES
  (40, 'a-1', '{"id":"ch-1","alert":"a-1","step":"raised","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000010000,"values":{"fill":0.97}}'),
  (41, 'a-1', '{"id":"ch-2","alert":"a-1","step":"acknowledged","device":"xinfa/waste-bin/bin-7","rule":"overfull","severity":"major","at":1768000011000,"by":"chief"}');
INSERT INTO alert_pendings VALUES ('a-2', 42, '{"id":"ch-3","alert":"a-2","step":"pending","device":"xinfa/waste-bin/bin-7","rule":"hot","severity":"major","at":1768000013000,"due":1768000613000}');
