DROP TABLE audit_heads;
DROP TABLE audit_facts;
DROP FUNCTION audit_heads_grow CASCADE;
DROP FUNCTION append_only CASCADE;
