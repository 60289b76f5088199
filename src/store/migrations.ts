/** One step of the schema. Released steps never change: a store remembers them by name. */
export type Migration = { readonly name: string; readonly sql: string }

const KEYS = `
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('generation', 0), ('projected-through', 0);
CREATE TABLE tenants (id TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE applications (
  tenant TEXT NOT NULL REFERENCES tenants (id), id TEXT NOT NULL, jurisdiction TEXT, created INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE keys (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, application TEXT NOT NULL, prefix TEXT NOT NULL UNIQUE, hash BLOB NOT NULL UNIQUE,
  data_class_floor TEXT NOT NULL, purposes TEXT NOT NULL, aliases TEXT,
  requests_per_minute INTEGER, tokens_per_minute INTEGER,
  created INTEGER NOT NULL, expires INTEGER, revoked INTEGER,
  FOREIGN KEY (tenant, application) REFERENCES applications (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE budgets (
  scope TEXT NOT NULL CHECK (scope IN ('key', 'application', 'tenant')), owner TEXT NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('total', 'month', 'day')), most INTEGER NOT NULL CHECK (most >= 0),
  PRIMARY KEY (scope, owner, period)
) STRICT, WITHOUT ROWID;
`

// What may have to be erased (\`salts\`, \`subjects\`) stands in tables that only grow, keyed by a number that only grows, and is
// overwritten in place: SQLite then never moves a row, and secure_delete reaches each copy there ever was
// (docs/decisions/0020-erasure-in-place.md). Their indexes hold numbers only.
const PROJECTION = `
CREATE TABLE calls (
  call TEXT PRIMARY KEY, outcome INTEGER, open INTEGER NOT NULL DEFAULT 0, salt INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_without_outcome ON calls (call) WHERE outcome IS NULL;
CREATE TABLE borders (call TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (call, entry)) STRICT, WITHOUT ROWID;
CREATE TABLE salts (entry INTEGER PRIMARY KEY, call TEXT NOT NULL, salt BLOB, subject INTEGER) STRICT;
CREATE INDEX salts_by_subject ON salts (subject) WHERE subject IS NOT NULL;
CREATE TABLE subjects (id INTEGER PRIMARY KEY, bucket INTEGER, subject TEXT) STRICT;
CREATE INDEX subjects_by_bucket ON subjects (bucket) WHERE bucket IS NOT NULL;
CREATE TABLE streams (stream TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE events (entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE unreadable (entry INTEGER PRIMARY KEY, why TEXT NOT NULL) STRICT;
CREATE TABLE spending (
  scope TEXT NOT NULL, owner TEXT NOT NULL, period TEXT NOT NULL, spent INTEGER NOT NULL, open INTEGER NOT NULL,
  PRIMARY KEY (scope, owner, period)
) STRICT, WITHOUT ROWID;
`

const LEASES = `
CREATE TABLE holders (id TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE leases (
  scope TEXT NOT NULL, owner TEXT NOT NULL, period TEXT NOT NULL, holder TEXT NOT NULL REFERENCES holders (id),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (scope, owner, period, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_by_holder ON leases (holder);
`

// What is erased here is overwritten in place too: `calls` never changes its length (packs.ts).
const PACKS = `
CREATE TABLE packs (first INTEGER PRIMARY KEY, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, calls BLOB NOT NULL) STRICT;
CREATE INDEX packs_by_time ON packs (latest, earliest);
`

// A key in `seals` is erased by overwriting it in place, as salts are; what it sealed may then be deleted anyhow, for nobody can read it.
// The id of a row is that of its first seal, so that no id comes twice. `listed`: a turn of the conversation itself, not of a branch.
const CONVERSATIONS = `
CREATE TABLE seals (id INTEGER PRIMARY KEY, key BLOB) STRICT;
CREATE TABLE conversation_key (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY REFERENCES seals (id), tenant TEXT NOT NULL, application TEXT NOT NULL, name TEXT UNIQUE,
  created INTEGER NOT NULL, kept_until INTEGER NOT NULL, seal INTEGER REFERENCES seals (id), metadata BLOB
) STRICT;
CREATE INDEX conversations_by_end ON conversations (kept_until);
CREATE TABLE turns (
  id INTEGER PRIMARY KEY REFERENCES seals (id), conversation INTEGER NOT NULL REFERENCES conversations (id), name TEXT NOT NULL UNIQUE,
  call TEXT UNIQUE, follows INTEGER, listed INTEGER NOT NULL, seal INTEGER NOT NULL REFERENCES seals (id), body BLOB NOT NULL
) STRICT;
CREATE INDEX turns_by_conversation ON turns (conversation, id);
CREATE INDEX turns_by_former ON turns (follows) WHERE follows IS NOT NULL;
CREATE TABLE kept_bytes (
  tenant TEXT NOT NULL, application TEXT NOT NULL, bytes INTEGER NOT NULL CHECK (bytes >= 0), PRIMARY KEY (tenant, application)
) STRICT, WITHOUT ROWID;
`

