-- Good practice found in posts, what people decided of it, and what is usual for each channel.
-- +goose Up
CREATE TABLE stories (
    id         TEXT    NOT NULL PRIMARY KEY,
    cluster    TEXT    NOT NULL,
    lead       TEXT    NOT NULL REFERENCES posts (id),
    title      TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    first_unit TEXT    NOT NULL REFERENCES units (id),
    told_at    TEXT    NOT NULL,
    units      BIGINT  NOT NULL,
    channels   BIGINT  NOT NULL,
    likeness   DOUBLE PRECISION NOT NULL,
    rank       DOUBLE PRECISION NOT NULL,
    heat       DOUBLE PRECISION NOT NULL, -- orders as rank with freshness does, on whatever day one looks
    reasons    TEXT    NOT NULL,
    topics     TEXT    NOT NULL,
    from_above BOOLEAN NOT NULL,
    restricted BOOLEAN NOT NULL,
    withdrawn  BOOLEAN NOT NULL
);
CREATE INDEX stories_heat ON stories (heat);
CREATE INDEX stories_told ON stories (told_at);
CREATE INDEX stories_lead ON stories (lead);
CREATE INDEX stories_cluster ON stories (cluster) WHERE cluster <> '';

CREATE TABLE decisions (
    id      TEXT   NOT NULL PRIMARY KEY,
    story   TEXT   NOT NULL REFERENCES stories (id),
    seq     BIGINT NOT NULL, -- the change number: two decisions of one moment have an order
    verdict TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    by_user TEXT   NOT NULL,
    by_name TEXT   NOT NULL,
    at      TEXT   NOT NULL
);
CREATE INDEX decisions_story ON decisions (story, seq);

CREATE TABLE benchmarks (
    channel     TEXT NOT NULL PRIMARY KEY, -- a channel, or a level of one kind ("level:commune:facebook_page") for those without a past
    computed_at TEXT NOT NULL,
    data        TEXT NOT NULL
);
