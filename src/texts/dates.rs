//! Dates and times as people in the Netherlands read and type them. Inside, a moment is UTC
//! without a zone; outside, it is the clock of Europe/Amsterdam, whatever zone the machine is in.

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat,
    TimeZone, Timelike,
};
use chrono_tz::{Europe::Amsterdam, Tz};

const WEEKDAYS: [&str; 7] = [
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
];
const MONTHS: [(&str, &str); 12] = [
    ("januari", "jan"),
    ("februari", "feb"),
    ("maart", "mrt"),
    ("april", "apr"),
    ("mei", "mei"),
    ("juni", "jun"),
    ("juli", "jul"),
    ("augustus", "aug"),
    ("september", "sep"),
    ("oktober", "okt"),
    ("november", "nov"),
    ("december", "dec"),
];

/// Why what was typed is not a date or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was typed.
    #[error("no date given")]
    Empty,
    /// Not a date (or moment) in a form we read, or a day that does not exist.
    #[error("not a date")]
    NotADate,
    /// A year before 1900 or after 2199: almost surely a slip.
    #[error("a year that cannot be meant")]
    StrangeYear,
    /// An hour that the clock skips when summer time starts.
    #[error("the clock skips this time")]
    Skipped,
}

/// Something that falls on a day in the Netherlands: a date, or a moment in UTC.
pub trait OnDay {
    /// The day on the Dutch calendar.
    fn dutch_day(&self) -> NaiveDate;
    /// The text of the `datetime` attribute of a `time` element.
    fn machine(&self) -> String;
}

impl OnDay for NaiveDate {
    fn dutch_day(&self) -> NaiveDate {
        *self
    }
    fn machine(&self) -> String {
        self.to_string()
    }
}

impl OnDay for NaiveDateTime {
    fn dutch_day(&self) -> NaiveDate {
        local(*self).date_naive()
    }
    fn machine(&self) -> String {
        local(*self).to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl<T: OnDay> OnDay for &T {
    fn dutch_day(&self) -> NaiveDate {
        (**self).dutch_day()
    }
    fn machine(&self) -> String {
        (**self).machine()
    }
}

/// `donderdag 3 december 2026`.
pub fn date(it: impl OnDay) -> String {
    let day = it.dutch_day();
    format!("{} {}", weekday(day), date_without_weekday(day))
}

/// `3 december 2026`.
pub fn date_without_weekday(it: impl OnDay) -> String {
    let day = it.dutch_day();
    format!("{} {} {}", day.day(), month(day).0, day.year())
}

/// `3 dec 2026`, for tables.
pub fn short_date(it: impl OnDay) -> String {
    let day = it.dutch_day();
    format!("{} {} {}", day.day(), month(day).1, day.year())
}

/// `donderdag 3 december 2026, 17.00 uur`, of a moment in UTC.
pub fn moment(utc: NaiveDateTime) -> String {
    format!("{}, {}", date(utc), time(utc))
}

/// `14.32 uur`, of a moment in UTC.
pub fn time(utc: NaiveDateTime) -> String {
    let local = local(utc);
    format!("{:02}.{:02} uur", local.hour(), local.minute())
}

/// `2026-12-03`: the value of an `<input type="date">`.
pub fn typed_date(it: NaiveDate) -> String {
    it.to_string()
}

/// `2026-12-03T17:00`: the value of an `<input type="datetime-local">`, of a moment in UTC.
pub fn typed_moment(utc: NaiveDateTime) -> String {
    local(utc).format("%Y-%m-%dT%H:%M").to_string()
}

/// Reads what a date field posts: `2026-12-03`, or `3-12-2026` from a browser without such a field.
pub fn parse_date(text: &str) -> Result<NaiveDate, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let date = ["%Y-%m-%d", "%d-%m-%Y"]
        .iter()
        .find_map(|it| NaiveDate::parse_from_str(text, it).ok())
        .ok_or(DateError::NotADate)?;
    plausible(date)
}

/// Reads what a datetime-local field posts, on the clock of the Netherlands, as a moment in UTC.
/// An hour that the clock skips is refused; of an hour that it runs twice, the first is meant.
pub fn parse_moment(text: &str) -> Result<NaiveDateTime, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let typed = [
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%d-%m-%Y %H:%M",
        "%d-%m-%Y %H:%M:%S",
        "%d-%m-%Y %H.%M",
    ]
    .iter()
    .find_map(|it| NaiveDateTime::parse_from_str(text, it).ok())
    .ok_or(DateError::NotADate)?;
    plausible(typed.date())?;
    match Amsterdam.from_local_datetime(&typed) {
        MappedLocalTime::Single(it) | MappedLocalTime::Ambiguous(it, _) => Ok(it.naive_utc()),
        MappedLocalTime::None => Err(DateError::Skipped),
    }
}

