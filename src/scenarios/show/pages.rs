//! One scenario: its figures, what bound, each project with its reason; and adopting or discarding.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;

use super::{
    project,
    view::{self, Filter, FreedRow, LineRow, MoreLine, Obstacle, RegionRow, YearRows},
};
use crate::{
    app::App,
    audit::Stream,
    core::{
        category::Category,
        ids::{CycleId, ScenarioId},
        money::{Money, MoneyError},
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    scenarios::{
        Scenario, ScenarioState,
        actions::{self, Adoption},
        counterfactual,
        division::Division,
        open::{self, Opened, Setting},
        pages::{hypothetical, tag},
        store,
        waiting::{Waiting, waiting as who_waits},
    },
    schemes::Window,
    texts::{filters, labels::Label, money::whole_euros},
    web::{
        forms::{Answers, FormView},
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Figure, Tag, Tone},
    },
};

const SEE: Access = Access::May(Action::SeeScenarios);
const MAKE: Access = Access::May(Action::MakeScenarios);

/// The routes of one scenario.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/scenarios/{id}", SEE, show),
        Route::get("/scenarios/{id}/invoer", SEE, input),
        Route::get("/scenarios/{id}/uitkomst", SEE, outcome),
        Route::post("/scenarios/{id}/overname", MAKE, adopt),
        Route::post("/scenarios/{id}/verwerping", MAKE, discard),
    ];
    routes.extend(project::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "scenarios/show.html")]
struct ShowPage {
    frame: Frame,
    scenario: Scenario,
    form: FormView,
    maker: String,
    window: Window,
    cycle: CycleId,
    tags: Vec<Tag>,
    may_make: bool,
    /// Whether the reader may make a variant of it.
    may_vary: bool,
    is_open: bool,
    can_adopt: bool,
    differences: Vec<String>,
    /// The rules that cannot hold together, if there is no division.
    conflict: Vec<String>,
    obstacle: Option<Obstacle>,
    waiting: Vec<Waiting>,
    left_after: Vec<String>,
    lasting: Vec<String>,
    freed: Vec<FreedRow>,
    /// How many projects did not get all, and were not told what would have given them more, by the method.
    untold: usize,
    figures: Vec<Figure>,
    years: Vec<YearRows>,
    binding: Vec<String>,
    more: Vec<MoreLine>,
    trace: Vec<String>,
    regions: Vec<RegionRow>,
    filter: FormView,
    region_choices: Vec<Choice>,
    category_choices: Vec<Choice>,
    lines: Vec<LineRow>,
    pager: Pager,
    left_out: Vec<(String, String, String)>,
    edits: Vec<EditRow>,
    rules: Vec<(String, String)>,
    total: Money,
    applications: usize,
}

impl ShowPage {
    /// What was typed, if there is no form any more to show it in.
    fn typed(&self) -> Vec<(String, String)> {
        if self.can_adopt || !self.form.is_refused() {
            return Vec::new();
        }
        self.form.typed()
    }
}

