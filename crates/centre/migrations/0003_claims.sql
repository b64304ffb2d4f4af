-- Claims to belong to an enterprise: what the claimant and the centre list. `code` and `reason` are copies, so that a claimant's
-- list reads nothing of the enterprise.
CREATE TABLE enterprise_claim (
    province TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    claim TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    answered_at BIGINT,
    PRIMARY KEY (province, enterprise, claim)
);
CREATE INDEX enterprise_claim_queue ON enterprise_claim (province, state, at, enterprise, claim);
CREATE INDEX enterprise_claim_account ON enterprise_claim (province, account, at);
-- The personal number of a legal representative: a household business has its owner's as its code.
ALTER TABLE enterprise_member ADD COLUMN number TEXT;
CREATE INDEX enterprise_member_number ON enterprise_member (province, number) WHERE number IS NOT NULL;
CREATE INDEX enterprise_member_of ON enterprise_member (province, enterprise);
-- Pairs that an officer found to be two, both ways round.
CREATE TABLE enterprise_distinct (
    province TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    other TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, enterprise, other)
);
