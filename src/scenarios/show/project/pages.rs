//! One project in a scenario: why this amount, and another amount by hand.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::ProjectYear,
    audit::Stream,
    core::{
        answers::FieldErrors,
        ids::{ProjectId, ScenarioId},
        money::{Money, MoneyError},
    },
    error::{AppError, Refusal},
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    scenarios::{
        Scenario, ScenarioState,
        actions::{self, HandEdit},
        counterfactual,
        division::Line,
        form, freed,
        open::{self, Opened, Setting},
        show::{
            pages::{frame, tags},
            view,
        },
    },
    texts::{
        money::{amount, euros, with_signs},
        sentences,
    },
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Tag, TraceStep},
    },
};

const PATH: &str = "/scenarios/{id}/projecten/{project}";

/// The routes of one project in a scenario.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, Access::May(Action::SeeScenarios), show),
        Route::post(PATH, Access::May(Action::MakeScenarios), edit),
    ]
}

#[derive(Template)]
#[template(path = "scenarios/project.html")]
struct ProjectPage {
    frame: Frame,
    form: FormView,
    scenario: Scenario,
    project: ProjectId,
    tags: Vec<Tag>,
    application: String,
    title: String,
    region: String,
    category: String,
    score: String,
    years: Vec<YearTrace>,
    changes: Vec<Change>,
    /// Why no change was looked for, if so.
    is_not_tried: bool,
    is_edited: bool,
    /// Whether what is said here is of a calculation that was changed by hand since.
    is_touched: bool,
    fields: Vec<(String, String, String)>,
    can_edit: bool,
}

impl ProjectPage {
    fn all_least(&self) -> bool {
        self.changes.iter().all(|it| it.is_least)
    }

    /// What was typed, if there is no form any more to show it in.
    fn typed(&self) -> Vec<(String, String)> {
        if self.can_edit || !self.form.is_refused() {
            return Vec::new();
        }
        self.form.typed()
    }
}

/// A change that would have given the project more.
struct Change {
    sentence: String,
    /// Whether it is the one that the letter tells.
    is_told: bool,
    /// Whether a hair less is known not to do.
    is_least: bool,
}

struct YearTrace {
    year: i32,
    steps: Vec<TraceStep>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    ids: web::Path<(ScenarioId, ProjectId)>,
) -> Result<HttpResponse, AppError> {
    let (id, project) = ids.into_inner();
    let actor = who.actor.clone();
    let (setting, opened) = app
        .store
        .read(move |conn| open::open_one(conn, &actor, &id))
        .await?;
    let standing = form::standing(&opened.division.of_project(project.as_str()));
    html::ok(&page(
        &who,
        &setting,
        &opened,
        &project,
        FormView::new(standing),
    )?)
}

fn page(
    who: &SignedIn,
    setting: &Setting,
    opened: &Opened,
    id: &ProjectId,
    form: FormView,
) -> Result<ProjectPage, AppError> {
    let names = &setting.names;
    let project = setting
        .material
        .projects
        .iter()
        .find(|it| it.id == *id)
        .filter(|_| !names.is_closed(id.as_str()))
        .ok_or(AppError::NotFound)?;
    let lines = opened.division.of_project(id.as_str());
    let (title, scenario) = (project.title.clone(), &opened.scenario);
    Ok(ProjectPage {
        frame: frame(who, setting)
            .crumb(scenario.name.clone(), format!("/scenarios/{}", scenario.id))
            .here(title.clone()),
        form,
        project: id.clone(),
        tags: tags(opened),
        application: project.application_id.to_string(),
        region: names.region_of(id.as_str()).to_owned(),
        category: project
            .category
            .map(|it| view::category(it.as_str()))
            .unwrap_or_default(),
        score: lines
            .first()
            .map(|it| it.score.replace('.', ","))
            .unwrap_or_default(),
        years: project
            .years
            .iter()
            .map(|it| trace(setting, opened, id, it))
            .collect::<Result<_, _>>()?,
        changes: changes(opened, &lines),
        is_not_tried: lines
            .iter()
            .any(|it| counterfactual::is_not_tried(&opened.division, it)),
        is_edited: lines.iter().any(|it| it.is_edited),
        is_touched: lines
            .iter()
            .any(|it| freed::is_touched(&opened.division, it)),
        fields: lines.iter().map(|it| field(it)).collect(),
        can_edit: scenario.state == ScenarioState::Draft
            && opened.differences.is_empty()
            && !lines.is_empty()
            && policy::may(&who.actor, Action::MakeScenarios),
        scenario: scenario.clone(),
        title,
    })
}

/// Every change that was found, with which of them the letter tells.
fn changes(opened: &Opened, lines: &[&Line]) -> Vec<Change> {
    let Some(first) = lines.first() else {
        return Vec::new();
    };
    let division = &opened.division;
    let told: Vec<String> = lines
        .iter()
        .filter_map(|it| counterfactual::for_letter(division, it))
        .collect();
    counterfactual::of_project(division, &first.project)
        .into_iter()
        .map(|it| Change {
            is_told: told.contains(&it.sentence),
            is_least: it.is_least,
            sentence: it.sentence.clone(),
        })
        .collect()
}

