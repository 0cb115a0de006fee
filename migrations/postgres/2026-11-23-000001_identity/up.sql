-- Who can sign in, as what, and from where; sessions; posts that were answered.
CREATE TABLE municipalities (
    id TEXT PRIMARY KEY NOT NULL,
    cbs_code TEXT NOT NULL CONSTRAINT municipalities_cbs_code_shape CHECK (length(cbs_code) = 6 AND cbs_code LIKE 'GM%'),
    name TEXT NOT NULL,
    -- Without apostrophes, accents and capitals, so that both databases sort alike.
    sort_name TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    CONSTRAINT municipalities_code_once UNIQUE (cbs_code, valid_from)
);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL CONSTRAINT accounts_email_once UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    organisation TEXT NOT NULL CONSTRAINT accounts_organisation_known CHECK (organisation IN ('municipality', 'nctv', 'szw', 'finance', 'audit', 'partner')),
    municipality_id TEXT REFERENCES municipalities (id),
    disabled_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT accounts_municipality_iff_theirs CHECK ((organisation = 'municipality') = (municipality_id IS NOT NULL))
);

-- The program itself: what it does in its own time is booked under this name. Nobody can sign in with it.
INSERT INTO accounts (id, email, name, password_hash, organisation, disabled_at, created_at, version)
VALUES ('system', '', 'Het systeem', '', 'nctv', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 1);

CREATE TABLE account_roles (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CONSTRAINT account_roles_role_known CHECK (role IN ('editor', 'signatory', 'coordinator', 'nctv_reviewer', 'szw_reviewer', 'nctv_decision_maker', 'szw_decision_maker', 'finance', 'auditor', 'administrator', 'collaborator')),
    PRIMARY KEY (account_id, role)
);

CREATE TABLE sessions (
    -- SHA-256 of the token in the cookie: whoever reads this table can not sign in with it.
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE answered_posts (
    -- The key that the form carried: a form that is sent twice is done once.
    key TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    location TEXT NOT NULL,
    answered_at TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX answered_posts_by_time ON answered_posts (answered_at);
