//! The pages on which a section is written.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use askama::Template;

use super::{
    Draft, DraftProject, Opening, SavedSection, actions, form, store,
    view::{self, Conflict, FieldView},
};
use crate::{
    app::App,
    applications::{
        Head,
        check::{self, Names},
        collaboration::tasks::{self, PartTask},
        copying::{self, Copied},
        presence::{self, Present},
        project,
        saving::{
            self, Seen,
            actions::Part,
            pages::{Computed, Reading},
        },
        section::{Kind, SectionName},
        store as common,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        ids::{AccountId, ApplicationId},
    },
    db::Conn,
    error::{AppError, Refusal},
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{dates, filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Tag, Task, Tone},
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::EditApplication);
    vec![
        Route::get("/aanvragen/{id}/onderdelen/{section}", access, show),
        Route::post("/aanvragen/{id}/onderdelen/{section}", access, save),
    ]
}

#[derive(Template)]
#[template(path = "applications/section.html")]
struct SectionPage {
    frame: Frame,
    head: Head,
    section: SectionName,
    form: FormView,
    fields: Vec<FieldView>,
    steps: Vec<Task>,
    present: Vec<String>,
    version: i32,
    saved: SavedSection,
    is_open: bool,
    is_conflict: bool,
    until: Option<String>,
    /// What the ministry asks about this section.
    asked: Option<String>,
    /// What is asked of who looks, here or in the whole application, and not done.
    tasks: Vec<PartTask>,
}

impl SectionPage {
    /// Its own address.
    fn address(&self) -> String {
        let (id, section) = (&self.head.application.id, self.section.as_str());
        format!("/aanvragen/{id}/onderdelen/{section}")
    }
}

/// How the page is asked for.
#[derive(serde::Deserialize)]
struct Asked {
    /// The section that was just saved.
    opgeslagen: Option<String>,
    /// Present when one comes from the check list.
    controle: Option<String>,
    /// The version that somebody had seen who just saved: what others changed since is said.
    sinds: Option<i32>,
}

/// What the page needs from the database.
struct Loaded {
    head: Head,
    opening: Opening,
    draft: Draft,
    others: Vec<Municipality>,
    present: Vec<Present>,
    me: AccountId,
    copied: Option<Copied>,
    tasks: Vec<PartTask>,
}

impl Loaded {
    /// What is wrong in a section, by field.
    fn findings(&self, section: SectionName) -> FieldErrors {
        let named = |it: &Municipality| (it.id.as_str().to_owned(), it.name.clone());
        let names = self.others.iter().map(named).collect();
        check::findings(&self.head, &self.draft, section, &names)
    }
}

/// What is loaded of a section, for whom and when.
#[derive(Clone)]
struct Wanted {
    actor: Actor,
    id: ApplicationId,
    section: SectionName,
    now: chrono::NaiveDateTime,
}

impl Wanted {
    fn new(app: &App, who: &SignedIn, id: &ApplicationId, section: SectionName) -> Wanted {
        Wanted {
            actor: who.actor.clone(),
            id: id.clone(),
            section,
            now: app.store.now(),
        }
    }
}

