DROP TRIGGER budget_decisions_once_decided;
ALTER TABLE budget_decisions DROP COLUMN ceiling_before_cents;
CREATE TRIGGER budget_decisions_once_decided BEFORE UPDATE ON budget_decisions WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.reference <> OLD.reference OR NEW.cycle_id <> OLD.cycle_id OR NEW.kind <> OLD.kind OR NEW.from_envelope_id <> OLD.from_envelope_id OR NEW.from_stage <> OLD.from_stage OR NEW.to_envelope_id <> OLD.to_envelope_id OR NEW.amount_cents <> OLD.amount_cents OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by
BEGIN SELECT RAISE(ABORT, 'budget_decisions is append-only'); END;
