//! What a municipality sees: where it can apply, its applications, its money, its messages.

use chrono::NaiveDateTime;

use crate::{
    applications::{state::State, submission::next},
    core::{actor::Actor, money::Money},
    dashboards::start::{
        pages::{self, Board, List, ListRow, Now},
        partner,
        store::{self, Own},
    },
    db::{Conn, dialect::Group},
    error::AppError,
    schemes::{self, Cycle, Region, Window},
    texts::{
        dates::{self, OnDay},
        money::whole_euros,
    },
    web::parts::{Event, Figure, Tag, Task, Tone},
};

/// The start page of somebody who works for a municipality; seven statements.
pub fn board(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> Result<Board, AppError> {
    let municipality = actor.municipality.as_ref().ok_or(AppError::Forbidden)?;
    let region = schemes::store::region_led_by(conn, municipality, now.dutch_day())?;
    let open = schemes::store::open_windows(conn, now, region.as_ref().map(|it| &it.id))?;
    let own = store::own(conn, municipality)?;
    let asked = store::own_asked(conn, municipality)?;
    let awarded = store::own_awarded(conn, municipality)?;
    let messages = store::messages(conn, municipality)?;
    let mut tasks = partner::pages::tasks_of(conn, actor, now)?;
    tasks.extend(own.iter().filter_map(|it| task(it, actor, &awarded)));
    let mut starts = startable(&open, region.as_ref(), &own);
    let mut events: Vec<Event> = open.iter().map(closing).collect();
    events.extend(own.iter().filter_map(|it| next_step(it, now)));
    events.sort_by(|a, b| a.datetime.cmp(&b.datetime));
    let now = to_do(&own, actor, region.as_ref());
    let start = (now.is_none() && !starts.is_empty()).then(|| starts.remove(0));
    Ok(Board {
        heading: region
            .as_ref()
            .map_or("Uw aanvragen".to_owned(), |it| it.name.clone()),
        now,
        start,
        figures: figures(&asked, &awarded, &own)?,
        list: Some(List {
            title: "Uw aanvragen".to_owned(),
            heads: ["Aanvraag", "Status", "Gevraagd en toegekend"].map(str::to_owned),
            empty: [
                "U hebt nog geen aanvraag.",
                "Zodra u een aanvraag start, staat die hier.",
            ]
            .map(str::to_owned),
            rows: own.iter().map(|it| row(it, &asked, &awarded)).collect(),
        }),
        events,
        tasks,
        messages,
        starts,
        ..Board::default()
    })
}

/// The open windows in which the region that is led has no application yet.
fn startable(open: &[(Window, Cycle)], region: Option<&Region>, own: &[Own]) -> Vec<Window> {
    let Some(region) = region else {
        return Vec::new();
    };
    let is_started = |window: &Window| {
        own.iter()
            .any(|it| it.window.id == window.id && it.application.region_id == region.id)
    };
    open.iter()
        .map(|(it, _)| it)
        .filter(|it| !is_started(it))
        .cloned()
        .collect()
}

fn to_do(own: &[Own], actor: &Actor, region: Option<&Region>) -> Option<Now> {
    let at = |state: State| own.iter().find(|it| it.application.state == state);
    if let Some(it) = at(State::CompletionRequested) {
        return Some(Now {
            sentence: format!(
                "De NCTV vraagt u aanvraag {} aan te vullen. Zonder aanvulling wordt zij niet beoordeeld.",
                it.application.reference
            ),
            href: format!("/aanvragen/{}", it.application.id),
            button: "Aanvullen".to_owned(),
        });
    }
    if let Some(it) = at(State::Draft).filter(|it| it.asker.is_some()) {
        let (reference, closes_at) = (&it.application.reference, it.window.closes_at);
        let is_asked = it.asks_to_sign(actor);
        let (what, button) = match is_asked {
            true => ("Onderteken", "Lezen en ondertekenen"),
            false => ("Wacht op de ondertekening van", "Bekijken"),
        };
        return Some(Now {
            sentence: format!(
                "{what} aanvraag {reference}. Zij moet zijn ingediend vóór {}.",
                dates::moment(closes_at)
            ),
            href: format!("/aanvragen/{}/controle", it.application.id),
            button: button.to_owned(),
        });
    }
    if let Some(it) = at(State::Draft) {
        let (reference, until) = (
            &it.application.reference,
            dates::moment(it.window.closes_at),
        );
        return Some(Now {
            sentence: match it.application.latest_version {
                0 => format!("Maak aanvraag {reference} af en dien deze in vóór {until}."),
                number => format!(
                    "Versie {number} van aanvraag {reference} is teruggenomen: er is nu niets ingediend. Dien opnieuw in vóór {until}."
                ),
            },
            href: format!("/aanvragen/{}", it.application.id),
            button: "Verder met de aanvraag".to_owned(),
        });
    }
    region.is_none().then(|| Now {
        sentence: "Uw gemeente is geen hoofdaanvrager van een regio. De hoofdaanvrager vraagt aan, ook voor u. Klopt dit niet? Neem contact op met de NCTV.".to_owned(),
        href: "/hulp".to_owned(),
        button: "Hulp en contact".to_owned(),
    })
}

fn figures(asked: &[Group], awarded: &[Group], own: &[Own]) -> Result<Vec<Figure>, AppError> {
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let submitted = own
        .iter()
        .filter(|it| it.application.submitted_at.is_some() && it.application.state.is_submitted())
        .count();
    let live = asked.iter().filter(|it| {
        own.iter().any(|own| {
            own.application.id.as_str() == it.item && own.application.state != State::Withdrawn
        })
    });
    Ok(vec![
        Figure::new(
            "Aanvragen",
            own.len().to_string(),
            format!("{submitted} ingediend"),
        ),
        Figure::new(
            "Gevraagd",
            whole_euros(Money::sum(live.map(|it| it.total))?),
            "alle jaren samen",
        ),
        Figure::new(
            "Toegekend",
            whole_euros(Money::sum(awarded.iter().map(|it| it.total))?),
            "bekendgemaakt",
        ),
    ])
}

fn row(own: &Own, asked: &[Group], awarded: &[Group]) -> ListRow {
    let id = own.application.id.as_str();
    let asked = pages::group(asked, id).map_or(Money::ZERO, |it| it.total);
    let value = match pages::group(awarded, id) {
        Some(it) => format!(
            "{} gevraagd, {} toegekend",
            whole_euros(asked),
            whole_euros(it.total)
        ),
        None => format!("{} gevraagd", whole_euros(asked)),
    };
    let state = own.application.state;
    let tone = match state {
        State::Draft | State::Withdrawn => Tone::Neutral,
        State::CompletionRequested => Tone::Warning,
        State::Notified => Tone::Success,
        State::Submitted | State::Completed => Tone::Info,
        _ => Tone::Busy,
    };
    ListRow {
        label: own.application.reference.clone(),
        note: format!("{}, {}", own.window.name, own.region),
        href: format!("/aanvragen/{id}"),
        tag: Some(if own.application.signing_id.is_some() {
            Tag::new(Tone::Warning, "Wacht op ondertekening")
        } else {
            Tag::new(tone, state.public_label())
        }),
        value,
    }
}

fn closing((window, _): &(Window, Cycle)) -> Event {
    Event {
        when: dates::moment(window.closes_at),
        datetime: window.closes_at.machine(),
        sentence: format!("{} sluit", window.name),
        note: None,
        due: true,
    }
}

/// What we do next with an application that was submitted, and the last day for that.
fn next_step(own: &Own, now: NaiveDateTime) -> Option<Event> {
    let it = &own.application;
    let today = now.dutch_day();
    let step = next::with_day(it.state, it.submitted_at, &own.term, today)?;
    Some(Event {
        when: step.when,
        datetime: step.datetime,
        sentence: format!("{} ({})", step.sentence, it.reference),
        note: step.note,
        due: true,
    })
}

fn task(own: &Own, actor: &Actor, awarded: &[Group]) -> Option<Task> {
    let id = own.application.id.as_str();
    let has_money = pages::group(awarded, id).is_some_and(|it| !it.total.is_zero());
    let href = format!("/aanvragen/{id}");
    if own.application.signing_id.is_some() {
        if !own.asks_to_sign(actor) {
            return None;
        }
        let state = Tag::new(Tone::Warning, "Gevraagd");
        let task = Task::new("Onderteken de aanvraag", format!("{href}/controle"), state);
        return Some(task.with_note(own.application.reference.as_str()));
    }
    let task = match own.application.state {
        State::Draft => Task::new("Maak uw aanvraag af", href, Tag::new(Tone::Busy, "Concept")),
        State::CompletionRequested => Task::new(
            "Vul uw aanvraag aan",
            href,
            Tag::new(Tone::Warning, "Gevraagd"),
        ),
        State::Notified if has_money => Task::new(
            "Meld de voortgang op uw indicatoren",
            format!("{href}/voortgang"),
            Tag::new(Tone::Info, "Besluit bekend"),
        ),
        _ => return None,
    };
    Some(task.with_note(own.application.reference.as_str()))
}
