//! Keeping the catalogue: load, check, decide, save, record.

use super::{
    Entry, Link, MOST, Wording, examples, hold, links,
    store::{self},
};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        answers::{Answers, FieldErrors},
        ids::CatalogueId,
    },
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
};

/// Puts an indicator in the catalogue.
pub fn add(tx: &mut Tx<'_>, code: &str, wording: &Wording) -> Result<CatalogueId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let all = store::current(tx.conn)?;
    if all.iter().any(|it| it.code == code) {
        return Err(invalid(
            "code",
            format!("De code {code} bestaat al. Kies een andere code, of wijzig die indicator."),
        ));
    }
    if MOST <= all.len() {
        return Err(invalid(
            "",
            format!(
                "De catalogus heeft hoogstens {MOST} indicatoren. Wijzig er een die niet meer nodig is."
            ),
        ));
    }
    let entry = new(tx, code, 1, wording, false);
    store::insert(tx, &entry)?;
    let code = entry.code.clone();
    audit::record(
        tx,
        Stream::Indicator(&entry.code),
        &Fact::CatalogueAdded { code },
    )?;
    Ok(entry.id)
}

/// Puts the examples in the catalogue whose code is not in it; how many.
pub fn add_examples(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let all = store::current(tx.conn)?;
    let mut added = 0_usize;
    for (code, wording) in examples::read()? {
        let is_there = all.iter().any(|it| it.code == *code);
        if is_there || MOST <= all.len().saturating_add(added) {
            continue;
        }
        let entry = new(tx, code, 1, wording, true);
        store::insert(tx, &entry)?;
        audit::record(
            tx,
            Stream::Indicator(code),
            &Fact::CatalogueAdded { code: code.clone() },
        )?;
        added = added.saturating_add(1);
    }
    Ok(added)
}

/// Gives an indicator other words; a new edition if the old one was chosen. Which one has the words
/// now.
pub fn change(
    tx: &mut Tx<'_>,
    id: &CatalogueId,
    version: i32,
    wording: &Wording,
) -> Result<CatalogueId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let entry = store::entry(tx.conn, id)?;
    if entry.version != version || entry.replaced_at.is_some() {
        return Err(AppError::Stale);
    }
    if entry.wording() == *wording {
        return Ok(entry.id);
    }
    let now = if entry.used_since.is_none() {
        store::reword(tx, id, version, wording)?;
        entry.clone()
    } else {
        store::replace(tx, id, version)?;
        let mut next = new(
            tx,
            &entry.code,
            entry.edition.saturating_add(1),
            wording,
            false,
        );
        next.withdrawn_at = entry.withdrawn_at;
        store::insert(tx, &next)?;
        next
    };
    let fact = Fact::CatalogueChanged {
        code: now.code.clone(),
        edition: now.edition,
    };
    audit::record(tx, Stream::Indicator(&now.code), &fact)?;
    Ok(now.id)
}

/// Withdraws an indicator: it can no longer be chosen, and stays where it was. Or puts it back.
pub fn set_withdrawn(
    tx: &mut Tx<'_>,
    id: &CatalogueId,
    version: i32,
    is_withdrawn: bool,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let entry = store::entry(tx.conn, id)?;
    if entry.withdrawn_at.is_some() == is_withdrawn {
        return Ok(());
    }
    if entry.version != version || entry.replaced_at.is_some() {
        return Err(AppError::Stale);
    }
    let now = tx.now;
    store::set_withdrawn(tx, id, version, is_withdrawn.then_some(now))?;
    let code = entry.code.clone();
    let fact = match is_withdrawn {
        true => Fact::CatalogueWithdrawn { code },
        false => Fact::CataloguePutBack { code },
    };
    audit::record(tx, Stream::Indicator(&entry.code), &fact)
}

/// Gives the indicators of a project that come from the catalogue its words, and remembers that they
/// were chosen. No form of ours names an indicator that is not in it.
pub fn hold_words(tx: &mut Tx<'_>, answers: &mut Answers) -> Result<(), AppError> {
    let named: Vec<Link> = links(answers)
        .iter()
        .filter_map(|it| Link::parse(&it.1))
        .collect();
    let entries = store::linked(tx.conn, &named)?;
    if !hold(answers, &entries) {
        return Err(AppError::BadRequest(
            "an indicator that is not in the catalogue",
        ));
    }
    let fresh: Vec<&CatalogueId> = entries
        .iter()
        .filter(|it| it.used_since.is_none())
        .map(|it| &it.id)
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    store::mark_used(tx, &fresh)
}

fn new(tx: &mut Tx<'_>, code: &str, edition: i32, it: &Wording, is_example: bool) -> Entry {
    Entry {
        id: tx.new_id(),
        code: code.to_owned(),
        edition,
        level: it.level,
        name: it.name.clone(),
        definition: it.definition.clone(),
        unit: it.unit.clone(),
        direction: it.direction,
        roll_up: it.roll_up,
        source: it.source.clone(),
        frequency: it.frequency.clone(),
        fits: it.fits.clone(),
        is_example,
        used_since: None,
        replaced_at: None,
        withdrawn_at: None,
        set_at: tx.now,
        set_by: tx.actor.id.clone(),
        version: 1,
    }
}

fn invalid(field: &str, sentence: String) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push(field, sentence);
    AppError::Invalid(errors)
}
