//! One application as its municipality sees it: what to do now, and what happened.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{staff, tag, totals::Totals};
use crate::{
    app::App,
    applications::{
        Head, Project, check,
        drafting::{
            CompletionRequest, Draft, DraftProject, Opening, pages as drafting, store as drafts,
        },
        project::store as projects,
        section::SectionName,
        state::{Event as Step, State},
        store as common,
        submission::pages::of_draft,
    },
    audit::{self, Fact, Stream, store::FactRow},
    core::{
        actor::Actor,
        ids::{ApplicationId, ProjectId},
    },
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action, Scope},
    },
    texts::{
        dates::{self, OnDay},
        filters,
        labels::Label,
        timeline,
    },
    web::{
        frame::Frame,
        html,
        parts::{Event, Tag, Task, Tone},
    },
};

/// The most facts that a dossier shows.
const MOST_FACTS: i64 = 200;

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![Route::get(
        "/aanvragen/{id}",
        Access::May(Action::SeeApplications),
        show,
    )]
}

#[derive(Template)]
#[template(path = "applications/own.html")]
struct OwnPage {
    frame: Frame,
    head: Head,
    tag: Tag,
    todo: Option<Todo>,
    steps: Vec<Task>,
    projects: Vec<Task>,
    removed: Option<Removed>,
    can_add: bool,
    totals: Totals,
    until: Option<String>,
    events: Vec<Event>,
    versions: Vec<i32>,
    can_withdraw: bool,
}

/// A project that was just removed and can be put back.
struct Removed {
    name: String,
    address: String,
}

/// What to do now.
struct Todo {
    title: &'static str,
    text: String,
    href: String,
    button: &'static str,
}

#[derive(serde::Deserialize)]
struct Asked {
    /// The section that was just saved.
    opgeslagen: Option<String>,
    /// The project that was just removed.
    verwijderd: Option<String>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    match policy::scope(&who.actor) {
        Scope::OwnMunicipality => own(&app, &who, id, &asked).await,
        Scope::Submitted => staff::pages::submitted(&app, &who, id).await,
        Scope::None => Err(AppError::NotFound),
    }
}

async fn own(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    asked: &Asked,
) -> Result<HttpResponse, AppError> {
    let actor = who.actor.clone();
    let asked_for = asked.verwijderd.as_deref().map(ProjectId::from);
    let (head, opening, draft, facts, removed) = app
        .store
        .read(move |conn| load_own(conn, &actor, &id, asked_for.as_ref()))
        .await?;
    let now = app.store.now();
    let application = &head.application;
    let state = application.state;
    let mut frame = who
        .frame()
        .crumb("Aanvragen", "/aanvragen")
        .here(application.reference.clone());
    let just = asked
        .opgeslagen
        .as_deref()
        .and_then(|it| SectionName::parse(it).ok());
    if let Some(at) = just.and_then(|it| draft.section(it).saved_at) {
        frame = frame.with_saved(format!("Opgeslagen om {}", dates::time(at)));
    }
    let can_add = opening
        .may_change(state, SectionName::Projects, now)
        .is_ok();
    let mut events = due(&head, &opening);
    events.extend(past(
        &facts,
        &titles(draft.projects.iter().map(|it| &it.project)),
        true,
    )?);
    let page = OwnPage {
        frame,
        tag: tag(state, true),
        todo: todo(&who.actor, &head, &opening, &draft, now),
        steps: if is_being_written(state) {
            drafting::steps(&head, &draft, &opening, None, now)
        } else {
            Vec::new()
        },
        projects: draft
            .projects
            .iter()
            .map(|it| project_task(&head, it, can_add))
            .collect(),
        removed: removed.filter(|_| can_add),
        can_add,
        totals: of_draft(&head, &draft)?,
        until: drafting::until(&head, &opening),
        events,
        versions: (1..=application.latest_version).rev().collect(),
        can_withdraw: state.next(Step::Withdraw).is_ok()
            && policy::may(&who.actor, Action::WithdrawApplication),
        head,
    };
    html::ok(&page)
}

type Own = (Head, Opening, Draft, Vec<FactRow>, Option<Removed>);

fn load_own(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    removed: Option<&ProjectId>,
) -> Result<Own, AppError> {
    let head = common::head(conn, actor, id)?;
    let opening = drafts::opening_in(conn, &head.application, head.window.clone())?;
    let draft = drafts::draft(conn, id)?;
    let facts = facts(conn, id)?;
    let removed = match removed {
        Some(project) => removed_project(conn, id, project)?,
        None => None,
    };
    Ok((head, opening, draft, facts, removed))
}

/// A project of this application that is removed at this moment.
fn removed_project(
    conn: &mut Conn,
    id: &ApplicationId,
    project: &ProjectId,
) -> Result<Option<Removed>, AppError> {
    let found = match projects::draft(conn, project) {
        Err(AppError::NotFound) => return Ok(None),
        found => found?,
    };
    let is_removed = found.removed_at.is_some() && found.application_id == *id;
    Ok(is_removed.then(|| Removed {
        name: match found.answers.get("titel").trim() {
            "" => format!("Project {}", found.position),
            title => format!("Project {}: {title}", found.position),
        },
        address: format!("/aanvragen/{id}/projecten/{project}/herstel"),
    }))
}

