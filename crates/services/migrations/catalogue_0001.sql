-- Versions of procedures and calendars that an administrator drafted; those released are laid over the files of the catalogue.
CREATE TABLE catalogue_release (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    version TEXT NOT NULL,
    path TEXT NOT NULL,
    text TEXT NOT NULL,
    starts TEXT NOT NULL,
    status TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_name TEXT NOT NULL,
    drafted_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    released_by TEXT,
    released_name TEXT,
    released_at BIGINT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX catalogue_release_status ON catalogue_release (province, status, changed_at);
-- A version is released once and never again.
CREATE UNIQUE INDEX catalogue_release_once ON catalogue_release (province, subject, code, version) WHERE status = 'released';
-- How many open cases each version of a definition still holds, and which.
CREATE INDEX case_view_pinned ON case_view (province, definition, pinned, case_id) WHERE finished_at IS NULL;
