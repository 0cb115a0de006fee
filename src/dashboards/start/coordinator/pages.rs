//! What the coordinator sees: where the round stands, and what holds it up.

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    applications::state::State,
    core::{actor::Actor, calendar, money::Money},
    dashboards::start::{
        pages::{self, Board, Now, Round, RoundRow, counted},
        store::{self, OpenRequest},
    },
    db::{Conn, dialect::Group},
    error::AppError,
    schemes::{self, Cycle, Scheme, Window},
    texts::{
        dates::{self, OnDay},
        labels::Label,
        money::whole_euros,
    },
    web::parts::{Event, Figure, Tag, Task, Tone},
};

/// The start page of a coordinator; seven statements.
pub fn board(
    conn: &mut Conn,
    actor: &Actor,
    now: NaiveDateTime,
    asked: &str,
) -> Result<Board, AppError> {
    let (round, rounds) = pages::current_round(conn, now, asked)?;
    let Some((window, cycle)) = round else {
        return Ok(no_round());
    };
    let states = store::states(conn, &window.id)?;
    let per_year = store::asked_per_year(conn, &window.id)?;
    let requests = store::open_requests(conn, actor, &window.id)?;
    let scheme = schemes::store::scheme(conn, &cycle.scheme_id)?;
    let years = pages::years(conn, &cycle)?;
    let ceiling = years.first().map_or(Money::ZERO, |it| it.ceiling);
    let last_day = decide_before(&window, &scheme);
    let today = now.dutch_day();
    let figures = figures(&cycle, &states, &per_year, ceiling, last_day, today);
    Ok(Board {
        heading: window.name.clone(),
        rounds,
        now: to_do(&window, &states, requests.first(), now),
        figures,
        round: Some(round_of(&window, &states, now)?),
        years,
        events: events(&window, &requests, last_day, now),
        tasks: tasks(&window, &states),
        ..Board::default()
    })
}

fn no_round() -> Board {
    Board {
        heading: "Er is nog geen ronde".to_owned(),
        now: Some(Now {
            sentence: "Richt een cyclus in en stel een aanvraagtijdvak in. Daarna kunnen gemeenten aanvragen.".to_owned(),
            href: "/inrichting".to_owned(),
            button: "Naar de inrichting".to_owned(),
        }),
        ..Board::default()
    }
}

/// The term of the scheme, from the last day on which an application can have come in.
fn decide_before(window: &Window, scheme: &Scheme) -> NaiveDate {
    let weeks = u64::try_from(scheme.decision_term_weeks).unwrap_or_default();
    calendar::last_day(window.closes_at.dutch_day(), weeks.saturating_mul(7))
}

fn count(states: &[Group], state: State) -> i64 {
    pages::group(states, state.as_str()).map_or(0, |it| it.count)
}

fn list(window: &Window, state: State) -> String {
    format!("/aanvragen?tijdvak={}&stand={}", window.id, state.as_str())
}

fn to_do(
    window: &Window,
    states: &[Group],
    request: Option<&OpenRequest>,
    now: NaiveDateTime,
) -> Option<Now> {
    let today = now.dutch_day();
    if let Some(it) = request.filter(|it| it.due_on < today) {
        return Some(Now {
            sentence: format!(
                "{} had tot en met {} om de aanvraag aan te vullen en deed dat niet. Laat haar beoordelen zoals zij is ingediend, of stel voor haar niet te behandelen.",
                it.region,
                dates::date(it.due_on)
            ),
            href: format!("/aanvragen/{}/behandeling", it.application),
            button: format!("Bekijk {}", it.reference),
        });
    }
    let (state, href, button, rest) = waiting(window, states)?;
    let who = counted(count(states, state), "aanvraag", "aanvragen");
    Some(Now {
        sentence: format!("{}: {who}. {rest}", state.label()),
        href,
        button: button.to_owned(),
    })
}

/// The step furthest along that waits for the coordinator: what is nearly done goes first.
fn waiting(
    window: &Window,
    states: &[Group],
) -> Option<(State, String, &'static str, &'static str)> {
    let steps = [
        (
            State::Decided,
            "/besluiten".to_owned(),
            "Besluiten bekendmaken",
            "Maak de besluiten bekend. Dan weten de gemeenten waar ze aan toe zijn.",
        ),
        (
            State::Completed,
            list(window, State::Completed),
            "Aanvullingen bekijken",
            "Controleer of de aanvraag nu volledig is.",
        ),
        (
            State::Submitted,
            list(window, State::Submitted),
            "Aanvragen bekijken",
            "Controleer of alles er is en wijs beoordelaars aan.",
        ),
        (
            State::Assessed,
            "/scenarios".to_owned(),
            "Verdelingen vergelijken",
            "Verdeel het geld en doe een voorstel.",
        ),
    ];
    steps
        .into_iter()
        .find(|(state, ..)| 0 < count(states, *state))
}

