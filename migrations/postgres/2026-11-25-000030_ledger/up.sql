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
    amount_cents BIGINT NOT NULL CONSTRAINT budget_decisions_amount_positive CHECK (amount_cents > 0),
    reason TEXT NOT NULL CONSTRAINT budget_decisions_reason_given CHECK (reason <> ''),
    state TEXT NOT NULL CONSTRAINT budget_decisions_state_known CHECK (state IN ('open', 'decided', 'withdrawn')),
    proposed_at TIMESTAMP NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at TIMESTAMP,
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
);
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
CREATE FUNCTION budget_decisions_once_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'open' AND (NEW.id, NEW.reference, NEW.cycle_id, NEW.kind, NEW.from_envelope_id, NEW.from_stage, NEW.to_envelope_id, NEW.amount_cents, NEW.reason, NEW.proposed_at, NEW.proposed_by)
            = (OLD.id, OLD.reference, OLD.cycle_id, OLD.kind, OLD.from_envelope_id, OLD.from_stage, OLD.to_envelope_id, OLD.amount_cents, OLD.reason, OLD.proposed_at, OLD.proposed_by) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'budget_decisions is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER budget_decisions_once_decided BEFORE UPDATE OR DELETE ON budget_decisions FOR EACH ROW EXECUTE FUNCTION budget_decisions_once_decided();
CREATE TRIGGER budget_decisions_no_truncate BEFORE TRUNCATE ON budget_decisions FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Refuses as a CHECK does, by its name.
CREATE FUNCTION refuse(name TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'violates check constraint "%"', name USING ERRCODE = 'check_violation', CONSTRAINT = name;
END $$;
CREATE FUNCTION journal_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source RECORD;
    target RECORD;
    of_project RECORD;
    is_promise BOOLEAN := NEW.kind IN ('reservation', 'commitment');
    is_other BOOLEAN := NEW.from_envelope_id <> NEW.to_envelope_id;
    room BIGINT;
BEGIN
    -- No line rests on something that is not there, or that is about something else.
    IF NOT (CASE NEW.cause_kind
        WHEN 'cycle' THEN EXISTS (SELECT 1 FROM budget_years y JOIN envelopes e ON e.budget_year_id = y.id WHERE y.cycle_id = NEW.cause_id AND e.id = NEW.to_envelope_id)
        WHEN 'proposal' THEN EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.cause_id AND p.application_id = COALESCE(NEW.application_id, p.application_id))
        WHEN 'decision' THEN EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.cause_id AND d.application_id = COALESCE(NEW.application_id, d.application_id))
        WHEN 'budget_decision' THEN EXISTS (SELECT 1 FROM budget_decisions d WHERE d.id = NEW.cause_id AND d.state = 'decided' AND d.from_envelope_id = NEW.from_envelope_id AND d.from_stage = NEW.from_stage AND d.to_envelope_id = NEW.to_envelope_id AND d.amount_cents = NEW.amount_cents
            AND NEW.kind = CASE d.kind WHEN 'raise' THEN 'appropriation' WHEN 'lower' THEN 'withdrawal' ELSE d.kind END)
        ELSE TRUE END) THEN
        PERFORM refuse('journal_entries_cause_exists');
    END IF;
    SELECT kind, mode, budget_year_id INTO source FROM envelopes WHERE id = NEW.from_envelope_id;
    IF NEW.project_id IS NOT NULL THEN
        SELECT category, application_id INTO of_project FROM projects WHERE id = NEW.project_id;
        IF NEW.application_id IS NOT NULL AND of_project.application_id IS DISTINCT FROM NEW.application_id THEN
            PERFORM refuse('journal_entries_project_of_application');
        END IF;
        is_other := is_promise AND source.kind <> 'reserve' AND of_project.category IS DISTINCT FROM source.kind;
    ELSIF is_other THEN
        -- Money goes to another envelope of the same year alone.
        SELECT budget_year_id INTO target FROM envelopes WHERE id = NEW.to_envelope_id;
        IF target.budget_year_id <> source.budget_year_id THEN
            PERFORM refuse('journal_entries_same_year');
        END IF;
    END IF;
    -- Ring-fenced money goes to projects of its own category or nowhere.
    IF is_other AND source.mode = 'ring_fenced' THEN
        PERFORM refuse('journal_entries_ring_fence');
    END IF;
    -- A floor: at least this much goes to the envelope's own category, as far as it is asked.
    IF is_other AND source.mode = 'at_least' AND source.kind <> 'reserve' AND NEW.from_stage IN ('free', 'released', 'recovered') THEN
        SELECT CASE WHEN c.closes_at <= NEW.booked_at THEN b.free_cents + CASE NEW.from_stage WHEN 'released' THEN b.released_cents WHEN 'recovered' THEN b.recovered_cents ELSE 0 END - c.claims_cents ELSE 0 END INTO room
            FROM floor_claims c JOIN envelope_balances b ON b.envelope_id = c.envelope_id WHERE c.envelope_id = NEW.from_envelope_id;
        IF NEW.amount_cents > COALESCE(room, 0) THEN
            PERFORM refuse('journal_entries_floor');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_entries_guard BEFORE INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_entries_guard();

-- What is kept is moved by the triggers of the journal and by nobody else.
CREATE FUNCTION kept_by_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND TG_OP IN ('INSERT', 'UPDATE') THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% is kept by the journal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER envelope_balances_kept BEFORE INSERT OR UPDATE OR DELETE ON envelope_balances FOR EACH ROW EXECUTE FUNCTION kept_by_journal();
CREATE TRIGGER envelope_balances_no_truncate BEFORE TRUNCATE ON envelope_balances FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER project_balances_kept BEFORE INSERT OR UPDATE OR DELETE ON project_balances FOR EACH ROW EXECUTE FUNCTION kept_by_journal();
CREATE TRIGGER project_balances_no_truncate BEFORE TRUNCATE ON project_balances FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION budget_years_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.appropriated_cents = 0 THEN RETURN NEW; END IF;
    ELSIF (NEW.id, NEW.cycle_id, NEW.year, NEW.appropriated_cents) = (OLD.id, OLD.cycle_id, OLD.year, OLD.appropriated_cents)
        AND NEW.last_entry_id IS NOT DISTINCT FROM OLD.last_entry_id
        AND (NEW.ceiling_cents = OLD.ceiling_cents OR (SELECT state FROM cycles WHERE id = OLD.cycle_id) = 'draft') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is kept by the journal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER budget_years_kept BEFORE INSERT OR UPDATE ON budget_years FOR EACH ROW EXECUTE FUNCTION budget_years_kept();

-- An open cycle does not become a draft again, and its envelopes stay what they are.
CREATE FUNCTION cycles_stay_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.state = 'draft' THEN PERFORM refuse('cycles_stay_open'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cycles_stay_open BEFORE UPDATE ON cycles FOR EACH ROW EXECUTE FUNCTION cycles_stay_open();
CREATE FUNCTION envelopes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT c.state FROM cycles c JOIN budget_years y ON y.cycle_id = c.id WHERE y.id = OLD.budget_year_id) <> 'draft' THEN PERFORM refuse('envelopes_stay'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER envelopes_stay BEFORE UPDATE ON envelopes FOR EACH ROW EXECUTE FUNCTION envelopes_stay();
