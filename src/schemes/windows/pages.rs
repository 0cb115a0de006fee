//! Pages about application windows.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::form;
use crate::{
    app::App,
    audit::Stream,
    core::ids::{CycleId, WindowId},
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        again::again,
        policy::Action,
        posted::Posted,
    },
    schemes::{
        Cycle, Window, WindowKind,
        actions::{self, WindowChange},
        store,
    },
    texts::{filters, labels::Label},
    web::{
        again::Again,
        forms::{Answers, FormView},
        frame::Frame,
        html,
        parts::Choice,
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get("/inrichting/cycli/{id}/tijdvakken/nieuw", setup, show_new),
        Route::post("/inrichting/cycli/{id}/tijdvakken/nieuw", setup, create),
        Route::get("/inrichting/cycli/{id}/tijdvakken/{tijdvak}", setup, show),
        Route::post("/inrichting/cycli/{id}/tijdvakken/{tijdvak}", setup, change),
    ]
}

#[derive(Template)]
#[template(path = "schemes/window_form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    cycle: Cycle,
    /// The window that is changed; none while a new one is set.
    window: Option<Window>,
    has_opened: bool,
    kinds: Vec<Choice>,
}

impl FormPage {
    fn new(frame: Frame, form: FormView, cycle: Cycle) -> FormPage {
        let kinds = vec![
            Choice::new(WindowKind::Main.as_str(), WindowKind::Main.label())
                .with_help("Beide jaren, alle categorieën."),
            Choice::new(WindowKind::TopUp.as_str(), WindowKind::TopUp.label())
                .with_help("De reserve van het tweede jaar, voor regio's die al geld kregen."),
        ];
        FormPage {
            frame: crumbs(frame, &cycle).here("Nieuw tijdvak"),
            form,
            cycle,
            window: None,
            has_opened: false,
            kinds,
        }
    }

    fn changing(
        frame: Frame,
        form: FormView,
        cycle: Cycle,
        window: Window,
        now: NaiveDateTime,
    ) -> FormPage {
        FormPage {
            frame: crumbs(frame, &cycle).here(window.name.as_str()),
            form,
            cycle,
            has_opened: window.opens_at <= now,
            window: Some(window),
            kinds: Vec::new(),
        }
    }
}

fn crumbs(frame: Frame, cycle: &Cycle) -> Frame {
    frame
        .crumb("Overzicht", "/")
        .crumb("Inrichting", "/inrichting")
        .crumb(
            format!("Cyclus {}", cycle.name),
            format!("/inrichting/cycli/{}", cycle.id),
        )
}

async fn cycle(app: &App, id: CycleId) -> Result<Cycle, AppError> {
    app.store.read(move |conn| store::cycle(conn, &id)).await
}

async fn show_new(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
) -> Result<HttpResponse, AppError> {
    let cycle = cycle(&app, id.into_inner()).await?;
    let answers = Answers::default().with("naam", format!("Aanvragen {}", cycle.name));
    html::ok(&FormPage::new(who.frame(), FormView::new(answers), cycle))
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let cycle = cycle(&app, id.into_inner()).await?;
    let (answers, key) = (posted.answers, posted.key);
    let saved = match form::new_window(&answers, &cycle.id) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        actions::set_window(tx, &new)?;
                        Ok(format!("/inrichting/cycli/{}", new.cycle))
                    })
                })
                .await
        }
    };
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            html::page(again.status, &FormPage::new(who.frame(), again.form, cycle))
        }
    }
}

/// A window with its cycle, if they belong to each other.
async fn window(app: &App, cycle: CycleId, id: WindowId) -> Result<(Cycle, Window), AppError> {
    app.store
        .read(move |conn| {
            let window = store::window(conn, &id)?;
            if window.cycle_id != cycle {
                return Err(AppError::NotFound);
            }
            Ok((store::cycle(conn, &cycle)?, window))
        })
        .await
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(CycleId, WindowId)>,
) -> Result<HttpResponse, AppError> {
    let (cycle, id) = path.into_inner();
    let (cycle, window) = window(&app, cycle, id).await?;
    let answers = form::current(&window).with("versie", window.version.to_string());
    let (frame, now) = (who.frame(), app.store.now());
    html::ok(&FormPage::changing(
        frame,
        FormView::new(answers),
        cycle,
        window,
        now,
    ))
}

async fn change(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(CycleId, WindowId)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (cycle, id) = path.into_inner();
    let (cycle, window) = window(&app, cycle, id).await?;
    let now = app.store.now();
    let version = posted.version()?;
    let (answers, key) = (posted.answers, posted.key);
    let saved = match form::change(&answers, &window, window.opens_at <= now) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(typed) => {
            let (id, to) = (window.id.clone(), format!("/inrichting/cycli/{}", cycle.id));
            let change = WindowChange {
                name: typed.name,
                opens_at: typed.opens_at,
                closes_at: typed.closes_at,
                reason: typed.reason,
            };
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        actions::change_window(tx, &id, version, &change)?;
                        Ok(to.clone())
                    })
                })
                .await
        }
    };
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => come_back(&app, &who, (cycle.id, window.id), answers, err).await,
    }
}

/// The form with what was typed, beside what is stored now.
async fn come_back(
    app: &App,
    who: &SignedIn,
    (cycle, id): (CycleId, WindowId),
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let again = again(app, who, Stream::Cycle(&cycle), answers, err).await?;
    let (cycle, window) = window(app, cycle, id).await?;
    let again = again
        .from_version(window.version)
        .beside(form::current(&window));
    let now = app.store.now();
    let page = FormPage::changing(who.frame(), again.form, cycle, window, now);
    html::page(again.status, &page)
}
