//! As of when: now, or the end of a day. Pure.

use chrono::{NaiveDate, NaiveDateTime};

use crate::texts::dates::{self, DateError};

/// As of when something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The day, if one was asked.
    pub day: Option<NaiveDate>,
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
            moment: now,
            until: None,
        }
    }

    /// What was typed: nothing is now, a day is the end of that day in the Netherlands. A day that
    /// is not over yet counts up to now.
    pub fn parse(text: &str, now: NaiveDateTime) -> Result<AsOf, DateError> {
        if text.trim().is_empty() {
            return Ok(AsOf::now(now));
        }
        let day = dates::parse_date(text)?;
        let end = dates::end_of_day(day);
        Ok(AsOf {
            day: Some(day),
            moment: end.min(now),
            until: (end <= now).then_some(end),
        })
    }

    /// `Stand van maandag 23 november 2026, 09.12 uur`, or `Stand aan het einde van ...`.
    pub fn sentence(&self) -> String {
        match self.day {
            Some(day) if self.until.is_some() => {
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
}
