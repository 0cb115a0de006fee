-- Why a window closes later than was set: an outage, for all (Awb 2:21), or an extension for one region.
-- When it closes follows by rule (`schemes::closing`) and is stored nowhere.
CREATE TABLE window_closings (
    id TEXT PRIMARY KEY NOT NULL,
    window_id TEXT NOT NULL REFERENCES application_windows (id),
    kind TEXT NOT NULL CONSTRAINT window_closings_kind_known CHECK (kind IN ('outage', 'extension')),
    -- The region that may take longer.
    region_id TEXT REFERENCES regions (id),
    -- When the outage began.
    starts_at TIMESTAMP,
    -- When the outage ended, or until when the region may apply.
    ends_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL CONSTRAINT window_closings_reason_given CHECK (reason <> ''),
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    CONSTRAINT window_closings_region_iff_extension CHECK ((kind = 'extension') = (region_id IS NOT NULL)),
    CONSTRAINT window_closings_start_iff_outage CHECK ((kind = 'outage') = (starts_at IS NOT NULL)),
    CONSTRAINT window_closings_in_order CHECK (starts_at IS NULL OR starts_at < ends_at)
);
CREATE INDEX window_closings_by_window ON window_closings (window_id, ends_at);
CREATE TRIGGER window_closings_append_only BEFORE UPDATE OR DELETE ON window_closings FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER window_closings_no_truncate BEFORE TRUNCATE ON window_closings FOR EACH STATEMENT EXECUTE FUNCTION append_only();
