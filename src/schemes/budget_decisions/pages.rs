//! The list of decisions on the budget, and the page of one.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    BudgetDecision, BudgetDecisionKind, BudgetDecisionState, actions, address, change, store,
};
use crate::{
    app::App,
    core::{
        ids::{BudgetDecisionId, EnvelopeId},
        money::Money,
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    journal::{
        self, Stage,
        balance::Measure,
        lines::{self, NamedEnvelope},
        store::Balance,
    },
    schemes::{self, Envelope},
    texts::{filters, labels::Label, messages::RETURN_REASON, sentences},
    web::{
        again::Again,
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Tab, Tag, Tone},
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let see = Access::May(Action::SeeFinance);
    vec![
        Route::get("/begrotingsbesluiten", see, list),
        Route::get("/begrotingsbesluiten/{id}", see, show),
        Route::post(
            "/begrotingsbesluiten/{id}/besluit",
            Access::May(Action::Transfer),
            decide,
        ),
        Route::post(
            "/begrotingsbesluiten/{id}/teruggave",
            Access::May(Action::Transfer),
            give_back,
        ),
        Route::post(
            "/begrotingsbesluiten/{id}/intrekking",
            Access::May(Action::ProposeBudget),
            withdraw,
        ),
    ]
}

#[derive(Template)]
#[template(path = "schemes/budget_decisions.html")]
struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    may_propose: bool,
    rows: Vec<RowView>,
    pager: Pager,
}

struct RowView {
    decision: BudgetDecision,
    subject: String,
    /// Of another ceiling: what it was when it was proposed, and what it becomes.
    ceilings: Option<(Money, Money)>,
    proposed_by: String,
    /// The lines that it booked.
    lines: String,
}

