-- Times are microseconds UTC; payload, state and answer are JSON text.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tx INTEGER NOT NULL DEFAULT 0,
  province TEXT NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  on_behalf TEXT,
  key TEXT,
  payload TEXT NOT NULL,
  UNIQUE (province, stream, version)
);
CREATE INDEX journal_order ON journal (province, tx, seq);

CREATE TABLE snapshot (
  province TEXT NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (province, stream)
);

CREATE TABLE idempotency (
  province TEXT NOT NULL,
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (province, actor, key)
);

CREATE TABLE effect (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  province TEXT NOT NULL,
  kind TEXT NOT NULL,
  stream TEXT NOT NULL,
  payload TEXT NOT NULL,
  due INTEGER NOT NULL,
  dedup_key TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'done', 'dead')),
  lease INTEGER NOT NULL DEFAULT 0,
  UNIQUE (province, dedup_key)
);
CREATE INDEX effect_due ON effect (due) WHERE state = 'queued';
CREATE INDEX effect_dead ON effect (province, id) WHERE state = 'dead';
CREATE INDEX effect_stream ON effect (province, stream);

CREATE TABLE consumer (
  province TEXT NOT NULL,
  name TEXT NOT NULL,
  tx INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  holder TEXT,
  lease INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (province, name)
);

CREATE TABLE file (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX file_content ON file (sha256);

-- One row per sealing run: leaves are 40 bytes each, the entry's seq (8, big-endian) and its leaf hash (32).
CREATE TABLE seal (
  province TEXT NOT NULL,
  size INTEGER NOT NULL,
  leaves BLOB NOT NULL,
  frontier BLOB NOT NULL,
  root BLOB NOT NULL,
  at INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (province, size)
);
