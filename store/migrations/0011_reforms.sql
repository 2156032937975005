-- Units are joined, parted and done away with by resolutions. What each of these did is known by its import; here is what it was called, and since when a channel belongs to which unit, so that its past can be told as it was at the time.
-- +goose Up
CREATE TABLE reforms (
    id         TEXT NOT NULL PRIMARY KEY REFERENCES imports (id),
    resolution TEXT NOT NULL, -- "1683/NQ-UBTVQH15"
    day        TEXT NOT NULL  -- first day of the new order
);
CREATE INDEX reforms_day ON reforms (day);

CREATE TABLE reform_lines (
    reform    TEXT NOT NULL REFERENCES reforms (id),
    unit      TEXT NOT NULL, -- that ended
    successor TEXT NOT NULL, -- empty where nothing took it in
    PRIMARY KEY (reform, unit, successor)
);

CREATE TABLE channel_tenures (
    channel  TEXT NOT NULL REFERENCES channels (id),
    unit     TEXT NOT NULL REFERENCES units (id),
    from_day TEXT NOT NULL, -- empty: from the beginning
    PRIMARY KEY (channel, from_day)
);
CREATE INDEX channel_tenures_unit ON channel_tenures (unit);
