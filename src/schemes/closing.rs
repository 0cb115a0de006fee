//! When a window closes: the one rule. Pure.
//!
//! A window closes at the moment that was set, or at the later one that a region was given. If the
//! site could not be reached during the last 24 hours before that moment, the window closes later
//! for all: at the same clock time on the first working day after the outage, and in no case on
//! the day on which it would have closed (Awb 2:21 lid 3: a sender is not blamed for being late
//! when the authority could not be reached). Outages are taken in the order in which they began, so
//! that one in the time that was added adds time again.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Closing, ClosingKind, Window};
use crate::{
    core::{calendar, ids::RegionId},
    texts::dates::{self, OnDay},
};

/// An outage counts when it touches this many hours before the closing.
pub const HOURS_BEFORE: i64 = 24;

/// When a window closes (UTC): for one region, or for all that were given no more time.
pub fn effective(
    closes_at: NaiveDateTime,
    closings: &[Closing],
    region: Option<&RegionId>,
) -> NaiveDateTime {
    let own = closings.iter().filter(|it| {
        it.kind == ClosingKind::Extension
            && it.region_id.is_some()
            && it.region_id.as_ref() == region
    });
    let given = own.map(|it| it.ends_at).max();
    let mut closes_at = given.map_or(closes_at, |it| it.max(closes_at));
    for (starts_at, ends_at) in outages(closings) {
        let last_hours = closes_at
            .checked_sub_signed(TimeDelta::hours(HOURS_BEFORE))
            .unwrap_or(closes_at);
        if starts_at < closes_at && last_hours < ends_at {
            closes_at = after_outage(closes_at, ends_at);
        }
    }
    closes_at
}

/// The outages in the order in which they began, those that overlap as one.
fn outages(closings: &[Closing]) -> Vec<(NaiveDateTime, NaiveDateTime)> {
    let mut all: Vec<(NaiveDateTime, NaiveDateTime)> = closings
        .iter()
        .filter(|it| it.kind == ClosingKind::Outage)
        .filter_map(|it| Some((it.starts_at?, it.ends_at)))
        .collect();
    all.sort_unstable();
    let mut joined: Vec<(NaiveDateTime, NaiveDateTime)> = Vec::new();
    for (starts_at, ends_at) in all {
        match joined.last_mut() {
            Some(last) if starts_at <= last.1 => last.1 = last.1.max(ends_at),
            _ => joined.push((starts_at, ends_at)),
        }
    }
    joined
}

/// The same clock time on the first working day after both the closing and the end of the outage.
fn after_outage(closes_at: NaiveDateTime, ends_at: NaiveDateTime) -> NaiveDateTime {
    let last = closes_at.dutch_day().max(ends_at.dutch_day());
    let next = last.succ_opt().map(calendar::next_working_day);
    let clock = dates::on_the_clock(closes_at).time();
    next.map_or(closes_at, |day| dates::off_the_clock(day.and_time(clock)))
}

