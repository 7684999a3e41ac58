-- Whose each task of an upstream is: who had it made, and nobody else, may know of it.

CREATE TABLE task_owners (
    gateway_id UUID NOT NULL REFERENCES gateways (id) ON DELETE CASCADE,
    digest     VARCHAR(64) NOT NULL, -- SHA-256 of the id that the upstream gave
    user_id    VARCHAR NOT NULL,
    expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (gateway_id, digest)
);

CREATE INDEX task_owners_expired ON task_owners (expires_at);
