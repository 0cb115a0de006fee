DROP TABLE journal_entries;
DROP TABLE journal_transactions;
DROP TABLE project_balances;
DROP TABLE envelope_balances;
ALTER TABLE budget_years DROP COLUMN last_entry_id;
DROP FUNCTION journal_entries_move CASCADE;
