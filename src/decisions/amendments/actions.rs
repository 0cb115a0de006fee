//! From proposal to booking: load, check, decide, book, save, record. One function per use case.

use std::collections::BTreeMap;

use super::{
    Amendment, AmendmentState as State, Line, address,
    change::{self, Award},
    needs_szw, store,
};
use crate::{
    applications::{self, Application, state},
    audit::{self, Fact, Stream},
    core::{
        calendar,
        category::Category,
        ids::{AmendmentId, ApplicationId, EnvelopeId},
        money::{Money, MoneyError},
    },
    db::{Conn, Tx},
    decisions::{
        self, Decision, Verdict,
        actions::{OBJECTION_DAYS, check_interests, given},
    },
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause, NewEntry, Purpose, Stage, limits::Limit, store::Locked},
    outbox::{self, MessageKind, NewMessage},
    schemes::{self, CycleState},
    texts::{
        dates::{self, OnDay},
        money::euros,
    },
};

/// The decision that made the award of an application, if there is an award that was made known.
pub fn award_of(conn: &mut Conn, application: &Application) -> Result<Decision, AppError> {
    let decision = match application.state {
        state::State::Notified => decisions::store::decision_of(conn, &application.id)?,
        _ => None,
    };
    let given = decision.filter(|it| it.outcome.is_award());
    given.ok_or_else(|| Refusal::NoAward.into())
}

/// Proposes other amounts, with a reason that the municipality will read. Nothing is booked yet.
pub fn propose(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    lines: &[Line],
    reason: &str,
) -> Result<AmendmentId, AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    let decision = award_of(tx.conn, &application)?;
    check_cycle(tx, &application)?;
    let before = store::all_of(tx.conn, id)?;
    if before.iter().any(|it| it.state == State::Open) {
        return Err(Refusal::AmendmentOpen.into());
    }
    change::check_base(&store::awards(tx.conn, &decision.id)?, lines)?;
    let number = store::count_of(tx.conn, id)?.saturating_add(1);
    let amendment = Amendment {
        id: tx.new_id(),
        reference: format!("{}-W{number}", application.reference),
        application_id: application.id,
        decision_id: decision.id,
        state: State::Open,
        reason: given(change::REASON, reason)?,
        proposed_at: tx.now,
        proposed_by: tx.actor.id.clone(),
        szw_verdict: None,
        szw_reason: String::new(),
        szw_by: None,
        decided_at: None,
        decided_by: None,
        version: 1,
    };
    store::insert(tx, &amendment, lines)?;
    let fact = Fact::AmendmentProposed {
        reference: amendment.reference,
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(amendment.id)
}

