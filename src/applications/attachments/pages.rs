//! The page of the files of an application, and handing them out.

use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use chrono::NaiveDateTime;

use super::{
    Attachment, FileState, KEPT_DAYS, MOST_BYTES, MOST_FILES, MOST_TOGETHER,
    actions::{self, ABOUT, PROJECT},
    kind::FileKind,
    list, size, store,
    upload::pages::take_in,
};
use crate::{
    app::App,
    applications::{
        Head, check,
        drafting::{Draft, DraftProject, Opening, pages as drafting, store as drafts},
        section::SectionName,
        store as common,
    },
    core::{
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, AttachmentId},
    },
    db::{Conn, Tx},
    error::{AppError, Refusal},
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::{labels::Label, sentences},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Choice, Tag, Task, Tone},
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let see = Access::May(Action::SeeApplications);
    vec![
        Route::get("/aanvragen/{id}/bijlagen", may, show),
        Route::post("/aanvragen/{id}/bijlagen", may, take_in),
        Route::get("/aanvragen/{id}/bijlagen/{file}", see, download),
        Route::get(
            "/aanvragen/{id}/bijlagen/{file}/omschrijving",
            may,
            show_about,
        ),
        Route::post(
            "/aanvragen/{id}/bijlagen/{file}/omschrijving",
            may,
            describe,
        ),
        Route::post("/aanvragen/{id}/bijlagen/{file}/verwijdering", may, remove),
        Route::post("/aanvragen/{id}/bijlagen/{file}/herstel", may, restore),
    ]
}

/// Nothing of what is handed out may run or be shown within our pages.
const POLICY: &str = "sandbox; default-src 'none'";

#[derive(Template)]
#[template(path = "applications/attachments/page.html")]
struct AttachmentsPage {
    frame: Frame,
    head: Head,
    form: FormView,
    steps: Vec<Task>,
    rows: Vec<Row>,
    removed: Option<Removed>,
    projects: Vec<Choice>,
    is_open: bool,
    is_full: bool,
    is_held: bool,
    has_scanner: bool,
    until: Option<String>,
    asked: Option<String>,
    limits: Limits,
}

#[derive(Template)]
#[template(path = "applications/attachments/about.html")]
struct AboutPage {
    frame: Frame,
    form: FormView,
    name: String,
    address: String,
    version: i32,
    projects: Vec<Choice>,
}

/// The limits in words, and what is taken of them.
struct Limits {
    kinds: String,
    accept: String,
    one: String,
    files: usize,
    together: String,
    taken: String,
}

/// A file in the list.
struct Row {
    anchor: String,
    name: String,
    what: String,
    about: String,
    project: String,
    tag: Tag,
    note: &'static str,
    /// Where it is handed out, if it is.
    href: Option<String>,
    address: String,
    number: usize,
}

/// A file that was just removed.
struct Removed {
    name: String,
    address: String,
}

#[derive(serde::Deserialize)]
struct Asked {
    /// How many files were just added.
    toegevoegd: Option<usize>,
    /// The file that was just removed.
    verwijderd: Option<String>,
    /// The section that was just saved.
    opgeslagen: Option<String>,
}

/// What the pages need from the database.
pub(super) struct Loaded {
    head: Head,
    opening: Opening,
    draft: Draft,
    /// All files, those that were removed included.
    pub(super) files: Vec<Attachment>,
}

impl Loaded {
    /// `Ok` if files can be added and removed at this moment.
    pub(super) fn may_change(&self, now: NaiveDateTime) -> Result<(), Refusal> {
        let state = self.head.application.state;
        self.opening
            .may_change(state, SectionName::Attachments, now)
    }

    fn projects(&self) -> Vec<Choice> {
        let choice =
            |it: &DraftProject| Choice::new(it.project.id.as_str(), check::project_name(it));
        self.draft.projects.iter().map(choice).collect()
    }

    fn file(&self, id: &str) -> Result<&Attachment, AppError> {
        let mut files = self.files.iter();
        files
            .find(|it| it.id.as_str() == id)
            .ok_or(AppError::NotFound)
    }
}

/// Reads what the pages need.
pub(super) async fn load(
    app: &App,
    who: &SignedIn,
    id: &ApplicationId,
) -> Result<Loaded, AppError> {
    let (actor, id) = (who.actor.clone(), id.clone());
    let load = move |conn: &mut Conn| {
        let head = common::head(conn, &actor, &id)?;
        Ok(Loaded {
            opening: Opening::of(&head),
            draft: drafts::draft(conn, &id)?,
            files: store::all_of(conn, &id)?,
            head,
        })
    };
    app.store.read(load).await
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &ApplicationId::from(path.as_str())).await?;
    let mut frame = who.frame();
    match asked.toegevoegd {
        Some(1) => frame = frame.with_saved("1 bestand toegevoegd"),
        Some(many @ 2..) => frame = frame.with_saved(format!("{many} bestanden toegevoegd")),
        _ => {}
    }
    match asked.opgeslagen.as_deref() {
        Some("over") => frame = frame.with_saved("Omschrijving opgeslagen"),
        name => {
            if let Some((section, saved)) = drafting::just_saved(&loaded.draft, name) {
                frame = frame.with_saved(saved);
                if let Some(open) = drafting::still_open(&loaded.head, &loaded.draft, section) {
                    frame = frame.with_notice(Tone::Info, open);
                }
            }
        }
    }
    let mut page = page(
        &app,
        frame,
        loaded,
        FormView::default(),
        asked.verwijderd.as_deref(),
    );
    if !page.is_open {
        page.removed = None;
    }
    html::ok(&page)
}

