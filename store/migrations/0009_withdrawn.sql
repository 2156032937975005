-- What must not come in again: words of people who withdrew, and posts of a file once their platform tells them. And which links are to be asked what they say of themselves.
-- +goose Up
CREATE TABLE withdrawals (
    mark TEXT NOT NULL PRIMARY KEY, -- digest of the hash that stood for the person: it can be known again and names nobody
    at   TEXT NOT NULL
);
CREATE INDEX posts_from_file ON posts (channel, published_at) WHERE from_file;
CREATE INDEX posts_links ON posts (told_at) WHERE type = 'link' AND removed_at = '';
