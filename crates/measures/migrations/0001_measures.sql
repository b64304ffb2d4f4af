-- Values that somebody answers for, each correction another vintage; scores by whose word; closed periods. The record of each is the
-- snapshot of its stream.
CREATE TABLE measure_value (
    province TEXT NOT NULL,
    indicator TEXT NOT NULL,
    area TEXT NOT NULL,
    period TEXT NOT NULL,
    vintage BIGINT NOT NULL,
    n TEXT NOT NULL,
    d TEXT,
    body TEXT NOT NULL,
    entered BIGINT NOT NULL,
    PRIMARY KEY (province, indicator, area, period, vintage)
);
CREATE TABLE measure_score (
    province TEXT NOT NULL,
    code TEXT NOT NULL,
    edition TEXT NOT NULL,
    period TEXT NOT NULL,
    node TEXT NOT NULL,
    side TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (province, code, edition, period, node, side)
);
CREATE TABLE measure_closing (
    province TEXT NOT NULL,
    period TEXT NOT NULL,
    vintage BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (province, period, vintage)
);
