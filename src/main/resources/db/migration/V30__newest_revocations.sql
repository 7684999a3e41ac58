-- When it was revoked, so that a replica that hears of a revocation reads that one and not all of them.
ALTER TABLE revocations ADD COLUMN revoked_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL;

CREATE INDEX revocations_newest ON revocations (revoked_at);
