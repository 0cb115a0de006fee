-- When the applicant was reminded that the last day for a completion is near: once for each request.
ALTER TABLE completion_requests ADD COLUMN reminded_at TIMESTAMP;
