-- What one user did, or what became of one thing, is found without reading the whole trail. Any text may be there, longer than what fits into an index
-- of PostgreSQL: the start of it is in there. Each of the three by itself, because nothing is added to the trail while one is built.
CREATE INDEX audit_trail_of_user ON audit_trail (${start_of_user_email}, created_at, id);
