DROP TRIGGER journal_entries_amendment;
DROP TABLE amendment_lines;
DROP TABLE amendments;
