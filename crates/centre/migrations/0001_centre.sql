-- Enterprises, household businesses and cooperatives. All derived from the journal (streams ent_…).
CREATE TABLE enterprise (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    head_code TEXT,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    vsic TEXT NOT NULL,
    sector TEXT NOT NULL,
    area TEXT NOT NULL,
    founded TEXT,
    size TEXT,
    level BIGINT,
    assessed_at BIGINT,
    stage TEXT NOT NULL,
    stage_since BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
-- The same firm is entered once: its code is its own.
CREATE UNIQUE INDEX enterprise_code ON enterprise (province, code);
CREATE INDEX enterprise_name ON enterprise (province, folded, id);
CREATE INDEX enterprise_head ON enterprise (province, head_code) WHERE head_code IS NOT NULL;
CREATE TABLE enterprise_member (
    province TEXT NOT NULL,
    account TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (province, account, enterprise)
);
-- One row an assessment. `owner` is the hash of the secret in its address; nobody needs an account to try.
CREATE TABLE assessment (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    owner TEXT NOT NULL,
    share TEXT,
    share_until BIGINT,
    enterprise TEXT,
    framework TEXT NOT NULL,
    edition TEXT NOT NULL,
    stage TEXT NOT NULL,
    vsic TEXT NOT NULL,
    size TEXT,
    area TEXT NOT NULL,
    status TEXT NOT NULL,
    tier TEXT NOT NULL,
    consultant TEXT,
    answered BIGINT NOT NULL,
    total BIGINT,
    level BIGINT,
    dimensions TEXT,
    earlier TEXT,
    started_at BIGINT NOT NULL,
    submitted_at BIGINT,
    verified_at BIGINT,
    PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX assessment_owner ON assessment (province, owner);
CREATE INDEX assessment_share ON assessment (province, share) WHERE share IS NOT NULL;
CREATE INDEX assessment_enterprise ON assessment (province, enterprise, started_at) WHERE enterprise IS NOT NULL;
CREATE INDEX assessment_queue ON assessment (province, status, submitted_at, id);
-- Peers of a result: one range, read without touching the table.
CREATE INDEX assessment_peers ON assessment (province, framework, edition, status, vsic, size, level, total);
-- What was chosen in surveys, one row a choice: tallies read nothing else.
CREATE TABLE survey_choice (
    province TEXT NOT NULL,
    framework TEXT NOT NULL,
    edition TEXT NOT NULL,
    choice TEXT NOT NULL,
    assessment TEXT NOT NULL,
    PRIMARY KEY (province, framework, edition, choice, assessment)
);
CREATE INDEX enterprise_stage ON enterprise (province, stage, level, stage_since);
CREATE INDEX assessment_earlier ON assessment (province, earlier) WHERE earlier IS NOT NULL;
