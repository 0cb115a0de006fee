//! What templates write after a `|`. A module with pages writes `use crate::texts::filters;`, so
//! that its own templates, the layout and the components find them.
#![expect(
    missing_docs,
    reason = "filter_fn puts the doc comment on the function, not on the public items it makes of it"
)]

use chrono::NaiveDateTime;

use crate::core::money::Money;
use crate::texts::{
    dates::{self, OnDay},
    labels::{Fill, Label},
    money, numbers,
};

/// `€ 1.234.567,89`.
#[askama::filter_fn]
pub fn euros(it: &Money, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(money::euros(*it))
}

/// `1.234.567,89`.
#[askama::filter_fn]
pub fn amount(it: &Money, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(money::amount(*it))
}

/// `€ 1.234.568`, rounded half away from zero.
#[askama::filter_fn]
pub fn whole_euros(it: &Money, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(money::whole_euros(*it))
}

/// `1.234.568`, rounded half away from zero.
#[askama::filter_fn]
pub fn whole_amount(it: &Money, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(money::whole_amount(*it))
}

/// `4,25`: a score in hundredths.
#[askama::filter_fn]
pub fn score(it: &i64, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(numbers::hundredths(*it))
}

/// `donderdag 3 december 2026`, of a date or of a moment in UTC.
#[askama::filter_fn]
pub fn date(it: &dyn OnDay, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::date(it.dutch_day()))
}

/// `3 dec 2026`, of a date or of a moment in UTC.
#[askama::filter_fn]
pub fn short_date(it: &dyn OnDay, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::short_date(it.dutch_day()))
}

/// `2026-12-03` or `2026-12-03T17:00:00+01:00`: for a `datetime` attribute.
#[askama::filter_fn]
pub fn machine(it: &dyn OnDay, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(it.machine())
}

/// `donderdag 3 december 2026, 17.00 uur`, of a moment in UTC.
#[askama::filter_fn]
pub fn moment(it: &NaiveDateTime, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::moment(*it))
}

/// `tot en met donderdag 11 maart 2027`, or `tot` with the time, of a moment in UTC.
#[askama::filter_fn]
pub fn until(it: &NaiveDateTime, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::until(*it))
}

/// As [`until`], short.
#[askama::filter_fn]
pub fn short_until(it: &NaiveDateTime, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::short_until(*it))
}

/// `14.32 uur`, of a moment in UTC.
#[askama::filter_fn]
pub fn time(it: &NaiveDateTime, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dates::time(*it))
}

/// The Dutch name of a value.
#[askama::filter_fn]
pub fn label<L: Label + Copy>(it: &L, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(it.label())
}

/// The style class of a category's colour.
#[askama::filter_fn]
pub fn fill<F: Fill + Copy>(it: &F, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(it.fill())
}

/// The address of a file under `assets/`.
#[askama::filter_fn]
pub fn asset(name: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(crate::web::assets::address(name))
}
