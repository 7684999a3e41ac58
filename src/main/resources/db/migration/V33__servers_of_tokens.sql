-- Where a token is asked for, as the origin of that address: renewals ahead of time take turns by it. Null for tokens from before this column,
-- which take theirs by their authority until they are asked for once more.
ALTER TABLE oauth_tokens ADD COLUMN token_server VARCHAR;
