-- The journal: every movement of money, append-only. Each row moves one amount from one stage to
-- another, so it is balanced by its shape. The trigger keeps the balances; their CHECKs are the ceilings.
CREATE TABLE envelope_balances (
    envelope_id TEXT PRIMARY KEY NOT NULL REFERENCES envelopes (id),
    free_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_within_ceiling CHECK (free_cents >= 0),
    reserved_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_reserved_not_negative CHECK (reserved_cents >= 0),
    committed_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_committed_not_negative CHECK (committed_cents >= 0),
    paid_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_paid_not_negative CHECK (paid_cents >= 0)
);

CREATE TABLE journal_entries (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    from_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    from_stage TEXT NOT NULL,
    to_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    to_stage TEXT NOT NULL,
    amount_cents BIGINT NOT NULL CONSTRAINT journal_entries_amount_positive CHECK (amount_cents > 0),
    application_id TEXT REFERENCES applications (id),
    project_id TEXT REFERENCES projects (id),
    -- What it rests on: a cycle, a proposal, a decision; of a transfer and an adjustment, its reason.
    cause_kind TEXT NOT NULL CONSTRAINT journal_entries_cause_known CHECK (cause_kind IN ('cycle', 'proposal', 'decision', 'transfer', 'adjustment', 'payment')),
    cause_id TEXT NOT NULL,
    booked_at TIMESTAMP NOT NULL,
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
);
CREATE INDEX journal_entries_by_time ON journal_entries (booked_at, id);
CREATE INDEX journal_entries_by_from ON journal_entries (from_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_to ON journal_entries (to_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_cause ON journal_entries (cause_kind, cause_id);
CREATE INDEX journal_entries_by_application ON journal_entries (application_id, id);

CREATE TRIGGER journal_entries_append_only BEFORE UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER journal_entries_no_truncate BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION journal_entries_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO envelope_balances (envelope_id) VALUES (NEW.from_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    INSERT INTO envelope_balances (envelope_id) VALUES (NEW.to_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    UPDATE envelope_balances SET
        free_cents = free_cents - (CASE WHEN NEW.from_stage = 'free' AND envelope_id = NEW.from_envelope_id THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'free' AND envelope_id = NEW.to_envelope_id THEN NEW.amount_cents ELSE 0 END),
        reserved_cents = reserved_cents - (CASE WHEN NEW.from_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END),
        committed_cents = committed_cents - (CASE WHEN NEW.from_stage = 'committed' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'committed' THEN NEW.amount_cents ELSE 0 END),
        paid_cents = paid_cents - (CASE WHEN NEW.from_stage = 'paid' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'paid' THEN NEW.amount_cents ELSE 0 END)
    WHERE envelope_id IN (NEW.from_envelope_id, NEW.to_envelope_id);
    IF NEW.kind IN ('appropriation', 'withdrawal', 'transfer') THEN
        UPDATE budget_years SET appropriated_cents = appropriated_cents
            + (CASE WHEN NEW.kind = 'appropriation' OR (NEW.kind = 'transfer' AND id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id)) THEN NEW.amount_cents ELSE 0 END)
            - (CASE WHEN NEW.kind = 'withdrawal' OR (NEW.kind = 'transfer' AND id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.from_envelope_id)) THEN NEW.amount_cents ELSE 0 END)
        WHERE id IN (SELECT budget_year_id FROM envelopes WHERE id IN (NEW.from_envelope_id, NEW.to_envelope_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_entries_move AFTER INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_entries_move();
