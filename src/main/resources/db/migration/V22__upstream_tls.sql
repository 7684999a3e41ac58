-- What TLS with an upstream goes by: the authorities that it is believed on the word of, the certificate that it is shown, and pins. What may
-- be seen of that is in tls_shown; the key of the certificate is sealed. Each change is another tls_id.

ALTER TABLE gateways ADD COLUMN tls_id UUID;
ALTER TABLE gateways ADD COLUMN tls_shown VARCHAR;
ALTER TABLE gateways ADD COLUMN tls_sealed BYTEA;
