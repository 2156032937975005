-- What people tell and bring by hand: stories sent to the account, files with their undoing, figures of months, keys of programs; and our own copies of pictures.
-- +goose Up
CREATE TABLE submissions (
    id         TEXT    NOT NULL PRIMARY KEY,
    number     BIGINT  NOT NULL UNIQUE,
    via        TEXT    NOT NULL,
    sender     TEXT    NOT NULL,
    unit       TEXT    NOT NULL, -- empty until its teller is known
    text       TEXT    NOT NULL,
    media      TEXT    NOT NULL,
    sensitive  BOOLEAN NOT NULL,
    told_at    TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    note       TEXT    NOT NULL
);
CREATE INDEX submissions_sender ON submissions (via, sender);
CREATE INDEX submissions_told ON submissions (told_at);

CREATE TABLE submission_messages (
    via        TEXT NOT NULL,
    external   TEXT NOT NULL,
    submission TEXT NOT NULL REFERENCES submissions (id),
    place      BIGINT NOT NULL,
    PRIMARY KEY (via, external)
);

CREATE TABLE tellers (
    sender    TEXT NOT NULL PRIMARY KEY,
    unit      TEXT NOT NULL REFERENCES units (id),
    linked_at TEXT NOT NULL
);

CREATE TABLE teller_codes (
    code    TEXT NOT NULL PRIMARY KEY,
    unit    TEXT NOT NULL REFERENCES units (id),
    made_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    used_at TEXT NOT NULL
);

CREATE TABLE pictures (
    post   TEXT   NOT NULL REFERENCES posts (id),
    n      BIGINT NOT NULL,
    width  BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes  BIGINT NOT NULL,
    at     TEXT   NOT NULL,
    tries  BIGINT NOT NULL, -- that failed; 0 once there is a copy
    data   TEXT   NOT NULL, -- base64; empty where there is no copy
    PRIMARY KEY (post, n)
);
CREATE INDEX pictures_at ON pictures (at) WHERE bytes > 0;

CREATE TABLE previews (
    url          TEXT   NOT NULL PRIMARY KEY,
    title        TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    site         TEXT   NOT NULL,
    image        TEXT   NOT NULL,
    fetched_at   TEXT   NOT NULL,
    tries        BIGINT NOT NULL,
    trouble_kind TEXT   NOT NULL,
    trouble_what TEXT   NOT NULL
);

CREATE TABLE imports (
    id        TEXT   NOT NULL PRIMARY KEY,
    kind      TEXT   NOT NULL,
    file      TEXT   NOT NULL,
    at        TEXT   NOT NULL,
    by_whom   TEXT   NOT NULL,
    good      BIGINT NOT NULL,
    bad       BIGINT NOT NULL,
    undone_at TEXT   NOT NULL
);

-- What an import made (before is empty) or changed, in the order of all imports; after is what it left there, empty where
-- its writer withdrew since. The words of posts are not in it.
CREATE TABLE import_changes (
    import TEXT   NOT NULL REFERENCES imports (id),
    seq    BIGINT NOT NULL,
    kind   TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    before TEXT   NOT NULL,
    after  TEXT   NOT NULL,
    PRIMARY KEY (import, seq)
);
CREATE INDEX import_changes_id ON import_changes (id);

CREATE TABLE channel_months (
    channel     TEXT   NOT NULL REFERENCES channels (id),
    month       TEXT   NOT NULL,
    metric      TEXT   NOT NULL,
    value       BIGINT NOT NULL,
    reported_at TEXT   NOT NULL,
    PRIMARY KEY (channel, month, metric)
);

CREATE TABLE ingest_keys (
    id         TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    used_at    TEXT NOT NULL
);
CREATE INDEX ingest_keys_user ON ingest_keys (user_id);

ALTER TABLE posts ADD COLUMN pictures_at TEXT NOT NULL DEFAULT ''; -- when something is to be done for its pictures; "never" once all is done
CREATE INDEX posts_pictures ON posts (told_at) WHERE pictures_at < '9' AND media <> '';
