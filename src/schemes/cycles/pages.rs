//! Pages about a cycle: drafted, added up, opened.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::form::{self, EnvelopeFields, Sum};
use crate::{
    app::App,
    audit::Stream,
    core::{
        category::{EnvelopeKind, EnvelopeMode},
        ids::CycleId,
        money::Money,
    },
    error::{AppError, Refusal},
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    journal::{self, store::Balance},
    schemes::{
        Cycle, CycleState, DistributionMethod, Envelope, Scheme, actions,
        footing::{self, YearPlan},
        pages::{self, WindowRow},
        store,
    },
    texts::{filters, labels::Label},
    web::{
        again::Again,
        forms::{Answers, FormView},
        frame::Frame,
        html,
        meter::Meter,
        parts::{Choice, Tag, Tone},
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get("/inrichting/cycli/nieuw", setup, show_new),
        Route::post("/inrichting/cycli/nieuw", setup, create),
        Route::get(
            "/inrichting/cycli/{id}",
            Access::May(Action::SeeSetup),
            show,
        ),
        Route::post("/inrichting/cycli/{id}", setup, change),
        Route::get("/inrichting/cycli/{id}/opening", setup, show_opening),
        Route::post("/inrichting/cycli/{id}/opening", setup, open),
    ]
}

#[derive(Template)]
#[template(path = "schemes/cycle_form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    /// The draft that is changed; none while a new one is made.
    cycle: Option<Cycle>,
    schemes: Vec<Choice>,
    modes: Vec<Choice>,
    methods: Vec<Choice>,
    years: Vec<YearFields>,
}

/// The fields of one year, with what they add up to.
struct YearFields {
    title: String,
    ceiling: String,
    sum: Sum,
    envelopes: Vec<EnvelopeFields>,
}

#[derive(Template)]
#[template(path = "schemes/cycle.html")]
struct CyclePage {
    frame: Frame,
    cycle: Cycle,
    state: Tag,
    scheme: Scheme,
    years: Vec<YearMeters>,
    windows: Vec<WindowRow>,
    may_setup: bool,
}

#[derive(Template)]
#[template(path = "schemes/opening.html")]
struct OpeningPage {
    frame: Frame,
    form: FormView,
    cycle: Cycle,
    scheme: Scheme,
    years: Vec<YearPreview>,
    foots: bool,
}

/// What was planned for a year, and how its envelopes stand.
type YearMeters = (YearPlan, Vec<(Envelope, Meter)>);

/// What opening does to one year.
struct YearPreview {
    plan: YearPlan,
    planned: Money,
    difference: Money,
}

impl FormPage {
    fn new(
        frame: Frame,
        form: FormView,
        cycle: Option<Cycle>,
        schemes: Vec<Scheme>,
    ) -> Result<FormPage, AppError> {
        let titles = match &cycle {
            Some(it) => it.years().map(|year| year.to_string()),
            None => ["Eerste jaar", "Tweede jaar"].map(str::to_owned),
        };
        let mut years = Vec::new();
        for (at, title) in (1..).zip(titles) {
            years.push(YearFields {
                title,
                ceiling: form::ceiling_field(at),
                sum: form::sum(&form.answers, at)?,
                envelopes: EnvelopeKind::ALL
                    .iter()
                    .map(|kind| EnvelopeFields::new(at, *kind))
                    .collect(),
            });
        }
        let here = cycle.as_ref().map_or("Nieuwe cyclus".to_owned(), |it| {
            format!("Cyclus {}", it.name)
        });
        Ok(FormPage {
            frame: crumbs(frame).here(here),
            form,
            cycle,
            schemes: schemes.into_iter().map(scheme_choice).collect(),
            modes: EnvelopeMode::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), it.label()))
                .collect(),
            methods: DistributionMethod::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), it.label()))
                .collect(),
            years,
        })
    }

    fn action(&self) -> String {
        match &self.cycle {
            Some(it) => format!("/inrichting/cycli/{}", it.id),
            None => "/inrichting/cycli/nieuw".to_owned(),
        }
    }
}

fn scheme_choice(it: Scheme) -> Choice {
    let label = format!("{}, versie {}", it.title, it.scheme_version);
    Choice::new(it.id.as_str(), label)
}

fn crumbs(frame: Frame) -> Frame {
    frame
        .crumb("Overzicht", "/")
        .crumb("Inrichting", "/inrichting")
}

/// Whether only the sums were asked for.
fn only_adds_up(answers: &Answers) -> bool {
    answers.get("actie") == "rekenen"
}

async fn show_new(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let form = FormView::new(form::blank());
    new_page(&app, who.frame(), form, StatusCode::OK).await
}

async fn new_page(
    app: &App,
    frame: Frame,
    form: FormView,
    status: StatusCode,
) -> Result<HttpResponse, AppError> {
    let schemes = app.store.read(store::schemes).await?;
    html::page(status, &FormPage::new(frame, form, None, schemes)?)
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (answers, key) = (posted.answers, posted.key);
    if only_adds_up(&answers) {
        return new_page(&app, who.frame(), FormView::new(answers), StatusCode::OK).await;
    }
    let saved = match form::new_cycle(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        let id = actions::draft_cycle(tx, &new.scheme, &new.name, &new.years)?;
                        Ok(format!("/inrichting/cycli/{id}?opgeslagen=ja"))
                    })
                })
                .await
        }
    };
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            new_page(&app, who.frame(), again.form, again.status).await
        }
    }
}

