-- Certificates that people have shown to be theirs; a withdrawn one is no row any more, its history is the journal's.
CREATE TABLE prepaid_certificate (
    province TEXT NOT NULL,
    -- SHA-256 of the certificate: one certificate is one person's.
    fingerprint TEXT NOT NULL,
    account TEXT NOT NULL,
    verdict TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (province, fingerprint)
);
CREATE INDEX prepaid_certificate_account ON prepaid_certificate (province, account);
