-- What an applicant (a lead municipality) gets of a year at least and at most, over all envelopes, and
-- what it was promised. Applicants without limits have no row.
CREATE TABLE applicant_limits (
    budget_year_id TEXT NOT NULL REFERENCES budget_years (id),
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    -- At least this much, as far as it asks that.
    at_least_cents INTEGER NOT NULL CONSTRAINT applicant_limits_least_not_negative CHECK (at_least_cents >= 0),
    at_most_cents INTEGER,
    -- Reserved, decided, paid or accounted for; kept by the journal's trigger.
    promised_cents INTEGER NOT NULL CONSTRAINT applicant_limits_promised_not_negative CHECK (promised_cents >= 0),
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    PRIMARY KEY (budget_year_id, municipality_id),
    CONSTRAINT applicant_limits_within_most CHECK (at_most_cents IS NULL OR promised_cents <= at_most_cents),
    CONSTRAINT applicant_limits_in_order CHECK (at_most_cents IS NULL OR at_least_cents <= at_most_cents)
) STRICT;
CREATE INDEX applicant_limits_by_municipality ON applicant_limits (municipality_id, budget_year_id);

-- What each applicant was promised of a year, by the balances of its projects.
CREATE VIEW applicant_promises AS
SELECT e.budget_year_id AS budget_year_id, a.lead_municipality_id AS municipality_id,
    CAST(SUM(b.reserved_cents + b.committed_cents + b.advanced_cents + b.paid_cents + b.accepted_cents + b.determined_cents) AS BIGINT) AS promised_cents
FROM project_balances b
JOIN envelopes e ON e.id = b.envelope_id
JOIN projects p ON p.id = b.project_id
JOIN applications a ON a.id = p.application_id
GROUP BY e.budget_year_id, a.lead_municipality_id;

-- The CHECK says it too; this one also holds for INSERT OR IGNORE.
CREATE TRIGGER journal_entries_limit BEFORE INSERT ON journal_entries
WHEN NEW.project_id IS NOT NULL AND NEW.to_stage IN ('reserved', 'committed', 'advanced', 'paid', 'accepted', 'determined') AND NEW.from_stage NOT IN ('reserved', 'committed', 'advanced', 'paid', 'accepted', 'determined')
  AND EXISTS (SELECT 1 FROM applicant_limits WHERE budget_year_id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id) AND municipality_id = (SELECT lead_municipality_id FROM applications WHERE id = NEW.application_id) AND promised_cents + NEW.amount_cents > at_most_cents)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: applicant_limits_within_most'); END;
CREATE TRIGGER project_balances_promise AFTER UPDATE ON project_balances
WHEN NEW.reserved_cents + NEW.committed_cents + NEW.advanced_cents + NEW.paid_cents + NEW.accepted_cents + NEW.determined_cents <> OLD.reserved_cents + OLD.committed_cents + OLD.advanced_cents + OLD.paid_cents + OLD.accepted_cents + OLD.determined_cents
BEGIN
    UPDATE applicant_limits SET promised_cents = promised_cents + NEW.reserved_cents + NEW.committed_cents + NEW.advanced_cents + NEW.paid_cents + NEW.accepted_cents + NEW.determined_cents - (OLD.reserved_cents + OLD.committed_cents + OLD.advanced_cents + OLD.paid_cents + OLD.accepted_cents + OLD.determined_cents)
    WHERE budget_year_id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.envelope_id)
      AND municipality_id = (SELECT a.lead_municipality_id FROM applications a JOIN projects p ON p.application_id = a.id WHERE p.id = NEW.project_id);
END;
CREATE TRIGGER applicant_limits_kept_insert BEFORE INSERT ON applicant_limits
WHEN EXISTS (SELECT 1 FROM applicant_limits WHERE budget_year_id = NEW.budget_year_id AND municipality_id = NEW.municipality_id)
  OR NEW.promised_cents <> COALESCE((SELECT promised_cents FROM applicant_promises WHERE budget_year_id = NEW.budget_year_id AND municipality_id = NEW.municipality_id), 0)
BEGIN SELECT RAISE(ABORT, 'applicant_limits is kept by the journal'); END;
CREATE TRIGGER applicant_limits_kept_update BEFORE UPDATE ON applicant_limits
WHEN NEW.budget_year_id <> OLD.budget_year_id OR NEW.municipality_id <> OLD.municipality_id OR (NEW.promised_cents <> OLD.promised_cents
  AND NEW.promised_cents <> COALESCE((SELECT promised_cents FROM applicant_promises WHERE budget_year_id = NEW.budget_year_id AND municipality_id = NEW.municipality_id), 0))
BEGIN SELECT RAISE(ABORT, 'applicant_limits is kept by the journal'); END;
-- Nobody is decided on with less than what their municipality gets at least, unless they ask less.
CREATE TRIGGER proposals_at_least BEFORE UPDATE ON proposals WHEN NEW.state = 'decided' AND OLD.state <> 'decided' AND EXISTS (SELECT 1 FROM applications a
    JOIN application_windows w ON w.id = a.window_id
    JOIN budget_years y ON y.cycle_id = w.cycle_id
    JOIN applicant_limits l ON l.budget_year_id = y.id AND l.municipality_id = a.lead_municipality_id
    WHERE a.id = NEW.application_id AND l.at_least_cents > 0
      AND COALESCE((SELECT SUM(n.amount_cents) FROM proposal_lines n WHERE n.proposal_id = NEW.id AND n.year = y.year), 0) < l.at_least_cents - l.promised_cents
        + COALESCE((SELECT SUM(b.reserved_cents + b.committed_cents + b.advanced_cents + b.paid_cents + b.accepted_cents + b.determined_cents) FROM project_balances b JOIN projects p ON p.id = b.project_id JOIN envelopes e ON e.id = b.envelope_id WHERE p.application_id = a.id AND e.budget_year_id = y.id), 0)
      AND COALESCE((SELECT SUM(n.amount_cents) FROM proposal_lines n WHERE n.proposal_id = NEW.id AND n.year = y.year), 0)
        < COALESCE((SELECT SUM(n.eligible_cents) FROM projects p JOIN project_years n ON n.project_id = p.id WHERE p.application_id = a.id AND p.removed_at IS NULL AND n.year = y.year), 0))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: applicant_limits_at_least'); END;
