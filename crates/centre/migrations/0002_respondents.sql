-- Links of respondents: the hash of the secret in the address leads to the assessment; its sections stand in the state.
CREATE TABLE assessment_invite (
    province TEXT NOT NULL,
    hash TEXT NOT NULL,
    assessment TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (province, hash)
);
-- What a device sent under a key of its own happens once, however often it is sent.
CREATE TABLE assessment_sent (
    province TEXT NOT NULL,
    assessment TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, assessment, key)
);
