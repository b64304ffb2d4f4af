-- Results given to people, as what is offered later needs them: derived from the cases.
CREATE TABLE care_result (
  province TEXT NOT NULL,
  case_id TEXT NOT NULL,
  code TEXT NOT NULL,
  definition TEXT NOT NULL,
  party TEXT NOT NULL,
  granted_on TEXT NOT NULL,
  born TEXT,
  PRIMARY KEY (province, case_id)
);
CREATE INDEX care_result_granted ON care_result (province, definition, granted_on, case_id);
CREATE INDEX care_result_born ON care_result (province, definition, born, case_id) WHERE born IS NOT NULL;

-- One service offered to one person for one reason.
CREATE TABLE care_offer (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  rule TEXT NOT NULL,
  service TEXT NOT NULL,
  level BIGINT NOT NULL,
  procedure TEXT,
  party TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  due_on TEXT NOT NULL,
  until_on TEXT NOT NULL,
  answers TEXT NOT NULL,
  draft TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'refused')),
  version BIGINT NOT NULL,
  offered_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX care_offer_once ON care_offer (province, rule, party, subject);
CREATE INDEX care_offer_party ON care_offer (province, party, offered_at, id);
CREATE INDEX care_offer_rule ON care_offer (province, rule, offered_at, id);

-- The right to refuse (Decree 224/2026 Art. 17): a service that is not offered to somebody again until they want it.
CREATE TABLE care_refusal (
  province TEXT NOT NULL,
  party TEXT NOT NULL,
  service TEXT NOT NULL,
  active BIGINT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (province, party, service)
);