/// The moment (UTC) at which a day is over in the Netherlands: the first one that is not in it.
pub fn end_of_day(day: NaiveDate) -> NaiveDateTime {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    match Amsterdam.from_local_datetime(&next) {
        MappedLocalTime::Single(it) | MappedLocalTime::Ambiguous(it, _) => it.naive_utc(),
        // The clock changes at two or three at night, never at midnight.
        MappedLocalTime::None => next,
    }
}

/// Until a moment (UTC): `tot en met donderdag 11 maart 2027` where it is the end of that day, otherwise
/// with the time.
pub fn until(utc: NaiveDateTime) -> String {
    let day = on_the_clock(utc).date().pred_opt();
    match day.filter(|it| end_of_day(*it) == utc) {
        Some(day) => format!("tot en met {}", date(day)),
        None => format!("tot {}", moment(utc)),
    }
}

/// As [`until`], short: `tot en met 11 mrt 2027`.
pub fn short_until(utc: NaiveDateTime) -> String {
    let day = on_the_clock(utc).date().pred_opt();
    match day.filter(|it| end_of_day(*it) == utc) {
        Some(day) => format!("tot en met {}", short_date(day)),
        None => format!("tot {}", short_date(utc)),
    }
}

/// A moment in UTC as the clock of the Netherlands shows it.
pub fn on_the_clock(utc: NaiveDateTime) -> NaiveDateTime {
    local(utc).naive_local()
}

/// The moment in UTC at which the clock of the Netherlands shows this: the first of two; in an hour
/// that the clock skips, as if it had not.
pub fn off_the_clock(local: NaiveDateTime) -> NaiveDateTime {
    match Amsterdam.from_local_datetime(&local) {
        MappedLocalTime::Single(it) | MappedLocalTime::Ambiguous(it, _) => it.naive_utc(),
        MappedLocalTime::None => local
            .checked_sub_signed(chrono::TimeDelta::hours(1))
            .unwrap_or(local),
    }
}

impl DateError {
    /// What to tell the person who typed it.
    pub fn sentence(self) -> &'static str {
        match self {
            DateError::Empty => "Vul een datum in, bijvoorbeeld 3-12-2026.",
            DateError::NotADate => {
                "Dit is geen datum die bestaat. Vul dag, maand en jaar in, bijvoorbeeld 3-12-2026."
            }
            DateError::StrangeYear => {
                "Controleer het jaar. Vul vier cijfers in, bijvoorbeeld 2026."
            }
            DateError::Skipped => {
                "Dit tijdstip bestaat niet: die nacht gaat de klok een uur vooruit. Kies een ander tijdstip."
            }
        }
    }
}

fn plausible(date: NaiveDate) -> Result<NaiveDate, DateError> {
    if (1900..2200).contains(&date.year()) {
        Ok(date)
    } else {
        Err(DateError::StrangeYear)
    }
}

fn local(utc: NaiveDateTime) -> DateTime<Tz> {
    Amsterdam.from_utc_datetime(&utc)
}

fn weekday(day: NaiveDate) -> &'static str {
    let at = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
    WEEKDAYS.get(at).copied().unwrap_or_default()
}

