-- The scheme as data, its cycles with years and envelopes, windows, regions.
CREATE TABLE schemes (
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    scheme_version INTEGER NOT NULL,
    title TEXT NOT NULL,
    gazette_number TEXT NOT NULL,
    valid_from_year INTEGER NOT NULL,
    valid_until_year INTEGER NOT NULL,
    is_example INTEGER NOT NULL,
    decision_term_weeks INTEGER NOT NULL CONSTRAINT schemes_decision_term_positive CHECK (decision_term_weeks > 0),
    awb_articles TEXT NOT NULL,
    objection_clause TEXT NOT NULL,
    mandate_line TEXT NOT NULL,
    budget_article TEXT NOT NULL,
    sisa_code TEXT,
    rounding_cents INTEGER NOT NULL CONSTRAINT schemes_rounding_positive CHECK (rounding_cents > 0),
    -- The published chain, as in the input of `allocate`: score, amount_ascending, lottery.
    tie_chain TEXT NOT NULL,
    leftover INTEGER NOT NULL,
    coupled INTEGER NOT NULL,
    frozen_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT schemes_version_once UNIQUE (code, scheme_version),
    CONSTRAINT schemes_years_in_order CHECK (valid_from_year <= valid_until_year)
) STRICT;

CREATE TABLE criteria (
    id TEXT PRIMARY KEY NOT NULL,
    scheme_id TEXT NOT NULL REFERENCES schemes (id),
    department TEXT NOT NULL CONSTRAINT criteria_department_known CHECK (department IN ('nctv', 'szw')),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    question TEXT NOT NULL,
    weight INTEGER NOT NULL CONSTRAINT criteria_weight_positive CHECK (weight > 0),
    CONSTRAINT criteria_position_once UNIQUE (scheme_id, department, position)
) STRICT;

CREATE TABLE cycles (
    id TEXT PRIMARY KEY NOT NULL,
    scheme_id TEXT NOT NULL REFERENCES schemes (id),
    name TEXT NOT NULL,
    first_year INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT cycles_state_known CHECK (state IN ('draft', 'open', 'closed')),
    opened_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT cycles_name_once UNIQUE (name)
) STRICT;

CREATE TABLE budget_years (
    id TEXT PRIMARY KEY NOT NULL,
    cycle_id TEXT NOT NULL REFERENCES cycles (id),
    year INTEGER NOT NULL,
    ceiling_cents INTEGER NOT NULL CONSTRAINT budget_years_ceiling_not_negative CHECK (ceiling_cents >= 0),
    -- What the journal has put into the year's envelopes; kept by the journal's trigger.
    appropriated_cents INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT budget_years_year_once UNIQUE (cycle_id, year),
    CONSTRAINT budget_years_within_ceiling CHECK (appropriated_cents BETWEEN 0 AND ceiling_cents)
) STRICT;

CREATE TABLE envelopes (
    id TEXT PRIMARY KEY NOT NULL,
    budget_year_id TEXT NOT NULL REFERENCES budget_years (id),
    kind TEXT NOT NULL CONSTRAINT envelopes_kind_known CHECK (kind IN ('baseline', 'prevention', 'one_year', 'reserve')),
    mode TEXT NOT NULL CONSTRAINT envelopes_mode_known CHECK (mode IN ('at_most', 'ring_fenced', 'at_least')),
    method TEXT NOT NULL CONSTRAINT envelopes_method_known CHECK (method IN ('ranking_skip', 'ranking_stop', 'ranking_partial', 'pro_rata', 'equal_awards', 'equal_losses', 'talmud', 'exact')),
    -- What the coordinator typed before the cycle was opened; what binds is in the journal.
    planned_cents INTEGER NOT NULL CONSTRAINT envelopes_planned_not_negative CHECK (planned_cents >= 0),
    CONSTRAINT envelopes_kind_once UNIQUE (budget_year_id, kind)
) STRICT;

CREATE TABLE application_windows (
    id TEXT PRIMARY KEY NOT NULL,
    cycle_id TEXT NOT NULL REFERENCES cycles (id),
    kind TEXT NOT NULL CONSTRAINT application_windows_kind_known CHECK (kind IN ('main', 'top_up')),
    name TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT application_windows_in_order CHECK (opens_at < closes_at)
) STRICT;
CREATE INDEX application_windows_by_cycle ON application_windows (cycle_id, opens_at);

CREATE TABLE regions (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL CONSTRAINT regions_name_once UNIQUE,
    sort_name TEXT NOT NULL
) STRICT;

CREATE TABLE region_members (
    region_id TEXT NOT NULL REFERENCES regions (id),
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    PRIMARY KEY (region_id, municipality_id, valid_from)
) STRICT;

CREATE TABLE region_leads (
    region_id TEXT NOT NULL REFERENCES regions (id),
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    PRIMARY KEY (region_id, valid_from)
) STRICT;
CREATE INDEX region_leads_by_municipality ON region_leads (municipality_id);
