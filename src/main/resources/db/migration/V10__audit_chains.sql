-- Each replica puts the entries of the trail, once they are committed, into a chain of its own: the hash of an entry is over the hash of the
-- one before. A chain's head is sealed with the gateway's key, and a chain begins with the head of the chain that began before it.

ALTER TABLE audit_trail ADD COLUMN chain UUID;
ALTER TABLE audit_trail ADD COLUMN place BIGINT;
ALTER TABLE audit_trail ADD COLUMN hash VARCHAR;

CREATE UNIQUE INDEX audit_trail_place ON audit_trail (chain, place);
CREATE INDEX audit_trail_unchained ON audit_trail (place, created_at, id);

CREATE TABLE audit_chains (
    id              UUID PRIMARY KEY,
    began_at        TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    previous        UUID,
    previous_places BIGINT NOT NULL,
    previous_head   VARCHAR NOT NULL,
    places          BIGINT NOT NULL,
    head            VARCHAR NOT NULL,
    head_sealed     BYTEA NOT NULL
);

CREATE INDEX audit_chains_oldest ON audit_chains (began_at, id);