fn field(line: &Line) -> (String, String, String) {
    let range = if line.minimum.is_zero() {
        format!("Hoogstens {}.", euros(line.eligible))
    } else {
        format!(
            "Niets, of een bedrag van {} tot en met {}.",
            euros(line.minimum),
            euros(line.eligible)
        )
    };
    (
        format!("bedrag-{}", line.year),
        format!("Bedrag in {}, in euro", line.year),
        range,
    )
}

/// Why this amount, step by step; the last step is the outcome.
fn trace(
    setting: &Setting,
    opened: &Opened,
    id: &ProjectId,
    year: &ProjectYear,
) -> Result<YearTrace, MoneyError> {
    let at = year.year;
    let mut steps = vec![TraceStep::new("Aangevraagd", "", amount(year.requested))];
    let line = opened
        .division
        .lines
        .iter()
        .find(|it| it.project == id.as_str() && it.year == at);
    let outcome = match line {
        Some(line) => {
            steps.extend(line_steps(opened, line)?);
            line.amount
        }
        None => {
            let entries = setting.entries(opened.terms()).unwrap_or_default();
            if let Some(out) = entries.left_out.get(&(id.clone(), at)) {
                let step = TraceStep::new("Subsidiabel", "na de beoordeling", amount(out.eligible));
                steps.push(step);
                steps.push(TraceStep::new(
                    "Kan niet meedoen",
                    &out.reason,
                    amount(Money::ZERO),
                ));
            }
            Money::ZERO
        }
    };
    steps.push(TraceStep::new(
        format!("Bedrag in {at}"),
        "",
        euros(outcome),
    ));
    Ok(YearTrace { year: at, steps })
}

fn line_steps(opened: &Opened, line: &Line) -> Result<Vec<TraceStep>, MoneyError> {
    let mut steps = vec![TraceStep::new(
        "Subsidiabel",
        "na de beoordeling",
        amount(line.eligible),
    )];
    if !line.minimum.is_zero() {
        let rule = "het laagste bedrag dat het project nodig heeft";
        steps.push(TraceStep::new(
            "Minstens, of niets",
            rule,
            amount(line.minimum),
        ));
    }
    let award = opened
        .division
        .outcome
        .awards
        .iter()
        .find(|it| it.id == line.project && it.year == line.year);
    let reason = award.map(|it| with_signs(&it.reason)).unwrap_or_default();
    steps.push(TraceStep::new("Berekend", reason, amount(line.computed)));
    let own = opened
        .edits
        .iter()
        .filter(|(it, _)| it.project_id.as_str() == line.project && it.year == line.year);
    for (edit, name) in own {
        let difference = edit.after_cents.checked_sub(edit.before_cents)?;
        let plus = if difference < Money::ZERO { "" } else { "+" };
        steps.push(TraceStep::new(
            format!("Met de hand gewijzigd door {name}"),
            &edit.reason,
            format!("{plus}{}", amount(difference)),
        ));
    }
    Ok(steps)
}

async fn edit(
    app: web::Data<App>,
    who: SignedIn,
    ids: web::Path<(ScenarioId, ProjectId)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = ids.into_inner();
    let (version, answers, key) = (posted.version()?, posted.answers.clone(), posted.key);
    let (scenario, edited) = (id.clone(), project.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let years = answers.starting_with("bedrag-");
                let years: Vec<i32> = years
                    .filter_map(|(name, _)| name.strip_prefix("bedrag-")?.parse().ok())
                    .collect();
                let hand = HandEdit {
                    project: edited.clone(),
                    amounts: form::amounts(&answers, years.into_iter())
                        .map_err(AppError::Invalid)?,
                    reason: answers.get("reden").to_owned(),
                };
                actions::edit(tx, &scenario, version, &hand)?;
                Ok(format!("/scenarios/{scenario}/projecten/{edited}"))
            })
        })
        .await;
    let again = match done {
        Ok(location) => return Ok(access::see_other(&location)),
        Err(err) => {
            let about = Stream::Scenario(&id);
            again(&app, &who, about, posted.answers, on_the_form(err)).await?
        }
    };
    let actor = who.actor.clone();
    let (setting, opened) = app
        .store
        .read(move |conn| open::open_one(conn, &actor, &id))
        .await?;
    html::page(
        again.status,
        &page(&who, &setting, &opened, &project, again.form)?,
    )
}

/// What can be mended in the fields of the form.
fn on_the_form(err: AppError) -> AppError {
    match err {
        AppError::Refused(
            Refusal::AmountOutOfRange { .. }
            | Refusal::ScenarioBreaksRule(_)
            | Refusal::ScenarioStale,
        ) => {
            let said = sentences::said(&err);
            let mut errors = FieldErrors::default();
            errors.push("", format!("{} {}", said.message, said.advice));
            AppError::Invalid(errors)
        }
        err => err,
    }
}
