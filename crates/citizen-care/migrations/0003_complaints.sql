-- Complaints, petitions and suggestions as lists need them: derived from their cases; drop it with the consumer's cursor to build
-- it again.
CREATE TABLE care_complaint (
  province TEXT NOT NULL,
  case_id TEXT NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  party TEXT,
  office TEXT NOT NULL,
  dossier TEXT,
  state TEXT NOT NULL,
  filed_at BIGINT NOT NULL,
  due BIGINT,
  late BIGINT NOT NULL,
  handled BIGINT NOT NULL,
  unhappy BIGINT NOT NULL,
  question TEXT,
  answer TEXT,
  published_at BIGINT,
  PRIMARY KEY (province, case_id)
);
CREATE UNIQUE INDEX care_complaint_code ON care_complaint (province, code);
CREATE INDEX care_complaint_party ON care_complaint (province, party, filed_at, case_id);
CREATE INDEX care_complaint_due ON care_complaint (province, due, case_id) WHERE due IS NOT NULL;
CREATE INDEX care_complaint_filed ON care_complaint (province, filed_at, case_id);
CREATE INDEX care_complaint_office ON care_complaint (province, office, filed_at, case_id);
CREATE INDEX care_complaint_published ON care_complaint (province, published_at, case_id) WHERE published_at IS NOT NULL;
