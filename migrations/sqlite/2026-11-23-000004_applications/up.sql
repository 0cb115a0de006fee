-- The application: what was typed per section and project, what it means, and what was submitted.
CREATE TABLE applications (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL CONSTRAINT applications_reference_once UNIQUE,
    window_id TEXT NOT NULL REFERENCES application_windows (id),
    region_id TEXT NOT NULL REFERENCES regions (id),
    lead_municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    -- The awarded application that a top-up adds to.
    parent_id TEXT REFERENCES applications (id),
    state TEXT NOT NULL CONSTRAINT applications_state_known CHECK (state IN ('draft', 'submitted', 'completion_requested', 'completed', 'in_assessment', 'assessed', 'proposed', 'not_treated_proposed', 'decided', 'notified', 'withdrawn')),
    latest_version INTEGER NOT NULL,
    submitted_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT applications_one_per_region_and_window UNIQUE (window_id, region_id),
    CONSTRAINT applications_submitted_iff_version CHECK ((submitted_at IS NULL) = (latest_version = 0)),
    CONSTRAINT applications_draft_iff_never_submitted CHECK (state NOT IN ('submitted', 'completion_requested', 'completed', 'in_assessment', 'assessed', 'proposed', 'not_treated_proposed', 'decided', 'notified') OR latest_version > 0)
) STRICT;
CREATE INDEX applications_by_municipality ON applications (lead_municipality_id, id);
CREATE INDEX applications_by_state ON applications (window_id, state, id);
-- What the ministry can know of; drafts are at 0.
CREATE INDEX applications_submitted ON applications (latest_version, id);
CREATE INDEX applications_by_parent ON applications (parent_id);

CREATE TABLE application_sections (
    application_id TEXT NOT NULL REFERENCES applications (id),
    section TEXT NOT NULL CONSTRAINT application_sections_known CHECK (section IN ('organisation', 'region', 'analysis', 'statements', 'attachments')),
    -- JSON object of field -> text, exactly as typed.
    answers TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    PRIMARY KEY (application_id, section)
) STRICT;

CREATE TABLE application_participants (
    application_id TEXT NOT NULL REFERENCES applications (id),
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    PRIMARY KEY (application_id, municipality_id)
) STRICT;

CREATE TABLE projects (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    position INTEGER NOT NULL,
    -- JSON object of field -> text, exactly as typed; the columns below are what it means so far.
    answers TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT CONSTRAINT projects_category_known CHECK (category IN ('baseline', 'prevention', 'one_year')),
    sub_item TEXT,
    -- Set when the assessment of the application is closed.
    score_hundredths INTEGER CONSTRAINT projects_score_not_negative CHECK (score_hundredths >= 0),
    removed_at TEXT,
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX projects_by_application ON projects (application_id, position, id);

CREATE TABLE project_years (
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    costs_cents INTEGER NOT NULL,
    own_contribution_cents INTEGER NOT NULL,
    co_financing_cents INTEGER NOT NULL,
    requested_cents INTEGER NOT NULL CONSTRAINT project_years_requested_not_negative CHECK (requested_cents >= 0),
    minimum_cents INTEGER NOT NULL CONSTRAINT project_years_minimum_in_range CHECK (minimum_cents BETWEEN 0 AND requested_cents),
    -- Set when the assessment of the application is closed.
    eligible_cents INTEGER CONSTRAINT project_years_eligible_in_range CHECK (eligible_cents BETWEEN 0 AND requested_cents),
    PRIMARY KEY (project_id, year),
    CONSTRAINT project_years_foot CHECK (requested_cents = costs_cents - own_contribution_cents - co_financing_cents)
) STRICT;

CREATE TABLE budget_lines (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT budget_lines_kind_known CHECK (kind IN ('staff', 'hiring', 'material', 'other')),
    description TEXT NOT NULL,
    -- Hours or pieces, in hundredths.
    quantity_hundredths INTEGER NOT NULL CONSTRAINT budget_lines_quantity_not_negative CHECK (quantity_hundredths >= 0),
    rate_cents INTEGER NOT NULL CONSTRAINT budget_lines_rate_not_negative CHECK (rate_cents >= 0),
    amount_cents INTEGER NOT NULL CONSTRAINT budget_lines_amount_not_negative CHECK (amount_cents >= 0),
    PRIMARY KEY (project_id, position, year)
) STRICT;

CREATE TABLE indicators (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    level TEXT NOT NULL CONSTRAINT indicators_level_known CHECK (level IN ('output', 'outcome')),
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL CONSTRAINT indicators_direction_known CHECK (direction IN ('up', 'down')),
    baseline_hundredths INTEGER,
    baseline_absent_because TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT indicators_position_once UNIQUE (project_id, position)
) STRICT;

CREATE TABLE indicator_years (
    indicator_id TEXT NOT NULL REFERENCES indicators (id),
    year INTEGER NOT NULL,
    target_hundredths INTEGER NOT NULL,
    actual_hundredths INTEGER,
    explanation TEXT NOT NULL DEFAULT '',
    reported_at TEXT,
    reported_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (indicator_id, year),
    CONSTRAINT indicator_years_reported_iff_actual CHECK ((actual_hundredths IS NULL) = (reported_at IS NULL))
) STRICT;

-- What was submitted, frozen: never changed, never removed.
CREATE TABLE application_versions (
    application_id TEXT NOT NULL REFERENCES applications (id),
    number INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    submitted_by TEXT NOT NULL REFERENCES accounts (id),
    -- Canonical JSON (RFC 8785) of everything that was entered; `sha256` is its hash.
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    requested_cents INTEGER NOT NULL,
    PRIMARY KEY (application_id, number)
) STRICT;

CREATE TABLE completion_requests (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- JSON list of the sections that are open again; `projects` opens all projects.
    sections TEXT NOT NULL,
    message TEXT NOT NULL,
    due_on TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    requested_by TEXT NOT NULL REFERENCES accounts (id),
    answered_at TEXT
) STRICT;
CREATE INDEX completion_requests_by_application ON completion_requests (application_id, requested_at);

-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER application_versions_no_replace BEFORE INSERT ON application_versions WHEN EXISTS (SELECT 1 FROM application_versions WHERE application_id = NEW.application_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: application_versions is append-only'); END;
CREATE TRIGGER application_versions_no_update BEFORE UPDATE ON application_versions BEGIN SELECT RAISE(ABORT, 'application_versions is append-only'); END;
CREATE TRIGGER application_versions_no_delete BEFORE DELETE ON application_versions BEGIN SELECT RAISE(ABORT, 'application_versions is append-only'); END;
