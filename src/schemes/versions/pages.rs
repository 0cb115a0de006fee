//! Pages about versions of the scheme.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::form;
use crate::{
    app::App,
    core::{actor::Department, ids::SchemeId},
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        policy::{self, Action},
        posted::Posted,
    },
    schemes::{Criterion, Scheme, actions, pages, store},
    texts::filters,
    web::{
        again::Again,
        forms::{Answers, FormView},
        frame::Frame,
        html,
        parts::{Choice, Tag},
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get("/inrichting/regelingen/nieuw", setup, show_new),
        Route::post("/inrichting/regelingen/nieuw", setup, create),
        Route::get(
            "/inrichting/regelingen/{id}",
            Access::May(Action::SeeSetup),
            show,
        ),
    ]
}

#[derive(Template)]
#[template(path = "schemes/version_form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    chains: Vec<Choice>,
    departments: Vec<(Department, Vec<Row>)>,
}

/// The names of the fields of one criterion.
struct Row {
    number: usize,
    name: String,
    question: String,
    weight: String,
}

#[derive(Template)]
#[template(path = "schemes/version.html")]
struct VersionPage {
    frame: Frame,
    scheme: Scheme,
    state: Tag,
    chain: &'static str,
    criteria: Vec<Criterion>,
    may_setup: bool,
}

#[derive(serde::Deserialize)]
struct From {
    #[serde(default)]
    van: String,
}

impl FormPage {
    fn new(frame: Frame, form: FormView) -> FormPage {
        let row = |department, at: usize| Row {
            number: at.saturating_add(1),
            name: form::field(department, at, "naam"),
            question: form::field(department, at, "vraag"),
            weight: form::field(department, at, "gewicht"),
        };
        let departments = Department::ALL
            .iter()
            .map(|it| {
                let rows = form::rows(&form.answers, *it);
                (*it, (0..rows).map(|at| row(*it, at)).collect())
            })
            .collect();
        let chains = form::TIE_CHAINS
            .iter()
            .map(|(chain, label)| Choice::new(*chain, *label));
        FormPage {
            frame: frame
                .crumb("Overzicht", "/")
                .crumb("Inrichting", "/inrichting")
                .here("Nieuwe regeling"),
            form,
            chains: chains.collect(),
            departments,
        }
    }

    fn is_copy(&self) -> bool {
        !self.form.value("van").is_empty()
    }
}

async fn show_new(
    app: web::Data<App>,
    who: SignedIn,
    query: web::Query<From>,
) -> Result<HttpResponse, AppError> {
    let answers = match query.van.as_str() {
        "" => form::blank(),
        id => copied(&app, SchemeId::from(id)).await?,
    };
    html::ok(&FormPage::new(who.frame(), FormView::new(answers)))
}

async fn copied(app: &App, id: SchemeId) -> Result<Answers, AppError> {
    app.store
        .read(move |conn| {
            let scheme = store::scheme(conn, &id)?;
            Ok(form::copied(&scheme, &store::all_criteria(conn, &id)?))
        })
        .await
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let key = posted.key;
    let made = match form::read(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        let id = match &new.from {
                            Some(from) => {
                                actions::new_scheme_version(tx, from, &new.scheme, &new.criteria)?
                            }
                            None => actions::create_scheme(tx, &new.scheme, &new.criteria)?,
                        };
                        Ok(format!("/inrichting/regelingen/{id}"))
                    })
                })
                .await
        }
    };
    match made {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, posted.answers, None)?;
            html::page(again.status, &FormPage::new(who.frame(), again.form))
        }
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<SchemeId>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (scheme, criteria) = app
        .store
        .read(move |conn| Ok((store::scheme(conn, &id)?, store::all_criteria(conn, &id)?)))
        .await?;
    let chain = form::TIE_CHAINS
        .iter()
        .find(|(it, _)| *it == scheme.tie_chain);
    let page = VersionPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Inrichting", "/inrichting")
            .here(scheme.title.as_str()),
        state: pages::scheme_state(&scheme),
        chain: chain.map_or("Een eigen volgorde", |(_, label)| *label),
        scheme,
        criteria,
        may_setup: policy::may(&who.actor, Action::Setup),
    };
    html::ok(&page)
}
