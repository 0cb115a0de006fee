DROP TABLE presence;
DROP TABLE draft_changes;
