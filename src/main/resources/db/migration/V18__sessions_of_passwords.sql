-- The generation that the user's sign-ins had when a password opened the session; null where an identity provider did.
ALTER TABLE sign_in_sessions ADD COLUMN generation BIGINT;
