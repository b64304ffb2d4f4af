-- How far each dossier has been told to the national portal. The journal is the outbox: what lies between `sent` and
-- `version` is still to be told, in order.
CREATE TABLE national_case (
  province TEXT NOT NULL,
  case_id TEXT NOT NULL,
  code TEXT NOT NULL,
  definition TEXT NOT NULL,
  received TEXT NOT NULL,
  filed_at BIGINT NOT NULL,
  received_at BIGINT,
  version BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  status BIGINT NOT NULL,
  sent_status BIGINT,
  sent_at BIGINT,
  sends BIGINT NOT NULL,
  round BIGINT NOT NULL,
  due BIGINT,
  attempts BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  error TEXT,
  PRIMARY KEY (province, case_id)
);
CREATE UNIQUE INDEX national_case_code ON national_case (province, code);
CREATE INDEX national_case_due ON national_case (province, due, case_id) WHERE due IS NOT NULL;
CREATE INDEX national_case_rejected ON national_case (province, code) WHERE rejected = 1;
CREATE INDEX national_case_filed ON national_case (province, filed_at, case_id);

-- Dossiers of centralised systems (Decree 224/2026 Art. 15(1)(i)): shown, never worked on.
CREATE TABLE national_mirror (
  province TEXT NOT NULL,
  code TEXT NOT NULL,
  definition TEXT NOT NULL,
  definition_name TEXT NOT NULL,
  system TEXT NOT NULL,
  status BIGINT NOT NULL,
  at BIGINT NOT NULL,
  due BIGINT,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (province, code)
);
CREATE INDEX national_mirror_at ON national_mirror (province, at, code);

-- Messages that were not applied, with the reason: kept, never dropped.
CREATE TABLE national_parked (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  code TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX national_parked_at ON national_parked (province, at, id);

-- Comparisons with the portal's list.
CREATE TABLE national_comparison (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  source TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  agreed BIGINT NOT NULL,
  differences TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX national_comparison_at ON national_comparison (province, at, id);
