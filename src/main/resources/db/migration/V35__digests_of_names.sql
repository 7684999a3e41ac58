-- SHA-256 of original_name, in hex, by which others that offer something under the same name are found: a URI can be longer than what fits into an index.
-- Null in what a version before this one adds beside it.
ALTER TABLE features ADD COLUMN name_digest VARCHAR;

UPDATE features SET name_digest = ${sha256_of_original_name};

CREATE INDEX features_namesakes ON features (name_digest, kind);
