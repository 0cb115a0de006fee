//! The pages of handing in: check list, submission, the frozen version.

use actix_web::{HttpResponse, http::header, web};
use askama::Template;

use super::{
    ShownSection, Version, actions,
    content::{Content, FrozenProject},
    shown, store,
};
use crate::{
    app::App,
    applications::{
        Head,
        check::{self, Point},
        dossier::totals::{self, Totals},
        drafting::{Draft, Opening, pages as drafting, store as drafts},
        project::view,
        store as common,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        ids::ApplicationId,
    },
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{dates::OnDay, filters, sentences},
    web::{forms::FormView, frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let read = Access::May(Action::SeeApplications);
    let write = Access::May(Action::EditApplication);
    let submit = Access::May(Action::SubmitApplication);
    vec![
        Route::get("/aanvragen/{id}/controle", write, show_check),
        Route::post("/aanvragen/{id}/indiening", submit, hand_in),
        Route::get("/aanvragen/{id}/versies/{number}", read, show_version),
        Route::get("/aanvragen/{id}/versies/{number}/kopie", read, copy),
    ]
}

#[derive(Template)]
#[template(path = "applications/check.html")]
struct CheckPage {
    frame: Frame,
    head: Head,
    form: FormView,
    steps: Vec<crate::web::parts::Task>,
    points: Vec<Point>,
    totals: Totals,
    until: Option<String>,
    /// Why it cannot be submitted now, whatever is filled in.
    closed: Option<sentences::Said>,
    may_submit: bool,
    next_version: i32,
}

#[derive(Template)]
#[template(path = "applications/version.html")]
struct VersionPage {
    frame: Frame,
    head: Head,
    version: Version,
    content: Content,
    sections: Vec<ShownSection>,
    projects: Vec<view::Content>,
    totals: Totals,
}

async fn show_check(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let page = check_page(&app, &who, &path, FormView::default()).await?;
    html::ok(&page)
}

async fn check_page(
    app: &App,
    who: &SignedIn,
    id: &str,
    form: FormView,
) -> Result<CheckPage, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id));
    let (head, opening, draft) = app.store.read(move |conn| load(conn, &actor, &id)).await?;
    let now = app.store.now();
    let state = head.application.state;
    let closed = opening.may_submit(state, now).err();
    Ok(CheckPage {
        frame: frame(who, &head).here("Controleren en indienen"),
        form,
        steps: drafting::steps(&head, &draft, &opening, None, now),
        points: check::points(&head, &draft),
        totals: of_draft(&head, &draft)?,
        until: drafting::until(&head, &opening),
        closed: closed.map(|it| sentences::said(&AppError::Refused(it))),
        may_submit: policy::may(&who.actor, Action::SubmitApplication),
        next_version: head.application.latest_version.saturating_add(1),
        head,
    })
}

fn load(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
) -> Result<(Head, Opening, Draft), AppError> {
    let head = common::head(conn, actor, id)?;
    let opening = drafts::opening_in(conn, &head.application, head.window.clone())?;
    let draft = drafts::draft(conn, id)?;
    Ok((head, opening, draft))
}

/// What a draft asks per category and year.
pub fn of_draft(head: &Head, draft: &Draft) -> Result<Totals, AppError> {
    let amounts: Vec<_> = draft
        .projects
        .iter()
        .map(|it| &it.project)
        .flat_map(|it| {
            it.years
                .iter()
                .map(|year| (it.category, year.year, year.requested))
        })
        .collect();
    Ok(totals::totals(head.cycle.years(), &amounts)?)
}

/// What a submitted version asks per category and year.
pub fn of_content(content: &Content) -> Result<Totals, AppError> {
    let amounts: Vec<_> = content
        .projects
        .iter()
        .flat_map(|it| {
            it.years
                .iter()
                .map(|year| (it.category, year.year, year.requested))
        })
        .collect();
    Ok(totals::totals(content.years, &amounts)?)
}

async fn hand_in(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    if posted.answers.get("akkoord") != "ja" {
        let mut errors = FieldErrors::default();
        errors.push(
            "akkoord",
            "Zet een vinkje als u bevoegd bent om in te dienen.",
        );
        let form = FormView::refused(Answers::default(), errors);
        return html::refused(&check_page(&app, &who, &path, form).await?);
    }
    let id = ApplicationId::from(path.as_str());
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let number = actions::submit(tx, &id)?;
                Ok(format!("/aanvragen/{id}/versies/{number}"))
            })
        })
        .await?;
    Ok(see_other(&location))
}

async fn show_version(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (head, version, members) = version(&app, &who, path.into_inner()).await?;
    let content = Content::parse(&version.content)?;
    let project = |it: &FrozenProject| {
        view::content(&it.answers, content.years, content.window_kind, &members)
    };
    let page = VersionPage {
        frame: frame(&who, &head).here(format!("Versie {}", version.number)),
        sections: shown(&content),
        projects: content.projects.iter().map(project).collect(),
        totals: of_content(&content)?,
        head,
        version,
        content,
    };
    html::ok(&page)
}

async fn copy(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (_, version, _) = version(&app, &who, path.into_inner()).await?;
    let reference = Content::parse(&version.content)?.reference;
    let name = format!("{reference}-versie-{}.json", version.number);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(version.content))
}

async fn version(
    app: &App,
    who: &SignedIn,
    (id, number): (String, i32),
) -> Result<(Head, Version, Vec<Municipality>), AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id.as_str()));
    app.store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            let version = store::version(conn, &id, number)?;
            let on = head.application.created_at.dutch_day();
            let members = schemes::store::members(conn, &head.region.id, on)?;
            Ok((head, version, members))
        })
        .await
}

fn frame(who: &SignedIn, head: &Head) -> Frame {
    let application = &head.application;
    who.frame().crumb("Aanvragen", "/aanvragen").crumb(
        application.reference.clone(),
        format!("/aanvragen/{}", application.id),
    )
}
