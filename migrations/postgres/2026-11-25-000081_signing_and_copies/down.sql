ALTER TABLE applications DROP COLUMN copied_from;
ALTER TABLE applications DROP COLUMN signing_id;
DROP TABLE application_copies;
DROP TABLE signing_requests;
