-- Meetings as lists read them; the record itself is the snapshot of its stream. `readers` are the officials invited, `pages` those of
-- the papers as they stand, `uncounted` the papers whose pages could not be counted.
CREATE TABLE meeting (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    starts BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    place TEXT NOT NULL,
    online BIGINT NOT NULL,
    chair TEXT NOT NULL,
    readers BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    uncounted BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);

-- Who sees a meeting, with the first of their parts.
CREATE TABLE meeting_person (
    province TEXT NOT NULL,
    meeting TEXT NOT NULL,
    account TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (province, meeting, account)
);
CREATE INDEX meeting_person_account ON meeting_person (province, account, meeting);

-- Conclusions that became directives: one line for a conclusion, ever.
CREATE TABLE meeting_directive (
    province TEXT NOT NULL,
    meeting TEXT NOT NULL,
    conclusion BIGINT NOT NULL,
    item BIGINT NOT NULL,
    office TEXT NOT NULL,
    lead TEXT NOT NULL,
    co TEXT NOT NULL,
    deadline TEXT NOT NULL,
    text TEXT NOT NULL,
    result TEXT NOT NULL,
    given_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (province, meeting, conclusion)
);
CREATE INDEX meeting_directive_lead ON meeting_directive (province, lead, deadline, meeting);
