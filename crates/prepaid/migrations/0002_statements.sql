-- Statements that providers sent for a month, each time one was taken; an earlier one stays with what it said.
CREATE TABLE prepaid_statement (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    no BIGINT NOT NULL,
    provider TEXT NOT NULL,
    month TEXT NOT NULL,
    -- The office whose accounts it is about; all of the province where there is none.
    office TEXT,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    equal BIGINT NOT NULL,
    differences BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, id, no)
);
CREATE INDEX prepaid_statement_month ON prepaid_statement (province, month, provider);

-- What differs between a statement and the account book, line by line.
CREATE TABLE prepaid_difference (
    province TEXT NOT NULL,
    statement TEXT NOT NULL,
    no BIGINT NOT NULL,
    line BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    -- How a person settled it, with the reason; empty while it is open.
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (province, statement, no, line)
);
