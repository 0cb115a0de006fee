ALTER TABLE amendments DROP COLUMN letter_sha256;
ALTER TABLE amendments DROP COLUMN letter;