/// The page on which files come back that were not taken in; `note` says which were.
pub(super) fn refused_page(
    app: &App,
    who: &SignedIn,
    loaded: Loaded,
    answers: Answers,
    errors: FieldErrors,
    note: String,
) -> Result<HttpResponse, AppError> {
    let form = FormView::refused(answers, errors).with_note(note);
    html::refused(&page(app, who.frame(), loaded, form, None))
}

/// The page where nothing can be changed now, with the reason.
pub(super) fn unchangeable(
    app: &App,
    who: &SignedIn,
    loaded: Loaded,
    reason: Refusal,
) -> Result<HttpResponse, AppError> {
    let said = sentences::said(&AppError::Refused(reason));
    let form = FormView::stopped(Answers::default(), said.title, said.message);
    let page = page(app, who.frame(), loaded, form, None);
    html::page(StatusCode::CONFLICT, &page)
}

fn page(
    app: &App,
    frame: Frame,
    it: Loaded,
    form: FormView,
    removed: Option<&str>,
) -> AttachmentsPage {
    let (now, has_scanner) = (app.store.now(), app.files.scanner.is_some());
    let section = SectionName::Attachments;
    let (count, together) = actions::taken(&it.files);
    let there = it.files.iter().filter(|it| it.removed_at.is_none());
    let rows = (1..)
        .zip(there)
        .map(|(number, file)| row(&it, file, number, has_scanner));
    let removed = it
        .files
        .iter()
        .find(|it| it.removed_at.is_some() && removed == Some(it.id.as_str()));
    let id = &it.head.application.id;
    AttachmentsPage {
        frame: it.head.crumbs(frame).here(section.label()),
        steps: drafting::steps(&it.head, &it.draft, &it.opening, Some(section), now),
        rows: rows.collect(),
        removed: removed.map(|it| Removed {
            name: it.name.clone(),
            address: format!("{}/{}/herstel", section.href(id), it.id),
        }),
        projects: it.projects(),
        is_open: it.may_change(now).is_ok(),
        is_full: MOST_FILES <= count || MOST_TOGETHER <= together,
        is_held: it
            .files
            .iter()
            .any(|it| it.removed_at.is_none() && it.state == FileState::Infected),
        has_scanner,
        until: drafting::until(&it.head, &it.opening),
        asked: it.opening.asked_of(section).map(str::to_owned),
        limits: Limits {
            kinds: FileKind::all_said(),
            accept: FileKind::accepted(),
            one: size(MOST_BYTES),
            files: MOST_FILES,
            together: size(MOST_TOGETHER),
            taken: match count {
                0 => "U hebt nog geen bijlagen.".to_owned(),
                1 => format!("U hebt 1 bijlage van {}.", size(together)),
                many => format!("U hebt {many} bijlagen van samen {}.", size(together)),
            },
        },
        form,
        head: it.head,
    }
}

fn row(loaded: &Loaded, it: &Attachment, number: usize, has_scanner: bool) -> Row {
    let address = format!(
        "{}/{}",
        SectionName::Attachments.href(&loaded.head.application.id),
        it.id
    );
    let project = loaded
        .draft
        .projects
        .iter()
        .find(|of| Some(&of.project.id) == it.project_id.as_ref());
    Row {
        anchor: list::anchor(&it.id),
        name: it.name.clone(),
        what: format!(
            "{}, {}",
            it.kind.label(),
            size(u64::try_from(it.size_bytes).unwrap_or(0))
        ),
        about: it.about.clone(),
        project: project.map_or("De hele aanvraag".to_owned(), check::project_name),
        tag: tag(it.state),
        note: note(it),
        href: it.state.is_handed_out(has_scanner).then(|| address.clone()),
        address,
        number,
    }
}

fn tag(state: FileState) -> Tag {
    let tone = match state {
        FileState::Clean => Tone::Success,
        FileState::Received => Tone::Busy,
        FileState::Infected => Tone::Error,
        FileState::Unscanned => Tone::Neutral,
    };
    Tag::new(tone, state.label())
}

/// What a state means for whoever added the file.
fn note(it: &Attachment) -> &'static str {
    match (it.state, it.attempts) {
        (FileState::Received, 0) => {
            "Wij controleren het bestand op virussen. Ververs de pagina over een minuut."
        }
        (FileState::Received, _) => {
            "De controle op virussen lukt nu niet. Wij proberen het vanzelf opnieuw; u hoeft niets te doen."
        }
        (FileState::Infected, _) => {
            "Er is een virus in gevonden. Niemand kan het bestand openen. Verwijder het; zolang het er staat kunt u niet indienen."
        }
        (FileState::Clean | FileState::Unscanned, _) => "",
    }
}

