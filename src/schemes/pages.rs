//! Setting up on screen: the overview with what to do next, and the routes of the pages below it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    BudgetYear, Cycle, CycleState, Envelope, Scheme, Window, WindowKind, budget_decisions,
    ceilings, cycles,
    footing::{self, Gap},
    limits, regions, store, transfers, versions, windows,
};
use crate::{
    app::App,
    core::ids::CycleId,
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action},
    },
    journal::{balance::Measure, lines, store::Balance},
    texts::{dates, filters, labels::Label, money::euros},
    web::{
        frame::Frame,
        html,
        meter::Meter,
        parts::{Tag, Tone},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get(
        "/inrichting",
        Access::May(Action::SeeSetup),
        overview,
    )];
    routes.extend(versions::pages::routes());
    routes.extend(cycles::pages::routes());
    routes.extend(windows::pages::routes());
    routes.extend(super::closings::pages::routes());
    routes.extend(regions::pages::routes());
    routes.extend(transfers::pages::routes());
    routes.extend(ceilings::pages::routes());
    routes.extend(budget_decisions::pages::routes());
    routes.extend(limits::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "schemes/overview.html")]
struct OverviewPage {
    frame: Frame,
    may_setup: bool,
    next: Option<Next>,
    schemes: Vec<(Scheme, Tag)>,
    cycles: Vec<CycleRow>,
    windows: Vec<WindowRow>,
    regions: i64,
}

/// The one thing to do now.
struct Next {
    sentence: String,
    href: String,
    button: &'static str,
}

struct CycleRow {
    cycle: Cycle,
    state: Tag,
    years: Vec<BudgetYear>,
}

/// A window in a list, with where it stands.
pub(super) struct WindowRow {
    pub(super) window: Window,
    pub(super) cycle: Cycle,
    pub(super) state: Tag,
}

async fn overview(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let now = app.store.now();
    let actor = who.actor.clone();
    let mut page = app
        .store
        .read(move |conn| {
            let cycles = store::cycles(conn)?;
            let windows = store::windows(conn, None)?;
            let schemes = store::schemes(conn)?;
            let regions = store::count_regions(conn)?;
            let years = store::all_years(conn)?;
            let next = next(conn, &schemes, &cycles, &windows, regions)?;
            Ok(OverviewPage {
                frame: Frame::default(),
                may_setup: policy::may(&actor, Action::Setup),
                next: next.filter(|_| policy::may(&actor, Action::Setup)),
                schemes: schemes
                    .into_iter()
                    .map(|it| (it.clone(), scheme_state(&it)))
                    .collect(),
                cycles: cycles.into_iter().map(|it| cycle_row(it, &years)).collect(),
                windows: windows
                    .into_iter()
                    .map(|(window, cycle)| WindowRow {
                        state: window_state(&window, now),
                        window,
                        cycle,
                    })
                    .collect(),
                regions,
            })
        })
        .await?;
    page.frame = who.frame().crumb("Overzicht", "/").here("Inrichting");
    html::ok(&page)
}

fn cycle_row(cycle: Cycle, years: &[BudgetYear]) -> CycleRow {
    let own = years.iter().filter(|it| it.cycle_id == cycle.id);
    CycleRow {
        state: cycle_state(&cycle),
        years: own.cloned().collect(),
        cycle,
    }
}

