-- Contradictions found in the corpus, one row each; the record itself is the snapshot of its stream.
CREATE TABLE law_finding (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    family TEXT NOT NULL,
    document TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX law_finding_state ON law_finding (province, state, confidence, id);
CREATE INDEX law_finding_document ON law_finding (province, document, state);

-- How far the run over all documents is: it goes on where it stopped while the corpus and the day are the same.
CREATE TABLE law_review (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    corpus BIGINT NOT NULL,
    day TEXT NOT NULL,
    next TEXT NOT NULL,
    documents BIGINT NOT NULL,
    total BIGINT NOT NULL,
    fresh BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    touched BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
