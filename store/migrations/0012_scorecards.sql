-- Thi đua: what campaigns ask, what was ticked by hand, figures fixed once and for all, requests to look again, and corrections that keep the old figure.
-- +goose Up
CREATE TABLE campaigns (
    id         TEXT    NOT NULL PRIMARY KEY, -- 1, 2, …
    name       TEXT    NOT NULL, -- empty: the sample's, from the catalogue
    sample     BOOLEAN NOT NULL,
    criteria   TEXT    NOT NULL, -- JSON, in order
    numbered   BIGINT  NOT NULL, -- the last number that a criterion got
    revision   BIGINT  NOT NULL,
    by_name    TEXT    NOT NULL,
    at         TEXT    NOT NULL,
    changed_at TEXT    NOT NULL,
    closed     BOOLEAN NOT NULL
);

-- So that the page is not empty on the first day. It has no name and no words of its own: those are the catalogue's.
INSERT INTO campaigns (id, name, sample, criteria, numbered, revision, by_name, at, changed_at, closed)
VALUES ('1', '', TRUE, '[{"id":"1-1","kind":"has_page"},{"id":"1-2","kind":"posts_per_week","n":1,"share":100},{"id":"1-3","kind":"stories_per_month","n":1},{"id":"1-4","kind":"figures_reported"}]',
        4, 1, '', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', FALSE);

-- Figures that were fixed ("Chốt số"): the key is what makes it happen once.
CREATE TABLE scorecards (
    campaign  TEXT   NOT NULL REFERENCES campaigns (id),
    term      TEXT   NOT NULL, -- 2026-11, 2026-Q4
    frozen_at TEXT   NOT NULL,
    by_name   TEXT   NOT NULL,
    met       BIGINT NOT NULL,
    asked     BIGINT NOT NULL,
    sheet     TEXT   NOT NULL, -- the whole table with its evidence, JSON
    PRIMARY KEY (campaign, term)
);

CREATE TABLE score_marks (
    campaign  TEXT    NOT NULL REFERENCES campaigns (id),
    term      TEXT    NOT NULL,
    unit      TEXT    NOT NULL REFERENCES units (id),
    criterion TEXT    NOT NULL,
    met       BOOLEAN NOT NULL,
    note      TEXT    NOT NULL,
    by_name   TEXT    NOT NULL,
    at        TEXT    NOT NULL,
    PRIMARY KEY (campaign, term, unit, criterion)
);

CREATE TABLE objections (
    id          TEXT NOT NULL PRIMARY KEY,
    campaign    TEXT NOT NULL REFERENCES campaigns (id),
    term        TEXT NOT NULL,
    unit        TEXT NOT NULL REFERENCES units (id),
    criterion   TEXT NOT NULL,
    text        TEXT NOT NULL,
    link        TEXT NOT NULL,
    by_user     TEXT NOT NULL,
    by_name     TEXT NOT NULL,
    at          TEXT NOT NULL,
    answer      TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at TEXT NOT NULL
);
CREATE INDEX objections_term ON objections (campaign, term);

CREATE TABLE score_corrections (
    campaign  TEXT   NOT NULL,
    term      TEXT   NOT NULL,
    n         BIGINT NOT NULL, -- 1, 2, … of the term
    unit      TEXT   NOT NULL REFERENCES units (id),
    criterion TEXT   NOT NULL,
    was       TEXT   NOT NULL,
    was_have  BIGINT NOT NULL,
    was_need  BIGINT NOT NULL,
    state     TEXT   NOT NULL,
    have      BIGINT NOT NULL,
    reason    TEXT   NOT NULL,
    by_name   TEXT   NOT NULL,
    at        TEXT   NOT NULL,
    PRIMARY KEY (campaign, term, n),
    FOREIGN KEY (campaign, term) REFERENCES scorecards (campaign, term)
);
