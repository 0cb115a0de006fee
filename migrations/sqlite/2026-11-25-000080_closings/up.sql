-- Why a window closes later than was set: an outage, for all (Awb 2:21), or an extension for one region.
-- When it closes follows by rule (`schemes::closing`) and is stored nowhere.
CREATE TABLE window_closings (
    id TEXT PRIMARY KEY NOT NULL,
    window_id TEXT NOT NULL REFERENCES application_windows (id),
    kind TEXT NOT NULL CONSTRAINT window_closings_kind_known CHECK (kind IN ('outage', 'extension')),
    -- The region that may take longer.
    region_id TEXT REFERENCES regions (id),
    -- When the outage began.
    starts_at TEXT,
    -- When the outage ended, or until when the region may apply.
    ends_at TEXT NOT NULL,
    reason TEXT NOT NULL CONSTRAINT window_closings_reason_given CHECK (reason <> ''),
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    CONSTRAINT window_closings_region_iff_extension CHECK ((kind = 'extension') = (region_id IS NOT NULL)),
    CONSTRAINT window_closings_start_iff_outage CHECK ((kind = 'outage') = (starts_at IS NOT NULL)),
    CONSTRAINT window_closings_in_order CHECK (starts_at IS NULL OR starts_at < ends_at)
) STRICT;
CREATE INDEX window_closings_by_window ON window_closings (window_id, ends_at);

-- INSERT OR REPLACE would remove a row without asking the triggers on DELETE.
CREATE TRIGGER window_closings_no_replace BEFORE INSERT ON window_closings WHEN EXISTS (SELECT 1 FROM window_closings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: window_closings is append-only'); END;
CREATE TRIGGER window_closings_no_update BEFORE UPDATE ON window_closings BEGIN SELECT RAISE(ABORT, 'window_closings is append-only'); END;
CREATE TRIGGER window_closings_no_delete BEFORE DELETE ON window_closings BEGIN SELECT RAISE(ABORT, 'window_closings is append-only'); END;
