DROP TABLE journal_entries;
DROP TABLE envelope_balances;
