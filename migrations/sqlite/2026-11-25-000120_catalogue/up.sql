-- Indicators that every municipality can choose, so that what is reached can be added up over regions.
-- A row is an edition: once it was chosen its words stay as they are, and other words are a new edition.
CREATE TABLE catalogue_indicators (
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL CONSTRAINT catalogue_indicators_code_not_empty CHECK (code <> ''),
    edition INTEGER NOT NULL CONSTRAINT catalogue_indicators_edition_positive CHECK (edition > 0),
    level TEXT NOT NULL CONSTRAINT catalogue_indicators_level_known CHECK (level IN ('output', 'outcome')),
    name TEXT NOT NULL CONSTRAINT catalogue_indicators_name_not_empty CHECK (name <> ''),
    definition TEXT NOT NULL,
    unit TEXT NOT NULL CONSTRAINT catalogue_indicators_unit_not_empty CHECK (unit <> ''),
    direction TEXT NOT NULL CONSTRAINT catalogue_indicators_direction_known CHECK (direction IN ('up', 'down')),
    -- Whether the figures of regions can be added: percentages cannot.
    roll_up TEXT NOT NULL CONSTRAINT catalogue_indicators_roll_up_known CHECK (roll_up IN ('sum', 'range')),
    source TEXT NOT NULL,
    frequency TEXT NOT NULL,
    -- The parts that it fits, separated by spaces; empty for all.
    fits TEXT NOT NULL,
    is_example INTEGER NOT NULL,
    -- When the first project chose it.
    used_since TEXT,
    -- When a newer edition took its place.
    replaced_at TEXT,
    -- When it was withdrawn: it can no longer be chosen.
    withdrawn_at TEXT,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT catalogue_indicators_edition_once UNIQUE (code, edition)
) STRICT;
CREATE UNIQUE INDEX catalogue_indicators_one_current ON catalogue_indicators (code) WHERE replaced_at IS NULL;

-- The edition that a project chose.
ALTER TABLE indicators ADD COLUMN catalogue_id TEXT REFERENCES catalogue_indicators (id);
CREATE INDEX indicators_by_catalogue ON indicators (catalogue_id, project_id);
