-- One change of an award can give to one project what it takes from another: what was released by a change is promised
-- again by that same change, before anything is taken from what is free. The CHECKs of the journal have to know that move,
-- so its table is made anew; its rows keep their places, by which the balances know the newest.
PRAGMA legacy_alter_table = ON;
CREATE TABLE journal_entries_shift (
    id TEXT PRIMARY KEY NOT NULL,
    transaction_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    from_stage TEXT NOT NULL,
    to_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    to_stage TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CONSTRAINT journal_entries_amount_positive CHECK (amount_cents > 0),
    application_id TEXT REFERENCES applications (id),
    project_id TEXT REFERENCES projects (id),
    cause_kind TEXT NOT NULL,
    cause_id TEXT NOT NULL,
    booked_at TEXT NOT NULL,
    booked_by TEXT NOT NULL REFERENCES accounts (id),
    -- The rows of a transaction have its cause, moment and person.
    CONSTRAINT journal_entries_of_transaction FOREIGN KEY (transaction_id, cause_kind, cause_id, booked_at, booked_by) REFERENCES journal_transactions (id, cause_kind, cause_id, booked_at, booked_by),
    CONSTRAINT journal_entries_moves_known CHECK (
        (kind = 'appropriation' AND from_stage = 'budget' AND to_stage = 'free' AND from_envelope_id = to_envelope_id)
        OR (kind = 'withdrawal' AND from_stage = 'free' AND to_stage = 'budget' AND from_envelope_id = to_envelope_id)
        OR (kind = 'transfer' AND from_stage = 'free' AND to_stage = 'free' AND from_envelope_id <> to_envelope_id)
        OR (kind = 'reservation' AND from_stage = 'free' AND to_stage = 'reserved' AND from_envelope_id = to_envelope_id)
        OR (kind = 'commitment' AND from_stage IN ('free', 'reserved') AND to_stage = 'committed' AND from_envelope_id = to_envelope_id)
        OR (kind = 'shift' AND from_stage = 'released' AND to_stage = 'committed' AND from_envelope_id = to_envelope_id)
        OR (kind = 'release' AND ((from_stage = 'reserved' AND to_stage = 'free') OR (from_stage IN ('committed', 'advanced') AND to_stage = 'released')) AND from_envelope_id = to_envelope_id)
        OR (kind = 'advance' AND from_stage = 'committed' AND to_stage = 'advanced' AND from_envelope_id = to_envelope_id)
        OR (kind = 'payment' AND from_stage IN ('committed', 'advanced') AND to_stage = 'paid' AND from_envelope_id = to_envelope_id)
        OR (kind = 'acceptance' AND from_stage = 'paid' AND to_stage = 'accepted' AND from_envelope_id = to_envelope_id)
        OR (kind = 'determination' AND from_stage IN ('paid', 'accepted') AND to_stage = 'determined' AND from_envelope_id = to_envelope_id)
        OR (kind IN ('recovery', 'set_off') AND from_stage IN ('paid', 'accepted') AND to_stage = 'recovered' AND from_envelope_id = to_envelope_id)
        OR (kind = 'reuse' AND from_stage IN ('released', 'recovered') AND to_stage = 'free')
    ),
    CONSTRAINT journal_entries_cause_fits CHECK (
        (kind = 'appropriation' AND cause_kind IN ('cycle', 'budget_decision'))
        OR (kind IN ('withdrawal', 'transfer', 'reuse') AND cause_kind = 'budget_decision')
        OR (kind = 'reservation' AND cause_kind = 'proposal')
        OR (kind = 'commitment' AND cause_kind IN ('decision', 'amendment'))
        OR (kind = 'shift' AND cause_kind = 'amendment')
        OR (kind = 'release' AND cause_kind IN ('proposal', 'decision', 'amendment', 'determination'))
        OR (kind = 'advance' AND cause_kind = 'advance')
        OR (kind = 'payment' AND cause_kind = 'payment')
        OR (kind = 'acceptance' AND cause_kind = 'accountability')
        OR (kind = 'determination' AND cause_kind = 'determination')
        OR (kind IN ('recovery', 'set_off') AND cause_kind = 'recovery')
    ),
    CONSTRAINT journal_entries_promise_has_project CHECK ((kind IN ('appropriation', 'withdrawal', 'transfer', 'reuse')) = (project_id IS NULL) AND (project_id IS NULL) = (application_id IS NULL))
) STRICT;
INSERT INTO journal_entries_shift (rowid, id, transaction_id, kind, from_envelope_id, from_stage, to_envelope_id, to_stage, amount_cents, application_id, project_id, cause_kind, cause_id, booked_at, booked_by)
SELECT rowid, id, transaction_id, kind, from_envelope_id, from_stage, to_envelope_id, to_stage, amount_cents, application_id, project_id, cause_kind, cause_id, booked_at, booked_by FROM journal_entries;
DROP TABLE journal_entries;
ALTER TABLE journal_entries_shift RENAME TO journal_entries;
CREATE INDEX journal_entries_by_time ON journal_entries (booked_at, id);
CREATE INDEX journal_entries_by_from ON journal_entries (from_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_to ON journal_entries (to_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_cause ON journal_entries (cause_kind, cause_id);
CREATE INDEX journal_entries_by_application ON journal_entries (application_id, id);
CREATE INDEX journal_entries_by_transaction ON journal_entries (transaction_id);
-- A decision on the budget is booked once.
CREATE UNIQUE INDEX journal_entries_budget_decision_once ON journal_entries (cause_id) WHERE cause_kind = 'budget_decision';
-- The triggers went with the table.
CREATE TRIGGER journal_entries_no_replace BEFORE INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM journal_entries WHERE id = NEW.id OR (NEW.cause_kind = 'budget_decision' AND cause_kind = 'budget_decision' AND cause_id = NEW.cause_id))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_room BEFORE INSERT ON journal_entries
WHEN NEW.amount_cents > CASE NEW.from_stage
    WHEN 'budget' THEN CASE NEW.cause_kind WHEN 'cycle' THEN (SELECT y.ceiling_cents - y.appropriated_cents FROM budget_years y JOIN envelopes e ON e.budget_year_id = y.id WHERE e.id = NEW.from_envelope_id) ELSE NEW.amount_cents END
    WHEN 'free' THEN COALESCE((SELECT free_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'reserved' THEN COALESCE((SELECT reserved_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'committed' THEN COALESCE((SELECT committed_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'advanced' THEN COALESCE((SELECT advanced_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'paid' THEN COALESCE((SELECT paid_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'accepted' THEN COALESCE((SELECT accepted_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'determined' THEN COALESCE((SELECT determined_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'released' THEN COALESCE((SELECT released_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'recovered' THEN COALESCE((SELECT recovered_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    ELSE 0 END
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: envelope_balances_within_ceiling'); END;
CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_move AFTER INSERT ON journal_entries
BEGIN
    INSERT INTO envelope_balances (envelope_id) SELECT NEW.from_envelope_id WHERE NOT EXISTS (SELECT 1 FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id);
    INSERT INTO envelope_balances (envelope_id) SELECT NEW.to_envelope_id WHERE NOT EXISTS (SELECT 1 FROM envelope_balances WHERE envelope_id = NEW.to_envelope_id);
    UPDATE envelope_balances SET last_entry_id = NEW.id,
        free_cents = free_cents - (CASE WHEN NEW.from_stage = 'free' AND envelope_id = NEW.from_envelope_id THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'free' AND envelope_id = NEW.to_envelope_id THEN NEW.amount_cents ELSE 0 END),
        reserved_cents = reserved_cents - (CASE WHEN NEW.from_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END),
        committed_cents = committed_cents - (CASE WHEN NEW.from_stage = 'committed' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'committed' THEN NEW.amount_cents ELSE 0 END),
        advanced_cents = advanced_cents - (CASE WHEN NEW.from_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END),
        paid_cents = paid_cents - (CASE WHEN NEW.from_stage = 'paid' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'paid' THEN NEW.amount_cents ELSE 0 END),
        accepted_cents = accepted_cents - (CASE WHEN NEW.from_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END),
        determined_cents = determined_cents - (CASE WHEN NEW.from_stage = 'determined' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'determined' THEN NEW.amount_cents ELSE 0 END),
        released_cents = released_cents - (CASE WHEN NEW.from_stage = 'released' AND envelope_id = NEW.from_envelope_id THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'released' AND envelope_id = NEW.to_envelope_id THEN NEW.amount_cents ELSE 0 END),
        recovered_cents = recovered_cents - (CASE WHEN NEW.from_stage = 'recovered' AND envelope_id = NEW.from_envelope_id THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'recovered' AND envelope_id = NEW.to_envelope_id THEN NEW.amount_cents ELSE 0 END)
    WHERE envelope_id IN (NEW.from_envelope_id, NEW.to_envelope_id);
    INSERT INTO project_balances (project_id, envelope_id) SELECT NEW.project_id, NEW.from_envelope_id WHERE NEW.project_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM project_balances WHERE project_id = NEW.project_id AND envelope_id = NEW.from_envelope_id);
    UPDATE project_balances SET last_entry_id = NEW.id,
        reserved_cents = reserved_cents - (CASE WHEN NEW.from_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END),
        committed_cents = committed_cents - (CASE WHEN NEW.from_stage = 'committed' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'committed' THEN NEW.amount_cents ELSE 0 END),
        advanced_cents = advanced_cents - (CASE WHEN NEW.from_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END),
        paid_cents = paid_cents - (CASE WHEN NEW.from_stage = 'paid' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'paid' THEN NEW.amount_cents ELSE 0 END),
        accepted_cents = accepted_cents - (CASE WHEN NEW.from_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END),
        determined_cents = determined_cents - (CASE WHEN NEW.from_stage = 'determined' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'determined' THEN NEW.amount_cents ELSE 0 END)
    WHERE project_id = NEW.project_id AND envelope_id = NEW.from_envelope_id;
    UPDATE budget_years SET last_entry_id = NEW.id,
        appropriated_cents = appropriated_cents + (CASE NEW.kind WHEN 'appropriation' THEN NEW.amount_cents ELSE -NEW.amount_cents END),
        -- Another amount for an envelope of an open cycle is another ceiling for its year.
        ceiling_cents = ceiling_cents + (CASE WHEN NEW.cause_kind = 'cycle' THEN 0 WHEN NEW.kind = 'appropriation' THEN NEW.amount_cents ELSE -NEW.amount_cents END)
    WHERE NEW.kind IN ('appropriation', 'withdrawal') AND id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id);
END;
CREATE TRIGGER journal_entries_transaction BEFORE INSERT ON journal_entries
WHEN NOT EXISTS (SELECT 1 FROM journal_transactions t WHERE t.id = NEW.transaction_id AND t.cause_kind = NEW.cause_kind AND t.cause_id = NEW.cause_id AND t.booked_at = NEW.booked_at AND t.booked_by = NEW.booked_by)
BEGIN SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed: journal_entries_of_transaction'); END;
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
CREATE TRIGGER journal_entries_year BEFORE INSERT ON journal_entries
WHEN NEW.from_envelope_id <> NEW.to_envelope_id AND (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id) <> (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_same_year'); END;
CREATE TRIGGER journal_entries_ring BEFORE INSERT ON journal_entries
WHEN EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id WHERE e.id = NEW.from_envelope_id AND e.mode = 'ring_fenced'
    AND (NEW.from_envelope_id <> NEW.to_envelope_id OR (NEW.kind IN ('reservation', 'commitment', 'shift') AND e.kind <> 'reserve' AND p.category IS NOT e.kind)))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_ring_fence'); END;
CREATE TRIGGER journal_entries_floor BEFORE INSERT ON journal_entries
WHEN EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id WHERE e.id = NEW.from_envelope_id AND e.mode = 'at_least' AND e.kind <> 'reserve'
    AND (NEW.from_envelope_id <> NEW.to_envelope_id OR (NEW.kind IN ('reservation', 'commitment') AND NEW.from_stage = 'free' AND p.category IS NOT e.kind)))
  AND NEW.amount_cents > COALESCE((SELECT CASE WHEN c.closes_at <= NEW.booked_at THEN b.free_cents + CASE NEW.from_stage WHEN 'released' THEN b.released_cents WHEN 'recovered' THEN b.recovered_cents ELSE 0 END - c.claims_cents ELSE 0 END
    FROM floor_claims c JOIN envelope_balances b ON b.envelope_id = c.envelope_id WHERE c.envelope_id = NEW.from_envelope_id), 0)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_floor'); END;
CREATE TRIGGER journal_entries_own BEFORE INSERT ON journal_entries
WHEN NEW.project_id IS NOT NULL AND NEW.from_stage NOT IN ('free', 'released') AND NEW.amount_cents > COALESCE((SELECT CASE NEW.from_stage
    WHEN 'reserved' THEN reserved_cents
    WHEN 'committed' THEN committed_cents
    WHEN 'advanced' THEN advanced_cents
    WHEN 'paid' THEN paid_cents
    WHEN 'accepted' THEN accepted_cents
    WHEN 'determined' THEN determined_cents
    ELSE 0 END FROM project_balances WHERE project_id = NEW.project_id AND envelope_id = NEW.from_envelope_id), 0)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: project_balances_within_own'); END;
CREATE TRIGGER journal_entries_limit BEFORE INSERT ON journal_entries
WHEN NEW.project_id IS NOT NULL AND NEW.to_stage IN ('reserved', 'committed', 'advanced', 'paid', 'accepted', 'determined') AND NEW.from_stage NOT IN ('reserved', 'committed', 'advanced', 'paid', 'accepted', 'determined')
  AND EXISTS (SELECT 1 FROM applicant_limits WHERE budget_year_id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id) AND municipality_id = (SELECT lead_municipality_id FROM applications WHERE id = NEW.application_id) AND promised_cents + NEW.amount_cents > at_most_cents)
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: applicant_limits_within_most'); END;
-- A line that rests on an amendment is the one that was decided. What a project gives up is booked at once. What it gets
-- more is booked in two parts at most: out of what this same change released in the envelope, and then all that is left
-- out of what is free. What its own category gives up of an envelope with a floor is not for others.
CREATE TRIGGER journal_entries_amendment BEFORE INSERT ON journal_entries
WHEN NEW.cause_kind = 'amendment' AND (NOT EXISTS (SELECT 1 FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id
        WHERE a.id = NEW.cause_id AND a.state = 'decided' AND a.application_id = NEW.application_id AND l.project_id = NEW.project_id AND l.envelope_id = NEW.from_envelope_id
          AND CASE NEW.kind
            WHEN 'release' THEN NEW.amount_cents = l.before_cents - l.after_cents
            WHEN 'shift' THEN NEW.amount_cents <= l.after_cents - l.before_cents
            WHEN 'commitment' THEN NEW.from_stage = 'free' AND NEW.amount_cents = l.after_cents - l.before_cents - COALESCE((SELECT SUM(j.amount_cents) FROM journal_entries j WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.project_id = NEW.project_id AND j.from_envelope_id = NEW.from_envelope_id), 0)
            ELSE 0 END)
    OR EXISTS (SELECT 1 FROM journal_entries j WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.project_id = NEW.project_id AND j.from_envelope_id = NEW.from_envelope_id
        AND NOT (j.kind = 'shift' AND NEW.kind = 'commitment'))
    OR (NEW.kind = 'shift' AND NEW.amount_cents > COALESCE((SELECT SUM(CASE j.kind WHEN 'release' THEN j.amount_cents ELSE -j.amount_cents END) FROM journal_entries j
        WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.from_envelope_id = NEW.from_envelope_id AND j.kind IN ('release', 'shift')), 0))
    OR (NEW.kind = 'shift' AND EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id WHERE e.id = NEW.from_envelope_id AND e.mode = 'at_least' AND e.kind <> 'reserve' AND p.category IS NOT e.kind)
      AND NEW.amount_cents > COALESCE((SELECT SUM(CASE j.kind WHEN 'release' THEN j.amount_cents ELSE -j.amount_cents END) FROM journal_entries j
        JOIN envelopes e ON e.id = j.from_envelope_id LEFT JOIN projects p ON p.id = j.project_id
        WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.from_envelope_id = NEW.from_envelope_id AND j.kind IN ('release', 'shift') AND p.category IS NOT e.kind), 0)))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_cause_exists'); END;
PRAGMA legacy_alter_table = OFF;
