-- What people and credentials did. Each row holds the hash of the one before, so that none can be changed, taken out or
-- put in between without a break. `detail` is JSON.
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
CREATE INDEX audit_by_time ON audit (at, sequence);
CREATE INDEX audit_by_whom ON audit (by_whom, at, sequence);
CREATE INDEX audit_by_action ON audit (action, at, sequence);
CREATE INDEX audit_by_site ON audit (site, at, sequence);
CREATE INDEX audit_by_outcome ON audit (outcome, at, sequence);

-- The last row that retention deleted: the first one kept is chained to it.
CREATE TABLE audit_anchor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_anchor VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Actions that have begun and whose row is not written yet; what a crash leaves here becomes rows at the next start.
CREATE TABLE audit_begun (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- Against faults of the program; who can write the file can drop these, and is found by the hashes.
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'rows of the audit trail never change');
END;
CREATE TRIGGER audit_loses_its_beginning_only BEFORE DELETE ON audit
WHEN OLD.sequence > (SELECT sequence FROM audit_anchor) BEGIN
  SELECT RAISE(ABORT, 'only rows up to the anchor leave the audit trail');
END;
