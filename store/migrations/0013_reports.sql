-- What units report of a month by hand: every wording of it, when a month closes if not by rule, the stories and pictures that came with it, and whom we reminded.
-- +goose Up
CREATE TABLE month_reports (
    channel TEXT   NOT NULL REFERENCES channels (id),
    month   TEXT   NOT NULL,
    version BIGINT NOT NULL,
    unit    TEXT   NOT NULL REFERENCES units (id), -- whose channel it was then
    figures TEXT   NOT NULL, -- JSON, by metric; what was not given is not in it
    sender  TEXT   NOT NULL,
    by_user TEXT   NOT NULL, -- empty: by a personal link
    key     TEXT   NOT NULL,
    at      TEXT   NOT NULL,
    PRIMARY KEY (channel, month, version)
);
CREATE INDEX month_reports_month ON month_reports (month, unit);

-- Months that somebody opened again or closed by hand.
CREATE TABLE report_months (
    month    TEXT NOT NULL PRIMARY KEY,
    close_at TEXT NOT NULL,
    by_whom  TEXT NOT NULL,
    at       TEXT NOT NULL
);

CREATE TABLE report_stories (
    submission TEXT    NOT NULL PRIMARY KEY REFERENCES submissions (id),
    unit       TEXT    NOT NULL REFERENCES units (id),
    month      TEXT    NOT NULL,
    mark       TEXT    NOT NULL, -- digest of its words and pictures: the same story from a second form is not told twice
    teller     TEXT    NOT NULL,
    agreed     BOOLEAN NOT NULL
);
CREATE INDEX report_stories_unit ON report_stories (unit, month);

CREATE TABLE submission_pictures (
    submission TEXT   NOT NULL REFERENCES submissions (id),
    n          BIGINT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    data       TEXT   NOT NULL, -- base64 of a JPEG
    PRIMARY KEY (submission, n)
);

CREATE TABLE report_reminders (
    unit    TEXT   NOT NULL REFERENCES units (id),
    day     TEXT   NOT NULL, -- of the Union: one a unit and day, whoever asks
    month   TEXT   NOT NULL,
    by_whom TEXT   NOT NULL,
    at      TEXT   NOT NULL,
    letters BIGINT NOT NULL,
    PRIMARY KEY (unit, day)
);
