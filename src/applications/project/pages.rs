//! The form of a project.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use askama::Template;

use super::{
    Direction, EvaluationKind, IndicatorLevel, LineKind, MOST_LINES, Meaning, ROWS, YearTotals,
    actions::{self, Way},
    coaching,
    form::{self, CHOICE_PREFIX, MINE, THEIRS},
    incoming, outputs, paste, preview,
    rows::{self, Division, IndicatorRow, LineRow, ShareRow},
    shares,
    store::{self, Draft},
    subject::{self, Text},
};
use crate::{
    app::App,
    applications::{
        Head,
        budget::{Limits, hints, store as budgets},
        copying::{self, Copied},
        drafting::{Opening, pages as drafting},
        presence::{self, Present},
        saving::{
            self, Seen,
            actions::Part,
            merge::{Merged, Theirs},
            pages::{Computed, Reading},
        },
        section::SectionName,
        store as dossiers,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, ProjectId},
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{
        dates::{self, OnDay},
        filters,
        labels::{self, Label},
    },
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Choice, Tag, Task, Tone},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let arrange = Access::May(Action::ArrangeProjects);
    vec![
        Route::post("/aanvragen/{id}/projecten", may, add),
        Route::get("/aanvragen/{id}/projecten/{project}", may, show),
        Route::post("/aanvragen/{id}/projecten/{project}", may, save),
        Route::post("/aanvragen/{id}/projecten/{project}/kopie", arrange, copy),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/verwijdering",
            arrange,
            remove,
        ),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/herstel",
            arrange,
            restore,
        ),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/volgorde",
            arrange,
            shift,
        ),
    ]
}

type Address = web::Path<(String, String)>;

#[derive(serde::Deserialize)]
struct Asked {
    /// `ja`: say what is wrong.
    #[serde(default)]
    controle: String,
    /// The version that somebody had seen who just saved: what others changed since is said.
    sinds: Option<i32>,
    /// What was just taken away: `regel` or `indicator`.
    #[serde(default)]
    weg: String,
    /// The project that was just saved, from which one came here.
    #[serde(default)]
    opgeslagen: String,
}

#[derive(Template)]
#[template(path = "applications/project/form.html")]
struct ProjectPage {
    frame: Frame,
    form: FormView,
    is_open: bool,
    is_removed: bool,
    /// What was just taken away: `regel`, `indicator` or nothing.
    gone: String,
    /// Whether who looks may copy, move, remove and put back the project.
    may_arrange: bool,
    over: String,
    name: String,
    steps: Vec<Task>,
    present: Vec<String>,
    saved: Option<String>,
    saved_by: String,
    until: Option<String>,
    /// What the ministry asks about the projects.
    asked: Option<String>,
    money: Vec<String>,
    paste_help: String,
    address: String,
    application_id: String,
    project_id: String,
    version: i32,
    years: Vec<i32>,
    /// The same, for the script to see that others are to be shown.
    shown: String,
    /// Whether it was begun, is not ready, and what is missing is not said on this page.
    is_left_open: bool,
    categories: Vec<Choice>,
    /// The parts, by category.
    parts: Vec<Parts>,
    year_choices: Vec<Choice>,
    texts: [Text; 8],
    /// From which cycle the texts come that still say what they said then, and which those are.
    copied: Option<(String, Vec<String>)>,
    evaluation_plan: Text,
    participants: Vec<Choice>,
    evaluations: Vec<Choice>,
    levels: Vec<Choice>,
    directions: Vec<Choice>,
    line_kinds: Vec<Choice>,
    indicators: Vec<IndicatorRow>,
    lines: Vec<LineRow>,
    totals: Vec<YearTotals>,
    requested_label: &'static str,
    shares: Vec<ShareRow>,
    divisions: Vec<Division>,
    may_add_line: bool,
    may_add_indicator: bool,
    /// Whether there is room for one from the catalogue.
    may_choose: bool,
    tally: String,
    preview: Vec<preview::Row>,
    whole: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "applications/project/removed.html")]
struct RemovedPage {
    frame: Frame,
    may_arrange: bool,
    over: String,
    name: String,
    address: String,
    application: String,
}

