-- A line that was split comes together again, in the envelope that comes first.
PRAGMA legacy_alter_table = ON;
DROP TRIGGER decision_lines_no_replace;
DROP TRIGGER decision_lines_no_update;
DROP TRIGGER decision_lines_no_delete;

CREATE TABLE proposal_lines_whole (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT proposal_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT proposal_lines_reason_given CHECK (reason <> ''),
    PRIMARY KEY (proposal_id, project_id, year)
) STRICT;
INSERT INTO proposal_lines_whole (proposal_id, project_id, year, envelope_id, amount_cents, reason)
SELECT proposal_id, project_id, year, MIN(envelope_id), SUM(amount_cents), MIN(reason) FROM proposal_lines GROUP BY proposal_id, project_id, year;
DROP TABLE proposal_lines;
ALTER TABLE proposal_lines_whole RENAME TO proposal_lines;

CREATE TABLE decision_lines_whole (
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT decision_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT decision_lines_reason_given CHECK (reason <> ''),
    PRIMARY KEY (decision_id, project_id, year)
) STRICT;
INSERT INTO decision_lines_whole (decision_id, project_id, year, envelope_id, amount_cents, reason)
SELECT decision_id, project_id, year, MIN(envelope_id), SUM(amount_cents), MIN(reason) FROM decision_lines GROUP BY decision_id, project_id, year;
DROP TABLE decision_lines;
ALTER TABLE decision_lines_whole RENAME TO decision_lines;
CREATE INDEX decision_lines_by_project ON decision_lines (project_id, year);

CREATE TRIGGER decision_lines_no_replace BEFORE INSERT ON decision_lines WHEN EXISTS (SELECT 1 FROM decision_lines WHERE decision_id = NEW.decision_id AND project_id = NEW.project_id AND year = NEW.year)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_no_update BEFORE UPDATE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_no_delete BEFORE DELETE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
PRAGMA legacy_alter_table = OFF;
