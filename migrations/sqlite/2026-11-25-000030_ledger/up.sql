-- What may not be booked and who may touch the balances, besides what the journal itself says; and
-- the decisions on the budget, on which transfers and other ceilings rest.

-- A transfer, another amount for an envelope, or another purpose for what came back: proposed by one
-- person and decided by another.
CREATE TABLE budget_decisions (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL CONSTRAINT budget_decisions_reference_once UNIQUE,
    cycle_id TEXT NOT NULL REFERENCES cycles (id),
    kind TEXT NOT NULL CONSTRAINT budget_decisions_kind_known CHECK (kind IN ('transfer', 'raise', 'lower', 'reuse')),
    from_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    from_stage TEXT NOT NULL,
    to_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT budget_decisions_amount_positive CHECK (amount_cents > 0),
    reason TEXT NOT NULL CONSTRAINT budget_decisions_reason_given CHECK (reason <> ''),
    state TEXT NOT NULL CONSTRAINT budget_decisions_state_known CHECK (state IN ('open', 'decided', 'withdrawn')),
    proposed_at TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at TEXT,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT budget_decisions_four_eyes CHECK (decided_by IS NULL OR decided_by <> proposed_by),
    CONSTRAINT budget_decisions_decided_iff_by CHECK ((state = 'decided') = (decided_by IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT budget_decisions_moves_known CHECK (
        (kind = 'transfer' AND from_stage = 'free' AND from_envelope_id <> to_envelope_id)
        OR (kind = 'raise' AND from_stage = 'budget' AND from_envelope_id = to_envelope_id)
        OR (kind = 'lower' AND from_stage = 'free' AND from_envelope_id = to_envelope_id)
        OR (kind = 'reuse' AND from_stage IN ('released', 'recovered'))
    )
) STRICT;
CREATE INDEX budget_decisions_by_time ON budget_decisions (proposed_at, id);
CREATE INDEX budget_decisions_by_state ON budget_decisions (state, proposed_at, id);

-- What projects of its own category still ask of an envelope with a floor: others may have what is
-- above that, and only once its main rounds are closed. One row per such envelope.
CREATE VIEW floor_claims AS
SELECT e.id AS envelope_id,
    (SELECT MAX(w.closes_at) FROM application_windows w WHERE w.cycle_id = y.cycle_id AND w.kind = 'main') AS closes_at,
    CAST(COALESCE((SELECT SUM(COALESCE(n.eligible_cents, n.requested_cents))
        FROM application_windows w
        JOIN applications a ON a.window_id = w.id
        JOIN projects p ON p.application_id = a.id
        JOIN project_years n ON n.project_id = p.id
        WHERE w.cycle_id = y.cycle_id AND w.kind = 'main'
          AND a.state IN ('submitted', 'completion_requested', 'completed', 'in_assessment', 'assessed')
          AND p.removed_at IS NULL AND p.category = e.kind AND n.year = y.year), 0)
    + COALESCE((SELECT SUM(l.amount_cents)
        FROM proposals r
        JOIN proposal_lines l ON l.proposal_id = r.id
        JOIN projects p ON p.id = l.project_id
        WHERE r.state = 'open' AND NOT r.is_reserved AND l.envelope_id = e.id AND p.category = e.kind), 0) AS BIGINT) AS claims_cents
FROM envelopes e
JOIN budget_years y ON y.id = e.budget_year_id
WHERE e.mode = 'at_least' AND e.kind <> 'reserve';

-- A decision on the budget does not change once it was taken or withdrawn, and never in what it is.
CREATE TRIGGER budget_decisions_no_replace BEFORE INSERT ON budget_decisions WHEN EXISTS (SELECT 1 FROM budget_decisions WHERE id = NEW.id OR reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: budget_decisions is append-only'); END;
CREATE TRIGGER budget_decisions_no_delete BEFORE DELETE ON budget_decisions BEGIN SELECT RAISE(ABORT, 'budget_decisions is append-only'); END;
CREATE TRIGGER budget_decisions_once_decided BEFORE UPDATE ON budget_decisions WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.reference <> OLD.reference OR NEW.cycle_id <> OLD.cycle_id OR NEW.kind <> OLD.kind OR NEW.from_envelope_id <> OLD.from_envelope_id OR NEW.from_stage <> OLD.from_stage OR NEW.to_envelope_id <> OLD.to_envelope_id OR NEW.amount_cents <> OLD.amount_cents OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by
BEGIN SELECT RAISE(ABORT, 'budget_decisions is append-only'); END;

-- Whoever types SQL has no foreign keys here unless they ask for them.
CREATE TRIGGER journal_entries_transaction BEFORE INSERT ON journal_entries
WHEN NOT EXISTS (SELECT 1 FROM journal_transactions t WHERE t.id = NEW.transaction_id AND t.cause_kind = NEW.cause_kind AND t.cause_id = NEW.cause_id AND t.booked_at = NEW.booked_at AND t.booked_by = NEW.booked_by)
BEGIN SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed: journal_entries_of_transaction'); END;
-- No line rests on something that is not there, or that is about something else.
CREATE TRIGGER journal_entries_cause BEFORE INSERT ON journal_entries
WHEN NOT CASE NEW.cause_kind
    WHEN 'cycle' THEN EXISTS (SELECT 1 FROM budget_years y JOIN envelopes e ON e.budget_year_id = y.id WHERE y.cycle_id = NEW.cause_id AND e.id = NEW.to_envelope_id)
    WHEN 'proposal' THEN EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.cause_id AND p.application_id = COALESCE(NEW.application_id, p.application_id))
    WHEN 'decision' THEN EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.cause_id AND d.application_id = COALESCE(NEW.application_id, d.application_id))
    WHEN 'budget_decision' THEN EXISTS (SELECT 1 FROM budget_decisions d WHERE d.id = NEW.cause_id AND d.state = 'decided' AND d.from_envelope_id = NEW.from_envelope_id AND d.from_stage = NEW.from_stage AND d.to_envelope_id = NEW.to_envelope_id AND d.amount_cents = NEW.amount_cents
        AND NEW.kind = CASE d.kind WHEN 'raise' THEN 'appropriation' WHEN 'lower' THEN 'withdrawal' ELSE d.kind END)
    ELSE 1 END
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_cause_exists'); END;
CREATE TRIGGER journal_entries_project BEFORE INSERT ON journal_entries
WHEN NEW.project_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects p WHERE p.id = NEW.project_id AND p.application_id = COALESCE(NEW.application_id, p.application_id))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_project_of_application'); END;
-- Money goes to another envelope of the same year alone.
CREATE TRIGGER journal_entries_year BEFORE INSERT ON journal_entries
WHEN NEW.from_envelope_id <> NEW.to_envelope_id AND (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id) <> (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_same_year'); END;
-- Ring-fenced money goes to projects of its own category or nowhere.
CREATE TRIGGER journal_entries_ring BEFORE INSERT ON journal_entries
WHEN EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id WHERE e.id = NEW.from_envelope_id AND e.mode = 'ring_fenced'
    AND (NEW.from_envelope_id <> NEW.to_envelope_id OR (NEW.kind IN ('reservation', 'commitment') AND e.kind <> 'reserve' AND p.category IS NOT e.kind)))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_ring_fence'); END;