#[derive(Template)]
#[template(path = "applications/project/conflict.html")]
struct ConflictPage {
    frame: Frame,
    form: FormView,
    over: String,
    lead: String,
    address: String,
    version: i32,
    mine: Answers,
    choices: Vec<FieldChoice>,
}

/// Two texts of one field, to choose from.
struct FieldChoice {
    field: String,
    label: String,
    options: Vec<Choice>,
}

impl ProjectPage {
    /// The fields of an amount that is asked per year.
    fn per_year(&self, name: &str) -> Vec<String> {
        let years = self.years.iter();
        years.map(|it| format!("{name}.{it}")).collect()
    }

    /// The fields in which is chosen what kind of project it is.
    fn choices(&self) -> Vec<String> {
        ["categorie", "onderdeel", "jaar"]
            .map(str::to_owned)
            .to_vec()
    }

    /// The part that was chosen.
    fn chosen_part(&self) -> Option<Choice> {
        let chosen = self.form.value("onderdeel");
        self.every_part().into_iter().find(|it| it.value == chosen)
    }

    /// The parts of all categories.
    fn every_part(&self) -> Vec<Choice> {
        let groups = self.parts.iter();
        groups.flat_map(|it| it.choices.iter().cloned()).collect()
    }

    /// From which cycle a text comes, if it still says what it said then.
    fn copied_from(&self, field: &str) -> Option<&str> {
        let (cycle, fields) = self.copied.as_ref()?;
        let is_unchanged = fields.iter().any(|it| it == field);
        is_unchanged.then_some(cycle.as_str())
    }
}

/// The parts of a category, to choose from.
struct Parts {
    category: Category,
    choices: Vec<Choice>,
}

impl Parts {
    /// Those of all categories; of the chosen one first.
    fn all(chosen: Option<Category>) -> Vec<Parts> {
        let mut all: Vec<Parts> = Category::ALL.iter().copied().map(Parts::of).collect();
        all.sort_by_key(|it| Some(it.category) != chosen);
        all
    }

    fn of(category: Category) -> Parts {
        let choice =
            |it: &SubItem| Choice::new(it.as_str(), it.label()).with_help(labels::meaning(*it));
        Parts {
            category,
            choices: category.sub_items().iter().map(choice).collect(),
        }
    }
}

