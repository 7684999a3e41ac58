-- What was begun in a browser and ends with the answer of an authorization server: known by the digest of its state, spent once.
CREATE TABLE oauth_flows (
    state_hash   VARCHAR PRIMARY KEY,
    kind         VARCHAR NOT NULL,
    browser_hash VARCHAR NOT NULL,
    sealed       VARCHAR NOT NULL,
    created_at   TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE INDEX oauth_flows_oldest ON oauth_flows (expires_at);

-- Who is signed in. A session that was ended has no row. user_groups is a JSON array; null where the provider's groups mean nothing.
CREATE TABLE sign_in_sessions (
    id          UUID PRIMARY KEY,
    user_name   VARCHAR NOT NULL,
    user_groups VARCHAR,
    issuer      VARCHAR NOT NULL,
    address     VARCHAR NOT NULL,
    agent       VARCHAR,
    created_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_seen   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    expires_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE INDEX sign_in_sessions_user ON sign_in_sessions (user_name, created_at, id);
CREATE INDEX sign_in_sessions_newest ON sign_in_sessions (created_at, id);
CREATE INDEX sign_in_sessions_oldest ON sign_in_sessions (expires_at);
