-- What TLS with an upstream went by before it was changed together with, or as, the credential: kept and let go of as the credential is.
ALTER TABLE gateways ADD COLUMN previous_tls_id UUID;
ALTER TABLE gateways ADD COLUMN previous_tls_shown VARCHAR;
ALTER TABLE gateways ADD COLUMN previous_tls_sealed BYTEA;