impl RemovedPage {
    /// The address of what can be done with the project as a whole.
    fn part(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

impl FieldChoice {
    /// For the template: borrowed.
    fn options(&self) -> &[Choice] {
        &self.options
    }
}

/// What the pages of one project need.
struct Loaded {
    head: Head,
    opening: Opening,
    draft: Draft,
    drafts: Vec<Draft>,
    members: Vec<Municipality>,
    present: Vec<Present>,
    me: AccountId,
    copied: Option<Copied>,
    limits: Limits,
}

impl Loaded {
    /// What was typed in a project means so far, and what is wrong with it.
    fn read(&self, answers: &Answers) -> (Meaning, FieldErrors) {
        let (years, window) = (self.head.cycle.years(), self.head.window.kind);
        form::read_named(answers, years, window, &shares::names(&self.members))
    }

    /// The years to choose from.
    fn choosable_years(&self) -> Vec<i32> {
        self.shown_years(&Answers::default())
    }

    /// The years that the page shows of what was typed.
    fn shown_years(&self, answers: &Answers) -> Vec<i32> {
        form::shown_years(answers, self.head.cycle.years(), self.head.window.kind)
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who.actor, &path).await?;
    let (state, now) = (loaded.head.application.state, app.store.now());
    let opening = &loaded.opening;
    let is_open = opening
        .may_change(state, SectionName::Projects, now)
        .is_ok();
    if !is_open {
        return Ok(access::see_other(&dossier(&path.0)));
    }
    if loaded.draft.removed_at.is_some() {
        return html::ok(&removed_page(&who, &path, &loaded));
    }
    // Who comes from another project brings the version of that one.
    let since = asked.sinds.filter(|_| asked.opgeslagen.is_empty());
    let news = news(&app, &who.actor, &path, since).await?;
    let mut page = project_page(&who, &path, &loaded, asked.controle == "ja");
    page.gone.clone_from(&asked.weg);
    let before = loaded
        .drafts
        .iter()
        .find(|it| it.id.as_str() == asked.opgeslagen);
    if let Some(before) = before {
        let sentence = format!("Opgeslagen: {}", name(before));
        page.frame = page.frame.with_notice(Tone::Success, sentence);
    }
    let news = saving::pages::notices(&who.actor.id, &news, &|name| form::label(name));
    if !news.is_empty() {
        page.frame = page.frame.with_notice(Tone::Info, news.join(" "));
    }
    html::ok(&page)
}

async fn add(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let project = actions::add(tx, &ApplicationId::from(&*id))?;
                Ok(address(&id, project.as_str()))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

async fn save(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    req: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    if saving::pages::is_script(&req) {
        return save_while_typing(&app, &who, &path, &posted).await;
    }
    let seen = saving::pages::seen(&posted, true)?;
    let mine = if posted.answers.get(form::MERGE_FIELD) == "ja" {
        let loaded = load(&app, &who.actor, &path).await?;
        match chosen(&loaded, &posted, &seen) {
            Ok(chosen) => chosen,
            Err(errors) => {
                let merged = merged_now(&app, &path, &posted, &seen).await?;
                let page = conflict_page(&who, &path, &loaded, &merged, &posted, errors);
                return html::refused(&page);
            }
        }
    } else {
        form::typed_in(&posted.answers)
    };
    let button = posted.answers.get("actie").to_owned();
    let pasted = posted.answers.get(paste::FIELD);
    let (mine, added) = if WORKED_OUT.contains(&&*button) {
        let loaded = load(&app, &who.actor, &path).await?;
        match worked_out(&loaded, mine.clone(), &button, pasted) {
            Ok(it) => it,
            Err(errors) => {
                let typed = mine.with(paste::FIELD, pasted);
                let page = refused_page(&who, &path, loaded, typed, seen.version, errors);
                return html::refused(&page);
            }
        }
    } else {
        (mine, None)
    };
    let key = saving::pages::key(&posted, &mine)?;
    let to = saving::pages::leads_to(&posted.answers, &ApplicationId::from(&*path.0));
    let (id, project) = (path.0.clone(), ProjectId::from(&*path.1));
    let from = seen.clone();
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let goes = (&*button, to.as_deref());
                save_and_go(tx, (&id, &project), &from, &mine, goes, added)
            })
        })
        .await;
    match written {
        Ok(location) if !location.is_empty() => Ok(access::see_other(&location)),
        Ok(_) => {
            let loaded = load(&app, &who.actor, &path).await?;
            let merged = merged_now(&app, &path, &posted, &seen).await?;
            let errors = FieldErrors::default();
            let page = conflict_page(&who, &path, &loaded, &merged, &posted, errors);
            html::page(StatusCode::CONFLICT, &page)
        }
        Err(err @ AppError::Refused(_)) => {
            let mut loaded = load(&app, &who.actor, &path).await?;
            loaded.draft.answers = form::typed_in(&posted.answers);
            let mut page = project_page(&who, &path, &loaded, false);
            page.is_open = false;
            page.is_removed = loaded.draft.removed_at.is_some();
            page.frame = saving::pages::not_saved(page.frame, &err);
            html::page(err.status_code(), &page)
        }
        Err(AppError::Busy) => saving::pages::again(&who, address(&path.0, &path.1), &posted),
        Err(err) => Err(err),
    }
}

/// The buttons that work something out from what was typed, before it is saved.
const WORKED_OUT: [&str; 3] = ["verdeel-gelijk", "verdeel-gewicht", "plak"];

/// What was typed with what the button works out from it, and the first row that it added; or why it
/// cannot.
fn worked_out(
    loaded: &Loaded,
    mut mine: Answers,
    button: &str,
    pasted: &str,
) -> Result<(Answers, Option<u32>), FieldErrors> {
    let key = match button {
        "verdeel-gelijk" => shares::Key::Evenly,
        "verdeel-gewicht" => shares::Key::ByWeight,
        "plak" => {
            let row = paste_in(loaded, &mut mine, pasted)?;
            return Ok((mine, Some(row)));
        }
        _ => return Ok((mine, None)),
    };
    let (meaning, _) = loaded.read(&mine);
    let members: Vec<_> = loaded.members.iter().map(|it| &it.id).collect();
    shares::divide(
        &mut mine,
        &meaning.years,
        &members,
        &shares::names(&loaded.members),
        key,
    )?;
    Ok((mine, None))
}