/// What a coordinator has to do before municipalities can apply.
fn next(
    conn: &mut Conn,
    schemes: &[Scheme],
    cycles: &[Cycle],
    windows: &[(Window, Cycle)],
    regions: i64,
) -> Result<Option<Next>, AppError> {
    let to = |sentence: String, href: String, button| {
        Some(Next {
            sentence,
            href,
            button,
        })
    };
    if schemes.is_empty() {
        let sentence = "Leg eerst de regeling vast. Daarop rust alles wat volgt.".to_owned();
        return Ok(to(
            sentence,
            "/inrichting/regelingen/nieuw".to_owned(),
            "Regeling vastleggen",
        ));
    }
    if regions == 0 {
        let sentence = "Er zijn nog geen regio's. Zonder regio kan niemand aanvragen.".to_owned();
        return Ok(to(
            sentence,
            "/inrichting/regios/nieuw".to_owned(),
            "Regio toevoegen",
        ));
    }
    if let Some(draft) = cycles.iter().find(|it| it.state == CycleState::Draft) {
        let href = format!("/inrichting/cycli/{}", draft.id);
        return Ok(match gaps(conn, draft)?.first() {
            Some(gap) => to(not_footing(draft, gap), href, "Bedragen aanpassen"),
            None => to(
                format!(
                    "De bedragen van cyclus {} kloppen. U kunt de cyclus openen.",
                    draft.name
                ),
                format!("{href}/opening"),
                "Bekijk wat er gebeurt",
            ),
        });
    }
    let has_main = |cycle: &Cycle| {
        windows
            .iter()
            .any(|(window, of)| of.id == cycle.id && window.kind == WindowKind::Main)
    };
    if let Some(cycle) = cycles
        .iter()
        .find(|it| it.state == CycleState::Open && !has_main(it))
    {
        let sentence = format!(
            "Cyclus {} is open, maar heeft nog geen aanvraagtijdvak.",
            cycle.name
        );
        let href = format!("/inrichting/cycli/{}/tijdvakken/nieuw", cycle.id);
        return Ok(to(sentence, href, "Tijdvak instellen"));
    }
    if cycles.is_empty() {
        let sentence = "Er is nog geen cyclus. Maak er een met de bedragen per jaar.".to_owned();
        return Ok(to(
            sentence,
            "/inrichting/cycli/nieuw".to_owned(),
            "Cyclus maken",
        ));
    }
    Ok(None)
}

fn gaps(conn: &mut Conn, cycle: &Cycle) -> Result<Vec<Gap>, AppError> {
    let years = store::years(conn, &cycle.id)?;
    let envelopes = store::envelopes(conn, &cycle.id)?;
    Ok(footing::gaps(&footing::plans(&years, &envelopes))?)
}

fn not_footing(cycle: &Cycle, gap: &Gap) -> String {
    format!(
        "Cyclus {} klopt nog niet: in {} zijn de enveloppen samen {} en is het plafond {}.",
        cycle.name,
        gap.year,
        euros(gap.planned),
        euros(gap.ceiling)
    )
}

/// Where a scheme version stands.
pub(super) fn scheme_state(it: &Scheme) -> Tag {
    match it.frozen_at {
        Some(_) => Tag::new(Tone::Success, "Ligt vast"),
        None => Tag::new(Tone::Neutral, "Nog niet gebruikt"),
    }
}

/// Where a cycle stands.
pub(super) fn cycle_state(it: &Cycle) -> Tag {
    let tone = match it.state {
        CycleState::Draft => Tone::Busy,
        CycleState::Open => Tone::Success,
        CycleState::Closed => Tone::Neutral,
    };
    Tag::new(tone, it.state.label())
}

/// Where a window stands at this moment.
pub(super) fn window_state(it: &Window, now: chrono::NaiveDateTime) -> Tag {
    if it.is_open(now) {
        Tag::new(
            Tone::Success,
            format!("Open tot {}", dates::short_date(it.closes_at)),
        )
    } else if now < it.opens_at {
        Tag::new(
            Tone::Info,
            format!("Opent op {}", dates::short_date(it.opens_at)),
        )
    } else {
        Tag::new(Tone::Neutral, "Gesloten")
    }
}

/// The meter of an envelope with links to the lines behind it; one in which nothing was booked is
/// empty.
pub fn meter(
    cycle: &CycleId,
    envelope: &Envelope,
    balances: &[Balance],
) -> Result<Meter, AppError> {
    let nothing = Balance::empty(envelope.id.clone());
    let found = balances.iter().find(|it| it.envelope == envelope.id);
    let it = found.unwrap_or(&nothing);
    let meter = Meter::new(
        it.of(Measure::Ceiling)?,
        it.of(Measure::Reserved)?,
        it.of(Measure::Awarded)?,
        it.of(Measure::Paid)?,
    )?;
    let lines = lines::address(cycle, Some(envelope.year), Some(envelope.kind));
    let meter = meter.with_returned(it.released, it.recovered)?;
    Ok(meter.with_lines(Some(lines)))
}
