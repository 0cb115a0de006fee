//! The pages of what was entered: a version, the draft, and what differs between two of them.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web,
};
use askama::Template;
use chrono::NaiveDate;

use super::{
    compare::{Change, Comparison, Fate},
    pdf::{self, Copy, Status},
    sheet::{Sheet, Value},
    totals,
    words::Piece,
};
use crate::{
    app::App,
    applications::{
        Head,
        attachments::list::Listed,
        dossier::totals::Totals,
        drafting::{Opening, store as drafts},
        state::State,
        store as common,
        submission::{Version, content::Content, decide_by, pages::correct_until, store},
    },
    core::{actor::Actor, hex, ids::ApplicationId},
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action},
    },
    schemes,
    texts::{
        dates::{self, OnDay},
        filters,
        messages::{self, Next},
    },
    typeset,
    web::{frame::Frame, html, parts::Tab},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let read = Access::May(Action::SeeApplications);
    let write = Access::May(Action::EditApplication);
    vec![
        Route::get("/aanvragen/{id}/versies/{number}", read, show_version),
        Route::get("/aanvragen/{id}/versies/{number}/kopie", read, copy),
        Route::get("/aanvragen/{id}/versies/{number}/pdf", read, version_pdf),
        Route::get(
            "/aanvragen/{id}/versies/{number}/verschil/{other}",
            read,
            compare,
        ),
        Route::get("/aanvragen/{id}/concept", write, show_draft),
        Route::get("/aanvragen/{id}/concept/pdf", write, draft_pdf),
    ]
}

/// The name of the draft where a version is named by its number.
const DRAFT: &str = "concept";

#[derive(Template)]
#[template(path = "applications/versions/version.html")]
struct VersionPage {
    frame: Frame,
    head: Head,
    /// The receipt; a draft has none.
    version: Option<Version>,
    heading: String,
    /// What happens now, for who just submitted it.
    next: Vec<String>,
    /// Whether they can take it back to correct it.
    can_correct: bool,
    content: Content,
    files: Vec<Listed>,
    has_scanner: bool,
    sheet: Sheet,
    totals: Totals,
    /// The versions that it can be compared with, and what that is called.
    others: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "applications/versions/difference.html")]
struct DifferencePage {
    frame: Frame,
    head: Head,
    title: String,
    lead: String,
    comparison: Comparison,
    old_href: String,
    new_href: String,
    others: Vec<Tab>,
}

/// What was entered, with what the pages say about it.
struct Entered {
    content: Content,
    sheet: Sheet,
    totals: Totals,
    version: Option<Version>,
    /// The last day to decide, if nothing more is asked.
    decide_by: Option<NaiveDate>,
}

impl Entered {
    fn of(
        content: Content,
        version: Option<Version>,
        names: &BTreeMap<String, String>,
    ) -> Result<Entered, AppError> {
        Ok(Entered {
            sheet: Sheet::of(&content, names),
            totals: totals(&content)?,
            content,
            version,
            decide_by: None,
        })
    }

    fn name(&self) -> String {
        match &self.version {
            Some(it) => format!("versie {}", it.number),
            None => "het concept van nu".to_owned(),
        }
    }

    fn address(&self, id: &ApplicationId) -> String {
        match &self.version {
            Some(it) => format!("/aanvragen/{id}/versies/{}", it.number),
            None => format!("/aanvragen/{id}/{DRAFT}"),
        }
    }
}

/// The names of the municipalities of the region by their id.
fn names(conn: &mut Conn, head: &Head) -> Result<BTreeMap<String, String>, AppError> {
    let on = head.application.created_at.dutch_day();
    let members = schemes::store::members(conn, &head.region.id, on)?;
    let named = |it: schemes::Municipality| (it.id.as_str().to_owned(), it.name);
    Ok(members.into_iter().map(named).collect())
}

fn load_version(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    number: i32,
) -> Result<(Head, Entered), AppError> {
    let head = common::head(conn, actor, id)?;
    let version = store::version(conn, id, number)?;
    let content = Content::parse(&version.content)?;
    let names = names(conn, &head)?;
    let scheme = schemes::store::scheme(conn, &head.cycle.scheme_id)?;
    let begins = head.application.submitted_at == Some(version.submitted_at);
    let decide_by = decide_by(begins, version.submitted_at, &scheme);
    let entered = Entered::of(content, Some(version), &names)?;
    Ok((
        head,
        Entered {
            decide_by,
            ..entered
        },
    ))
}

