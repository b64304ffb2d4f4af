-- How many rows of a delivery were taken: a source that sends what cannot be used is silent.
ALTER TABLE measure_delivery ADD COLUMN taken BIGINT NOT NULL DEFAULT 1;