/// Adds the lines that were pasted; the first row. Nothing is added if anything is wrong.
fn paste_in(loaded: &Loaded, mine: &mut Answers, pasted: &str) -> Result<u32, FieldErrors> {
    let mut errors = FieldErrors::default();
    match paste::read(pasted, &loaded.shown_years(mine)) {
        Ok(lines) => match incoming::append(mine, &lines) {
            Some(row) => return Ok(row),
            None => errors.push(
                paste::FIELD,
                format!(
                    "Een project heeft hoogstens {MOST_LINES} regels. U plakt er {}. Zoveel plaats is er niet meer: voeg regels samen of maak eerst regels leeg.",
                    lines.len()
                ),
            ),
        },
        Err(faults) => {
            for it in faults {
                errors.push(paste::FIELD, it.said());
            }
        }
    }
    Err(errors)
}

/// The form as it was posted, with why nothing was done with it.
fn refused_page(
    who: &SignedIn,
    path: &(String, String),
    mut loaded: Loaded,
    typed: Answers,
    version: i32,
    errors: FieldErrors,
) -> ProjectPage {
    loaded.draft.answers = typed.clone();
    loaded.draft.version = version;
    let mut page = project_page(who, path, &loaded, false);
    page.saved = None;
    page.form = FormView::refused(typed, errors)
        .with_note("Wat u typte, staat er nog. Druk op “Opslaan en verder” om het te bewaren.");
    page
}

/// The answer to the script that saves while one types.
async fn save_while_typing(
    app: &App,
    who: &SignedIn,
    path: &Address,
    posted: &Posted,
) -> Result<HttpResponse, AppError> {
    let seen = saving::pages::seen(posted, false)?;
    let typed = form::typed_in(&posted.answers);
    let (project, mine) = (ProjectId::from(&*path.1), typed.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            actions::save_typed(tx, &project, &mine, &seen)
        })
        .await;
    let reading = Reading {
        label: &|name| form::label(name),
        text: &|name, text| form::shown_text(name, text),
    };
    match done {
        Ok(saved) => Ok(saving::pages::answer(
            who,
            app.store.now(),
            &typed,
            &saved.outcome,
            reading,
            Computed {
                outputs: outputs::of(&saved.outcome.merged.answers, &saved.meaning, &saved.years),
                state: drafting::state_after(saved.findings.len()),
                findings: saved.findings,
            },
        )),
        Err(err @ AppError::Refused(_)) => Ok(saving::pages::refused(&err)),
        Err(err) => Err(err),
    }
}

/// What was chosen where two people wrote something else, if the other has not written on since;
/// otherwise what was typed here.
fn chosen(loaded: &Loaded, posted: &Posted, seen: &Seen) -> Result<Answers, FieldErrors> {
    if loaded.draft.version == seen.version {
        let years = loaded.head.cycle.years();
        form::merged(&posted.answers, &loaded.draft.answers, years)
    } else {
        Ok(form::typed_in(&posted.answers))
    }
}

/// What was typed, made one with what is stored now.
async fn merged_now(
    app: &App,
    path: &Address,
    posted: &Posted,
    seen: &Seen,
) -> Result<Merged, AppError> {
    let (project, seen) = (ProjectId::from(&*path.1), seen.clone());
    let mine = form::typed_in(&posted.answers);
    app.store
        .read(move |conn| {
            let draft = store::draft(conn, &project)?;
            let part = Part {
                application: &draft.application_id,
                name: draft.id.as_str(),
                answers: &draft.answers,
                version: draft.version,
            };
            saving::actions::merge(conn, part, &mine, &seen, &ROWS)
        })
        .await
}

