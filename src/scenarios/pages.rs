//! The windows with their scenarios, and a new one.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    Scenario, ScenarioState,
    actions::{self, Divided},
    assemble, compare,
    division::Division,
    form,
    making::{
        self,
        pages::{Choices, PotForm, choices, pot_form, seed_label},
    },
    pots::{self, Pot},
    show,
    store::{self, Head, Listed, Round},
};
use crate::{
    allocation::Method,
    app::App,
    applications::state::State,
    core::{
        answers::Answers,
        ids::{ScenarioId, WindowId},
    },
    db::Conn,
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    schemes::{self, Cycle, Window},
    texts::{filters, labels::Label},
    web::{
        again::Again,
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Tag, Tone},
    },
};

const SEE: Access = Access::May(Action::SeeScenarios);
const MAKE: Access = Access::May(Action::MakeScenarios);

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/scenarios", SEE, index),
        Route::get("/tijdvakken/{id}/scenarios", SEE, of_window),
        Route::post("/tijdvakken/{id}/scenarios", MAKE, create),
    ];
    routes.extend(show::pages::routes());
    routes.extend(compare::pages::routes());
    routes
}

/// The state of a scenario in a word.
pub(super) fn tag(state: ScenarioState) -> Tag {
    let tone = match state {
        ScenarioState::Draft => Tone::Neutral,
        ScenarioState::Adopted => Tone::Success,
        ScenarioState::Discarded => Tone::Error,
    };
    Tag::new(tone, state.label())
}

#[derive(Template)]
#[template(path = "scenarios/index.html")]
struct IndexPage {
    frame: Frame,
    windows: Vec<WindowRow>,
    pager: Pager,
}

struct WindowRow {
    window: Window,
    cycle: Cycle,
    drafts: usize,
    adopted: Option<Head>,
}

async fn index(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let (windows, pager) = app
        .store
        .read(move |conn| window_rows(conn, &query))
        .await?;
    let frame = who.frame().crumb("Overzicht", "/").here("Verdelen");
    let page = IndexPage {
        frame,
        windows,
        pager,
    };
    html::ok(&page)
}

fn window_rows(conn: &mut Conn, query: &str) -> Result<(Vec<WindowRow>, Pager), AppError> {
    let all = schemes::store::windows(conn, None)?;
    let pager = Pager::new(
        "/scenarios",
        query,
        u64::try_from(all.len()).unwrap_or_default(),
    );
    let shown: Vec<(Window, Cycle)> = all
        .into_iter()
        .skip(usize::try_from(pager.offset()).unwrap_or_default())
        .take(usize::try_from(PAGE_SIZE).unwrap_or_default())
        .collect();
    let ids: Vec<WindowId> = shown.iter().map(|(it, _)| it.id.clone()).collect();
    let heads = store::heads(conn, &ids)?;
    let rows = shown.into_iter().map(|(window, cycle)| {
        let own = || heads.iter().filter(|it| it.window == window.id);
        WindowRow {
            drafts: own().filter(|it| it.state == ScenarioState::Draft).count(),
            adopted: own().find(|it| it.state == ScenarioState::Adopted).cloned(),
            window,
            cycle,
        }
    });
    Ok((rows.collect(), pager))
}

#[derive(Template)]
#[template(path = "scenarios/of_window.html")]
struct OfWindowPage {
    frame: Frame,
    form: FormView,
    round: Round,
    rows: Vec<ScenarioRow>,
    pager: Pager,
    /// Applications that can be divided among.
    assessed: i64,
    /// Applications that still come to that.
    waiting: i64,
    pots: Vec<PotForm>,
    years: Vec<i32>,
    methods: Vec<(&'static str, &'static str)>,
    choices: Choices,
    seed_label: &'static str,
    may_make: bool,
    /// The name of the scenario that a variant is made of.
    variant_of: Option<String>,
}

struct ScenarioRow {
    scenario: Listed,
    tags: Vec<Tag>,
}