fn load_draft(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
) -> Result<(Head, Entered), AppError> {
    if !policy::scope(actor).is_applicant() {
        return Err(AppError::NotFound);
    }
    let head = common::head(conn, actor, id)?;
    let names = names(conn, &head)?;
    let entered = Entered::of(written(conn, &head)?, None, &names)?;
    Ok((head, entered))
}

/// What would be frozen now.
fn written(conn: &mut Conn, head: &Head) -> Result<Content, AppError> {
    let draft = drafts::draft(conn, &head.application.id)?;
    let participants = drafts::participants(conn, &head.application.id)?;
    let on = head.application.created_at.dutch_day();
    let members = schemes::store::members(conn, &head.region.id, on)?;
    Ok(Content::of(head, &draft, &participants, &members)?)
}

async fn show_version(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (id, number) = path.into_inner();
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id.as_str()));
    let (head, it) = app
        .store
        .read(move |conn| load_version(conn, &actor, &id, number))
        .await?;
    html::ok(&version_page(&app, &who, head, it)?)
}

async fn show_draft(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let (head, it) = app
        .store
        .read(move |conn| load_draft(conn, &actor, &id))
        .await?;
    html::ok(&version_page(&app, &who, head, it)?)
}

fn version_page(
    app: &App,
    who: &SignedIn,
    head: Head,
    it: Entered,
) -> Result<VersionPage, AppError> {
    let here = it.version.as_ref().map_or(0, |it| it.number);
    let name = match here {
        0 => "Concept".to_owned(),
        number => format!("Versie {number}"),
    };
    let waits = waits(who, &head, here);
    let heading = match here {
        0 => "Concept, nog niet ingediend".to_owned(),
        _ if waits && head.application.state == State::Completed => {
            "Uw aanvulling is ingediend".to_owned()
        }
        _ if waits => "Uw aanvraag is ingediend".to_owned(),
        number => format!("Versie {number}, zoals ingediend"),
    };
    let correct_until = correct_until(&head, &Opening::of(&head), app.store.now());
    let next = match waits {
        true => messages::what_comes_next(Next {
            decide_by: it.decide_by,
            correct_until,
        }),
        false => Vec::new(),
    };
    Ok(VersionPage {
        frame: head.crumbs(who.frame()).here(name),
        heading,
        next,
        others: others(who, &head, here),
        version: it.version,
        can_correct: waits
            && correct_until.is_some()
            && head.may(&who.actor, Action::WithdrawApplication),
        files: it.content.attachments()?,
        has_scanner: app.files.scanner.is_some(),
        content: it.content,
        sheet: it.sheet,
        totals: it.totals,
        head,
    })
}

/// Whether this is what the applicant who looks submitted last, and nothing was done with it yet.
fn waits(who: &SignedIn, head: &Head, number: i32) -> bool {
    let application = &head.application;
    policy::scope(&who.actor).is_applicant()
        && 0 < number
        && number == application.latest_version
        && matches!(application.state, State::Submitted | State::Completed)
}

/// The most versions that are offered to compare with.
const MOST_OTHERS: usize = 10;

/// What a version (0: the draft) can be compared with, the newest first.
fn others(who: &SignedIn, head: &Head, here: i32) -> Vec<Tab> {
    let id = &head.application.id;
    let latest = head.application.latest_version;
    let of = |other: i32| {
        let (old, new) = match here {
            0 => (other, DRAFT.to_owned()),
            here => (other.min(here), other.max(here).to_string()),
        };
        let address = format!("/aanvragen/{id}/versies/{old}/verschil/{new}");
        Tab::new(format!("versie {other}"), address, false)
    };
    let sees_draft = policy::scope(&who.actor).is_applicant()
        && head.application.state.is_being_written()
        && 0 < here;
    let draft = sees_draft.then(|| {
        let address = format!("/aanvragen/{id}/versies/{here}/verschil/{DRAFT}");
        Tab::new("het concept van nu", address, false)
    });
    let versions = (1..=latest).rev().filter(|it| *it != here).map(of);
    draft
        .into_iter()
        .chain(versions)
        .take(MOST_OTHERS)
        .collect()
}

