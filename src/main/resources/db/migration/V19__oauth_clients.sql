-- As whom this gateway is registered at authorization servers (RFC 7591), once for each issuer and redirect URI (empty where no user agrees).
-- Whoever holds the lease registers, and writes it only against the version that it read; a secret goes to no other issuer.

CREATE TABLE oauth_clients (
    id                UUID PRIMARY KEY,
    issuer            VARCHAR NOT NULL,
    redirect_uri      VARCHAR NOT NULL,
    client_id         VARCHAR,
    client_auth       VARCHAR,
    secret_sealed     BYTEA,
    secret_expires_at TIMESTAMP(6) WITH TIME ZONE,
    management_uri    VARCHAR,
    management_sealed BYTEA,
    version           BIGINT NOT NULL,
    lease_owner       UUID,
    lease_until       TIMESTAMP(6) WITH TIME ZONE,
    created_at        TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    registered_at     TIMESTAMP(6) WITH TIME ZONE,
    CONSTRAINT oauth_clients_once UNIQUE (issuer, redirect_uri)
);
