-- The ID token of a sign-in, sealed for its session, where one may be exchanged for tokens of upstreams; null where not, and when it has ended.
ALTER TABLE sign_in_sessions ADD COLUMN id_token_sealed BYTEA;
ALTER TABLE sign_in_sessions ADD COLUMN id_token_ends TIMESTAMP(6) WITH TIME ZONE;
