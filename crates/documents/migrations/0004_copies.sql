-- Which copies were made of what: an issued document or one that came in.
CREATE TABLE document_copy (
    province TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (province, source, document)
);
