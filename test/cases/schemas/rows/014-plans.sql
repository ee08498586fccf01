INSERT INTO plans VALUES
  ('xinfa', 'p-1', '新发小区总平面图', NULL, NULL, 1600, 1000, 0.25, 3, 'image/svg+xml', 'a-hash', 58, 1768000000000),
  ('xinfa', 'p-2', '7号楼一层', '7号楼', '1', 800, 600, NULL, 1, 'image/svg+xml', 'a-hash', 58, 1768000001000);
INSERT INTO plan_images VALUES
  ('xinfa', 'p-1', CAST('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>' AS BLOB)),
  ('xinfa', 'p-2', CAST('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>' AS BLOB));
INSERT INTO plan_placements VALUES ('xinfa', 'p-1', 'bin-7', 100, 200), ('xinfa', 'p-2', 'bin-7', 10, 20);
INSERT INTO plan_points VALUES ('xinfa', 'p-1', '1', 'hydrant', '南门', 300, 400), ('xinfa', 'p-1', '2', 'valve', NULL, 0, 0);
