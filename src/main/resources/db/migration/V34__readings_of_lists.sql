-- Which came first: readings of what an upstream offers, and what it said of changes to that. lists_clock counts the beginnings of readings, claims for
-- a check, and changes heard; lists_changed is when it last said that its lists have changed, lists_read when the reading began that found what is in
-- features. The column changed is read by versions before this one.
ALTER TABLE gateways ADD COLUMN lists_clock BIGINT DEFAULT 1 NOT NULL;
ALTER TABLE gateways ADD COLUMN lists_changed BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE gateways ADD COLUMN lists_read BIGINT DEFAULT 0 NOT NULL;

-- Since when an upstream does not list it; null where it does, and in what versions before this one have marked as gone.
ALTER TABLE features ADD COLUMN gone_at TIMESTAMP(6) WITH TIME ZONE;
