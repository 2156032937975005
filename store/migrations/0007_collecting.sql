-- What collecting for a year needs: how deep each channel was read, what platforms said of limits, metrics and tokens, what they told us by themselves, and what the administrator should know of it.
-- +goose Up
ALTER TABLE channels ADD COLUMN config TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN fresh_at TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN recent_at TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN season_at TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN full_at TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN depth TEXT NOT NULL DEFAULT '';

ALTER TABLE posts ADD COLUMN author TEXT NOT NULL DEFAULT ''; -- keyed hash of who wrote it, in a group
ALTER TABLE posts ADD COLUMN erased BOOLEAN NOT NULL DEFAULT FALSE; -- nothing of it is kept but that it was
CREATE INDEX posts_author ON posts (author) WHERE author <> '';

-- Messages that were recalled before we read them: they are never stored.
CREATE TABLE tombstones (
    channel  TEXT NOT NULL REFERENCES channels (id),
    external TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (channel, external)
);

CREATE TABLE hints (
    channel TEXT NOT NULL REFERENCES channels (id),
    post    TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (channel, post)
);

CREATE TABLE limits (
    scope      TEXT   NOT NULL PRIMARY KEY,
    share      BIGINT NOT NULL,
    said_at    TEXT   NOT NULL,
    until_at   TEXT   NOT NULL,
    refused    BIGINT NOT NULL,
    refused_at TEXT   NOT NULL
);

CREATE TABLE dead_metrics (
    name TEXT NOT NULL PRIMARY KEY,
    at   TEXT NOT NULL
);

CREATE TABLE accesses (
    name          TEXT NOT NULL PRIMARY KEY,
    channel       TEXT NOT NULL,
    holder        TEXT NOT NULL,
    checked_at    TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    data_ends_at  TEXT NOT NULL,
    lacks         TEXT NOT NULL,
    trouble_kind  TEXT NOT NULL,
    trouble_what  TEXT NOT NULL,
    trouble_note  TEXT NOT NULL,
    trouble_since TEXT NOT NULL
);

CREATE TABLE notices (
    id            TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL,
    key           TEXT   NOT NULL,
    channel       TEXT   NOT NULL,
    trouble_kind  TEXT   NOT NULL,
    trouble_what  TEXT   NOT NULL,
    trouble_note  TEXT   NOT NULL,
    trouble_since TEXT   NOT NULL,
    trouble_until TEXT   NOT NULL,
    count         BIGINT NOT NULL,
    began_at      TEXT   NOT NULL,
    ended_at      TEXT   NOT NULL,
    seen_at       TEXT   NOT NULL
);
CREATE UNIQUE INDEX notices_open ON notices (key) WHERE ended_at = '';
CREATE INDEX notices_began ON notices (began_at);

CREATE TABLE hooks (
    id       TEXT   NOT NULL PRIMARY KEY,
    platform TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    at       TEXT   NOT NULL,
    sealed   TEXT   NOT NULL, -- empty once it is worked off
    tries    BIGINT NOT NULL,
    done_at  TEXT   NOT NULL,
    UNIQUE (platform, key)
);
CREATE INDEX hooks_waiting ON hooks (id) WHERE done_at = '';

-- Marks of signed calls that were answered, so that none is answered twice.
CREATE TABLE seen (
    key      TEXT NOT NULL PRIMARY KEY,
    until_at TEXT NOT NULL
);
