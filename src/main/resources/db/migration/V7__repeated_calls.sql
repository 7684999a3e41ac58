-- Whether a call that its upstream broke off is sent again, once, where its tool is annotated as safe to repeat.
ALTER TABLE gateways ADD COLUMN repeat_idempotent_calls BOOLEAN DEFAULT FALSE NOT NULL;
