DROP TRIGGER proposals_at_least;
DROP TRIGGER project_balances_promise;
DROP TRIGGER journal_entries_limit;
DROP VIEW applicant_promises;
DROP TABLE applicant_limits;
