-- Another ceiling for an envelope is proposed as what it becomes: what it was then is kept, so that one that moved since is
-- not decided on. Of what was proposed before today it is the sum of the journal at that moment.
ALTER TABLE budget_decisions ADD COLUMN ceiling_before_cents BIGINT CONSTRAINT budget_decisions_ceiling_of_kind CHECK (CASE WHEN kind = 'lower' THEN amount_cents <= ceiling_before_cents WHEN kind = 'raise' THEN 0 <= ceiling_before_cents ELSE ceiling_before_cents IS NULL END);
ALTER TABLE budget_decisions DISABLE TRIGGER budget_decisions_once_decided;
UPDATE budget_decisions SET ceiling_before_cents = (
    SELECT COALESCE(SUM(CASE WHEN n.to_envelope_id = budget_decisions.to_envelope_id AND n.to_stage <> 'budget' THEN n.amount_cents ELSE 0 END
        - CASE WHEN n.from_envelope_id = budget_decisions.to_envelope_id AND n.from_stage <> 'budget' THEN n.amount_cents ELSE 0 END), 0)::BIGINT
    FROM journal_entries n WHERE n.booked_at < budget_decisions.proposed_at)
WHERE kind IN ('raise', 'lower');
ALTER TABLE budget_decisions ENABLE TRIGGER budget_decisions_once_decided;
CREATE OR REPLACE FUNCTION budget_decisions_once_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'open' AND (NEW.id, NEW.reference, NEW.cycle_id, NEW.kind, NEW.from_envelope_id, NEW.from_stage, NEW.to_envelope_id, NEW.amount_cents, NEW.reason, NEW.proposed_at, NEW.proposed_by, NEW.ceiling_before_cents)
            IS NOT DISTINCT FROM (OLD.id, OLD.reference, OLD.cycle_id, OLD.kind, OLD.from_envelope_id, OLD.from_stage, OLD.to_envelope_id, OLD.amount_cents, OLD.reason, OLD.proposed_at, OLD.proposed_by, OLD.ceiling_before_cents) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'budget_decisions is append-only' USING ERRCODE = 'restrict_violation';
END $$;
