//! The page on which progress is reported and read.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{Goal, actions, form};
use crate::{
    app::App,
    applications::{Application, project::typed::written},
    core::{hex, ids::ApplicationId, money::Money},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    texts::{dates, filters},
    web::{again::Again, forms::FormView, frame::Frame, html, parts::Tone},
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let (see, report_it) = (
        Access::May(Action::SeeApplications),
        Access::May(Action::ReportProgress),
    );
    vec![
        Route::get("/aanvragen/{id}/voortgang", see, show),
        Route::post("/aanvragen/{id}/voortgang", report_it, report),
    ]
}

#[derive(serde::Deserialize)]
struct Asked {
    /// `ja`: something was just saved.
    #[serde(default)]
    opgeslagen: String,
}

#[derive(Template)]
#[template(path = "applications/progress/progress.html")]
struct ProgressPage {
    frame: Frame,
    form: FormView,
    over: String,
    address: String,
    may_report: bool,
    projects: Vec<ProjectGoals>,
}

/// The goals of one project in one year.
struct ProjectGoals {
    title: String,
    year: i32,
    awarded: Money,
    rows: Vec<Row>,
}

/// A goal as it is shown.
struct Row {
    name: String,
    unit: String,
    year: i32,
    baseline: String,
    target: String,
    actual: String,
    explanation: String,
    reported: String,
    version: i32,
    actual_field: String,
    why_field: String,
    version_field: String,
}

impl Row {
    /// The fields in which something is typed.
    fn fields(&self) -> Vec<String> {
        vec![self.actual_field.clone(), self.why_field.clone()]
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (application, goals) = load(&app, &who, &path).await?;
    let mut page = page(
        &who,
        &application,
        &goals,
        FormView::new(form::answers(&goals)),
    );
    if asked.opgeslagen == "ja" {
        page.frame = page.frame.with_saved("Uw voortgang is opgeslagen.");
    }
    html::ok(&page)
}

async fn report(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let answers = posted.answers;
    // The same form sent twice acts once; with another text in it, it is another form.
    let key = hex::sha256(&format!(
        "{}/{}",
        posted.key,
        serde_json::to_string(&answers)?
    ));
    let (id, typed) = (path.clone(), answers.clone());
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::report(tx, &ApplicationId::from(&*id), &typed)?;
                Ok(format!("/aanvragen/{id}/voortgang?opgeslagen=ja"))
            })
        })
        .await;
    let (status, mut form) = match written {
        Ok(location) => return Ok(access::see_other(&location)),
        Err(AppError::Invalid(errors)) => {
            let note = "Er is nog niets opgeslagen. Verbeter dit en sla opnieuw op.";
            let form = FormView::refused(answers, errors).with_note(note);
            (StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(AppError::Stale) => (StatusCode::CONFLICT, FormView::new(answers)),
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            (again.status, again.form)
        }
    };
    let (application, goals) = load(&app, &who, &path).await?;
    form.answers = form::with_news(form.answers, &goals);
    let mut page = page(&who, &application, &goals, form);
    if status == StatusCode::CONFLICT && !page.form.is_refused() {
        page.frame = page.frame.with_notice(
            Tone::Warning,
            "Een collega heeft intussen ook voortgang gemeld. Uw cijfers staan nog in de velden en zijn niet opgeslagen. Eronder staat wat uw collega meldde. Controleer ze en sla opnieuw op.",
        );
    }
    html::page(status, &page)
}

async fn load(app: &App, who: &SignedIn, path: &str) -> Result<(Application, Vec<Goal>), AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path));
    app.store
        .read(move |conn| actions::goals(conn, &actor, &id))
        .await
}

fn page(who: &SignedIn, application: &Application, goals: &[Goal], form: FormView) -> ProgressPage {
    let (id, reference) = (&application.id, &application.reference);
    ProgressPage {
        frame: application.crumbs(who.frame()).here("Voortgang"),
        form,
        over: format!("Aanvraag {reference}"),
        address: format!("/aanvragen/{id}/voortgang"),
        // Who was invited to it reads it.
        may_report: policy::may(&who.actor, Action::ReportProgress)
            && who.actor.municipality.as_ref() == Some(&application.lead_municipality_id),
        projects: by_project(goals),
    }
}

fn by_project(goals: &[Goal]) -> Vec<ProjectGoals> {
    goals
        .chunk_by(|one, next| (&one.project, one.year) == (&next.project, next.year))
        .filter_map(|of| {
            let first = of.first()?;
            Some(ProjectGoals {
                title: format!("Project {}: {}", first.position, first.title),
                year: first.year,
                awarded: first.awarded,
                rows: of.iter().map(row).collect(),
            })
        })
        .collect()
}

fn row(goal: &Goal) -> Row {
    let said = |(at, by): &(_, String)| {
        let actual = goal.actual_hundredths.map_or_else(String::new, written);
        format!("Gemeld: {actual}, door {by} op {}", dates::short_date(*at))
    };
    Row {
        name: goal.name.clone(),
        unit: goal.unit.clone(),
        year: goal.year,
        baseline: goal
            .baseline_hundredths
            .map_or("onbekend".to_owned(), written),
        target: written(goal.target_hundredths),
        actual: goal
            .actual_hundredths
            .map_or("nog niet gemeld".to_owned(), written),
        explanation: goal.explanation.clone(),
        reported: goal.reported.as_ref().map_or_else(String::new, said),
        version: goal.version,
        actual_field: form::field("werkelijk", goal),
        why_field: form::field("toelichting", goal),
        version_field: form::field("versie", goal),
    }
}
