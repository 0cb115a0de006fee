//! One application as its municipality sees it: what to do now, and what happened.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    history::{self, Happened, Milestone},
    staff, tag,
    totals::Totals,
};
use crate::{
    app::App,
    applications::{
        Application, Head, Project,
        check::{self, Names},
        collaboration::tasks::{self, PartTask},
        copying,
        drafting::{
            CompletionRequest, Draft, DraftProject, Opening, RemovedProject, pages as drafting,
            store as drafts,
        },
        openness, presence, project,
        section::SectionName,
        state::{Event as Step, State},
        store as common,
        submission::{
            self,
            next::{self, Term},
            pages::{TakenBack, of_draft},
        },
    },
    audit::{self, Fact, Stream, store::FactRow},
    core::{
        actor::Actor,
        ids::{AccountId, ApplicationId, ProjectId},
        money::Money,
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
        money::euros,
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
    vec![
        Route::get(
            "/aanvragen/{id}",
            Access::May(Action::SeeApplications),
            show,
        ),
        Route::get(
            "/aanvragen/{id}/verloop",
            Access::May(Action::EditApplication),
            show_log,
        ),
    ]
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
    /// What is said of the project that was just saved.
    saved_project: Option<String>,
    is_begun: bool,
    /// The name and the way back of the project that was just removed.
    just_removed: Option<Removed>,
    removed: Vec<Removed>,
    /// Whether who looks may put them back now.
    can_arrange: bool,
    can_add: bool,
    totals: Totals,
    until: Option<String>,
    milestones: Vec<Milestone>,
    can_withdraw: bool,
    /// Whether who looks can take back what was submitted, to correct it.
    can_correct: bool,
    /// What was submitted before and taken back.
    taken_back: Option<TakenBack>,
    /// What can still be done with what was withdrawn.
    withdrawn: Option<Withdrawn>,
    /// The cycle whose texts it can begin with.
    copy_from: Option<String>,
    /// What is asked of who looks, and not done.
    asked: Vec<Task>,
    /// Whether who looks may invite others.
    may_invite: bool,
}

#[derive(Template)]
#[template(path = "applications/log.html")]
struct LogPage {
    frame: Frame,
    head: Head,
    events: Vec<Milestone>,
}

/// A project that was removed and can be put back.
#[derive(Clone)]
struct Removed {
    id: String,
    name: String,
    /// When, and by whom.
    said: String,
    address: String,
}

/// An application that was withdrawn.
struct Withdrawn {
    /// Until when it can be taken up again, if it can.
    until: Option<chrono::NaiveDateTime>,
    may_resume: bool,
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
    /// The section or project that was just saved.
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
        Scope::OwnMunicipality | Scope::Invited => own(&app, &who, id, &asked).await,
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
    let now = app.store.now();
    let (own, present) = app
        .store
        .read(move |conn| {
            let since = presence::forgotten_before(now);
            let present = presence::store::present(conn, &id, since)?;
            Ok((load_own(conn, &actor, &id)?, present))
        })
        .await?;
    let Own {
        head,
        opening,
        draft,
        facts,
        copy_from,
        asked: all_tasks,
        term,
    } = own;
    let me = &who.actor.id;
    let application = &head.application;
    let state = application.state;
    let mut frame = who
        .frame()
        .crumb("Aanvragen", "/aanvragen")
        .here(application.reference.clone());
    let saved = asked.opgeslagen.as_deref();
    if let Some((section, saved)) = drafting::just_saved(&draft, saved) {
        frame = frame.with_saved(saved);
        if let Some(open) = drafting::still_open(&head, &draft, section) {
            frame = frame.with_notice(Tone::Info, open);
        }
    }
    let can_add = opening
        .may_change(state, SectionName::Projects, now)
        .is_ok();
    let mut milestones = due(&head, &opening, &term, now);
    let asker = signing_asked_by(&facts);
    let happened = happened(facts)?;
    let mut past = history::milestones(&application.id, &happened);
    let removed = removed(&head, &draft, &happened);
    past.extend(head.closings.iter().map(history::closes_later));
    past.sort_by(|a, b| b.datetime.cmp(&a.datetime));
    milestones.extend(past);
    let page = OwnPage {
        frame,
        tag: tag(state, true),
        todo: todo(&who.actor, &head, &opening, &draft, now, asker.as_ref())
            .or_else(|| submitted(&head, &opening, &term, now)),
        can_correct: opening.may_correct(state, now).is_ok()
            && head.may(&who.actor, Action::WithdrawApplication),
        taken_back: TakenBack::of(&head, taken_back_at(&happened)),
        steps: if state.is_being_written() {
            let steps = drafting::steps(&head, &draft, &opening, None, now);
            let open: Vec<PartTask> = all_tasks
                .iter()
                .filter(|it| is_open_for(&head, &opening, it))
                .cloned()
                .collect();
            tasks::noted(presence::noted(steps, &present, me), &open)
        } else {
            Vec::new()
        },
        saved_project: draft
            .projects
            .iter()
            .find(|it| Some(it.project.id.as_str()) == saved)
            .map(|it| format!("Opgeslagen: {}", check::project_name(it))),
        is_begun: is_begun(&draft),
        projects: presence::noted(
            draft
                .projects
                .iter()
                .map(|it| project_task(&head, it, can_add))
                .collect(),
            &present,
            me,
        ),
        just_removed: removed
            .iter()
            .find(|it| Some(it.id.as_str()) == asked.verwijderd.as_deref())
            .filter(|_| can_add)
            .cloned(),
        removed: if can_add { removed } else { Vec::new() },
        can_arrange: can_add && head.may(&who.actor, Action::ArrangeProjects),
        can_add,
        totals: of_draft(&head, &draft)?,
        until: drafting::until(&head, &opening),
        milestones,
        copy_from,
        withdrawn: (state == State::Withdrawn).then(|| Withdrawn {
            until: opening
                .may_resume(state, now)
                .is_ok()
                .then_some(head.window.closes_at),
            may_resume: head.may(&who.actor, Action::StartApplication),
        }),
        can_withdraw: state.can_be_withdrawn() && head.may(&who.actor, Action::WithdrawApplication),
        asked: mine(&all_tasks, me, now),
        may_invite: head.may(&who.actor, Action::InvitePartners),
        head,
    };
    html::ok(&page)
}

/// What the page of one's own application needs.
struct Own {
    head: Head,
    opening: Opening,
    draft: Draft,
    facts: Vec<FactRow>,
    /// The cycle whose texts it can begin with.
    copy_from: Option<String>,
    /// What is asked of whom, while it is being written.
    asked: Vec<PartTask>,
    /// What the term to decide follows from, once it is submitted.
    term: Term,
}

fn load_own(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Own, AppError> {
    let head = common::head(conn, actor, id)?;
    let opening = Opening::of(&head);
    let draft = drafts::draft(conn, id)?;
    let stream = Stream::Application(id).to_string();
    let facts = audit::store::latest_of_kinds(conn, &stream, &history::KINDS, MOST_FACTS)?;
    let mut source = None;
    if head.may(actor, Action::ArrangeProjects) {
        source = copying::actions::source(conn, &head)?;
    }
    let mut asked = Vec::new();
    if head.application.state.is_being_written() {
        asked = tasks::store::of_application(conn, id)?;
    }
    let mut term = Term::default();
    if next::step(head.application.state).is_some() {
        term = submission::store::term(conn, id)?;
    }
    Ok(Own {
        term,
        asked,
        head,
        opening,
        draft,
        facts,
        copy_from: source.map(|(_, cycle)| cycle.name),
    })
}

/// What is asked of who looks, and not done.
fn mine(asked: &[PartTask], me: &AccountId, now: chrono::NaiveDateTime) -> Vec<Task> {
    let is_open = |it: &&PartTask| it.asked.assignee == *me && it.done_at.is_none();
    asked
        .iter()
        .filter(is_open)
        .map(|it| it.line(now))
        .collect()
}

/// Whether what somebody was asked for can be done: a part that is closed is not filled in.
fn is_open_for(head: &Head, opening: &Opening, it: &PartTask) -> bool {
    let state = head.application.state;
    it.asked.section.is_none_or(|section| {
        openness::may_change(state, section, opening.reopened(), true).is_ok()
    })
}

/// Who asked to sign last, from what happened newest first.
fn signing_asked_by(facts: &[FactRow]) -> Option<AccountId> {
    let asked = facts.iter().find(|it| it.kind == "signing_asked");
    asked.map(|it| AccountId::from(it.actor_id.as_str()))
}

/// When it was last taken back, from what happened newest first.
fn taken_back_at(happened: &[Happened]) -> Option<chrono::NaiveDateTime> {
    let is_back = |event: &str| Step::TAKING_BACK.iter().any(|it| it.as_str() == event);
    let is_it =
        |it: &&Happened| matches!(&it.fact, Fact::ApplicationMoved { event } if is_back(event));
    happened.iter().find(is_it).map(|it| it.at)
}

/// The projects that were removed, with who did so, from what happened newest first.
fn removed(head: &Head, draft: &Draft, happened: &[Happened]) -> Vec<Removed> {
    let by = |id: &ProjectId| {
        let is_it =
            |it: &&Happened| matches!(&it.fact, Fact::ProjectRemoved { project } if project == id);
        let found = happened.iter().find(is_it);
        found.map_or("iemand", |it| it.by.as_str())
    };
    let application = &head.application.id;
    let one = |it: &RemovedProject| Removed {
        id: it.id.to_string(),
        name: it.name().to_owned(),
        said: format!(
            "Verwijderd door {}, {}",
            by(&it.id),
            dates::moment(it.removed_at)
        ),
        address: format!("/aanvragen/{application}/projecten/{}", it.id),
    };
    draft.removed.iter().map(one).collect()
}

fn happened(facts: Vec<FactRow>) -> Result<Vec<Happened>, AppError> {
    facts
        .into_iter()
        .map(|row| {
            Ok(Happened {
                fact: Fact::parse(&row.detail)?,
                at: row.at,
                by: row.actor_name,
            })
        })
        .collect()
}

async fn show_log(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let (head, facts, projects) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            Ok((head, facts(conn, &id)?, common::project_titles(conn, &id)?))
        })
        .await?;
    let removed: BTreeSet<ProjectId> = projects
        .iter()
        .filter(|it| it.2.is_some())
        .map(|it| it.0.clone())
        .collect();
    let titles: BTreeMap<ProjectId, String> = projects.into_iter().map(|it| (it.0, it.1)).collect();
    let application = &head.application;
    let page = LogPage {
        frame: head.crumbs(who.frame()).here("Alles wat er gebeurde"),
        events: told(&facts, &titles, true)?
            .into_iter()
            .map(|(fact, it)| Milestone {
                links: links(application, &fact, &removed),
                when: it.when,
                datetime: it.datetime,
                sentence: it.sentence,
                note: it.note,
                due: it.due,
            })
            .collect(),
        head,
    };
    html::ok(&page)
}

