//! Handing out the workbook, taking it in, and showing what it would change.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;

use super::{
    Expected, LARGEST,
    actions::{self, Replacement},
    group,
    preview::{self, Preview},
    read::{self, Incoming},
    write, years_of,
};
use crate::{
    app::App,
    applications::{
        Head,
        budget::overview,
        drafting::Opening,
        project::{
            MOST_PROJECTS,
            incoming::Fault,
            store::{self as projects, Draft},
        },
        section::SectionName,
        store as common,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, ProjectId},
    },
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::{FILE_FIELD, Posted, Upload},
    },
    texts::filters,
    web::{forms::FormView, frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    vec![
        Route::get("/aanvragen/{id}/begroting/werkblad", may, show),
        Route::post("/aanvragen/{id}/begroting/werkblad", may, take_in),
        Route::get("/aanvragen/{id}/begroting/sjabloon.xlsx", may, hand_out),
        Route::post("/aanvragen/{id}/begroting/overname", may, take_over),
    ]
}

/// The most faults that are told at once.
const MOST_TOLD: usize = 40;
/// The type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "applications/budget/workbook.html")]
struct WorkbookPage {
    frame: Frame,
    head: Head,
    form: FormView,
    can_change: bool,
    has_projects: bool,
}

#[derive(Template)]
#[template(path = "applications/budget/preview.html")]
struct PreviewPage {
    frame: Frame,
    head: Head,
    preview: Preview,
    notes: Vec<String>,
    /// The hidden fields of what will be taken over.
    fields: Vec<(String, String)>,
}

/// What the pages need from the database.
struct Loaded {
    head: Head,
    opening: Opening,
    drafts: Vec<Draft>,
}

impl Loaded {
    fn years(&self) -> Vec<i32> {
        years_of(self.head.cycle.years(), self.head.window.kind)
    }

    fn expected(&self) -> Expected {
        let reference = &self.head.application.reference;
        Expected::of(reference, &self.years(), &self.drafts)
    }
}

async fn load(app: &App, who: &SignedIn, id: &str) -> Result<Loaded, AppError> {
    let (actor, id): (Actor, ApplicationId) = (who.actor.clone(), ApplicationId::from(id));
    let load = move |conn: &mut Conn| {
        let head = common::head(conn, &actor, &id)?;
        Ok(Loaded {
            opening: Opening::of(&head),
            drafts: projects::drafts(conn, &id)?,
            head,
        })
    };
    app.store.read(load).await
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &path).await?;
    html::ok(&page(&app, &who, loaded, FormView::default()))
}

async fn hand_out(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &path).await?;
    let made = app.store.now();
    let name = format!("begroting-{}.xlsx", loaded.head.application.reference);
    let bytes = web::block(move || {
        write::write(&write::Book {
            reference: &loaded.head.application.reference,
            region: &loaded.head.region.name,
            cycle: &loaded.head.cycle.name,
            made,
            years: &loaded.years(),
            projects: loaded
                .drafts
                .iter()
                .map(|it| (overview::name(it), &it.answers))
                .collect(),
        })
    })
    .await
    .map_err(AppError::internal)??;
    Ok(HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(bytes))
}

async fn take_in(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    upload: Upload<LARGEST>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &path).await?;
    loaded.opening.may_change(
        loaded.head.application.state,
        SectionName::Projects,
        app.store.now(),
    )?;
    let expected = loaded.expected();
    let Some(bytes) = upload.file else {
        let fault = Fault::new(
            "",
            "Het bestand is groter dan 2 MB. Een werkblad van ons is veel kleiner: haal er bladen, plaatjes en lege rijen uit.",
        );
        return refused(&app, &who, loaded, vec![fault]);
    };
    // A library that panics on a broken file has read a broken file.
    let read = web::block(move || {
        let incoming = read::read(&bytes, &expected)?;
        let lines = group::by_project(incoming.lines.clone(), &expected)?;
        Ok((incoming, lines))
    })
    .await
    .unwrap_or_else(|_| Err(vec![super::container::damaged()]));
    let (incoming, lines): (Incoming, _) = match read {
        Ok(it) => it,
        Err(faults) => return refused(&app, &who, loaded, faults),
    };
    if lines.is_empty() {
        let fault = Fault::new(
            "",
            "Er staan geen regels op het blad “Begroting”. Vul er minstens één in en stuur het werkblad opnieuw in.",
        );
        return refused(&app, &who, loaded, vec![fault]);
    }
    let preview = preview::preview(
        &loaded.drafts,
        lines,
        loaded.head.cycle.years(),
        loaded.head.window.kind,
        incoming.made,
    );
    let page = PreviewPage {
        frame: frame(&who, &loaded.head)
            .crumb("Werkblad", address(&loaded.head, "werkblad"))
            .here("Wat er verandert"),
        fields: fields(&preview)?,
        notes: incoming.notes,
        preview,
        head: loaded.head,
    };
    html::ok(&page)
}

