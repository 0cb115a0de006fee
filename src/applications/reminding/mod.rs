//! Reminders to who did not submit yet: that a window is about to close, or that the last day for a
//! completion is near.
pub mod actions;
pub mod store;

use chrono::{NaiveDateTime, TimeDelta};

use crate::schemes::Window;

/// So many days before a window closes a region is reminded.
pub const DAYS: [i32; 2] = [7, 1];

/// So many days before the last day for a completion the applicant is reminded.
pub const COMPLETION_DAYS: u64 = 2;

/// Which reminder is due: the days before the closing of a window as it is for a region. Who comes
/// late to it gets the last one only, and none is sent where people never had that many days.
pub fn due(window: &Window, now: NaiveDateTime) -> Option<i32> {
    let last = |days: &i32| TimeDelta::days(i64::from(*days));
    let left = window.closes_at.signed_duration_since(now);
    let whole = window.closes_at.signed_duration_since(window.opens_at);
    if !window.is_open(now) {
        return None;
    }
    let near = DAYS.iter().filter(|days| left <= last(days)).min()?;
    (last(near) < whole).then_some(*near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemes::WindowKind;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn due_at(opens_at: &str, now: &str) -> Option<i32> {
        let window = Window {
            id: "w".into(),
            cycle_id: "c".into(),
            kind: WindowKind::Main,
            name: "Hoofdronde".to_owned(),
            opens_at: at(opens_at),
            closes_at: at("2026-10-08T15:00:00"),
            version: 1,
        };
        due(&window, at(now))
    }

    #[test]
    fn a_week_and_a_day_before_the_closing() {
        // (now, the reminder)
        let cases = [
            ("2026-10-01T14:59:59", None),
            ("2026-10-01T15:00:00", Some(7)),
            ("2026-10-07T14:59:59", Some(7)),
            ("2026-10-07T15:00:00", Some(1)),
            ("2026-10-08T14:59:59", Some(1)),
            ("2026-10-08T15:00:00", None),
        ];
        for (now, wanted) in cases {
            assert_eq!(due_at("2026-09-01T07:00:00", now), wanted, "{now}");
        }
    }

    #[test]
    fn not_before_it_opens_and_not_where_it_was_never_open_that_long() {
        assert_eq!(due_at("2026-10-02T07:00:00", "2026-10-02T06:00:00"), None);
        assert_eq!(due_at("2026-10-02T07:00:00", "2026-10-02T08:00:00"), None);
        assert_eq!(
            due_at("2026-10-02T07:00:00", "2026-10-08T08:00:00"),
            Some(1)
        );
        assert_eq!(due_at("2026-10-08T07:00:00", "2026-10-08T08:00:00"), None);
    }
}