fn load(conn: &mut Conn, wanted: &Wanted) -> Result<Loaded, AppError> {
    let Wanted {
        actor,
        id,
        section,
        now,
    } = wanted;
    let head = common::head(conn, actor, id)?;
    let opening = Opening::of(&head);
    let draft = store::draft(conn, id)?;
    let mut others = Vec::new();
    if *section == SectionName::Region {
        let on = dates::OnDay::dutch_day(&head.application.created_at);
        others = schemes::store::members(conn, &head.region.id, on)?;
        others.retain(|it| it.id != head.lead.id);
    }
    Ok(Loaded {
        copied: copying::store::copied(conn, &head.application)?,
        head,
        opening,
        draft,
        others,
        present: presence::store::present(conn, id, presence::forgotten_before(*now))?,
        me: actor.id.clone(),
        tasks: tasks::store::open_in(conn, id, *section, &actor.id)?,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (id, section) = parts(&path)?;
    let (wanted, since) = (Wanted::new(&app, &who, &id, section), asked.sinds);
    let (it, news) = app
        .store
        .read(move |conn| {
            let (actor, part) = (&wanted.actor, section.as_str());
            let news = saving::pages::news(conn, actor, &wanted.id, part, since)?;
            Ok((load(conn, &wanted)?, news))
        })
        .await?;
    let saved = it.draft.section(section);
    let is_checked =
        asked.controle.is_some() || asked.opgeslagen.as_deref() == Some(section.as_str());
    let mut form = FormView::new(saved.answers.clone());
    if is_checked && 0 < saved.version {
        form = FormView::unfinished(form.answers, it.findings(section));
    }
    let mut frame = who.frame();
    let label = |name: &str| view::label(section, name);
    let mut news = saving::pages::notices(&who.actor.id, &news, &label);
    if let Some((section_saved, saved)) = just_saved(&it.draft, asked.opgeslagen.as_deref()) {
        frame = frame.with_saved(saved);
        if section_saved != section {
            news.extend(still_open(&it.head, &it.draft, section_saved));
        }
    }
    if !news.is_empty() {
        frame = frame.with_notice(Tone::Info, news.join(" "));
    }
    let page = page(frame, it, section, form, None, app.store.now());
    html::ok(&page)
}

async fn save(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    req: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, section) = parts(&path)?;
    if saving::pages::is_script(&req) {
        return save_while_typing(&app, &who, &id, section, &posted).await;
    }
    let seen = saving::pages::seen(&posted, true)?;
    let goes_on = posted.answers.get("actie") == "verder";
    let location = match saving::pages::leads_to(&posted.answers, &id) {
        Some(to) => saving::pages::with_query(&to, "opgeslagen", section.as_str()),
        None => after(&id, section, goes_on),
    };
    let key = saving::pages::key(&posted, &posted.answers)?;
    let (wanted, answers, from) = (id.clone(), posted.answers.clone(), seen.clone());
    let result = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let saved = actions::save_typed(tx, &wanted, section, &answers, &from)?;
                Ok(saving::pages::location(&saved.merged, &from, &location))
            })
        })
        .await;
    match result {
        Ok(location) if !location.is_empty() => Ok(see_other(&location)),
        Ok(_) => conflict(&app, &who, &id, section, &posted.answers, &seen).await,
        Err(err @ AppError::Refused(_)) => {
            closed(&app, &who, &id, section, &posted.answers, &err).await
        }
        Err(AppError::Busy) => {
            let to = format!("/aanvragen/{id}/onderdelen/{}", section.as_str());
            saving::pages::again(&who, to, &posted)
        }
        Err(err) => Err(err),
    }
}

/// The answer to the script that saves while one types.
async fn save_while_typing(
    app: &App,
    who: &SignedIn,
    id: &ApplicationId,
    section: SectionName,
    posted: &Posted,
) -> Result<HttpResponse, AppError> {
    let seen = saving::pages::seen(posted, false)?;
    let wanted = Wanted::new(app, who, id, section);
    let (id, answers) = (id.clone(), posted.answers.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            actions::save_typed(tx, &id, section, &answers, &seen)
        })
        .await;
    // Whether the municipalities are right depends on the projects, too.
    let mut findings = FieldErrors::default();
    match &done {
        Ok(_) if section == SectionName::Region => {
            let it = app.store.read(move |conn| load(conn, &wanted)).await?;
            findings = it.findings(section);
        }
        Ok(done) => findings = form::findings(section, &done.merged.answers),
        Err(_) => {}
    }
    let reading = Reading {
        label: &|name| view::label(section, name),
        text: &|name, text| view::read(name, text, &[]),
    };
    match done {
        Ok(done) => Ok(saving::pages::answer(
            who,
            app.store.now(),
            &form::typed(section, &posted.answers),
            &done,
            reading,
            computed(findings),
        )),
        Err(err @ AppError::Refused(_)) => Ok(saving::pages::refused(&err)),
        Err(err) => Err(err),
    }
}

/// What is made of a section that was saved.
fn computed(findings: FieldErrors) -> Computed {
    Computed {
        outputs: BTreeMap::new(),
        state: state_after(findings.len()),
        findings,
    }
}

