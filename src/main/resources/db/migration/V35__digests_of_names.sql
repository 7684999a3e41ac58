-- SHA-256 of original_name, in hex, by which others that offer something under the same name are found: a URI can be longer than what fits into an index.
-- Null in what a version before this one adds beside it. Written and indexed by migrations of their own, so that nobody waits for both to read.
ALTER TABLE features ADD COLUMN name_digest VARCHAR;
