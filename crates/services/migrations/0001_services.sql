-- An application that has not been submitted: kept section by section, so that nothing typed is lost.
CREATE TABLE draft (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    definition TEXT NOT NULL,
    version TEXT NOT NULL,
    answers TEXT NOT NULL,
    files TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX draft_account ON draft (province, account, changed_at);
-- What was told to the people of a case; the channel that carries it outside comes later.
CREATE TABLE notice (
    province TEXT NOT NULL,
    party TEXT NOT NULL,
    at BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    code TEXT NOT NULL,
    act TEXT NOT NULL,
    vi TEXT NOT NULL,
    en TEXT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (province, party, case_id, version)
);
CREATE INDEX notice_newest ON notice (province, party, at);
