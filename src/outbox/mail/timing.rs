//! When a mail is tried, tried again and given up, and whether a message was mailed in time. Pure.

use chrono::{NaiveDateTime, TimeDelta, Timelike};

use super::{Failure, Mail, MailState};
use crate::texts::dates;

/// Within this many hours after a message can be read in the portal, its readers are told (Awb 2:10).
pub const HOURS_TO_TELL: i64 = 48;
/// The hour of the Dutch clock at which the one mail of the day leaves.
const DIGEST_HOUR: u32 = 7;
/// How long one waits after each attempt that failed, in minutes. Together less than the 48 hours, so
/// that there is time left to tell somebody in another way.
const WAITS: [i64; 9] = [1, 5, 15, 60, 120, 240, 360, 480, 720];

/// What becomes of a mail after its `attempts`th attempt failed: tried again at a moment, or given up.
pub fn after_failure(
    attempts: i32,
    failure: &Failure,
    now: NaiveDateTime,
) -> (MailState, NaiveDateTime) {
    let wait = usize::try_from(attempts.saturating_sub(1))
        .ok()
        .and_then(|it| WAITS.get(it));
    match wait {
        Some(minutes) if !failure.is_permanent => {
            let again = now.checked_add_signed(TimeDelta::minutes(*minutes));
            (MailState::Waiting, again.unwrap_or(now))
        }
        _ => (MailState::Failed, now),
    }
}

/// The next moment at which the one mail of the day leaves.
pub fn next_digest(now: NaiveDateTime) -> NaiveDateTime {
    // The hours of one summer-time change are less than a day: trying each hour finds it.
    (1..=48)
        .filter_map(|hours| {
            let at = now.checked_add_signed(TimeDelta::hours(hours))?;
            at.with_minute(0)?.with_second(0)?.with_nanosecond(0)
        })
        .find(|it| dates::on_the_clock(*it).hour() == DIGEST_HOUR && now < *it)
        .unwrap_or(now)
}

/// How telling about a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Everybody was mailed, the first within 48 hours.
    InTime,
    /// Mailed, but the first later than 48 hours after the message could be read.
    Late,
    /// Some mail still waits, within the 48 hours.
    Under,
    /// Nobody was mailed yet, and the 48 hours are over.
    Overdue,
    /// Nothing waits any more and somebody's mail failed.
    Failed,
    /// There is nobody to mail.
    Nobody,
}

/// What is known of the mails of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many there are.
    pub all: usize,
    /// How many the mail server took.
    pub sent: usize,
    /// How many were given up.
    pub failed: usize,
    /// When the first was taken.
    pub first_sent_at: Option<NaiveDateTime>,
}

impl Tally {
    /// What these mails of one message come to.
    pub fn of(mails: &[Mail]) -> Tally {
        let mut tally = Tally::default();
        for mail in mails {
            tally.count(mail.state, mail.sent_at);
        }
        tally
    }

    /// Counts one mail more.
    pub fn count(&mut self, state: MailState, sent_at: Option<NaiveDateTime>) {
        self.all = self.all.saturating_add(1);
        match state {
            MailState::Sent => self.sent = self.sent.saturating_add(1),
            MailState::Failed => self.failed = self.failed.saturating_add(1),
            MailState::Waiting => {}
        }
        self.first_sent_at = match (self.first_sent_at, sent_at) {
            (Some(first), Some(at)) => Some(first.min(at)),
            (first, at) => first.or(at),
        };
    }
}

/// How telling about a message stands at `now`, that could be read since `visible_at`.
pub fn told(
    visible_at: NaiveDateTime,
    is_addressed: bool,
    tally: Tally,
    now: NaiveDateTime,
) -> Told {
    let limit = visible_at
        .checked_add_signed(TimeDelta::hours(HOURS_TO_TELL))
        .unwrap_or(visible_at);
    let is_late = |at: NaiveDateTime| limit < at;
    match tally.first_sent_at {
        _ if is_addressed && tally.all == 0 => Told::Nobody,
        _ if 0 < tally.failed && tally.failed.saturating_add(tally.sent) == tally.all => {
            Told::Failed
        }
        Some(at) if is_late(at) => Told::Late,
        Some(_) if tally.sent == tally.all => Told::InTime,
        None if is_late(now) => Told::Overdue,
        _ => Told::Under,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn failure(is_permanent: bool) -> Failure {
        Failure {
            is_permanent,
            said: String::new(),
        }
    }

    #[test]
    fn a_mail_is_tried_for_less_than_two_days_and_then_given_up() {
        let mut now = at("2026-09-15T08:00:00");
        let begun = now;
        let mut attempts = 1;
        loop {
            let (state, next) = after_failure(attempts, &failure(false), now);
            if state == MailState::Failed {
                break;
            }
            assert!(now < next, "{attempts}");
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(attempts, 10);
        assert!(now - begun < TimeDelta::hours(HOURS_TO_TELL), "{now}");
    }

    #[test]
    fn an_address_that_does_not_exist_is_not_tried_again() {
        let now = at("2026-09-15T08:00:00");
        assert_eq!(
            after_failure(1, &failure(true), now),
            (MailState::Failed, now)
        );
    }

    #[test]
    fn the_mail_of_the_day_leaves_at_seven_on_the_dutch_clock() {
        // 5.00 in UTC is 7.00 in summer; the clock goes back on 25 October 2026.
        for (now, next) in [
            ("2026-09-15T04:59:59", "2026-09-15T05:00:00"),
            ("2026-09-15T05:00:00", "2026-09-16T05:00:00"),
            ("2026-10-24T12:00:00", "2026-10-25T06:00:00"),
            ("2026-12-31T23:30:00", "2027-01-01T06:00:00"),
        ] {
            assert_eq!(next_digest(at(now)), at(next), "{now}");
        }
    }

    #[test]
    fn telling_is_in_time_until_the_last_second_of_the_48_hours() {
        let visible = at("2026-09-15T08:00:00");
        let tally = |sent, failed, first: Option<&str>| Tally {
            all: 2,
            sent,
            failed,
            first_sent_at: first.map(at),
        };
        let now = at("2026-09-17T08:00:00");
        let later = at("2026-09-17T08:00:01");
        let of = |tally, now| told(visible, true, tally, now);
        assert_eq!(of(tally(0, 0, None), now), Told::Under);
        assert_eq!(of(tally(0, 0, None), later), Told::Overdue);
        assert_eq!(
            of(tally(1, 0, Some("2026-09-15T08:01:00")), now),
            Told::Under
        );
        assert_eq!(
            of(tally(2, 0, Some("2026-09-17T08:00:00")), later),
            Told::InTime
        );
        assert_eq!(
            of(tally(2, 0, Some("2026-09-17T08:00:01")), later),
            Told::Late
        );
        assert_eq!(
            of(tally(1, 1, Some("2026-09-15T08:01:00")), now),
            Told::Failed
        );
        assert_eq!(of(tally(0, 2, None), now), Told::Failed);
        assert_eq!(told(visible, true, Tally::default(), later), Told::Nobody);
        assert_eq!(told(visible, false, Tally::default(), later), Told::Overdue);
    }
}
