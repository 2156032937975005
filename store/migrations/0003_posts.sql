-- Posts in their newest wording with their newest numbers beside them, earlier wordings, and all numbers.
-- +goose Up
CREATE TABLE posts (
    id            TEXT    NOT NULL PRIMARY KEY,
    channel       TEXT    NOT NULL REFERENCES channels (id),
    external      TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    published_at  TEXT    NOT NULL,
    first_seen_at TEXT    NOT NULL,
    told_at       TEXT    NOT NULL,
    told_ms       BIGINT  NOT NULL, -- told_at in milliseconds since 1970: both databases reckon with it alike
    back_dated    BOOLEAN NOT NULL,
    version       BIGINT  NOT NULL,
    worded_at     TEXT    NOT NULL, -- when this wording was first seen
    removed_at    TEXT    NOT NULL,
    hidden        BOOLEAN NOT NULL,
    decor         BOOLEAN NOT NULL,
    sensitive     BOOLEAN NOT NULL,
    vote          BOOLEAN NOT NULL,
    vote_by_hand  BOOLEAN NOT NULL,
    from_file     BOOLEAN NOT NULL, -- no platform has told it yet, only a file

    reactions     BIGINT,
    by_kind       TEXT    NOT NULL,
    comments      BIGINT,
    shares        BIGINT,
    views         BIGINT,
    reach         BIGINT,
    numbers_at    TEXT    NOT NULL,
    source        TEXT    NOT NULL,

    score         DOUBLE PRECISION,
    basis         TEXT    NOT NULL,
    basis_posts   BIGINT  NOT NULL,
    expected      DOUBLE PRECISION NOT NULL,
    estimated     BOOLEAN NOT NULL,
    likeness      DOUBLE PRECISION NOT NULL,
    topics        TEXT    NOT NULL,
    cluster       TEXT    NOT NULL,
    copies        BIGINT  NOT NULL,
    from_above    BOOLEAN NOT NULL,
    story         TEXT    NOT NULL,

    changed       BIGINT  NOT NULL, -- change number of the newest change of facts
    changed_any   BIGINT  NOT NULL, -- … of facts, judgement, story or decision

    -- The long columns stand last: SQLite reads past them only when they are asked for.
    hash          TEXT    NOT NULL,
    permalink     TEXT    NOT NULL,
    parent        TEXT    NOT NULL,
    media         TEXT    NOT NULL,
    text          TEXT    NOT NULL,
    UNIQUE (channel, external)
);
CREATE INDEX posts_told ON posts (channel, told_ms, removed_at);
CREATE INDEX posts_changed ON posts (changed);
CREATE INDEX posts_changed_any ON posts (changed_any);
CREATE INDEX posts_cluster ON posts (cluster) WHERE cluster <> '';
CREATE INDEX posts_story ON posts (story, channel, removed_at) WHERE story <> '';
CREATE INDEX posts_removed ON posts (id) WHERE removed_at <> '';

CREATE TABLE post_versions (
    post    TEXT   NOT NULL REFERENCES posts (id),
    number  BIGINT NOT NULL,
    seen_at TEXT   NOT NULL,
    text    TEXT   NOT NULL,
    PRIMARY KEY (post, number)
);

CREATE TABLE snapshots (
    post      TEXT NOT NULL REFERENCES posts (id),
    at        TEXT NOT NULL,
    reactions BIGINT,
    by_kind   TEXT NOT NULL,
    comments  BIGINT,
    shares    BIGINT,
    views     BIGINT,
    reach     BIGINT,
    source    TEXT NOT NULL,
    PRIMARY KEY (post, at)
);
