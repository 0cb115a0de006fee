DROP TABLE journal_entries;
DROP TABLE envelope_balances;
DROP FUNCTION journal_entries_move CASCADE;
