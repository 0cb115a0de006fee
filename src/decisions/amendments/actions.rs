//! From proposal to booking: load, check, decide, book, save, record. One function per use case.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::{
    Amendment, AmendmentState as State, Line,
    change::{self, Award},
    letter::AmendmentLetter,
    needs_szw,
    netting::{self, Netted},
    store,
    writing::{self, Material},
};
use crate::{
    applications::{self, Application, state},
    audit::{self, Fact, Stream},
    core::{
        calendar,
        ids::{AccountId, AmendmentId, ApplicationId, DecisionId},
        money::{Money, MoneyError},
    },
    db::{Conn, Tx},
    decisions::{
        self, Decision, Verdict,
        actions::{OBJECTION_DAYS, check_interests, given},
        letter,
    },
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause},
    outbox::{self, MessageKind, NewMessage},
    schemes::{self, CycleState},
    texts::dates::OnDay,
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

/// Proposes other amounts, with a reason that the municipality will read. Nothing is booked yet, and
/// nothing is kept: what could not be booked now is refused, and what can is looked at again when it
/// is decided.
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
    hold(tx, &application, &decision.id, lines)?;
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
        letter: None,
        letter_sha256: None,
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
    let netted = hold(tx, &application, &amendment.decision_id, &lines)?;
    let entries = netted.entries(&application.id)?;
    let letter = draft_letter(
        tx.conn,
        &application,
        &amendment,
        &lines,
        &Signing {
            by: Some(&tx.actor.id),
            now: tx.now,
        },
    )?;
    letter.check().map_err(AppError::internal)?;
    let sha256 = letter::sha256(&letter).map_err(AppError::internal)?;
    let decided = Amendment {
        state: State::Decided,
        decided_at: Some(tx.now),
        decided_by: Some(tx.actor.id.clone()),
        letter: Some(serde_json_canonicalizer::to_string(&letter)?),
        letter_sha256: Some(sha256),
        ..amendment
    };
    store::update(tx, &decided)?;
    journal::actions::book(tx, Cause::Amendment(&decided.id), &entries)?;
    outbox::store::insert(tx, &message(&application, &decided, &lines))?;
    let fact = Fact::AmendmentDecided {
        reference: decided.reference,
        raised: sum(&lines, Line::raised)?,
        lowered: sum(&lines, Line::lowered)?,
        letter_sha256: decided.letter_sha256,
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

/// Holds the envelopes of a change and checks that it can be booked: the award is what it was made
/// from, what it asks more than it gives up is free, and no floor and no limit is passed. Locks all
/// envelopes of the lines at once, also those that only give back: their rows move too.
fn hold<'l>(
    tx: &mut Tx<'_>,
    application: &Application,
    decision: &DecisionId,
    lines: &'l [Line],
) -> Result<Netted<'l>, AppError> {
    let mut locked = journal::store::lock(tx, lines.iter().map(|it| it.envelope.clone()))?;
    let awards = store::awards(tx.conn, decision)?;
    change::check_base(&awards, lines)?;
    let netted = netting::net(lines, |it| {
        locked.is_beside_floor(&it.envelope, it.category)
    })?;
    for (envelope, amount) in netted.taken()? {
        locked.take(&envelope, amount)?;
    }
    keep_limits(tx, application, &awards, lines)?;
    for (envelope, amount) in netted.taken_beside_floors()? {
        locked.keep_floor(tx, &envelope, amount, Money::ZERO)?;
    }
    Ok(netted)
}

/// Who signs a letter, if that is known yet, and when.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Who decides.
    pub by: Option<&'a AccountId>,
    /// The moment (UTC).
    pub now: NaiveDateTime,
}

/// The letter of a change that is not decided yet, as it would be sent now.
pub fn draft_letter(
    conn: &mut Conn,
    application: &Application,
    amendment: &Amendment,
    lines: &[Line],
    signing: &Signing<'_>,
) -> Result<AmendmentLetter, AppError> {
    let decision = decisions::store::decision(conn, &amendment.decision_id)?;
    let setting = decisions::store::setting(conn, &application.id)?;
    let names = store::names(conn, signing.by.into_iter().cloned().collect())?;
    let signatory = names.into_values().next();
    let day = signing.now.dutch_day();
    writing::letter(&Material {
        awards: store::awards(conn, &decision.id)?,
        application: application.clone(),
        amendment: amendment.clone(),
        lines: lines.to_vec(),
        decision,
        setting,
        signatory: signatory.unwrap_or_else(|| writing::NOBODY_YET.to_owned()),
        day,
        objection_until: calendar::last_day(day, OBJECTION_DAYS),
    })
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
        let before = Money::sum(of_year().map(|it| it.before))?;
        let own = Money::sum(
            awards
                .iter()
                .filter(|it| it.year == year)
                .map(|it| it.amount),
        )?;
        let after = own
            .checked_sub(before)?
            .checked_add(Money::sum(of_year().map(|it| it.after))?)?;
        limit.check_least(own, after, eligible(awards, year)?)?;
        limit.check_most(after.checked_sub(own)?.max(Money::ZERO))?;
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

fn sum(lines: &[Line], part: fn(&Line) -> Result<Money, MoneyError>) -> Result<Money, MoneyError> {
    let parts: Vec<Money> = lines.iter().map(part).collect::<Result<_, _>>()?;
    Money::sum(parts)
}

/// The last day to object to a change that was decided (Awb 6:7).
pub fn last_day(it: &Amendment) -> chrono::NaiveDate {
    let told = it.decided_at.unwrap_or(it.proposed_at);
    calendar::last_day(told.dutch_day(), OBJECTION_DAYS)
}

/// What the municipality reads at once: every amount that changes, and where the letter is.
fn message(application: &Application, amendment: &Amendment, lines: &[Line]) -> NewMessage {
    NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind: MessageKind::AwardAmended,
        subject: format!("Uw toekenning voor {} is gewijzigd", application.reference),
        body: writing::message(application, amendment, lines, last_day(amendment)),
    }
}
