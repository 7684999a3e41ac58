-- Access tokens for upstreams, one row for each user of a gateway, and one for the gateway itself (user_name is empty then). A row is never
-- deleted because a refresh failed; what its owner must do is told by its status. Whoever holds the lease asks for a new token, and writes
-- it only against the version that it read.

CREATE TABLE oauth_tokens (
    id             UUID PRIMARY KEY,
    gateway_id     UUID NOT NULL REFERENCES gateways (id) ON DELETE CASCADE,
    user_name      VARCHAR NOT NULL,
    authority      VARCHAR NOT NULL,
    access_sealed  BYTEA,
    refresh_sealed BYTEA,
    scopes         VARCHAR NOT NULL,
    status         VARCHAR NOT NULL,
    expires_at     TIMESTAMP(6) WITH TIME ZONE,
    renew_at       TIMESTAMP(6) WITH TIME ZONE,
    retry_at       TIMESTAMP(6) WITH TIME ZONE,
    failures       INTEGER NOT NULL,
    last_error     VARCHAR,
    version        BIGINT NOT NULL,
    lease_owner    UUID,
    lease_until    TIMESTAMP(6) WITH TIME ZONE,
    created_at     TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    refreshed_at   TIMESTAMP(6) WITH TIME ZONE,
    last_used_at   TIMESTAMP(6) WITH TIME ZONE,
    CONSTRAINT oauth_tokens_once UNIQUE (gateway_id, user_name)
);

CREATE INDEX oauth_tokens_due ON oauth_tokens (renew_at);
CREATE INDEX oauth_tokens_newest ON oauth_tokens (created_at, id);
CREATE INDEX oauth_tokens_of_user ON oauth_tokens (user_name);
