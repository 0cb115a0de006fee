//! From proposal to letter: load, check, decide, book, save, record. One function per use case.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    Decision, Line, Proposal, ProposalState, Verdict, address, letter,
    outcome::Outcome,
    proposal::{self, NewProposal},
    store, untreated,
    writing::{self, Material},
};
use crate::{
    applications::{
        self, Application, Project,
        state::{Event, State},
    },
    assessments::{handling, interests},
    audit::{self, Fact, Stream},
    core::{
        answers::required,
        calendar,
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, DecisionId, EnvelopeId, ProjectId, ProposalId},
        money::Money,
    },
    db::{Conn, Tx},
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause, NewEntry, Purpose, Stage, store::Locked},
    outbox::{self, MessageKind, NewMessage},
    schemes,
    texts::{
        dates::{self, OnDay},
        messages,
    },
};

/// How many expired reservations one transaction gives back.
pub const EXPIRED_AT_ONCE: i64 = 50;
/// The term to object, in days (Awb 6:7).
pub const OBJECTION_DAYS: u64 = 42;

/// Proposes amounts for an assessed application and reserves their money.
pub fn propose(tx: &mut Tx<'_>, new: &NewProposal) -> Result<ProposalId, AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let mut locked = lock(tx, &new.lines)?;
    let prepared = prepare(tx, new)?;
    reserve(tx, &mut locked, prepared)
}

/// A proposal that is written down and holds no money yet.
pub struct Prepared {
    application: Application,
    proposal: Proposal,
    projects: Vec<Project>,
    lines: Vec<Line>,
}

/// Writes a proposal down. All proposals that are made at once are written down before the first
/// takes money: what is proposed for one is no claim on what another may have.
pub fn prepare(tx: &mut Tx<'_>, new: &NewProposal) -> Result<Prepared, AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, &new.application)?;
    application.state.next(Event::Propose)?;
    let projects = applications::store::projects_of(tx.conn, &application.id)?;
    check_lines(tx.conn, &application, &projects, &new.lines)?;
    let kept_until = kept_until(tx.conn, &application, tx.now)?;
    let proposal = Proposal {
        id: tx.new_id(),
        application_id: application.id.clone(),
        scenario_id: new.scenario.clone(),
        state: ProposalState::Open,
        is_reserved: true,
        reserved_until: Some(kept_until),
        reasons: new.reasons.trim().to_owned(),
        proposed_at: tx.now,
        proposed_by: tx.actor.id.clone(),
        szw_verdict: None,
        szw_reason: String::new(),
        szw_at: None,
        szw_by: None,
        // Above all before it: a form that was made from a withdrawn proposal fits no other.
        version: store::last_version(tx.conn, &application.id)?.saturating_add(1),
        returned_by: None,
        returned_at: None,
        returned_reason: None,
    };
    store::insert_proposal(tx, &proposal)?;
    for line in &new.lines {
        store::insert_proposal_line(tx, &proposal.id, line)?;
    }
    applications::store::move_on(tx, &application, Event::Propose)?;
    Ok(Prepared {
        application,
        proposal,
        projects,
        lines: new.lines.clone(),
    })
}

/// Takes the money of a proposal that was written down, or says how much room there is.
pub fn reserve(
    tx: &mut Tx<'_>,
    locked: &mut Locked,
    prepared: Prepared,
) -> Result<ProposalId, AppError> {
    let Prepared {
        application,
        proposal,
        projects,
        lines,
    } = prepared;
    take(locked, &lines)?;
    keep_limits(tx, &application, &projects, &lines, Stage::Free)?;
    keep_floors(tx, locked, &projects, &lines)?;
    let (application, cause) = (&application.id, Cause::Proposal(&proposal.id));
    book(tx, application, &lines, cause, NewEntry::reservation)?;
    let fact = Fact::Proposed {
        proposal: proposal.id.clone(),
        total: proposal::total(&lines)?,
    };
    audit::record(tx, Stream::Application(application), &fact)?;
    Ok(proposal.id)
}

/// Withdraws an open proposal; its money is free again and another can be made. `version` is the
/// one that the form was made from.
pub fn withdraw_proposal(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::WithdrawProposal)?;
    let proposal = open_proposal(tx.conn, id, version)?;
    pull_back(tx, &application, proposal, Event::WithdrawProposal)
}

