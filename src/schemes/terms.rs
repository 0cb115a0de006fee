//! The term within which is decided, and what suspends it. Pure: days on the Dutch calendar in, a
//! day out; nothing is ever typed over.

use chrono::{Days, NaiveDate, NaiveDateTime};

use crate::{core::calendar, error::Refusal, texts::dates::OnDay};

/// The term to complete an application when nothing else is chosen, in days: four weeks.
pub const CURE_PERIOD_DAYS: u64 = 28;
/// Within so many days after the term to complete has passed unused, it is made known that an
/// application is left untreated: four weeks (Awb 4:5 lid 4).
const UNTREATED_DAYS: u64 = 28;
/// A term longer than this is not extended when it ends on a weekend or a holiday (Algemene
/// termijnenwet art. 4: more than twelve weeks).
const EXTENDABLE_WEEKS: u64 = 12;

/// The decision term stands still because completion was asked for (Awb 4:15 lid 1, 4:5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// The day on which was asked.
    pub asked_on: NaiveDate,
    /// The last day to complete.
    pub due_on: NaiveDate,
    /// The day on which was completed, if it was.
    pub answered_on: Option<NaiveDate>,
}

/// Until when can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionTerm {
    /// The last day; while the term stands still, the last day if nothing comes in before the
    /// cure period is over.
    pub last_day: NaiveDate,
    /// How many days the term stood still, those to come in this suspension included.
    pub suspended_days: u64,
    /// Whether it stands still today.
    pub is_suspended: bool,
}

/// The last day on which can be made known that an application is left untreated that was not
/// completed by `due_on`.
pub fn untreated_until(due_on: NaiveDate) -> NaiveDate {
    calendar::last_day(due_on, UNTREATED_DAYS)
}

/// Whether an application that was not completed by `due_on` can be left untreated today: not
/// before that day is over, and not after four weeks.
pub fn may_leave_untreated(due_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    let last_day = untreated_until(due_on);
    if today <= due_on {
        Err(Refusal::CurePeriodRuns { due_on })
    } else if last_day < today {
        Err(Refusal::UntreatedTooLate { last_day })
    } else {
        Ok(())
    }
}

/// The term of `weeks` that starts the day after `submitted_on` (Awb 4:13), made longer by every
/// day on which it stood still. A day counts once, however many requests were open on it. What
/// starts after the term ended suspends nothing.
pub fn decision_term(
    submitted_on: NaiveDate,
    weeks: i32,
    suspensions: &[Suspension],
    today: NaiveDate,
) -> DecisionTerm {
    let weeks = u64::try_from(weeks).unwrap_or_default();
    let extended = |day| match weeks {
        0..=EXTENDABLE_WEEKS => calendar::next_working_day(day),
        _ => day,
    };
    let mut term = DecisionTerm {
        last_day: plus(submitted_on, weeks.saturating_mul(7)),
        suspended_days: 0,
        is_suspended: false,
    };
    let mut sorted: Vec<(NaiveDate, NaiveDate)> =
        suspensions.iter().map(Suspension::interval).collect();
    sorted.sort();
    let mut counted_until = submitted_on;
    for (first, end) in sorted {
        let first = first.max(counted_until);
        if end <= first || extended(term.last_day) < first {
            continue;
        }
        let days = u64::try_from(end.signed_duration_since(first).num_days()).unwrap_or_default();
        term.suspended_days = term.suspended_days.saturating_add(days);
        term.last_day = plus(term.last_day, days);
        term.is_suspended |= first <= today && today < end;
        counted_until = end;
    }
    term.last_day = extended(term.last_day);
    term
}

impl Suspension {
    /// By a request for completion of this moment, and when it was completed, if it was (UTC).
    pub fn by(
        asked_at: NaiveDateTime,
        due_on: NaiveDate,
        answered_at: Option<NaiveDateTime>,
    ) -> Suspension {
        Suspension {
            asked_on: asked_at.dutch_day(),
            due_on,
            answered_on: answered_at.map(|it| it.dutch_day()),
        }
    }

