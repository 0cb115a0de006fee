DROP TRIGGER proposal_lines_no_truncate ON proposal_lines;
DROP TRIGGER proposal_lines_append_only ON proposal_lines;
DROP FUNCTION scenario_edits_of_draft CASCADE;
DROP TRIGGER scenario_edits_no_truncate ON scenario_edits;
DROP TRIGGER scenario_edits_append_only ON scenario_edits;
DROP TRIGGER scenarios_no_truncate ON scenarios;
DROP TRIGGER scenarios_no_delete ON scenarios;
DROP TRIGGER scenarios_kept ON scenarios;