/// Saves, does what the button says with the project as a whole, and says where that leads: nowhere
/// while there is something to choose.
fn save_and_go(
    tx: &mut Tx<'_>,
    (id, project): (&str, &ProjectId),
    seen: &Seen,
    mine: &Answers,
    (button, to): (&str, Option<&str>),
    added: Option<u32>,
) -> Result<String, AppError> {
    let mut answers = mine.clone();
    let row = match button {
        "regel" => form::add_line(&mut answers).map(|it| format!("regel.{it}.omschrijving")),
        "indicator" => form::add_indicator(&mut answers).map(|it| format!("indicator.{it}.naam")),
        _ => None,
    };
    form::part_with(&mut answers, button);
    if button == "terugzetten" {
        actions::restore(tx, project)?;
    }
    let saved = actions::save_typed(tx, project, &answers, seen)?;
    let merged = &saved.outcome.merged;
    if !merged.conflicts.is_empty() {
        return Ok(saving::pages::location(merged, seen, ""));
    }
    let here = address(id, project.as_str());
    let row = row.or_else(|| added.map(|it| format!("regel.{it}.omschrijving")));
    let location = match (button, row) {
        (_, Some(row)) => format!("{here}#{row}"),
        ("verdeel-gelijk" | "verdeel-gewicht", _) => format!("{here}#verdeling"),
        ("catalogus", _) => format!("{here}/indicatoren"),
        (it, _) if it.starts_with("los.") => format!("{here}#indicatoren-kop"),
        (it, _) if it.starts_with("weg.") => format!("{here}?weg=indicator#indicatoren-kop"),
        (it, _) if it.starts_with("regel-weg.") => format!("{here}?weg=regel#begroting-kop"),
        _ if to.is_some() => to.unwrap_or_default().to_owned(),
        ("later", _) => saved_among_all(id, project),
        ("verder", _) if saved.findings.is_empty() => next_open(tx, id, project)?,
        ("verder" | "bewaar", _) => format!("{here}?controle=ja"),
        _ => with_whole(tx, id, project, button)?,
    };
    Ok(saving::pages::location(merged, seen, &location))
}

/// Does something with the project as a whole; where that leads.
fn with_whole(
    tx: &mut Tx<'_>,
    id: &str,
    project: &ProjectId,
    button: &str,
) -> Result<String, AppError> {
    match button {
        "kopie" => {
            let copy = actions::copy(tx, project)?;
            return Ok(address(id, copy.as_str()));
        }
        // Back to the button that was pressed: pressing it again goes on.
        "omhoog" => {
            actions::shift(tx, project, Way::Up)?;
            return Ok(format!("{}#omhoog", address(id, project.as_str())));
        }
        "omlaag" => {
            actions::shift(tx, project, Way::Down)?;
            return Ok(format!("{}#omlaag", address(id, project.as_str())));
        }
        "verwijderen" => {
            actions::remove(tx, project)?;
            return Ok(format!("{}?verwijderd={project}#verwijderd", dossier(id)));
        }
        _ => {}
    }
    Ok(address(id, project.as_str()))
}

async fn copy(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    change(&app, &who, posted, move |tx| {
        let copy = actions::copy(tx, &ProjectId::from(&*project))?;
        Ok(address(&id, copy.as_str()))
    })
    .await
}

async fn remove(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    change(&app, &who, posted, move |tx| {
        actions::remove(tx, &ProjectId::from(&*project))?;
        Ok(format!("{}?verwijderd={project}#verwijderd", dossier(&id)))
    })
    .await
}

async fn restore(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    let to_list = posted.answers.get("terug") == "lijst";
    change(&app, &who, posted, move |tx| {
        actions::restore(tx, &ProjectId::from(&*project))?;
        Ok(if to_list {
            format!("{}#projecten", dossier(&id))
        } else {
            address(&id, &project)
        })
    })
    .await
}

async fn shift(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    // Back to the button that was pressed: pressing it again goes on.
    let (way, button) = match posted.answers.get("richting") {
        "omhoog" => (Way::Up, "omhoog"),
        "omlaag" => (Way::Down, "omlaag"),
        _ => return Err(AppError::BadRequest("neither up nor down")),
    };
    change(&app, &who, posted, move |tx| {
        actions::shift(tx, &ProjectId::from(&*project), way)?;
        Ok(format!("{}#{button}", address(&id, &project)))
    })
    .await
}

