-- Walls that the province's leaders laid out; the record itself is the snapshot of its stream. `body`: the layout as JSON.
CREATE TABLE ops_wall (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    by_name TEXT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
