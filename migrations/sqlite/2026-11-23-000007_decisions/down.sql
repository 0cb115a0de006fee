DROP TABLE outbox;
DROP TABLE decision_lines;
DROP TABLE decisions;
DROP TABLE proposal_lines;
DROP TABLE proposals;
DROP TABLE scenario_edits;
DROP TABLE scenarios;
