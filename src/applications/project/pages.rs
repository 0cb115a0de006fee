//! The form of a project.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{
    Direction, EvaluationKind, IndicatorLevel, LineKind, MOST_LINES, Meaning, YearTotals,
    actions::{self, Way},
    form::{self, CHOICE_PREFIX, MINE, THEIRS},
    incoming, paste,
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
        drafting::{Opening, store as openings},
        section::SectionName,
        store as dossiers,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
        hex,
        ids::{ApplicationId, ProjectId},
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    schemes::{self, Municipality, WindowKind},
    texts::{
        dates::{self, OnDay},
        filters,
        labels::Label,
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
    vec![
        Route::post("/aanvragen/{id}/projecten", may, add),
        Route::get("/aanvragen/{id}/projecten/{project}", may, show),
        Route::post("/aanvragen/{id}/projecten/{project}", may, save),
        Route::post("/aanvragen/{id}/projecten/{project}/kopie", may, copy),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/verwijdering",
            may,
            remove,
        ),
        Route::post("/aanvragen/{id}/projecten/{project}/herstel", may, restore),
        Route::post("/aanvragen/{id}/projecten/{project}/volgorde", may, shift),
    ]
}

type Address = web::Path<(String, String)>;

#[derive(serde::Deserialize)]
struct Asked {
    /// `ja`: say what is wrong.
    #[serde(default)]
    controle: String,
}

#[derive(Template)]
#[template(path = "applications/project/form.html")]
struct ProjectPage {
    frame: Frame,
    form: FormView,
    over: String,
    name: String,
    steps: Vec<Task>,
    saved: Option<String>,
    closes_at: NaiveDateTime,
    money: Vec<String>,
    paste_help: String,
    address: String,
    version: i32,
    years: Vec<i32>,
    categories: Vec<Choice>,
    parts: Vec<Choice>,
    year_choices: Vec<Choice>,
    texts: [Text; 8],
    evaluation_plan: Text,
    participants: Vec<Choice>,
    evaluations: Vec<Choice>,
    levels: Vec<Choice>,
    directions: Vec<Choice>,
    line_kinds: Vec<Choice>,
    indicators: Vec<IndicatorRow>,
    lines: Vec<LineRow>,
    budget_fields: Vec<String>,
    totals: Vec<YearTotals>,
    foots: bool,
    shares: Vec<ShareRow>,
    share_fields: Vec<String>,
    divisions: Vec<Division>,
    may_add_line: bool,
    may_add_indicator: bool,
    may_go_up: bool,
    may_go_down: bool,
}

#[derive(Template)]
#[template(path = "applications/project/removed.html")]
struct RemovedPage {
    frame: Frame,
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
    who: String,
    at: NaiveDateTime,
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
    /// The address of what can be done with the project as a whole.
    fn part(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
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
    limits: Limits,
}

impl Loaded {
    /// What was typed in a project means so far, and what is wrong with it.
    fn read(&self, answers: &Answers) -> (Meaning, FieldErrors) {
        form::read(answers, self.head.cycle.years(), self.head.window.kind)
    }

