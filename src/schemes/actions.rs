//! Setting up: load, check, decide, save, record. One function per use case.

use super::{
    BudgetYear, Criterion, Cycle, CycleState, Envelope, Scheme,
    footing::{self, EnvelopePlan, Gap, YearPlan},
    store,
};
pub use super::{
    NewCriterion, NewWindow,
    regions::actions::{change_lead, create_municipality, create_region, set_up_region},
    windows::actions::{WindowChange, change_window, set_window},
};
use crate::{
    audit::{self, Fact, Stream, fact::YearAmount},
    core::{
        answers::FieldErrors,
        ids::{CycleId, SchemeId},
        money::Money,
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause, NewEntry},
    texts::money::euros,
};

/// Makes a scheme version with its criteria. `scheme` is complete but for id, version and frozen_at.
pub fn create_scheme(
    tx: &mut Tx<'_>,
    scheme: &Scheme,
    criteria: &[NewCriterion],
) -> Result<SchemeId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if store::has_version(tx.conn, &scheme.code, scheme.scheme_version)? {
        return Err(Refusal::AlreadyExists.into());
    }
    let scheme = Scheme {
        id: tx.new_id(),
        frozen_at: None,
        version: 1,
        ..scheme.clone()
    };
    store::insert_scheme(tx, &scheme)?;
    for (position, it) in (1..).zip(criteria) {
        let criterion = Criterion {
            id: tx.new_id(),
            scheme_id: scheme.id.clone(),
            department: it.department,
            position,
            name: it.name.clone(),
            question: it.question.clone(),
            weight: it.weight,
        };
        store::insert_criterion(tx, &criterion)?;
    }
    let fact = Fact::SchemeCreated {
        title: scheme.title,
        version: scheme.scheme_version,
    };
    audit::record(tx, Stream::Scheme(&scheme.id), &fact)?;
    Ok(scheme.id)
}

/// Makes the next version of a scheme: what is in `scheme` and `criteria`, under the code of the
/// version it follows. That one stays as it is, also for the cycles that rest on it.
pub fn new_scheme_version(
    tx: &mut Tx<'_>,
    from: &SchemeId,
    scheme: &Scheme,
    criteria: &[NewCriterion],
) -> Result<SchemeId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let code = store::scheme(tx.conn, from)?.code;
    let latest = store::latest_version(tx.conn, &code)?;
    let next = Scheme {
        scheme_version: latest.saturating_add(1),
        code,
        ..scheme.clone()
    };
    create_scheme(tx, &next, criteria)
}

/// Drafts a cycle of two years. The amounts need not foot yet.
pub fn draft_cycle(
    tx: &mut Tx<'_>,
    scheme: &SchemeId,
    name: &str,
    years: &[YearPlan; 2],
) -> Result<CycleId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let [first, second] = years;
    if first.year.checked_add(1) != Some(second.year) {
        return Err(invalid(
            "eerste-jaar",
            "De twee jaren van een cyclus volgen op elkaar.",
        ));
    }
    let scheme = store::scheme(tx.conn, scheme)?;
    if first.year < scheme.valid_from_year || scheme.valid_until_year < second.year {
        let sentence = format!(
            "Deze regeling geldt voor {} tot en met {}. Kies een eerste jaar daarbinnen.",
            scheme.valid_from_year, scheme.valid_until_year
        );
        return Err(invalid("eerste-jaar", &sentence));
    }
    let cycle = Cycle {
        id: tx.new_id(),
        scheme_id: scheme.id,
        name: name.to_owned(),
        first_year: first.year,
        state: CycleState::Draft,
        opened_at: None,
        version: 1,
    };
    if store::cycles(tx.conn)?.iter().any(|it| it.name == name) {
        return Err(Refusal::AlreadyExists.into());
    }
    store::insert_cycle(tx, &cycle)?;
    for plan in years {
        let year = BudgetYear {
            id: tx.new_id(),
            cycle_id: cycle.id.clone(),
            year: plan.year,
            ceiling_cents: plan.ceiling,
            appropriated_cents: Money::ZERO,
        };
        store::insert_year(tx, &year)?;
        for it in &plan.envelopes {
            let envelope = envelope(tx, &year, it);
            store::insert_envelope(tx, &envelope)?;
        }
    }
    let fact = Fact::CycleDrafted { name: cycle.name };
    audit::record(tx, Stream::Cycle(&cycle.id), &fact)?;
    Ok(cycle.id)
}

