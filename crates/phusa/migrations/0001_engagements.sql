-- Engagements as other rooms ask for them: one row a case, one an enterprise of it. All derived from the journal of the cases.
CREATE TABLE engagement (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    code TEXT NOT NULL,
    definition TEXT NOT NULL,
    title TEXT NOT NULL,
    handling TEXT NOT NULL,
    -- Since when it stands there.
    since BIGINT NOT NULL,
    sector TEXT NOT NULL,
    area TEXT NOT NULL,
    email TEXT NOT NULL,
    -- Experts appointed now.
    experts BIGINT NOT NULL,
    -- 1 while somebody still works on it.
    open BIGINT NOT NULL,
    filed_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, case_id)
);
CREATE INDEX engagement_state ON engagement (province, handling, since, case_id);
CREATE INDEX engagement_waiting ON engagement (province, since, case_id) WHERE open = 1 AND experts = 0;
CREATE TABLE engagement_firm (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    tax_code TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    -- How far this case has brought it: the place of the stage among the register's, 0 for none; and when.
    rank BIGINT NOT NULL,
    reached_at BIGINT NOT NULL,
    -- 1 when it has left its group.
    gone BIGINT NOT NULL,
    PRIMARY KEY (province, case_id, tax_code)
);
CREATE INDEX engagement_firm_code ON engagement_firm (province, tax_code, case_id);
-- Accounts of experts appointed to open engagements.
CREATE TABLE engagement_expert (
    province TEXT NOT NULL,
    account TEXT NOT NULL,
    case_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (province, account, case_id)
);
CREATE INDEX engagement_expert_case ON engagement_expert (province, case_id);
