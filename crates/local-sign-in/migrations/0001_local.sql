-- Sign-in with accounts of this installation. What a person knows or holds is kept as a hash, a public key, or sealed with the
-- room's key, which is not in the database.
CREATE TABLE local_passkey (
  province TEXT NOT NULL,
  -- The credential's id in base64url.
  credential TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  -- COSE_Key in hexadecimal.
  public_key TEXT NOT NULL,
  counter BIGINT NOT NULL,
  backed_up BIGINT NOT NULL,
  created BIGINT NOT NULL,
  used BIGINT,
  -- When its counter went back: it may have been copied and opens nothing any more.
  suspect BIGINT,
  PRIMARY KEY (province, credential)
);
CREATE INDEX local_passkey_account ON local_passkey (province, account, created);

-- Questions put to a key: answered once, by the browser that asked.
CREATE TABLE local_challenge (
  province TEXT NOT NULL,
  challenge TEXT NOT NULL,
  -- The account for which a key is made; empty for a sign-in.
  account TEXT NOT NULL,
  browser TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (province, challenge)
);
CREATE INDEX local_challenge_expires ON local_challenge (province, expires);

CREATE TABLE local_password (
  province TEXT NOT NULL,
  account TEXT NOT NULL,
  login TEXT NOT NULL,
  -- Argon2id, peppered.
  hash TEXT NOT NULL,
  -- The secret of the one-time codes, sealed.
  secret TEXT NOT NULL,
  -- The step of the last code used: a code is used once.
  step BIGINT NOT NULL,
  set_at BIGINT NOT NULL,
  used BIGINT,
  PRIMARY KEY (province, account)
);
CREATE UNIQUE INDEX local_password_login ON local_password (province, login);

CREATE TABLE local_recovery_code (
  province TEXT NOT NULL,
  account TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (province, account, code)
);

-- A password set up, waiting for the first code of the authenticator.
CREATE TABLE local_setup (
  province TEXT NOT NULL,
  token TEXT NOT NULL,
  account TEXT NOT NULL,
  login TEXT NOT NULL,
  hash TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- The link it was opened by; empty for somebody who was signed in.
  link TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (province, token)
);
CREATE INDEX local_setup_expires ON local_setup (province, expires);

-- One-time links: to an account without means of signing in, or after a recovery approved by two administrators.
CREATE TABLE local_link (
  province TEXT NOT NULL,
  token TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT,
  PRIMARY KEY (province, token)
);
CREATE INDEX local_link_account ON local_link (province, account, made_at);

CREATE TABLE local_recovery (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  decided_by TEXT,
  decided_name TEXT,
  decided_at BIGINT,
  approved BIGINT,
  PRIMARY KEY (province, id)
);
CREATE INDEX local_recovery_asked ON local_recovery (province, asked_at, id);

-- What a person is told after signing in until they have read it.
CREATE TABLE local_notice (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL,
  vi TEXT NOT NULL,
  en TEXT NOT NULL,
  until BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (province, id)
);
CREATE INDEX local_notice_account ON local_notice (province, account, at);

-- Wrong attempts by counter; a counter is a hash of name and address, or of name and known device.
CREATE TABLE local_attempt (
  province TEXT NOT NULL,
  counter TEXT NOT NULL,
  failures BIGINT NOT NULL,
  until BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (province, counter)
);
CREATE INDEX local_attempt_last ON local_attempt (province, last);