/// What the page of a window shows.
pub(super) struct OfWindow {
    pub(super) round: Round,
    pub(super) pots: Vec<Pot>,
    rows: Vec<ScenarioRow>,
    pager: Pager,
    assessed: i64,
    waiting: i64,
    pub(super) applicants: BTreeMap<String, String>,
    seed: String,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct OfWindowQuery {
    /// The scenario whose rules the form begins with.
    van: String,
}

async fn of_window(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<WindowId>,
    asked: web::Query<OfWindowQuery>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let (id, from) = (id.into_inner(), asked.into_inner().van);
    let (data, from) = app
        .store
        .read(move |conn| {
            let data = load(conn, &id, &query)?;
            let from = match from.is_empty() {
                true => None,
                false => Some(of_this_window(conn, &id, ScenarioId::from(from.as_str()))?),
            };
            Ok((data, from))
        })
        .await?;
    let Some(from) = from else {
        let form = form::standard(&data.pots, &data.round.scheme, &data.seed);
        return html::ok(&page(&who, data, FormView::new(form)));
    };
    let division = Division::read(&from, &[])?;
    let form = FormView::new(form::variant(&data.pots, &from, &division.input));
    let is_open = making::pages::has_more_rules(&data, &form);
    let mut page = page(&who, data, form);
    page.choices.is_open = is_open;
    page.variant_of = Some(from.name);
    html::ok(&page)
}

fn of_this_window(
    conn: &mut Conn,
    window: &WindowId,
    id: ScenarioId,
) -> Result<Scenario, AppError> {
    let found = store::get_all(conn, &[id])?.into_iter().map(|it| it.0);
    let mut own = found.filter(|it| it.window_id == *window);
    own.next().ok_or(AppError::NotFound)
}

fn load(conn: &mut Conn, id: &WindowId, query: &str) -> Result<OfWindow, AppError> {
    let round = store::round(conn, id)?;
    let funds = store::funds(conn, &round.cycle.id)?;
    let states = store::states(conn, id)?;
    let total = u64::try_from(store::count_of(conn, id)?).unwrap_or_default();
    let pager = Pager::new(&format!("/tijdvakken/{id}/scenarios"), query, total);
    let offset = i64::try_from(pager.offset()).unwrap_or_default();
    let scenarios = store::of_window(conn, id, i64::from(PAGE_SIZE), offset)?;
    let count = |of: &[State]| of.iter().filter_map(|it| states.get(it)).sum();
    Ok(OfWindow {
        pots: pots::pots(round.window.kind, &round.cycle, &funds),
        round,
        seed: scenarios
            .first()
            .map(|it| it.seed.clone())
            .unwrap_or_default(),
        rows: scenarios.into_iter().map(row).collect(),
        pager,
        applicants: store::applicants(conn, id)?,
        assessed: count(&[State::Assessed]),
        waiting: count(&[
            State::Submitted,
            State::CompletionRequested,
            State::Completed,
            State::InAssessment,
        ]),
    })
}

fn row(scenario: Listed) -> ScenarioRow {
    let mut tags = vec![tag(scenario.state)];
    if scenario.is_hypothetical {
        tags.push(hypothetical());
    }
    ScenarioRow { scenario, tags }
}

/// Said of a scenario that divides more than there is.
pub(super) fn hypothetical() -> Tag {
    Tag::new(Tone::Warning, "Denkbeeldig")
}

fn page(who: &SignedIn, data: OfWindow, form: FormView) -> OfWindowPage {
    let may_make = policy::may(&who.actor, Action::MakeScenarios) && 0 < data.assessed;
    let kind = data.round.window.kind;
    OfWindowPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Verdelen", "/scenarios")
            .here(data.round.window.name.clone()),
        years: pots::years(&data.pots).into_iter().collect(),
        pots: data.pots.iter().map(|it| pot_form(it, kind)).collect(),
        methods: Method::ALL
            .iter()
            .map(|it| (it.label(), it.meaning()))
            .collect(),
        choices: choices(&data, &form),
        seed_label: seed_label(&data.round),
        form,
        round: data.round,
        rows: data.rows,
        pager: data.pager,
        assessed: data.assessed,
        waiting: data.waiting,
        may_make,
        variant_of: None,
    }
}

/// How often a division is made again because what it divides has changed meanwhile.
const TRIES: u32 = 3;

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<WindowId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let mut tries = 1;
    let made = loop {
        match divide_and_keep(&app, &who, &id, &posted).await {
            Err(AppError::Stale) if tries < TRIES => tries = tries.saturating_add(1),
            made => break made,
        }
    };
    match made {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, posted.answers, None)?;
            let data = app.store.read(move |conn| load(conn, &id, "")).await?;
            html::page(again.status, &page(&who, data, again.form))
        }
    }
}

/// Reads, divides beside everybody's writes, and keeps. A form that was posted before divides nothing.
async fn divide_and_keep(
    app: &App,
    who: &SignedIn,
    id: &WindowId,
    posted: &Posted,
) -> Result<String, AppError> {
    let (actor, window, answers) = (who.actor.clone(), id.clone(), posted.answers.clone());
    let key = posted.key.clone();
    let read = app.store.read(move |conn| {
        if let Some(location) = identity::store::answered(conn, &actor, &key)? {
            return Ok(Err(location));
        }
        let changes = read_changes(conn, &window, &answers)?;
        actions::input(conn, &actor, &window, answers.get("naam"), &changes).map(Ok)
    });
    let input = match read.await? {
        Ok(input) => input,
        Err(location) => return Ok(location),
    };
    let divided = web::block(move || Divided::of(input))
        .await
        .map_err(AppError::internal)??;
    let (window, answers, key) = (id.clone(), posted.answers.clone(), posted.key.clone());
    app.store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let changes = read_changes(tx.conn, &window, &answers)?;
                let id = actions::keep(tx, &window, answers.get("naam"), &changes, &divided)?;
                Ok(format!("/scenarios/{id}"))
            })
        })
        .await
}

fn read_changes(
    conn: &mut Conn,
    window: &WindowId,
    answers: &Answers,
) -> Result<assemble::Changes, AppError> {
    let round = store::round(conn, window)?;
    let funds = store::funds(conn, &round.cycle.id)?;
    let pots = pots::pots(round.window.kind, &round.cycle, &funds);
    let applicants = store::applicants(conn, window)?;
    let applicants = applicants.into_keys().collect();
    form::changes(answers, &pots, &applicants).map_err(AppError::Invalid)
}
