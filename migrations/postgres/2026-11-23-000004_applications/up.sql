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
    submitted_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT applications_one_per_region_and_window UNIQUE (window_id, region_id),
    CONSTRAINT applications_submitted_iff_version CHECK ((submitted_at IS NULL) = (latest_version = 0)),
    CONSTRAINT applications_draft_iff_never_submitted CHECK (state NOT IN ('submitted', 'completion_requested', 'completed', 'in_assessment', 'assessed', 'proposed', 'not_treated_proposed', 'decided', 'notified') OR latest_version > 0)
);
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
    saved_at TIMESTAMP NOT NULL,
    saved_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    PRIMARY KEY (application_id, section)
);

CREATE TABLE application_participants (
    application_id TEXT NOT NULL REFERENCES applications (id),
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    PRIMARY KEY (application_id, municipality_id)
);

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
    score_hundredths BIGINT CONSTRAINT projects_score_not_negative CHECK (score_hundredths >= 0),
    removed_at TIMESTAMP,
    saved_at TIMESTAMP NOT NULL,
    saved_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL
);
CREATE INDEX projects_by_application ON projects (application_id, position, id);

CREATE TABLE project_years (
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    costs_cents BIGINT NOT NULL,
    own_contribution_cents BIGINT NOT NULL,
    co_financing_cents BIGINT NOT NULL,
    requested_cents BIGINT NOT NULL CONSTRAINT project_years_requested_not_negative CHECK (requested_cents >= 0),
    minimum_cents BIGINT NOT NULL CONSTRAINT project_years_minimum_in_range CHECK (minimum_cents BETWEEN 0 AND requested_cents),
    -- Set when the assessment of the application is closed.
    eligible_cents BIGINT CONSTRAINT project_years_eligible_in_range CHECK (eligible_cents BETWEEN 0 AND requested_cents),
    PRIMARY KEY (project_id, year),
    CONSTRAINT project_years_foot CHECK (requested_cents = costs_cents - own_contribution_cents - co_financing_cents)
);

CREATE TABLE budget_lines (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT budget_lines_kind_known CHECK (kind IN ('staff', 'hiring', 'material', 'other')),
    description TEXT NOT NULL,
    -- Hours or pieces, in hundredths.
    quantity_hundredths BIGINT NOT NULL CONSTRAINT budget_lines_quantity_not_negative CHECK (quantity_hundredths >= 0),
    rate_cents BIGINT NOT NULL CONSTRAINT budget_lines_rate_not_negative CHECK (rate_cents >= 0),
    amount_cents BIGINT NOT NULL CONSTRAINT budget_lines_amount_not_negative CHECK (amount_cents >= 0),
    PRIMARY KEY (project_id, position, year)
);

CREATE TABLE indicators (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    level TEXT NOT NULL CONSTRAINT indicators_level_known CHECK (level IN ('output', 'outcome')),
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL CONSTRAINT indicators_direction_known CHECK (direction IN ('up', 'down')),
    baseline_hundredths BIGINT,
    baseline_absent_because TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT indicators_position_once UNIQUE (project_id, position)
);

CREATE TABLE indicator_years (
    indicator_id TEXT NOT NULL REFERENCES indicators (id),
    year INTEGER NOT NULL,
    target_hundredths BIGINT NOT NULL,
    actual_hundredths BIGINT,
    explanation TEXT NOT NULL DEFAULT '',
    reported_at TIMESTAMP,
    reported_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (indicator_id, year),
    CONSTRAINT indicator_years_reported_iff_actual CHECK ((actual_hundredths IS NULL) = (reported_at IS NULL))
);

-- What was submitted, frozen: never changed, never removed.
CREATE TABLE application_versions (
    application_id TEXT NOT NULL REFERENCES applications (id),
    number INTEGER NOT NULL,
    submitted_at TIMESTAMP NOT NULL,
    submitted_by TEXT NOT NULL REFERENCES accounts (id),
    -- Canonical JSON (RFC 8785) of everything that was entered; `sha256` is its hash.
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    requested_cents BIGINT NOT NULL,
    PRIMARY KEY (application_id, number)
);

CREATE TABLE completion_requests (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    -- JSON list of the sections that are open again; `projects` opens all projects.
    sections TEXT NOT NULL,
    message TEXT NOT NULL,
    due_on DATE NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    requested_by TEXT NOT NULL REFERENCES accounts (id),
    answered_at TIMESTAMP
);
CREATE INDEX completion_requests_by_application ON completion_requests (application_id, requested_at);

CREATE TRIGGER application_versions_append_only BEFORE UPDATE OR DELETE ON application_versions FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER application_versions_no_truncate BEFORE TRUNCATE ON application_versions FOR EACH STATEMENT EXECUTE FUNCTION append_only();