-- A floor: at least this much goes to the envelope's own category, as far as it is asked.
CREATE TRIGGER journal_entries_floor BEFORE INSERT ON journal_entries
WHEN EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id WHERE e.id = NEW.from_envelope_id AND e.mode = 'at_least' AND e.kind <> 'reserve'
    AND (NEW.from_envelope_id <> NEW.to_envelope_id OR (NEW.kind IN ('reservation', 'commitment') AND NEW.from_stage = 'free' AND p.category IS NOT e.kind)))
  AND NEW.amount_cents > COALESCE((SELECT CASE WHEN c.closes_at <= NEW.booked_at THEN b.free_cents + CASE NEW.from_stage WHEN 'released' THEN b.released_cents WHEN 'recovered' THEN b.recovered_cents ELSE 0 END - c.claims_cents ELSE 0 END
    FROM floor_claims c JOIN envelope_balances b ON b.envelope_id = c.envelope_id WHERE c.envelope_id = NEW.from_envelope_id), 0)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_floor'); END;
-- Nobody gives back, is promised or is paid what is not theirs. The CHECKs on the balances say it
-- too; this one also holds for INSERT OR IGNORE.
CREATE TRIGGER journal_entries_own BEFORE INSERT ON journal_entries
WHEN NEW.project_id IS NOT NULL AND NEW.from_stage <> 'free' AND NEW.amount_cents > COALESCE((SELECT CASE NEW.from_stage
    WHEN 'reserved' THEN reserved_cents
    WHEN 'committed' THEN committed_cents
    WHEN 'advanced' THEN advanced_cents
    WHEN 'paid' THEN paid_cents
    WHEN 'accepted' THEN accepted_cents
    WHEN 'determined' THEN determined_cents
    ELSE 0 END FROM project_balances WHERE project_id = NEW.project_id AND envelope_id = NEW.from_envelope_id), 0)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: project_balances_within_own'); END;

