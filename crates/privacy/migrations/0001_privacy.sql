-- Who was shown somebody's dossier: one row an opening, and by whom it may be read. Written with the journal entry of the opening.
CREATE TABLE privacy_access (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  office TEXT NOT NULL,
  case_id TEXT NOT NULL,
  code TEXT NOT NULL,
  definition TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL,
  ground TEXT NOT NULL,
  why_vi TEXT NOT NULL,
  why_en TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
-- Looking again within some minutes is the same opening.
CREATE INDEX privacy_access_again ON privacy_access (province, account, case_id, what, at);
CREATE INDEX privacy_access_at ON privacy_access (province, at, id);

-- A person of the case by party and by personal number: whoever signs in is found by either.
CREATE TABLE privacy_access_of (
  province TEXT NOT NULL,
  subject TEXT NOT NULL,
  at BIGINT NOT NULL,
  id TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (province, subject, at, id)
);
CREATE INDEX privacy_access_of_case ON privacy_access_of (province, subject, code, at, id);

-- Entries of the list about which an explanation was asked, with the request's case.
CREATE TABLE privacy_explanation (
  province TEXT NOT NULL,
  account TEXT NOT NULL,
  entry TEXT NOT NULL,
  code TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (province, account, entry)
);

-- Consents and objections: nothing is changed, the newest word of a person about a purpose counts.
CREATE TABLE privacy_consent (
  province TEXT NOT NULL,
  party TEXT NOT NULL,
  purpose TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  word TEXT NOT NULL,
  text_version TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (province, party, purpose, version)
);

-- Breaches of personal data; `due` is the end of the time to tell the authority.
CREATE TABLE privacy_breach (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  noticed BIGINT NOT NULL,
  due BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  title TEXT NOT NULL,
  what TEXT NOT NULL,
  categories TEXT NOT NULL,
  people BIGINT NOT NULL,
  serious BIGINT NOT NULL,
  measures TEXT NOT NULL,
  notified BIGINT,
  reference TEXT NOT NULL,
  told BIGINT,
  closed BIGINT,
  conclusion TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX privacy_breach_noticed ON privacy_breach (province, noticed, id);

CREATE TABLE privacy_breach_step (
  province TEXT NOT NULL,
  breach TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (province, breach, version)
);
