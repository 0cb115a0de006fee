-- What each save of a section or project changed: the text that a form was made from is known for every older version.
CREATE TABLE draft_changes (
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- The name of a section, or the id of a project.
    part TEXT NOT NULL,
    -- The version that this save made.
    version INTEGER NOT NULL CONSTRAINT draft_changes_version_counts CHECK (version >= 1),
    -- JSON object of field -> [bytes kept at the start, at the end, what stood between them before].
    changes TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    saved_by TEXT NOT NULL REFERENCES accounts (id),
    -- SHA-256 of the key of the form that a script saved from, and how often it had; empty and 0 for any other post.
    form TEXT NOT NULL,
    sequence BIGINT NOT NULL CONSTRAINT draft_changes_sequence_not_negative CHECK (sequence >= 0),
    -- Whether the audit trail tells of this save: while somebody types, it does so now and then.
    is_recorded BOOLEAN NOT NULL,
    PRIMARY KEY (application_id, part, version)
);
-- such as: ('019...', 'analysis', 2, '{"behoefte":[14,1,""]}', '2026-09-15 08:00:00', '019...', '', 0, true)

-- Who has a part of an application open: told by their browser every half minute, and forgotten after two minutes.
CREATE TABLE presence (
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- The name of a section, or the id of a project.
    part TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    since TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (application_id, part, account_id)
);
-- such as: ('019...', 'analysis', '019...', '2026-09-15 08:00:00', '2026-09-15 08:03:30')
