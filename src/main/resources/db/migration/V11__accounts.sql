-- Who there is, and what they may do. Users are known by their canonical name, whichever way they come; members of teams need no row here.

CREATE TABLE users (
    id                   UUID PRIMARY KEY,
    name                 VARCHAR NOT NULL,
    full_name            VARCHAR,
    password_hash        VARCHAR,
    enabled              BOOLEAN NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    failed_attempts      INTEGER DEFAULT 0 NOT NULL,
    locked_until         TIMESTAMP(6) WITH TIME ZONE,
    last_login           TIMESTAMP(6) WITH TIME ZONE,
    created_at           TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at           TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version              BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT users_name UNIQUE (name)
);

CREATE INDEX users_newest ON users (created_at, id);

-- The scopes of a built-in role are those that the program gives it.
CREATE TABLE roles (
    id          UUID PRIMARY KEY,
    name        VARCHAR NOT NULL,
    description VARCHAR,
    scopes      VARCHAR ARRAY NOT NULL,
    built_in    BOOLEAN NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version     BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT roles_name UNIQUE (name)
);

INSERT INTO roles (id, name, description, scopes, built_in) VALUES
    ('00000000-0000-4000-8000-000000000001', 'platform_admin', 'Everything', CAST(ARRAY[] AS VARCHAR ARRAY), TRUE),
    ('00000000-0000-4000-8000-000000000002', 'team_admin', 'Looks after what belongs to a team, and after the team', CAST(ARRAY[] AS VARCHAR ARRAY), TRUE),
    ('00000000-0000-4000-8000-000000000003', 'developer', 'Registers and changes what it sees', CAST(ARRAY[] AS VARCHAR ARRAY), TRUE),
    ('00000000-0000-4000-8000-000000000004', 'viewer', 'Reads what it sees, and calls tools', CAST(ARRAY[] AS VARCHAR ARRAY), TRUE);

-- page_key is what pages are read by: the id is a name that gateways and tokens carry.
CREATE TABLE teams (
    id          VARCHAR PRIMARY KEY,
    page_key    UUID NOT NULL,
    name        VARCHAR NOT NULL,
    description VARCHAR,
    max_members INTEGER NOT NULL,
    created_by  VARCHAR NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version     BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT teams_page_key UNIQUE (page_key)
);

CREATE INDEX teams_newest ON teams (created_at, page_key);

CREATE TABLE team_members (
    team_id    VARCHAR NOT NULL,
    user_name  VARCHAR NOT NULL,
    standing   VARCHAR NOT NULL,
    created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (team_id, user_name),
    CONSTRAINT team_members_team FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE,
    CONSTRAINT team_members_standing CHECK (standing IN ('OWNER', 'MEMBER'))
);

CREATE INDEX team_members_user ON team_members (user_name);

-- One row a user who ever joined a team: locked while the user's teams are counted.
CREATE TABLE team_seats (
    user_name VARCHAR PRIMARY KEY
);

CREATE TABLE role_assignments (
    id          UUID PRIMARY KEY,
    user_id     UUID NOT NULL,
    role_id     UUID NOT NULL,
    team_id     VARCHAR,
    assigned_by VARCHAR NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT role_assignments_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT role_assignments_role FOREIGN KEY (role_id) REFERENCES roles (id),
    CONSTRAINT role_assignments_team FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE
);

CREATE INDEX role_assignments_user ON role_assignments (user_id, created_at, id);

CREATE TABLE team_invitations (
    id         UUID PRIMARY KEY,
    team_id    VARCHAR NOT NULL,
    email      VARCHAR NOT NULL,
    standing   VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    invited_by VARCHAR NOT NULL,
    created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    CONSTRAINT team_invitations_token UNIQUE (token_hash),
    CONSTRAINT team_invitations_team FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE,
    CONSTRAINT team_invitations_standing CHECK (standing IN ('OWNER', 'MEMBER'))
);

CREATE INDEX team_invitations_newest ON team_invitations (team_id, created_at, id);

CREATE TABLE login_events (
    id        UUID PRIMARY KEY,
    user_name VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    outcome   VARCHAR NOT NULL,
    address   VARCHAR NOT NULL,
    agent     VARCHAR,
    at        TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE INDEX login_events_newest ON login_events (user_name, at, id);
CREATE INDEX login_events_oldest ON login_events (at);
