//! The tables of people, posts and sessions. Secrets are kept as SHA-256 only.

use store::Migration;

const PEOPLE: &str = "
CREATE TABLE identity_account (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'official', 'service')),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  party TEXT,
  personal_number TEXT,
  email TEXT,
  phone TEXT,
  birthdate TEXT,
  acr TEXT,
  created BIGINT NOT NULL,
  signed_in BIGINT,
  disabled_at BIGINT,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX identity_account_subject ON identity_account (province, issuer, subject);
CREATE INDEX identity_account_number ON identity_account (province, personal_number);
CREATE INDEX identity_account_name ON identity_account (province, name);

CREATE TABLE identity_post (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  office TEXT NOT NULL,
  role TEXT NOT NULL,
  title TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT,
  PRIMARY KEY (province, id)
);
CREATE INDEX identity_post_account ON identity_post (province, account);
CREATE INDEX identity_post_office ON identity_post (province, office, role);
";

const SESSIONS: &str = "
CREATE TABLE identity_session (
  province TEXT NOT NULL,
  token TEXT NOT NULL,
  account TEXT NOT NULL,
  created BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  lang TEXT NOT NULL,
  acr TEXT,
  id_token TEXT,
  PRIMARY KEY (province, token)
);
CREATE INDEX identity_session_account ON identity_session (province, account);
CREATE INDEX identity_session_expires ON identity_session (province, expires);

CREATE TABLE identity_token (
  province TEXT NOT NULL,
  token TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  account TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT,
  PRIMARY KEY (province, token)
);
CREATE UNIQUE INDEX identity_token_id ON identity_token (province, id);

CREATE TABLE identity_login (
  province TEXT NOT NULL,
  state TEXT NOT NULL,
  browser TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  next TEXT NOT NULL,
  parked TEXT,
  redirect TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (province, state)
);
";

const DEVICES: &str = "
ALTER TABLE identity_session ADD COLUMN agent TEXT;
CREATE INDEX identity_account_kind ON identity_account (province, kind, name);
CREATE INDEX identity_account_email ON identity_account (province, email);
CREATE INDEX identity_account_phone ON identity_account (province, phone);
";

/// Names and titles are kept as they stood: what was signed under a delegation is read years later.
const POWERS: &str = "
CREATE TABLE identity_delegation (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  giver TEXT NOT NULL,
  giver_post TEXT NOT NULL,
  giver_name TEXT NOT NULL,
  giver_title TEXT NOT NULL,
  taker TEXT NOT NULL,
  taker_name TEXT NOT NULL,
  office TEXT NOT NULL,
  role TEXT NOT NULL,
  capacity TEXT NOT NULL,
  document TEXT NOT NULL,
  definitions TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  created BIGINT NOT NULL,
  revoked_at BIGINT,
  revoked_by TEXT,
  PRIMARY KEY (province, id)
);
CREATE INDEX identity_delegation_taker ON identity_delegation (province, taker, valid_to);
CREATE INDEX identity_delegation_giver ON identity_delegation (province, giver, valid_to);
CREATE INDEX identity_delegation_office ON identity_delegation (province, office, valid_to);

CREATE TABLE identity_emergency (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  account_name TEXT NOT NULL,
  office TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened BIGINT NOT NULL,
  until BIGINT NOT NULL,
  reviewed_at BIGINT,
  reviewed_by TEXT,
  verdict TEXT,
  note TEXT,
  PRIMARY KEY (province, id)
);
CREATE INDEX identity_emergency_case ON identity_emergency (province, case_id, until);
CREATE INDEX identity_emergency_opened ON identity_emergency (province, opened);
";

/// The kept body is bytes, which the engines name differently.
macro_rules! parked {
    ($bytes:literal) => {
        concat!(
            "CREATE TABLE identity_parked (
  province TEXT NOT NULL,
  token TEXT NOT NULL,
  path TEXT NOT NULL,
  content_type TEXT NOT NULL,
  body ",
            $bytes,
            " NOT NULL,
  expires BIGINT NOT NULL,
  account TEXT,
  PRIMARY KEY (province, token)
);
CREATE INDEX identity_parked_expires ON identity_parked (province, expires);
"
        )
    };
}

/// In order; given to `Db::migrate` with those of the other rooms.
pub const MIGRATIONS: &[Migration] = &[
    Migration::same("identity", 1, "people and posts", PEOPLE),
    Migration::same("identity", 2, "sessions and tokens", SESSIONS),
    Migration { room: "identity", number: 3, name: "parked forms", sqlite: parked!("BLOB"), postgres: parked!("BYTEA") },
    Migration::same("identity", 4, "devices of sessions; accounts by kind, e-mail and phone", DEVICES),
    Migration::same("identity", 5, "delegations and emergency openings", POWERS),
];
