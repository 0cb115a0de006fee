-- The journal: every movement of money, append-only. Each row moves one amount from one stage to
-- another, so it is balanced by its shape, and so is the transaction that groups the rows of one
-- movement. The triggers keep the balances; their CHECKs are the ceilings. What else may not be
-- booked, and who may touch the balances, stands in the migration `ledger`.
CREATE TABLE envelope_balances (
    envelope_id TEXT PRIMARY KEY NOT NULL REFERENCES envelopes (id),
    free_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_within_ceiling CHECK (free_cents >= 0),
    reserved_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_reserved_not_negative CHECK (reserved_cents >= 0),
    committed_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_committed_not_negative CHECK (committed_cents >= 0),
    advanced_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_advanced_not_negative CHECK (advanced_cents >= 0),
    paid_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_paid_not_negative CHECK (paid_cents >= 0),
    accepted_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_accepted_not_negative CHECK (accepted_cents >= 0),
    determined_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_determined_not_negative CHECK (determined_cents >= 0),
    released_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_released_not_negative CHECK (released_cents >= 0),
    recovered_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT envelope_balances_recovered_not_negative CHECK (recovered_cents >= 0),
    -- The last row of the journal that is in it.
    last_entry_id TEXT
);

-- What stands where for one project in one envelope: nobody is given or gives back more than is theirs.
CREATE TABLE project_balances (
    project_id TEXT NOT NULL REFERENCES projects (id),
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    reserved_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_reserved_not_negative CHECK (reserved_cents >= 0),
    committed_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_committed_not_negative CHECK (committed_cents >= 0),
    advanced_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_advanced_not_negative CHECK (advanced_cents >= 0),
    paid_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_paid_not_negative CHECK (paid_cents >= 0),
    accepted_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_accepted_not_negative CHECK (accepted_cents >= 0),
    determined_cents BIGINT NOT NULL DEFAULT 0 CONSTRAINT project_balances_determined_not_negative CHECK (determined_cents >= 0),
    last_entry_id TEXT,
    PRIMARY KEY (project_id, envelope_id)
);
CREATE INDEX project_balances_by_envelope ON project_balances (envelope_id, project_id);

-- What is booked at once for one cause, by one person, at one moment.
CREATE TABLE journal_transactions (
    id TEXT PRIMARY KEY NOT NULL,
    -- What it rests on: the opening of a cycle, a proposal, a decision on an application, a decision
    -- on the budget, or what happens after the award.
    cause_kind TEXT NOT NULL CONSTRAINT journal_transactions_cause_known CHECK (cause_kind IN ('cycle', 'proposal', 'decision', 'budget_decision', 'amendment', 'advance', 'payment', 'accountability', 'determination', 'recovery')),
    cause_id TEXT NOT NULL,
    booked_at TIMESTAMP NOT NULL,
    booked_by TEXT NOT NULL REFERENCES accounts (id),
    UNIQUE (id, cause_kind, cause_id, booked_at, booked_by)
);

