-- What lists show of a scenario, so that they need not read its input and outcome; and the terms of it that those do not say.
ALTER TABLE scenarios ADD COLUMN is_hypothetical INTEGER NOT NULL DEFAULT 0 CONSTRAINT scenarios_hypothetical_not_adopted CHECK (NOT is_hypothetical OR state <> 'adopted');
ALTER TABLE scenarios ADD COLUMN is_coupled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE scenarios ADD COLUMN is_feasible INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN ceiling_cents INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN eligible_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT scenarios_eligible_not_negative CHECK (eligible_cents >= 0);
ALTER TABLE scenarios ADD COLUMN awarded_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT scenarios_awarded_within_ceiling CHECK (awarded_cents BETWEEN 0 AND ceiling_cents);
ALTER TABLE scenarios ADD COLUMN full_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN partly_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN nothing_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN edit_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scenarios ADD COLUMN seed TEXT NOT NULL DEFAULT '';
