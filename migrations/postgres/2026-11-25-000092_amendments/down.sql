DROP TRIGGER journal_entries_amendment ON journal_entries;
DROP FUNCTION journal_entries_amendment();
DROP TABLE amendment_lines;
DROP TABLE amendments;
DROP FUNCTION amendment_lines_of_open();
DROP FUNCTION amendments_once_decided();
