INSERT INTO notifications VALUES ('ch-1', 1768000010000, 'xinfa', 'alert', 'normal', 'a-1', NULL,
  '{"id":"ch-1","kind":"alert","at":1768000010000,"urgency":"normal","severity":"major","site":"xinfa","siteName":"新发小区","step":"raised","title":{"zh":"满溢","en":"Overfull"},"alert":"a-1"}');
INSERT INTO deliveries VALUES ('ch-1', 'robot', '', 'sent', 1, 1768000010100, NULL, NULL),
  ('ch-1', 'mail', 'c-1', 'waiting', 2, 1768000010200, 'mail did not take it', NULL);
