-- Sessions with upstreams that all replicas share, sealed. What they belong to is in there as digests only.
CREATE TABLE upstream_sessions (
    digest     VARCHAR PRIMARY KEY,
    owner      VARCHAR NOT NULL,
    sealed     BYTEA NOT NULL,
    expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE INDEX upstream_sessions_of_owner ON upstream_sessions (owner);
CREATE INDEX upstream_sessions_expired ON upstream_sessions (expires_at);