/// What SZW says of the prevention projects in a change, with its reason.
pub fn co_decide(
    tx: &mut Tx<'_>,
    id: &AmendmentId,
    version: i32,
    verdict: Verdict,
    reason: &str,
) -> Result<ApplicationId, AppError> {
    policy::require(&tx.actor, Action::CoDecide)?;
    let (application, amendment, lines) = open(tx, id, version)?;
    check_interests(tx, &application)?;
    if !needs_szw(&lines) {
        return Err(AppError::BadRequest("no prevention in this change"));
    }
    let said = Amendment {
        szw_verdict: Some(verdict),
        szw_reason: given("oordeel.reden", reason)?,
        szw_by: Some(tx.actor.id.clone()),
        ..amendment
    };
    store::update(tx, &said)?;
    let fact = Fact::AmendmentCoDecided {
        reference: said.reference,
        agreed: verdict == Verdict::Agreed,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    Ok(application.id)
}

/// Decides as was proposed: books it and tells the municipality. By somebody else than who proposed,
/// who declared their interests, and with SZW where there is prevention.
pub fn decide(tx: &mut Tx<'_>, id: &AmendmentId, version: i32) -> Result<ApplicationId, AppError> {
    policy::require(&tx.actor, Action::Decide)?;
    let (application, amendment, lines) = open(tx, id, version)?;
    may_decide(tx, &application, &amendment, &lines)?;
    check_cycle(tx, &application)?;
    let mut locked = lock(tx, &lines)?;
    let awards = store::awards(tx.conn, &amendment.decision_id)?;
    change::check_base(&awards, &lines)?;
    for (envelope, amount) in per_envelope(lines.iter())? {
        locked.take(&envelope, amount)?;
    }
    keep_limits(tx, &application, &awards, &lines)?;
    keep_floors(tx, &locked, &lines)?;
    let decided = Amendment {
        state: State::Decided,
        decided_at: Some(tx.now),
        decided_by: Some(tx.actor.id.clone()),
        ..amendment
    };
    store::update(tx, &decided)?;
    journal::actions::book(
        tx,
        Cause::Amendment(&decided.id),
        &entries(&application.id, &lines)?,
    )?;
    outbox::store::insert(tx, &message(&application, &decided, &lines))?;
    let fact = Fact::AmendmentDecided {
        reference: decided.reference,
        raised: sum(&lines, Line::raised)?,
        lowered: sum(&lines, Line::lowered)?,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    Ok(application.id)
}

/// Withdraws a proposal on which nobody decided yet.
pub fn withdraw(
    tx: &mut Tx<'_>,
    id: &AmendmentId,
    version: i32,
) -> Result<ApplicationId, AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let (application, amendment, _) = open(tx, id, version)?;
    let withdrawn = Amendment {
        state: State::Withdrawn,
        ..amendment
    };
    store::update(tx, &withdrawn)?;
    let fact = Fact::AmendmentWithdrawn {
        reference: withdrawn.reference,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    Ok(application.id)
}

/// An open change with its application and lines, if it is still at `version`.
fn open(
    tx: &mut Tx<'_>,
    id: &AmendmentId,
    version: i32,
) -> Result<(Application, Amendment, Vec<Line>), AppError> {
    let amendment = store::get(tx.conn, id)?;
    let application = applications::store::visible(tx.conn, &tx.actor, &amendment.application_id)?;
    if amendment.state != State::Open || amendment.version != version {
        return Err(AppError::Stale);
    }
    let lines = store::lines_of(tx.conn, std::slice::from_ref(id))?.remove(id);
    Ok((application, amendment, lines.unwrap_or_default()))
}

fn check_cycle(tx: &mut Tx<'_>, application: &Application) -> Result<(), AppError> {
    let window = schemes::store::window(tx.conn, &application.window_id)?;
    match schemes::store::cycle(tx.conn, &window.cycle_id)?.state {
        CycleState::Open => Ok(()),
        _ => Err(Refusal::CycleNotOpen.into()),
    }
}

fn may_decide(
    tx: &mut Tx<'_>,
    application: &Application,
    amendment: &Amendment,
    lines: &[Line],
) -> Result<(), AppError> {
    if tx.actor.id == amendment.proposed_by {
        return Err(Refusal::FourEyes.into());
    }
    check_interests(tx, application)?;
    match amendment.szw_verdict {
        _ if !needs_szw(lines) => Ok(()),
        Some(Verdict::Agreed) => Ok(()),
        Some(Verdict::Refused) => Err(Refusal::SzwRefused.into()),
        None => Err(Refusal::SzwConsentMissing.into()),
    }
}

/// Locks all envelopes of the lines at once, also those that only give back: their rows move too.
fn lock(tx: &mut Tx<'_>, lines: &[Line]) -> Result<Locked, AppError> {
    journal::store::lock(tx, lines.iter().map(|it| it.envelope.clone()))
}

/// What the lines ask more of each envelope.
fn per_envelope<'a>(
    lines: impl Iterator<Item = &'a Line>,
) -> Result<BTreeMap<EnvelopeId, Money>, MoneyError> {
    let mut sums: BTreeMap<EnvelopeId, Money> = BTreeMap::new();
    for line in lines {
        let raised = line.raised()?;
        if !raised.is_zero() {
            let sum = sums.entry(line.envelope.clone()).or_insert(Money::ZERO);
            *sum = sum.checked_add(raised)?;
        }
    }
    Ok(sums)
}

/// Checks that what other categories take more leaves the floor of an envelope alone.
fn keep_floors(tx: &mut Tx<'_>, locked: &Locked, lines: &[Line]) -> Result<(), AppError> {
    let others = lines
        .iter()
        .filter(|it| it.category.map(Category::envelope) != locked.kind(&it.envelope));
    for (envelope, amount) in per_envelope(others)? {
        locked.keep_floor(tx, &envelope, amount, Money::ZERO)?;
    }
    Ok(())
}

/// Checks that the applicant gets no more of a year than it can, and no less than it must.
fn keep_limits(
    tx: &mut Tx<'_>,
    application: &Application,
    awards: &[Award],
    lines: &[Line],
) -> Result<(), AppError> {
    let limits = journal::limits::store::lock(tx, &application.lead_municipality_id)?;
    if limits.is_empty() {
        return Ok(());
    }
    let cycle = schemes::store::window(tx.conn, &application.window_id)?.cycle_id;
    for limit in limits.into_iter().filter(|it| it.cycle == cycle) {
        let year = limit.year;
        let of_year = || lines.iter().filter(move |it| it.year == year);
        let raised = Money::sum(of_year().map(Line::raised).collect::<Result<Vec<_>, _>>()?)?;
        let lowered = Money::sum(
            of_year()
                .map(Line::lowered)
                .collect::<Result<Vec<_>, _>>()?,
        )?;
        let own = Money::sum(
            awards
                .iter()
                .filter(|it| it.year == year)
                .map(|it| it.amount),
        )?;
        let after = own.checked_sub(lowered)?.checked_add(raised)?;
        limit.check_least(own, after, eligible(awards, year)?)?;
        let lower = Limit {
            promised: limit.promised.checked_sub(lowered)?,
            ..limit
        };
        lower.check_most(raised)?;
    }
    Ok(())
}

/// What is eligible in a year: once per project, however many envelopes pay.
fn eligible(awards: &[Award], year: i32) -> Result<Money, MoneyError> {
    let of_year: BTreeMap<_, _> = awards
        .iter()
        .filter(|it| it.year == year)
        .map(|it| (&it.project, it.eligible.unwrap_or(Money::ZERO)))
        .collect();
    Money::sum(of_year.into_values())
}

/// What is booked: first what comes back, then what is promised more.
fn entries(application: &ApplicationId, lines: &[Line]) -> Result<Vec<NewEntry>, MoneyError> {
    let purpose = |line: &Line| Purpose {
        application: application.clone(),
        project: line.project.clone(),
    };
    let (mut less, mut more) = (Vec::new(), Vec::new());
    for line in lines {
        let (envelope, lowered, raised) = (&line.envelope, line.lowered()?, line.raised()?);
        if raised.is_zero() {
            less.push(NewEntry::release(
                envelope,
                Stage::Committed,
                lowered,
                purpose(line),
            ));
        } else {
            more.push(NewEntry::commitment(
                envelope,
                Stage::Free,
                raised,
                purpose(line),
            ));
        }
    }
    less.extend(more);
    Ok(less)
}

fn sum(lines: &[Line], part: fn(&Line) -> Result<Money, MoneyError>) -> Result<Money, MoneyError> {
    let parts: Vec<Money> = lines.iter().map(part).collect::<Result<_, _>>()?;
    Money::sum(parts)
}

/// The last day to object to a change that was decided (Awb 6:7).
pub fn last_day(it: &Amendment) -> chrono::NaiveDate {
    let told = it.decided_at.unwrap_or(it.proposed_at);
    calendar::last_day(told.dutch_day(), OBJECTION_DAYS)
}

/// What the municipality reads: every amount that changes, why, and until when it can object.
fn message(application: &Application, amendment: &Amendment, lines: &[Line]) -> NewMessage {
    let changes: Vec<String> = lines
        .iter()
        .map(|it| {
            format!(
                "{}, {}: van {} naar {}.",
                it.title,
                it.year,
                euros(it.before),
                euros(it.after)
            )
        })
        .collect();
    NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind: MessageKind::AwardAmended,
        subject: format!("Uw toekenning voor {} is gewijzigd", application.reference),
        body: format!(
            "Wij hebben uw toekenning gewijzigd. Het kenmerk van dit besluit is {}.\n\n{}\n\n{}\n\n\
             Bent u het er niet mee eens? Dan kunt u bezwaar maken tot en met {} \
             (artikel 6:7 van de Algemene wet bestuursrecht). U vindt de wijziging bij uw aanvraag: {}.",
            amendment.reference,
            changes.join("\n\n"),
            amendment.reason,
            dates::date(last_day(amendment)),
            address(&application.id),
        ),
    }
}
