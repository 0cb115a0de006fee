-- Changes of an award after the decision on it was sent: proposed by one person, decided by another,
-- and with SZW where prevention is among them. One is open per application.
CREATE TABLE amendments (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL CONSTRAINT amendments_reference_once UNIQUE,
    application_id TEXT NOT NULL REFERENCES applications (id),
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    state TEXT NOT NULL CONSTRAINT amendments_state_known CHECK (state IN ('open', 'decided', 'withdrawn')),
    reason TEXT NOT NULL CONSTRAINT amendments_reason_given CHECK (reason <> ''),
    proposed_at TIMESTAMP NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    -- SZW's word, where a prevention project is among the lines.
    szw_verdict TEXT CONSTRAINT amendments_verdict_known CHECK (szw_verdict IN ('agreed', 'refused')),
    szw_reason TEXT NOT NULL DEFAULT '',
    szw_by TEXT REFERENCES accounts (id),
    decided_at TIMESTAMP,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT amendments_four_eyes CHECK (decided_by IS NULL OR decided_by <> proposed_by),
    CONSTRAINT amendments_verdict_iff_by CHECK ((szw_verdict IS NULL) = (szw_by IS NULL)),
    CONSTRAINT amendments_decided_iff_by CHECK ((state = 'decided') = (decided_by IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);
CREATE INDEX amendments_by_application ON amendments (application_id, proposed_at, id);
CREATE INDEX amendments_by_decision ON amendments (decision_id);
CREATE INDEX amendments_by_state ON amendments (state, proposed_at, id);
CREATE UNIQUE INDEX amendments_one_open ON amendments (application_id) WHERE state = 'open';

-- What a project gets of an envelope in a year, before and after. What stays as it is has no line.
CREATE TABLE amendment_lines (
    amendment_id TEXT NOT NULL REFERENCES amendments (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    before_cents BIGINT NOT NULL CONSTRAINT amendment_lines_before_not_negative CHECK (before_cents >= 0),
    after_cents BIGINT NOT NULL CONSTRAINT amendment_lines_after_not_negative CHECK (after_cents >= 0),
    PRIMARY KEY (amendment_id, project_id, year, envelope_id),
    CONSTRAINT amendment_lines_differ CHECK (before_cents <> after_cents)
);
CREATE INDEX amendment_lines_by_project ON amendment_lines (project_id, year);

-- An amendment does not change once it was decided or withdrawn, and never in what it is.
CREATE FUNCTION amendments_once_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'open' AND (NEW.id, NEW.reference, NEW.application_id, NEW.decision_id, NEW.reason, NEW.proposed_at, NEW.proposed_by)
            = (OLD.id, OLD.reference, OLD.application_id, OLD.decision_id, OLD.reason, OLD.proposed_at, OLD.proposed_by) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'amendments is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER amendments_once_decided BEFORE UPDATE OR DELETE ON amendments FOR EACH ROW EXECUTE FUNCTION amendments_once_decided();
CREATE TRIGGER amendments_no_truncate BEFORE TRUNCATE ON amendments FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION amendment_lines_of_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM amendments WHERE id = NEW.amendment_id AND state = 'open') THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'amendment_lines is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER amendment_lines_of_open BEFORE INSERT ON amendment_lines FOR EACH ROW EXECUTE FUNCTION amendment_lines_of_open();
CREATE TRIGGER amendment_lines_append_only BEFORE UPDATE OR DELETE ON amendment_lines FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER amendment_lines_no_truncate BEFORE TRUNCATE ON amendment_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- A line that rests on an amendment is the one that was decided, and is booked once.
CREATE FUNCTION journal_entries_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id
            WHERE a.id = NEW.cause_id AND a.state = 'decided' AND a.application_id = NEW.application_id AND l.project_id = NEW.project_id AND l.envelope_id = NEW.from_envelope_id
              AND CASE NEW.kind WHEN 'commitment' THEN l.after_cents - l.before_cents WHEN 'release' THEN l.before_cents - l.after_cents END = NEW.amount_cents)
        OR EXISTS (SELECT 1 FROM journal_entries WHERE cause_kind = 'amendment' AND cause_id = NEW.cause_id AND project_id = NEW.project_id AND from_envelope_id = NEW.from_envelope_id) THEN
        PERFORM refuse('journal_entries_cause_exists');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_entries_amendment BEFORE INSERT ON journal_entries FOR EACH ROW WHEN (NEW.cause_kind = 'amendment') EXECUTE FUNCTION journal_entries_amendment();