/// Does one thing with a project, once, and goes where it says.
async fn change(
    app: &App,
    who: &SignedIn,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>) -> Result<String, AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let key = posted.key;
    let written = app
        .store
        .write(&who.actor, move |tx| once(tx, &key, &f))
        .await?;
    Ok(access::see_other(&written))
}

async fn load(app: &App, actor: &Actor, path: &(String, String)) -> Result<Loaded, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let (actor, now) = (actor.clone(), app.store.now());
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let draft = store::draft(conn, &project)?;
        if draft.application_id != id {
            return Err(AppError::NotFound);
        }
        let on = head.application.created_at.dutch_day();
        Ok(Loaded {
            drafts: store::drafts(conn, &id)?,
            members: schemes::store::members(conn, &head.region.id, on)?,
            limits: budgets::rooms(conn, &head.cycle.id)?,
            opening: Opening::of(&head),
            copied: copying::store::copied(conn, &head.application)?,
            present: presence::store::present(conn, &id, presence::forgotten_before(now))?,
            me: actor.id,
            head,
            draft,
        })
    };
    app.store.read(load).await
}

/// What others changed in the project since the version that somebody had seen who just saved.
async fn news(
    app: &App,
    actor: &Actor,
    path: &Address,
    since: Option<i32>,
) -> Result<Vec<Theirs>, AppError> {
    if since.is_none() {
        return Ok(Vec::new());
    }
    let (actor, id, part) = (actor.clone(), ApplicationId::from(&*path.0), path.1.clone());
    app.store
        .read(move |conn| saving::pages::news(conn, &actor, &id, &part, since))
        .await
}

fn dossier(id: &str) -> String {
    format!("/aanvragen/{id}")
}

/// Where one goes from a project that is ready: the next one that is not, from here on and then from the
/// start; or the list of all.
fn next_open(tx: &mut Tx<'_>, id: &str, project: &ProjectId) -> Result<String, AppError> {
    let application = dossiers::get(tx.conn, &ApplicationId::from(id))?;
    let setting = store::setting(tx.conn, &application)?;
    let drafts = store::drafts(tx.conn, &application.id)?;
    let here = drafts.iter().position(|it| it.id == *project).unwrap_or(0);
    let is_open = |it: &&Draft| {
        let (_, findings) = form::read(&it.answers, setting.years, setting.window);
        it.id != *project && !findings.is_empty()
    };
    let mut from_here = drafts.iter().cycle().skip(here).take(drafts.len());
    Ok(match from_here.find(is_open) {
        Some(next) => {
            let page = address(id, next.id.as_str());
            saving::pages::with_query(&page, "opgeslagen", project.as_str())
        }
        None => saved_among_all(id, project),
    })
}

/// The list of projects, with a word about the one that was saved.
fn saved_among_all(id: &str, project: &ProjectId) -> String {
    let all = format!("{}#projecten", dossier(id));
    saving::pages::with_query(&all, "opgeslagen", project.as_str())
}

/// So many points are said above the form at once to who comes for them; more are asked for on the page.
const FEW_POINTS: usize = 5;

/// The address of a project in a list that says how many points are left: with what they are, if they
/// are few.
pub fn open_at(id: &str, project: &ProjectId, answers: &Answers, points: usize) -> String {
    let page = address(id, project.as_str());
    if (1..=FEW_POINTS).contains(&points) && !form::is_empty(answers) {
        format!("{page}?controle=ja")
    } else {
        page
    }
}

fn address(id: &str, project: &str) -> String {
    format!("/aanvragen/{id}/projecten/{project}")
}

