-- The Union's tree: which unit stood where, and when. A code may be borne by one unit after another.
-- +goose Up
CREATE TABLE units (
    id         TEXT NOT NULL PRIMARY KEY,
    code       TEXT NOT NULL,
    name       TEXT NOT NULL,
    level      TEXT NOT NULL,
    parent     TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT NOT NULL,
    path       TEXT NOT NULL,
    UNIQUE (code, valid_from)
);
CREATE INDEX units_path ON units (path);

CREATE TABLE unit_successors (
    unit      TEXT NOT NULL REFERENCES units (id),
    successor TEXT NOT NULL REFERENCES units (id),
    PRIMARY KEY (unit, successor)
);
