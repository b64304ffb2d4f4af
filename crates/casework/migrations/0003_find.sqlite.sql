-- Finding a case by code, name or phone: one row for each word under each scope that may see the case; `words` are all
-- folded words of its people, so that a search reads one range and nothing else. Derived from the state. `back` is the
-- negative of the filing instant: the newest come first.
CREATE TABLE case_find (
    province TEXT NOT NULL,
    scope TEXT NOT NULL,
    word TEXT NOT NULL,
    back BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (province, scope, word, back, case_id)
) WITHOUT ROWID;
-- How far the cases that were filed before this table have been brought into it; `~` is the end.
CREATE TABLE case_find_done (
    province TEXT NOT NULL,
    upto TEXT NOT NULL,
    PRIMARY KEY (province)
);
-- Whose case it is, as a list of found cases shows it.
ALTER TABLE case_view ADD COLUMN person TEXT;
