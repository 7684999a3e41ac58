-- A client that its authorization server does not know any more is replaced by another registration: how often that was begun without the client
-- having lasted between, and when last. A server that forgets each client is asked for another more and more seldom.

ALTER TABLE oauth_clients ADD COLUMN replacements INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE oauth_clients ADD COLUMN replaced_at TIMESTAMP(6) WITH TIME ZONE;
