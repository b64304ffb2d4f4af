-- Directives as lists read them; the record itself is the snapshot of its stream. Instants of deadlines are the closing of the
-- lead office's working day; how a task stands in time is derived from them and stored nowhere.
CREATE TABLE directive (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    product TEXT NOT NULL,
    front TEXT NOT NULL,
    urgency TEXT NOT NULL,
    origin TEXT NOT NULL,
    limited BIGINT NOT NULL,
    workflow TEXT NOT NULL,
    lead TEXT NOT NULL,
    lead_name TEXT NOT NULL,
    giver TEXT NOT NULL,
    assigner TEXT NOT NULL,
    assigner_name TEXT NOT NULL,
    drafter TEXT NOT NULL,
    monitor TEXT,
    focal TEXT,
    focal_name TEXT NOT NULL,
    substitute TEXT,
    created BIGINT NOT NULL,
    assigned BIGINT,
    deadline BIGINT,
    first_deadline BIGINT,
    submitted BIGINT,
    accepted BIGINT,
    asked BIGINT NOT NULL,
    extensions BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    proposed BIGINT NOT NULL,
    quality TEXT NOT NULL,
    warning_days BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX directive_lead ON directive (province, lead, workflow, deadline);
CREATE INDEX directive_giver ON directive (province, giver, workflow, deadline);
CREATE INDEX directive_assigned ON directive (province, assigned);

-- Offices that cooperate.
CREATE TABLE directive_partner (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    directive TEXT NOT NULL,
    PRIMARY KEY (province, office, directive)
);

CREATE TABLE directive_number (
    province TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, year)
);

-- Requests for an explanation.
CREATE TABLE ops_question (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    about TEXT NOT NULL,
    label TEXT NOT NULL,
    href TEXT NOT NULL,
    text TEXT NOT NULL,
    office TEXT NOT NULL,
    office_name TEXT NOT NULL,
    asker TEXT NOT NULL,
    asker_name TEXT NOT NULL,
    asked BIGINT NOT NULL,
    answer_by BIGINT NOT NULL,
    answered BIGINT,
    state TEXT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX ops_question_office ON ops_question (province, office, state, answer_by);
CREATE INDEX ops_question_asker ON ops_question (province, asker, asked);
