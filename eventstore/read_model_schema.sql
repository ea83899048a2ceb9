-- Tables folded from the log. May be deleted at any time: they are built again.
-- Times are RFC 3339 in UTC, ids of sessions ULIDs, which sort as texts too.
PRAGMA application_id = 0x42455252; -- "BERR"
PRAGMA user_version = 4;            -- raise it when the tables or what is folded into them change

-- The last event that the tables contain. Its id tells whether the log is still the same one.
CREATE TABLE progress (
  last_position INTEGER NOT NULL,
  last_event_id BLOB
) STRICT;
INSERT INTO progress VALUES (0, NULL);

CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  stream     TEXT NOT NULL UNIQUE, -- where its events come from
  login      TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('engineer', 'admin', 'auditor')),
  is_active  INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE proxmox_nodes (
  id         INTEGER PRIMARY KEY,
  stream     TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL UNIQUE,
  hostname   TEXT NOT NULL,
  -- Whether a node answers is measured when somebody asks, not folded: 'online' is never written.
  status     TEXT NOT NULL DEFAULT 'offline' CHECK (status IN ('online', 'offline', 'maintenance')),
  mode       TEXT NOT NULL CHECK (mode IN ('in_service', 'draining', 'maintenance', 'removed')),
  max_vms    INTEGER NOT NULL DEFAULT 50,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE vm_templates (
  id            INTEGER PRIMARY KEY,
  stream        TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  os_type       TEXT NOT NULL CHECK (os_type IN ('windows', 'linux', 'kali')),
  protocol      TEXT NOT NULL CHECK (protocol IN ('rdp', 'vnc', 'ssh')),
  template_vmid INTEGER NOT NULL,
  cpu_cores     INTEGER NOT NULL DEFAULT 4,
  ram_mb        INTEGER NOT NULL DEFAULT 4096,
  disk_gb       INTEGER NOT NULL DEFAULT 50,
  tags          TEXT, -- a JSON array
  is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL
) STRICT;

CREATE TABLE vm_sessions (
  id            TEXT PRIMARY KEY CHECK (length(id) = 26),
  user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  template_id   INTEGER NOT NULL REFERENCES vm_templates (id),
  node_id       INTEGER REFERENCES proxmox_nodes (id), -- none before the first placement
  vm_id         INTEGER,                               -- none while it has no VM
  status        TEXT NOT NULL DEFAULT 'pending'
                CHECK (status IN ('pending', 'active', 'expired', 'failed')),
  ip_address    TEXT,
  session_type  TEXT NOT NULL DEFAULT 'ephemeral'
                CHECK (session_type IN ('ephemeral', 'persistent')),
  expires_at    TEXT NOT NULL,
  -- Always NULL: connections are minted per visit and never stored.
  guacamole_connection_id TEXT,
  template_name TEXT NOT NULL, -- as it was when the session was requested, like the next two
  os_type       TEXT NOT NULL,
  protocol      TEXT NOT NULL,
  step          TEXT NOT NULL,
  end_reason    TEXT,
  detail        TEXT NOT NULL,
  keeps_vm      INTEGER NOT NULL CHECK (keeps_vm IN (0, 1)),
  version       INTEGER NOT NULL, -- of the session's stream
  -- From the request until it was active; none for a VM that was resumed, and before that.
  seconds_to_ready INTEGER CHECK (seconds_to_ready >= 0),
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vm_sessions_user_id ON vm_sessions (user_id);
CREATE INDEX vm_sessions_node_id ON vm_sessions (node_id);
CREATE INDEX vm_sessions_status ON vm_sessions (status);
CREATE INDEX vm_sessions_expires_at ON vm_sessions (expires_at);
-- The newest measured launches of a template.
CREATE INDEX vm_sessions_ready ON vm_sessions (template_id, id) WHERE seconds_to_ready IS NOT NULL;
-- A node's sessions that count for its limit; what is not over with all that follows; what waits to be resumed.
CREATE INDEX vm_sessions_counted ON vm_sessions (node_id) WHERE status IN ('pending', 'active');
CREATE INDEX vm_sessions_not_closed ON vm_sessions (id) WHERE step <> 'closed';
CREATE INDEX vm_sessions_kept ON vm_sessions (user_id, template_id) WHERE keeps_vm = 1;