fn project_page(
    who: &SignedIn,
    path: &(String, String),
    loaded: &Loaded,
    is_checked: bool,
) -> ProjectPage {
    let draft = &loaded.draft;
    let (meaning, findings) = loaded.read(&draft.answers);
    let years = loaded.shown_years(&draft.answers);
    let lines = rows::lines(&draft.answers, &meaning, &years);
    let shares = rows::shares(&draft.answers, &loaded.members, &years);
    let is_left_open = !is_checked && !findings.is_empty() && !form::is_empty(&draft.answers);
    let unread = form::unread(&draft.answers, &findings);
    let mut form = FormView::marked(draft.answers.clone(), unread);
    let mut frame = frame(who, loaded);
    if is_checked && findings.is_empty() {
        frame = frame.with_notice(Tone::Success, "In dit project klopt alles. U kunt verder.");
    } else if is_checked {
        form = FormView::unfinished(draft.answers.clone(), findings);
    }
    let totals = totals(&meaning, &years);
    ProjectPage {
        may_choose: form::free_indicator(&draft.answers).is_some(),
        tally: coaching::tally(&meaning.indicators),
        preview: preview::rows(&draft.answers, &meaning, &years),
        frame,
        form,
        is_open: true,
        is_removed: false,
        gone: String::new(),
        may_arrange: loaded.head.may(&who.actor, Action::ArrangeProjects),
        over: over(loaded),
        name: name(draft),
        present: presence::sentences(&loaded.present, draft.id.as_str(), &loaded.me),
        steps: presence::noted(steps(path, loaded), &loaded.present, &loaded.me),
        saved: (1 < draft.version)
            .then(|| format!("Opgeslagen om {}", dates::time(draft.saved_at))),
        saved_by: draft.saved_by.clone(),
        until: drafting::until(&loaded.head, &loaded.opening),
        asked: loaded
            .opening
            .asked_of(SectionName::Projects)
            .map(str::to_owned),
        paste_help: paste::help(&years),
        money: years
            .iter()
            .map(|it| hints::money_of(&loaded.limits, loaded.head.window.kind, *it))
            .collect(),
        address: address(&path.0, &path.1),
        application_id: path.0.clone(),
        project_id: path.1.clone(),
        version: draft.version,
        categories: choices(Category::ALL, Category::as_str),
        parts: Parts::all(meaning.category),
        year_choices: loaded
            .choosable_years()
            .iter()
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect(),
        texts: subject::TEXTS,
        copied: loaded.copied.as_ref().map(|it| {
            let unchanged = it.unchanged_in(&draft.id, &draft.answers);
            (it.cycle.clone(), unchanged.into_iter().collect())
        }),
        evaluation_plan: subject::EVALUATION_PLAN,
        participants: loaded
            .members
            .iter()
            .map(|it| Choice::new(it.id.as_str(), &*it.name))
            .collect(),
        evaluations: choices(EvaluationKind::ALL, EvaluationKind::as_str),
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        directions: choices(Direction::ALL, Direction::as_str),
        line_kinds: choices(LineKind::ALL, LineKind::as_str),
        indicators: rows::indicators(&draft.answers),
        lines,
        requested_label: outputs::requested_label(
            totals.iter().all(|it| it.is_sound) && totals.iter().any(|it| it.is_typed),
        ),
        divisions: rows::divisions(&draft.answers, &totals),
        shares,
        totals,
        shown: outputs::years(&years),
        is_left_open,
        years,
        may_add_line: form::add_line(&mut draft.answers.clone()).is_some(),
        may_add_indicator: form::add_indicator(&mut draft.answers.clone()).is_some(),
        whole: whole(draft, &loaded.drafts),
    }
}

/// What can be done with a project as a whole: the value of its button and what it says. At an end of
/// the list a sentence stands where the button was, so that who pressed it keeps their place. One by
/// itself has no place to move to.
fn whole(draft: &Draft, all: &[Draft]) -> Vec<(&'static str, &'static str, bool)> {
    let is = |it: Option<&Draft>| it.is_some_and(|it| it.id == draft.id);
    let (may_go_up, may_go_down) = (!is(all.first()), !is(all.last()));
    let (copy, remove) = (
        ("kopie", "Kopie maken", false),
        ("verwijderen", "Project verwijderen", false),
    );
    if all.len() <= 1 {
        return vec![copy, remove];
    }
    let up = if may_go_up {
        "Eén plaats omhoog"
    } else {
        "Dit project staat bovenaan."
    };
    let down = if may_go_down {
        "Eén plaats omlaag"
    } else {
        "Dit project staat onderaan."
    };
    vec![
        copy,
        ("omhoog", up, !may_go_up),
        ("omlaag", down, !may_go_down),
        remove,
    ]
}

