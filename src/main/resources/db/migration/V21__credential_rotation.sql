-- A credential that was put in the place of another one: the other one is kept for a while, so that what the new one is refused for can be
-- undone without anybody who has the old one.
ALTER TABLE gateways ADD COLUMN rotation_state VARCHAR;
ALTER TABLE gateways ADD COLUMN rotation_at TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE gateways ADD COLUMN rotation_detail VARCHAR;
ALTER TABLE gateways ADD COLUMN previous_id UUID;
ALTER TABLE gateways ADD COLUMN previous_type VARCHAR;
ALTER TABLE gateways ADD COLUMN previous_shown VARCHAR;
ALTER TABLE gateways ADD COLUMN previous_sealed BYTEA;
ALTER TABLE gateways ADD COLUMN previous_until TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE gateways ADD CONSTRAINT gateways_rotation_state CHECK (rotation_state IN ('GRACE', 'ENDED', 'ROLLED_BACK'));
