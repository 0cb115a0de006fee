//! The pages of those who assess: their work list and the assessment of a project.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::{
    Advice, Assessment, Dossier, Judgement, Seat, actions, assesses, form, handling,
    handling::{decision_term, pages::state_tag},
    interests, may_read, sees_category, store,
    store::{Progress, Sheet, Work},
};
use crate::{
    app::App,
    applications::{
        Project, ProjectYear,
        project::view::{self, Content},
        state::State,
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
    db::Conn,
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    schemes::{self, Criterion},
    texts::{dates, dates::OnDay, filters, labels::Label, money::euros, numbers},
    web::{
        again::{Again, Change},
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tab, Tag, Tone},
    },
};

const LIST: &str = "/beoordelen";
const PROJECT: &str = "/projecten/{id}/beoordeling";

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(LIST, Access::May(Action::Assess), work_list),
        Route::get(PROJECT, Access::May(Action::SeeAssessments), show),
        Route::post(PROJECT, Access::May(Action::Assess), assess),
    ];
    routes.extend(handling::pages::routes());
    routes.extend(interests::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "assessments/work.html")]
struct WorkPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<WorkRow>,
    pager: Pager,
}

struct WorkRow {
    work: Work,
    state: Tag,
    last_day: Option<NaiveDate>,
    progress: Progress,
    task: Tag,
}

async fn work_list(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let is_all = query.split('&').any(|it| it == "stand=alle");
    let (actor, today) = (who.actor.clone(), app.store.now().dutch_day());
    let (pager, rows) = app
        .store
        .read(move |conn| {
            let states = if is_all {
                State::ALL
            } else {
                &[State::InAssessment]
            };
            let mut pager = Pager::new(LIST, &query, 0);
            let (_, works) = store::work(conn, &actor.id, states, |total| {
                pager = Pager::new(LIST, &query, total);
                let offset = i64::try_from(pager.offset()).unwrap_or_default();
                (i64::from(PAGE_SIZE), offset)
            })?;
            let ids: Vec<ApplicationId> =
                works.iter().map(|it| it.application.id.clone()).collect();
            let requests = handling::store::completion_requests(conn, &ids)?;
            let of: BTreeMap<_, _> = works
                .iter()
                .map(|it| (it.application.id.clone(), it.department))
                .collect();
            let mut progress = store::progress(conn, &actor.id, &ids, |id, category| {
                of.get(id).is_some_and(|it| assesses(*it, category))
            })?;
            let rows: Vec<WorkRow> = works
                .into_iter()
                .map(|work| {
                    let id = &work.application.id;
                    let asked = requests.get(id).map_or(&[][..], Vec::as_slice);
                    let progress = progress.remove(id).unwrap_or_default();
                    work_row(work, asked, progress, today)
                })
                .collect();
            Ok((pager, rows))
        })
        .await?;
    html::ok(&WorkPage {
        frame: who.frame(),
        tabs: vec![
            Tab::new("Te beoordelen", LIST, !is_all),
            Tab::new(
                "Alles wat u is toegewezen",
                "/beoordelen?stand=alle",
                is_all,
            ),
        ],
        rows,
        pager,
    })
}

fn work_row(
    work: Work,
    requests: &[handling::CompletionRequest],
    progress: Progress,
    today: NaiveDate,
) -> WorkRow {
    let application = &work.application;
    let weeks = work.decision_term_weeks;
    let term = decision_term(application.submitted_at, weeks, requests, today);
    WorkRow {
        state: state_tag(application.state),
        last_day: term.map(|it| it.last_day),
        task: task(&work, progress),
        progress,
        work,
    }
}

fn task(work: &Work, progress: Progress) -> Tag {
    match (work.application.state, work.has_declared) {
        (State::InAssessment, false) => Tag::new(Tone::Warning, "Verklaar uw belangen"),
        (State::InAssessment, true) if progress.finals == progress.all => {
            Tag::new(Tone::Success, "Klaar")
        }
        (State::InAssessment, true) if progress.finals + progress.drafts == 0 => {
            Tag::new(Tone::Info, "Nieuw")
        }
        (State::InAssessment, true) => Tag::new(Tone::Busy, "Bezig"),
        _ => Tag::new(Tone::Neutral, "Nu niets te doen"),
    }
}

#[derive(Template)]
#[template(path = "assessments/project.html")]
struct ProjectPage {
    frame: Frame,
    dossier: Dossier,
    state: Tag,
    project: Project,
    content: Content,
    others: Vec<Given>,
    desk: Desk,
    /// What came back while there is no form to show it in.
    stopped: Option<FormView>,
    typed: Vec<(String, String)>,
    scale: Vec<Choice>,
    advices: Vec<Choice>,
}

