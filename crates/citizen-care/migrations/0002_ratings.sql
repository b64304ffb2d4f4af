-- What the applicant of a case said of how it was handled: one row a case.
CREATE TABLE care_rating (
  province TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_code TEXT NOT NULL,
  kind TEXT NOT NULL,
  definition TEXT NOT NULL,
  office TEXT NOT NULL,
  party TEXT NOT NULL,
  stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
  words TEXT NOT NULL,
  version BIGINT NOT NULL,
  given_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  follow TEXT NOT NULL CHECK (follow IN ('none', 'open', 'done')),
  follow_due BIGINT,
  answer TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at BIGINT,
  PRIMARY KEY (province, case_id)
);
CREATE INDEX care_rating_office ON care_rating (province, office, given_at, case_id);
CREATE INDEX care_rating_all ON care_rating (province, given_at, case_id);
CREATE INDEX care_rating_open ON care_rating (province, office, follow_due, case_id) WHERE follow = 'open';
