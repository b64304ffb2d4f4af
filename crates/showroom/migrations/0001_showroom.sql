-- Views of providers, solutions and choices; the records themselves are in the journal and snapshots.
CREATE TABLE provider_view (
    province TEXT NOT NULL,
    provider TEXT NOT NULL,
    tax_code TEXT NOT NULL,
    name TEXT NOT NULL,
    barred_until TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, provider)
);
CREATE UNIQUE INDEX provider_tax_code ON provider_view (province, tax_code);
CREATE TABLE provider_member (
    province TEXT NOT NULL,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    PRIMARY KEY (province, account, provider)
);
CREATE TABLE solution_view (
    province TEXT NOT NULL,
    solution TEXT NOT NULL,
    provider TEXT NOT NULL,
    stage TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    summary TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    search TEXT NOT NULL,
    price TEXT NOT NULL,
    label TEXT NOT NULL,
    portal BIGINT NOT NULL,
    main_type TEXT NOT NULL,
    -- When somebody of the centre must act: submitted, or with a change or an appeal waiting.
    waiting_since BIGINT,
    waiting_for TEXT,
    submitted_at BIGINT,
    listed_at BIGINT,
    changed_at BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    outcome_cases BIGINT NOT NULL,
    outcome_change BIGINT NOT NULL,
    outcome_followed BIGINT NOT NULL,
    outcome_kept BIGINT NOT NULL,
    PRIMARY KEY (province, solution)
);
CREATE INDEX solution_view_provider ON solution_view (province, provider, sort_name, solution);
CREATE INDEX solution_view_public ON solution_view (province, stage, sort_name, solution);
CREATE INDEX solution_view_waiting ON solution_view (province, waiting_since, solution) WHERE waiting_since IS NOT NULL;
-- One row a code: sector, stage, type, language…
CREATE TABLE solution_tag (
    province TEXT NOT NULL,
    solution TEXT NOT NULL,
    list TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (province, solution, list, code)
);
CREATE INDEX solution_tag_code ON solution_tag (province, list, code, solution);
-- Last days of accepted proofs of what is listed.
CREATE TABLE proof_expiry (
    province TEXT NOT NULL,
    solution TEXT NOT NULL,
    proof TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (province, solution, proof)
);
CREATE INDEX proof_expiry_until ON proof_expiry (province, until, solution, proof);
-- What the ranking knows of each listed or suspended solution.
CREATE TABLE shelf_item (
    province TEXT NOT NULL,
    solution TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (province, solution)
);
-- Counts the changes of the shelf, so that every node knows when to read it again.
CREATE TABLE shelf_stamp (
    province TEXT NOT NULL,
    shelf TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    PRIMARY KEY (province, shelf)
);
-- Inputs of recommendations by their SHA-256: shelves and rules, each once however often they were used.
CREATE TABLE advice_input (
    province TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (province, sha256)
);
CREATE TABLE advice (
    province TEXT NOT NULL,
    advice TEXT NOT NULL,
    choice TEXT NOT NULL,
    at BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    seed TEXT NOT NULL,
    shelf TEXT NOT NULL,
    rules TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    need TEXT NOT NULL,
    weights TEXT NOT NULL,
    digest TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (province, advice)
);
CREATE INDEX advice_choice ON advice (province, choice, at);
CREATE TABLE choice_view (
    province TEXT NOT NULL,
    choice TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    enterprise_name TEXT NOT NULL,
    title TEXT NOT NULL,
    stage TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    decided_at BIGINT,
    chosen TEXT,
    PRIMARY KEY (province, choice)
);
CREATE INDEX choice_view_enterprise ON choice_view (province, enterprise, opened_at);
CREATE INDEX choice_view_stage ON choice_view (province, stage, opened_at, choice);
-- Who was shown, shortlisted and chosen, with the enterprise's size and sector: exposure can be audited.
CREATE TABLE choice_option (
    province TEXT NOT NULL,
    choice TEXT NOT NULL,
    solution TEXT NOT NULL,
    provider TEXT NOT NULL,
    size TEXT NOT NULL,
    sector TEXT NOT NULL,
    place BIGINT,
    shortlisted BIGINT NOT NULL,
    chosen BIGINT NOT NULL,
    PRIMARY KEY (province, choice, solution)
);
CREATE INDEX choice_option_provider ON choice_option (province, provider);
-- An enterprise that agreed to be called by a provider.
CREATE TABLE lead (
    province TEXT NOT NULL,
    lead TEXT NOT NULL,
    provider TEXT NOT NULL,
    solution TEXT NOT NULL,
    account TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (province, lead)
);
CREATE INDEX lead_provider ON lead (province, provider, at, lead);
CREATE INDEX lead_account ON lead (province, account, at);
