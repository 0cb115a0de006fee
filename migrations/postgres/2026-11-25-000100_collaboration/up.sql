-- Colleagues and partners: who was invited to work on an application, as what, and what is asked of whom.

-- A mail whose link carries a secret: it is made when the mail is handed over, and only its hash stays here.
ALTER TABLE mails ADD COLUMN has_secret BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE mail_secrets (
    -- SHA-256 of the secret: whoever reads this table can not follow the link.
    sha256 TEXT PRIMARY KEY NOT NULL,
    mail_id TEXT NOT NULL REFERENCES mails (id),
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE invitations (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- In lower case; only who has this address can accept.
    email TEXT NOT NULL CONSTRAINT invitations_email_given CHECK (email <> ''),
    organisation TEXT NOT NULL,
    permission TEXT NOT NULL CONSTRAINT invitations_permission_known CHECK (permission IN ('view', 'edit', 'sign')),
    -- JSON array of sections; absent for the whole application.
    sections TEXT,
    message TEXT NOT NULL,
    -- Before which day what is asked has to be done.
    due_on DATE,
    -- The mail whose secret opens it.
    mail_id TEXT NOT NULL CONSTRAINT invitations_one_mail_each UNIQUE REFERENCES mails (id),
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    invited_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    accepted_at TIMESTAMP,
    accepted_by TEXT REFERENCES accounts (id),
    withdrawn_at TIMESTAMP,
    CONSTRAINT invitations_accepted_iff_by CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT invitations_one_end CHECK (accepted_at IS NULL OR withdrawn_at IS NULL),
    CONSTRAINT invitations_expire_later CHECK (invited_at < expires_at)
);
CREATE INDEX invitations_by_application ON invitations (application_id, invited_at, id);
CREATE UNIQUE INDEX invitations_one_open ON invitations (application_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE collaborators (
    application_id TEXT NOT NULL REFERENCES applications (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    organisation TEXT NOT NULL,
    permission TEXT NOT NULL CONSTRAINT collaborators_permission_known CHECK (permission IN ('view', 'edit', 'sign')),
    -- JSON array of sections; absent for the whole application.
    sections TEXT,
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    since TIMESTAMP NOT NULL,
    -- Who was removed can no longer see the application.
    removed_at TIMESTAMP,
    version INTEGER NOT NULL,
    PRIMARY KEY (application_id, account_id)
);
CREATE INDEX collaborators_by_account ON collaborators (account_id, application_id);

CREATE TABLE part_tasks (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- Absent for the whole application.
    section TEXT,
    assignee_id TEXT NOT NULL REFERENCES accounts (id),
    note TEXT NOT NULL,
    due_on DATE,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    set_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP,
    -- What the assignee says with it.
    answer TEXT NOT NULL,
    dropped_at TIMESTAMP,
    reminded_at TIMESTAMP,
    CONSTRAINT part_tasks_answered_once_done CHECK (done_at IS NOT NULL OR answer = '')
);
CREATE INDEX part_tasks_by_application ON part_tasks (application_id, set_at, id);
CREATE INDEX part_tasks_by_assignee ON part_tasks (assignee_id, set_at, id);
CREATE INDEX part_tasks_by_due ON part_tasks (due_on, id) WHERE done_at IS NULL AND dropped_at IS NULL AND reminded_at IS NULL;
