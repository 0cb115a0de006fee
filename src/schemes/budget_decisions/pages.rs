//! The list of decisions on the budget, and the page of one.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    BudgetDecision, BudgetDecisionKind, BudgetDecisionState, actions, address, change, store,
};
use crate::{
    app::App,
    core::ids::{BudgetDecisionId, EnvelopeId},
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
        lines::{self, NamedEnvelope},
        store::Balance,
    },
    schemes::{self, Envelope},
    texts::{filters, labels::Label, money::euros, sentences},
    web::{
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
    proposed_by: String,
}

#[derive(Template)]
#[template(path = "schemes/budget_decision.html")]
struct OnePage {
    frame: Frame,
    decision: BudgetDecision,
    state: Tag,
    subject: String,
    proposed_by: String,
    decided_by: String,
    /// What stands there now, where the money comes from.
    there: String,
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
    let row = |(decision, proposed_by): (BudgetDecision, String)| RowView {
        subject: subject(&decision, &named),
        decision,
        proposed_by,
    };
    html::ok(&ListPage {
        frame: frame(&who).here("Begrotingsbesluiten"),
        tabs: BudgetDecisionState::ALL.iter().map(tab).collect(),
        may_propose: policy::may(&who.actor, Action::ProposeBudget),
        rows: found.into_iter().map(row).collect(),
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
    html::ok(&one(&who, found))
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

fn one(who: &SignedIn, found: Found) -> OnePage {
    let it = &found.decision;
    let (proposed_by, decided_by) = found.names.clone();
    let is_open = it.state == BudgetDecisionState::Open;
    let is_own = it.proposed_by == who.actor.id;
    OnePage {
        frame: frame(who)
            .crumb("Begrotingsbesluiten", "/begrotingsbesluiten")
            .here(it.reference.as_str()),
        state: Tag::new(tone(it.state), it.state.label()),
        subject: subject(it, &found.named),
        proposed_by,
        decided_by,
        there: match it.from_stage {
            Stage::Budget => String::new(),
            stage => euros(found.balance.at(stage)),
        },
        obstacle: obstacle(&found).filter(|_| is_open),
        may_decide: is_open && policy::may(&who.actor, Action::Transfer) && !is_own,
        may_withdraw: is_open && policy::may(&who.actor, Action::ProposeBudget),
        is_own: is_open && is_own,
        decision: found.decision,
    }
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
    let refused =
        change::check_room(it.kind, source, it.from_stage, asked, &found.balance).err()?;
    Some(sentences::said(&AppError::Refused(refused)).message)
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

/// Does a use case once and goes back to the page.
async fn act(
    app: &App,
    who: &SignedIn,
    id: BudgetDecisionId,
    posted: Posted,
    f: fn(&mut Tx<'_>, &BudgetDecisionId, i32) -> Result<(), AppError>,
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
