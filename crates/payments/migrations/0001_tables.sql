-- What is owed, as lists see it; the state itself is in the snapshot. `suspense` rows hold money nobody could place.
CREATE TABLE payment_due (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  case_id TEXT,
  case_code TEXT NOT NULL,
  office TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  name_vi TEXT NOT NULL,
  name_en TEXT NOT NULL,
  payer TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  status TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  paid_at BIGINT,
  online BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX payment_due_office ON payment_due (province, office, status, asked_at, id);
CREATE INDEX payment_due_case ON payment_due (province, case_code, id);
CREATE INDEX payment_due_paid ON payment_due (province, office, paid_at, id) WHERE paid_at IS NOT NULL;

CREATE TABLE payment_party (
  province TEXT NOT NULL,
  party TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  due TEXT NOT NULL,
  PRIMARY KEY (province, party, asked_at, due)
);

-- One QR code each; a due has at most one that is open.
CREATE TABLE payment_try (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  due TEXT NOT NULL,
  reference TEXT NOT NULL,
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  next_ask BIGINT,
  asks BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX payment_try_reference ON payment_try (province, reference);
CREATE UNIQUE INDEX payment_try_one_open ON payment_try (province, due) WHERE state = 'open';
CREATE INDEX payment_try_ask ON payment_try (province, next_ask, id) WHERE next_ask IS NOT NULL;
CREATE INDEX payment_try_expiry ON payment_try (province, expires_at, id) WHERE state = 'open';

-- Money that arrived, each bank transaction once.
CREATE TABLE payment_credit (
  province TEXT NOT NULL,
  tx TEXT NOT NULL,
  due TEXT NOT NULL,
  office TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  how TEXT NOT NULL,
  found_by TEXT NOT NULL,
  reference TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (province, tx)
);
CREATE INDEX payment_credit_office ON payment_credit (province, office, state, seen_at, tx);
CREATE INDEX payment_credit_at ON payment_credit (province, office, at, tx);

-- Receipts wanted and not numbered yet: written with the money, removed with the number.
CREATE TABLE payment_receipt_wanted (
  province TEXT NOT NULL,
  tx TEXT NOT NULL,
  due TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (province, tx)
);
CREATE INDEX payment_receipt_wanted_at ON payment_receipt_wanted (province, at, tx);

-- The last number of each symbol and year.
CREATE TABLE payment_book (
  province TEXT NOT NULL,
  symbol TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL CHECK (last BETWEEN 1 AND 99999999),
  PRIMARY KEY (province, symbol, year)
);

CREATE TABLE payment_receipt (
  province TEXT NOT NULL,
  symbol TEXT NOT NULL,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  tx TEXT NOT NULL,
  due TEXT NOT NULL,
  office TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  payer TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  cancelled_at BIGINT,
  reason TEXT NOT NULL,
  PRIMARY KEY (province, symbol, year, number)
);
CREATE UNIQUE INDEX payment_receipt_tx ON payment_receipt (province, tx);
CREATE INDEX payment_receipt_office ON payment_receipt (province, office, issued_at, symbol, number);

-- Refunds and waivers: one proposes, another decides.
CREATE TABLE payment_proposal (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  due TEXT NOT NULL,
  office TEXT NOT NULL,
  kind TEXT NOT NULL,
  tx TEXT,
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_name TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  decided_name TEXT,
  decided_at BIGINT,
  reference TEXT,
  PRIMARY KEY (province, id)
);
CREATE INDEX payment_proposal_office ON payment_proposal (province, office, state, proposed_at, id);

-- Signals: bad signatures, older events, one transaction told in two ways. Counted, so that a flood stays one row.
CREATE TABLE payment_alarm (
  province TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  times BIGINT NOT NULL,
  PRIMARY KEY (province, kind, subject)
);
CREATE INDEX payment_alarm_last ON payment_alarm (province, last_at, kind, subject);

-- Bank files compared with the ledger.
CREATE TABLE payment_statement (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  office TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  matched BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX payment_statement_once ON payment_statement (province, office, sha256);
CREATE INDEX payment_statement_at ON payment_statement (province, office, at, id);

CREATE TABLE payment_difference (
  province TEXT NOT NULL,
  statement TEXT NOT NULL,
  number BIGINT NOT NULL,
  office TEXT NOT NULL,
  class TEXT NOT NULL,
  tx TEXT NOT NULL,
  due TEXT,
  bank BIGINT,
  ours BIGINT,
  at BIGINT NOT NULL,
  reference TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  resolved_at BIGINT,
  resolution TEXT,
  note TEXT,
  resolved_name TEXT,
  PRIMARY KEY (province, statement, number)
);
CREATE INDEX payment_difference_open ON payment_difference (province, office, opened_at, statement, number) WHERE resolved_at IS NULL;
