-- The digest of a week: what the editors made of it, and, once approved, all that its mails and pages are cut from, so that they tell the same for ever.
-- +goose Up
CREATE TABLE editions (
    week        TEXT    NOT NULL PRIMARY KEY, -- 2026-W47
    state       TEXT    NOT NULL,
    edits       TEXT    NOT NULL,
    version     BIGINT  NOT NULL,
    made_at     TEXT    NOT NULL,
    changed_at  TEXT    NOT NULL,
    changed_by  TEXT    NOT NULL,
    approved_at TEXT    NOT NULL,
    approved_by TEXT    NOT NULL,
    late        BOOLEAN NOT NULL,
    material    TEXT    NOT NULL -- "" until approved
);
