-- When a key was last chosen to seal (the one chosen last is the one that values are sealed anew with), and when a replica last sealed with it.
ALTER TABLE vault_canary ADD COLUMN chosen_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL;
ALTER TABLE vault_canary ADD COLUMN seen_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL;

-- Names a credential whatever key seals it, so that one that is only sealed anew does not pass for another.
ALTER TABLE gateways ADD COLUMN auth_id UUID DEFAULT GEN_RANDOM_UUID() NOT NULL;
