-- Somebody who may not submit asks a signatory to: with what was written then, so that what changed
-- since can be shown.
CREATE TABLE signing_requests (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES accounts (id),
    -- Canonical JSON of what was written; `sha256` is its hash.
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    answered_at TEXT,
    answered_by TEXT REFERENCES accounts (id),
    answer TEXT CONSTRAINT signing_requests_answer_known CHECK (answer IN ('submitted', 'returned', 'withdrawn')),
    remark TEXT NOT NULL,
    CONSTRAINT signing_requests_answered_iff_answer CHECK ((answered_at IS NULL) = (answer IS NULL) AND (answered_by IS NULL) = (answer IS NULL)),
    CONSTRAINT signing_requests_returned_with_a_remark CHECK (answer IS NULL OR answer <> 'returned' OR remark <> '')
) STRICT;
CREATE INDEX signing_requests_by_application ON signing_requests (application_id, asked_at);
CREATE UNIQUE INDEX signing_requests_one_open ON signing_requests (application_id) WHERE answered_at IS NULL;
-- The request that waits for an answer.
ALTER TABLE applications ADD COLUMN signing_id TEXT;

-- Which version of which earlier application the texts came from.
CREATE TABLE application_copies (
    application_id TEXT PRIMARY KEY NOT NULL REFERENCES applications (id),
    source_id TEXT NOT NULL REFERENCES applications (id),
    source_number INTEGER NOT NULL,
    -- JSON object: project of this application -> project of the earlier one.
    projects TEXT NOT NULL,
    CONSTRAINT application_copies_from_another CHECK (application_id <> source_id)
) STRICT;
ALTER TABLE applications ADD COLUMN copied_from TEXT;
