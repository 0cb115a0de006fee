-- What one project gets in one year may come from more than one envelope (what another category left over), so a line is
-- of an envelope, too. And beside why: the smallest change that would have given the project more, for the letter.
ALTER TABLE proposal_lines DROP CONSTRAINT proposal_lines_pkey;
ALTER TABLE proposal_lines ADD PRIMARY KEY (proposal_id, project_id, year, envelope_id);
ALTER TABLE proposal_lines ADD COLUMN smallest_change TEXT CONSTRAINT proposal_lines_change_given CHECK (smallest_change <> '');
ALTER TABLE decision_lines DROP CONSTRAINT decision_lines_pkey;
ALTER TABLE decision_lines ADD PRIMARY KEY (decision_id, project_id, year, envelope_id);
ALTER TABLE decision_lines ADD COLUMN smallest_change TEXT CONSTRAINT decision_lines_change_given CHECK (smallest_change <> '');