async fn download(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let (application, id) = ids(&path);
    let actor = who.actor.clone();
    let file = app
        .store
        .read(move |conn| actions::downloaded(conn, &actor, &application, &id))
        .await?;
    if !file.state.is_handed_out(app.files.scanner.is_some()) {
        return Err(AppError::Refused(match file.state {
            FileState::Infected => Refusal::FileHeld,
            _ => Refusal::FileWaits,
        }));
    }
    let pieces = app.files.storage.pieces(&file.id).await;
    let pieces = pieces.map_err(AppError::internal)?;
    let bytes = u64::try_from(file.size_bytes).map_err(AppError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(file.kind.media_type())
        .insert_header(attached(&file.name))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(SizedStream::new(bytes, pieces)))
}

/// Always to be saved, under this name in whatever letters it is.
fn attached(name: &str) -> header::ContentDisposition {
    header::ContentDisposition {
        disposition: header::DispositionType::Attachment,
        parameters: vec![header::DispositionParam::FilenameExt(
            header::ExtendedValue {
                charset: header::Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: name.as_bytes().to_vec(),
            },
        )],
    }
}

async fn show_about(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let (application, _) = ids(&path);
    let loaded = load(&app, &who, &application).await?;
    if loaded.may_change(app.store.now()).is_err() {
        return Ok(see_other(&SectionName::Attachments.href(&application)));
    }
    let file = loaded.file(&path.1)?;
    let project = file.project_id.as_ref().map_or("", |it| it.as_str());
    let answers = Answers::default()
        .with(ABOUT, file.about.clone())
        .with(PROJECT, project);
    let page = about_page(&who, &loaded, file, FormView::new(answers));
    html::ok(&page)
}

fn about_page(who: &SignedIn, loaded: &Loaded, file: &Attachment, form: FormView) -> AboutPage {
    let section = SectionName::Attachments;
    let list = section.href(&loaded.head.application.id);
    AboutPage {
        frame: loaded
            .head
            .crumbs(who.frame())
            .crumb(section.label(), list.clone())
            .here("Omschrijving"),
        form,
        name: file.name.clone(),
        address: format!("{list}/{}/omschrijving", file.id),
        version: file.version,
        projects: loaded.projects(),
    }
}

async fn describe(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (application, id) = ids(&path);
    let (version, key) = (posted.version()?, posted.key.clone());
    let (wanted, answers) = (application.clone(), posted.answers.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::describe(tx, &wanted, &id, version, &answers)?;
                let list = SectionName::Attachments.href(&wanted);
                Ok(format!("{list}?opgeslagen=over"))
            })
        })
        .await;
    let form = match done {
        Ok(location) => return Ok(see_other(&location)),
        Err(AppError::Invalid(errors)) => FormView::refused(posted.answers, errors),
        Err(err @ (AppError::Stale | AppError::Refused(_))) => {
            let said = sentences::said(&err);
            FormView::stopped(posted.answers, said.title, said.message)
        }
        Err(err) => return Err(err),
    };
    let loaded = load(&app, &who, &application).await?;
    let status = if form.heading.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = about_page(&who, &loaded, loaded.file(&path.1)?, form);
    html::page(status, &page)
}

async fn remove(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, &path, posted, |tx, application, id| {
        actions::remove(tx, application, id)?;
        Ok(format!("?verwijderd={id}#verwijderd"))
    })
    .await
}

async fn restore(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, &path, posted, |tx, application, id| {
        actions::restore(tx, application, id)?;
        Ok(format!("#{}", list::anchor(id)))
    })
    .await
}

/// Does something with one file, once, and goes back to the list; what the use case answers stands
/// after its address.
async fn change(
    app: &App,
    who: &SignedIn,
    path: &(String, String),
    posted: Posted,
    f: impl Fn(&mut Tx<'_>, &ApplicationId, &AttachmentId) -> Result<String, AppError>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, AppError> {
    let (application, id) = ids(path);
    let list = SectionName::Attachments.href(&application);
    let wanted = application.clone();
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                Ok(format!("{list}{}", f(tx, &wanted, &id)?))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(see_other(&location)),
        Err(AppError::Invalid(errors)) => {
            let loaded = load(app, who, &application).await?;
            let note = "Er is niets gewijzigd.".to_owned();
            refused_page(app, who, loaded, Answers::default(), errors, note)
        }
        Err(AppError::Refused(reason)) => {
            let loaded = load(app, who, &application).await?;
            unchangeable(app, who, loaded, reason)
        }
        Err(err) => Err(err),
    }
}

fn ids(path: &(String, String)) -> (ApplicationId, AttachmentId) {
    (
        ApplicationId::from(path.0.as_str()),
        AttachmentId::from(path.1.as_str()),
    )
}
