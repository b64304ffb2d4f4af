-- Recurring tasks; the record itself is the snapshot of its stream. `gives_at`: when the next one is given; nothing when it is over.
CREATE TABLE directive_series (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    giver TEXT NOT NULL,
    lead TEXT NOT NULL,
    limited BIGINT NOT NULL,
    gives_at BIGINT,
    changed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX directive_series_next ON directive_series (province, gives_at, id) WHERE gives_at IS NOT NULL;
CREATE INDEX directive_series_giver ON directive_series (province, giver);
CREATE INDEX directive_series_lead ON directive_series (province, lead);
