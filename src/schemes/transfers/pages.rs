//! The page on which a decision maker moves money between envelopes.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::form;
use crate::{
    app::App,
    core::{category::EnvelopeMode, ids::CycleId},
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        policy::Action,
        posted::Posted,
    },
    journal,
    schemes::{Cycle, CycleState, Envelope, actions, pages, store},
    texts::{filters, labels::Label, money::euros, sentences},
    web::{
        again::Again,
        forms::{Answers, FieldErrors, FormView},
        frame::Frame,
        html,
        meter::Meter,
        parts::{Choice, Tab, Tone},
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::Transfer);
    vec![
        Route::get("/inrichting/overheveling", may, show),
        Route::post("/inrichting/overheveling", may, transfer),
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
    #[serde(default)]
    gedaan: String,
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
    let mut rows = Vec::new();
    for envelope in envelopes {
        let balance = balances.iter().find(|it| it.envelope == envelope.id);
        rows.push((envelope, pages::meter(balance)?));
    }
    // Money that is ring-fenced does not leave its envelope.
    let from = rows
        .iter()
        .filter(|(it, _)| it.mode != EnvelopeMode::RingFenced);
    Ok(TransferPage {
        frame: frame.crumb("Overzicht", "/").here("Overheveling"),
        tabs: tabs(&cycles, cycle.as_ref()),
        from: from.map(choice).collect(),
        to: rows.iter().map(choice).collect(),
        form,
        cycle,
        envelopes: rows,
    })
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
    let label = format!(
        "{} {}, vrij {}",
        envelope.kind.label(),
        envelope.year,
        euros(meter.free)
    );
    Choice::new(envelope.id.as_str(), label)
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    query: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let mut frame = who.frame();
    if query.gedaan == "ja" {
        frame = frame.with_notice(Tone::Success, "Het geld is overgeheveld en geboekt.");
    }
    let form = FormView::new(Answers::default().with("cyclus", query.cyclus.as_str()));
    html::ok(&page(&app, frame, form).await?)
}

async fn transfer(
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
                actions::transfer(tx, &new.cycle, &new.from, &new.to, new.amount, &new.reason)?;
                Ok(format!(
                    "/inrichting/overheveling?cyclus={}&gedaan=ja",
                    new.cycle
                ))
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
