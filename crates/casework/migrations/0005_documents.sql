-- Documents that were issued, by the hash of their file: whoever holds a copy can ask whether it is the one. Derived from the
-- journal, written with the entry that keeps the file.
CREATE TABLE case_document (
    province TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    case_id TEXT NOT NULL,
    document TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (province, sha256, case_id, document, number)
);
CREATE INDEX case_document_case ON case_document (province, case_id);
