//! The pages on which a section is written.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{Draft, DraftProject, Opening, SavedSection, actions, form, store};
use crate::{
    app::App,
    applications::{
        Head, check,
        section::{Kind, SectionName},
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
        policy::Action,
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{dates, filters, labels::Label, sentences},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Choice, Tag, Task, Tone},
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
    version: i32,
    saved: SavedSection,
    is_open: bool,
    is_conflict: bool,
    until: Option<String>,
}

/// A field as the page shows it.
struct FieldView {
    name: &'static str,
    kind: Kind,
    label: String,
    help: String,
    options: Vec<Choice>,
    has_bsn: bool,
    theirs: Vec<Theirs>,
}

/// What somebody else made of a field, and the choice between the two.
struct Theirs {
    choice: String,
    legend: String,
    text: String,
    options: Vec<Choice>,
}

/// How the page is asked for.
#[derive(serde::Deserialize)]
struct Asked {
    /// The section that was just saved.
    opgeslagen: Option<String>,
    /// Present when one comes from the check list.
    controle: Option<String>,
}

/// What the page needs from the database.
struct Loaded {
    head: Head,
    opening: Opening,
    draft: Draft,
    others: Vec<Municipality>,
}

fn load(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    section: SectionName,
) -> Result<Loaded, AppError> {
    let head = common::head(conn, actor, id)?;
    let opening = store::opening_in(conn, &head.application, head.window.clone())?;
    let draft = store::draft(conn, id)?;
    let mut others = Vec::new();
    if section == SectionName::Region {
        let on = dates::OnDay::dutch_day(&head.application.created_at);
        others = schemes::store::members(conn, &head.region.id, on)?;
        others.retain(|it| it.id != head.lead.id);
    }
    Ok(Loaded {
        head,
        opening,
        draft,
        others,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (id, section) = parts(&path)?;
    let actor = who.actor.clone();
    let it = app
        .store
        .read(move |conn| load(conn, &actor, &id, section))
        .await?;
    let saved = it.draft.section(section);
    let is_checked =
        asked.controle.is_some() || asked.opgeslagen.as_deref() == Some(section.as_str());
    let mut form = FormView::new(saved.answers.clone());
    if is_checked && 0 < saved.version {
        form = with_findings(section, form.answers);
    }
    let mut frame = who.frame();
    let just = asked
        .opgeslagen
        .as_deref()
        .and_then(|it| SectionName::parse(it).ok());
    if let Some(at) = just.and_then(|just| it.draft.section(just).saved_at) {
        frame = frame.with_saved(format!("Opgeslagen om {}", dates::time(at)));
    }
    let page = page(frame, it, section, form, None, app.store.now());
    html::ok(&page)
}

async fn save(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, section) = parts(&path)?;
    let seen = posted.version()?;
    let goes_on = posted.answers.get("actie") == "verder";
    let location = after(&id, section, goes_on);
    let (wanted, key, answers) = (id.clone(), posted.key.clone(), posted.answers.clone());
    let result = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::save_section(tx, &wanted, section, &answers, seen)?;
                Ok(location.clone())
            })
        })
        .await;
    match result {
        Ok(location) => Ok(see_other(&location)),
        Err(err @ (AppError::Stale | AppError::Refused(_))) => {
            not_saved(&app, &who, &id, section, &posted.answers, &err).await
        }
        Err(err) => Err(err),
    }
}

