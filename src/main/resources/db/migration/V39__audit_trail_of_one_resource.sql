CREATE INDEX audit_trail_of_resource ON audit_trail (${start_of_resource_id}, created_at, id);
