//! Setting up: load, check, decide, save, record. One function per use case.

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    BudgetYear, Criterion, Cycle, CycleState, Envelope, Municipality, Place, Region, Scheme,
    Window,
    footing::{self, EnvelopePlan, Gap, YearPlan},
    sort_name, store,
};
pub use super::{NewCriterion, NewWindow};
use crate::{
    audit::{self, Fact, Stream, fact::YearAmount},
    core::{
        answers::FieldErrors,
        category::EnvelopeMode,
        ids::{CycleId, EnvelopeId, MunicipalityId, RegionId, SchemeId, WindowId},
        money::Money,
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause, NewEntry},
    texts::{labels::Label, money::euros},
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

/// Adds a municipality.
pub fn create_municipality(
    tx: &mut Tx<'_>,
    cbs_code: &str,
    name: &str,
    from: NaiveDate,
) -> Result<MunicipalityId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let municipality = Municipality {
        id: tx.new_id(),
        cbs_code: cbs_code.to_owned(),
        name: name.to_owned(),
        sort_name: sort_name(name),
        valid_from: from,
        valid_until: None,
    };
    store::insert_municipality(tx, &municipality)?;
    Ok(municipality.id)
}

/// Makes a region of these municipalities, led by one of them.
pub fn create_region(
    tx: &mut Tx<'_>,
    name: &str,
    members: &[MunicipalityId],
    lead: &MunicipalityId,
    from: NaiveDate,
) -> Result<RegionId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if !members.contains(lead) {
        return Err(invalid(
            "hoofdaanvrager",
            "Kies een hoofdaanvrager die in de regio ligt.",
        ));
    }
    if store::has_region(tx.conn, name)? {
        return Err(Refusal::AlreadyExists.into());
    }
    let region = Region {
        id: tx.new_id(),
        name: name.to_owned(),
        sort_name: sort_name(name),
    };
    store::insert_region(tx, &region)?;
    for member in members {
        store::insert_member(tx, &region.id, member, from)?;
    }
    store::set_lead(tx, &region.id, lead, from)?;
    let fact = Fact::RegionChanged { name: region.name };
    audit::record(tx, Stream::Region(&region.id), &fact)?;
    Ok(region.id)
}

/// Makes a region of places, of which those that are not known yet are added first.
pub fn set_up_region(
    tx: &mut Tx<'_>,
    name: &str,
    places: &[Place],
    lead: &str,
    from: NaiveDate,
) -> Result<RegionId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let mut members = Vec::new();
    let mut leading = None;
    for place in places {
        let known = store::municipality_by_code(tx.conn, &place.cbs_code, from)?;
        let id = match known {
            Some(it) => it.id,
            None if place.name.is_empty() => return Err(unknown_place(place)),
            None => create_municipality(tx, &place.cbs_code, &place.name, from)?,
        };
        if place.cbs_code == lead {
            leading = Some(id.clone());
        }
        members.push(id);
    }
    let lead = leading.ok_or_else(|| {
        invalid(
            "hoofdaanvrager",
            "Vul de code in van een gemeente die in de lijst staat.",
        )
    })?;
    create_region(tx, name, &members, &lead, from)
}

fn unknown_place(place: &Place) -> AppError {
    let sentence = format!(
        "Wij kennen {} nog niet. Zet de naam van de gemeente achter de code.",
        place.cbs_code
    );
    invalid("gemeenten", &sentence)
}

/// Gives a region another lead from a day on.
pub fn change_lead(
    tx: &mut Tx<'_>,
    region: &RegionId,
    lead: &MunicipalityId,
    from: NaiveDate,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let region = store::region(tx.conn, region)?;
    let members = store::members(tx.conn, &region.id, from)?;
    if !members.iter().any(|it| it.id == *lead) {
        return Err(invalid(
            "hoofdaanvrager",
            "Kies een hoofdaanvrager die in de regio ligt.",
        ));
    }
    let since = store::lead_since(tx.conn, &region.id)?;
    if since.is_some_and(|it| from <= it) {
        return Err(invalid(
            "vanaf",
            "Kies een dag na de dag waarop de huidige hoofdaanvrager begon.",
        ));
    }
    store::set_lead(tx, &region.id, lead, from)?;
    let fact = Fact::RegionChanged { name: region.name };
    audit::record(tx, Stream::Region(&region.id), &fact)
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
    for envelope in store::envelopes(tx.conn, id)? {
        if envelope.planned.is_zero() {
            continue;
        }
        let entry = NewEntry::appropriation(&envelope.id, envelope.planned);
        journal::actions::book(tx, &entry, Cause::Cycle(id))?;
    }
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

/// Sets a window on an open cycle. The scheme is frozen from then on.
pub fn set_window(tx: &mut Tx<'_>, new: &NewWindow) -> Result<WindowId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if new.closes_at <= new.opens_at {
        return Err(invalid("sluit", CLOSES_TOO_EARLY));
    }
    let cycle = store::cycle(tx.conn, &new.cycle)?;
    if cycle.state != CycleState::Open {
        return Err(invalid(
            "opent",
            "Open eerst de cyclus. Dan staan de bedragen vast.",
        ));
    }
    let window = Window {
        id: tx.new_id(),
        cycle_id: cycle.id.clone(),
        kind: new.kind,
        name: new.name.clone(),
        opens_at: new.opens_at,
        closes_at: new.closes_at,
        version: 1,
    };
    store::insert_window(tx, &window)?;
    store::freeze_scheme(tx, &cycle.scheme_id)?;
    let fact = Fact::WindowSet {
        window: window.id.clone(),
        name: window.name,
    };
    audit::record(tx, Stream::Cycle(&cycle.id), &fact)?;
    Ok(window.id)
}

