-- Facts in the past tense, chained per stream (a dossier, a cycle, an account, ...). Insert-only.
CREATE TABLE audit_facts (
    id TEXT PRIMARY KEY NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL CONSTRAINT audit_facts_seq_positive CHECK (seq > 0),
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    origin TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT audit_facts_no_gap UNIQUE (stream, seq)
) STRICT;
CREATE INDEX audit_facts_by_time ON audit_facts (at, id);

-- How long each stream is and how it ends: a removed last fact, or a removed stream, shows.
CREATE TABLE audit_heads (
    stream TEXT PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER audit_facts_no_replace BEFORE INSERT ON audit_facts WHEN EXISTS (SELECT 1 FROM audit_facts WHERE id = NEW.id OR (stream = NEW.stream AND seq = NEW.seq))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_facts is append-only'); END;
CREATE TRIGGER audit_heads_no_replace BEFORE INSERT ON audit_heads WHEN EXISTS (SELECT 1 FROM audit_heads WHERE stream = NEW.stream)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_heads is append-only'); END;
CREATE TRIGGER audit_facts_no_update BEFORE UPDATE ON audit_facts BEGIN SELECT RAISE(ABORT, 'audit_facts is append-only'); END;
CREATE TRIGGER audit_facts_no_delete BEFORE DELETE ON audit_facts BEGIN SELECT RAISE(ABORT, 'audit_facts is append-only'); END;
CREATE TRIGGER audit_heads_grow BEFORE UPDATE ON audit_heads WHEN NEW.seq <> OLD.seq + 1 OR NEW.stream <> OLD.stream BEGIN SELECT RAISE(ABORT, 'audit_heads grows by one'); END;
CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, 'audit_heads grows by one'); END;
-- A fact follows the last one of its stream, and the database itself keeps where the stream ends.
CREATE TRIGGER audit_facts_follow BEFORE INSERT ON audit_facts
WHEN NEW.seq <> COALESCE((SELECT seq FROM audit_heads WHERE stream = NEW.stream), 0) + 1
    OR NEW.prev_hash <> COALESCE((SELECT hash FROM audit_heads WHERE stream = NEW.stream), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_facts_follow'); END;
CREATE TRIGGER audit_facts_head AFTER INSERT ON audit_facts
BEGIN
    UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
    INSERT INTO audit_heads (stream, seq, hash) SELECT NEW.stream, NEW.seq, NEW.hash WHERE NEW.seq = 1;
END;
