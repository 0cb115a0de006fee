//! The page on which an application is handled: completeness, reviewers, outcome.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::{
    CompletionRequest, Person, actions, decision_term, form,
    matrix::{Cell, Matrix},
    store,
};
use crate::{
    app::App,
    applications::{section::SectionName, state::State},
    assessments::{self, Dossier, interests},
    audit::Stream,
    core::{
        actor::{Actor, Department},
        answers::FieldErrors,
        ids::ApplicationId,
        money::Money,
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    schemes::terms::{self, DecisionTerm},
    texts::{dates, dates::OnDay, filters, labels::Label, money},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Choice, Figure, Tag, Tone},
    },
};

/// The routes of the handling of an application.
pub fn routes() -> Vec<Route> {
    let may = Access::May;
    vec![
        Route::get(
            "/aanvragen/{id}/behandeling",
            may(Action::SeeAssessments),
            show,
        ),
        Route::post(
            "/aanvragen/{id}/behandeling",
            may(Action::CheckCompleteness),
            start,
        ),
        Route::post(
            "/aanvragen/{id}/aanvullingsverzoek",
            may(Action::CheckCompleteness),
            request_completion,
        ),
        Route::post(
            "/aanvragen/{id}/toewijzingen",
            may(Action::AssignReviewers),
            assign,
        ),
        Route::post(
            "/aanvragen/{id}/toewijzingen/intrekking",
            may(Action::AssignReviewers),
            unassign,
        ),
        Route::post(
            "/aanvragen/{id}/beoordeling",
            may(Action::CloseAssessment),
            close,
        ),
        Route::post(
            "/aanvragen/{id}/heropening",
            may(Action::CloseAssessment),
            reopen,
        ),
    ]
}

#[derive(Template)]
#[template(path = "assessments/handling.html")]
struct HandlingPage {
    frame: Frame,
    dossier: Dossier,
    address: String,
    state: Tag,
    may: May,
    /// Whether the notes of declarations may be read here.
    reads_notes: bool,
    now: Option<Now>,
    figures: Vec<Figure>,
    requests: Vec<CompletionRequest>,
    matrix: Matrix,
    /// Who declared without being a reviewer here: those who decide.
    declared: Vec<Person>,
    parts: Vec<Choice>,
    nctv: Vec<Choice>,
    szw: Vec<Choice>,
    /// Whose assignment can be taken back.
    assigned: Vec<Choice>,
    finals: Vec<Choice>,
    forms: Forms,
}

/// Something that can be done on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Start,
    Completion,
    Assignment,
    Unassignment,
    Close,
    Reopening,
}

/// The forms on the page; at most one of them came back.
#[derive(Default)]
struct Forms {
    completion: FormView,
    assignment: FormView,
    unassignment: FormView,
    reopening: FormView,
    /// What came back of what has no fields, or no place on the page any more.
    other: FormView,
    typed: Vec<(String, String)>,
}

impl Forms {
    /// With one that came back, if the page has a place for it.
    fn with(which: Which, back: FormView, may: &May) -> Forms {
        let mut forms = Forms::default();
        let place = match which {
            Which::Completion if may.check => &mut forms.completion,
            Which::Assignment if may.assign => &mut forms.assignment,
            Which::Unassignment if may.assign => &mut forms.unassignment,
            Which::Reopening if may.reopen => &mut forms.reopening,
            _ => {
                forms.typed = back.typed();
                &mut forms.other
            }
        };
        *place = back;
        forms
    }

    /// The one that came back.
    fn back(&self) -> Option<&FormView> {
        let all = [
            &self.completion,
            &self.assignment,
            &self.unassignment,
            &self.reopening,
            &self.other,
        ];
        all.into_iter().find(|it| it.is_refused())
    }
}

/// What the viewer can do here now.
struct May {
    check: bool,
    /// Go on with an application that was not completed in time.
    go_on: bool,
    /// Propose to leave it untreated.
    leave: bool,
    assign: bool,
    close: bool,
    reopen: bool,
}

