DROP TABLE mail_wishes;
DROP TABLE mails;
DROP INDEX accounts_by_municipality;
DROP INDEX outbox_by_time;
DROP INDEX outbox_by_addressing;
ALTER TABLE outbox DROP COLUMN addressed_at;
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN sent_at TIMESTAMP;
CREATE INDEX outbox_unsent ON outbox (sent_at, created_at);
