-- The journal: every movement of money, append-only. Each row moves one amount from one stage to
-- another, so it is balanced by its shape. The trigger keeps the balances; their CHECKs are the ceilings.
CREATE TABLE envelope_balances (
    envelope_id TEXT PRIMARY KEY NOT NULL REFERENCES envelopes (id),
    free_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_within_ceiling CHECK (free_cents >= 0),
    reserved_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_reserved_not_negative CHECK (reserved_cents >= 0),
    committed_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_committed_not_negative CHECK (committed_cents >= 0),
    paid_cents INTEGER NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_paid_not_negative CHECK (paid_cents >= 0)
) STRICT;

CREATE TABLE journal_entries (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    from_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    from_stage TEXT NOT NULL,
    to_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    to_stage TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CONSTRAINT journal_entries_amount_positive CHECK (amount_cents > 0),
    application_id TEXT REFERENCES applications (id),
    project_id TEXT REFERENCES projects (id),
    -- What it rests on: a cycle, a proposal, a decision; of a transfer and an adjustment, its reason.
    cause_kind TEXT NOT NULL CONSTRAINT journal_entries_cause_known CHECK (cause_kind IN ('cycle', 'proposal', 'decision', 'transfer', 'adjustment', 'payment')),
    cause_id TEXT NOT NULL,
    booked_at TEXT NOT NULL,
    booked_by TEXT NOT NULL REFERENCES accounts (id),
    CONSTRAINT journal_entries_moves_known CHECK (
        (kind = 'appropriation' AND from_stage = 'budget' AND to_stage = 'free' AND from_envelope_id = to_envelope_id)
        OR (kind = 'withdrawal' AND from_stage = 'free' AND to_stage = 'budget' AND from_envelope_id = to_envelope_id)
        OR (kind = 'transfer' AND from_stage = 'free' AND to_stage = 'free' AND from_envelope_id <> to_envelope_id)
        OR (kind = 'reservation' AND from_stage = 'free' AND to_stage = 'reserved' AND from_envelope_id = to_envelope_id)
        OR (kind = 'release' AND from_stage IN ('reserved', 'committed') AND to_stage = 'free' AND from_envelope_id = to_envelope_id)
        OR (kind = 'commitment' AND from_stage IN ('free', 'reserved') AND to_stage = 'committed' AND from_envelope_id = to_envelope_id)
        OR (kind = 'payment' AND from_stage = 'committed' AND to_stage = 'paid' AND from_envelope_id = to_envelope_id)
    ),
    CONSTRAINT journal_entries_promise_has_project CHECK (kind NOT IN ('reservation', 'release', 'commitment', 'payment') OR (project_id IS NOT NULL AND application_id IS NOT NULL))
) STRICT;
CREATE INDEX journal_entries_by_time ON journal_entries (booked_at, id);
CREATE INDEX journal_entries_by_from ON journal_entries (from_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_to ON journal_entries (to_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_cause ON journal_entries (cause_kind, cause_id);
CREATE INDEX journal_entries_by_application ON journal_entries (application_id, id);

-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER journal_entries_no_replace BEFORE INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM journal_entries WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: journal_entries is append-only'); END;
-- The CHECKs on the balances say it too; this one also holds for INSERT OR IGNORE, which would skip them.
CREATE TRIGGER journal_entries_room BEFORE INSERT ON journal_entries
WHEN NEW.amount_cents > CASE NEW.from_stage
    WHEN 'budget' THEN (SELECT y.ceiling_cents - y.appropriated_cents FROM budget_years y JOIN envelopes e ON e.budget_year_id = y.id WHERE e.id = NEW.from_envelope_id)
    WHEN 'free' THEN COALESCE((SELECT free_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'reserved' THEN COALESCE((SELECT reserved_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    WHEN 'committed' THEN COALESCE((SELECT committed_cents FROM envelope_balances WHERE envelope_id = NEW.from_envelope_id), 0)
    ELSE 0 END
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: envelope_balances_within_ceiling'); END;
CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_move AFTER INSERT ON journal_entries
BEGIN
    INSERT INTO envelope_balances (envelope_id) VALUES (NEW.from_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    INSERT INTO envelope_balances (envelope_id) VALUES (NEW.to_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    UPDATE envelope_balances SET
        free_cents = free_cents - (CASE WHEN NEW.from_stage = 'free' AND envelope_id = NEW.from_envelope_id THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'free' AND envelope_id = NEW.to_envelope_id THEN NEW.amount_cents ELSE 0 END),
        reserved_cents = reserved_cents - (CASE WHEN NEW.from_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END),
        committed_cents = committed_cents - (CASE WHEN NEW.from_stage = 'committed' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'committed' THEN NEW.amount_cents ELSE 0 END),
        paid_cents = paid_cents - (CASE WHEN NEW.from_stage = 'paid' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'paid' THEN NEW.amount_cents ELSE 0 END)
    WHERE envelope_id IN (NEW.from_envelope_id, NEW.to_envelope_id);
    UPDATE budget_years SET appropriated_cents = appropriated_cents
        + (CASE WHEN NEW.kind = 'appropriation' OR (NEW.kind = 'transfer' AND id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id)) THEN NEW.amount_cents ELSE 0 END)
        - (CASE WHEN NEW.kind = 'withdrawal' OR (NEW.kind = 'transfer' AND id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id)) THEN NEW.amount_cents ELSE 0 END)
    WHERE NEW.kind IN ('appropriation', 'withdrawal', 'transfer')
      AND id IN (SELECT budget_year_id FROM envelopes WHERE id IN (NEW.from_envelope_id, NEW.to_envelope_id));
END;
