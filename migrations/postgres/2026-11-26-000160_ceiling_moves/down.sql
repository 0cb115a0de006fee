CREATE OR REPLACE FUNCTION budget_decisions_once_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'open' AND (NEW.id, NEW.reference, NEW.cycle_id, NEW.kind, NEW.from_envelope_id, NEW.from_stage, NEW.to_envelope_id, NEW.amount_cents, NEW.reason, NEW.proposed_at, NEW.proposed_by)
            = (OLD.id, OLD.reference, OLD.cycle_id, OLD.kind, OLD.from_envelope_id, OLD.from_stage, OLD.to_envelope_id, OLD.amount_cents, OLD.reason, OLD.proposed_at, OLD.proposed_by) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'budget_decisions is append-only' USING ERRCODE = 'restrict_violation';
END $$;
ALTER TABLE budget_decisions DROP COLUMN ceiling_before_cents;
