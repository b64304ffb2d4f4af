-- Dossiers as lists see them; the state itself is in the snapshot.
CREATE TABLE support_dossier (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  code TEXT NOT NULL,
  enterprise TEXT NOT NULL,
  enterprise_name TEXT NOT NULL,
  enterprise_code TEXT NOT NULL,
  status TEXT NOT NULL,
  year BIGINT NOT NULL,
  contents TEXT NOT NULL,
  priority BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  due BIGINT NOT NULL,
  decided_at BIGINT,
  amount BIGINT NOT NULL,
  open BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  publish_due BIGINT,
  published_at BIGINT,
  appeal_open BIGINT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX support_dossier_code ON support_dossier (province, code);
CREATE INDEX support_dossier_due ON support_dossier (province, status, due, id);
CREATE INDEX support_dossier_own ON support_dossier (province, enterprise, received_at);
CREATE INDEX support_dossier_publish ON support_dossier (province, publish_due, id) WHERE published_at IS NULL AND publish_due IS NOT NULL;
CREATE INDEX support_dossier_published ON support_dossier (province, published_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX support_dossier_open ON support_dossier (province, decided_at, id) WHERE open > 0;
CREATE INDEX support_dossier_appeal ON support_dossier (province, due, id) WHERE appeal_open = 1;

-- What is committed and paid of one content to one enterprise in one year; period '' is the whole year, other periods are
-- the keys of caps per contract and per month. The row is the lock under which a cap is kept.
CREATE TABLE support_total (
  province TEXT NOT NULL,
  enterprise TEXT NOT NULL,
  content TEXT NOT NULL,
  year BIGINT NOT NULL,
  period TEXT NOT NULL,
  committed BIGINT NOT NULL CHECK (committed >= 0),
  paid BIGINT NOT NULL CHECK (paid >= 0),
  grants BIGINT NOT NULL,
  elsewhere BIGINT NOT NULL,
  pending_elsewhere BIGINT NOT NULL,
  PRIMARY KEY (province, enterprise, content, year, period)
);
CREATE INDEX support_total_year ON support_total (province, year, period, content);

-- The ledger. Rows are added and never changed.
CREATE TABLE support_entry (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('commit', 'pay', 'release', 'reversal')),
  enterprise TEXT NOT NULL,
  content TEXT NOT NULL,
  year BIGINT NOT NULL,
  period TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  who TEXT NOT NULL,
  priority BIGINT NOT NULL,
  dossier TEXT NOT NULL,
  dossier_code TEXT NOT NULL,
  line BIGINT NOT NULL,
  commitment TEXT NOT NULL,
  reverses TEXT,
  contract TEXT NOT NULL,
  acceptance TEXT NOT NULL,
  invoices TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX support_entry_own ON support_entry (province, enterprise, at, id);
CREATE INDEX support_entry_year ON support_entry (province, year, content, who, kind);
CREATE UNIQUE INDEX support_entry_once ON support_entry (province, reverses) WHERE reverses IS NOT NULL;

-- Support of other agencies for the same content, as told or found.
CREATE TABLE support_elsewhere (
  province TEXT NOT NULL,
  id TEXT NOT NULL,
  enterprise TEXT NOT NULL,
  content TEXT NOT NULL,
  year BIGINT NOT NULL,
  agency TEXT NOT NULL,
  granted BIGINT NOT NULL,
  amount BIGINT,
  reference TEXT NOT NULL,
  doubled BIGINT NOT NULL,
  withdrawn_at BIGINT,
  withdrawn_why TEXT,
  at BIGINT NOT NULL,
  actor_name TEXT NOT NULL,
  PRIMARY KEY (province, id)
);
CREATE INDEX support_elsewhere_own ON support_elsewhere (province, enterprise, year);

-- The plan of the year, by content.
CREATE TABLE support_budget (
  province TEXT NOT NULL,
  year BIGINT NOT NULL,
  content TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (province, year, content)
);
