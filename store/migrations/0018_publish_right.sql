-- Whether a token may publish, beside whether it may read.
-- +goose Up
ALTER TABLE accesses ADD COLUMN read_only BOOLEAN NOT NULL DEFAULT FALSE;
