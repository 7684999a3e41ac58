-- API tokens, of which only the SHA-256 is kept, what they have used of their quotas, and which sign-ins of a user still hold.

CREATE TABLE api_tokens (
    id             UUID PRIMARY KEY,
    owner          VARCHAR NOT NULL,
    name           VARCHAR NOT NULL,
    description    VARCHAR,
    token_hash     VARCHAR NOT NULL,
    server_id      UUID,
    gateway_id     UUID,
    permissions    VARCHAR ARRAY NOT NULL,
    grouped        BOOLEAN NOT NULL,
    owner_groups   VARCHAR ARRAY NOT NULL,
    ip_cidrs       VARCHAR ARRAY NOT NULL,
    hours          VARCHAR ARRAY NOT NULL,
    quota_per_hour INTEGER,
    quota_per_day  INTEGER,
    team_id        VARCHAR,
    enabled        BOOLEAN NOT NULL,
    expires_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_used_at   TIMESTAMP(6) WITH TIME ZONE,
    created_at     TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version        BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT api_tokens_hash UNIQUE (token_hash),
    CONSTRAINT api_tokens_name UNIQUE (owner, name)
);

CREATE INDEX api_tokens_newest ON api_tokens (created_at, id);
CREATE INDEX api_tokens_team ON api_tokens (team_id);

-- One row a user who ever made a token: locked while the user's tokens are counted.
CREATE TABLE token_seats (
    user_name VARCHAR PRIMARY KEY
);

-- Fixed windows in UTC. Whoever changes one holds the token's row.
CREATE TABLE token_quota_windows (
    token_id  UUID NOT NULL,
    kind      VARCHAR NOT NULL,
    starts_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    used      BIGINT NOT NULL,
    PRIMARY KEY (token_id, kind, starts_at),
    CONSTRAINT token_quota_windows_token FOREIGN KEY (token_id) REFERENCES api_tokens (id) ON DELETE CASCADE,
    CONSTRAINT token_quota_windows_kind CHECK (kind IN ('HOUR', 'DAY'))
);

CREATE INDEX token_quota_windows_oldest ON token_quota_windows (starts_at);

-- Sign-ins of an earlier generation have ended. The row outlives its user, so that a deleted user's do not come back with the name.
CREATE TABLE sign_ins (
    user_name  VARCHAR PRIMARY KEY,
    generation BIGINT NOT NULL
);