impl Window {
    /// The window as it is for a region: it closes when the rule says.
    #[must_use]
    pub fn closing(self, closings: &[Closing], region: Option<&RegionId>) -> Window {
        let own: Vec<Closing> = closings
            .iter()
            .filter(|it| it.window_id == self.id)
            .cloned()
            .collect();
        Window {
            closes_at: effective(self.closes_at, &own, region),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn closing(kind: ClosingKind, region: Option<&str>, from: Option<&str>, to: &str) -> Closing {
        Closing {
            id: "c".into(),
            window_id: "w".into(),
            kind,
            region_id: region.map(Into::into),
            starts_at: from.map(at),
            ends_at: at(to),
            reason: "Reden".to_owned(),
            recorded_at: at("2026-10-09T08:00:00"),
            recorded_by: "a".into(),
        }
    }

    fn outage(from: &str, to: &str) -> Closing {
        closing(ClosingKind::Outage, None, Some(from), to)
    }

    fn extension(region: &str, until: &str) -> Closing {
        closing(ClosingKind::Extension, Some(region), None, until)
    }

    /// Thursday 8 October 2026, 17.00 in Amsterdam.
    const CLOSES: &str = "2026-10-08T15:00:00";

    fn closes(closings: &[Closing], region: Option<&str>) -> String {
        let region = region.map(RegionId::from);
        effective(at(CLOSES), closings, region.as_ref()).to_string()
    }

    #[test]
    fn without_a_ground_it_closes_as_was_set() {
        assert_eq!(closes(&[], None), "2026-10-08 15:00:00");
    }

    #[test]
    fn an_extension_is_for_one_region_and_never_shortens() {
        let given = [
            extension("delft", "2026-10-15T15:00:00"),
            extension("delft", "2026-10-12T15:00:00"),
            extension("gouda", "2026-10-01T15:00:00"),
        ];
        assert_eq!(closes(&given, Some("delft")), "2026-10-15 15:00:00");
        assert_eq!(closes(&given, Some("gouda")), "2026-10-08 15:00:00");
        assert_eq!(closes(&given, Some("huizen")), "2026-10-08 15:00:00");
        assert_eq!(closes(&given, None), "2026-10-08 15:00:00");
    }

    #[test]
    fn an_outage_counts_when_it_touches_the_last_24_hours() {
        // (from, until, the new closing)
        let cases = [
            // Ended a second too early, or exactly as the last 24 hours began.
            ("2026-10-07T10:00:00", "2026-10-07T14:59:59", CLOSES),
            ("2026-10-07T10:00:00", "2026-10-07T15:00:00", CLOSES),
            // A second into them: the next working day, Friday 17.00.
            (
                "2026-10-07T10:00:00",
                "2026-10-07T15:00:01",
                "2026-10-09T15:00:00",
            ),
            // Began a second before the closing, or exactly at it.
            (
                "2026-10-08T14:59:59",
                "2026-10-08T16:00:00",
                "2026-10-09T15:00:00",
            ),
            ("2026-10-08T15:00:00", "2026-10-08T16:00:00", CLOSES),
            // Lasted until Friday evening: Monday.
            (
                "2026-10-08T14:00:00",
                "2026-10-09T18:00:00",
                "2026-10-12T15:00:00",
            ),
        ];
        for (from, until, expected) in cases {
            assert_eq!(
                closes(&[outage(from, until)], None),
                at(expected).to_string(),
                "{from} {until}"
            );
        }
    }

    #[test]
    fn an_outage_in_the_added_time_adds_time_again_whatever_the_order_of_the_register() {
        let first = outage("2026-10-08T14:00:00", "2026-10-08T14:30:00");
        let second = outage("2026-10-09T14:00:00", "2026-10-09T14:30:00");
        let monday = "2026-10-12 15:00:00";
        assert_eq!(closes(&[first.clone(), second.clone()], None), monday);
        assert_eq!(closes(&[second.clone(), first], None), monday);
        assert_eq!(closes(&[second], None), "2026-10-08 15:00:00");
    }

    #[test]
    fn one_outage_that_was_recorded_twice_adds_time_once() {
        let long = outage("2026-10-08T14:00:00", "2026-10-08T20:00:00");
        let part = outage("2026-10-08T15:30:00", "2026-10-08T21:00:00");
        let friday = "2026-10-09 15:00:00";
        assert_eq!(closes(&[long.clone(), long.clone()], None), friday);
        assert_eq!(closes(&[part, long], None), friday);
    }

    #[test]
    fn an_outage_before_the_end_of_an_extension_extends_that() {
        let both = [
            extension("delft", "2026-10-14T15:00:00"),
            outage("2026-10-14T12:00:00", "2026-10-14T13:00:00"),
        ];
        assert_eq!(closes(&both, Some("delft")), "2026-10-15 15:00:00");
        assert_eq!(closes(&both, Some("gouda")), "2026-10-08 15:00:00");
    }

    /// From Friday before to Monday after the clock goes back: 17.00 stays 17.00.
    #[test]
    fn the_clock_time_stays_when_summer_time_ends() {
        let friday = at("2026-10-23T15:00:00");
        let it = outage("2026-10-23T14:00:00", "2026-10-23T14:10:00");
        let later = effective(friday, &[it], None);
        assert_eq!(later.to_string(), "2026-10-26 16:00:00");
        assert_eq!(dates::moment(later), "maandag 26 oktober 2026, 17.00 uur");
    }
}