fn envelope(tx: &Tx<'_>, year: &BudgetYear, plan: &EnvelopePlan) -> Envelope {
    Envelope {
        id: tx.new_id(),
        budget_year_id: year.id.clone(),
        year: year.year,
        kind: plan.kind,
        mode: plan.mode,
        method: plan.method,
        planned: plan.amount,
    }
}

/// Changes the amounts of a draft. `version` is the one that the form was made from.
pub fn change_draft(
    tx: &mut Tx<'_>,
    id: &CycleId,
    version: i32,
    years: &[YearPlan],
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let cycle = draft(tx, id, version)?;
    let envelopes = store::envelopes(tx.conn, id)?;
    for year in store::years(tx.conn, id)? {
        let Some(plan) = years.iter().find(|it| it.year == year.year) else {
            continue;
        };
        store::set_year_ceiling(tx, &year.id, plan.ceiling)?;
        for envelope in envelopes.iter().filter(|it| it.year == year.year) {
            if let Some(it) = plan.envelopes.iter().find(|it| it.kind == envelope.kind) {
                let changed = Envelope {
                    mode: it.mode,
                    method: it.method,
                    planned: it.amount,
                    ..envelope.clone()
                };
                store::update_envelope(tx, &changed)?;
            }
        }
    }
    store::update_cycle(tx, &cycle)?;
    let fact = Fact::CycleDrafted { name: cycle.name };
    audit::record(tx, Stream::Cycle(id), &fact)
}

/// Opens a cycle: its envelopes and reserve must foot with the total of each year; then they are
/// booked, and change only by decisions.
pub fn open_cycle(tx: &mut Tx<'_>, id: &CycleId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let mut cycle = draft(tx, id, version)?;
    let plans = plans(tx, id)?;
    let gaps = footing::gaps(&plans)?;
    if !gaps.is_empty() {
        return Err(AppError::Invalid(does_not_foot(&gaps)?));
    }
    let envelopes = store::envelopes(tx.conn, id)?;
    let filled = envelopes.iter().filter(|it| !it.planned.is_zero());
    let entries: Vec<NewEntry> = filled
        .map(|it| NewEntry::appropriation(&it.id, it.planned))
        .collect();
    journal::actions::book(tx, Cause::Cycle(id), &entries)?;
    cycle.state = CycleState::Open;
    cycle.opened_at = Some(tx.now);
    store::update_cycle(tx, &cycle)?;
    let totals = plans
        .iter()
        .map(|it| YearAmount {
            year: it.year,
            amount: it.ceiling,
        })
        .collect();
    audit::record(tx, Stream::Cycle(id), &Fact::CycleOpened { totals })
}

fn draft(tx: &mut Tx<'_>, id: &CycleId, version: i32) -> Result<Cycle, AppError> {
    let cycle = store::cycle(tx.conn, id)?;
    if cycle.state != CycleState::Draft {
        return Err(Refusal::CycleNotDraft.into());
    }
    if cycle.version != version {
        return Err(AppError::Stale);
    }
    Ok(cycle)
}

/// What is planned for each year of a cycle.
fn plans(tx: &mut Tx<'_>, id: &CycleId) -> Result<Vec<YearPlan>, AppError> {
    let envelopes = store::envelopes(tx.conn, id)?;
    let years = store::years(tx.conn, id)?;
    Ok(footing::plans(&years, &envelopes))
}

/// Which years do not foot, and by how much.
pub fn does_not_foot(gaps: &[Gap]) -> Result<FieldErrors, AppError> {
    let mut errors = FieldErrors::default();
    for gap in gaps {
        let difference = gap.difference()?;
        let (size, word) = if difference < Money::ZERO {
            (gap.ceiling.checked_sub(gap.planned)?, "minder")
        } else {
            (difference, "meer")
        };
        errors.push(
            format!("plafond-{}", gap.year),
            format!(
                "{}: de enveloppen en de reserve zijn samen {}. Dat is {} {word} dan het plafond van {}. Maak ze gelijk.",
                gap.year,
                euros(gap.planned),
                euros(size),
                euros(gap.ceiling)
            ),
        );
    }
    Ok(errors)
}

/// A sentence at a field.
pub(super) fn invalid(field: &str, sentence: &str) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push(field, sentence);
    AppError::Invalid(errors)
}