impl May {
    fn new(is_coordinator: bool, loaded: &Loaded, today: NaiveDate) -> May {
        let state = loaded.dossier.application.state;
        let at = |states: &[State]| is_coordinator && states.contains(&state);
        let asked = at(&[State::CompletionRequested]);
        let due_on = loaded.requests.last().map(|it| it.due_on);
        let untreated = due_on.map(|it| terms::may_leave_untreated(it, today));
        May {
            go_on: asked && due_on.is_some_and(|it| it < today),
            leave: asked && untreated == Some(Ok(())),
            check: at(&[State::Submitted, State::Completed]),
            assign: is_coordinator && actions::can_be_assigned(state),
            close: at(&[State::InAssessment]),
            reopen: at(&[State::InAssessment, State::Assessed]),
        }
    }
}

/// What the coordinator can do now.
struct Now {
    title: &'static str,
    text: String,
}

/// What the page reads.
struct Loaded {
    dossier: Dossier,
    people: Vec<Person>,
    requests: Vec<CompletionRequest>,
    matrix: Matrix,
}

fn load(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Loaded, AppError> {
    let dossier = assessments::store::dossier(conn, actor, id)?;
    let people = store::people(conn, id)?;
    let projects = store::projects(conn, id)?;
    let given = store::given(conn, id)?;
    let requests = store::completion_requests(conn, std::slice::from_ref(id))?;
    Ok(Loaded {
        matrix: Matrix::new(actor, dossier.application.state, projects, &people, &given),
        requests: requests.into_values().flatten().collect(),
        dossier,
        people,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    let loaded = read(&app, &who, &id).await?;
    let has_declared = loaded
        .people
        .iter()
        .any(|it| it.id == who.actor.id && it.declared.is_some());
    if interests::must_declare(&who.actor) && !has_declared {
        let here = address(&id);
        return Ok(access::see_other(&interests::address(&id, &here)));
    }
    let today = app.store.now().dutch_day();
    html::ok(&page(&who, loaded, today, None)?)
}

async fn read(app: &App, who: &SignedIn, id: &ApplicationId) -> Result<Loaded, AppError> {
    let (id, actor) = (id.clone(), who.actor.clone());
    app.store.read(move |conn| load(conn, &actor, &id)).await
}

fn address(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}/behandeling")
}

async fn start(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| actions::start(tx, id, version);
    act(&app, &who, &path, (Which::Start, posted), f).await
}

async fn request_completion(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let today = app.store.now().dutch_day();
    let read = form::completion(&posted.answers, today);
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| {
        let asked = read.as_ref().map_err(invalid)?;
        actions::request_completion(tx, id, version, asked)
    };
    act(&app, &who, &path, (Which::Completion, posted), f).await
}

async fn assign(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let read = form::reviewers(&posted.answers);
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| {
        actions::assign(tx, id, read.as_ref().map_err(invalid)?)
    };
    act(&app, &who, &path, (Which::Assignment, posted), f).await
}

async fn unassign(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let read = form::unassigned(&posted.answers);
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| {
        let (reviewer, reason) = read.as_ref().map_err(invalid)?;
        actions::unassign(tx, id, reviewer, reason)
    };
    act(&app, &who, &path, (Which::Unassignment, posted), f).await
}

async fn close(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| actions::close(tx, id, version);
    act(&app, &who, &path, (Which::Close, posted), f).await
}

async fn reopen(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let read = form::reopened(&posted.answers);
    let f = move |tx: &mut Tx<'_>, id: &ApplicationId| {
        actions::reopen(tx, id, version, read.as_ref().map_err(invalid)?)
    };
    act(&app, &who, &path, (Which::Reopening, posted), f).await
}

fn invalid(errors: &FieldErrors) -> AppError {
    AppError::Invalid(errors.clone())
}

/// Does a use case once and goes back to the page; what was typed comes back if it was not done.
async fn act(
    app: &App,
    who: &SignedIn,
    id: &str,
    (which, posted): (Which, Posted),
    f: impl Fn(&mut Tx<'_>, &ApplicationId) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(id);
    let (of, key) = (id.clone(), posted.key);
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &of)?;
                Ok(address(&of))
            })
        })
        .await;
    let err = match done {
        Ok(location) => return Ok(access::see_other(&location)),
        Err(err) => err,
    };
    let again = again(app, who, Stream::Application(&id), posted.answers, err).await?;
    let loaded = read(app, who, &id).await?;
    let today = app.store.now().dutch_day();
    let page = page(who, loaded, today, Some((which, again.form)))?;
    html::page(again.status, &page)
}

