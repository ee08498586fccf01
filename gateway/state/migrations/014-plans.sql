-- Plans of sites and floors. The image lies in a table of its own, so that lists of plans never read it. Being rows of this
-- database, images are in every backup, change in one transaction with what is drawn on them, and go with their site.
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

-- x and y in units of the image, from its upper left corner. A device may stand on the plan of the site and on that of its floor.
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
CREATE INDEX plan_placements_by_device ON plan_placements (site, device);

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
