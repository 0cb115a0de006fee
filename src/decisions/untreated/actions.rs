//! Leaving an application untreated: load, check, decide, save, record.

use crate::{
    applications::{self, Application, state::Event, submission},
    assessments::{handling, handling::CompletionRequest},
    audit::{self, Fact, Stream},
    core::ids::{ApplicationId, ProposalId},
    db::{Conn, Tx},
    decisions::{Proposal, ProposalState, outcome::Outcome, store},
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    schemes::terms,
    texts::dates::OnDay,
};

/// Proposes to leave an application untreated that was not completed in time. `version` is that of
/// the application when the form was made. No money is reserved.
pub fn propose(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    reasons: &str,
) -> Result<ProposalId, AppError> {
    policy::require(&tx.actor, Action::Propose)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::ProposeNotTreated)?;
    if application.version != version {
        return Err(AppError::Stale);
    }
    check_term(tx, id)?;
    let proposal = Proposal {
        id: tx.new_id(),
        application_id: id.clone(),
        scenario_id: None,
        state: ProposalState::Open,
        is_reserved: false,
        reserved_until: None,
        reasons: reasons.to_owned(),
        proposed_at: tx.now,
        proposed_by: tx.actor.id.clone(),
        szw_verdict: None,
        szw_reason: String::new(),
        szw_at: None,
        szw_by: None,
        version: store::last_version(tx.conn, id)?.saturating_add(1),
        returned_by: None,
        returned_at: None,
        returned_reason: None,
    };
    store::insert_proposal(tx, &proposal)?;
    applications::store::move_on(tx, &application, Event::ProposeNotTreated)?;
    let proposal = proposal.id;
    let fact = Fact::NotTreatedProposed {
        proposal: proposal.clone(),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(proposal)
}

/// Treats an application after all of which the decision to leave it untreated was not made known
/// in time. That decision was never sent, so that it never held (Awb 3:40).
pub fn lapse(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Notify)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    application.state.next(Event::Lapse)?;
    let decision = store::decision_of(tx.conn, id)?.ok_or(AppError::NotFound)?;
    let is_late = matches!(
        check_term(tx, id),
        Err(AppError::Refused(Refusal::UntreatedTooLate { .. }))
    );
    if decision.outcome != Outcome::NotTreated || !is_late {
        return Err(AppError::Stale);
    }
    let proposal = store::proposal_of(tx.conn, id)?.ok_or(AppError::NotFound)?;
    let withdrawn = Proposal {
        state: ProposalState::Withdrawn,
        ..proposal
    };
    store::update_proposal(tx, &withdrawn)?;
    submission::actions::set_back(tx, &application)?;
    let application = applications::store::get(tx.conn, id)?;
    applications::store::move_on(tx, &application, Event::Lapse)?;
    Ok(())
}

/// Refuses when an application can not, not yet, or no longer be left untreated.
pub fn check_term(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let today = tx.now.dutch_day();
    let request = unanswered(tx.conn, id)?.ok_or(AppError::Stale)?;
    Ok(terms::may_leave_untreated(request.due_on, today)?)
}

/// The last request to complete an application, if it was not answered.
pub fn unanswered(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Option<CompletionRequest>, AppError> {
    let requests = handling::store::completion_requests(conn, std::slice::from_ref(id))?;
    let last = requests.into_values().flatten().next_back();
    Ok(last.filter(|it| it.answered_at.is_none()))
}

/// What was asked of an application and did not come; an error where nothing was asked.
pub fn asked_of(conn: &mut Conn, of: &Application) -> Result<CompletionRequest, AppError> {
    unanswered(conn, &of.id)?.ok_or(AppError::NotFound)
}
