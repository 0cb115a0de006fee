//! The page on which the coordinator sets what an applicant gets at least and at most.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{actions, form};
use crate::{
    app::App,
    core::ids::{CycleId, MunicipalityId},
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        policy::{self, Action},
        posted::Posted,
    },
    journal::limits::{self, Limit},
    schemes::{Cycle, CycleState, regions, store},
    texts::{filters, money, sentences},
    web::{
        forms::{Answers, FieldErrors, FormView},
        frame::Frame,
        html,
        parts::{Choice, Tab},
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/inrichting/grenzen", Access::May(Action::SeeSetup), show),
        Route::post("/inrichting/grenzen", Access::May(Action::Setup), set),
    ]
}

#[derive(Template)]
#[template(path = "schemes/limits.html")]
struct LimitsPage {
    frame: Frame,
    form: FormView,
    tabs: Vec<Tab>,
    /// The cycle whose limits these are; none if there is no cycle to set them in.
    cycle: Option<Cycle>,
    municipalities: Vec<Choice>,
    years: Vec<Choice>,
    rows: Vec<(String, Limit)>,
    /// Of whom the limits are being set, and the version they are at.
    chosen: Option<(String, i32)>,
    may_set: bool,
}

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Asked {
    cyclus: String,
    gemeente: String,
    jaar: String,
}

/// All that is read for the page.
struct Found {
    cycles: Vec<Cycle>,
    cycle: Option<Cycle>,
    names: BTreeMap<MunicipalityId, String>,
    limits: Vec<Limit>,
}

async fn find(app: &App, asked: CycleId) -> Result<Found, AppError> {
    app.store
        .read(move |conn| {
            let mut cycles = store::cycles(conn)?;
            cycles.retain(|it| it.state != CycleState::Closed);
            let chosen = cycles.iter().find(|it| it.id == asked).or(cycles.first());
            let cycle = chosen.cloned();
            let limits = match &cycle {
                Some(it) => limits::store::of_cycle(conn, &it.id)?,
                None => Vec::new(),
            };
            Ok(Found {
                names: regions::store::leads(conn)?.into_iter().collect(),
                cycles,
                cycle,
                limits,
            })
        })
        .await
}

async fn page(
    app: &App,
    who: &SignedIn,
    asked: &Asked,
    refused: Option<FormView>,
) -> Result<LimitsPage, AppError> {
    let found = find(app, CycleId::from(asked.cyclus.as_str())).await?;
    let name = |id: &MunicipalityId| found.names.get(id).cloned().unwrap_or_default();
    let municipality = MunicipalityId::from(asked.gemeente.as_str());
    let year: Option<i32> = asked.jaar.parse().ok();
    let limit = found
        .limits
        .iter()
        .find(|it| it.municipality == municipality && Some(it.year) == year);
    let may_set = policy::may(&who.actor, Action::Setup);
    let is_chosen = may_set && year.is_some() && found.names.contains_key(&municipality);
    let tab = |it: &Cycle| {
        let href = format!("/inrichting/grenzen?cyclus={}", it.id);
        let current = found.cycle.as_ref().is_some_and(|of| of.id == it.id);
        Tab::new(it.name.as_str(), href, current)
    };
    let mut municipalities: Vec<(&MunicipalityId, &String)> = found.names.iter().collect();
    municipalities.sort_by_key(|(id, name)| (crate::schemes::sort_name(name), *id));
    let years = found.cycle.iter().flat_map(|it| it.years());
    Ok(LimitsPage {
        frame: who
            .frame()
            .crumb("Inrichting", "/inrichting")
            .here("Grenzen per aanvrager"),
        form: refused.unwrap_or_else(|| FormView::new(filled(asked, limit))),
        tabs: found.cycles.iter().take(6).map(tab).collect(),
        municipalities: municipalities
            .into_iter()
            .map(|(id, name)| Choice::new(id.as_str(), name.as_str()))
            .collect(),
        years: years
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect(),
        rows: found
            .limits
            .iter()
            .map(|it| (name(&it.municipality), it.clone()))
            .collect(),
        chosen: is_chosen.then(|| (name(&municipality), limit.map_or(0, |it| it.version))),
        may_set,
        cycle: found.cycle,
    })
}

fn filled(asked: &Asked, limit: Option<&Limit>) -> Answers {
    let answers = Answers::default()
        .with("cyclus", asked.cyclus.as_str())
        .with("gemeente", asked.gemeente.as_str())
        .with("jaar", asked.jaar.as_str());
    let Some(limit) = limit else { return answers };
    let most = limit.at_most.map(money::typed).unwrap_or_default();
    answers
        .with("minstens", money::typed(limit.at_least))
        .with("hoogstens", most)
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    html::ok(&page(&app, &who, &asked, None).await?)
}

async fn set(app: web::Data<App>, who: SignedIn, posted: Posted) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let (answers, key) = (posted.answers, posted.key);
    let new = match form::read(&answers) {
        Ok(it) => it,
        Err(errors) => return refused(&app, &who, answers, errors, None).await,
    };
    let done = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                actions::set_limit(tx, &new, version)?;
                Ok(format!("/inrichting/grenzen?cyclus={}", new.cycle))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(AppError::Invalid(errors)) => refused(&app, &who, answers, errors, None).await,
        Err(err @ AppError::Refused(_)) => {
            let said = sentences::said(&err);
            let mut errors = FieldErrors::default();
            errors.push("hoogstens", format!("{} {}", said.message, said.advice));
            refused(&app, &who, answers, errors, Some(StatusCode::CONFLICT)).await
        }
        Err(err) => Err(err),
    }
}

async fn refused(
    app: &App,
    who: &SignedIn,
    answers: Answers,
    errors: FieldErrors,
    status: Option<StatusCode>,
) -> Result<HttpResponse, AppError> {
    let asked = Asked {
        cyclus: answers.get("cyclus").to_owned(),
        gemeente: answers.get("gemeente").to_owned(),
        jaar: answers.get("jaar").to_owned(),
    };
    let form = FormView::refused(answers, errors);
    let page = page(app, who, &asked, Some(form)).await?;
    match status {
        Some(status) => html::page(status, &page),
        None => html::refused(&page),
    }
}
