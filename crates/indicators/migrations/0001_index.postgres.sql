-- One fact row a dossier, folded from the journal by the consumer `index`, and sums over the facts. All derived: dropping the
-- three tables and the consumer's cursor builds them again.
CREATE TABLE index_fact (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    code TEXT NOT NULL,
    definition TEXT NOT NULL,
    pinned TEXT NOT NULL,
    decides TEXT NOT NULL,
    received TEXT NOT NULL,
    -- decides|account of whoever handled it last
    official TEXT,
    official_name TEXT,
    channel TEXT NOT NULL,
    filed_at BIGINT NOT NULL,
    -- the instant that decides in which period it counts as received
    counted_at BIGINT,
    ended_at BIGINT,
    -- none, open, on_time, late: Decision 766 and the law
    verdict TEXT NOT NULL,
    legal_verdict TEXT NOT NULL,
    index_due BIGINT,
    legal_due BIGINT,
    -- one bit a yes/no measure, see count.rs
    flags BIGINT NOT NULL,
    -- the board: whose desk, until when, what it waits for
    live BIGINT NOT NULL,
    unit TEXT NOT NULL,
    person TEXT,
    person_name TEXT,
    waiting TEXT NOT NULL,
    live_due BIGINT,
    cause TEXT,
    cause_office TEXT,
    cause_s BIGINT NOT NULL,
    -- last entry of the dossier's stream that is in here
    version BIGINT NOT NULL,
    -- the rest of the fold, JSON
    memo TEXT NOT NULL,
    PRIMARY KEY (province, case_id)
);
CREATE INDEX index_fact_counted ON index_fact (province, counted_at, case_id) WHERE counted_at IS NOT NULL;
CREATE INDEX index_fact_counted_office ON index_fact (province, decides, counted_at, case_id) WHERE counted_at IS NOT NULL;
CREATE INDEX index_fact_counted_definition ON index_fact (province, definition, counted_at, case_id) WHERE counted_at IS NOT NULL;
CREATE INDEX index_fact_counted_official ON index_fact (province, official, counted_at, case_id) WHERE counted_at IS NOT NULL AND official IS NOT NULL;
CREATE INDEX index_fact_ended ON index_fact (province, ended_at, case_id) WHERE ended_at IS NOT NULL;
CREATE INDEX index_fact_ended_office ON index_fact (province, decides, ended_at, case_id) WHERE ended_at IS NOT NULL;
CREATE INDEX index_fact_ended_definition ON index_fact (province, definition, ended_at, case_id) WHERE ended_at IS NOT NULL;
CREATE INDEX index_fact_ended_official ON index_fact (province, official, ended_at, case_id) WHERE ended_at IS NOT NULL AND official IS NOT NULL;
-- Small ones: what is late for good, what is still open.
CREATE INDEX index_fact_late ON index_fact (province, counted_at, case_id) WHERE verdict = 'late';
CREATE INDEX index_fact_late_office ON index_fact (province, decides, counted_at, case_id) WHERE verdict = 'late';
CREATE INDEX index_fact_legal_late ON index_fact (province, counted_at, case_id) WHERE legal_verdict = 'late';
CREATE INDEX index_fact_legal_late_office ON index_fact (province, decides, counted_at, case_id) WHERE legal_verdict = 'late';
CREATE INDEX index_fact_open_counted ON index_fact (province, counted_at, case_id) WHERE verdict = 'open';
CREATE INDEX index_fact_open_counted_office ON index_fact (province, decides, counted_at, case_id) WHERE verdict = 'open';
CREATE INDEX index_fact_legal_open_counted ON index_fact (province, counted_at, case_id) WHERE legal_verdict = 'open';
CREATE INDEX index_fact_legal_open_counted_office ON index_fact (province, decides, counted_at, case_id) WHERE legal_verdict = 'open';
CREATE INDEX index_fact_open ON index_fact (province, index_due, case_id) WHERE verdict = 'open';
CREATE INDEX index_fact_legal_open ON index_fact (province, legal_due, case_id) WHERE legal_verdict = 'open';
CREATE INDEX index_fact_live ON index_fact (province, live_due, case_id) WHERE live = 1;
CREATE INDEX index_fact_live_unit ON index_fact (province, unit, live_due, case_id) WHERE live = 1;

-- Sums by month. scope: p province, o office (decides), d procedure, c office|procedure, u office|account.
CREATE TABLE index_count (
    province TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL COLLATE "C",
    month BIGINT NOT NULL,
    received BIGINT NOT NULL DEFAULT 0,
    on_time BIGINT NOT NULL DEFAULT 0,
    late BIGINT NOT NULL DEFAULT 0,
    legal_on_time BIGINT NOT NULL DEFAULT 0,
    legal_late BIGINT NOT NULL DEFAULT 0,
    again BIGINT NOT NULL DEFAULT 0,
    online BIGINT NOT NULL DEFAULT 0,
    online_counted BIGINT NOT NULL DEFAULT 0,
    assisted BIGINT NOT NULL DEFAULT 0,
    synchronised BIGINT NOT NULL DEFAULT 0,
    duty BIGINT NOT NULL DEFAULT 0,
    duty_online BIGINT NOT NULL DEFAULT 0,
    reused BIGINT NOT NULL DEFAULT 0,
    population BIGINT NOT NULL DEFAULT 0,
    displeased BIGINT NOT NULL DEFAULT 0,
    ended BIGINT NOT NULL DEFAULT 0,
    with_result BIGINT NOT NULL DEFAULT 0,
    e_result BIGINT NOT NULL DEFAULT 0,
    digitised BIGINT NOT NULL DEFAULT 0,
    stored BIGINT NOT NULL DEFAULT 0,
    certified BIGINT NOT NULL DEFAULT 0,
    remote BIGINT NOT NULL DEFAULT 0,
    remote_assisted BIGINT NOT NULL DEFAULT 0,
    handled_s BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (province, scope, key, month)
);
-- Dossiers that are not decided yet, by the day in which they fall due: what makes "compare with now" a sum and not a scan.
-- kind: index, legal (by month received), board (by what is waited for), day (received on a day).
CREATE TABLE index_due (
    province TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL COLLATE "C",
    month BIGINT NOT NULL,
    day BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (province, kind, scope, key, month, day)
);
-- Figures the national portal has published, as somebody entered them.
CREATE TABLE index_published (
    province TEXT NOT NULL,
    period TEXT NOT NULL,
    office TEXT NOT NULL,
    indicator TEXT NOT NULL,
    definition TEXT NOT NULL,
    numerator BIGINT NOT NULL,
    denominator BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    PRIMARY KEY (province, period, office, indicator, definition)
);