async fn copy(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (id, number) = path.into_inner();
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id.as_str()));
    let version = app
        .store
        .read(move |conn| {
            common::visible(conn, &actor, &id)?;
            store::version(conn, &id, number)
        })
        .await?;
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

async fn version_pdf(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32)>,
) -> Result<HttpResponse, AppError> {
    let (id, number) = path.into_inner();
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id.as_str()));
    let (_, it) = app
        .store
        .read(move |conn| load_version(conn, &actor, &id, number))
        .await?;
    let version = it.version.as_ref().ok_or(AppError::NotFound)?;
    let status = Status::Submitted {
        number,
        at: version.submitted_at,
        by: version.submitted_by.clone(),
        sha256: version.sha256.clone(),
    };
    printed(it, status).await
}

async fn draft_pdf(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let (_, it) = app
        .store
        .read(move |conn| load_draft(conn, &actor, &id))
        .await?;
    let status = Status::Draft {
        at: app.store.now(),
        sha256: hex::sha256(&it.content.to_text()?),
    };
    printed(it, status).await
}

/// The PDF of what was entered: one at a time, since each takes memory.
async fn printed(it: Entered, status: Status) -> Result<HttpResponse, AppError> {
    let name = match &status {
        Status::Draft { .. } => format!("{}-concept.pdf", it.content.reference),
        Status::Submitted { number, .. } => {
            format!("{}-versie-{number}.pdf", it.content.reference)
        }
    };
    let copy = Copy {
        content: it.content,
        sheet: it.sheet,
        totals: it.totals,
        status,
    };
    let _turn = typeset::turn().await?;
    let bytes = web::block(move || pdf::pdf(&copy))
        .await
        .map_err(AppError::internal)??;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        })
        .body(bytes))
}

async fn compare(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, i32, String)>,
) -> Result<HttpResponse, AppError> {
    let (id, number, other) = path.into_inner();
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id.as_str()));
    let (head, old, new) = app
        .store
        .read(move |conn| {
            let (head, old) = load_version(conn, &actor, &id, number)?;
            let new = the_other(conn, &actor, &head, &other)?;
            Ok((head, old, new))
        })
        .await?;
    let comparison = web::block(move || {
        let comparison = Comparison::of((&old.sheet, &old.totals), (&new.sheet, &new.totals))?;
        Ok::<_, AppError>((comparison, old, new))
    })
    .await
    .map_err(AppError::internal)??;
    let (comparison, old, new) = comparison;
    html::ok(&difference_page(&who, head, &old, &new, comparison))
}

/// The version with this number, or the draft for who may see it.
fn the_other(
    conn: &mut Conn,
    actor: &Actor,
    head: &Head,
    other: &str,
) -> Result<Entered, AppError> {
    let names = names(conn, head)?;
    if other == DRAFT {
        let is_own = policy::scope(actor).is_applicant();
        if !is_own {
            return Err(AppError::NotFound);
        }
        return Entered::of(written(conn, head)?, None, &names);
    }
    let number = other.parse().map_err(|_| AppError::NotFound)?;
    let version = store::version(conn, &head.application.id, number)?;
    let content = Content::parse(&version.content)?;
    Entered::of(content, Some(version), &names)
}

fn difference_page(
    who: &SignedIn,
    head: Head,
    old: &Entered,
    new: &Entered,
    comparison: Comparison,
) -> DifferencePage {
    let id = &head.application.id;
    let when = |it: &Entered| match &it.version {
        Some(it) => format!(
            "Versie {} is ingediend op {}.",
            it.number,
            dates::moment(it.submitted_at)
        ),
        None => "Het concept is nog niet ingediend.".to_owned(),
    };
    let here = new.version.as_ref().map_or(0, |it| it.number);
    DifferencePage {
        frame: head.crumbs(who.frame()).here("Verschillen"),
        title: format!("Wat is er anders in {} dan in {}?", new.name(), old.name()),
        lead: format!("{} {}", when(old), when(new)),
        comparison,
        old_href: old.address(id),
        new_href: new.address(id),
        others: others(who, &head, here),
        head,
    }
}
