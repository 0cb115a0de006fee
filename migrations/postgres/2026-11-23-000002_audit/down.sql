DROP TRIGGER audit_facts_follow ON audit_facts;
DROP FUNCTION audit_facts_follow();
DROP TABLE audit_heads;
DROP TABLE audit_facts;
DROP FUNCTION audit_heads_grow CASCADE;
DROP FUNCTION append_only CASCADE;
