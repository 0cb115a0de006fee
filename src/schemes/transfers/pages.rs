//! The page on which a transfer between envelopes is proposed.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::form;
use crate::{
    app::App,
    core::{category::EnvelopeMode, ids::CycleId, money::Money},
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        policy::Action,
        posted::Posted,
    },
    journal::{self, Stage, store::Balance},
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
        Route::get("/inrichting/overheveling", may, show),
        Route::post("/inrichting/overheveling", may, propose),
    ]
}

#[derive(Template)]
#[template(path = "schemes/transfer.html")]
struct TransferPage {
    frame: Frame,
    form: FormView,
    tabs: Vec<Tab>,
    /// The cycle whose money can be moved; none if no cycle is open.
    cycle: Option<Cycle>,
    envelopes: Vec<(Envelope, Meter)>,
    from: Vec<Choice>,
    to: Vec<Choice>,
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    cyclus: String,
}

async fn page(app: &App, frame: Frame, form: FormView) -> Result<TransferPage, AppError> {
    let asked = CycleId::from(form.value("cyclus"));
    let (cycles, cycle, envelopes, balances) = app
        .store
        .read(move |conn| {
            let mut cycles = store::cycles(conn)?;
            cycles.retain(|it| it.state == CycleState::Open);
            let chosen = cycles.iter().find(|it| it.id == asked).or(cycles.first());
            let Some(cycle) = chosen.cloned() else {
                return Ok((cycles, None, Vec::new(), Vec::new()));
            };
            let envelopes = store::envelopes(conn, &cycle.id)?;
            let balances = journal::store::balances(conn, &cycle.id)?;
            Ok((cycles, Some(cycle), envelopes, balances))
        })
        .await?;
    let of = cycle
        .as_ref()
        .map_or_else(|| CycleId::from(""), |it| it.id.clone());
    let (mut rows, mut from) = (Vec::new(), Vec::new());
    for envelope in envelopes {
        let meter = pages::meter(&of, &envelope, &balances)?;
        from.extend(sources(&envelope, &meter, &balances));
        rows.push((envelope, meter));
    }
    Ok(TransferPage {
        frame: frame.crumb("Overzicht", "/").here("Overheveling"),
        tabs: tabs(&cycles, cycle.as_ref()),
        from,
        to: rows.iter().map(choice).collect(),
        form,
        cycle,
        envelopes: rows,
    })
}

/// What can be moved out of an envelope: what is free, unless it is ring-fenced, and what came back.
fn sources(envelope: &Envelope, meter: &Meter, balances: &[Balance]) -> Vec<Choice> {
    let balance = balances.iter().find(|it| it.envelope == envelope.id);
    let came_back = |stage| balance.map_or(Money::ZERO, |it: &Balance| it.at(stage));
    let mut sources = Vec::new();
    for (stage, there, is_offered) in [
        (
            Stage::Free,
            meter.free,
            envelope.mode != EnvelopeMode::RingFenced,
        ),
        (Stage::Released, came_back(Stage::Released), true),
        (Stage::Recovered, came_back(Stage::Recovered), true),
    ] {
        if is_offered && (stage == Stage::Free || !there.is_zero()) {
            let value = form::source(&envelope.id, stage);
            sources.push(named(value, envelope, stage, there));
        }
    }
    sources
}

fn named(value: String, envelope: &Envelope, stage: Stage, there: Money) -> Choice {
    let label = format!(
        "{} {}, {} {}",
        envelope.kind.label(),
        envelope.year,
        stage.label().to_lowercase(),
        euros(there)
    );
    Choice::new(value, label)
}

fn tabs(cycles: &[Cycle], chosen: Option<&Cycle>) -> Vec<Tab> {
    let tab = |it: &Cycle| {
        let href = format!("/inrichting/overheveling?cyclus={}", it.id);
        Tab::new(
            it.name.as_str(),
            href,
            chosen.is_some_and(|cycle| cycle.id == it.id),
        )
    };
    cycles.iter().take(6).map(tab).collect()
}

fn choice((envelope, meter): &(Envelope, Meter)) -> Choice {
    let id = envelope.id.to_string();
    named(id, envelope, Stage::Free, meter.free)
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    query: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let form = FormView::new(Answers::default().with("cyclus", query.cyclus.as_str()));
    html::ok(&page(&app, who.frame(), form).await?)
}

async fn propose(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (answers, key) = (posted.answers, posted.key);
    let new = match form::read(&answers) {
        Ok(it) => it,
        Err(errors) => {
            let form = FormView::refused(answers, errors);
            return html::refused(&page(&app, who.frame(), form).await?);
        }
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
        Err(err @ AppError::Refused(_)) => {
            let said = sentences::said(&err);
            let mut errors = FieldErrors::default();
            errors.push("bedrag", format!("{} {}", said.message, said.advice));
            let form = FormView::refused(answers, errors);
            html::page(StatusCode::CONFLICT, &page(&app, who.frame(), form).await?)
        }
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            let page = page(&app, who.frame(), again.form).await?;
            html::page(again.status, &page)
        }
    }
}