    /// A top-up is for the second year only.
    fn shown_years(&self) -> Vec<i32> {
        let [first, second] = self.head.cycle.years();
        match self.head.window.kind {
            WindowKind::Main => vec![first, second],
            WindowKind::TopUp => vec![second],
        }
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
    html::ok(&project_page(&who, &path, &loaded, asked.controle == "ja"))
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
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let loaded = load(&app, &who.actor, &path).await?;
    let mine = if posted.answers.get(form::MERGE_FIELD) == "ja" && loaded.draft.version == version {
        match form::merged(
            &posted.answers,
            &loaded.draft.answers,
            loaded.head.cycle.years(),
        ) {
            Ok(merged) => merged,
            Err(errors) => {
                return html::refused(&conflict_page(&who, &path, &loaded, &posted, errors));
            }
        }
    } else {
        form::typed_in(&posted.answers)
    };
    let button = posted.answers.get("actie").to_owned();
    let pasted = posted.answers.get(paste::FIELD);
    let (mine, row) = match worked_out(&loaded, mine.clone(), &button, pasted) {
        Ok(it) => it,
        Err(errors) => {
            let typed = mine.with(paste::FIELD, pasted);
            let page = refused_page(&who, &path, loaded, typed, version, errors);
            return html::refused(&page);
        }
    };
    // The same form sent twice acts once; with another text in it, it is another form.
    let key = hex::sha256(&format!("{}/{}", posted.key, serde_json::to_string(&mine)?));
    let (id, project) = path.clone();
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                save_and_go(tx, &id, &project, version, &mine, &button, row)
            })
        })
        .await;
    match written {
        Ok(location) => Ok(access::see_other(&location)),
        Err(AppError::Stale) => {
            let loaded = load(&app, &who.actor, &path).await?;
            let page = conflict_page(&who, &path, &loaded, &posted, FieldErrors::default());
            html::page(StatusCode::CONFLICT, &page)
        }
        Err(err) => Err(err),
    }
}

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
    shares::divide(&mut mine, &meaning.years, &members, key)?;
    Ok((mine, None))
}

/// Adds the lines that were pasted; the first row. Nothing is added if anything is wrong.
fn paste_in(loaded: &Loaded, mine: &mut Answers, pasted: &str) -> Result<u32, FieldErrors> {
    let mut errors = FieldErrors::default();
    match paste::read(pasted, &loaded.shown_years()) {
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
        .with_note("Wat u typte staat er nog, maar is nog niet opgeslagen.");
    page
}

/// Saves, and says where the button leads.
fn save_and_go(
    tx: &mut Tx<'_>,
    id: &str,
    project: &str,
    version: i32,
    mine: &Answers,
    button: &str,
    added: Option<u32>,
) -> Result<String, AppError> {
    let mut answers = mine.clone();
    let row = match button {
        "regel" => form::add_line(&mut answers).map(|it| format!("regel.{it}.omschrijving")),
        "indicator" => form::add_indicator(&mut answers).map(|it| format!("indicator.{it}.naam")),
        _ => None,
    };
    let saved = actions::save(tx, &ProjectId::from(project), version, &answers)?;
    let here = address(id, project);
    let row = row.or_else(|| added.map(|it| format!("regel.{it}.omschrijving")));
    Ok(match (button, row) {
        (_, Some(row)) => format!("{here}#{row}"),
        ("verdeel-gelijk" | "verdeel-gewicht", _) => format!("{here}#verdeling"),
        ("later", _) => dossier(id),
        ("verder", _) if saved.findings.is_empty() => dossier(id),
        _ => format!("{here}?controle=ja"),
    })
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
    let actor = actor.clone();
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
            opening: openings::opening_in(conn, &head.application, head.window.clone())?,
            head,
            draft,
        })
    };
    app.store.read(load).await
}