fn totals(meaning: &Meaning, years: &[i32]) -> Vec<YearTotals> {
    years
        .iter()
        .filter_map(|it| meaning.totals(*it).copied())
        .collect()
}

fn frame(who: &SignedIn, loaded: &Loaded) -> Frame {
    loaded
        .head
        .crumbs(who.frame())
        .here(match loaded.draft.removed_at {
            Some(_) => name(&loaded.draft),
            None => format!("Project {}", loaded.draft.position),
        })
}

fn over(loaded: &Loaded) -> String {
    format!(
        "Aanvraag {}, {}, {}",
        loaded.head.cycle.name,
        loaded.head.application.reference,
        loaded.head.application.state.public_label().to_lowercase()
    )
}

fn name(draft: &Draft) -> String {
    let title = super::typed::line(draft.answers.get("titel"), subject::LONGEST_TITLE);
    // What was removed has no place in the list.
    if draft.removed_at.is_some() && title.is_empty() {
        "Project zonder naam".to_owned()
    } else if draft.removed_at.is_some() {
        title
    } else if title.is_empty() {
        format!("Project {}", draft.position)
    } else {
        format!("Project {}: {title}", draft.position)
    }
}

/// The application and its other projects, with how each stands.
fn steps(path: &(String, String), loaded: &Loaded) -> Vec<Task> {
    let back = Task::new(
        "Alle onderdelen",
        dossier(&path.0),
        Tag::new(Tone::Neutral, ""),
    );
    let projects = loaded.drafts.iter().map(|it| {
        let (_, findings) = loaded.read(&it.answers);
        let state = if form::is_empty(&it.answers) {
            Tag::new(Tone::Neutral, "Nog niet")
        } else {
            drafting::state_after(findings.len())
        };
        let page = open_at(&path.0, &it.id, &it.answers, findings.len());
        Task::new(name(it), page, state).current(it.id == loaded.draft.id)
    });
    std::iter::once(back).chain(projects).collect()
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}

fn removed_page(who: &SignedIn, path: &(String, String), loaded: &Loaded) -> RemovedPage {
    RemovedPage {
        may_arrange: loaded.head.may(&who.actor, Action::ArrangeProjects),
        frame: frame(who, loaded),
        over: over(loaded),
        name: name(&loaded.draft),
        address: address(&path.0, &path.1),
        application: dossier(&path.0),
    }
}

fn conflict_page(
    who: &SignedIn,
    path: &(String, String),
    loaded: &Loaded,
    merged: &Merged,
    posted: &Posted,
    errors: FieldErrors,
) -> ConflictPage {
    let me = &who.actor.id;
    let saver = |field: &str| {
        let it = merged.conflicts.iter().find(|it| it.field == field);
        it.map(|it| (saving::pages::name(me, it), dates::time(it.at)))
    };
    let theirs = &loaded.draft;
    let choices = form::differences(&merged.mine, &theirs.answers, loaded.head.cycle.years())
        .into_iter()
        .map(|it| {
            let (by, at) = saver(&it.field)
                .unwrap_or_else(|| (theirs.saved_by.clone(), dates::time(theirs.saved_at)));
            FieldChoice {
                options: vec![
                    Choice::new(THEIRS, format!("{by} schreef om {at}"))
                        .with_help(form::shown_text(&it.field, &it.theirs)),
                    Choice::new(MINE, "U schreef").with_help(form::shown_text(&it.field, &it.mine)),
                ],
                field: format!("{CHOICE_PREFIX}{}", it.field),
                label: it.label,
            }
        })
        .collect();
    ConflictPage {
        frame: frame(who, loaded),
        form: FormView::refused(posted.answers.clone(), errors),
        over: over(loaded),
        lead: saving::pages::clashed(me, merged),
        address: address(&path.0, &path.1),
        version: theirs.version,
        mine: merged.mine.clone(),
        choices,
    }
}
