-- How channels did, week by week, as it was rolled up; who said beforehand that a unit would be quiet; who was already asked; and who is in charge of a unit.
-- +goose Up
CREATE TABLE channel_weeks (
    channel    TEXT    NOT NULL REFERENCES channels (id),
    week       BIGINT  NOT NULL, -- 202647
    up_to      TEXT    NOT NULL,
    rolled_at  TEXT    NOT NULL, -- when this row last became another
    state      TEXT    NOT NULL,
    days       BIGINT  NOT NULL,
    usual      DOUBLE PRECISION NOT NULL,
    posts      BIGINT  NOT NULL,
    own        BIGINT  NOT NULL,
    from_above BIGINT  NOT NULL,
    votes      BIGINT  NOT NULL,
    stories    BIGINT  NOT NULL,
    marks      TEXT    NOT NULL, -- "12/2200 -/2200": interactions and followers of each post
    gained     BIGINT,
    views      BIGINT,
    followers  BIGINT,
    source     TEXT    NOT NULL,
    lost       BIGINT  NOT NULL,
    PRIMARY KEY (channel, week)
);
CREATE INDEX channel_weeks_week ON channel_weeks (week);
CREATE INDEX channel_weeks_rolled ON channel_weeks (rolled_at);

CREATE TABLE leaves (
    id        TEXT NOT NULL PRIMARY KEY,
    unit      TEXT NOT NULL REFERENCES units (id),
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL, -- included
    reason    TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    at        TEXT NOT NULL,
    ended_at  TEXT NOT NULL -- taken back by hand
);
CREATE INDEX leaves_to ON leaves (to_day);

CREATE TABLE nudges (
    channel TEXT NOT NULL REFERENCES channels (id),
    at      TEXT NOT NULL,
    by_user TEXT NOT NULL,
    by_name TEXT NOT NULL,
    how     TEXT NOT NULL,
    PRIMARY KEY (channel, at)
);
CREATE INDEX nudges_at ON nudges (at);

CREATE TABLE contacts (
    id    TEXT   NOT NULL PRIMARY KEY,
    unit  TEXT   NOT NULL REFERENCES units (id),
    place BIGINT NOT NULL,
    name  TEXT   NOT NULL,
    duty  TEXT   NOT NULL,
    phone TEXT   NOT NULL,
    zalo  TEXT   NOT NULL,
    email TEXT   NOT NULL
);
CREATE INDEX contacts_unit ON contacts (unit, place);
