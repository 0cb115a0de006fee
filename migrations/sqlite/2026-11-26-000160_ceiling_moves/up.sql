-- Another ceiling for an envelope is proposed as what it becomes: what it was then is kept, so that one that moved since is
-- not decided on. Of what was proposed before today it is the sum of the journal at that moment.
ALTER TABLE budget_decisions ADD COLUMN ceiling_before_cents INTEGER CONSTRAINT budget_decisions_ceiling_of_kind CHECK (CASE WHEN kind = 'lower' THEN amount_cents <= ceiling_before_cents WHEN kind = 'raise' THEN 0 <= ceiling_before_cents ELSE ceiling_before_cents IS NULL END);
DROP TRIGGER budget_decisions_once_decided;
UPDATE budget_decisions SET ceiling_before_cents = (
    SELECT COALESCE(SUM(CASE WHEN n.to_envelope_id = budget_decisions.to_envelope_id AND n.to_stage <> 'budget' THEN n.amount_cents ELSE 0 END
        - CASE WHEN n.from_envelope_id = budget_decisions.to_envelope_id AND n.from_stage <> 'budget' THEN n.amount_cents ELSE 0 END), 0)
    FROM journal_entries n WHERE n.booked_at < budget_decisions.proposed_at)
WHERE kind IN ('raise', 'lower');
CREATE TRIGGER budget_decisions_once_decided BEFORE UPDATE ON budget_decisions WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.reference <> OLD.reference OR NEW.cycle_id <> OLD.cycle_id OR NEW.kind <> OLD.kind OR NEW.from_envelope_id <> OLD.from_envelope_id OR NEW.from_stage <> OLD.from_stage OR NEW.to_envelope_id <> OLD.to_envelope_id OR NEW.amount_cents <> OLD.amount_cents OR NEW.ceiling_before_cents IS NOT OLD.ceiling_before_cents OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by
BEGIN SELECT RAISE(ABORT, 'budget_decisions is append-only'); END;