-- What is kept is moved by the row of the journal that it names, which is newer than the one before
-- it: every row moves once, so that nothing else can move it.
CREATE TRIGGER envelope_balances_kept_insert BEFORE INSERT ON envelope_balances WHEN NEW.free_cents <> 0 OR NEW.reserved_cents <> 0 OR NEW.committed_cents <> 0 OR NEW.advanced_cents <> 0 OR NEW.paid_cents <> 0 OR NEW.accepted_cents <> 0 OR NEW.determined_cents <> 0 OR NEW.released_cents <> 0 OR NEW.recovered_cents <> 0 OR NEW.last_entry_id IS NOT NULL OR EXISTS (SELECT 1 FROM envelope_balances WHERE envelope_id = NEW.envelope_id)
BEGIN SELECT RAISE(ABORT, 'envelope_balances is kept by the journal'); END;
CREATE TRIGGER envelope_balances_kept_update BEFORE UPDATE ON envelope_balances WHEN NEW.envelope_id <> OLD.envelope_id OR NOT EXISTS (SELECT 1 FROM journal_entries n WHERE n.id = NEW.last_entry_id AND NEW.envelope_id IN (n.from_envelope_id, n.to_envelope_id) AND n.rowid > COALESCE((SELECT o.rowid FROM journal_entries o WHERE o.id = OLD.last_entry_id), 0))
BEGIN SELECT RAISE(ABORT, 'envelope_balances is kept by the journal'); END;
CREATE TRIGGER envelope_balances_kept_delete BEFORE DELETE ON envelope_balances BEGIN SELECT RAISE(ABORT, 'envelope_balances is kept by the journal'); END;
CREATE TRIGGER project_balances_kept_insert BEFORE INSERT ON project_balances WHEN NEW.reserved_cents <> 0 OR NEW.committed_cents <> 0 OR NEW.advanced_cents <> 0 OR NEW.paid_cents <> 0 OR NEW.accepted_cents <> 0 OR NEW.determined_cents <> 0 OR NEW.last_entry_id IS NOT NULL OR EXISTS (SELECT 1 FROM project_balances WHERE project_id = NEW.project_id AND envelope_id = NEW.envelope_id)
BEGIN SELECT RAISE(ABORT, 'project_balances is kept by the journal'); END;
CREATE TRIGGER project_balances_kept_update BEFORE UPDATE ON project_balances WHEN NEW.project_id <> OLD.project_id OR NEW.envelope_id <> OLD.envelope_id OR NOT EXISTS (SELECT 1 FROM journal_entries n WHERE n.id = NEW.last_entry_id AND n.project_id = NEW.project_id AND n.from_envelope_id = NEW.envelope_id AND n.rowid > COALESCE((SELECT o.rowid FROM journal_entries o WHERE o.id = OLD.last_entry_id), 0))
BEGIN SELECT RAISE(ABORT, 'project_balances is kept by the journal'); END;
CREATE TRIGGER project_balances_kept_delete BEFORE DELETE ON project_balances BEGIN SELECT RAISE(ABORT, 'project_balances is kept by the journal'); END;
CREATE TRIGGER budget_years_kept_insert BEFORE INSERT ON budget_years WHEN NEW.appropriated_cents <> 0 OR EXISTS (SELECT 1 FROM budget_years WHERE id = NEW.id OR (cycle_id = NEW.cycle_id AND year = NEW.year))
BEGIN SELECT RAISE(ABORT, 'budget_years is kept by the journal'); END;
CREATE TRIGGER budget_years_kept_update BEFORE UPDATE ON budget_years WHEN (NEW.id <> OLD.id OR NEW.cycle_id <> OLD.cycle_id OR NEW.year <> OLD.year OR NEW.appropriated_cents <> OLD.appropriated_cents OR NEW.last_entry_id IS NOT OLD.last_entry_id OR (NEW.ceiling_cents <> OLD.ceiling_cents AND (SELECT state FROM cycles WHERE id = OLD.cycle_id) <> 'draft')) AND NOT EXISTS (SELECT 1 FROM journal_entries n WHERE n.id = NEW.last_entry_id AND n.kind IN ('appropriation', 'withdrawal') AND (SELECT budget_year_id FROM envelopes WHERE id = n.to_envelope_id) = OLD.id AND n.rowid > COALESCE((SELECT o.rowid FROM journal_entries o WHERE o.id = OLD.last_entry_id), 0))
BEGIN SELECT RAISE(ABORT, 'budget_years is kept by the journal'); END;

-- An open cycle does not become a draft again, and its envelopes stay what they are.
CREATE TRIGGER cycles_stay_open BEFORE UPDATE ON cycles WHEN OLD.state <> 'draft' AND NEW.state = 'draft'
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: cycles_stay_open'); END;
CREATE TRIGGER envelopes_stay BEFORE UPDATE ON envelopes WHEN (SELECT c.state FROM cycles c JOIN budget_years y ON y.cycle_id = c.id WHERE y.id = OLD.budget_year_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: envelopes_stay'); END;
