-- When devices could be reached: a view of the journal's presence and gap records. `since` is when the device came or went last; with
-- `may_sleep` it hung up by itself, which is no outage for one that sleeps between messages. `sequence` is the last record that is in
-- the device's rows, for they are not all written in one transaction.
CREATE TABLE availability_devices (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  known_since INTEGER NOT NULL,
  is_online INTEGER NOT NULL,
  since INTEGER NOT NULL,
  may_sleep INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;

-- Outages that began and ended on one local day, counted together; `day` in days since 1970-01-01, `device` an id of the table above.
-- A day without one has no row. Rows of devices that were removed stay until their time is over.
CREATE TABLE availability_days (
  day INTEGER NOT NULL,
  device INTEGER NOT NULL,
  offline_ms INTEGER NOT NULL,
  outages INTEGER NOT NULL,
  longest_ms INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;

-- Outages over midnight, one row each however long they are.
CREATE TABLE availability_outages (
  until_at INTEGER NOT NULL,
  device INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  PRIMARY KEY (until_at, device, from_at)
) STRICT, WITHOUT ROWID;

-- When the gateway did not run.
CREATE TABLE gateway_gaps (
  from_at INTEGER PRIMARY KEY,
  until_at INTEGER NOT NULL
) STRICT;

-- `seen`: the last moment at which the gateway is known to have run. `kept`: before it nothing is kept any more. `next`: the next id.
CREATE TABLE availability_marks (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
