DROP FUNCTION proposals_at_least CASCADE;
DROP FUNCTION project_balances_promise CASCADE;
DROP VIEW applicant_promises;
DROP TABLE applicant_limits;
DROP FUNCTION applicant_limits_kept CASCADE;
