//! The page on which another ceiling for an envelope is proposed.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::form;
use crate::{
    app::App,
    core::ids::{AccountId, CycleId, EnvelopeId},
    error::{AppError, Refusal},
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        policy::Action,
        posted::Posted,
    },
    journal::{self, promises::Promises},
    schemes::{
        Cycle, CycleState, Envelope,
        budget_decisions::{self, actions},
        pages, store,
    },
    texts::{filters, labels::Label, money::euros, sentences},
    web::{
        again::Again,
        forms::{Answers, FieldErrors, FormView},
        frame::Frame,
        html,
        meter::Meter,
        parts::{Choice, Tab},
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::ProposeBudget);
    vec![
        Route::get("/inrichting/plafond", may, show),
        Route::post("/inrichting/plafond", may, propose),
    ]
}

#[derive(Template)]
#[template(path = "schemes/ceiling.html")]
struct CeilingPage {
    frame: Frame,
    form: FormView,
    tabs: Vec<Tab>,
    /// The cycle whose envelopes can change; none if no cycle is open.
    cycle: Option<Cycle>,
    envelopes: Vec<(Envelope, Meter)>,
    choices: Vec<Choice>,
    /// What stands in the way of what was asked.
    promises: Option<Promises>,
    /// The year and the envelope of which it does, as the end of a query.
    envelope_query: String,
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    cyclus: String,
}

/// The page; with the promises of the chosen envelope if they stand in the way for this person.
async fn page(
    app: &App,
    frame: Frame,
    form: FormView,
    in_the_way: Option<AccountId>,
) -> Result<CeilingPage, AppError> {
    let asked = CycleId::from(form.value("cyclus"));
    let envelope = EnvelopeId::from(form.value("envelop"));
    let chosen = envelope.clone();
    let (cycles, cycle, rows, promises) = app
        .store
        .read(move |conn| {
            let mut cycles = store::cycles(conn)?;
            cycles.retain(|it| it.state == CycleState::Open);
            let chosen = cycles.iter().find(|it| it.id == asked).or(cycles.first());
            let Some(cycle) = chosen.cloned() else {
                return Ok((cycles, None, Vec::new(), None));
            };
            let mut rows = Vec::new();
            let balances = journal::store::balances(conn, &cycle.id)?;
            for it in store::envelopes(conn, &cycle.id)? {
                let meter = pages::meter(&cycle.id, &it, &balances)?;
                rows.push((it, meter));
            }
            let promises = in_the_way
                .map(|who| journal::promises::store::of_envelope(conn, &envelope, &who))
                .transpose()?;
            Ok((cycles, Some(cycle), rows, promises))
        })
        .await?;
    let chosen = rows.iter().find(|(it, _)| it.id == chosen);
    let envelope_query = chosen.map(|(it, _)| {
        let kind = it.kind.as_str();
        format!("&jaar={}&envelop={kind}", it.year)
    });
    Ok(CeilingPage {
        envelope_query: envelope_query.unwrap_or_default(),
        frame: frame.crumb("Overzicht", "/").here("Plafond wijzigen"),
        tabs: tabs(&cycles, cycle.as_ref()),
        choices: rows.iter().map(choice).collect(),
        form,
        cycle,
        envelopes: rows,
        promises,
    })
}

fn tabs(cycles: &[Cycle], chosen: Option<&Cycle>) -> Vec<Tab> {
    let tab = |it: &Cycle| {
        let href = format!("/inrichting/plafond?cyclus={}", it.id);
        let is_chosen = chosen.is_some_and(|cycle| cycle.id == it.id);
        Tab::new(it.name.as_str(), href, is_chosen)
    };
    cycles.iter().take(6).map(tab).collect()
}

fn choice((envelope, meter): &(Envelope, Meter)) -> Choice {
    let label = format!(
        "{} {}, nu {}, waarvan vrij {}",
        envelope.kind.label(),
        envelope.year,
        euros(meter.ceiling),
        euros(meter.free)
    );
    Choice::new(envelope.id.as_str(), label)
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    query: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let form = FormView::new(Answers::default().with("cyclus", query.cyclus.as_str()));
    html::ok(&page(&app, who.frame(), form, None).await?)
}

async fn propose(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (answers, key) = (posted.answers, posted.key);
    let new = match form::read(&answers) {
        Ok(it) => it,
        Err(errors) => return refused(&app, &who, answers, errors).await,
    };
    let done = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                let id = actions::propose(tx, &new.cycle, &new.change, &new.reason)?;
                Ok(budget_decisions::address(&id))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err @ AppError::Refused(Refusal::BelowPromised { .. })) => {
            let said = sentences::said(&err);
            let mut errors = FieldErrors::default();
            let below = "Onder het formulier staat wie geld heeft.";
            errors.push(
                "bedrag",
                format!("{} {} {below}", said.message, said.advice),
            );
            let form = FormView::refused(answers, errors);
            let page = page(&app, who.frame(), form, Some(who.actor.id.clone())).await?;
            html::page(StatusCode::CONFLICT, &page)
        }
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            let page = page(&app, who.frame(), again.form, None).await?;
            html::page(again.status, &page)
        }
    }
}

async fn refused(
    app: &App,
    who: &SignedIn,
    answers: Answers,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let form = FormView::refused(answers, errors);
    html::refused(&page(app, who.frame(), form, None).await?)
}
