-- How the virus scan of an uploaded file stands.
CREATE TABLE file_check (
    province TEXT NOT NULL,
    file TEXT NOT NULL,
    state TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    finding TEXT,
    pages BIGINT,
    attempts BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    checked_at BIGINT,
    PRIMARY KEY (province, file)
);
-- What was turned away as infected: never its bytes.
CREATE TABLE file_refused (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    finding TEXT NOT NULL,
    component TEXT NOT NULL,
    account TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX file_refused_newest ON file_refused (province, at);
