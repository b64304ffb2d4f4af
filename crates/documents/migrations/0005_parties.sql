-- Who signs a document beside its office: an office of the province, or somebody outside who has the token of a page.
CREATE TABLE document_party (
    province TEXT NOT NULL,
    document TEXT NOT NULL,
    n BIGINT NOT NULL,
    office TEXT,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    token TEXT,
    PRIMARY KEY (province, document, n)
);
CREATE INDEX document_party_office ON document_party (province, office, state, document);
CREATE UNIQUE INDEX document_party_token ON document_party (province, token);
