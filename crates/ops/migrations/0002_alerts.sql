-- Alerts as lists and the evaluation read them; the record itself is the snapshot of its stream. `live`: open, or its condition still
-- holds; of one fingerprint there is one, whichever node looked.
CREATE TABLE ops_alert (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    subject TEXT NOT NULL,
    label_vi TEXT NOT NULL,
    label_en TEXT NOT NULL,
    href TEXT NOT NULL,
    value BIGINT NOT NULL,
    since BIGINT NOT NULL,
    fired BIGINT NOT NULL,
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    place TEXT,
    place_name TEXT NOT NULL,
    state TEXT NOT NULL,
    level TEXT NOT NULL,
    waits BIGINT NOT NULL,
    silent_until BIGINT,
    inhibited BIGINT NOT NULL,
    acknowledged BIGINT,
    resolved BIGINT,
    outcome TEXT NOT NULL,
    holds BIGINT NOT NULL,
    live BIGINT NOT NULL,
    changed_anything BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX ops_alert_one ON ops_alert (province, fingerprint) WHERE live = 1;
CREATE INDEX ops_alert_fired ON ops_alert (province, fired, id);
CREATE INDEX ops_alert_state ON ops_alert (province, state, fired);