/// Where one reads, and can put back, what was removed and is not there yet.
fn links(
    application: &Application,
    fact: &Fact,
    removed: &BTreeSet<ProjectId>,
) -> Vec<(String, String)> {
    match fact {
        Fact::ProjectRemoved { project } if removed.contains(project) => {
            let page = format!("/aanvragen/{}/projecten/{project}", application.id);
            vec![("Naar het verwijderde project".to_owned(), page)]
        }
        _ => Vec::new(),
    }
}

/// The last facts of a dossier, newest first.
pub(super) fn facts(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<FactRow>, AppError> {
    let stream = Stream::Application(id).to_string();
    audit::store::latest_of_stream(conn, &stream, MOST_FACTS, 0)
}

fn project_task(head: &Head, it: &DraftProject, is_open: bool) -> Task {
    let id = &head.application.id;
    let note = project_note(&it.project);
    let is_read = head.grant.is_some() && !is_open && head.application.state.is_being_written();
    let mut task = if is_read {
        let position = it.project.position;
        let href = format!("/aanvragen/{id}/concept#project-{position}");
        let tag = Tag::new(Tone::Neutral, "Alleen lezen");
        Task::new(check::project_name(it), href, tag)
    } else if head.application.state == State::Withdrawn {
        let page = match head.application.latest_version {
            0 => "concept".to_owned(),
            number => format!("versies/{number}"),
        };
        let href = format!("/aanvragen/{id}/{page}#project-{}", it.project.position);
        let tag = Tag::new(Tone::Neutral, "Ingetrokken");
        Task::new(check::project_name(it), href, tag)
    } else if is_open || head.application.state == State::Draft {
        let points = check::of_project(head, it, &Names::new()).len();
        let href =
            project::showing::pages::open_at(id.as_str(), &it.project.id, &it.answers, points);
        Task::new(check::project_name(it), href, drafting::state_after(points))
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
    task.note = note;
    task
}

/// The category of a project and what it asks, as far as that is known.
fn project_note(it: &Project) -> Option<String> {
    let category = it.category?.label();
    let asked = Money::sum(it.years.iter().map(|it| it.requested)).unwrap_or(Money::ZERO);
    Some(if asked.is_zero() {
        category.to_owned()
    } else {
        format!("{category}, {}", euros(asked))
    })
}

fn todo(
    actor: &Actor,
    head: &Head,
    opening: &Opening,
    draft: &Draft,
    now: chrono::NaiveDateTime,
    asker: Option<&AccountId>,
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
    let is_guest = head.grant.is_some() && !head.may(actor, Action::SubmitApplication);
    if is_guest {
        return None;
    }
    if let Some(request) = &opening.request {
        return Some(to_complete(id, request));
    }
    let points = check::points(head, draft, &Names::new());
    let may_submit = head.may(actor, Action::SubmitApplication);
    if head.application.signing_id.is_some() {
        return Some(waits_for_signature(
            id,
            may_submit,
            asker == Some(&actor.id),
        ));
    }
    Some(match points.first() {
        Some(first) if is_begun(draft) => Todo {
            title: "Werk verder aan uw aanvraag",
            text: match may_submit {
                true => format!("{} tot u kunt indienen.", drafting::left(points.len())),
                false => format!(
                    "{} tot een ondertekenaar kan indienen.",
                    drafting::left(points.len())
                ),
            },
            href: first.href.clone(),
            button: "Naar het eerste open punt",
        },
        Some(first) => Todo {
            title: "Begin met uw aanvraag",
            text: "U hoeft niet alles in één keer in te vullen. Wij bewaren wat u typt, en u kiest zelf waar u begint.".to_owned(),
            href: first.href.clone(),
            button: "Beginnen",
        },
        None => Todo {
            title: "Uw aanvraag is klaar om in te dienen",
            text: if may_submit {
                "Alles is ingevuld. Controleer de aanvraag en dien deze in.".to_owned()
            } else {
                "Alles is ingevuld. Vraag een ondertekenaar van uw gemeente om in te dienen."
                    .to_owned()
            },
            href: format!("/aanvragen/{id}/controle"),
            button: "Controleren",
        },
    })
}

fn is_begun(draft: &Draft) -> bool {
    !draft.sections.is_empty() || !draft.projects.is_empty()
}

/// What was submitted, what happens with it and until when.
fn submitted(
    head: &Head,
    opening: &Opening,
    term: &Term,
    now: chrono::NaiveDateTime,
) -> Option<Todo> {
    let application = &head.application;
    let today = now.dutch_day();
    let mut text = next::sentences(application.state, application.submitted_at, term, today)?;
    if let Ok(until) = opening.may_correct(application.state, now) {
        text.push_str(&format!(
            " Tot {} kunt u de aanvraag nog verbeteren en opnieuw indienen.",
            dates::moment(until)
        ));
    }
    Some(Todo {
        title: match application.state {
            State::Completed => "Uw aanvulling is ingediend",
            State::Submitted => "Uw aanvraag is ingediend",
            _ => "Uw aanvraag is in behandeling",
        },
        text,
        href: format!(
            "/aanvragen/{}/versies/{}",
            application.id, application.latest_version
        ),
        button: "Lees wat u hebt ingediend",
    })
}

/// `is_asker`: who looks asked others to sign.
fn waits_for_signature(id: &ApplicationId, may_submit: bool, is_asker: bool) -> Todo {
    let is_asked = may_submit && !is_asker;
    Todo {
        title: "Uw aanvraag wacht op ondertekening",
        text: if is_asked {
            "Een collega vraagt u om te ondertekenen. Lees de aanvraag. Dien deze dan in, of stuur deze terug.".to_owned()
        } else if is_asker {
            "U vroeg anderen om te ondertekenen. Bij “Controleren en indienen” staat aan wie."
                .to_owned()
        } else {
            "Een ondertekenaar moet nog indienen.".to_owned()
        },
        href: format!("/aanvragen/{id}/controle"),
        button: if is_asked {
            "Lezen en ondertekenen"
        } else {
            "Bekijken"
        },
    }
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
        href: form.unwrap_or(&SectionName::Projects).href(id),
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
fn due(head: &Head, opening: &Opening, term: &Term, now: chrono::NaiveDateTime) -> Vec<Milestone> {
    let it = &head.application;
    match (head.application.state, &opening.request) {
        (State::Draft, _) => vec![history::closing(head.window.closes_at)],
        (State::CompletionRequested, Some(request)) => vec![history::to_complete(request)],
        _ => {
            let today = now.dutch_day();
            let decided = next::with_day(it.state, it.submitted_at, term, today);
            let corrected = opening.may_correct(it.state, now).ok();
            let corrected = corrected.map(history::correcting);
            decided
                .map(history::to_come)
                .into_iter()
                .chain(corrected)
                .collect()
        }
    }
}

/// What happened, newest first; the same thing done again by the same person is said once.
pub(super) fn past(
    facts: &[FactRow],
    titles: &BTreeMap<ProjectId, String>,
    is_public: bool,
) -> Result<Vec<Event>, AppError> {
    let told = told(facts, titles, is_public)?;
    Ok(told.into_iter().map(|it| it.1).collect())
}

/// As [`past`], each with its fact.
fn told(
    facts: &[FactRow],
    titles: &BTreeMap<ProjectId, String>,
    is_public: bool,
) -> Result<Vec<(Fact, Event)>, AppError> {
    let title = |id: &ProjectId| titles.get(id).cloned();
    let mut events: Vec<(Fact, Event)> = Vec::new();
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
        ) || matches!(&fact, Fact::ApplicationMoved { event } if event == Step::StartAssessment.as_str());
        let note = if is_public && by_ministry {
            "NCTV".to_owned()
        } else {
            row.actor_name.clone()
        };
        let is_again = events
            .last()
            .is_some_and(|(_, it)| it.sentence == sentence && it.note.as_ref() == Some(&note));
        if !is_again {
            let event = Event {
                when: dates::moment(row.at),
                datetime: row.at.machine(),
                sentence,
                note: Some(note),
                due: false,
            };
            events.push((fact, event));
        }
    }
    Ok(events)
}
