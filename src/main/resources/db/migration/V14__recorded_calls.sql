-- Calls as they were carried out or refused. Those of one hour that have everything in common but their time are one row, which the
-- replica that began it alone writes.

CREATE TABLE recorded_calls (
    id          UUID PRIMARY KEY,
    began_at    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    user_email  VARCHAR NOT NULL,
    source      VARCHAR NOT NULL,
    credential  VARCHAR NOT NULL,
    claims      VARCHAR NOT NULL,
    address     VARCHAR NOT NULL,
    agent       VARCHAR NOT NULL,
    target_kind VARCHAR NOT NULL,
    target      VARCHAR NOT NULL,
    method      VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL,
    reason      VARCHAR NOT NULL,
    rules       VARCHAR NOT NULL,
    calls       BIGINT NOT NULL,
    micros      BIGINT NOT NULL,
    max_micros  BIGINT NOT NULL
);

CREATE INDEX recorded_calls_newest ON recorded_calls (last_at, id);
CREATE INDEX recorded_calls_of_credential ON recorded_calls (credential, last_at, id);
CREATE INDEX recorded_calls_of_user ON recorded_calls (user_email, last_at, id);
