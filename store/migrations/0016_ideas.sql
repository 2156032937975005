-- What people put by of other units' stories, to try it at home; and the way from a unit to what it told.
-- +goose Up
CREATE TABLE ideas (
    user_id TEXT NOT NULL REFERENCES users (id),
    story   TEXT NOT NULL REFERENCES stories (id),
    at      TEXT NOT NULL,
    PRIMARY KEY (user_id, story)
);
CREATE INDEX stories_first ON stories (first_unit, told_at);