/// What stands at the right of the page.
enum Desk {
    /// The viewer's own form.
    Form(Box<OwnForm>),
    /// The viewer's own final assessment.
    Final(Given),
    /// Nothing to fill in, and why.
    Closed(&'static str),
}

struct OwnForm {
    asks: Vec<Ask>,
    amounts: Vec<Amount>,
    view: FormView,
    version: i32,
    saved: Option<String>,
    running: Option<String>,
    given: usize,
}

/// A criterion with its two fields.
struct Ask {
    score: String,
    reason: String,
    name: String,
    question: String,
    why: String,
}

/// The field of what is eligible in a year.
struct Amount {
    field: String,
    label: String,
    help: String,
}

/// A final assessment as it is read.
struct Given {
    name: String,
    department: &'static str,
    final_at: chrono::NaiveDateTime,
    advice: Tag,
    score: String,
    scores: Vec<(String, i32, String)>,
    judgement: Judgement,
}

/// What the page reads.
struct Loaded {
    dossier: Dossier,
    project: Project,
    content: Content,
    criteria: Vec<Criterion>,
    seats: Vec<Seat>,
    has_declared: bool,
}

async fn load(app: &App, who: &SignedIn, id: &str) -> Result<Loaded, AppError> {
    let (id, actor) = (ProjectId::from(id), who.actor.clone());
    let today = app.store.now().dutch_day();
    let read = move |conn: &mut Conn| {
        let sheet = store::project(conn, &actor, &id)?;
        let Sheet {
            dossier, project, ..
        } = sheet;
        if !sees_category(&actor, project.category) {
            return Err(AppError::NotFound);
        }
        let application = &dossier.application.id;
        let seats = store::seats(conn, application, &id)?;
        let has_declared = match seats.iter().find(|it| it.reviewer == actor.id) {
            Some(own) => own.has_conflict.is_some(),
            None => {
                !interests::must_declare(&actor) || interests::declared(conn, &actor, application)?
            }
        };
        let members = schemes::store::members(conn, &dossier.application.region_id, today)?;
        Ok(Loaded {
            content: view::content(
                &sheet.answers,
                sheet.cycle_years,
                sheet.window_kind,
                &members,
            ),
            criteria: store::criteria(conn, &dossier.scheme)?,
            dossier,
            project,
            seats,
            has_declared,
        })
    };
    app.store.read(read).await
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &path).await?;
    if !loaded.has_declared {
        let here = format!("/projecten/{}/beoordeling", loaded.project.id);
        let declare = interests::address(&loaded.dossier.application.id, &here);
        return Ok(access::see_other(&declare));
    }
    html::ok(&page(&who, loaded, None))
}

async fn assess(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = ProjectId::from(path.as_str());
    let version = posted.version()?;
    let is_later = !posted.answers.get("later").is_empty();
    let answers = form::typed_only(&posted.answers);
    let (typed, project, key) = (answers.clone(), id.clone(), posted.key);
    let done = app.store.write(&who.actor, move |tx| {
        once(tx, &key, |tx| {
            let save = if is_later {
                actions::save_draft
            } else {
                actions::finish
            };
            let application = save(tx, &project, version, &typed)?;
            Ok(format!("/aanvragen/{application}/behandeling"))
        })
    });
    match done.await {
        Ok(location) => Ok(access::see_other(&location)),
        Err(AppError::Invalid(errors)) => {
            let typed = answers.clone();
            let kept = app
                .store
                .write(&who.actor, move |tx| {
                    actions::save_draft(tx, &id, version, &typed)
                })
                .await;
            match kept {
                Ok(_) => {
                    let form = FormView::refused(answers, errors).with_note(
                        "Wat u typte is wel opgeslagen. De beoordeling is nog niet afgerond.",
                    );
                    let loaded = load(&app, &who, &path).await?;
                    html::refused(&page(&who, loaded, Some(form)))
                }
                Err(err) => come_back(&app, &who, &path, answers, err).await,
            }
        }
        Err(err) => come_back(&app, &who, &path, answers, err).await,
    }
}

/// What was typed comes back: in the form, or beside what is final now.
async fn come_back(
    app: &App,
    who: &SignedIn,
    path: &str,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let loaded = load(app, who, path).await?;
    let own = loaded.seats.iter().find(|it| it.reviewer == who.actor.id);
    let saved = own.and_then(|it| it.assessment.clone());
    // Nobody else saves somebody's assessment.
    let change = saved.as_ref().map(|it| Change {
        by: who.actor.name.clone(),
        is_own: true,
        at: it.saved_at,
    });
    let mut again = Again::of(err, answers, change.as_ref())?;
    if let Some(saved) = saved {
        again = again.beside(saved.answers);
    }
    html::page(again.status, &page(who, loaded, Some(again.form)))
}

