INSERT INTO rejections VALUES (50, 'r-1', 1768000014000, 'field-invalid', 'xinfa', 'waste-bin', 'xinfa/waste-bin/bin-7', 'fill',
  '{"id":"r-1","at":1768000014000,"topic":"linli/v1/xinfa/waste-bin/bin-7/telemetry","principal":"xinfa/bin-7","code":"field-invalid","path":"fill","value":"\"much\"","message":"fill is no number","payload":"eyJmaWxsIjoibXVjaCJ9"}');