fn figures(
    cycle: &Cycle,
    states: &[Group],
    per_year: &[Group],
    ceiling: Money,
    last_day: NaiveDate,
    today: NaiveDate,
) -> Vec<Figure> {
    let first = cycle.first_year.to_string();
    let asked = pages::group(per_year, &first);
    let (asked, projects) = asked.map_or((Money::ZERO, 0), |it| (it.total, it.count));
    let total: i64 = states.iter().map(|it| it.count).sum();
    let after = [
        State::Assessed,
        State::Proposed,
        State::Decided,
        State::Notified,
    ];
    let assessed: i64 = after.iter().map(|it| count(states, *it)).sum();
    let days = last_day.signed_duration_since(today).num_days();
    vec![
        Figure::new(
            format!("Aangevraagd voor {first}"),
            whole_euros(asked),
            format!("{} % van het plafond", pages::percent(asked, ceiling)),
        ),
        Figure::new(
            "Aanvragen",
            total.to_string(),
            format!("{} in {first}", counted(projects, "project", "projecten")),
        ),
        Figure::new("Volledig beoordeeld", format!("{assessed} van {total}"), ""),
        Figure::new(
            "Beslissen uiterlijk",
            dates::short_date(last_day),
            match days {
                ..0 => "de termijn is voorbij".to_owned(),
                0 => "vandaag".to_owned(),
                1 => "morgen".to_owned(),
                many => format!("over {many} dagen"),
            },
        ),
    ]
}

fn round_of(window: &Window, states: &[Group], now: NaiveDateTime) -> Result<Round, AppError> {
    let rows: Vec<RoundRow> = State::ALL
        .iter()
        .filter_map(|state| {
            let group = pages::group(states, state.as_str())?;
            Some(RoundRow {
                label: state.label().to_owned(),
                href: list(window, *state),
                count: group.count,
                total: group.total,
                tag: tag(*state),
            })
        })
        .collect();
    let sentence = if window.is_open(now) {
        format!(
            "Het tijdvak is open tot {}.",
            dates::moment(window.closes_at)
        )
    } else if now < window.opens_at {
        format!(
            "Het tijdvak gaat open op {}.",
            dates::moment(window.opens_at)
        )
    } else {
        format!("Het tijdvak sloot op {}.", dates::moment(window.closes_at))
    };
    Ok(Round {
        sentence,
        count: rows.iter().map(|it| it.count).sum(),
        total: Money::sum(rows.iter().map(|it| it.total))?,
        rows,
    })
}

fn tag(state: State) -> Tag {
    match state {
        State::Submitted | State::Completed => Tag::new(Tone::Info, "Nieuw"),
        State::CompletionRequested => Tag::new(Tone::Warning, "Wacht op gemeente"),
        State::InAssessment => Tag::new(Tone::Busy, "Bezig"),
        State::Assessed => Tag::new(Tone::Info, "Te verdelen"),
        State::Proposed | State::NotTreatedProposed => Tag::new(Tone::Busy, "Bij de beslisser"),
        State::Decided => Tag::new(Tone::Warning, "Bekendmaken"),
        State::Notified => Tag::new(Tone::Success, "Klaar"),
        State::Draft | State::Withdrawn => Tag::new(Tone::Neutral, state.label()),
    }
}

fn events(
    window: &Window,
    requests: &[OpenRequest],
    last_day: NaiveDate,
    now: NaiveDateTime,
) -> Vec<Event> {
    let mut events = Vec::new();
    if now < window.closes_at {
        events.push(Event {
            when: dates::moment(window.closes_at),
            datetime: window.closes_at.machine(),
            sentence: "Het tijdvak sluit".to_owned(),
            note: None,
            due: true,
        });
    }
    events.extend(requests.iter().take(5).map(|it| Event {
        when: dates::date(it.due_on),
        datetime: it.due_on.machine(),
        sentence: format!("Laatste dag voor de aanvulling van {}", it.region),
        note: Some(it.reference.clone()),
        due: true,
    }));
    events.push(Event {
        when: dates::date(last_day),
        datetime: last_day.machine(),
        sentence: "Laatste dag om te beslissen".to_owned(),
        note: None,
        due: now.dutch_day() <= last_day,
    });
    events
}

fn tasks(window: &Window, states: &[Group]) -> Vec<Task> {
    let steps = [
        (
            State::Submitted,
            "Controleer of aanvragen volledig zijn",
            list(window, State::Submitted),
        ),
        (
            State::Completed,
            "Bekijk de aanvullingen",
            list(window, State::Completed),
        ),
        (
            State::InAssessment,
            "Volg de beoordeling",
            list(window, State::InAssessment),
        ),
        (
            State::Assessed,
            "Vergelijk verdelingen",
            "/scenarios".to_owned(),
        ),
        (
            State::NotTreatedProposed,
            "Wacht op het besluit over buiten behandeling",
            "/besluiten".to_owned(),
        ),
        (
            State::Proposed,
            "Wacht op het besluit",
            "/besluiten".to_owned(),
        ),
        (
            State::Decided,
            "Maak besluiten bekend",
            "/besluiten".to_owned(),
        ),
    ];
    steps
        .into_iter()
        .filter(|(state, ..)| 0 < count(states, *state))
        .map(|(state, label, href)| {
            let note = counted(count(states, state), "aanvraag", "aanvragen");
            Task::new(label, href, tag(state)).with_note(note)
        })
        .collect()
}
