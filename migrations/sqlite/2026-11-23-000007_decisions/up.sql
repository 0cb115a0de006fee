-- Scenarios, proposals, decisions, and the messages that tell about them.
CREATE TABLE scenarios (
    id TEXT PRIMARY KEY NOT NULL,
    window_id TEXT NOT NULL REFERENCES application_windows (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT scenarios_state_known CHECK (state IN ('draft', 'adopted', 'discarded')),
    -- Canonical JSON (RFC 8785), as `allocate` reads and writes it.
    input TEXT NOT NULL,
    input_sha256 TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    adopted_at TEXT,
    adopted_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT scenarios_name_once UNIQUE (window_id, name),
    CONSTRAINT scenarios_adopted_iff_by CHECK ((state = 'adopted') = (adopted_by IS NOT NULL))
) STRICT;

CREATE TABLE scenario_edits (
    scenario_id TEXT NOT NULL REFERENCES scenarios (id),
    seq INTEGER NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    before_cents INTEGER NOT NULL,
    after_cents INTEGER NOT NULL CONSTRAINT scenario_edits_after_not_negative CHECK (after_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT scenario_edits_reason_given CHECK (reason <> ''),
    edited_at TEXT NOT NULL,
    edited_by TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (scenario_id, seq)
) STRICT;

CREATE TABLE proposals (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id),
    scenario_id TEXT REFERENCES scenarios (id),
    state TEXT NOT NULL CONSTRAINT proposals_state_known CHECK (state IN ('open', 'decided', 'withdrawn')),
    -- Whether the journal holds a reservation for it now.
    is_reserved INTEGER NOT NULL,
    reserved_until TEXT,
    reasons TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    -- SZW's word on the prevention projects in it; absent where there are none.
    szw_verdict TEXT CONSTRAINT proposals_verdict_known CHECK (szw_verdict IN ('agreed', 'refused')),
    szw_reason TEXT NOT NULL DEFAULT '',
    szw_at TEXT,
    szw_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL,
    CONSTRAINT proposals_verdict_iff_by CHECK ((szw_verdict IS NULL) = (szw_by IS NULL))
) STRICT;
CREATE INDEX proposals_by_application ON proposals (application_id, proposed_at);
CREATE INDEX proposals_by_state ON proposals (state, proposed_at, id, application_id);

CREATE TABLE proposal_lines (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT proposal_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT proposal_lines_reason_given CHECK (reason <> ''),
    PRIMARY KEY (proposal_id, project_id, year)
) STRICT;

CREATE TABLE decisions (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL CONSTRAINT decisions_reference_once UNIQUE,
    application_id TEXT NOT NULL REFERENCES applications (id),
    proposal_id TEXT NOT NULL REFERENCES proposals (id) CONSTRAINT decisions_proposal_once UNIQUE,
    outcome TEXT NOT NULL CONSTRAINT decisions_outcome_known CHECK (outcome IN ('awarded', 'partially_awarded', 'rejected', 'not_treated')),
    reasons TEXT NOT NULL CONSTRAINT decisions_reasons_given CHECK (reasons <> ''),
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES accounts (id),
    notified_at TEXT,
    notified_by TEXT REFERENCES accounts (id),
    -- Last day to object; known once it has been sent.
    objection_until TEXT,
    -- The letter as data (canonical JSON) and its hash; set once, when it is sent.
    letter TEXT,
    letter_sha256 TEXT,
    CONSTRAINT decisions_notified_has_letter CHECK ((notified_at IS NULL) = (letter IS NULL) AND (letter IS NULL) = (letter_sha256 IS NULL))
) STRICT;
CREATE INDEX decisions_by_application ON decisions (application_id, decided_at);

CREATE TABLE decision_lines (
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    year INTEGER NOT NULL,
    envelope_id TEXT NOT NULL REFERENCES envelopes (id),
    amount_cents INTEGER NOT NULL CONSTRAINT decision_lines_amount_not_negative CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CONSTRAINT decision_lines_reason_given CHECK (reason <> ''),
    PRIMARY KEY (decision_id, project_id, year)
) STRICT;
CREATE INDEX decision_lines_by_project ON decision_lines (project_id, year);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    -- The municipality whose people may read it in the portal; the mail goes to each of them.
    municipality_id TEXT NOT NULL REFERENCES municipalities (id),
    application_id TEXT REFERENCES applications (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_by_municipality ON outbox (municipality_id, created_at, id);
CREATE INDEX outbox_unsent ON outbox (sent_at, created_at);

-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR reference = NEW.reference OR proposal_id = NEW.proposal_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: decisions is append-only'); END;
CREATE TRIGGER decision_lines_no_replace BEFORE INSERT ON decision_lines WHEN EXISTS (SELECT 1 FROM decision_lines WHERE decision_id = NEW.decision_id AND project_id = NEW.project_id AND year = NEW.year)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: decision_lines is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_once_sent BEFORE UPDATE ON decisions WHEN OLD.notified_at IS NOT NULL OR NEW.outcome <> OLD.outcome OR NEW.reasons <> OLD.reasons OR NEW.decided_at <> OLD.decided_at OR NEW.decided_by <> OLD.decided_by OR NEW.application_id <> OLD.application_id
BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decision_lines_no_update BEFORE UPDATE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_no_delete BEFORE DELETE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
