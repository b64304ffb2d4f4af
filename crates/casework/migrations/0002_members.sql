-- Who is appointed to which case, for the list of one's own cases; derived from the journal.
CREATE TABLE case_member (
    province TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (province, account, case_id, role)
);
CREATE INDEX case_member_list ON case_member (province, account, since, case_id);
