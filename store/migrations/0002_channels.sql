-- Where units publish, how each visit went, how large the channels are, and what is counted but not kept.
-- +goose Up
CREATE TABLE channels (
    id            TEXT    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    unit          TEXT    NOT NULL REFERENCES units (id),
    external      TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    archived      BOOLEAN NOT NULL,
    created_at    TEXT    NOT NULL,
    first_read_at TEXT    NOT NULL,
    last_read_at  TEXT    NOT NULL,
    last_try_at   TEXT    NOT NULL,
    next_at       TEXT    NOT NULL,
    trouble_kind  TEXT    NOT NULL,
    trouble_what  TEXT    NOT NULL,
    trouble_note  TEXT    NOT NULL,
    trouble_since TEXT    NOT NULL,
    trouble_until TEXT    NOT NULL,
    followers     BIGINT,
    followed_at   TEXT    NOT NULL,
    posts         BIGINT  NOT NULL, -- kept and not removed; counted anew whenever one comes or goes
    chatter       BIGINT  NOT NULL,
    UNIQUE (kind, external)
);
CREATE INDEX channels_unit ON channels (unit);

CREATE TABLE visits (
    channel       TEXT    NOT NULL REFERENCES channels (id),
    at            TEXT    NOT NULL,
    took_ms       BIGINT  NOT NULL,
    seen          BIGINT  NOT NULL,
    fresh         BIGINT  NOT NULL,
    chatter       BIGINT  NOT NULL,
    calls         BIGINT  NOT NULL,
    complete      BOOLEAN NOT NULL,
    trouble_kind  TEXT    NOT NULL,
    trouble_what  TEXT    NOT NULL,
    trouble_note  TEXT    NOT NULL,
    trouble_since TEXT    NOT NULL,
    trouble_until TEXT    NOT NULL,
    next_at       TEXT    NOT NULL,
    PRIMARY KEY (channel, at)
);

CREATE TABLE channel_snapshots (
    channel   TEXT NOT NULL REFERENCES channels (id),
    at        TEXT NOT NULL,
    followers BIGINT,
    likes     BIGINT,
    source    TEXT NOT NULL,
    PRIMARY KEY (channel, at)
);

CREATE TABLE channel_days (
    channel  TEXT NOT NULL REFERENCES channels (id),
    metric   TEXT NOT NULL,
    day      TEXT NOT NULL,
    start_at TEXT NOT NULL,
    end_at   TEXT NOT NULL,
    value    BIGINT,
    PRIMARY KEY (channel, metric, day)
);

CREATE TABLE chatter (
    channel  TEXT NOT NULL REFERENCES channels (id),
    external TEXT NOT NULL,
    at       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (channel, external)
);
