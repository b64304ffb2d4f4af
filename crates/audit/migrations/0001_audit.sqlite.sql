-- The journal as an auditor searches it: one row per entry, derived by the consumer `audit`. Every search is by one of the
-- indexes, newest first.
CREATE TABLE audit_entry (
  province TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  stream TEXT NOT NULL,
  version BIGINT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  office TEXT NOT NULL,
  case_code TEXT,
  PRIMARY KEY (province, seq)
);
CREATE INDEX audit_entry_at ON audit_entry (province, at, seq);
CREATE INDEX audit_entry_account ON audit_entry (province, account, at, seq);
CREATE INDEX audit_entry_office ON audit_entry (province, office, at, seq);
CREATE INDEX audit_entry_kind ON audit_entry (province, kind, at, seq);
CREATE INDEX audit_entry_case ON audit_entry (province, case_code, at, seq) WHERE case_code IS NOT NULL;

-- The code of a case by its stream, so that later entries of the case are found by it.
CREATE TABLE audit_stream (
  province TEXT NOT NULL,
  stream TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (province, stream)
);

CREATE TABLE audit_kind (
  province TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (province, kind)
);

-- Who ever acted, by the words of the name without marks.
CREATE TABLE audit_person (
  province TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  office TEXT NOT NULL,
  PRIMARY KEY (province, account)
);
CREATE TABLE audit_name (
  province TEXT NOT NULL,
  word TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (province, word, account)
);

-- Searches and opened entries: each is an entry of the journal as well.
CREATE TABLE audit_search (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  criteria TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX audit_search_own ON audit_search (province, account, at, id);

CREATE TABLE audit_opening (
  province TEXT NOT NULL,
  account TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (province, account, seq, at)
);

-- Verifications of the seals. `asked_by` is empty for the daily one; `ended_at` is empty while it waits or runs.
CREATE TABLE audit_run (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  ended_at BIGINT,
  took_ms BIGINT NOT NULL,
  heads BIGINT NOT NULL,
  sealed BIGINT NOT NULL,
  unsealed BIGINT NOT NULL,
  root TEXT NOT NULL,
  faults TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX audit_run_asked ON audit_run (province, asked_at, id);