fn month(day: NaiveDate) -> (&'static str, &'static str) {
    let at = usize::try_from(day.month0()).unwrap_or_default();
    MONTHS.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn dates_are_written_in_full_or_short() {
        assert_eq!(date(day("2026-12-03")), "donderdag 3 december 2026");
        assert_eq!(date(day("2027-03-01")), "maandag 1 maart 2027");
        assert_eq!(date(day("2028-02-27")), "zondag 27 februari 2028");
        assert_eq!(short_date(day("2027-03-01")), "1 mrt 2027");
        assert_eq!(date_without_weekday(day("2026-08-09")), "9 augustus 2026");
        assert_eq!(day("2026-12-03").machine(), "2026-12-03");
    }

    #[test]
    fn moments_are_on_the_dutch_clock() {
        let winter = utc("2026-12-03T16:00");
        assert_eq!(moment(winter), "donderdag 3 december 2026, 17.00 uur");
        assert_eq!(winter.machine(), "2026-12-03T17:00:00+01:00");
        assert_eq!(time(utc("2026-07-01T07:05")), "09.05 uur");
        // Late in the evening in UTC is already tomorrow in the Netherlands.
        assert_eq!(short_date(utc("2026-12-31T23:30")), "1 jan 2027");
    }

    #[test]
    fn a_day_ends_at_midnight_in_the_netherlands() {
        assert_eq!(end_of_day(day("2026-11-23")), utc("2026-11-23T23:00"));
        assert_eq!(end_of_day(day("2026-07-01")), utc("2026-07-01T22:00"));
        // The clock goes back in the night that ends 25 October: that day has 25 hours.
        assert_eq!(end_of_day(day("2026-10-24")), utc("2026-10-24T22:00"));
        assert_eq!(end_of_day(day("2026-10-25")), utc("2026-10-25T23:00"));
    }

    #[track_caller]
    fn check(text: &str, expected: Result<&str, DateError>) {
        assert_eq!(parse_moment(text), expected.map(utc), "{text}");
    }

    #[test]
    fn what_is_typed_is_read_on_the_dutch_clock() {
        check("2026-10-08T17:00", Ok("2026-10-08T15:00"));
        check("2026-12-03T17:00", Ok("2026-12-03T16:00"));
        check("2026-12-03T17:00:00", Ok("2026-12-03T16:00"));
        check("3-12-2026 17:00", Ok("2026-12-03T16:00"));
        check("", Err(DateError::Empty));
        check("morgen", Err(DateError::NotADate));
        check("2026-02-30T10:00", Err(DateError::NotADate));
        check("0026-12-03T17:00", Err(DateError::StrangeYear));
    }

    #[test]
    fn the_hour_that_is_skipped_is_refused_and_the_hour_that_runs_twice_is_its_first() {
        check("2026-03-29T01:59", Ok("2026-03-29T00:59"));
        check("2026-03-29T02:00", Err(DateError::Skipped));
        check("2026-03-29T02:59", Err(DateError::Skipped));
        check("2026-03-29T03:00", Ok("2026-03-29T01:00"));
        check("2026-10-25T01:59", Ok("2026-10-24T23:59"));
        check("2026-10-25T02:30", Ok("2026-10-25T00:30"));
        check("2026-10-25T03:00", Ok("2026-10-25T02:00"));
    }

    #[test]
    fn what_is_put_back_in_a_field_is_read_as_the_same() {
        let it = utc("2026-07-01T07:05");
        assert_eq!(parse_moment(&typed_moment(it)), Ok(it));
        let it = day("2027-01-09");
        assert_eq!(parse_date(&typed_date(it)), Ok(it));
        assert_eq!(parse_date(" 9-1-2027 "), Ok(it));
        assert_eq!(parse_date("31-4-2027"), Err(DateError::NotADate));
        assert_eq!(parse_date("1-1-27"), Err(DateError::StrangeYear));
    }
}
