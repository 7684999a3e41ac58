-- Where the server that gave a token revokes tokens, as it was when the token began to be from it. Null also for tokens from before this column.
ALTER TABLE oauth_tokens ADD COLUMN revocation_url VARCHAR;