/// What was typed comes back, with the reason why it was not saved, and beside it what stands there
/// now if that is the reason.
async fn not_saved(
    app: &App,
    who: &SignedIn,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    reason: &AppError,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), id.clone());
    let it = app
        .store
        .read(move |conn| load(conn, &actor, &id, section))
        .await?;
    let mine = form::typed(section, posted);
    let (frame, theirs) = if matches!(reason, AppError::Stale) {
        let theirs = it.draft.section(section);
        let sentence = format!(
            "{} heeft dit om {} ook gewijzigd. Uw tekst staat er nog en is nog niet opgeslagen. Kies bij elk verschil welke tekst blijft.",
            theirs.saved_by,
            theirs.saved_at.map(dates::time).unwrap_or_default()
        );
        (
            who.frame().with_notice(Tone::Warning, sentence),
            Some(theirs),
        )
    } else {
        let said = sentences::said(reason);
        let text = format!(
            "{} {} Uw tekst is niet opgeslagen.",
            said.message, said.advice
        );
        (who.frame().with_notice(Tone::Error, text), None)
    };
    let page = page(
        frame,
        it,
        section,
        FormView::new(mine),
        theirs,
        app.store.now(),
    );
    html::page(StatusCode::CONFLICT, &page)
}

fn page(
    frame: Frame,
    it: Loaded,
    section: SectionName,
    mut form: FormView,
    theirs: Option<SavedSection>,
    now: chrono::NaiveDateTime,
) -> SectionPage {
    let id = &it.head.application.id;
    let state = it.head.application.state;
    let fields = fields(section, &mut form, &it, theirs.as_ref());
    let saved = it.draft.section(section);
    SectionPage {
        frame: frame
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                it.head.application.reference.clone(),
                format!("/aanvragen/{id}"),
            )
            .here(section.label()),
        section,
        fields,
        steps: steps(&it.head, &it.draft, &it.opening, Some(section), now),
        version: saved.version,
        is_open: it.opening.may_change(state, section, now).is_ok(),
        is_conflict: theirs.is_some(),
        until: until(&it.head, &it.opening),
        form,
        saved,
        head: it.head,
    }
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
    let mut tasks: Vec<Task> = SectionName::ALL
        .iter()
        .map(|section| {
            let open = opening.may_change(head.application.state, *section, now);
            let tag = match open {
                Ok(()) => state_of(head, draft, *section),
                Err(_) => Tag::new(Tone::Neutral, "Gesloten"),
            };
            let (label, href) = match section {
                SectionName::Projects => (
                    format!("Projecten ({})", draft.projects.len()),
                    format!("/aanvragen/{id}#projecten"),
                ),
                section => (
                    section.label().to_owned(),
                    format!("/aanvragen/{id}/onderdelen/{}", section.as_str()),
                ),
            };
            Task::new(label, href, tag).current(current == Some(*section))
        })
        .collect();
    tasks.insert(
        tasks.len().saturating_sub(1),
        Task::new(
            "Begroting",
            format!("/aanvragen/{id}/begroting"),
            budget_state(draft),
        ),
    );
    if opening.may_submit(head.application.state, now).is_ok() {
        let points = check::points(head, draft).len();
        let tag = match points {
            0 => Tag::new(Tone::Info, "Kan nu"),
            many => Tag::new(Tone::Neutral, left(many)),
        };
        tasks.push(Task::new(
            "Controleren en indienen",
            format!("/aanvragen/{id}/controle"),
            tag,
        ));
    }
    tasks
}

/// Whether the amounts of all projects foot.
fn budget_state(draft: &Draft) -> Tag {
    let foots = |it: &DraftProject| !it.project.years.is_empty();
    match draft.projects.iter().filter(|it| foots(it)).count() {
        0 => Tag::new(Tone::Neutral, "Nog niet"),
        all if all == draft.projects.len() => Tag::new(Tone::Success, "Bekijken"),
        _ => Tag::new(Tone::Busy, "Nog niet alles"),
    }
}

fn state_of(head: &Head, draft: &Draft, section: SectionName) -> Tag {
    let is_begun = match section {
        SectionName::Projects => !draft.projects.is_empty(),
        section => draft.sections.contains_key(&section),
    };
    match (is_begun, check::count(head, draft, section)) {
        (false, _) => Tag::new(Tone::Neutral, "Nog niet"),
        (true, 0) => Tag::new(Tone::Success, "Klaar"),
        (true, many) => Tag::new(Tone::Busy, left(many)),
    }
}

