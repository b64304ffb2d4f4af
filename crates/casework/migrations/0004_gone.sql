-- Cases that went to another province with a reorganisation: where each one is now, and whom that may be told. Derived from the
-- journal. `tails` are the last four digits of the phones in the case.
CREATE TABLE case_gone (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    code TEXT NOT NULL,
    definition TEXT NOT NULL,
    received TEXT NOT NULL,
    decides TEXT NOT NULL,
    parties TEXT NOT NULL,
    tails TEXT NOT NULL,
    to_province TEXT NOT NULL,
    plan TEXT NOT NULL,
    document TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, case_id)
);
CREATE UNIQUE INDEX case_gone_code ON case_gone (province, code);