    /// From the day after the request until the day of completion, that day not included; without
    /// completion, until the cure period has run out, its last day included.
    fn interval(&self) -> (NaiveDate, NaiveDate) {
        let lapsed = plus(self.due_on, 1);
        let end = self.answered_on.map_or(lapsed, |it| it.min(lapsed));
        (plus(self.asked_on, 1), end)
    }
}

fn plus(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(asked_on: &str, due_on: &str, answered_on: Option<&str>) -> Suspension {
        Suspension {
            asked_on: day(asked_on),
            due_on: day(due_on),
            answered_on: answered_on.map(day),
        }
    }

    #[track_caller]
    fn check(weeks: i32, suspensions: &[Suspension], last_day: &str, days: u64, suspended: bool) {
        let found = decision_term(day("2026-10-01"), weeks, suspensions, day("2026-10-20"));
        let expected = DecisionTerm {
            last_day: day(last_day),
            suspended_days: days,
            is_suspended: suspended,
        };
        assert_eq!(found, expected, "{weeks} {suspensions:?}");
    }

    #[test]
    fn the_term_runs_from_submission_and_stands_still_while_completion_is_asked() {
        check(8, &[], "2026-11-26", 0, false);
        // 13 weeks end on Thursday 31 December; a term over twelve weeks is never extended.
        check(13, &[], "2026-12-31", 0, false);
        // Asked on the 12th, answered on the 19th: the 13th to the 18th.
        let answered = asked("2026-10-12", "2026-11-09", Some("2026-10-19"));
        check(13, &[answered], "2027-01-06", 6, false);
        // Not answered yet: the whole cure period of 28 days, to 9 November.
        let open = asked("2026-10-12", "2026-11-09", None);
        check(13, &[open], "2027-01-28", 28, true);
        // Answered too late: the term ran again from the day after the last day.
        let late = asked("2026-10-02", "2026-10-09", Some("2026-10-15"));
        check(13, &[late], "2027-01-07", 7, false);
        // Answered on the day it was asked: nothing stood still.
        let at_once = asked("2026-10-12", "2026-11-09", Some("2026-10-12"));
        check(13, &[at_once], "2026-12-31", 0, false);
    }

    #[test]
    fn an_application_is_left_untreated_within_four_weeks_after_the_last_day_to_complete() {
        let due_on = day("2026-11-09");
        let may = |today| may_leave_untreated(due_on, day(today));
        let last_day = day("2026-12-07");
        assert_eq!(may("2026-11-09"), Err(Refusal::CurePeriodRuns { due_on }));
        assert_eq!(may("2026-11-10"), Ok(()));
        assert_eq!(may("2026-12-07"), Ok(()));
        let late = Err(Refusal::UntreatedTooLate { last_day });
        assert_eq!(may("2026-12-08"), late);
        // Four weeks that end on Christmas end on the Monday after it.
        assert_eq!(untreated_until(day("2026-11-27")), day("2026-12-28"));
    }

    #[test]
    fn days_are_counted_once_and_a_term_that_ended_is_not_revived() {
        let first = asked("2026-10-05", "2026-10-12", Some("2026-10-10"));
        let second = asked("2026-10-07", "2026-10-14", Some("2026-10-12"));
        // 6 to 9 October and 10 to 11 October.
        check(13, &[second, first], "2027-01-06", 6, false);
        let after = asked("2027-03-01", "2027-03-29", None);
        check(13, &[after], "2026-12-31", 0, false);
    }

    #[test]
    fn a_short_term_ends_on_a_working_day_even_when_it_was_suspended_for_long() {
        // 8 weeks and 30 days end on Saturday 26 December, the second day of Christmas.
        let long = asked("2026-10-05", "2026-12-01", Some("2026-11-05"));
        check(8, &[long], "2026-12-28", 30, true);
    }
}
