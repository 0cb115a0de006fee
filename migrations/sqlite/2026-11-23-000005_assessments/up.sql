-- Who assesses what, with which interests, and how each project was scored.
CREATE TABLE assignments (
    application_id TEXT NOT NULL REFERENCES applications (id),
    reviewer_id TEXT NOT NULL REFERENCES accounts (id),
    department TEXT NOT NULL CONSTRAINT assignments_department_known CHECK (department IN ('nctv', 'szw')),
    assigned_at TEXT NOT NULL,
    assigned_by TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (application_id, reviewer_id)
) STRICT;
CREATE INDEX assignments_by_reviewer ON assignments (reviewer_id, application_id);

-- A declared conflict closes the dossier to that person everywhere.
CREATE TABLE interest_declarations (
    application_id TEXT NOT NULL REFERENCES applications (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    has_conflict INTEGER NOT NULL,
    note TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    PRIMARY KEY (application_id, account_id),
    CONSTRAINT interest_declarations_conflict_has_note CHECK (NOT has_conflict OR note <> '')
) STRICT;
CREATE INDEX interest_declarations_by_account ON interest_declarations (account_id, application_id);
CREATE INDEX interest_declarations_conflicts ON interest_declarations (account_id, application_id) WHERE has_conflict;

CREATE TABLE assessments (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    reviewer_id TEXT NOT NULL REFERENCES accounts (id),
    department TEXT NOT NULL CONSTRAINT assessments_department_known CHECK (department IN ('nctv', 'szw')),
    -- JSON object of field -> text, exactly as typed, while it is a draft.
    answers TEXT NOT NULL,
    advice TEXT CONSTRAINT assessments_advice_known CHECK (advice IN ('fund', 'fund_conditionally', 'reject')),
    advice_reason TEXT NOT NULL,
    score_hundredths INTEGER,
    final_at TEXT,
    saved_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT assessments_once_per_reviewer UNIQUE (project_id, reviewer_id),
    CONSTRAINT assessments_final_has_score CHECK (final_at IS NULL OR (score_hundredths IS NOT NULL AND advice IS NOT NULL))
) STRICT;
CREATE INDEX assessments_by_reviewer ON assessments (reviewer_id);

CREATE TABLE assessment_scores (
    assessment_id TEXT NOT NULL REFERENCES assessments (id),
    criterion_id TEXT NOT NULL REFERENCES criteria (id),
    score INTEGER NOT NULL CONSTRAINT assessment_scores_on_scale CHECK (score BETWEEN 1 AND 5),
    reason TEXT NOT NULL CONSTRAINT assessment_scores_reason_given CHECK (reason <> ''),
    PRIMARY KEY (assessment_id, criterion_id)
) STRICT;

CREATE TABLE assessment_years (
    assessment_id TEXT NOT NULL REFERENCES assessments (id),
    year INTEGER NOT NULL,
    eligible_cents INTEGER NOT NULL CONSTRAINT assessment_years_eligible_not_negative CHECK (eligible_cents >= 0),
    PRIMARY KEY (assessment_id, year)
) STRICT;
