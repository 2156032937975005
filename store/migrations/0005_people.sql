-- Who may come in, who is in, who did what, and the platforms' tokens under seal.
-- +goose Up
CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    unit          TEXT    NOT NULL REFERENCES units (id),
    disabled      BOOLEAN NOT NULL,
    must_change   BOOLEAN NOT NULL,
    epoch         BIGINT  NOT NULL, -- sessions of an earlier one are void
    created_at    TEXT    NOT NULL,
    last_seen_at  TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    token_hash    TEXT    NOT NULL
);
CREATE INDEX users_token ON users (token_hash) WHERE token_hash <> '';

CREATE TABLE sessions (
    token      TEXT NOT NULL PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE audit (
    id      TEXT NOT NULL PRIMARY KEY,
    at      TEXT NOT NULL,
    who     TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);

CREATE TABLE secrets (
    name   TEXT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL
);
