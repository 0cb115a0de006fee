-- A scenario stays as it was computed, edits by hand stand beside it, and what was adopted or discarded changes no more; nor does
-- what was proposed of it.
CREATE TRIGGER scenarios_kept BEFORE UPDATE ON scenarios FOR EACH ROW
WHEN (OLD.state <> 'draft' OR NEW.id <> OLD.id OR NEW.window_id <> OLD.window_id OR NEW.name <> OLD.name OR NEW.input <> OLD.input OR NEW.input_sha256 <> OLD.input_sha256 OR NEW.result <> OLD.result OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by)
EXECUTE FUNCTION append_only();
CREATE TRIGGER scenarios_no_delete BEFORE DELETE ON scenarios FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER scenarios_no_truncate BEFORE TRUNCATE ON scenarios FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER scenario_edits_append_only BEFORE UPDATE OR DELETE ON scenario_edits FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER scenario_edits_no_truncate BEFORE TRUNCATE ON scenario_edits FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION scenario_edits_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scenarios WHERE id = NEW.scenario_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'scenario_edits is append-only: the scenario is no draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scenario_edits_of_draft BEFORE INSERT ON scenario_edits FOR EACH ROW EXECUTE FUNCTION scenario_edits_of_draft();

CREATE TRIGGER proposal_lines_append_only BEFORE UPDATE OR DELETE ON proposal_lines FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER proposal_lines_no_truncate BEFORE TRUNCATE ON proposal_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only();