fn dossier(id: &str) -> String {
    format!("/aanvragen/{id}")
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
    let years = loaded.shown_years();
    let lines = rows::lines(&draft.answers, &meaning, &years);
    let shares = rows::shares(&draft.answers, &loaded.members, &years);
    let (first, last) = (loaded.drafts.first(), loaded.drafts.last());
    let is = |it: Option<&Draft>| it.is_some_and(|it| it.id == draft.id);
    let mut form = FormView::new(draft.answers.clone());
    let mut frame = frame(who, path, loaded);
    if is_checked && findings.is_empty() {
        frame = frame.with_notice(Tone::Success, "In dit project klopt alles. U kunt verder.");
    } else if is_checked {
        form = FormView::refused(draft.answers.clone(), findings).with_note(
            "Uw tekst is wel opgeslagen. U kunt dit later verbeteren, maar pas indienen als alles klopt.",
        );
    }
    let totals = totals(&meaning, &years);
    ProjectPage {
        frame,
        form,
        over: over(loaded),
        name: name(draft),
        steps: steps(path, loaded),
        saved: (1 < draft.version)
            .then(|| format!("Opgeslagen om {}", dates::time(draft.saved_at))),
        closes_at: loaded.head.window.closes_at,
        paste_help: paste::help(&years),
        money: years
            .iter()
            .map(|it| hints::money_of(&loaded.limits, loaded.head.window.kind, *it))
            .collect(),
        address: address(&path.0, &path.1),
        version: draft.version,
        categories: choices(Category::ALL, Category::as_str),
        parts: SubItem::ALL.iter().map(part).collect(),
        year_choices: years
            .iter()
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect(),
        texts: subject::TEXTS,
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
        budget_fields: rows::budget_fields(&lines, &years),
        lines,
        share_fields: rows::share_fields(&shares),
        divisions: rows::divisions(&draft.answers, &totals),
        shares,
        foots: totals.iter().all(|it| it.is_sound) && totals.iter().any(|it| it.is_typed),
        totals,
        years,
        may_add_line: form::add_line(&mut draft.answers.clone()).is_some(),
        may_add_indicator: form::add_indicator(&mut draft.answers.clone()).is_some(),
        may_go_up: !is(first),
        may_go_down: !is(last),
    }
}

fn totals(meaning: &Meaning, years: &[i32]) -> Vec<YearTotals> {
    years
        .iter()
        .filter_map(|it| meaning.totals(*it).copied())
        .collect()
}

fn frame(who: &SignedIn, path: &(String, String), loaded: &Loaded) -> Frame {
    let application = format!("Aanvraag {}", loaded.head.cycle.name);
    who.frame()
        .crumb("Overzicht", "/")
        .crumb(application, dossier(&path.0))
        .here(format!("Project {}", loaded.draft.position))
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
    if title.is_empty() {
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
        Tag::new(Tone::Neutral, "Overzicht"),
    );
    let projects = loaded.drafts.iter().map(|it| {
        let (_, findings) = loaded.read(&it.answers);
        let state = match findings.len() {
            _ if form::is_empty(&it.answers) => Tag::new(Tone::Neutral, "Nog niet"),
            0 => Tag::new(Tone::Success, "Klaar"),
            1 => Tag::new(Tone::Busy, "Nog 1 punt"),
            many => Tag::new(Tone::Busy, format!("Nog {many} punten")),
        };
        Task::new(name(it), address(&path.0, it.id.as_str()), state)
            .current(it.id == loaded.draft.id)
    });
    std::iter::once(back).chain(projects).collect()
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}

fn part(it: &SubItem) -> Choice {
    let category = it.category().label().to_lowercase();
    Choice::new(it.as_str(), format!("{} ({category})", it.label()))
}

fn removed_page(who: &SignedIn, path: &(String, String), loaded: &Loaded) -> RemovedPage {
    RemovedPage {
        frame: frame(who, path, loaded),
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
    posted: &Posted,
    errors: FieldErrors,
) -> ConflictPage {
    let theirs = &loaded.draft;
    let mine = form::typed_in(&posted.answers);
    let choices = form::differences(&mine, &theirs.answers, loaded.head.cycle.years())
        .into_iter()
        .map(|it| FieldChoice {
            options: vec![
                Choice::new(THEIRS, format!("De tekst van {}", theirs.saved_by))
                    .with_help(form::shown_text(&it.field, &it.theirs)),
                Choice::new(MINE, "Uw tekst").with_help(form::shown_text(&it.field, &it.mine)),
            ],
            field: format!("{CHOICE_PREFIX}{}", it.field),
            label: it.label,
        })
        .collect();
    ConflictPage {
        frame: frame(who, path, loaded),
        form: FormView::refused(posted.answers.clone(), errors),
        over: over(loaded),
        who: theirs.saved_by.clone(),
        at: theirs.saved_at,
        address: address(&path.0, &path.1),
        version: theirs.version,
        mine,
        choices,
    }
}
