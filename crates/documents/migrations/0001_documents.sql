-- Documents as lists and the register of outgoing documents read them; the document itself is the snapshot of its stream.
CREATE TABLE document (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Subject, number and names without marks, for the search.
    folded TEXT NOT NULL,
    drafter TEXT NOT NULL,
    drafter_name TEXT NOT NULL,
    -- Whose turn it is; NULL where it is nobody's in particular.
    waits_for TEXT,
    changed_at BIGINT NOT NULL,
    year BIGINT,
    series TEXT,
    number BIGINT,
    symbol TEXT,
    dated_at BIGINT,
    code TEXT,
    signer_name TEXT,
    recipients TEXT NOT NULL,
    copies BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX document_stage ON document (province, office, stage, changed_at, id);
CREATE INDEX document_waits ON document (province, waits_for, changed_at, id);
CREATE INDEX document_drafter ON document (province, drafter, changed_at, id);
CREATE INDEX document_register ON document (province, office, year, number, id);
CREATE UNIQUE INDEX document_code ON document (province, code);

-- One line per office, year and series: the last number given. The next is taken in the batch that uses it.
CREATE TABLE document_series (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    series TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, office, year, series)
);

-- What became of each number: held, used or cancelled with its reason.
CREATE TABLE document_number (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    series TEXT NOT NULL,
    number BIGINT NOT NULL,
    fate TEXT NOT NULL,
    document TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (province, office, year, series, number)
);
CREATE INDEX document_number_document ON document_number (province, document);

-- The files that went out, by hash: what `/verify` knows.
CREATE TABLE document_file (
    province TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (province, sha256)
);

-- The register of incoming documents; `number` once the clerk has entered it.
CREATE TABLE arrival (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    state TEXT NOT NULL,
    year BIGINT,
    number BIGINT,
    from_name TEXT NOT NULL,
    their_number TEXT NOT NULL,
    their_date TEXT NOT NULL,
    subject TEXT NOT NULL,
    folded TEXT NOT NULL,
    came_at BIGINT NOT NULL,
    handler TEXT,
    handler_name TEXT,
    -- The day by which it is to be done; the greatest number where none was set, so that the order is total.
    sort_due BIGINT NOT NULL,
    document TEXT,
    PRIMARY KEY (province, id)
);
CREATE INDEX arrival_register ON arrival (province, office, year, number, id);
CREATE INDEX arrival_state ON arrival (province, office, state, came_at, id);
CREATE INDEX arrival_document ON arrival (province, document, office);
CREATE INDEX arrival_handler ON arrival (province, handler, state, sort_due, id);
