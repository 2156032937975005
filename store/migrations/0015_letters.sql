-- The outbox: every mail is written down before it is sent, one of a kind about a thing for a person; who wants none of a kind; and which addresses send them back.
-- +goose Up
CREATE TABLE letters (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    ref        TEXT    NOT NULL,
    person     TEXT    NOT NULL, -- the user, or the address of somebody without an account
    user_id    TEXT    NOT NULL,
    email      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    pass       BOOLEAN NOT NULL, -- goes even while mails are held
    state      TEXT    NOT NULL,
    tries      BIGINT  NOT NULL,
    next_at    TEXT    NOT NULL,
    added_at   TEXT    NOT NULL,
    first_at   TEXT    NOT NULL,
    claim      TEXT    NOT NULL, -- whose it is while it is being sent
    claimed_at TEXT    NOT NULL,
    data_at    TEXT    NOT NULL, -- when it began to leave us
    done_at    TEXT    NOT NULL,
    code       BIGINT  NOT NULL,
    said       TEXT    NOT NULL,
    why        TEXT    NOT NULL,
    UNIQUE (kind, ref, person)
);
CREATE INDEX letters_due ON letters (next_at, id) WHERE state = 'waiting';
CREATE INDEX letters_state ON letters (state, id);
CREATE INDEX letters_email ON letters (email, id);
CREATE INDEX letters_person ON letters (person, id);

CREATE TABLE mail_optouts (
    person TEXT NOT NULL,
    kind   TEXT NOT NULL,
    at     TEXT NOT NULL,
    PRIMARY KEY (person, kind)
);

CREATE TABLE mail_addresses (
    email   TEXT   NOT NULL PRIMARY KEY,
    bounces BIGINT NOT NULL, -- that said there is no such address
    last_at TEXT   NOT NULL,
    said    TEXT   NOT NULL
);
