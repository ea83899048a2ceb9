-- The event log. Rows of events are never changed; the other tables are written in the same
-- transactions and decide what may follow.
PRAGMA application_id = 0x42455254; -- "BERT"
PRAGMA user_version = 1;            -- the format of this file, not of the events in it

-- What the hash chain begins with.
CREATE TABLE store (
  uuid BLOB NOT NULL CHECK (length(uuid) = 16)
) STRICT;

CREATE TABLE events (
  position       INTEGER PRIMARY KEY, -- 1.. without gaps, in the order of commits
  stream         TEXT    NOT NULL,
  version        INTEGER NOT NULL,    -- 1.. without gaps within its stream
  event_id       BLOB    NOT NULL CHECK (length(event_id) = 16), -- a ULID
  type           TEXT    NOT NULL,
  schema_version INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,    -- milliseconds since 1970, UTC; never goes back
  command_id     BLOB CHECK (length(command_id) = 16),
  correlation_id BLOB    NOT NULL CHECK (length(correlation_id) = 16),
  causation_id   BLOB CHECK (length(causation_id) = 16),
  actor          TEXT    NOT NULL,
  payload        TEXT    NOT NULL,    -- JSON, as hashed
  chain          BLOB    NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
CREATE UNIQUE INDEX events_by_id ON events (event_id);

CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT raise(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT raise(ABORT, 'events are never deleted'); END;
-- Refuses INSERT OR REPLACE too, which deletes without asking the trigger above.
CREATE TRIGGER events_are_dense BEFORE INSERT ON events
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)
BEGIN SELECT raise(ABORT, 'positions have no gaps'); END;

CREATE TABLE streams (
  stream         TEXT PRIMARY KEY,
  version        INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  closed         INTEGER NOT NULL CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX open_streams ON streams (first_position) WHERE closed = 0;

-- Commands that have been answered, and the events that answered them.
CREATE TABLE commands (
  command_id     BLOB PRIMARY KEY,
  first_position INTEGER NOT NULL,
  last_position  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- VMIDs that have been reserved; never given back.
CREATE TABLE vmids (
  vmid   INTEGER PRIMARY KEY,
  stream TEXT NOT NULL
) STRICT;

-- Every type and version of event that this log holds, so that a program too old for it notices
-- at once.
CREATE TABLE types (
  type           TEXT    NOT NULL,
  schema_version INTEGER NOT NULL,
  PRIMARY KEY (type, schema_version)
) STRICT, WITHOUT ROWID;
