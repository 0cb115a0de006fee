//! Terms of law: when a term ends (Algemene termijnenwet, text in force on 2025-01-01).

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A term of at most this many days is extended when it ends on a weekend or a recognised holiday;
/// longer terms are not (Algemene termijnenwet art. 4: more than twelve weeks).
const EXTENDABLE_DAYS: u64 = 84;

/// The last day of a term of `days` that starts the day after `from` (Awb 6:8), extended to the
/// next working day where the Algemene termijnenwet says so (art. 1 and 4).
pub fn last_day(from: NaiveDate, days: u64) -> NaiveDate {
    let end = from.checked_add_days(Days::new(days)).unwrap_or(from);
    if days <= EXTENDABLE_DAYS {
        next_working_day(end)
    } else {
        end
    }
}

/// `date` itself if it is a working day, else the first one after it.
pub fn next_working_day(date: NaiveDate) -> NaiveDate {
    let mut day = date;
    while !is_working_day(day) {
        match day.succ_opt() {
            Some(next) => day = next,
            None => return day,
        }
    }
    day
}

/// Neither Saturday nor Sunday nor a recognised holiday (Algemene termijnenwet art. 3).
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(date)
}

/// New Year, Good Friday, Easter Monday, Ascension, Whit Monday, Christmas (two days), the King's
/// birthday and 5 May (every year).
pub fn is_holiday(date: NaiveDate) -> bool {
    let fixed = matches!(
        (date.month(), date.day()),
        (1, 1) | (5, 5) | (12, 25) | (12, 26)
    );
    fixed || date == kings_day(date.year()) || is_easter_holiday(date)
}

/// 27 April, or 26 April when the 27th is a Sunday.
fn kings_day(year: i32) -> NaiveDate {
    let day = NaiveDate::from_ymd_opt(year, 4, 27).unwrap_or_default();
    if day.weekday() == Weekday::Sun {
        day.pred_opt().unwrap_or(day)
    } else {
        day
    }
}

fn is_easter_holiday(date: NaiveDate) -> bool {
    let Some(easter) = easter(date.year()) else {
        return false;
    };
    // Good Friday, Easter Monday, Ascension Day, Whit Monday.
    [-2, 1, 39, 50].contains(&date.signed_duration_since(easter).num_days())
}

/// Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher, "Astronomical Algorithms" ch. 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(
        year,
        u32::try_from(sum / 31).ok()?,
        u32::try_from(sum % 31 + 1).ok()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, days: u64, expected: &str) {
        let date = |it: &str| it.parse::<NaiveDate>().unwrap();
        assert_eq!(
            last_day(date(from), days),
            date(expected),
            "{from} + {days}"
        );
    }

    #[test]
    fn terms_end_on_working_days_unless_they_are_long() {
        check("2026-12-08", 42, "2027-01-19");
        check("2026-11-13", 42, "2026-12-28");
        check("2026-11-01", 91, "2027-01-31");
        check("2026-10-01", 56, "2026-11-26");
    }

    #[test]
    fn the_holidays_of_2027() {
        let days: Vec<String> = (0..365)
            .filter_map(|it| NaiveDate::from_ymd_opt(2027, 1, 1)?.checked_add_days(Days::new(it)))
            .filter(|it| is_holiday(*it))
            .map(|it| it.format("%m-%d").to_string())
            .collect();
        assert_eq!(
            days,
            [
                "01-01", "03-26", "03-29", "04-27", "05-05", "05-06", "05-17", "12-25", "12-26"
            ]
        );
    }
}