fn page(who: &SignedIn, loaded: Loaded, refused: Option<FormView>) -> ProjectPage {
    let Loaded {
        dossier,
        project,
        content,
        criteria,
        seats,
        ..
    } = loaded;
    let own = seats.iter().find(|it| it.reviewer == who.actor.id);
    let in_assessment = dossier.application.state == State::InAssessment;
    let own_is_final = !in_assessment || own.is_some_and(Seat::counts);
    let others = seats
        .iter()
        .filter(|it| it.reviewer != who.actor.id && it.counts())
        .filter(|it| {
            let whose = (&it.reviewer, it.department);
            may_read(&who.actor, own_is_final, whose, true)
        })
        .filter_map(|it| given(it, &criteria, &project))
        .collect();
    let (list, way) = if policy::may(&who.actor, Action::Assess) {
        ("Beoordelen", LIST)
    } else {
        ("Aanvragen", "/aanvragen")
    };
    let desk_now = desk(own, in_assessment, &criteria, &project, refused.clone());
    let stopped = refused.filter(|_| !matches!(desk_now, Desk::Form(_)));
    let typed = stopped
        .as_ref()
        .map(|it| form::told(&it.answers, &criteria, &project.years))
        .unwrap_or_default();
    ProjectPage {
        stopped,
        typed,
        frame: who
            .frame()
            .crumb(list, way)
            .crumb(
                dossier.application.reference.as_str(),
                format!("/aanvragen/{}/behandeling", dossier.application.id),
            )
            .here(project.title.as_str()),
        state: state_tag(dossier.application.state),
        others,
        desk: desk_now,
        scale: Choice::scores(1, 5),
        advices: Advice::ALL.iter().map(|it| advice_choice(*it)).collect(),
        dossier,
        project,
        content,
    }
}

fn desk(
    own: Option<&Seat>,
    in_assessment: bool,
    criteria: &[Criterion],
    project: &Project,
    refused: Option<FormView>,
) -> Desk {
    let Some(own) = own.filter(|it| assesses(it.department, project.category)) else {
        return Desk::Closed("U bent voor dit project geen beoordelaar. U kunt hier meelezen.");
    };
    if let Some(final_one) = given(own, criteria, project) {
        return Desk::Final(final_one);
    }
    if !in_assessment {
        return Desk::Closed("De aanvraag is niet in behandeling. Beoordelen kan nu niet.");
    }
    let criteria: Vec<Criterion> = criteria
        .iter()
        .filter(|it| it.department == own.department)
        .cloned()
        .collect();
    let saved = own.assessment.as_ref();
    let view = refused.unwrap_or_else(|| {
        let fresh = || form::fresh(&project.years);
        FormView::new(saved.map_or_else(fresh, |it| it.answers.clone()))
    });
    let (count, running) = form::running(&view.answers, &criteria);
    Desk::Form(Box::new(OwnForm {
        version: saved.map_or(0, |it| it.version),
        saved: saved.map(|it| format!("Opgeslagen om {}", dates::time(it.saved_at))),
        running: running.map(numbers::hundredths),
        given: count,
        asks: criteria.iter().map(ask).collect(),
        amounts: project.years.iter().map(amount).collect(),
        view,
    }))
}

/// A final assessment as it is read; `None` of a draft.
fn given(seat: &Seat, criteria: &[Criterion], project: &Project) -> Option<Given> {
    let Assessment {
        answers,
        score_hundredths,
        final_at,
        ..
    } = seat.assessment.as_ref()?;
    let criteria: Vec<Criterion> = criteria
        .iter()
        .filter(|it| it.department == seat.department)
        .cloned()
        .collect();
    let (final_at, score) = ((*final_at)?, (*score_hundredths)?);
    let judgement = form::read(answers, &criteria, &project.years).ok()?;
    let scores = criteria
        .iter()
        .zip(&judgement.scores)
        .map(|(criterion, it)| (criterion.name.clone(), it.score, it.reason.clone()))
        .collect();
    Some(Given {
        name: seat.name.clone(),
        department: seat.department.label(),
        final_at,
        advice: advice_tag(judgement.advice),
        score: numbers::hundredths(score),
        scores,
        judgement,
    })
}

fn ask(criterion: &Criterion) -> Ask {
    Ask {
        score: form::score_field(criterion),
        reason: form::reason_field(criterion),
        name: criterion.name.clone(),
        question: criterion.question.clone(),
        why: format!("Waarom deze score op {}?", criterion.name.to_lowercase()),
    }
}

fn amount(year: &ProjectYear) -> Amount {
    let most = format!("Niet meer dan aangevraagd: {}.", euros(year.requested));
    Amount {
        field: form::eligible_field(year.year),
        label: year.year.to_string(),
        help: if year.minimum.is_zero() {
            most
        } else {
            let least = euros(year.minimum);
            format!("{most} De gemeente kan het project doen vanaf {least}.")
        },
    }
}

fn advice_choice(advice: Advice) -> Choice {
    let choice = Choice::new(advice.as_str(), advice.label());
    match advice {
        Advice::Reject => choice.with_help("Vul dan 0 in als subsidiabel bedrag, voor elk jaar."),
        _ => choice,
    }
}

fn advice_tag(advice: Advice) -> Tag {
    let tone = match advice {
        Advice::Fund => Tone::Success,
        Advice::FundConditionally => Tone::Warning,
        Advice::Reject => Tone::Error,
    };
    Tag::new(tone, advice.label())
}
