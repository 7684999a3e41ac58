-- What changes in the course of a session that the gateway itself holds, for all replicas.

CREATE TABLE held_sessions (
    session_key VARCHAR PRIMARY KEY,
    state       VARCHAR NOT NULL,
    version     BIGINT NOT NULL,
    expires_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE INDEX held_sessions_expired ON held_sessions (expires_at);
