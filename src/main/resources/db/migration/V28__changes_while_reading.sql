-- Whether an upstream said that its lists have changed since whoever checks it now began: what was read may be from before.
ALTER TABLE gateways ADD COLUMN changed BOOLEAN DEFAULT FALSE NOT NULL;
