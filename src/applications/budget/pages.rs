//! The budget of an application on one page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    Limits,
    hints::{self, Hint},
    overview::{self, LeftOut, Overview, Setting},
    store, workbook,
};
use crate::{
    app::App,
    applications::{
        Head,
        dossier::totals::Row,
        drafting::Opening,
        project::store::{self as projects, Draft},
        section::SectionName,
        store as common,
    },
    core::{actor::Actor, ids::ApplicationId, money::Money},
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    schemes::{self, Municipality, WindowKind},
    texts::{dates::OnDay, filters},
    web::{frame::Frame, html, parts::Tone},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let mut routes = vec![Route::get("/aanvragen/{id}/begroting", may, show)];
    routes.extend(workbook::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "applications/budget/overview.html")]
struct BudgetPage {
    frame: Frame,
    head: Head,
    overview: Overview,
    hints: Vec<Hint>,
    money: Vec<String>,
    limits: Limits,
    can_change: bool,
}

impl BudgetPage {
    /// What part of an envelope a category asks in the year of this column.
    fn share(&self, row: &Row, column: &usize) -> String {
        let window = self.head.window.kind;
        let year = self.overview.categories.years.get(*column).copied();
        let asked = row.per_year.get(*column).copied();
        let (year, asked) = (year.unwrap_or_default(), asked.unwrap_or(Money::ZERO));
        hints::share(&self.limits, window, row.category, year, asked)
    }

    /// The page of a project.
    fn project(&self, it: &LeftOut) -> String {
        let id = &self.head.application.id;
        format!(
            "/aanvragen/{id}/projecten/{}?controle=ja#begroting-kop",
            it.id
        )
    }
}

#[derive(serde::Deserialize)]
struct Asked {
    /// How many projects were just taken over from a workbook.
    overgenomen: Option<usize>,
}

/// What the page needs from the database.
struct Loaded {
    head: Head,
    opening: Opening,
    drafts: Vec<Draft>,
    members: Vec<Municipality>,
    limits: Limits,
}

fn load(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Loaded, AppError> {
    let head = common::head(conn, actor, id)?;
    let on = head.application.created_at.dutch_day();
    Ok(Loaded {
        opening: Opening::of(&head),
        drafts: projects::drafts(conn, id)?,
        members: schemes::store::members(conn, &head.region.id, on)?,
        limits: store::limits(conn, &head)?,
        head,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let loaded = app.store.read(move |conn| load(conn, &actor, &id)).await?;
    let mut page = budget_page(&app, &who, loaded)?;
    if let Some(count) = asked.overgenomen {
        let sentence = match count {
            1 => "De regels van 1 project zijn overgenomen.".to_owned(),
            many => format!("De regels van {many} projecten zijn overgenomen."),
        };
        page.frame = page.frame.with_notice(Tone::Success, sentence);
    }
    html::ok(&page)
}

fn budget_page(app: &App, who: &SignedIn, it: Loaded) -> Result<BudgetPage, AppError> {
    let window = it.head.window.kind;
    let setting = Setting {
        years: it.head.cycle.years(),
        window,
        lead: &it.head.lead,
        members: &it.members,
    };
    let overview = overview::overview(&it.drafts, &setting)?;
    let application = &it.head.application;
    let open = it
        .opening
        .may_change(application.state, SectionName::Projects, app.store.now());
    let years = match window {
        WindowKind::Main => setting.years.to_vec(),
        WindowKind::TopUp => setting.years.last().copied().into_iter().collect(),
    };
    Ok(BudgetPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                application.reference.clone(),
                format!("/aanvragen/{}", application.id),
            )
            .here("Begroting"),
        hints: hints::hints(&overview, &it.limits, window),
        money: years
            .iter()
            .map(|year| hints::money_of(&it.limits, window, *year))
            .collect(),
        can_change: open.is_ok(),
        overview,
        limits: it.limits,
        head: it.head,
    })
}
