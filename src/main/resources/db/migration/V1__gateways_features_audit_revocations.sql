-- Runs unchanged on PostgreSQL 15+ and on H2 2.4 in PostgreSQL mode.
-- Texts are VARCHAR without a length: on PostgreSQL the same as TEXT, on H2 a value and not a LOB. JSON documents are texts.
-- Times are those of the database, in microseconds.

CREATE TABLE gateways (
    id                     UUID PRIMARY KEY,
    name                   VARCHAR NOT NULL,
    slug                   VARCHAR NOT NULL,
    url                    VARCHAR NOT NULL,
    description            VARCHAR,
    transport              VARCHAR NOT NULL,
    auth_type              VARCHAR NOT NULL,
    auth_shown             VARCHAR NOT NULL,
    auth_sealed            BYTEA,
    visibility             VARCHAR NOT NULL,
    team_id                VARCHAR,
    owner                  VARCHAR NOT NULL,
    tags                   VARCHAR ARRAY NOT NULL,
    passthrough_headers    VARCHAR ARRAY NOT NULL,
    check_interval_seconds INTEGER,
    enabled                BOOLEAN NOT NULL,
    healthy                BOOLEAN,
    failures               INTEGER DEFAULT 0 NOT NULL,
    last_error             VARCHAR,
    last_checked_at        TIMESTAMP(6) WITH TIME ZONE,
    last_seen_at           TIMESTAMP(6) WITH TIME ZONE,
    protocol_version       VARCHAR,
    transport_in_use       VARCHAR,
    capabilities           VARCHAR,
    server_info            VARCHAR,
    discovered_at          TIMESTAMP(6) WITH TIME ZONE,
    next_check_at          TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    lease_owner            VARCHAR,
    lease_until            TIMESTAMP(6) WITH TIME ZONE,
    created_at             TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at             TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version                BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT gateways_slug UNIQUE (slug),
    CONSTRAINT gateways_transport CHECK (transport IN ('AUTO', 'SSE', 'STREAMABLEHTTP')),
    CONSTRAINT gateways_visibility CHECK (visibility IN ('PUBLIC', 'TEAM', 'PRIVATE'))
);

CREATE INDEX gateways_newest ON gateways (created_at, id);
CREATE INDEX gateways_due ON gateways (enabled, next_check_at);

-- No index over name or original_name: a URI can be longer than what fits into one.
CREATE TABLE features (
    id            UUID PRIMARY KEY,
    gateway_id    UUID NOT NULL,
    kind          VARCHAR NOT NULL,
    name          VARCHAR NOT NULL,
    unique_name   VARCHAR,
    original_name VARCHAR NOT NULL,
    definition    VARCHAR NOT NULL,
    description   VARCHAR,
    hash          VARCHAR NOT NULL,
    enabled       BOOLEAN NOT NULL,
    approved      BOOLEAN NOT NULL,
    gone          BOOLEAN DEFAULT FALSE NOT NULL,
    tags          VARCHAR ARRAY NOT NULL,
    created_at    TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version       BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT features_gateway FOREIGN KEY (gateway_id) REFERENCES gateways (id) ON DELETE CASCADE,
    CONSTRAINT features_unique_name UNIQUE (kind, unique_name),
    CONSTRAINT features_kind CHECK (kind IN ('TOOL', 'RESOURCE', 'RESOURCE_TEMPLATE', 'PROMPT'))
);

CREATE INDEX features_of_gateway ON features (gateway_id, kind);
CREATE INDEX features_newest ON features (kind, created_at, id);

CREATE TABLE gateway_events (
    id         UUID PRIMARY KEY,
    gateway_id UUID NOT NULL,
    at         TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    kind       VARCHAR NOT NULL,
    detail     VARCHAR NOT NULL,
    CONSTRAINT gateway_events_gateway FOREIGN KEY (gateway_id) REFERENCES gateways (id) ON DELETE CASCADE
);

CREATE INDEX gateway_events_newest ON gateway_events (gateway_id, at, id);

CREATE TABLE audit_trail (
    id             UUID PRIMARY KEY,
    created_at     TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    user_email     VARCHAR NOT NULL,
    source         VARCHAR NOT NULL,
    action         VARCHAR NOT NULL,
    resource_type  VARCHAR NOT NULL,
    resource_id    VARCHAR,
    outcome        VARCHAR NOT NULL,
    detail         VARCHAR,
    correlation_id VARCHAR NOT NULL,
    CONSTRAINT audit_trail_outcome CHECK (outcome IN ('SUCCESS', 'REFUSED', 'FAILED'))
);

CREATE INDEX audit_trail_newest ON audit_trail (created_at, id);

CREATE TABLE revocations (
    digest     VARCHAR PRIMARY KEY,
    expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE INDEX revocations_expired ON revocations (expires_at);

-- What a POST with an Idempotency-Key made; resource_id is null until it is made.
CREATE TABLE idempotency_keys (
    user_name       VARCHAR NOT NULL,
    idempotency_key VARCHAR NOT NULL,
    fingerprint     VARCHAR NOT NULL,
    resource_id     UUID,
    created_at      TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (user_name, idempotency_key)
);

CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);

-- One known text for each key that ever sealed a row: a start whose keys do not open all of them has the wrong secret.
CREATE TABLE vault_canary (
    key_id     VARCHAR PRIMARY KEY,
    sealed     BYTEA NOT NULL,
    created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
