ALTER TABLE completion_requests DROP COLUMN reminded_at;
