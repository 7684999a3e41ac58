-- With which credential of its gateway the gateway's own token was got: where that is another one by now, the token is not used any more. Null for
-- users' tokens, and for tokens from before this column, which are got anew once.
ALTER TABLE oauth_tokens ADD COLUMN got_with UUID;
