-- Who is called and who is on duty: what people write. A removed contact keeps his name as long as records name him.
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

-- Foreign keys look for their rows when a crew or a contact goes.
CREATE INDEX duty_shifts_crew ON duty_shifts (crew);
CREATE INDEX duty_shifts_contact ON duty_shifts (contact);
CREATE INDEX duty_contacts_crew ON duty_contacts (crew);

-- The chains that a site has set for itself; `body` is one as JSON.
CREATE TABLE duty_chains (
  site TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  class TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (site, class)
) STRICT, WITHOUT ROWID;

-- The random moments of duty checks that were drawn for a day, so that a restart asks neither twice nor anew.
CREATE TABLE duty_draws (
  crew TEXT NOT NULL REFERENCES duty_crews (id) ON DELETE CASCADE,
  date TEXT NOT NULL,
  slots TEXT NOT NULL,
  PRIMARY KEY (crew, date)
) STRICT, WITHOUT ROWID;

-- Duty checks: a view of the journal. `body` is the whole check as JSON, the other columns are what lists select by.
CREATE TABLE duty_checks (
  id TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  site TEXT NOT NULL,
  crew TEXT NOT NULL,
  slot INTEGER,
  is_open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX duty_checks_site ON duty_checks (site, asked_at);
CREATE INDEX duty_checks_open ON duty_checks (asked_at) WHERE is_open = 1;