/// What changes of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowChange {
    /// Its name.
    pub name: String,
    /// From this moment (UTC).
    pub opens_at: NaiveDateTime,
    /// Until just before this moment (UTC).
    pub closes_at: NaiveDateTime,
    /// Why; needed once it has opened.
    pub reason: String,
}

/// Changes a window. Once it has opened it can only close later (Awb 2:21 for an outage), with the
/// reason on record: who relied on it loses nothing.
pub fn change_window(
    tx: &mut Tx<'_>,
    id: &WindowId,
    version: i32,
    change: &WindowChange,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let window = store::window(tx.conn, id)?;
    if window.version != version {
        return Err(AppError::Stale);
    }
    let has_opened = window.opens_at <= tx.now;
    check_window_change(&window, has_opened, change)?;
    let changed = Window {
        name: change.name.clone(),
        opens_at: change.opens_at,
        closes_at: change.closes_at,
        ..window
    };
    store::update_window(tx, &changed)?;
    let (window, name) = (changed.id, changed.name);
    let fact = if has_opened {
        let (closes_at, reason) = (changed.closes_at, change.reason.clone());
        Fact::WindowExtended {
            window,
            closes_at,
            reason,
        }
    } else {
        Fact::WindowSet { window, name }
    };
    audit::record(tx, Stream::Cycle(&changed.cycle_id), &fact)
}

fn check_window_change(
    window: &Window,
    has_opened: bool,
    change: &WindowChange,
) -> Result<(), AppError> {
    if change.closes_at <= change.opens_at {
        return Err(invalid("sluit", CLOSES_TOO_EARLY));
    }
    if !has_opened {
        return Ok(());
    }
    if change.opens_at != window.opens_at {
        return Err(invalid(
            "opent",
            "Het tijdvak is al opengegaan. Dat moment verandert niet meer.",
        ));
    }
    if change.closes_at <= window.closes_at {
        return Err(invalid(
            "sluit",
            "Het tijdvak is al opengegaan. U kunt het alleen later laten sluiten.",
        ));
    }
    if change.reason.trim().is_empty() {
        return Err(invalid(
            "reden",
            "Vul in waarom het tijdvak later sluit, bijvoorbeeld een storing.",
        ));
    }
    Ok(())
}

const CLOSES_TOO_EARLY: &str = "Het tijdvak sluit voordat het opengaat. Kies een later moment.";

fn invalid(field: &str, sentence: &str) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push(field, sentence);
    AppError::Invalid(errors)
}

/// Moves free money from one envelope to another of the same cycle: a decision of its own, with a
/// reason. Money that is ring-fenced for prevention does not leave it.
pub fn transfer(
    tx: &mut Tx<'_>,
    cycle: &CycleId,
    from: &EnvelopeId,
    to: &EnvelopeId,
    amount: Money,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Transfer)?;
    let envelopes = store::envelopes(tx.conn, cycle)?;
    let find = |id: &EnvelopeId| envelopes.iter().find(|it| it.id == *id).cloned();
    let (source, target) = find(from).zip(find(to)).ok_or(AppError::NotFound)?;
    check_transfer(&source, &target)?;
    let mut locked = journal::store::lock(tx, [from.clone(), to.clone()])?;
    locked.take(from, amount)?;
    journal::actions::book(
        tx,
        &NewEntry::transfer(from, to, amount),
        Cause::Transfer(reason),
    )?;
    let fact = Fact::Transferred {
        from: source.kind.label().to_owned(),
        to: target.kind.label().to_owned(),
        year: source.year,
        amount,
    };
    audit::record(tx, Stream::Cycle(cycle), &fact)
}

fn check_transfer(from: &Envelope, to: &Envelope) -> Result<(), AppError> {
    let leaves_ring = from.mode == EnvelopeMode::RingFenced;
    if from.year != to.year || leaves_ring || from.id == to.id {
        return Err(Refusal::ScenarioBreaksRule(
            "Geld gaat alleen over naar een andere envelop van hetzelfde jaar, en nooit uit een geoormerkte envelop."
                .to_owned(),
        )
        .into());
    }
    Ok(())
}