struct EditRow {
    at: chrono::NaiveDateTime,
    who: String,
    title: String,
    year: i32,
    before: Money,
    after: Money,
    difference: Money,
    reason: String,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Query {
    regio: String,
    categorie: String,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<ScenarioId>,
    query: web::Query<Query>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let actor = who.actor.clone();
    let (setting, opened) = app
        .store
        .read(move |conn| open::open_one(conn, &actor, &id))
        .await?;
    let filter = Filter {
        applicant: query.regio.clone(),
        category: query.categorie.clone(),
    };
    let asked = Asked {
        filter,
        query: req.query_string().to_owned(),
        form: FormView::new(Answers::default()),
        now: app.store.now(),
    };
    html::ok(&page(&who, &setting, &opened, asked)?)
}

/// How the page is asked for.
struct Asked {
    filter: Filter,
    query: String,
    /// The form to adopt it.
    form: FormView,
    now: chrono::NaiveDateTime,
}

fn page(
    who: &SignedIn,
    setting: &Setting,
    opened: &Opened,
    asked: Asked,
) -> Result<ShowPage, AppError> {
    let Asked {
        filter,
        query,
        form,
        now,
    } = asked;
    let (scenario, division) = (&opened.scenario, &opened.division);
    let is_draft = scenario.state == ScenarioState::Draft;
    let may_make = is_draft && policy::may(&who.actor, Action::MakeScenarios);
    let obstacle = match is_draft {
        true => view::obstacle(setting, opened)?,
        false => None,
    };
    let is_open = now < setting.round.window.closes_at;
    let can_adopt = may_make
        && !is_open
        && division.is_feasible()
        && opened.differences.is_empty()
        && obstacle.is_none();
    let regions = view::regions(division, &setting.names)?;
    let lines = view::lines(division, &setting.names, &filter);
    let path = format!("/scenarios/{}", scenario.id);
    let pager = Pager::new(
        &path,
        &query,
        u64::try_from(lines.len()).unwrap_or_default(),
    );
    let in_sentence = |it: &String| setting.names.in_sentence(it);
    Ok(ShowPage {
        frame: frame(who, setting).here(scenario.name.clone()),
        form,
        maker: opened.maker.clone(),
        window: setting.round.window.clone(),
        cycle: setting.round.cycle.id.clone(),
        tags: tags(opened),
        may_make,
        may_vary: policy::may(&who.actor, Action::MakeScenarios),
        is_open,
        can_adopt,
        differences: opened.differences.clone(),
        conflict: division.conflict().iter().map(in_sentence).collect(),
        obstacle,
        waiting: if is_draft {
            who_waits(setting, now)
        } else {
            Vec::new()
        },
        untold: untold(division),
        left_after: view::left_after(setting, opened),
        lasting: view::lasting_limits(division, &setting.names),
        freed: if is_draft {
            view::freed(division, &setting.names)
        } else {
            Vec::new()
        },
        figures: figures(opened)?,
        years: view::years(division)?,
        binding: division
            .outcome
            .binding
            .iter()
            .map(|it| in_sentence(&it.sentence))
            .collect(),
        more: view::more(division, &setting.names),
        trace: division.outcome.trace.iter().map(in_sentence).collect(),
        region_choices: regions
            .iter()
            .map(|it| Choice::new(&it.applicant, &it.name))
            .collect(),
        category_choices: Category::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        regions,
        filter: FormView::new(
            Answers::default()
                .with("regio", filter.applicant.as_str())
                .with("categorie", filter.category.as_str()),
        ),
        lines: lines
            .into_iter()
            .skip(usize::try_from(pager.offset()).unwrap_or_default())
            .take(usize::try_from(PAGE_SIZE).unwrap_or_default())
            .collect(),
        pager,
        left_out: if is_draft {
            left_out(setting, opened)
        } else {
            Vec::new()
        },
        edits: edits(setting, opened)?,
        rules: view::rules(division, &setting.names),
        total: division.tally(|_| true)?.awarded,
        applications: setting.assessed(),
        scenario: scenario.clone(),
    })
}

fn untold(division: &Division) -> usize {
    let lines = division.lines.iter();
    let untold = lines.filter(|it| counterfactual::is_not_tried(division, it));
    let projects: BTreeSet<&str> = untold.map(|it| it.project.as_str()).collect();
    projects.len()
}

/// The way to a page of this window.
pub(in crate::scenarios) fn frame(who: &SignedIn, setting: &Setting) -> Frame {
    let window = &setting.round.window;
    who.frame()
        .crumb("Overzicht", "/")
        .crumb("Verdelen", "/scenarios")
        .crumb(
            window.name.clone(),
            format!("/tijdvakken/{}/scenarios", window.id),
        )
}

/// How a scenario stands, in words.
pub(in crate::scenarios) fn tags(opened: &Opened) -> Vec<Tag> {
    let mut tags = vec![tag(opened.scenario.state)];
    if opened.scenario.is_hypothetical {
        tags.push(hypothetical());
    }
    if opened.scenario.state == ScenarioState::Draft {
        tags.push(match opened.differences.is_empty() {
            true => Tag::new(Tone::Success, "Actueel"),
            false => Tag::new(Tone::Warning, "Verouderd"),
        });
    }
    if !opened.division.is_feasible() {
        tags.push(Tag::new(Tone::Error, "Geen verdeling mogelijk"));
    }
    tags
}

fn figures(opened: &Opened) -> Result<Vec<Figure>, MoneyError> {
    let division = &opened.division;
    if !division.is_feasible() {
        let ceiling = Money::sum(division.input.ceilings.values().copied())?;
        let eligible = division.eligible(|_, _| true)?;
        let projects = division.input.projects.len();
        return Ok(vec![
            Figure::new("Te verdelen", whole_euros(ceiling), "vrij in de enveloppen"),
            Figure::new(
                "Subsidiabel",
                whole_euros(eligible),
                format!("{projects} projecten"),
            ),
        ]);
    }
    let all = division.tally(|_| true)?;
    let ceiling = Money::sum(division.input.ceilings.values().copied())?;
    let left = ceiling.checked_sub(all.awarded)?;
    let whence = match opened.scenario.is_hypothetical {
        true => "meer dan er vrij is",
        false => "vrij in de enveloppen",
    };
    Ok(vec![
        Figure::new("Te verdelen", whole_euros(ceiling), whence),
        Figure::new(
            "Verdeeld",
            whole_euros(all.awarded),
            format!(
                "{} van wat subsidiabel is",
                view::share(all.awarded, all.eligible)
            ),
        ),
        Figure::new("Blijft over", whole_euros(left), "over alle jaren samen"),
        Figure::new(
            "Projecten",
            format!("{} vol, {} deels", all.full, all.partly),
            format!("{} niets", all.nothing),
        ),
    ])
}

/// Region, project and reason of what cannot be funded.
fn left_out(setting: &Setting, opened: &Opened) -> Vec<(String, String, String)> {
    let Ok(entries) = setting.entries(opened.terms()) else {
        return Vec::new();
    };
    let row = |((project, _), out): (&(_, i32), &crate::scenarios::assemble::LeftOut)| {
        let project: &crate::core::ids::ProjectId = project;
        let names = &setting.names;
        let reason = match names.is_closed(project.as_str()) {
            true => String::new(),
            false => out.reason.clone(),
        };
        (
            names.region_of(project.as_str()).to_owned(),
            names.title(project.as_str()).to_owned(),
            reason,
        )
    };
    entries.left_out.iter().map(row).collect()
}

fn edits(setting: &Setting, opened: &Opened) -> Result<Vec<EditRow>, MoneyError> {
    let row = |(edit, name): &(crate::scenarios::Edit, String)| {
        Ok(EditRow {
            at: edit.edited_at,
            who: name.clone(),
            title: setting.names.title(edit.project_id.as_str()).to_owned(),
            year: edit.year,
            before: edit.before_cents,
            after: edit.after_cents,
            difference: edit.after_cents.checked_sub(edit.before_cents)?,
            reason: edit.reason.clone(),
        })
    };
    opened.edits.iter().map(row).collect()
}

async fn input(
    app: web::Data<App>,
    _who: SignedIn,
    id: web::Path<ScenarioId>,
) -> Result<HttpResponse, AppError> {
    let scenario = stored(&app, id.into_inner()).await?;
    Ok(download("invoer", &scenario, scenario.input.clone()))
}

async fn outcome(
    app: web::Data<App>,
    _who: SignedIn,
    id: web::Path<ScenarioId>,
) -> Result<HttpResponse, AppError> {
    let scenario = stored(&app, id.into_inner()).await?;
    Ok(download("uitkomst", &scenario, scenario.result.clone()))
}

async fn stored(app: &App, id: ScenarioId) -> Result<Scenario, AppError> {
    let found = app
        .store
        .read(move |conn| store::get_all(conn, std::slice::from_ref(&id)))
        .await?;
    let first = found.into_iter().next().ok_or(AppError::NotFound)?;
    Ok(first.0)
}

fn download(what: &str, scenario: &Scenario, body: String) -> HttpResponse {
    let name = format!(
        "attachment; filename=\"scenario-{}-{what}.json\"",
        scenario.id
    );
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(body)
}

async fn adopt(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<ScenarioId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, version, key) = (id.into_inner(), posted.version()?, posted.key);
    let (scenario, adoption) = (id.clone(), adoption(&posted.answers));
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::adopt(tx, &scenario, version, &adoption)?;
                Ok(format!("/scenarios/{scenario}"))
            })
        })
        .await;
    let again = match done {
        Ok(location) => return Ok(access::see_other(&location)),
        Err(err) => again(&app, &who, Stream::Scenario(&id), posted.answers, err).await?,
    };
    let actor = who.actor.clone();
    let (setting, opened) = app
        .store
        .read(move |conn| open::open_one(conn, &actor, &id))
        .await?;
    let asked = Asked {
        filter: Filter::default(),
        query: String::new(),
        form: again.form,
        now: app.store.now(),
    };
    html::page(again.status, &page(&who, &setting, &opened, asked)?)
}

/// The name of the box says how many regions it names, so that nobody confirms for others than were shown.
fn adoption(answers: &Answers) -> Adoption {
    let mut boxes = answers.starting_with("buiten-");
    let confirmed = boxes.find(|(_, it)| *it == "ja");
    let count = confirmed.and_then(|(name, _)| name.strip_prefix("buiten-")?.parse().ok());
    Adoption {
        confirmed_out: count.unwrap_or_default(),
        why: answers.get("waarom").to_owned(),
    }
}

async fn discard(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<ScenarioId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, version, key) = (id.into_inner(), posted.version()?, posted.key);
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::discard(tx, &id, version)?;
                Ok(format!("/scenarios/{id}"))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}
