//! Setting the limits of applicants: load, check, decide, save, record.

pub use super::NewLimit;
use crate::{
    audit::{self, Fact, Stream},
    core::money::Money,
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::limits::{self, Limit},
    schemes::{actions::invalid, store},
};

/// Sets the limits of an applicant in a year. `version` is the one that the form was made from; 0 if
/// there were no limits.
pub fn set_limit(tx: &mut Tx<'_>, new: &NewLimit, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let current = current(tx, new)?;
    if current.version != version {
        return Err(AppError::Stale);
    }
    save(tx, new, current)
}

/// Takes the most that a scenario gave an applicant over as its limit, beside what it was promised
/// before; a lower limit stays.
pub fn take_over(tx: &mut Tx<'_>, new: &NewLimit) -> Result<(), AppError> {
    let current = current(tx, new)?;
    let Some(most) = new.at_most else {
        return Ok(());
    };
    let most = current.promised.checked_add(most)?;
    let most = current.at_most.map_or(most, |it| it.min(most));
    if current.at_most == Some(most) {
        return Ok(());
    }
    let new = NewLimit {
        at_least: current.at_least.min(most),
        at_most: Some(most),
        ..new.clone()
    };
    save(tx, &new, current)
}

/// The limits as they are, held; of version 0 if there are none.
fn current(tx: &mut Tx<'_>, new: &NewLimit) -> Result<Limit, AppError> {
    let years = store::years(tx.conn, &new.cycle)?;
    let year = years.into_iter().find(|it| it.year == new.year);
    let budget_year = year.ok_or(AppError::NotFound)?.id;
    let held = limits::store::lock(tx, &new.municipality)?;
    if let Some(it) = held.into_iter().find(|it| it.budget_year == budget_year) {
        return Ok(it);
    }
    Ok(Limit {
        promised: limits::store::promised(tx.conn, &budget_year, &new.municipality)?,
        cycle: new.cycle.clone(),
        budget_year,
        year: new.year,
        municipality: new.municipality.clone(),
        at_least: Money::ZERO,
        at_most: None,
        version: 0,
    })
}

fn save(tx: &mut Tx<'_>, new: &NewLimit, current: Limit) -> Result<(), AppError> {
    if new.at_most.is_some_and(|it| it < new.at_least) {
        let sentence = "Hoogstens is lager dan minstens. Draai de bedragen om, of laat er een weg.";
        return Err(invalid("hoogstens", sentence));
    }
    if let Some(most) = new.at_most.filter(|it| *it < current.promised) {
        return Err(Refusal::LimitBelowPromised {
            year: new.year,
            asked: most,
            promised: current.promised,
        }
        .into());
    }
    let limit = Limit {
        at_least: new.at_least,
        at_most: new.at_most,
        ..current
    };
    if limit.version == 0 {
        limits::store::insert(
            tx,
            &Limit {
                version: 1,
                ..limit.clone()
            },
        )?;
    } else {
        limits::store::update(tx, &limit)?;
    }
    let fact = Fact::ApplicantLimitSet {
        municipality: limit.municipality,
        year: limit.year,
        at_least: limit.at_least,
        at_most: limit.at_most,
    };
    audit::record(tx, Stream::Cycle(&new.cycle), &fact)
}