/// Two people wrote in one field: both texts come back, to choose from.
async fn conflict(
    app: &App,
    who: &SignedIn,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    seen: &Seen,
) -> Result<HttpResponse, AppError> {
    let (wanted, seen) = (Wanted::new(app, who, id, section), seen.clone());
    let mine = form::typed(section, posted);
    let (it, merged) = app
        .store
        .read(move |conn| {
            let it = load(conn, &wanted)?;
            let saved = it.draft.section(section);
            let part = Part {
                application: &wanted.id,
                name: section.as_str(),
                answers: &saved.answers,
                version: saved.version,
            };
            let merged = saving::actions::merge(conn, part, &mine, &seen, &[])?;
            Ok((it, merged))
        })
        .await?;
    let frame = who.frame().with_notice(
        Tone::Warning,
        saving::pages::clashed(&who.actor.id, &merged),
    );
    let form = FormView::new(merged.mine.clone());
    let of = Conflict {
        me: &who.actor.id,
        merged: &merged,
    };
    let page = page(frame, it, section, form, Some(of), app.store.now());
    html::page(StatusCode::CONFLICT, &page)
}

/// The section cannot be changed any more: what was typed comes back, with the reason.
async fn closed(
    app: &App,
    who: &SignedIn,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    reason: &AppError,
) -> Result<HttpResponse, AppError> {
    let wanted = Wanted::new(app, who, id, section);
    let it = app.store.read(move |conn| load(conn, &wanted)).await?;
    let frame = saving::pages::not_saved(who.frame(), reason);
    let form = FormView::new(form::typed(section, posted));
    let page = page(frame, it, section, form, None, app.store.now());
    html::page(reason.status_code(), &page)
}

fn page(
    frame: Frame,
    it: Loaded,
    section: SectionName,
    mut form: FormView,
    conflict: Option<Conflict<'_>>,
    now: chrono::NaiveDateTime,
) -> SectionPage {
    let state = it.head.application.state;
    let fields = view::fields(section, &mut form, &it.others, it.copied.as_ref(), conflict);
    let saved = it.draft.section(section);
    SectionPage {
        frame: it.head.crumbs(frame).here(section.label()),
        section,
        fields,
        present: presence::sentences(&it.present, section.as_str(), &it.me),
        steps: presence::noted(
            steps(&it.head, &it.draft, &it.opening, Some(section), now),
            &it.present,
            &it.me,
        ),
        version: saved.version,
        is_open: it.opening.may_change(state, section, now).is_ok(),
        is_conflict: conflict.is_some(),
        until: until(&it.head, &it.opening),
        asked: it.opening.asked_of(section).map(str::to_owned),
        tasks: it.tasks,
        form,
        saved,
        head: it.head,
    }
}

/// What people call a field of a section.
pub fn label(section: SectionName, name: &str) -> String {
    view::label(section, name)
}

/// Until when can be submitted, as a sentence; `None` when it was.
pub fn until(head: &Head, opening: &Opening) -> Option<String> {
    match (head.application.state, &opening.request) {
        (crate::applications::state::State::Draft, _) => Some(format!(
            "Indienen kan tot {}.",
            dates::moment(head.window.closes_at)
        )),
        (_, Some(request)) => Some(format!(
            "Aanvullen kan tot en met {}.",
            dates::date(request.due_on)
        )),
        _ => None,
    }
}

/// The parts of an application as steps, with an honest state each; `current` is on the screen.
pub fn steps(
    head: &Head,
    draft: &Draft,
    opening: &Opening,
    current: Option<SectionName>,
    now: chrono::NaiveDateTime,
) -> Vec<Task> {
    let id = &head.application.id;
    let mut lines: Vec<Task> = SectionName::ALL
        .iter()
        .map(|section| {
            let open = opening.may_change(head.application.state, *section, now);
            let tag = match open {
                Ok(()) => state_of(head, draft, *section),
                Err(Refusal::NotGiven) => Tag::new(Tone::Neutral, "Alleen lezen"),
                Err(_) => Tag::new(Tone::Neutral, "Gesloten"),
            };
            let (label, href) = match section {
                SectionName::Projects => (
                    format!("Projecten ({})", draft.projects.len()),
                    format!("/aanvragen/{id}#projecten"),
                ),
                section => (section.label().to_owned(), section.href(id)),
            };
            Task::new(label, href, tag).current(current == Some(*section))
        })
        .collect();
    let after_projects = SectionName::ALL
        .iter()
        .take_while(|it| **it != SectionName::Statements);
    lines.insert(
        after_projects.count(),
        Task::new(
            "Begroting",
            format!("/aanvragen/{id}/begroting"),
            budget_state(head, draft),
        ),
    );
    if opening.may_submit(head.application.state, now).is_ok() {
        let points = check::points(head, draft, &Names::new()).len();
        let tag = match points {
            0 => Tag::new(Tone::Info, "Kan nu"),
            many => Tag::new(Tone::Neutral, left(many)),
        };
        lines.push(Task::new(
            "Controleren en indienen",
            format!("/aanvragen/{id}/controle"),
            tag,
        ));
    }
    lines
}

