-- What is read without replaying: one row a case, its people, and what waits on whom. All derived from the journal.
CREATE TABLE case_view (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    code TEXT NOT NULL,
    definition TEXT NOT NULL,
    pinned TEXT NOT NULL,
    title TEXT NOT NULL,
    phone TEXT,
    received TEXT NOT NULL,
    decides TEXT NOT NULL,
    handling TEXT NOT NULL,
    outcome TEXT,
    filed_at BIGINT NOT NULL,
    due BIGINT,
    finished_at BIGINT,
    changed_at BIGINT NOT NULL,
    timer_at BIGINT,
    PRIMARY KEY (province, case_id)
);
CREATE UNIQUE INDEX case_view_code ON case_view (province, code);
CREATE INDEX case_view_timer ON case_view (province, timer_at) WHERE timer_at IS NOT NULL;
CREATE TABLE case_person (
    province TEXT NOT NULL,
    party TEXT NOT NULL,
    filed_at BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (province, party, filed_at, case_id)
);
-- One row for each thing somebody of an office has to do; closed cases have none.
CREATE TABLE work_item (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    item TEXT NOT NULL,
    office TEXT NOT NULL,
    role TEXT NOT NULL,
    list TEXT NOT NULL,
    sort_due BIGINT NOT NULL,
    due BIGINT,
    step TEXT NOT NULL,
    step_due BIGINT,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    definition TEXT NOT NULL,
    pinned TEXT NOT NULL,
    assignee TEXT,
    assignee_name TEXT,
    PRIMARY KEY (province, case_id, item)
);
CREATE INDEX work_item_list ON work_item (province, office, role, list, sort_due, case_id, item);
-- Numbers without gaps: the next one is taken in the batch that uses it.
CREATE TABLE register (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    register TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, office, year, register)
);
-- Case codes: never twice, gaps allowed (Circular 03/2025/TT-VPCP Art. 13: at least four digits, daily).
CREATE TABLE code_sequence (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    day TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, office, day)
);
