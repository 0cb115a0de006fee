-- The letter of a change of an award as it was sent, with its hash, as decisions have. Of what was decided before this there
-- is none.
ALTER TABLE amendments ADD COLUMN letter TEXT;
ALTER TABLE amendments ADD COLUMN letter_sha256 TEXT CONSTRAINT amendments_letter_iff_hash CHECK ((letter IS NULL) = (letter_sha256 IS NULL));
