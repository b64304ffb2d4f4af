-- Every question put to a database of the State: who asked about whom, why, for which dossier, and what was answered.
CREATE TABLE register_query (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  subject TEXT NOT NULL,
  source TEXT NOT NULL,
  record TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  office TEXT NOT NULL,
  purpose_vi TEXT NOT NULL,
  purpose_en TEXT NOT NULL,
  procedure_code TEXT NOT NULL,
  dossier TEXT NOT NULL,
  fields TEXT NOT NULL,
  outcome TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  took_ms BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX register_query_subject ON register_query (province, subject, at, id);
CREATE INDEX register_query_dossier ON register_query (province, dossier, at, id);

-- Values put into a form, each with where it came from; kept until the dossier is long over.
CREATE TABLE register_value (
  province TEXT NOT NULL,
  dossier TEXT NOT NULL,
  field TEXT NOT NULL,
  source TEXT NOT NULL,
  query TEXT NOT NULL,
  value TEXT NOT NULL,
  at BIGINT NOT NULL,
  flagged_at BIGINT,
  flag_note TEXT,
  PRIMARY KEY (province, dossier, field)
);

-- Components that data replace: what the database said, and until when we owe the applicant a notice if it said nothing good.
CREATE TABLE register_check (
  province TEXT NOT NULL,
  dossier TEXT NOT NULL,
  component TEXT NOT NULL,
  source TEXT NOT NULL,
  outcome TEXT NOT NULL,
  at BIGINT NOT NULL,
  query TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  file TEXT,
  size BIGINT NOT NULL,
  differs TEXT NOT NULL,
  PRIMARY KEY (province, dossier, component)
);

-- The code under which a draft's dossier was filed.
CREATE TABLE register_dossier (
  province TEXT NOT NULL,
  draft TEXT NOT NULL,
  code TEXT NOT NULL,
  procedure_code TEXT NOT NULL,
  filed_at BIGINT NOT NULL,
  PRIMARY KEY (province, draft)
);
CREATE UNIQUE INDEX register_dossier_code ON register_dossier (province, code);

-- The person's own store: results of dossiers, derived from the journal.
CREATE TABLE personal_document (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  party TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_code TEXT NOT NULL,
  procedure_code TEXT NOT NULL,
  document TEXT NOT NULL,
  number BIGINT NOT NULL,
  symbol TEXT NOT NULL,
  name_vi TEXT NOT NULL,
  name_en TEXT NOT NULL,
  result_code TEXT NOT NULL,
  office TEXT NOT NULL,
  title TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  file TEXT,
  sha256 TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX personal_document_once ON personal_document (province, party, case_id, document, number);
CREATE INDEX personal_document_newest ON personal_document (province, party, issued_at, id);
CREATE INDEX personal_document_case ON personal_document (province, case_id, document, number);

CREATE TABLE document_share (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  document TEXT NOT NULL,
  party TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  opened BIGINT NOT NULL,
  last_opened_at BIGINT,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX document_share_token ON document_share (province, token_hash);
CREATE INDEX document_share_document ON document_share (province, document, made_at, id);
