-- A scenario stays as it was computed, edits by hand stand beside it, and what was adopted or discarded changes no more; nor does
-- what was proposed of it.
CREATE TRIGGER scenarios_kept BEFORE UPDATE ON scenarios
WHEN OLD.state <> 'draft' OR NEW.id <> OLD.id OR NEW.window_id <> OLD.window_id OR NEW.name <> OLD.name OR NEW.input <> OLD.input OR NEW.input_sha256 <> OLD.input_sha256 OR NEW.result <> OLD.result OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by
BEGIN SELECT RAISE(ABORT, 'scenarios is append-only'); END;
CREATE TRIGGER scenarios_no_delete BEFORE DELETE ON scenarios BEGIN SELECT RAISE(ABORT, 'scenarios is append-only'); END;
-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER scenarios_no_replace BEFORE INSERT ON scenarios WHEN EXISTS (SELECT 1 FROM scenarios WHERE id = NEW.id OR (window_id = NEW.window_id AND name = NEW.name))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: scenarios is append-only'); END;

CREATE TRIGGER scenario_edits_no_update BEFORE UPDATE ON scenario_edits BEGIN SELECT RAISE(ABORT, 'scenario_edits is append-only'); END;
CREATE TRIGGER scenario_edits_no_delete BEFORE DELETE ON scenario_edits BEGIN SELECT RAISE(ABORT, 'scenario_edits is append-only'); END;
CREATE TRIGGER scenario_edits_no_replace BEFORE INSERT ON scenario_edits WHEN EXISTS (SELECT 1 FROM scenario_edits WHERE scenario_id = NEW.scenario_id AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: scenario_edits is append-only'); END;
CREATE TRIGGER scenario_edits_of_draft BEFORE INSERT ON scenario_edits WHEN EXISTS (SELECT 1 FROM scenarios WHERE id = NEW.scenario_id AND state <> 'draft')
BEGIN SELECT RAISE(ABORT, 'scenario_edits is append-only: the scenario is no draft'); END;

CREATE TRIGGER proposal_lines_no_update BEFORE UPDATE ON proposal_lines BEGIN SELECT RAISE(ABORT, 'proposal_lines is append-only'); END;
CREATE TRIGGER proposal_lines_no_delete BEFORE DELETE ON proposal_lines BEGIN SELECT RAISE(ABORT, 'proposal_lines is append-only'); END;
CREATE TRIGGER proposal_lines_no_replace BEFORE INSERT ON proposal_lines WHEN EXISTS (SELECT 1 FROM proposal_lines WHERE proposal_id = NEW.proposal_id AND project_id = NEW.project_id AND year = NEW.year AND envelope_id = NEW.envelope_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: proposal_lines is append-only'); END;
