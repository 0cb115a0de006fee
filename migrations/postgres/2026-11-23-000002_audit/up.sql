-- Facts in the past tense, chained per stream (a dossier, a cycle, an account, ...). Insert-only.
CREATE TABLE audit_facts (
    id TEXT PRIMARY KEY NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL CONSTRAINT audit_facts_seq_positive CHECK (seq > 0),
    at TIMESTAMP NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    origin TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT audit_facts_no_gap UNIQUE (stream, seq)
);
CREATE INDEX audit_facts_by_time ON audit_facts (at, id);

-- How long each stream is and how it ends: a removed last fact, or a removed stream, shows.
CREATE TABLE audit_heads (
    stream TEXT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER audit_facts_append_only BEFORE UPDATE OR DELETE ON audit_facts FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_facts_no_truncate BEFORE TRUNCATE ON audit_facts FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION audit_heads_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.seq = OLD.seq + 1 AND NEW.stream = OLD.stream THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'audit_heads grows by one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_heads_grow BEFORE UPDATE OR DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_heads_grow();
CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- A fact follows the last one of its stream, and the database itself keeps where the stream ends.
CREATE FUNCTION audit_facts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last audit_heads%ROWTYPE;
BEGIN
    SELECT * INTO last FROM audit_heads WHERE stream = NEW.stream;
    IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.prev_hash <> COALESCE(last.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'audit_facts_follow' USING ERRCODE = 'unique_violation', CONSTRAINT = 'audit_facts_follow';
    END IF;
    IF NEW.seq = 1 THEN
        INSERT INTO audit_heads (stream, seq, hash) VALUES (NEW.stream, NEW.seq, NEW.hash);
    ELSE
        UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_facts_follow BEFORE INSERT ON audit_facts FOR EACH ROW EXECUTE FUNCTION audit_facts_follow();
