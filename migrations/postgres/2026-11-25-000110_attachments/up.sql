-- The files that are added to an application. Their bytes are kept outside the database, under the id.
CREATE TABLE attachments (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- The project that it is about; absent where it is about the whole application.
    project_id TEXT REFERENCES projects (id),
    name TEXT NOT NULL CONSTRAINT attachments_name_given CHECK (name <> ''),
    -- What it is, in the words of who added it.
    about TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT attachments_kind_known CHECK (kind IN ('pdf', 'docx', 'xlsx', 'odt', 'ods', 'png', 'jpeg', 'text')),
    size_bytes BIGINT NOT NULL CONSTRAINT attachments_not_empty CHECK (size_bytes > 0),
    sha256 TEXT NOT NULL CONSTRAINT attachments_sha256_whole CHECK (length(sha256) = 64),
    state TEXT NOT NULL CONSTRAINT attachments_state_known CHECK (state IN ('received', 'clean', 'infected', 'unscanned')),
    -- What the scanner said last, or why it could not be asked.
    said TEXT NOT NULL,
    attempts INTEGER NOT NULL CONSTRAINT attachments_attempts_not_negative CHECK (attempts >= 0),
    -- Not scanned before this moment.
    due_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    received_by TEXT NOT NULL REFERENCES accounts (id),
    scanned_at TIMESTAMP,
    removed_at TIMESTAMP,
    -- The first submitted version that names it: from then on it is kept.
    frozen_in INTEGER,
    version INTEGER NOT NULL CONSTRAINT attachments_version_counts CHECK (version >= 1),
    CONSTRAINT attachments_scanned_iff_at CHECK ((state IN ('clean', 'infected')) = (scanned_at IS NOT NULL))
);
CREATE INDEX attachments_by_application ON attachments (application_id, id);
CREATE INDEX attachments_by_due ON attachments (state, due_at, id);
CREATE INDEX attachments_by_removal ON attachments (removed_at, id);
-- such as: ('019...', '019...', NULL, 'Plan van aanpak.pdf', 'Het plan', 'pdf', 48213, 'ab...', 'clean', '', 1, '2026-09-15 08:00:00', '2026-09-15 08:00:00', '019...', '2026-09-15 08:00:01', NULL, 1, 1)
