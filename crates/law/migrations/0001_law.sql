-- Documents of the corpus as they were imported. What they do to each other (versions, repeals, status) is derived when they are read.
CREATE TABLE law_document (
    province TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    meta TEXT NOT NULL,
    notes TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    imported BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    PRIMARY KEY (province, key)
);

-- Articles, annexes and whole texts, in the order they stand.
CREATE TABLE law_article (
    province TEXT NOT NULL,
    document TEXT NOT NULL,
    place BIGINT NOT NULL,
    article TEXT NOT NULL,
    PRIMARY KEY (province, document, place)
);

-- Counts the imports: whoever holds the corpus in memory sees by it that theirs is old.
CREATE TABLE law_change (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);

-- Questions that nothing in the corpus answered, handed to an office; the record itself is the snapshot of its stream.
CREATE TABLE law_question (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL,
    office TEXT NOT NULL,
    asked BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX law_question_code ON law_question (province, code);
CREATE INDEX law_question_office ON law_question (province, office, state, asked, id);
