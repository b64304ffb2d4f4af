-- A dossier being typed at the counter: what stands beside the draft (who came, what was shown, how it came in).
CREATE TABLE counter_intake (
    province TEXT NOT NULL,
    draft TEXT NOT NULL,
    office TEXT NOT NULL,
    meta TEXT NOT NULL,
    PRIMARY KEY (province, draft)
);
-- The same after filing; `case_id` and `code` are filled right after the case has them.
CREATE TABLE counter_case (
    province TEXT NOT NULL,
    draft TEXT NOT NULL,
    case_id TEXT,
    code TEXT,
    office TEXT NOT NULL,
    number TEXT,
    filed_at BIGINT NOT NULL,
    keyed_at BIGINT NOT NULL,
    meta TEXT NOT NULL,
    PRIMARY KEY (province, draft)
);
CREATE INDEX counter_case_number ON counter_case (province, number, filed_at);
CREATE INDEX counter_case_case ON counter_case (province, case_id);
-- Envelopes that came by post, each with its own clock until it is opened and typed in.
CREATE TABLE counter_arrival (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    sender TEXT NOT NULL,
    tracking TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    opened_at BIGINT,
    code TEXT,
    PRIMARY KEY (province, id)
);
CREATE INDEX counter_arrival_list ON counter_arrival (province, office, due, id);
CREATE UNIQUE INDEX counter_arrival_tracking ON counter_arrival (province, office, tracking);
-- Paper that travels apart from the electronic file.
CREATE TABLE counter_bundle (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    giving TEXT NOT NULL,
    taking TEXT NOT NULL,
    sheets BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    giver TEXT,
    receiver TEXT,
    handed_at BIGINT,
    noted_by TEXT,
    PRIMARY KEY (province, id)
);
CREATE INDEX counter_bundle_giving ON counter_bundle (province, giving, due, id);
CREATE INDEX counter_bundle_taking ON counter_bundle (province, taking, due, id);
-- Numbers printed on paper forms for the time when the system is away; each is keyed once.
CREATE TABLE counter_local (
    province TEXT NOT NULL,
    number TEXT NOT NULL,
    office TEXT NOT NULL,
    day TEXT NOT NULL,
    serial BIGINT NOT NULL,
    printed_at BIGINT NOT NULL,
    draft TEXT,
    code TEXT,
    received_at BIGINT,
    keyed_at BIGINT,
    reason TEXT,
    PRIMARY KEY (province, number)
);
CREATE UNIQUE INDEX counter_local_serial ON counter_local (province, office, day, serial);
-- What was checked and taken in when a result was handed out, and the reminders before.
CREATE TABLE counter_return (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    given_to TEXT NOT NULL,
    shown TEXT NOT NULL,
    authorisation TEXT,
    surrendered TEXT NOT NULL,
    by_name TEXT NOT NULL,
    PRIMARY KEY (province, case_id)
);
CREATE TABLE counter_reminder (
    province TEXT NOT NULL,
    case_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    how TEXT NOT NULL,
    by_name TEXT NOT NULL,
    PRIMARY KEY (province, case_id, n)
);
CREATE TABLE queue_number (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    day TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, office, day)
);
CREATE TABLE queue_ticket (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    office TEXT NOT NULL,
    day TEXT NOT NULL,
    serial BIGINT NOT NULL,
    label TEXT NOT NULL,
    grp TEXT NOT NULL,
    priority TEXT,
    state TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    called_at BIGINT,
    ended_at BIGINT,
    win BIGINT,
    calls BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX queue_ticket_serial ON queue_ticket (province, office, day, serial);
CREATE INDEX queue_ticket_state ON queue_ticket (province, office, day, state, taken_at);
