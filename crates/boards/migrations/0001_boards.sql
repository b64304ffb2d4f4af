-- Boards as lists read them; the record itself is the snapshot of its stream.
CREATE TABLE board (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort TEXT NOT NULL,
    field TEXT NOT NULL,
    template TEXT NOT NULL,
    term_from TEXT NOT NULL,
    term_to TEXT NOT NULL,
    closed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX board_by_name ON board (province, closed, sort, id);

-- One line per appointment, past ones too.
CREATE TABLE board_seat (
    province TEXT NOT NULL,
    board TEXT NOT NULL,
    place BIGINT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    PRIMARY KEY (province, board, place)
);
CREATE INDEX board_seat_account ON board_seat (province, account, board);

-- Matters before boards. `due` is 9223372036854775807 where no due time could be told, so that the order is total.
CREATE TABLE board_matter (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    board TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    decided_at BIGINT,
    rapporteur TEXT,
    reopens TEXT,
    PRIMARY KEY (province, id)
);
CREATE INDEX board_matter_queue ON board_matter (province, board, state, due, id);
CREATE INDEX board_matter_subject ON board_matter (province, subject_kind, subject_id, id);

-- Who has voted in what: the last ballot of each member.
CREATE TABLE board_vote (
    province TEXT NOT NULL,
    matter TEXT NOT NULL,
    account TEXT NOT NULL,
    board TEXT NOT NULL,
    choice TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, matter, account)
);
CREATE INDEX board_vote_account ON board_vote (province, account, at);

-- Experts and consulting organisations.
CREATE TABLE expert (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    party TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sort TEXT NOT NULL,
    state TEXT NOT NULL,
    fields TEXT NOT NULL,
    area TEXT NOT NULL,
    submitted_at BIGINT,
    due BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    removed_on TEXT,
    PRIMARY KEY (province, id)
);
-- One record for one party.
CREATE UNIQUE INDEX expert_party ON expert (province, party);
CREATE INDEX expert_public ON expert (province, state, sort, id);
CREATE INDEX expert_clock ON expert (province, state, due, id);
CREATE INDEX expert_removed ON expert (province, removed_on, id);

CREATE TABLE expert_skill (
    province TEXT NOT NULL,
    expert TEXT NOT NULL,
    competence TEXT NOT NULL,
    level BIGINT NOT NULL,
    PRIMARY KEY (province, expert, competence)
);
CREATE INDEX expert_skill_code ON expert_skill (province, competence, level, expert);
