-- On which days a leader opened the centre: one row a person and day. Opening is no act, so it stands in no journal.
CREATE TABLE ops_opening (
    province TEXT NOT NULL,
    day TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    office TEXT NOT NULL,
    times BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, day, account)
);
CREATE INDEX ops_question_asked ON ops_question (province, asked);