/// Gives an open proposal back to who made it, with the reason, instead of deciding as was proposed: its
/// money is free again and another can be made. Only who may decide on it may do this.
pub fn return_proposal(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Decide)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::ReturnProposal)?;
    let proposal = open_proposal(tx.conn, id, version)?;
    check_eyes(tx, &proposal)?;
    check_interests(tx, &application)?;
    let reason = messages::why_returned(reason).map_err(AppError::Invalid)?;
    let returned = Proposal {
        returned_by: Some(tx.actor.id.clone()),
        returned_at: Some(tx.now),
        returned_reason: Some(reason.clone()),
        ..proposal
    };
    let (proposer, fact) = (
        returned.proposed_by.clone(),
        Fact::ProposalReturned {
            proposal: returned.id.clone(),
        },
    );
    pull_back(tx, &application, returned, Event::ReturnProposal)?;
    let reference = &application.reference;
    let message = messages::proposal_returned(reference, &tx.actor.name, &reason);
    let (subject, body) = (message.subject, message.body);
    outbox::mail::actions::write_as_wished(tx, &proposer, subject, body, address(id))?;
    audit::record(tx, Stream::Application(id), &fact)
}

/// Withdraws an open proposal, for a use case that has checked who asks; `event` is what happened.
pub(super) fn pull_back(
    tx: &mut Tx<'_>,
    application: &Application,
    proposal: Proposal,
    event: Event,
) -> Result<(), AppError> {
    if proposal.is_reserved {
        give_back(tx, &proposal)?;
    }
    settle(tx, proposal, ProposalState::Withdrawn)?;
    applications::store::move_on(tx, application, event)?;
    Ok(())
}

/// Gives the money of an open proposal back before its time. The proposal stays; to decide on it
/// takes what is free by then.
pub fn release_reservation(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    let proposal = open_proposal(tx.conn, &application.id, version)?;
    if !proposal.is_reserved {
        return Err(AppError::Stale);
    }
    give_back(tx, &proposal)?;
    settle(tx, proposal, ProposalState::Open)
}

