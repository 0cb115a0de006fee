-- Which regions were reminded that a window is about to close: once for each number of days before
-- it does. A window that closes later after all is another moment, and reminds again.
CREATE TABLE closing_reminders (
    window_id TEXT NOT NULL REFERENCES application_windows (id),
    region_id TEXT NOT NULL REFERENCES regions (id),
    closes_at TIMESTAMP NOT NULL,
    days INTEGER NOT NULL CONSTRAINT closing_reminders_days_positive CHECK (days > 0),
    reminded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (window_id, region_id, closes_at, days)
);
CREATE INDEX closing_reminders_by_region ON closing_reminders (region_id);
