-- The one-row table that numbers the changes, and how far each step has followed them.
-- +goose Up
CREATE TABLE change (
    id BIGINT NOT NULL PRIMARY KEY,
    n  BIGINT NOT NULL
);
INSERT INTO change (id, n) VALUES (1, 0);

CREATE TABLE bookmarks (
    step TEXT   NOT NULL PRIMARY KEY,
    n    BIGINT NOT NULL
);

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
