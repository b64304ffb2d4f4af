-- What systems sent by themselves: one line a delivery; the record itself is the snapshot of its stream. `sha256` of the bytes: the same
-- sent again is the same delivery.
CREATE TABLE measure_delivery (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    feed TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE UNIQUE INDEX measure_delivery_once ON measure_delivery (province, feed, sha256);
CREATE INDEX measure_delivery_feed ON measure_delivery (province, feed, at);
