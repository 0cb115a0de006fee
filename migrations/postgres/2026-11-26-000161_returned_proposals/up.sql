-- A proposal that is not decided on as it is goes back to who made it, with the reason: it is withdrawn then, by who decides.
ALTER TABLE proposals ADD COLUMN returned_by TEXT REFERENCES accounts (id) CONSTRAINT proposals_returned_by_another CHECK (returned_by <> proposed_by);
ALTER TABLE proposals ADD COLUMN returned_at TIMESTAMP;
ALTER TABLE proposals ADD COLUMN returned_reason TEXT CONSTRAINT proposals_returned_whole CHECK ((returned_reason IS NULL AND returned_by IS NULL AND returned_at IS NULL) OR (state = 'withdrawn' AND returned_by IS NOT NULL AND returned_at IS NOT NULL AND returned_reason IS NOT NULL AND returned_reason <> ''));
ALTER TABLE budget_decisions ADD COLUMN returned_by TEXT REFERENCES accounts (id) CONSTRAINT budget_decisions_returned_by_another CHECK (returned_by <> proposed_by);
ALTER TABLE budget_decisions ADD COLUMN returned_at TIMESTAMP;
ALTER TABLE budget_decisions ADD COLUMN returned_reason TEXT CONSTRAINT budget_decisions_returned_whole CHECK ((returned_reason IS NULL AND returned_by IS NULL AND returned_at IS NULL) OR (state = 'withdrawn' AND returned_by IS NOT NULL AND returned_at IS NOT NULL AND returned_reason IS NOT NULL AND returned_reason <> ''));
