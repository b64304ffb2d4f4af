-- Plans of reorganisation, for the list; a plan itself is a stream of the journal with its snapshot.
CREATE TABLE reform_plan (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    status TEXT NOT NULL,
    moves BIGINT NOT NULL,
    open_moves BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX reform_plan_day ON reform_plan (province, day, id);
-- What a plan has moved out of a province or inside it, one row a case, account or draft; written in the batch that moves it.
CREATE TABLE reform_item (
    province TEXT NOT NULL,
    plan TEXT NOT NULL,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('case', 'account', 'draft')),
    state TEXT NOT NULL CHECK (state IN ('moving', 'moved', 'matched', 'refused')),
    code TEXT NOT NULL,
    handling TEXT NOT NULL,
    from_office TEXT NOT NULL,
    to_province TEXT NOT NULL,
    to_office TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, plan, stream)
);
CREATE INDEX reform_item_kind ON reform_item (province, plan, kind, state);
-- A case's rows are looked for by the case.
CREATE INDEX reform_notice_case ON notice (province, case_id);
CREATE INDEX reform_message_case ON care_message (province, case_id);
CREATE INDEX reform_document_case ON personal_document (province, case_id);
CREATE INDEX reform_due_case ON payment_due (province, case_id);
CREATE INDEX reform_credit_due ON payment_credit (province, due);
CREATE INDEX reform_party_due ON payment_party (province, due);
CREATE INDEX reform_proposal_due ON payment_proposal (province, due);
