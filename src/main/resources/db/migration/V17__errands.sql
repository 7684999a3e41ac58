-- Work that is due now and then, and then on one replica alone: whoever moves next_at does it.

CREATE TABLE errands (
    name    VARCHAR PRIMARY KEY,
    next_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
