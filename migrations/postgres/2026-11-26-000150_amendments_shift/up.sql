-- One change of an award can give to one project what it takes from another: what was released by a change is promised
-- again by that same change, before anything is taken from what is free.
ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_moves_known, DROP CONSTRAINT journal_entries_cause_fits,
    ADD CONSTRAINT journal_entries_moves_known CHECK (
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
    ADD CONSTRAINT journal_entries_cause_fits CHECK (
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
    );
CREATE OR REPLACE FUNCTION journal_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source RECORD;
    target RECORD;
    of_project RECORD;
    is_promise BOOLEAN := NEW.kind IN ('reservation', 'commitment', 'shift');
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
    -- A floor: at least this much goes to the envelope's own category, as far as it is asked. Of a shift
    -- within a change of an award: see journal_entries_amendment.
    IF is_other AND source.mode = 'at_least' AND source.kind <> 'reserve' AND NEW.from_stage IN ('free', 'released', 'recovered') AND NEW.kind <> 'shift' THEN
        SELECT CASE WHEN c.closes_at <= NEW.booked_at THEN b.free_cents + CASE NEW.from_stage WHEN 'released' THEN b.released_cents WHEN 'recovered' THEN b.recovered_cents ELSE 0 END - c.claims_cents ELSE 0 END INTO room
            FROM floor_claims c JOIN envelope_balances b ON b.envelope_id = c.envelope_id WHERE c.envelope_id = NEW.from_envelope_id;
        IF NEW.amount_cents > COALESCE(room, 0) THEN
            PERFORM refuse('journal_entries_floor');
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- A line that rests on an amendment is the one that was decided. What a project gives up is booked at once. What it gets
-- more is booked in two parts at most: out of what this same change released in the envelope, and then all that is left
-- out of what is free. What its own category gives up of an envelope with a floor is not for others.
CREATE OR REPLACE FUNCTION journal_entries_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booked BIGINT;
    released BIGINT;
BEGIN
    SELECT COALESCE(SUM(j.amount_cents), 0) INTO booked FROM journal_entries j
        WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.project_id = NEW.project_id AND j.from_envelope_id = NEW.from_envelope_id;
    IF NOT EXISTS (SELECT 1 FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id
            WHERE a.id = NEW.cause_id AND a.state = 'decided' AND a.application_id = NEW.application_id AND l.project_id = NEW.project_id AND l.envelope_id = NEW.from_envelope_id
              AND CASE NEW.kind
                WHEN 'release' THEN NEW.amount_cents = l.before_cents - l.after_cents
                WHEN 'shift' THEN NEW.amount_cents <= l.after_cents - l.before_cents
                WHEN 'commitment' THEN NEW.from_stage = 'free' AND NEW.amount_cents = l.after_cents - l.before_cents - booked
                ELSE FALSE END)
        OR EXISTS (SELECT 1 FROM journal_entries j WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.project_id = NEW.project_id AND j.from_envelope_id = NEW.from_envelope_id
            AND NOT (j.kind = 'shift' AND NEW.kind = 'commitment')) THEN
        PERFORM refuse('journal_entries_cause_exists');
    END IF;
    IF NEW.kind = 'shift' THEN
        SELECT COALESCE(SUM(CASE j.kind WHEN 'release' THEN j.amount_cents ELSE -j.amount_cents END), 0) INTO released FROM journal_entries j
            WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.from_envelope_id = NEW.from_envelope_id AND j.kind IN ('release', 'shift');
        IF NEW.amount_cents > released THEN
            PERFORM refuse('journal_entries_cause_exists');
        END IF;
        SELECT COALESCE(SUM(CASE j.kind WHEN 'release' THEN j.amount_cents ELSE -j.amount_cents END), 0) INTO released FROM journal_entries j
            JOIN envelopes e ON e.id = j.from_envelope_id LEFT JOIN projects p ON p.id = j.project_id
            WHERE j.cause_kind = 'amendment' AND j.cause_id = NEW.cause_id AND j.from_envelope_id = NEW.from_envelope_id AND j.kind IN ('release', 'shift') AND p.category IS DISTINCT FROM e.kind;
        IF NEW.amount_cents > released AND EXISTS (SELECT 1 FROM envelopes e LEFT JOIN projects p ON p.id = NEW.project_id
                WHERE e.id = NEW.from_envelope_id AND e.mode = 'at_least' AND e.kind <> 'reserve' AND p.category IS DISTINCT FROM e.kind) THEN
            PERFORM refuse('journal_entries_cause_exists');
        END IF;
    END IF;
    RETURN NEW;
END $$;