fn page(
    who: &SignedIn,
    loaded: Loaded,
    today: NaiveDate,
    back: Option<(Which, FormView)>,
) -> Result<HandlingPage, AppError> {
    let is_coordinator = policy::may(&who.actor, Action::CheckCompleteness);
    let may = May::new(is_coordinator, &loaded, today);
    let mut forms = back.map_or_else(Forms::default, |(which, form)| {
        Forms::with(which, form, &may)
    });
    let Loaded {
        dossier,
        people,
        requests,
        matrix,
    } = loaded;
    if !forms.completion.is_refused() {
        forms.completion = FormView::new(form::fresh_completion(today));
    }
    let application = &dossier.application;
    Ok(HandlingPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                application.reference.as_str(),
                format!("/aanvragen/{}", application.id),
            )
            .here("Behandeling"),
        state: state_tag(application.state),
        now: is_coordinator
            .then(|| now(application.state, &matrix, requests.last(), today))
            .flatten(),
        may,
        address: format!("/aanvragen/{}", application.id),
        reads_notes: is_coordinator || policy::may(&who.actor, Action::SeeAudit),
        figures: figures(&dossier, &matrix, &requests, today)?,
        declared: people
            .iter()
            .filter(|it| it.assigned.is_none() && it.declared.is_some())
            .cloned()
            .collect(),
        parts: SectionName::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        nctv: candidates(&people, Department::Nctv),
        szw: candidates(&people, Department::Szw),
        assigned: assigned(&matrix),
        finals: finals(&matrix),
        requests,
        matrix,
        forms,
        dossier,
    })
}

/// The state of an application as a tag.
pub(in crate::assessments) fn state_tag(state: State) -> Tag {
    let tone = match state {
        State::Draft | State::Withdrawn => Tone::Neutral,
        State::Submitted | State::Completed => Tone::Info,
        State::CompletionRequested => Tone::Warning,
        State::InAssessment | State::Proposed | State::NotTreatedProposed => Tone::Busy,
        State::Assessed | State::Decided | State::Notified => Tone::Success,
    };
    Tag::new(tone, state.label())
}

fn now(
    state: State,
    matrix: &Matrix,
    last: Option<&CompletionRequest>,
    today: NaiveDate,
) -> Option<Now> {
    let (title, text) = match state {
        State::Submitted | State::Completed => (
            "Controleer of de aanvraag volledig is",
            "Mist er iets? Vraag de gemeente dan om aan te vullen. Is alles er? Neem de aanvraag dan in behandeling.".to_owned(),
        ),
        State::CompletionRequested => waiting(last?, today),
        State::NotTreatedProposed => (
            "Een ander besluit of de aanvraag buiten behandeling blijft",
            "Er is voorgesteld de aanvraag niet te behandelen. U volgt het bij het besluit.".to_owned(),
        ),
        State::InAssessment if matrix.columns.is_empty() => (
            "Wijs beoordelaars toe",
            "Er is nog niemand die deze aanvraag beoordeelt.".to_owned(),
        ),
        State::InAssessment if matrix.done() < matrix.rows.len() => (
            "De beoordelaars zijn bezig",
            format!(
                "Van {} van de {} projecten is de beoordeling af. Is alles af? Stel de beoordeling dan vast.",
                matrix.done(),
                matrix.rows.len()
            ),
        ),
        State::InAssessment => (
            "Stel de beoordeling vast",
            "Alle projecten zijn beoordeeld. Onderaan deze pagina stelt u de beoordeling vast.".to_owned(),
        ),
        State::Assessed => (
            "De beoordeling staat vast",
            "U kunt nu een voorstel doen, of de aanvraag meenemen in een verdeling.".to_owned(),
        ),
        _ => return None,
    };
    Some(Now { title, text })
}