#[derive(Template)]
#[template(path = "schemes/budget_decision.html")]
struct OnePage {
    frame: Frame,
    form: FormView,
    decision: BudgetDecision,
    state: Tag,
    subject: String,
    proposed_by: String,
    /// Who decided, or gave it back.
    decided_by: String,
    /// Of another ceiling: what it was when it was proposed, and what it becomes.
    ceilings: Option<(Money, Money)>,
    /// The figures of the envelope that the money comes from as they are now, each with its lines.
    now: Vec<(&'static str, Money, String)>,
    /// Why it cannot be decided now, if so.
    obstacle: Option<String>,
    may_decide: bool,
    may_withdraw: bool,
    is_own: bool,
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    stand: String,
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    // An unknown state gives the first one: the address may have been typed.
    let state = BudgetDecisionState::parse(&asked.stand).unwrap_or(BudgetDecisionState::Open);
    let query = req.query_string().to_owned();
    let (pager, found, named) = app
        .store
        .read(move |conn| {
            let total = u64::try_from(store::count(conn, state)?).unwrap_or_default();
            let pager = Pager::new("/begrotingsbesluiten", &query, total);
            let offset = i64::try_from(pager.offset()).unwrap_or(i64::MAX);
            let found = store::listed(conn, state, i64::from(PAGE_SIZE), offset)?;
            Ok((pager, found, named(conn)?))
        })
        .await?;
    let tab = |it: &BudgetDecisionState| {
        let href = format!("/begrotingsbesluiten?stand={}", it.as_str());
        Tab::new(it.label(), href, *it == state)
    };
    let row = |(decision, proposed_by): (BudgetDecision, String)| -> Result<RowView, AppError> {
        Ok(RowView {
            subject: subject(&decision, &named),
            ceilings: decision.ceilings()?,
            lines: booked(&decision),
            decision,
            proposed_by,
        })
    };
    html::ok(&ListPage {
        frame: frame(&who).here("Begrotingsbesluiten"),
        tabs: BudgetDecisionState::ALL.iter().map(tab).collect(),
        may_propose: policy::may(&who.actor, Action::ProposeBudget),
        rows: found.into_iter().map(row).collect::<Result<_, _>>()?,
        pager,
    })
}

fn frame(who: &SignedIn) -> Frame {
    who.frame()
        .crumb("Overzicht", "/")
        .crumb("Begroting", "/begroting")
}

type Named = BTreeMap<EnvelopeId, NamedEnvelope>;

fn named(conn: &mut Conn) -> Result<Named, AppError> {
    let all = lines::store::envelopes(conn, None)?;
    Ok(all.into_iter().map(|it| (it.id.clone(), it)).collect())
}

/// `Basis op orde 2027 naar Reserve 2027`.
fn subject(it: &BudgetDecision, named: &Named) -> String {
    let name = |id: &EnvelopeId| {
        named
            .get(id)
            .map_or_else(String::new, |it| format!("{} {}", it.kind.label(), it.year))
    };
    let (from, to) = (name(&it.from_envelope_id), name(&it.to_envelope_id));
    match it.kind {
        BudgetDecisionKind::Transfer => format!("{from} naar {to}"),
        BudgetDecisionKind::Reuse => {
            let stage = it.from_stage.label().to_lowercase();
            format!("{from}, {stage}, naar {to}")
        }
        BudgetDecisionKind::Raise | BudgetDecisionKind::Lower => from,
    }
}

/// All that is read for the page of one decision.
struct Found {
    decision: BudgetDecision,
    named: Named,
    envelopes: Vec<Envelope>,
    balance: Balance,
    /// Of who proposed and of who decided.
    names: (String, String),
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<BudgetDecisionId>,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let found = app.store.read(move |conn| find(conn, &id)).await?;
    html::ok(&one(&who, found, FormView::default())?)
}

fn find(conn: &mut Conn, id: &BudgetDecisionId) -> Result<Found, AppError> {
    let decision = store::get(conn, id)?;
    Ok(Found {
        named: named(conn)?,
        envelopes: schemes::store::envelopes(conn, &decision.cycle_id)?,
        balance: journal::store::balance(conn, &decision.from_envelope_id)?,
        names: store::names(conn, &decision)?,
        decision,
    })
}

/// The lines that a decision booked; none before it is decided.
fn booked(it: &BudgetDecision) -> String {
    match it.state {
        BudgetDecisionState::Decided => {
            format!("/boekingen?cyclus={}&oorzaak={}", it.cycle_id, it.id)
        }
        _ => String::new(),
    }
}

/// What the envelope that the money comes from has now: its ceiling where that is to change, and what of
/// it can be taken.
fn now(found: &Found) -> Result<Vec<(&'static str, Money, String)>, AppError> {
    let it = &found.decision;
    let source = found.named.get(&it.from_envelope_id);
    let source = source.ok_or(AppError::NotFound)?;
    let figure = |name, measure: Measure| -> Result<_, AppError> {
        let lines = lines::address(&it.cycle_id, Some(source.year), Some(source.kind));
        let amount = found.balance.of(measure)?;
        Ok((name, amount, format!("{lines}{}", measure.as_str())))
    };
    let mut all = Vec::new();
    if it.ceiling_before_cents.is_some() {
        all.push(figure("Plafond nu", Measure::Ceiling)?);
    }
    match it.from_stage {
        Stage::Free => all.push(figure("Daarvan nu beschikbaar", Measure::Free)?),
        Stage::Released => all.push(figure("Nu vrijgevallen", Measure::Released)?),
        Stage::Recovered => all.push(figure("Nu teruggevorderd", Measure::Recovered)?),
        _ => {}
    }
    Ok(all)
}

fn one(who: &SignedIn, found: Found, form: FormView) -> Result<OnePage, AppError> {
    let it = &found.decision;
    let (proposed_by, decided_by) = found.names.clone();
    let is_open = it.state == BudgetDecisionState::Open;
    let is_own = it.proposed_by == who.actor.id;
    let now = match is_open {
        true => now(&found)?,
        false => Vec::new(),
    };
    Ok(OnePage {
        form,
        ceilings: it.ceilings()?,
        now,
        frame: frame(who)
            .crumb("Begrotingsbesluiten", "/begrotingsbesluiten")
            .here(it.reference.as_str()),
        state: Tag::new(tone(it.state), it.standing()),
        subject: subject(it, &found.named),
        proposed_by,
        decided_by,
        obstacle: obstacle(&found).filter(|_| is_open),
        may_decide: is_open && policy::may(&who.actor, Action::Transfer) && !is_own,
        may_withdraw: is_open && policy::may(&who.actor, Action::ProposeBudget),
        is_own: is_open && is_own,
        decision: found.decision,
    })
}

fn tone(state: BudgetDecisionState) -> Tone {
    match state {
        BudgetDecisionState::Open => Tone::Busy,
        BudgetDecisionState::Decided => Tone::Success,
        BudgetDecisionState::Withdrawn => Tone::Neutral,
    }
}

fn obstacle(found: &Found) -> Option<String> {
    let it = &found.decision;
    let source = found
        .envelopes
        .iter()
        .find(|of| of.id == it.from_envelope_id)?;
    let asked = it.amount_cents;
    let balance = &found.balance;
    let refused = change::check_unmoved(it, source, balance)
        .and_then(|()| {
            Ok(change::check_room(
                it.kind,
                source,
                it.from_stage,
                asked,
                balance,
            )?)
        })
        .err()?;
    let said = sentences::said(&refused);
    Some(format!("{} {}", said.message, said.advice))
}

async fn decide(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<BudgetDecisionId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    act(&app, &who, path.into_inner(), posted, actions::decide).await
}

async fn withdraw(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<BudgetDecisionId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    act(&app, &who, path.into_inner(), posted, actions::withdraw).await
}

async fn give_back(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<BudgetDecisionId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, of) = (path.into_inner(), posted.answers.clone());
    let reason = of.get(RETURN_REASON).to_owned();
    let back = id.clone();
    let done = act(&app, &who, id, posted, move |tx, id, version| {
        actions::give_back(tx, id, version, &reason)
    });
    let err = match done.await {
        Ok(response) => return Ok(response),
        Err(err) => err,
    };
    let again = Again::of(err, of, None)?;
    let found = app.store.read(move |conn| find(conn, &back)).await?;
    html::page(again.status, &one(&who, found, again.form)?)
}

/// Does a use case once and goes back to the page.
async fn act(
    app: &App,
    who: &SignedIn,
    id: BudgetDecisionId,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>, &BudgetDecisionId, i32) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let (version, key) = (posted.version()?, posted.key);
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &id, version)?;
                Ok(address(&id))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}