CREATE TABLE journal_entries (
    id TEXT PRIMARY KEY NOT NULL,
    transaction_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    from_stage TEXT NOT NULL,
    to_envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    to_stage TEXT NOT NULL,
    amount_cents BIGINT NOT NULL CONSTRAINT journal_entries_amount_positive CHECK (amount_cents > 0),
    application_id TEXT REFERENCES applications (id),
    project_id TEXT REFERENCES projects (id),
    cause_kind TEXT NOT NULL,
    cause_id TEXT NOT NULL,
    booked_at TIMESTAMP NOT NULL,
    booked_by TEXT NOT NULL REFERENCES accounts (id),
    -- The rows of a transaction have its cause, moment and person.
    CONSTRAINT journal_entries_of_transaction FOREIGN KEY (transaction_id, cause_kind, cause_id, booked_at, booked_by) REFERENCES journal_transactions (id, cause_kind, cause_id, booked_at, booked_by),
    CONSTRAINT journal_entries_moves_known CHECK (
        (kind = 'appropriation' AND from_stage = 'budget' AND to_stage = 'free' AND from_envelope_id = to_envelope_id)
        OR (kind = 'withdrawal' AND from_stage = 'free' AND to_stage = 'budget' AND from_envelope_id = to_envelope_id)
        OR (kind = 'transfer' AND from_stage = 'free' AND to_stage = 'free' AND from_envelope_id <> to_envelope_id)
        OR (kind = 'reservation' AND from_stage = 'free' AND to_stage = 'reserved' AND from_envelope_id = to_envelope_id)
        OR (kind = 'commitment' AND from_stage IN ('free', 'reserved') AND to_stage = 'committed' AND from_envelope_id = to_envelope_id)
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
        OR (kind = 'release' AND cause_kind IN ('proposal', 'decision', 'amendment', 'determination'))
        OR (kind = 'advance' AND cause_kind = 'advance')
        OR (kind = 'payment' AND cause_kind = 'payment')
        OR (kind = 'acceptance' AND cause_kind = 'accountability')
        OR (kind = 'determination' AND cause_kind = 'determination')
        OR (kind IN ('recovery', 'set_off') AND cause_kind = 'recovery')
    ),
    CONSTRAINT journal_entries_promise_has_project CHECK ((kind IN ('appropriation', 'withdrawal', 'transfer', 'reuse')) = (project_id IS NULL) AND (project_id IS NULL) = (application_id IS NULL))
);
CREATE INDEX journal_entries_by_time ON journal_entries (booked_at, id);
CREATE INDEX journal_entries_by_from ON journal_entries (from_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_to ON journal_entries (to_envelope_id, booked_at, id);
CREATE INDEX journal_entries_by_cause ON journal_entries (cause_kind, cause_id);
CREATE INDEX journal_entries_by_application ON journal_entries (application_id, id);
CREATE INDEX journal_entries_by_transaction ON journal_entries (transaction_id);
-- The last row of the journal that moved a year.
ALTER TABLE budget_years ADD COLUMN last_entry_id TEXT;
-- A decision on the budget is booked once.
CREATE UNIQUE INDEX journal_entries_budget_decision_once ON journal_entries (cause_id) WHERE cause_kind = 'budget_decision';

CREATE TRIGGER journal_entries_append_only BEFORE UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER journal_entries_no_truncate BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER journal_transactions_append_only BEFORE UPDATE OR DELETE ON journal_transactions FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER journal_transactions_no_truncate BEFORE TRUNCATE ON journal_transactions FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION journal_entries_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO envelope_balances (envelope_id) VALUES (NEW.from_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    IF NEW.to_envelope_id <> NEW.from_envelope_id THEN
        INSERT INTO envelope_balances (envelope_id) VALUES (NEW.to_envelope_id) ON CONFLICT (envelope_id) DO NOTHING;
    END IF;
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
    IF NEW.project_id IS NOT NULL THEN
        INSERT INTO project_balances (project_id, envelope_id) VALUES (NEW.project_id, NEW.from_envelope_id) ON CONFLICT (project_id, envelope_id) DO NOTHING;
        UPDATE project_balances SET last_entry_id = NEW.id,
            reserved_cents = reserved_cents - (CASE WHEN NEW.from_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'reserved' THEN NEW.amount_cents ELSE 0 END),
        committed_cents = committed_cents - (CASE WHEN NEW.from_stage = 'committed' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'committed' THEN NEW.amount_cents ELSE 0 END),
        advanced_cents = advanced_cents - (CASE WHEN NEW.from_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'advanced' THEN NEW.amount_cents ELSE 0 END),
        paid_cents = paid_cents - (CASE WHEN NEW.from_stage = 'paid' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'paid' THEN NEW.amount_cents ELSE 0 END),
        accepted_cents = accepted_cents - (CASE WHEN NEW.from_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'accepted' THEN NEW.amount_cents ELSE 0 END),
        determined_cents = determined_cents - (CASE WHEN NEW.from_stage = 'determined' THEN NEW.amount_cents ELSE 0 END) + (CASE WHEN NEW.to_stage = 'determined' THEN NEW.amount_cents ELSE 0 END)
        WHERE project_id = NEW.project_id AND envelope_id = NEW.from_envelope_id;
    END IF;
    IF NEW.kind IN ('appropriation', 'withdrawal') THEN
    UPDATE budget_years SET last_entry_id = NEW.id,
        appropriated_cents = appropriated_cents + (CASE NEW.kind WHEN 'appropriation' THEN NEW.amount_cents ELSE -NEW.amount_cents END),
        -- Another amount for an envelope of an open cycle is another ceiling for its year.
        ceiling_cents = ceiling_cents + (CASE WHEN NEW.cause_kind = 'cycle' THEN 0 WHEN NEW.kind = 'appropriation' THEN NEW.amount_cents ELSE -NEW.amount_cents END)
        WHERE id = (SELECT budget_year_id FROM envelopes WHERE id = NEW.to_envelope_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_entries_move AFTER INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_entries_move();
