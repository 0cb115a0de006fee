//! Pages about regions.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::form;
use crate::{
    app::App,
    audit::Stream,
    core::ids::RegionId,
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    schemes::{Municipality, Region, actions, store},
    texts::{
        dates::{self, OnDay},
        filters,
    },
    web::{
        again::Again,
        forms::{Answers, FormView},
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::Choice,
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get("/inrichting/regios", Access::May(Action::SeeSetup), list),
        Route::get(
            "/inrichting/gemeenten",
            Access::May(Action::SeeSetup),
            municipalities,
        ),
        Route::get("/inrichting/regios/nieuw", setup, show_new),
        Route::post("/inrichting/regios/nieuw", setup, create),
        Route::get("/inrichting/regios/{id}/hoofdaanvrager", setup, show_lead),
        Route::post("/inrichting/regios/{id}/hoofdaanvrager", setup, change_lead),
    ]
}

#[derive(Template)]
#[template(path = "schemes/regions.html")]
struct ListPage {
    frame: Frame,
    pager: Pager,
    regions: Vec<(Region, Municipality)>,
    may_setup: bool,
}

#[derive(Template)]
#[template(path = "schemes/region_form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
}

#[derive(Template)]
#[template(path = "schemes/municipalities.html")]
struct MunicipalitiesPage {
    frame: Frame,
    pager: Pager,
    municipalities: Vec<Municipality>,
}

#[derive(Template)]
#[template(path = "schemes/lead_form.html")]
struct LeadPage {
    frame: Frame,
    form: FormView,
    region: Region,
    members: Vec<Choice>,
}

fn crumbs(frame: Frame) -> Frame {
    frame
        .crumb("Overzicht", "/")
        .crumb("Inrichting", "/inrichting")
}

fn today(app: &App) -> NaiveDate {
    app.store.now().dutch_day()
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let (today, query) = (today(&app), req.query_string().to_owned());
    let (pager, regions) = app
        .store
        .read(move |conn| {
            let total = u64::try_from(store::count_regions(conn)?).unwrap_or_default();
            let pager = Pager::new("/inrichting/regios", &query, total);
            let offset = i64::try_from(pager.offset()).unwrap_or_default();
            let rows = store::regions(conn, today, i64::from(PAGE_SIZE), offset)?;
            Ok((pager, rows))
        })
        .await?;
    let page = ListPage {
        frame: crumbs(who.frame()).here("Regio's"),
        pager,
        regions,
        may_setup: policy::may(&who.actor, Action::Setup),
    };
    html::ok(&page)
}

async fn municipalities(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let (pager, municipalities) = app
        .store
        .read(move |conn| {
            let total = u64::try_from(store::count_municipalities(conn)?).unwrap_or_default();
            let pager = Pager::new("/inrichting/gemeenten", &query, total);
            let offset = i64::try_from(pager.offset()).unwrap_or_default();
            let rows = store::municipalities(conn, i64::from(PAGE_SIZE), offset)?;
            Ok((pager, rows))
        })
        .await?;
    html::ok(&MunicipalitiesPage {
        frame: crumbs(who.frame())
            .crumb("Regio's", "/inrichting/regios")
            .here("Gemeenten"),
        pager,
        municipalities,
    })
}

fn form_page(frame: Frame, form: FormView) -> FormPage {
    FormPage {
        frame: crumbs(frame)
            .crumb("Regio's", "/inrichting/regios")
            .here("Nieuwe regio"),
        form,
    }
}

async fn show_new(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let answers = Answers::default().with("vanaf", dates::typed_date(today(&app)));
    html::ok(&form_page(who.frame(), FormView::new(answers)))
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (answers, key) = (posted.answers, posted.key);
    let saved = match form::new_region(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        actions::set_up_region(tx, &new.name, &new.places, &new.lead, new.from)?;
                        Ok("/inrichting/regios".to_owned())
                    })
                })
                .await
        }
    };
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            let page = form_page(who.frame(), again.form);
            html::page(again.status, &page)
        }
    }
}

async fn lead_page(
    app: &App,
    frame: Frame,
    id: RegionId,
    form: FormView,
) -> Result<LeadPage, AppError> {
    let today = today(app);
    let (region, members) = app
        .store
        .read(move |conn| {
            let region = store::region(conn, &id)?;
            Ok((region, store::members(conn, &id, today)?))
        })
        .await?;
    Ok(LeadPage {
        frame: crumbs(frame)
            .crumb("Regio's", "/inrichting/regios")
            .here(region.name.as_str()),
        form,
        members: members
            .into_iter()
            .map(|it| Choice::new(it.id.as_str(), it.name))
            .collect(),
        region,
    })
}

async fn show_lead(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<RegionId>,
) -> Result<HttpResponse, AppError> {
    let form = FormView::default();
    html::ok(&lead_page(&app, who.frame(), id.into_inner(), form).await?)
}

async fn change_lead(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<RegionId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (answers, key) = (posted.answers, posted.key);
    let saved = match form::lead(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok((lead, from)) => {
            let region = id.clone();
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        actions::change_lead(tx, &region, &lead, from)?;
                        Ok("/inrichting/regios".to_owned())
                    })
                })
                .await
        }
    };
    match saved {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = again(&app, &who, Stream::Region(&id), answers, err).await?;
            let page = lead_page(&app, who.frame(), id, again.form).await?;
            html::page(again.status, &page)
        }
    }
}
