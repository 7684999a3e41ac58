-- Streams of events to clients, kept so that they can be resumed on another replica than the one that began them.

CREATE TABLE streams (
    id           UUID PRIMARY KEY,
    session_key  VARCHAR NOT NULL,
    request_id   VARCHAR NOT NULL,
    ended        BOOLEAN DEFAULT FALSE NOT NULL,
    alive_until  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    created_at   TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE INDEX streams_oldest ON streams (created_at);

CREATE TABLE stream_events (
    stream_id UUID NOT NULL,
    seq       INTEGER NOT NULL,
    sealed    BYTEA NOT NULL,
    PRIMARY KEY (stream_id, seq),
    CONSTRAINT stream_events_stream FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