async fn take_over(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let all = replacements(&posted.answers)?;
    let id = ApplicationId::from(path.as_str());
    let (key, count) = (posted.key, all.len());
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::replace(tx, &id, &all)?;
                Ok(format!("/aanvragen/{id}/begroting?overgenomen={count}"))
            })
        })
        .await;
    match written {
        Ok(location) => Ok(see_other(&location)),
        Err(AppError::Stale) => {
            let loaded = load(&app, &who, &path).await?;
            let fault = Fault::new(
                "",
                "Terwijl u keek, heeft iemand anders een van deze projecten gewijzigd. Er is niets overgenomen. Stuur uw werkblad opnieuw in: u ziet dan wat er nu verandert.",
            );
            html::page(
                StatusCode::CONFLICT,
                &page(&app, &who, loaded, errors(vec![fault])),
            )
        }
        Err(err) => Err(err),
    }
}

/// What will be taken over, as fields of a form.
fn fields(preview: &Preview) -> Result<Vec<(String, String)>, AppError> {
    let mut fields = Vec::new();
    for (number, it) in (1_usize..).zip(&preview.changes) {
        fields.push((format!("project.{number}"), it.project.to_string()));
        fields.push((format!("versie.{number}"), it.version.to_string()));
        fields.push((
            format!("regels.{number}"),
            serde_json::to_string(&it.lines)?,
        ));
    }
    Ok(fields)
}

/// What was confirmed: the fields of [`fields`].
fn replacements(answers: &Answers) -> Result<Vec<Replacement>, AppError> {
    let wrong = || AppError::BadRequest("not what we made of the workbook");
    let mut all = Vec::new();
    for number in 1..=MOST_PROJECTS {
        let project = answers.get(&format!("project.{number}"));
        if project.is_empty() {
            break;
        }
        let version = answers.get(&format!("versie.{number}"));
        let lines = answers.get(&format!("regels.{number}"));
        all.push(Replacement {
            project: ProjectId::from(project),
            version: version.parse().map_err(|_| wrong())?,
            lines: serde_json::from_str(lines).map_err(|_| wrong())?,
        });
    }
    if all.is_empty() {
        Err(wrong())
    } else {
        Ok(all)
    }
}

fn refused(
    app: &App,
    who: &SignedIn,
    loaded: Loaded,
    faults: Vec<Fault>,
) -> Result<HttpResponse, AppError> {
    html::refused(&page(app, who, loaded, errors(faults)))
}

/// The faults as errors of the field of the file, the first ones of very many.
fn errors(faults: Vec<Fault>) -> FormView {
    let mut errors = FieldErrors::default();
    for it in faults.iter().take(MOST_TOLD) {
        errors.push(FILE_FIELD, it.said());
    }
    let more = faults.len().saturating_sub(MOST_TOLD);
    if 0 < more {
        errors.push(
            FILE_FIELD,
            format!("En nog {more} andere. Verbeter eerst deze."),
        );
    }
    FormView::refused(Answers::default(), errors)
        .with_note("Er is niets overgenomen. Verbeter het werkblad en stuur het opnieuw in.")
}

fn page(app: &App, who: &SignedIn, loaded: Loaded, form: FormView) -> WorkbookPage {
    let state = loaded.head.application.state;
    let open = loaded
        .opening
        .may_change(state, SectionName::Projects, app.store.now());
    WorkbookPage {
        frame: frame(who, &loaded.head).here("Werkblad"),
        form,
        can_change: open.is_ok(),
        has_projects: !loaded.drafts.is_empty(),
        head: loaded.head,
    }
}

fn frame(who: &SignedIn, head: &Head) -> Frame {
    let application = &head.application;
    who.frame()
        .crumb("Aanvragen", "/aanvragen")
        .crumb(
            application.reference.clone(),
            format!("/aanvragen/{}", application.id),
        )
        .crumb(
            "Begroting",
            format!("/aanvragen/{}/begroting", application.id),
        )
}

fn address(head: &Head, part: &str) -> String {
    format!("/aanvragen/{}/begroting/{part}", head.application.id)
}