// Sums by the hour of arrival, written with what they are sums of. A store that had projected before this step counts from here on, and
// says since when (`traffic-since`, milliseconds; 0: since the log began).
const TRAFFIC = `
CREATE TABLE flows (id INTEGER PRIMARY KEY, members TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE traffic (
  hour INTEGER NOT NULL, flow INTEGER NOT NULL REFERENCES flows (id), calls INTEGER NOT NULL, failed INTEGER NOT NULL,
  input INTEGER NOT NULL, output INTEGER NOT NULL, cost INTEGER NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (hour, flow)
) STRICT, WITHOUT ROWID;
INSERT INTO counters
  SELECT 'traffic-since', iif(value = 0, 0, unixepoch() * 1000) FROM counters WHERE name = 'projected-through';
`

// What is cut now: a projection of the records, small and replaced in place. Lists are JSON.
const CUTS = `
CREATE TABLE cuts (
  subject TEXT PRIMARY KEY, reason TEXT NOT NULL, deciders TEXT NOT NULL, since INTEGER NOT NULL, ends INTEGER, lifted INTEGER,
  running TEXT NOT NULL CHECK (running IN ('finish', 'abort')), freezes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

const ADMINISTRATORS = `
CREATE TABLE administrators (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, prefix TEXT NOT NULL UNIQUE, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, revoked INTEGER
) STRICT, WITHOUT ROWID;
`

// The newest records that name an entry of a schedule: whether a date was carried out is known without reading the log from end to end.
const SCHEDULED = `
CREATE TABLE scheduled (name TEXT NOT NULL, kind TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (name, kind)) STRICT, WITHOUT ROWID;
`

// When each stream was last heard of, and how many of an hour's calls policy refused. Both count from this step on where the log is older
// (`activity-since`, milliseconds; 0: since the log began).
const ACTIVITY = `
ALTER TABLE streams ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE traffic ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
INSERT INTO counters
  SELECT 'activity-since', iif(value = 0, 0, unixepoch() * 1000) FROM counters WHERE name = 'projected-through';
`

// Outcomes of calls for whoever looks through them, many to a row (outcome-blocks.ts). A store that had projected before this step holds
// those from here on, and says since when, as traffic does.
const OUTCOMES = `
CREATE TABLE outcome_flows (id INTEGER PRIMARY KEY, members TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE outcome_blocks (
  first INTEGER PRIMARY KEY, count INTEGER NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, slowest INTEGER NOT NULL,
  dearest INTEGER NOT NULL, flows BLOB NOT NULL, hot BLOB NOT NULL, cold BLOB NOT NULL
) STRICT;
INSERT INTO counters
  SELECT 'outcomes-since', iif(value = 0, 0, unixepoch() * 1000) FROM counters WHERE name = 'projected-through';
`

const EXPOSURE_DAYS = `
CREATE TABLE exposure_days (day TEXT PRIMARY KEY, figures TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

// People need no key to sign in: they may have a password, passkeys or a provider that vouches for them. Of tokens and codes only hashes.
const PEOPLE = `
CREATE TABLE people (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, prefix TEXT UNIQUE, hash BLOB UNIQUE, created INTEGER NOT NULL, revoked INTEGER, seen INTEGER,
  password TEXT, openid TEXT UNIQUE
) STRICT, WITHOUT ROWID;
INSERT INTO people (name, role, prefix, hash, created, revoked) SELECT name, role, prefix, hash, created, revoked FROM administrators;
DROP TABLE administrators;
ALTER TABLE people RENAME TO administrators;
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY, name TEXT NOT NULL REFERENCES administrators (name), way TEXT NOT NULL,
  created INTEGER NOT NULL, last INTEGER NOT NULL, ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_name ON sessions (name);
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES administrators (name), key BLOB NOT NULL, counter INTEGER NOT NULL,
  transports TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_name ON passkeys (name);
CREATE TABLE codes (
  hash BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE REFERENCES administrators (name), expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

// What people thought of answers. Texts are there only where they wanted them kept; erasing a call takes those of its rating along.
const RATINGS = `
CREATE TABLE ratings (
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, person TEXT NOT NULL, language TEXT NOT NULL, alias TEXT NOT NULL,
  blind INTEGER NOT NULL, verdict TEXT NOT NULL, texts TEXT
) STRICT;
CREATE TABLE rated (
  rating INTEGER NOT NULL REFERENCES ratings (id), place INTEGER NOT NULL, call TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,
  result TEXT NOT NULL, PRIMARY KEY (rating, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX rated_by_call ON rated (call);
`

export const MIGRATIONS: readonly Migration[] = [
  { name: 'keys-and-budgets/1', sql: KEYS },
  { name: 'projection/1', sql: PROJECTION },
  { name: 'leases/1', sql: LEASES },
  { name: 'packs/1', sql: PACKS },
  { name: 'conversations/1', sql: CONVERSATIONS },
  { name: 'cuts/1', sql: CUTS },
  { name: 'administrators/1', sql: ADMINISTRATORS },
  { name: 'traffic/1', sql: TRAFFIC },
  { name: 'scheduled/1', sql: SCHEDULED },
  { name: 'outcomes/1', sql: OUTCOMES },
  { name: 'activity/1', sql: ACTIVITY },
  { name: 'exposure-days/1', sql: EXPOSURE_DAYS },
  { name: 'people/1', sql: PEOPLE },
  { name: 'ratings/1', sql: RATINGS },
]