/// Keeps the money of an open proposal until the end of another day.
pub fn extend_reservation(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    last_day: NaiveDate,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    let proposal = open_proposal(tx.conn, &application.id, version)?;
    if !proposal.is_reserved {
        return Err(AppError::Stale);
    }
    proposal::check_kept_until(last_day, tx.now.dutch_day()).map_err(AppError::Invalid)?;
    let extended = Proposal {
        reserved_until: Some(dates::end_of_day(last_day)),
        ..proposal
    };
    store::update_proposal(tx, &extended)?;
    let fact = Fact::ReservationExtended {
        proposal: extended.id,
        last_day,
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Until when money is kept for a proposal of now where nobody chooses: the end of the day on which has
/// to be decided.
fn kept_until(
    conn: &mut Conn,
    application: &Application,
    now: NaiveDateTime,
) -> Result<NaiveDateTime, AppError> {
    let today = now.dutch_day();
    let id = application.id.clone();
    let mut requests = handling::store::completion_requests(conn, std::slice::from_ref(&id))?;
    let requests = requests.remove(&id).unwrap_or_default();
    let weeks = store::term_weeks(conn, &id)?;
    let term = handling::decision_term(application.submitted_at, weeks, &requests, today);
    let last_day = proposal::kept_until(term.map(|it| it.last_day), today);
    Ok(dates::end_of_day(last_day))
}

/// Gives the room back of reservations whose time has passed, the oldest first, at most
/// [`EXPIRED_AT_ONCE`], and says of which proposals. They stay open. Done twice, also at the same
/// moment by two servers, it finds nothing the second time.
pub fn expire_reservations(tx: &mut Tx<'_>) -> Result<Vec<ProposalId>, AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let expired = store::expired(tx.conn, tx.now, EXPIRED_AT_ONCE)?;
    let mut all = Vec::new();
    for proposal in &expired {
        all.extend(store::proposal_lines(tx.conn, &proposal.id)?);
    }
    // All of them at once: one after the other, two who do this could wait for each other.
    lock(tx, &all)?;
    let mut done = Vec::new();
    for proposal in expired {
        give_back(tx, &proposal)?;
        done.push(proposal.id.clone());
        let expired = Proposal {
            is_reserved: false,
            ..proposal
        };
        store::update_proposal(tx, &expired)?;
    }
    Ok(done)
}

/// What SZW says of the prevention projects of a proposal, with its reason.
pub fn co_decide(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    verdict: Verdict,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::CoDecide)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    check_interests(tx, &application)?;
    let mut proposal = open_proposal(tx.conn, id, version)?;
    let projects = applications::store::projects_of(tx.conn, id)?;
    if !proposal::needs_szw(&projects) {
        return Err(AppError::BadRequest("no prevention in this proposal"));
    }
    proposal.szw_verdict = Some(verdict);
    proposal.szw_reason = given("reden", reason)?;
    proposal.szw_at = Some(tx.now);
    proposal.szw_by = Some(tx.actor.id.clone());
    store::update_proposal(tx, &proposal)?;
    let fact = Fact::CoDecided {
        proposal: proposal.id,
        agreed: verdict == Verdict::Agreed,
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Decides as was proposed: what was reserved, or else what is still free, is promised. By somebody
/// else than who proposed, who declared their interests, and with SZW where there is prevention.
pub fn decide(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    reasons: &str,
) -> Result<DecisionId, AppError> {
    policy::require(&tx.actor, Action::Decide)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::Decide)?;
    let proposal = open_proposal(tx.conn, id, version)?;
    let projects = applications::store::projects_of(tx.conn, id)?;
    let is_treated = application.state != State::NotTreatedProposed;
    let needs_szw = is_treated && proposal::needs_szw(&projects);
    may_decide(tx, &application, &proposal, needs_szw)?;
    let reasons = given("redenen", reasons)?;
    let lines = store::proposal_lines(tx.conn, &proposal.id)?;
    let (locked, from) = hold(tx, &proposal, &lines)?;
    keep_limits(tx, &application, &projects, &lines, from)?;
    let total = proposal::total(&lines)?;
    let outcome = outcome(tx, &application, &projects, &lines)?;
    let decision = decided(tx, &application, &proposal, outcome, reasons)?;
    for line in &lines {
        store::insert_decision_line(tx, &decision.id, line)?;
    }
    settle(tx, proposal, ProposalState::Decided)?;
    applications::store::move_on(tx, &application, Event::Decide)?;
    if from == Stage::Free {
        keep_floors(tx, &locked, &projects, &lines)?;
    }
    commit(tx, &decision, from, &lines)?;
    let fact = Fact::Decided {
        decision: decision.id.clone(),
        outcome: outcome.as_str().to_owned(),
        total,
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(decision.id)
}

/// What is decided with these lines. An application that is left untreated has none, and that can
/// be decided for a short time only.
fn outcome(
    tx: &mut Tx<'_>,
    application: &Application,
    projects: &[Project],
    lines: &[Line],
) -> Result<Outcome, AppError> {
    if application.state == State::NotTreatedProposed {
        untreated::actions::check_term(tx, &application.id)?;
        return Ok(Outcome::NotTreated);
    }
    let unit = store::rounding(tx.conn, &application.id)?;
    Ok(Outcome::of(
        &proposal::asked_and_given(projects, lines),
        unit,
    ))
}

/// Sends the decision: from now on it holds (Awb 3:40), and the term to object runs. The letter is
/// kept as it is sent.
pub fn notify(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<DecisionId, AppError> {
    policy::require(&tx.actor, Action::Notify)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::Notify)?;
    let mut decision = store::decision_of(tx.conn, id)?.ok_or(AppError::NotFound)?;
    if decision.outcome == Outcome::NotTreated {
        untreated::actions::check_term(tx, id)?;
    }
    let letter = draft_letter(tx.conn, &application, &decision, tx.now)?;
    letter.check().map_err(AppError::internal)?;
    let sha256 = letter::sha256(&letter).map_err(AppError::internal)?;
    decision.notified_at = Some(tx.now);
    decision.notified_by = Some(tx.actor.id.clone());
    decision.objection_until = Some(letter.objection.last_day);
    decision.letter = Some(serde_json_canonicalizer::to_string(&letter)?);
    decision.letter_sha256 = Some(sha256.clone());
    store::set_sent(tx, &decision)?;
    outbox::store::insert(
        tx,
        &message(&application, &decision, letter.objection.last_day),
    )?;
    applications::store::move_on(tx, &application, Event::Notify)?;
    let fact = Fact::DecisionSent {
        decision: decision.id.clone(),
        letter_sha256: sha256,
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(decision.id)
}

/// The letter of a decision as it would be sent now.
pub fn draft_letter(
    conn: &mut Conn,
    application: &Application,
    decision: &Decision,
    now: NaiveDateTime,
) -> Result<letter::Letter, AppError> {
    let setting = store::setting(conn, &application.id)?;
    let by = decision.decided_by.clone();
    let signatory = store::names(conn, vec![by])?.into_values().next();
    let day = now.dutch_day();
    writing::letter(&Material {
        rows: store::rows(conn, &application.id, None, Some(&decision.id))?,
        reserve: store::reserve(conn, &setting.cycle.id)?,
        application: application.clone(),
        decision: decision.clone(),
        scheme: setting.scheme,
        cycle: setting.cycle,
        window: setting.window,
        municipality: setting.municipality,
        region: setting.region,
        signatory: signatory.unwrap_or_default(),
        day,
        objection_until: calendar::last_day(day, OBJECTION_DAYS),
    })
}

fn check_lines(
    conn: &mut Conn,
    application: &Application,
    projects: &[Project],
    lines: &[Line],
) -> Result<(), AppError> {
    let window = schemes::store::window(conn, &application.window_id)?;
    let envelopes = schemes::store::envelopes(conn, &window.cycle_id)?;
    proposal::check(projects, &envelopes, window.kind, lines)
}

/// The open proposal for an application, if it is still at `version`.
fn open_proposal(conn: &mut Conn, id: &ApplicationId, version: i32) -> Result<Proposal, AppError> {
    let proposal = store::proposal_of(conn, id)?
        .filter(|it| it.state == ProposalState::Open)
        .ok_or(AppError::Stale)?;
    if proposal.version == version {
        Ok(proposal)
    } else {
        Err(AppError::Stale)
    }
}

/// Checks that this person declared to have no interest in the dossier.
pub(super) fn check_interests(tx: &mut Tx<'_>, application: &Application) -> Result<(), AppError> {
    if interests::declared(tx.conn, &tx.actor, &application.id)? {
        Ok(())
    } else {
        Err(Refusal::InterestsNotDeclared.into())
    }
}

fn may_decide(
    tx: &mut Tx<'_>,
    application: &Application,
    proposal: &Proposal,
    needs_szw: bool,
) -> Result<(), AppError> {
    check_eyes(tx, proposal)?;
    check_interests(tx, application)?;
    match proposal.szw_verdict {
        _ if !needs_szw => Ok(()),
        Some(Verdict::Agreed) => Ok(()),
        Some(Verdict::Refused) => Err(Refusal::SzwRefused.into()),
        None => Err(Refusal::SzwConsentMissing.into()),
    }
}

/// Four eyes: who proposes does not decide, nor does who changed amounts by hand in the scenario.
fn check_eyes(tx: &mut Tx<'_>, proposal: &Proposal) -> Result<(), AppError> {
    if tx.actor.id == proposal.proposed_by {
        return Err(Refusal::FourEyes.into());
    }
    match &proposal.scenario_id {
        Some(it) if store::edited(tx.conn, it, &tx.actor.id)? => {
            Err(Refusal::EditedScenario.into())
        }
        _ => Ok(()),
    }
}

fn decided(
    tx: &mut Tx<'_>,
    application: &Application,
    proposal: &Proposal,
    outcome: Outcome,
    reasons: String,
) -> Result<Decision, AppError> {
    let number = store::count_decisions(tx.conn, &application.id)?.saturating_add(1);
    let decision = Decision {
        id: tx.new_id(),
        reference: format!("{}-B{number}", application.reference),
        application_id: application.id.clone(),
        proposal_id: proposal.id.clone(),
        outcome,
        reasons,
        decided_at: tx.now,
        decided_by: tx.actor.id.clone(),
        notified_at: None,
        notified_by: None,
        objection_until: None,
        letter: None,
        letter_sha256: None,
    };
    store::insert_decision(tx, &decision)?;
    Ok(decision)
}

/// Promises the money of a decision, from the stage where it is.
fn commit(
    tx: &mut Tx<'_>,
    decision: &Decision,
    from: Stage,
    lines: &[Line],
) -> Result<(), AppError> {
    let (application, cause) = (&decision.application_id, Cause::Decision(&decision.id));
    book(
        tx,
        application,
        lines,
        cause,
        |envelope, amount, purpose| NewEntry::commitment(envelope, from, amount, purpose),
    )
}

/// Saves that a proposal holds no money any more, and where it stands now.
fn settle(tx: &mut Tx<'_>, proposal: Proposal, state: ProposalState) -> Result<(), AppError> {
    let closed = Proposal {
        state,
        is_reserved: false,
        reserved_until: None,
        ..proposal
    };
    store::update_proposal(tx, &closed)
}

/// Holds the envelopes of a proposal: what it kept, or else what is free. Says in which stage the
/// money is.
fn hold(tx: &mut Tx<'_>, proposal: &Proposal, lines: &[Line]) -> Result<(Locked, Stage), AppError> {
    let mut locked = lock(tx, lines)?;
    if proposal.is_reserved {
        return Ok((locked, Stage::Reserved));
    }
    take(&mut locked, lines)?;
    Ok((locked, Stage::Free))
}

/// Takes what the lines ask out of what is free, or says how much room there is.
fn take(locked: &mut Locked, lines: &[Line]) -> Result<(), AppError> {
    for (envelope, amount) in &proposal::per_envelope(lines)? {
        locked.take(envelope, *amount)?;
    }
    Ok(())
}

/// Checks that what projects take from an envelope of another category leaves its floor alone.
fn keep_floors(
    tx: &mut Tx<'_>,
    locked: &Locked,
    projects: &[Project],
    lines: &[Line],
) -> Result<(), AppError> {
    let kinds: BTreeMap<&ProjectId, Option<EnvelopeKind>> = projects
        .iter()
        .map(|it| (&it.id, it.category.map(Category::envelope)))
        .collect();
    let others = lines.iter().filter(|it| {
        let own = kinds.get(&it.project).copied().flatten();
        own != locked.kind(&it.envelope)
    });
    let others: Vec<Line> = others.cloned().collect();
    for (envelope, amount) in proposal::per_envelope(&others)? {
        locked.keep_floor(tx, &envelope, amount, Money::ZERO)?;
    }
    Ok(())
}

/// Checks that the applicant gets no more of a year than it can, and no less than it must. `from` is
/// the stage in which the money of the lines is.
fn keep_limits(
    tx: &mut Tx<'_>,
    application: &Application,
    projects: &[Project],
    lines: &[Line],
    from: Stage,
) -> Result<(), AppError> {
    let limits = journal::limits::store::lock(tx, &application.lead_municipality_id)?;
    if limits.is_empty() {
        return Ok(());
    }
    let cycle = schemes::store::window(tx.conn, &application.window_id)?.cycle_id;
    for limit in limits.iter().filter(|it| it.cycle == cycle) {
        let of_year = lines.iter().filter(|it| it.year == limit.year);
        let asked = Money::sum(of_year.map(|it| it.amount))?;
        let years = projects.iter().flat_map(|it| &it.years);
        let eligible = years.filter(|it| it.year == limit.year);
        let eligible = Money::sum(eligible.filter_map(|it| it.eligible))?;
        let own = match from {
            Stage::Free => {
                limit.check_most(asked)?;
                Money::ZERO
            }
            _ => asked,
        };
        limit.check_least(own, asked, eligible)?;
    }
    Ok(())
}

/// Locks all envelopes that the lines ask of, at once and before any row that refers to them is
/// written: such a row holds them a little on a server, and two who do so and then want the lock
/// would wait for each other.
fn lock(tx: &mut Tx<'_>, lines: &[Line]) -> Result<Locked, AppError> {
    let sums = proposal::per_envelope(lines)?;
    journal::store::lock(tx, sums.into_keys())
}

/// Books one movement per line that has an amount, all at once.
fn book(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    lines: &[Line],
    cause: Cause<'_>,
    entry: impl Fn(&EnvelopeId, Money, Purpose) -> NewEntry,
) -> Result<(), AppError> {
    let of = |line: &Line| {
        let purpose = Purpose {
            application: application.clone(),
            project: line.project.clone(),
        };
        entry(&line.envelope, line.amount, purpose)
    };
    let entries = lines.iter().filter(|it| !it.amount.is_zero()).map(of);
    journal::actions::book(tx, cause, &entries.collect::<Vec<_>>())?;
    Ok(())
}

/// Makes what was reserved for a proposal free again, and records it.
fn give_back(tx: &mut Tx<'_>, proposal: &Proposal) -> Result<(), AppError> {
    let lines = store::proposal_lines(tx.conn, &proposal.id)?;
    lock(tx, &lines)?;
    let (application, cause) = (&proposal.application_id, Cause::Proposal(&proposal.id));
    book(
        tx,
        application,
        &lines,
        cause,
        |envelope, amount, purpose| NewEntry::release(envelope, Stage::Reserved, amount, purpose),
    )?;
    let fact = Fact::ReservationReleased {
        proposal: proposal.id.clone(),
        total: proposal::total(&lines)?,
    };
    audit::record(tx, Stream::Application(application), &fact)
}

fn message(
    application: &Application,
    decision: &Decision,
    objection_until: chrono::NaiveDate,
) -> NewMessage {
    NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind: MessageKind::DecisionSent,
        subject: format!("Besluit op uw aanvraag {}", application.reference),
        body: writing::message(application, decision, objection_until),
    }
}

/// A reason that has to be given.
pub(crate) fn given(field: &str, text: &str) -> Result<String, AppError> {
    let sentence = "Vul in waarom. De gemeente leest dit in de brief.";
    required(field, text, sentence).map_err(AppError::Invalid)
}
