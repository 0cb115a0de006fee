-- Bytes that may be in storage and that no attachment tells of: of an upload that goes on or broke off, or of a file
-- that was forgotten. What is not in this table is not swept away, whoever else keeps files in the same storage.
CREATE TABLE loose_files (
    id TEXT PRIMARY KEY NOT NULL,
    since TIMESTAMP NOT NULL
);
CREATE INDEX loose_files_by_time ON loose_files (since, id);
-- such as: ('019...', '2026-09-15 08:00:00')
