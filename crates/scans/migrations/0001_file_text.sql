-- Words read from files, by what is in the file: the same paper given twice is read once.
CREATE TABLE file_text (
    province TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- read, empty, unreadable
    state TEXT NOT NULL,
    pages BIGINT NOT NULL,
    -- Pages whose words a program read from a picture.
    pictures BIGINT NOT NULL,
    words TEXT NOT NULL,
    -- Without marks, for the search.
    folded TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (province, sha256)
);