/// The last facts of a dossier, newest first.
pub(super) fn facts(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<FactRow>, AppError> {
    let stream = Stream::Application(id).to_string();
    audit::store::latest_of_stream(conn, &stream, MOST_FACTS, 0)
}

fn is_being_written(state: State) -> bool {
    matches!(state, State::Draft | State::CompletionRequested)
}

fn project_task(head: &Head, it: &DraftProject, is_open: bool) -> Task {
    let id = &head.application.id;
    let note = it.project.category.map(|it| it.label());
    let mut task = if is_open || head.application.latest_version == 0 {
        let state = match check::of_project(head, it).len() {
            0 => Tag::new(Tone::Success, "Klaar"),
            many => Tag::new(Tone::Busy, drafting::left(many)),
        };
        let href = format!("/aanvragen/{id}/projecten/{}", it.project.id);
        Task::new(check::project_name(it), href, state)
    } else {
        let href = format!(
            "/aanvragen/{id}/versies/{}#project-{}",
            head.application.latest_version, it.project.position
        );
        Task::new(
            check::project_name(it),
            href,
            Tag::new(Tone::Info, "Ingediend"),
        )
    };
    task.note = note.map(str::to_owned);
    task
}

fn todo(
    actor: &Actor,
    head: &Head,
    opening: &Opening,
    draft: &Draft,
    now: chrono::NaiveDateTime,
) -> Option<Todo> {
    let id = &head.application.id;
    let state = head.application.state;
    if let State::Notified = state {
        return Some(Todo {
            title: "Er is een besluit",
            text: "Wij hebben op uw aanvraag besloten. Lees het besluit en de toelichting."
                .to_owned(),
            href: format!("/aanvragen/{id}/besluit"),
            button: "Besluit lezen",
        });
    }
    opening.may_submit(state, now).ok()?;
    if let Some(request) = &opening.request {
        return Some(to_complete(id, request));
    }
    let points = check::points(head, draft);
    let may_submit = policy::may(actor, Action::SubmitApplication);
    Some(match points.first() {
        Some(first) => Todo {
            title: "Werk verder aan uw aanvraag",
            text: format!("{} tot u kunt indienen.", drafting::left(points.len())),
            href: first.href.clone(),
            button: "Verder waar u was",
        },
        None => Todo {
            title: "Uw aanvraag is klaar om in te dienen",
            text: if may_submit {
                "Alles is ingevuld. Controleer de aanvraag en dien hem in.".to_owned()
            } else {
                "Alles is ingevuld. Vraag een ondertekenaar van uw gemeente om in te dienen."
                    .to_owned()
            },
            href: format!("/aanvragen/{id}/controle"),
            button: "Controleren",
        },
    })
}

/// What the ministry asked to complete, in its own words.
fn to_complete(id: &ApplicationId, request: &CompletionRequest) -> Todo {
    let names: Vec<&str> = request.sections.iter().map(|it| it.label()).collect();
    let form = request
        .sections
        .iter()
        .find(|it| **it != SectionName::Projects);
    Todo {
        title: "Vul uw aanvraag aan",
        text: format!(
            "Wij vragen u om een aanvulling, uiterlijk {}. U kunt wijzigen: {}. Onze vraag: {} Dien de aanvraag daarna opnieuw in.",
            dates::date(request.due_on),
            names.join(", ").to_lowercase(),
            request.message.trim()
        ),
        href: form.map_or_else(
            || format!("/aanvragen/{id}#projecten"),
            |it| format!("/aanvragen/{id}/onderdelen/{}", it.as_str()),
        ),
        button: "Aanvullen",
    }
}

/// The titles of projects by their id.
pub(super) fn titles<'a>(
    projects: impl IntoIterator<Item = &'a Project>,
) -> BTreeMap<ProjectId, String> {
    projects
        .into_iter()
        .map(|it| (it.id.clone(), it.title.clone()))
        .collect()
}

/// What is still to come.
fn due(head: &Head, opening: &Opening) -> Vec<Event> {
    let event = |when: String, datetime: String, sentence: &str| Event {
        when,
        datetime,
        sentence: sentence.to_owned(),
        note: None,
        due: true,
    };
    match (head.application.state, &opening.request) {
        (State::Draft, _) => {
            let at = head.window.closes_at;
            vec![event(dates::moment(at), at.machine(), "Het tijdvak sluit")]
        }
        (State::CompletionRequested, Some(request)) => {
            let on = request.due_on;
            let when = format!("uiterlijk {}", dates::date(on));
            vec![event(when, on.machine(), "Aanvulling indienen")]
        }
        _ => Vec::new(),
    }
}

/// What happened, newest first; the same thing done again by the same person is said once.
pub(super) fn past(
    facts: &[FactRow],
    titles: &BTreeMap<ProjectId, String>,
    is_public: bool,
) -> Result<Vec<Event>, AppError> {
    let title = |id: &ProjectId| titles.get(id).cloned();
    let mut events: Vec<Event> = Vec::new();
    for row in facts {
        let fact = Fact::parse(&row.detail)?;
        if is_public && !timeline::is_public(&fact) {
            continue;
        }
        let Some(sentence) = timeline::sentence(&fact, &title) else {
            continue;
        };
        let by_ministry = matches!(
            &fact,
            Fact::CompletionRequested { .. } | Fact::DecisionSent { .. }
        ) || matches!(&fact, Fact::ApplicationMoved { event } if event != Step::Withdraw.as_str());
        let note = if is_public && by_ministry {
            "NCTV".to_owned()
        } else {
            row.actor_name.clone()
        };
        let is_again = events
            .last()
            .is_some_and(|it| it.sentence == sentence && it.note.as_ref() == Some(&note));
        if !is_again {
            events.push(Event {
                when: dates::moment(row.at),
                datetime: row.at.machine(),
                sentence,
                note: Some(note),
                due: false,
            });
        }
    }
    Ok(events)
}
