CREATE INDEX audit_trail_of_action ON audit_trail (${start_of_action}, created_at, id);