#[derive(serde::Deserialize)]
struct Saved {
    #[serde(default)]
    opgeslagen: String,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
    query: web::Query<Saved>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let now = app.store.now();
    let may_setup = policy::may(&who.actor, Action::Setup);
    let mut frame = who.frame();
    if query.opgeslagen == "ja" {
        frame = frame.with_notice(Tone::Success, "De bedragen zijn opgeslagen.");
    }
    let (cycle, scheme, plans, envelopes, balances, windows) = app
        .store
        .read(move |conn| {
            let cycle = store::cycle(conn, &id)?;
            let scheme = store::scheme(conn, &cycle.scheme_id)?;
            let envelopes = store::envelopes(conn, &id)?;
            let plans = footing::plans(&store::years(conn, &id)?, &envelopes);
            let balances = journal::store::balances(conn, &id)?;
            let windows = store::windows_of(conn, &id)?;
            Ok((cycle, scheme, plans, envelopes, balances, windows))
        })
        .await?;
    if cycle.state == CycleState::Draft && may_setup {
        let answers = form::planned(&plans).with("versie", cycle.version.to_string());
        return html::ok(&FormPage::new(
            frame,
            FormView::new(answers),
            Some(cycle),
            Vec::new(),
        )?);
    }
    let page = CyclePage {
        frame: crumbs(frame).here(format!("Cyclus {}", cycle.name)),
        state: pages::cycle_state(&cycle),
        scheme,
        years: with_meters(&cycle.id, plans, &envelopes, &balances)?,
        windows: windows
            .into_iter()
            .map(|window| WindowRow {
                state: pages::window_state(&window, now),
                window,
                cycle: cycle.clone(),
            })
            .collect(),
        cycle,
        may_setup,
    };
    html::ok(&page)
}

fn with_meters(
    cycle: &CycleId,
    plans: Vec<YearPlan>,
    envelopes: &[Envelope],
    balances: &[Balance],
) -> Result<Vec<YearMeters>, AppError> {
    let mut years = Vec::new();
    for plan in plans {
        let mut own = Vec::new();
        for envelope in envelopes.iter().filter(|it| it.year == plan.year) {
            own.push((envelope.clone(), pages::meter(cycle, envelope, balances)?));
        }
        years.push((plan, own));
    }
    Ok(years)
}

async fn change(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let version = posted.version()?;
    let (answers, key) = (posted.answers, posted.key);
    let wanted = id.clone();
    let cycle = app
        .store
        .read(move |conn| store::cycle(conn, &wanted))
        .await?;
    if only_adds_up(&answers) {
        let page = FormPage::new(who.frame(), FormView::new(answers), Some(cycle), Vec::new())?;
        return html::ok(&page);
    }
    let years = match form::amounts(&answers, cycle.first_year) {
        Ok(it) => it,
        Err(errors) => {
            let form = FormView::refused(answers, errors);
            return html::refused(&FormPage::new(who.frame(), form, Some(cycle), Vec::new())?);
        }
    };
    let next = if answers.get("actie") == "openen" {
        format!("/inrichting/cycli/{id}/opening")
    } else {
        format!("/inrichting/cycli/{id}?opgeslagen=ja")
    };
    let of = id.clone();
    let saved = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                actions::change_draft(tx, &of, version, &years)?;
                Ok(next.clone())
            })
        })
        .await;
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => come_back(&app, &who, id, answers, err).await,
    }
}

/// The form of a draft with what was typed, beside what is stored in it now.
async fn come_back(
    app: &App,
    who: &SignedIn,
    id: CycleId,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let again = again(app, who, Stream::Cycle(&id), answers, err).await?;
    let (cycle, plans) = app
        .store
        .read(move |conn| {
            let years = store::years(conn, &id)?;
            let plans = footing::plans(&years, &store::envelopes(conn, &id)?);
            Ok((store::cycle(conn, &id)?, plans))
        })
        .await?;
    let again = again
        .from_version(cycle.version)
        .beside(form::planned(&plans));
    let page = FormPage::new(who.frame(), again.form, Some(cycle), Vec::new())?;
    html::page(again.status, &page)
}

async fn show_opening(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
) -> Result<HttpResponse, AppError> {
    let page = opening_page(&app, who.frame(), id.into_inner(), FormView::default()).await?;
    html::ok(&page)
}

async fn opening_page(
    app: &App,
    frame: Frame,
    id: CycleId,
    form: FormView,
) -> Result<OpeningPage, AppError> {
    let (cycle, scheme, plans) = app
        .store
        .read(move |conn| {
            let cycle = store::cycle(conn, &id)?;
            let scheme = store::scheme(conn, &cycle.scheme_id)?;
            let plans = footing::plans(&store::years(conn, &id)?, &store::envelopes(conn, &id)?);
            Ok((cycle, scheme, plans))
        })
        .await?;
    if cycle.state != CycleState::Draft {
        return Err(Refusal::CycleNotDraft.into());
    }
    let foots = footing::gaps(&plans)?.is_empty();
    let mut years = Vec::new();
    for plan in plans {
        let planned = plan.planned()?;
        years.push(YearPreview {
            difference: planned.checked_sub(plan.ceiling)?,
            planned,
            plan,
        });
    }
    Ok(OpeningPage {
        frame: crumbs(frame)
            .crumb(
                format!("Cyclus {}", cycle.name),
                format!("/inrichting/cycli/{}", cycle.id),
            )
            .here("Openen"),
        form,
        cycle,
        scheme,
        years,
        foots,
    })
}

async fn open(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let version = posted.version()?;
    let (key, cycle) = (posted.key, id.clone());
    let opened = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                actions::open_cycle(tx, &cycle, version)?;
                Ok(format!("/inrichting/cycli/{cycle}"))
            })
        })
        .await;
    match opened {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = again(&app, &who, Stream::Cycle(&id), posted.answers, err).await?;
            let page = opening_page(&app, who.frame(), id, again.form).await?;
            html::page(again.status, &page)
        }
    }
}
