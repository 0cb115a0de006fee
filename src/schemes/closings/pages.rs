//! The register of a window: when it closes, for whom, and why; and what adds to it.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{actions, form};
use crate::{
    app::App,
    core::{
        answers::{Answers, FieldErrors},
        ids::{CycleId, WindowId},
    },
    db::Tx,
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    schemes::{Closing, Cycle, Municipality, Region, Window, closing, store},
    texts::{dates::OnDay, filters},
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get(
            "/inrichting/cycli/{id}/tijdvakken/{tijdvak}/sluiting",
            setup,
            show,
        ),
        Route::post(
            "/inrichting/cycli/{id}/tijdvakken/{tijdvak}/storingen",
            setup,
            record_outage,
        ),
        Route::post(
            "/inrichting/cycli/{id}/tijdvakken/{tijdvak}/uitstel",
            setup,
            extend,
        ),
    ]
}

type Address = web::Path<(CycleId, WindowId)>;

#[derive(Template)]
#[template(path = "schemes/closings.html")]
struct RegisterPage {
    frame: Frame,
    cycle: Cycle,
    window: Window,
    closes_at: NaiveDateTime,
    address: String,
    outages: Vec<Closing>,
    extensions: Vec<Extended>,
    regions: Vec<Choice>,
    outage: FormView,
    extension: FormView,
    hours: i64,
}

/// A region that was given more time.
struct Extended {
    region: String,
    closing: Closing,
    closes_at: NaiveDateTime,
}

/// The forms on the page; at most one of them was refused.
#[derive(Default)]
struct Forms {
    outage: FormView,
    extension: FormView,
}

struct Loaded {
    cycle: Cycle,
    window: Window,
    closings: Vec<Closing>,
    regions: Vec<(Region, Municipality)>,
}

async fn load(app: &App, path: &(CycleId, WindowId)) -> Result<Loaded, AppError> {
    let (cycle, id) = path.clone();
    let today = app.store.now().dutch_day();
    app.store
        .read(move |conn| {
            let window = store::window(conn, &id)?;
            if window.cycle_id != cycle {
                return Err(AppError::NotFound);
            }
            Ok(Loaded {
                cycle: store::cycle(conn, &cycle)?,
                closings: store::closings(conn, &window.id)?,
                regions: store::regions(conn, today, 500, 0)?,
                window,
            })
        })
        .await
}

async fn show(app: web::Data<App>, who: SignedIn, path: Address) -> Result<HttpResponse, AppError> {
    let it = load(&app, &path).await?;
    html::ok(&page(&who, it, Forms::default()))
}

fn page(who: &SignedIn, it: Loaded, forms: Forms) -> RegisterPage {
    let Loaded {
        cycle,
        window,
        closings,
        regions,
    } = it;
    let (extensions, outages): (Vec<Closing>, Vec<Closing>) = closings
        .iter()
        .cloned()
        .partition(|it| it.region_id.is_some());
    let name = |it: &Closing| {
        let found = regions
            .iter()
            .find(|(region, _)| Some(&region.id) == it.region_id.as_ref());
        found.map_or_else(String::new, |it| it.0.name.clone())
    };
    let effective =
        |it: &Closing| closing::effective(window.closes_at, &closings, it.region_id.as_ref());
    RegisterPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Inrichting", "/inrichting")
            .crumb(
                format!("Cyclus {}", cycle.name),
                format!("/inrichting/cycli/{}", cycle.id),
            )
            .crumb(
                window.name.as_str(),
                format!("/inrichting/cycli/{}/tijdvakken/{}", cycle.id, window.id),
            )
            .here("Uitstel en storingen"),
        address: format!("/inrichting/cycli/{}/tijdvakken/{}", cycle.id, window.id),
        closes_at: closing::effective(window.closes_at, &closings, None),
        extensions: extensions
            .iter()
            .map(|it| Extended {
                region: name(it),
                closes_at: effective(it),
                closing: it.clone(),
            })
            .collect(),
        outages,
        regions: regions
            .iter()
            .map(|(region, lead)| {
                let label = format!("{} ({})", region.name, lead.name);
                Choice::new(region.id.as_str(), label)
            })
            .collect(),
        outage: forms.outage,
        extension: forms.extension,
        hours: closing::HOURS_BEFORE,
        cycle,
        window,
    }
}

async fn record_outage(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let again = |answers: Answers, errors: FieldErrors| Forms {
        outage: FormView::refused(answers, errors),
        ..Forms::default()
    };
    let now = app.store.now();
    let id = path.1.clone();
    let done = match form::outage(&posted.answers, now) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            act(&app, &who, &path, posted.key, move |tx| {
                actions::record_outage(tx, &id, &new)
            })
            .await
        }
    };
    answer(&app, &who, &path, posted.answers, done, again).await
}

async fn extend(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let again = |answers: Answers, errors: FieldErrors| Forms {
        extension: FormView::refused(answers, errors),
        ..Forms::default()
    };
    let id = path.1.clone();
    let done = match form::extension(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            act(&app, &who, &path, posted.key, move |tx| {
                actions::extend(tx, &id, &new)
            })
            .await
        }
    };
    answer(&app, &who, &path, posted.answers, done, again).await
}

/// Does a use case once; answers where to go then.
async fn act(
    app: &App,
    who: &SignedIn,
    path: &(CycleId, WindowId),
    key: String,
    f: impl Fn(&mut Tx<'_>) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<String, AppError> {
    let to = format!(
        "/inrichting/cycli/{}/tijdvakken/{}/sluiting",
        path.0, path.1
    );
    app.store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx)?;
                Ok(to.clone())
            })
        })
        .await
}

async fn answer(
    app: &App,
    who: &SignedIn,
    path: &(CycleId, WindowId),
    answers: Answers,
    done: Result<String, AppError>,
    again: impl Fn(Answers, FieldErrors) -> Forms,
) -> Result<HttpResponse, AppError> {
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(AppError::Invalid(errors)) => {
            let it = load(app, path).await?;
            html::refused(&page(who, it, again(answers, errors)))
        }
        Err(err) => Err(err),
    }
}
