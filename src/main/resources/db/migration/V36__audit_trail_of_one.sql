-- What one user did, or what became of one thing, is found without reading the whole trail. Any text may be there, longer than what fits into an index
-- of PostgreSQL: the start of it is in there.
CREATE INDEX audit_trail_of_user ON audit_trail (${start_of_user_email}, created_at, id);
CREATE INDEX audit_trail_of_resource ON audit_trail (${start_of_resource_id}, created_at, id);
CREATE INDEX audit_trail_of_action ON audit_trail (${start_of_action}, created_at, id);
