-- How a person wants to be told, besides the list on the portal.
CREATE TABLE care_choice (
  province TEXT NOT NULL,
  party TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  wanted BIGINT NOT NULL,
  address TEXT,
  proved BIGINT NOT NULL,
  code_hash TEXT,
  code_until BIGINT,
  code_tries BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (province, party, channel)
);

-- One message to one person over one channel about one event.
CREATE TABLE care_message (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  key TEXT NOT NULL,
  party TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  case_id TEXT,
  case_code TEXT,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
  attempts BIGINT NOT NULL,
  due BIGINT,
  error TEXT,
  created_at BIGINT NOT NULL,
  sent_at BIGINT,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX care_message_key ON care_message (province, key);
CREATE INDEX care_message_due ON care_message (province, due, id) WHERE due IS NOT NULL;
CREATE INDEX care_message_given_up ON care_message (province, created_at, id) WHERE state = 'given_up';
CREATE INDEX care_message_party ON care_message (province, party, created_at, id);
