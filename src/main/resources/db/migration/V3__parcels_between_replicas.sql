-- What one replica hands another and does not fit into a notification: the other reads and deletes it.
CREATE TABLE parcels (
    id         UUID PRIMARY KEY,
    replica    VARCHAR NOT NULL,
    body       BYTEA NOT NULL,
    created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE INDEX parcels_oldest ON parcels (created_at);
