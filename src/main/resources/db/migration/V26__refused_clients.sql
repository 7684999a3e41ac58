-- With which credential of its gateway a token was asked for last in vain: that nobody should ask for a while counts for that credential alone.
ALTER TABLE oauth_tokens ADD COLUMN failed_with UUID;
-- Whether the server did not know the client by it.
ALTER TABLE oauth_tokens ADD COLUMN client_unknown BOOLEAN DEFAULT FALSE NOT NULL;