fn waiting(request: &CompletionRequest, today: NaiveDate) -> (&'static str, String) {
    let due_on = dates::date(request.due_on);
    let until = terms::untreated_until(request.due_on);
    if today <= request.due_on {
        let text = format!(
            "De gemeente heeft tot en met {due_on} om aan te vullen. Tot dan staat de beslistermijn stil."
        );
        return ("De gemeente vult aan", text);
    }
    let late = format!(
        "De gemeente had tot en met {due_on} om aan te vullen en deed dat niet. De beslistermijn loopt weer."
    );
    let text = if today <= until {
        format!(
            "{late} U kunt verder met wat er is ingediend. Of stel voor de aanvraag niet te behandelen; dat besluit moet uiterlijk op {} bekend zijn.",
            dates::date(until)
        )
    } else {
        format!(
            "{late} Tot en met {} kon de aanvraag buiten behandeling worden gesteld. Neem haar nu in behandeling met wat er is ingediend.",
            dates::date(until)
        )
    };
    ("De gemeente vulde niet op tijd aan", text)
}

fn figures(
    dossier: &Dossier,
    matrix: &Matrix,
    requests: &[CompletionRequest],
    today: NaiveDate,
) -> Result<Vec<Figure>, AppError> {
    let Dossier {
        application,
        decision_term_weeks: weeks,
        ..
    } = dossier;
    let requested = Money::sum(
        matrix
            .rows
            .iter()
            .flat_map(|it| &it.project.years)
            .map(|it| it.requested),
    )?;
    let mut figures = Vec::new();
    if let Some(submitted_at) = application.submitted_at {
        let version = format!("versie {}", application.latest_version);
        figures.push(Figure::new(
            "Ingediend",
            dates::short_date(submitted_at),
            version,
        ));
    }
    if let Some(term) = decision_term(application.submitted_at, *weeks, requests, today) {
        let last_day = dates::short_date(term.last_day);
        figures.push(Figure::new(
            "Besluit uiterlijk",
            last_day,
            term_note(&term, *weeks),
        ));
    }
    figures.push(Figure::new(
        "Aangevraagd",
        money::euros(requested),
        "alle jaren samen",
    ));
    figures.push(Figure::new(
        "Beoordeeld",
        format!("{} van {}", matrix.done(), matrix.rows.len()),
        "projecten",
    ));
    Ok(figures)
}

fn term_note(term: &DecisionTerm, weeks: i32) -> String {
    match (term.is_suspended, term.suspended_days) {
        (_, 0) => format!("{weeks} weken na indiening"),
        (true, days) => format!("termijn staat stil, hoogstens {days} dagen"),
        (false, 1) => format!("{weeks} weken en 1 dag stilstand"),
        (false, days) => format!("{weeks} weken en {days} dagen stilstand"),
    }
}

fn candidates(people: &[Person], department: Department) -> Vec<Choice> {
    people
        .iter()
        .filter(|it| it.can_assess_for.contains(&department))
        .filter(|it| it.assigned.is_none() && !it.has_conflict())
        .map(|it| Choice::new(it.id.as_str(), it.name.as_str()))
        .collect()
}

/// The reviewers who closed no assessment here.
fn assigned(matrix: &Matrix) -> Vec<Choice> {
    let is_final = |at: usize| {
        let cells = matrix.rows.iter().filter_map(|it| it.cells.get(at));
        cells
            .into_iter()
            .any(|it| matches!(it, Cell::Closed | Cell::Final { .. }))
    };
    let free = matrix
        .columns
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_final(*at));
    free.map(|(_, it)| {
        let label = format!("{}, {}", it.person.name, it.department.label());
        Choice::new(it.person.id.as_str(), label)
    })
    .collect()
}

/// The final assessments, to choose which open again.
fn finals(matrix: &Matrix) -> Vec<Choice> {
    let mut choices = Vec::new();
    for row in &matrix.rows {
        for (column, cell) in matrix.columns.iter().zip(&row.cells) {
            if let Cell::Final { id, .. } = cell {
                let whose = format!("{}, {}", column.person.name, column.department.label());
                choices.push(Choice::new(id.as_str(), row.project.title.as_str()).with_help(whose));
            }
        }
    }
    choices
}
