//! The page that shows who works on an application, and what is asked of whom; and the routes of the
//! folders below.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    Collaborator, Invitation, Standing, accepting, actions, inviting, partners, store,
    tasks::{self, PartTask},
    work,
};
use crate::{
    app::App,
    applications::{Head, drafting::Opening, store as common},
    core::ids::{ApplicationId, InvitationId},
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::{
        dates::{self, OnDay},
        filters,
    },
    web::{
        frame::Frame,
        html,
        parts::{Tag, Tone},
    },
};

/// The routes of this folder and those below.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::InvitePartners);
    let mut routes = vec![
        Route::get("/aanvragen/{id}/samenwerken", may, show),
        Route::post(
            "/aanvragen/{id}/uitnodigingen/{invitation}/intrekking",
            may,
            withdraw,
        ),
        Route::post(
            "/aanvragen/{id}/uitnodigingen/{invitation}/herhaling",
            may,
            send_again,
        ),
    ];
    routes.extend(inviting::pages::routes());
    routes.extend(partners::pages::routes());
    routes.extend(tasks::pages::routes());
    routes.extend(work::pages::routes());
    routes.extend(accepting::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "applications/collaboration/overview.html")]
struct OverviewPage {
    frame: Frame,
    head: Head,
    colleagues: Vec<(String, String)>,
    partners: Vec<Collaborator>,
    invitations: Vec<(Invitation, Tag)>,
    tasks: Vec<(PartTask, Tag)>,
    /// Whether somebody can be invited or asked something at this moment.
    is_open: bool,
}

#[derive(serde::Deserialize)]
struct Asked {
    /// What was just done.
    #[serde(default)]
    gedaan: String,
}

/// What the page needs from the database.
struct Loaded {
    head: Head,
    colleagues: Vec<(String, String)>,
    partners: Vec<Collaborator>,
    invitations: Vec<Invitation>,
    tasks: Vec<PartTask>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let load = move |conn: &mut Conn| {
        let head = common::head(conn, &actor, &id)?;
        head.require(&actor, Action::InvitePartners)?;
        let colleagues = store::colleagues(conn, &head.lead.id)?;
        Ok(Loaded {
            colleagues: colleagues.into_iter().map(|it| (it.1, it.2)).collect(),
            partners: store::collaborators(conn, &id)?,
            invitations: store::open_invitations(conn, &id)?,
            tasks: tasks::store::of_application(conn, &id)?,
            head,
        })
    };
    let it = app.store.read(load).await?;
    let now = app.store.now();
    let today = now.dutch_day();
    let mut frame = it.head.crumbs(who.frame()).here("Samenwerken");
    if let Some(sentence) = done(&asked.gedaan) {
        frame = frame.with_notice(Tone::Success, sentence);
    }
    let opening = Opening::of(&it.head);
    html::ok(&OverviewPage {
        frame,
        is_open: opening.may_submit(it.head.application.state, now).is_ok(),
        colleagues: it.colleagues,
        partners: it.partners,
        invitations: it
            .invitations
            .into_iter()
            .map(|it| {
                let tag = match it.standing(now) {
                    Standing::Open => Tag::new(
                        Tone::Busy,
                        format!("Tot {}", dates::short_date(it.expires_at)),
                    ),
                    _ => Tag::new(Tone::Warning, "Verlopen"),
                };
                (it, tag)
            })
            .collect(),
        tasks: it
            .tasks
            .into_iter()
            .map(|it| {
                let tag = it.tag(today);
                (it, tag)
            })
            .collect(),
        head: it.head,
    })
}

/// What is said of what was just done.
fn done(what: &str) -> Option<&'static str> {
    match what {
        "uitgenodigd" => Some("De uitnodiging is onderweg."),
        "ingetrokken" => Some("De uitnodiging is ingetrokken. De link werkt niet meer."),
        "opnieuw" => Some("Er is een nieuwe uitnodiging onderweg. De oude link werkt niet meer."),
        "gewijzigd" => Some("Het recht is gewijzigd."),
        "verwijderd" => Some("Deze persoon kan niet meer bij de aanvraag."),
        "gevraagd" => Some("De taak staat klaar."),
        "taak-weg" => Some("De taak is ingetrokken."),
        _ => None,
    }
}

/// The frame of the pages under this one.
pub(super) fn frame(who: &SignedIn, head: &Head) -> Frame {
    let id = &head.application.id;
    let frame = head.crumbs(who.frame());
    match head.may(&who.actor, Action::InvitePartners) {
        true => frame.crumb("Samenwerken", overview(id)),
        false => frame,
    }
}

/// The address of the page.
pub(super) fn overview(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}/samenwerken")
}

/// The address of the page, with what was just done.
pub(super) fn after(id: &ApplicationId, what: &str) -> String {
    format!("{}?gedaan={what}", overview(id))
}

type Address = web::Path<(ApplicationId, InvitationId)>;

async fn withdraw(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, path, posted, |tx, id, invitation| {
        actions::withdraw(tx, id, invitation)?;
        Ok(after(id, "ingetrokken"))
    })
    .await
}

async fn send_again(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, path, posted, |tx, id, invitation| {
        actions::send_again(tx, id, invitation)?;
        Ok(after(id, "opnieuw"))
    })
    .await
}

async fn change(
    app: &App,
    who: &SignedIn,
    path: Address,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>, &ApplicationId, &InvitationId) -> Result<String, AppError>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, AppError> {
    let (id, invitation) = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| f(tx, &id, &invitation))
        })
        .await?;
    Ok(see_other(&location))
}