/// Whether the budgets of all projects are as they can be submitted.
fn budget_state(head: &Head, draft: &Draft) -> Tag {
    let is_begun = |it: &DraftProject| !it.project.years.is_empty();
    let is_done = |it: &DraftProject| {
        let (_, faults) = project::form::read(&it.answers, head.cycle.years(), head.window.kind);
        is_begun(it)
            && !faults
                .iter()
                .any(|(field, _)| project::form::is_of_budget(field))
    };
    if !draft.projects.iter().any(is_begun) {
        Tag::new(Tone::Neutral, "Nog niet")
    } else if draft.projects.iter().all(is_done) {
        Tag::new(Tone::Success, "Klaar")
    } else {
        Tag::new(Tone::Busy, "Nog niet alles")
    }
}

fn state_of(head: &Head, draft: &Draft, section: SectionName) -> Tag {
    let is_begun = match section {
        SectionName::Projects => !draft.projects.is_empty(),
        SectionName::Attachments => draft.section(section).answers != Answers::default(),
        section => draft.sections.contains_key(&section),
    };
    match (is_begun, check::count(head, draft, section)) {
        (false, _) if section == SectionName::Attachments => Tag::new(Tone::Neutral, "Geen"),
        (false, _) => Tag::new(Tone::Neutral, "Nog niet"),
        (true, points) => state_after(points),
    }
}

/// How a part stands that was begun, with so many points left.
pub fn state_after(points: usize) -> Tag {
    match points {
        0 => Tag::new(Tone::Success, "Klaar"),
        many => Tag::new(Tone::Busy, left(many)),
    }
}

/// How much is left to do, in a few words.
pub fn left(points: usize) -> String {
    match points {
        1 => "Nog 1 punt".to_owned(),
        many => format!("Nog {many} punten"),
    }
}

/// The section that was just saved, by its name in an address, and a sentence that says when.
pub fn just_saved(draft: &Draft, name: Option<&str>) -> Option<(SectionName, String)> {
    let section = SectionName::parse(name?).ok()?;
    let at = draft.section(section).saved_at?;
    Some((section, format!("Opgeslagen om {}", dates::time(at))))
}

/// What is said to who goes on from a section that is not ready.
pub fn still_open(head: &Head, draft: &Draft, section: SectionName) -> Option<String> {
    let open = match check::count(head, draft, section) {
        0 => return None,
        1 => "1 antwoord".to_owned(),
        many => format!("{many} antwoorden"),
    };
    Some(format!(
        "In “{}” moet u nog {open} invullen of verbeteren. Dat kan later.",
        section.label()
    ))
}

/// Where one goes after saving: on to the next form, or back to this one.
fn after(id: &ApplicationId, section: SectionName, goes_on: bool) -> String {
    let saved = section.as_str();
    let mut rest = SectionName::ALL.iter().skip_while(|it| **it != section);
    match rest.nth(if goes_on { 1 } else { 0 }) {
        None => format!("/aanvragen/{id}/controle?opgeslagen={saved}"),
        Some(SectionName::Projects) => format!("/aanvragen/{id}?opgeslagen={saved}#projecten"),
        Some(next) => format!("{}?opgeslagen={saved}", next.href(id)),
    }
}

fn parts(path: &(String, String)) -> Result<(ApplicationId, SectionName), AppError> {
    let section = SectionName::parse(&path.1).map_err(|_| AppError::NotFound)?;
    if !SectionName::FORMS.contains(&section) {
        return Err(AppError::NotFound);
    }
    Ok((ApplicationId::from(path.0.as_str()), section))
}
