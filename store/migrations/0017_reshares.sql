-- Passing a story on: the reshares with the intent of each call, what they brought, what was put to units and how they were thanked, what people prepared, and who outside is told of a choice.
-- +goose Up
CREATE TABLE reshares (
    id            TEXT   NOT NULL PRIMARY KEY,
    key           TEXT   NOT NULL UNIQUE, -- named by whoever asks: asking again makes no second one
    story         TEXT   NOT NULL REFERENCES stories (id),
    channel       TEXT   NOT NULL REFERENCES channels (id),
    means         TEXT   NOT NULL,
    of_reshare    TEXT   NOT NULL, -- of a broadcast: the article that it sends
    title         TEXT   NOT NULL,
    words         TEXT   NOT NULL,
    link          TEXT   NOT NULL,
    pictures      TEXT   NOT NULL,
    at            TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    planned_by    TEXT   NOT NULL,
    planned_name  TEXT   NOT NULL,
    planned_at    TEXT   NOT NULL,
    approved_by   TEXT   NOT NULL,
    approved_name TEXT   NOT NULL,
    approved_at   TEXT   NOT NULL, -- empty while it waits for a second person
    tries         BIGINT NOT NULL,
    next_at       TEXT   NOT NULL,
    claim         TEXT   NOT NULL, -- whose it is while it is sent or looked for
    claimed_at    TEXT   NOT NULL,
    call_at       TEXT   NOT NULL, -- the intent: empty while nothing can stand at the platform
    token         TEXT   NOT NULL,
    checks        BIGINT NOT NULL,
    posted        TEXT   NOT NULL,
    permalink     TEXT   NOT NULL,
    sent_at       TEXT   NOT NULL,
    post          TEXT   NOT NULL,
    edited_at     TEXT   NOT NULL,
    trouble_kind  TEXT   NOT NULL,
    trouble_what  TEXT   NOT NULL,
    trouble_note  TEXT   NOT NULL,
    trouble_since TEXT   NOT NULL,
    trouble_until TEXT   NOT NULL,
    ended_by      TEXT   NOT NULL,
    ended_at      TEXT   NOT NULL,
    ended_why     TEXT   NOT NULL
);
CREATE UNIQUE INDEX reshares_live ON reshares (story, channel, means) WHERE state NOT IN ('failed', 'cancelled');
CREATE INDEX reshares_due ON reshares (next_at, id) WHERE state IN ('waiting', 'sending', 'unsure');
CREATE INDEX reshares_channel ON reshares (channel, call_at);
CREATE INDEX reshares_story ON reshares (story, id);
CREATE INDEX reshares_post ON reshares (post) WHERE post <> '';

CREATE TABLE reshare_lifts (
    reshare      TEXT   NOT NULL PRIMARY KEY REFERENCES reshares (id),
    at           TEXT   NOT NULL,
    age_ms       BIGINT NOT NULL,
    before48     DOUBLE PRECISION NOT NULL,
    after48      DOUBLE PRECISION NOT NULL,
    interactions DOUBLE PRECISION NOT NULL,
    low          DOUBLE PRECISION NOT NULL,
    high         DOUBLE PRECISION NOT NULL,
    posts        BIGINT NOT NULL,
    absent       TEXT   NOT NULL,
    own          BIGINT,
    own_usual    BIGINT
);

CREATE TABLE reshare_drafts (
    story    TEXT NOT NULL REFERENCES stories (id),
    user_id  TEXT NOT NULL REFERENCES users (id),
    form     TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (story, user_id)
);

CREATE TABLE words_templates (
    id       TEXT NOT NULL PRIMARY KEY,
    unit     TEXT NOT NULL REFERENCES units (id),
    name     TEXT NOT NULL,
    opening  TEXT NOT NULL,
    closing  TEXT NOT NULL,
    hashtags TEXT NOT NULL,
    until_at TEXT NOT NULL, -- within the last day that it is offered; empty: always
    by_whom  TEXT NOT NULL,
    at       TEXT NOT NULL
);
CREATE INDEX words_templates_unit ON words_templates (unit);

CREATE TABLE share_hints (
    id          TEXT NOT NULL PRIMARY KEY,
    story       TEXT NOT NULL REFERENCES stories (id),
    unit        TEXT NOT NULL REFERENCES units (id), -- to whom
    words       TEXT NOT NULL,
    link        TEXT NOT NULL,
    by_user     TEXT NOT NULL,
    by_name     TEXT NOT NULL,
    at          TEXT NOT NULL, -- when it may be seen
    seen_at     TEXT NOT NULL,
    used        TEXT NOT NULL,
    used_at     TEXT NOT NULL,
    post        TEXT NOT NULL,
    declined_at TEXT NOT NULL,
    UNIQUE (story, unit)
);
CREATE INDEX share_hints_unit ON share_hints (unit, at);

CREATE TABLE thanks (
    id      TEXT NOT NULL PRIMARY KEY,
    reshare TEXT NOT NULL REFERENCES reshares (id),
    story   TEXT NOT NULL REFERENCES stories (id),
    unit    TEXT NOT NULL REFERENCES units (id),
    channel TEXT NOT NULL, -- by name: where it was passed on
    at      TEXT NOT NULL, -- when it may be seen
    seen_at TEXT NOT NULL,
    UNIQUE (story, unit)
);
CREATE INDEX thanks_unit ON thanks (unit, at);

CREATE TABLE story_events (
    id            TEXT   NOT NULL PRIMARY KEY,
    story         TEXT   NOT NULL REFERENCES stories (id),
    event         TEXT   NOT NULL,
    at            TEXT   NOT NULL,
    tries         BIGINT NOT NULL,
    next_at       TEXT   NOT NULL, -- empty: given up
    done_at       TEXT   NOT NULL,
    status        BIGINT NOT NULL,
    trouble_kind  TEXT   NOT NULL,
    trouble_what  TEXT   NOT NULL,
    trouble_note  TEXT   NOT NULL,
    trouble_since TEXT   NOT NULL,
    trouble_until TEXT   NOT NULL,
    UNIQUE (story, event)
);
CREATE INDEX story_events_due ON story_events (next_at, id) WHERE done_at = '';

ALTER TABLE stories ADD COLUMN restricted_by_hand BOOLEAN NOT NULL DEFAULT FALSE; -- a person said so, or that it is not
CREATE INDEX stories_by_hand ON stories (id) WHERE restricted_by_hand;
