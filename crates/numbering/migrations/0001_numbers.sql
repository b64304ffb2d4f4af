-- One line per office, year and series: the last number given. The next is taken in the batch that uses it.
CREATE TABLE number_series (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    series TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (province, office, year, series)
);

-- What became of each number: held, used or cancelled with its reason.
CREATE TABLE number_line (
    province TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    series TEXT NOT NULL,
    number BIGINT NOT NULL,
    fate TEXT NOT NULL,
    -- The journal's stream whose act took it.
    taker TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    -- What stands behind the number, what it is about, of which case, who signed, and all of it without marks for the search;
    -- empty where readers ask the taker itself.
    symbol TEXT NOT NULL,
    about TEXT NOT NULL,
    code TEXT NOT NULL,
    signer TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (province, office, year, series, number)
);
CREATE INDEX number_line_taker ON number_line (province, taker);
