-- Changes of an award after the decision on it was sent: proposed by one person, decided by another,
-- and with SZW where prevention is among them. One is open per application.
CREATE TABLE amendments (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL CONSTRAINT amendments_reference_once UNIQUE,
    application_id TEXT NOT NULL REFERENCES applications (id),
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    state TEXT NOT NULL CONSTRAINT amendments_state_known CHECK (state IN ('open', 'decided', 'withdrawn')),
    reason TEXT NOT NULL CONSTRAINT amendments_reason_given CHECK (reason <> ''),
    proposed_at TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    -- SZW's word, where a prevention project is among the lines.
    szw_verdict TEXT CONSTRAINT amendments_verdict_known CHECK (szw_verdict IN ('agreed', 'refused')),
    szw_reason TEXT NOT NULL DEFAULT '',
    szw_by TEXT REFERENCES accounts (id),
    decided_at TEXT,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT amendments_four_eyes CHECK (decided_by IS NULL OR decided_by <> proposed_by),
    CONSTRAINT amendments_verdict_iff_by CHECK ((szw_verdict IS NULL) = (szw_by IS NULL)),
    CONSTRAINT amendments_decided_iff_by CHECK ((state = 'decided') = (decided_by IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
) STRICT;
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
    before_cents INTEGER NOT NULL CONSTRAINT amendment_lines_before_not_negative CHECK (before_cents >= 0),
    after_cents INTEGER NOT NULL CONSTRAINT amendment_lines_after_not_negative CHECK (after_cents >= 0),
    PRIMARY KEY (amendment_id, project_id, year, envelope_id),
    CONSTRAINT amendment_lines_differ CHECK (before_cents <> after_cents)
) STRICT;
CREATE INDEX amendment_lines_by_project ON amendment_lines (project_id, year);

-- An amendment does not change once it was decided or withdrawn, and never in what it is.
CREATE TRIGGER amendments_no_replace BEFORE INSERT ON amendments WHEN EXISTS (SELECT 1 FROM amendments WHERE id = NEW.id OR reference = NEW.reference OR (application_id = NEW.application_id AND state = 'open' AND NEW.state = 'open'))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: amendments is append-only'); END;
CREATE TRIGGER amendments_no_delete BEFORE DELETE ON amendments BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;
CREATE TRIGGER amendments_once_decided BEFORE UPDATE ON amendments WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.reference <> OLD.reference OR NEW.application_id <> OLD.application_id OR NEW.decision_id <> OLD.decision_id OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by
BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;
CREATE TRIGGER amendment_lines_no_replace BEFORE INSERT ON amendment_lines WHEN EXISTS (SELECT 1 FROM amendment_lines WHERE amendment_id = NEW.amendment_id AND project_id = NEW.project_id AND year = NEW.year AND envelope_id = NEW.envelope_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: amendment_lines is append-only'); END;
CREATE TRIGGER amendment_lines_of_open BEFORE INSERT ON amendment_lines WHEN NOT EXISTS (SELECT 1 FROM amendments WHERE id = NEW.amendment_id AND state = 'open')
BEGIN SELECT RAISE(ABORT, 'amendment_lines is append-only'); END;
CREATE TRIGGER amendment_lines_no_update BEFORE UPDATE ON amendment_lines BEGIN SELECT RAISE(ABORT, 'amendment_lines is append-only'); END;
CREATE TRIGGER amendment_lines_no_delete BEFORE DELETE ON amendment_lines BEGIN SELECT RAISE(ABORT, 'amendment_lines is append-only'); END;

-- A line that rests on an amendment is the one that was decided, and is booked once.
CREATE TRIGGER journal_entries_amendment BEFORE INSERT ON journal_entries
WHEN NEW.cause_kind = 'amendment' AND (NOT EXISTS (SELECT 1 FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id
        WHERE a.id = NEW.cause_id AND a.state = 'decided' AND a.application_id = NEW.application_id AND l.project_id = NEW.project_id AND l.envelope_id = NEW.from_envelope_id
          AND CASE NEW.kind WHEN 'commitment' THEN l.after_cents - l.before_cents WHEN 'release' THEN l.before_cents - l.after_cents END = NEW.amount_cents)
    OR EXISTS (SELECT 1 FROM journal_entries WHERE cause_kind = 'amendment' AND cause_id = NEW.cause_id AND project_id = NEW.project_id AND from_envelope_id = NEW.from_envelope_id))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: journal_entries_cause_exists'); END;
