ALTER TABLE budget_decisions DROP COLUMN returned_reason;
ALTER TABLE budget_decisions DROP COLUMN returned_at;
ALTER TABLE budget_decisions DROP COLUMN returned_by;
ALTER TABLE proposals DROP COLUMN returned_reason;
ALTER TABLE proposals DROP COLUMN returned_at;
ALTER TABLE proposals DROP COLUMN returned_by;
