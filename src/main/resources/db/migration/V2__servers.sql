-- Runs unchanged on PostgreSQL 15+ and on H2 2.4 in PostgreSQL mode.

-- What happens to a tool, resource or prompt whose definition changed: it goes on with a warning, or is held until it is approved.
ALTER TABLE gateways ADD COLUMN drift_policy VARCHAR DEFAULT 'WARN' NOT NULL;
ALTER TABLE gateways ADD CONSTRAINT gateways_drift_policy CHECK (drift_policy IN ('WARN', 'HOLD'));

CREATE TABLE servers (
    id          UUID PRIMARY KEY,
    name        VARCHAR NOT NULL,
    slug        VARCHAR NOT NULL,
    description VARCHAR,
    visibility  VARCHAR NOT NULL,
    team_id     VARCHAR,
    owner       VARCHAR NOT NULL,
    tags        VARCHAR ARRAY NOT NULL,
    name_style  VARCHAR NOT NULL,
    enabled     BOOLEAN NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version     BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT servers_slug UNIQUE (slug),
    CONSTRAINT servers_visibility CHECK (visibility IN ('PUBLIC', 'TEAM', 'PRIVATE')),
    CONSTRAINT servers_name_style CHECK (name_style IN ('PREFIXED', 'ORIGINAL'))
);

CREATE INDEX servers_newest ON servers (created_at, id);

-- What a server shows: single features, and gateways with all that they offer.
CREATE TABLE server_features (
    server_id  UUID NOT NULL,
    feature_id UUID NOT NULL,
    PRIMARY KEY (server_id, feature_id),
    CONSTRAINT server_features_server FOREIGN KEY (server_id) REFERENCES servers (id) ON DELETE CASCADE,
    CONSTRAINT server_features_feature FOREIGN KEY (feature_id) REFERENCES features (id) ON DELETE CASCADE
);

CREATE INDEX server_features_of_feature ON server_features (feature_id);

CREATE TABLE server_gateways (
    server_id  UUID NOT NULL,
    gateway_id UUID NOT NULL,
    PRIMARY KEY (server_id, gateway_id),
    CONSTRAINT server_gateways_server FOREIGN KEY (server_id) REFERENCES servers (id) ON DELETE CASCADE,
    CONSTRAINT server_gateways_gateway FOREIGN KEY (gateway_id) REFERENCES gateways (id) ON DELETE CASCADE
);

CREATE INDEX server_gateways_of_gateway ON server_gateways (gateway_id);