/// How much is left to do, in a few words.
pub fn left(points: usize) -> String {
    match points {
        1 => "Nog 1 punt".to_owned(),
        many => format!("Nog {many} punten"),
    }
}

fn with_findings(section: SectionName, answers: Answers) -> FormView {
    let errors: FieldErrors = form::findings(section, &answers);
    FormView::refused(answers, errors).with_note(
        "Uw tekst is wel opgeslagen. U kunt dit later verbeteren, maar pas indienen als alles klopt.",
    )
}

fn fields(
    section: SectionName,
    form: &mut FormView,
    it: &Loaded,
    theirs: Option<&SavedSection>,
) -> Vec<FieldView> {
    let with_bsn = form::with_bsn(&form.answers);
    let differing =
        theirs.map_or_else(Vec::new, |it| form::differences(&form.answers, &it.answers));
    let choice = |other: &Municipality| Choice::new(other.id.as_str(), other.name.as_str());
    section
        .fields()
        .iter()
        .map(|field| FieldView {
            name: field.name,
            kind: field.kind,
            label: field.full_label(),
            help: field.full_help(),
            options: match field.kind {
                Kind::Participants => it.others.iter().map(choice).collect(),
                _ => Vec::new(),
            },
            has_bsn: with_bsn.iter().any(|it| it == field.name),
            theirs: theirs
                .into_iter()
                .flat_map(|saved| differing.iter().map(move |name| (saved, name)))
                .filter(|(_, name)| is_of(field.name, field.kind, name))
                .map(|(saved, name)| difference(form, saved, name, it))
                .collect(),
        })
        .collect()
}

fn is_of(field: &str, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Participants => name.starts_with(&form::participant_field("")),
        _ => field == name,
    }
}

fn difference(form: &mut FormView, saved: &SavedSection, name: &str, it: &Loaded) -> Theirs {
    let choice = format!("{}{name}", form::CHOICE);
    form.answers.set(choice.as_str(), form::MINE);
    let text = saved.answers.get(name);
    let other = it
        .others
        .iter()
        .find(|other| form::participant_field(other.id.as_str()) == name);
    let text = match (other, text) {
        (Some(other), "ja") => format!("{} doet mee", other.name),
        (Some(other), _) => format!("{} doet niet mee", other.name),
        (None, "ja") => "Aangevinkt".to_owned(),
        (None, "") => "(leeg)".to_owned(),
        (None, text) => text.to_owned(),
    };
    Theirs {
        choice,
        legend: format!(
            "{} schreef hier om {} iets anders",
            saved.saved_by,
            saved.saved_at.map(dates::time).unwrap_or_default()
        ),
        text,
        options: vec![
            Choice::new(form::MINE, "Mijn antwoord hierboven blijft"),
            Choice::new(
                form::THEIRS,
                format!("Het antwoord van {} blijft", saved.saved_by),
            ),
        ],
    }
}

/// Where one goes after saving: on to the next form, or back to this one.
fn after(id: &ApplicationId, section: SectionName, goes_on: bool) -> String {
    let saved = section.as_str();
    let mut rest = SectionName::ALL.iter().skip_while(|it| **it != section);
    match rest.nth(if goes_on { 1 } else { 0 }) {
        None => format!("/aanvragen/{id}/controle"),
        Some(SectionName::Projects) => format!("/aanvragen/{id}?opgeslagen={saved}#projecten"),
        Some(next) => format!(
            "/aanvragen/{id}/onderdelen/{}?opgeslagen={saved}",
            next.as_str()
        ),
    }
}

fn parts(path: &(String, String)) -> Result<(ApplicationId, SectionName), AppError> {
    let section = SectionName::parse(&path.1).map_err(|_| AppError::NotFound)?;
    if section == SectionName::Projects {
        return Err(AppError::NotFound);
    }
    Ok((ApplicationId::from(path.0.as_str()), section))
}
