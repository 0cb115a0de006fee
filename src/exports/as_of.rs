//! As of when: now, the end of a day, or a moment. Pure.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::texts::dates::{self, DateError};

/// As of when something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The day, if one was asked.
    pub day: Option<NaiveDate>,
    /// The time of that day on the clock of the Netherlands, if one was asked.
    pub time: Option<NaiveTime>,
    /// The moment of which that is the state (UTC).
    pub moment: NaiveDateTime,
    /// Only what was done before this moment counts (UTC); absent, everything does. A day that is
    /// not over has no such bound: what is done in this very instant counts.
    pub until: Option<NaiveDateTime>,
}

impl AsOf {
    /// As things stand now.
    pub fn now(now: NaiveDateTime) -> AsOf {
        AsOf {
            day: None,
            time: None,
            moment: now,
            until: None,
        }
    }

    /// What was typed: nothing is now, a day is the end of that day in the Netherlands, a day and a
    /// time are that moment on the clock there. What is not over yet counts up to now.
    pub fn parse(text: &str, now: NaiveDateTime) -> Result<AsOf, DateError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(AsOf::now(now));
        }
        let has_time = text.contains(['T', ' ', ':']);
        let (day, time, end) = if has_time {
            let moment = dates::parse_moment(text)?;
            let typed = dates::on_the_clock(moment);
            (typed.date(), Some(typed.time()), moment)
        } else {
            let day = dates::parse_date(text)?;
            (day, None, dates::end_of_day(day))
        };
        Ok(AsOf {
            day: Some(day),
            time,
            moment: end.min(now),
            until: (end <= now).then_some(end),
        })
    }

    /// What was typed in two fields: a day, and a time that may be left out.
    pub fn read(day: &str, time: &str, now: NaiveDateTime) -> Result<AsOf, DateError> {
        match (day.trim(), time.trim()) {
            (day, "") => AsOf::parse(day, now),
            ("", _) => Err(DateError::Empty),
            (day, time) => AsOf::parse(&format!("{day} {time}"), now),
        }
    }

    /// What asks the same again, at the end of an address that has a query.
    pub fn query(&self) -> String {
        let day = self.day.map(|it| format!("&per={it}")).unwrap_or_default();
        let time = self.time.map(|it| format!("&om={}", it.format("%H:%M:%S")));
        format!("{day}{}", time.unwrap_or_default())
    }

    /// `Stand van maandag 23 november 2026, 09.12 uur`, or `Stand aan het einde van ...`.
    pub fn sentence(&self) -> String {
        match self.day {
            Some(day) if self.time.is_none() && self.until.is_some() => {
                format!("Stand aan het einde van {}", dates::date(day))
            }
            _ => format!("Stand van {}", dates::moment(self.moment)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_to_its_end_in_the_netherlands_and_never_beyond_now() {
        let now: NaiveDateTime = "2026-11-23T08:12:00".parse().unwrap();
        let as_of = |text| AsOf::parse(text, now).unwrap();
        assert_eq!(as_of("").moment, now);
        let past = as_of("2026-11-20");
        assert_eq!(past.moment.to_string(), "2026-11-20 23:00:00");
        assert_eq!(past.until, Some(past.moment));
        assert_eq!(
            past.sentence(),
            "Stand aan het einde van vrijdag 20 november 2026"
        );
        for not_over in ["2026-11-23", "2027-01-01"] {
            assert_eq!((as_of(not_over).moment, as_of(not_over).until), (now, None));
            assert_eq!(
                as_of(not_over).sentence(),
                "Stand van maandag 23 november 2026, 09.12 uur"
            );
        }
        assert_eq!(AsOf::parse("31-2-2026", now), Err(DateError::NotADate));
    }

    #[test]
    fn a_time_is_on_the_clock_of_the_netherlands_and_counts_what_was_done_before_it() {
        let now: NaiveDateTime = "2026-11-23T08:12:00".parse().unwrap();
        for typed in [
            "2026-11-20T14:30",
            "20-11-2026 14:30",
            "2026-11-20 14:30:00",
        ] {
            let as_of = AsOf::parse(typed, now).unwrap();
            assert_eq!(as_of.until.unwrap().to_string(), "2026-11-20 13:30:00");
            assert_eq!(as_of, AsOf::read("2026-11-20", "14:30", now).unwrap());
            assert_eq!(as_of.query(), "&per=2026-11-20&om=14:30:00");
            assert_eq!(
                as_of.sentence(),
                "Stand van vrijdag 20 november 2026, 14.30 uur"
            );
        }
        // In summer the clock is two hours ahead; what is still to come counts up to now.
        let summer = AsOf::read("1-7-2026", "0:00", now).unwrap();
        assert_eq!(summer.until.unwrap().to_string(), "2026-06-30 22:00:00");
        let later = AsOf::read("2026-11-23", "23:59", now).unwrap();
        assert_eq!((later.moment, later.until), (now, None));
        assert_eq!(AsOf::read("", "14:30", now), Err(DateError::Empty));
        assert_eq!(
            AsOf::read("2026-11-20", "25:00", now),
            Err(DateError::NotADate)
        );
        // The hour that the clock skips in spring, and the one that it runs twice in autumn.
        let winter: NaiveDateTime = "2027-11-23T08:12:00".parse().unwrap();
        let at = |day, time| AsOf::read(day, time, winter).map(|it| it.until.unwrap().to_string());
        assert_eq!(at("2027-03-28", "2:30"), Err(DateError::Skipped));
        assert_eq!(at("2027-10-31", "2:30").unwrap(), "2027-10-31 00:30:00");
    }
}
