-- What one project gets in one year may come from more than one envelope (what another category left over), so a line is
-- of an envelope, too. And beside why: the smallest change that would have given the project more, for the letter.
-- Views and triggers of other tables name these by their names, and find the new ones under them.
PRAGMA legacy_alter_table = ON;
DROP TRIGGER decision_lines_no_replace;
DROP TRIGGER decision_lines_no_update;
DROP TRIGGER decision_lines_no_delete;

CREATE TABLE proposal_lines_split (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT proposal_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT proposal_lines_reason_given CHECK (reason <> ''),
    smallest_change TEXT CONSTRAINT proposal_lines_change_given CHECK (smallest_change <> ''),
    PRIMARY KEY (proposal_id, project_id, year, envelope_id)
) STRICT;
INSERT INTO proposal_lines_split (proposal_id, project_id, year, envelope_id, amount_cents, reason)
SELECT proposal_id, project_id, year, envelope_id, amount_cents, reason FROM proposal_lines;
DROP TABLE proposal_lines;
ALTER TABLE proposal_lines_split RENAME TO proposal_lines;

CREATE TABLE decision_lines_split (
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT decision_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT decision_lines_reason_given CHECK (reason <> ''),
    smallest_change TEXT CONSTRAINT decision_lines_change_given CHECK (smallest_change <> ''),
    PRIMARY KEY (decision_id, project_id, year, envelope_id)
) STRICT;
INSERT INTO decision_lines_split (decision_id, project_id, year, envelope_id, amount_cents, reason)
SELECT decision_id, project_id, year, envelope_id, amount_cents, reason FROM decision_lines;
DROP TABLE decision_lines;
ALTER TABLE decision_lines_split RENAME TO decision_lines;
CREATE INDEX decision_lines_by_project ON decision_lines (project_id, year);

CREATE TRIGGER decision_lines_no_replace BEFORE INSERT ON decision_lines WHEN EXISTS (SELECT 1 FROM decision_lines WHERE decision_id = NEW.decision_id AND project_id = NEW.project_id AND year = NEW.year AND envelope_id = NEW.envelope_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_no_update BEFORE UPDATE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_no_delete BEFORE DELETE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
PRAGMA legacy_alter_table = OFF;
