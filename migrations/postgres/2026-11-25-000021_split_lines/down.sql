-- A line that was split comes together again, in the envelope that comes first.
ALTER TABLE proposal_lines DROP COLUMN smallest_change;
ALTER TABLE proposal_lines DROP CONSTRAINT proposal_lines_pkey;
CREATE TEMPORARY TABLE whole ON COMMIT DROP AS SELECT proposal_id, project_id, year, MIN(envelope_id) AS envelope_id, CAST(SUM(amount_cents) AS BIGINT) AS amount_cents, MIN(reason) AS reason FROM proposal_lines GROUP BY proposal_id, project_id, year;
DELETE FROM proposal_lines;
INSERT INTO proposal_lines (proposal_id, project_id, year, envelope_id, amount_cents, reason) SELECT proposal_id, project_id, year, envelope_id, amount_cents, reason FROM whole;
ALTER TABLE proposal_lines ADD PRIMARY KEY (proposal_id, project_id, year);
DROP TABLE whole;

ALTER TABLE decision_lines DROP COLUMN smallest_change;
ALTER TABLE decision_lines DROP CONSTRAINT decision_lines_pkey;
CREATE TEMPORARY TABLE whole ON COMMIT DROP AS SELECT decision_id, project_id, year, MIN(envelope_id) AS envelope_id, CAST(SUM(amount_cents) AS BIGINT) AS amount_cents, MIN(reason) AS reason FROM decision_lines GROUP BY decision_id, project_id, year;
ALTER TABLE decision_lines DISABLE TRIGGER decision_lines_append_only;
DELETE FROM decision_lines;
ALTER TABLE decision_lines ENABLE TRIGGER decision_lines_append_only;
INSERT INTO decision_lines (decision_id, project_id, year, envelope_id, amount_cents, reason) SELECT decision_id, project_id, year, envelope_id, amount_cents, reason FROM whole;
ALTER TABLE decision_lines ADD PRIMARY KEY (decision_id, project_id, year);
DROP TABLE whole;
