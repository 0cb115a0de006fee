//! The start page: one shape for every role, filled by what each has to do.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{coordinator, ministry, municipality, partner, store::Message};
use crate::{
    app::App,
    core::{
        actor::{Actor, Role},
        category::EnvelopeKind,
        money::Money,
    },
    db::{Conn, dialect::Group},
    error::AppError,
    identity::access::{Access, Route, SignedIn},
    identity::policy::Action,
    journal::{self, balance::Measure, lines},
    schemes::{self, Cycle, CycleState, Window},
    texts::{dates, filters},
    web::{
        frame::Frame,
        html,
        meter::Meter,
        parts::{Event, Figure, Tab, Tag, Task},
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/", Access::May(Action::SeeDashboard), show)]
}

/// What a start page shows; whatever is empty is left out.
#[derive(Template, Default)]
#[template(path = "dashboards/start.html")]
pub(super) struct Board {
    pub(super) frame: Frame,
    pub(super) over: String,
    pub(super) heading: String,
    /// The roles of whoever has more than one.
    pub(super) roles: Vec<Tab>,
    /// The rounds to choose from.
    pub(super) rounds: Vec<Tab>,
    pub(super) now: Option<Now>,
    /// The window in which to start an application, where that is the one thing to do now.
    pub(super) start: Option<Window>,
    pub(super) figures: Vec<Figure>,
    /// The other windows in which an application can be started.
    pub(super) starts: Vec<Window>,
    pub(super) round: Option<Round>,
    pub(super) list: Option<List>,
    pub(super) years: Vec<Year>,
    pub(super) events: Vec<Event>,
    pub(super) tasks: Vec<Task>,
    pub(super) messages: Vec<Message>,
}

/// The one thing to do now.
pub(super) struct Now {
    pub(super) sentence: String,
    pub(super) href: String,
    pub(super) button: String,
}

/// Where the applications of a round stand.
pub(super) struct Round {
    pub(super) sentence: String,
    pub(super) rows: Vec<RoundRow>,
    pub(super) count: i64,
    pub(super) total: Money,
}

/// One state.
pub(super) struct RoundRow {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) count: i64,
    pub(super) total: Money,
    pub(super) tag: Tag,
}

/// A list of dossiers, proposals, roles, ...
pub(super) struct List {
    pub(super) title: String,
    /// What its columns say, the last two only if rows have them.
    pub(super) heads: [String; 3],
    pub(super) empty: [String; 2],
    pub(super) rows: Vec<ListRow>,
}

/// One of them.
pub(super) struct ListRow {
    pub(super) label: String,
    pub(super) note: String,
    pub(super) href: String,
    pub(super) tag: Option<Tag>,
    pub(super) value: String,
}

/// The envelopes of a year.
pub(super) struct Year {
    pub(super) year: i32,
    pub(super) ceiling: Money,
    /// The lines behind the ceiling.
    pub(super) href: String,
    pub(super) meters: Vec<(EnvelopeKind, Meter)>,
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    tijdvak: String,
    #[serde(default)]
    rol: String,
}

/// What somebody comes to do; the order is the one in which their start page is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Municipality,
    Coordinator,
    DecisionMaker,
    SzwDecisionMaker,
    Reviewer,
    Finance,
    Auditor,
    Administrator,
    Partner,
}

impl Part {
    fn of(role: Role) -> Part {
        match role {
            Role::Editor | Role::Signatory => Part::Municipality,
            Role::Coordinator => Part::Coordinator,
            Role::NctvDecisionMaker => Part::DecisionMaker,
            Role::SzwDecisionMaker => Part::SzwDecisionMaker,
            Role::NctvReviewer | Role::SzwReviewer => Part::Reviewer,
            Role::Finance => Part::Finance,
            Role::Auditor => Part::Auditor,
            Role::Administrator => Part::Administrator,
            Role::Collaborator => Part::Partner,
        }
    }

    fn said(self) -> (&'static str, &'static str) {
        match self {
            Part::Municipality => ("gemeente", "Aanvragen"),
            Part::Coordinator => ("coordinator", "Coördineren"),
            Part::DecisionMaker => ("beslisser", "Beslissen"),
            Part::SzwDecisionMaker => ("medebeslisser", "Meebeslissen"),
            Part::Reviewer => ("beoordelaar", "Beoordelen"),
            Part::Finance => ("financien", "Financiën"),
            Part::Auditor => ("controle", "Controle"),
            Part::Administrator => ("beheer", "Beheer"),
            Part::Partner => ("meewerken", "Meewerken"),
        }
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    query: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let parts = parts(&who.actor);
    let asked = parts.iter().find(|it| it.said().0 == query.rol);
    let Some(part) = asked.or(parts.first()).copied() else {
        return Err(AppError::Forbidden);
    };
    let (actor, now, window) = (who.actor.clone(), app.store.now(), query.tijdvak.clone());
    let mut board = app
        .store
        .read(move |conn| board(conn, part, &actor, now, &window))
        .await?;
    board.frame = who.frame();
    board.over = first_upper(&dates::date(app.store.now()));
    if 1 < parts.len() {
        let tab = |it: &Part| Tab::new(it.said().1, format!("/?rol={}", it.said().0), *it == part);
        board.roles = parts.iter().map(tab).collect();
    }
    html::ok(&board)
}

fn parts(actor: &Actor) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for part in actor.roles.iter().map(|it| Part::of(*it)) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

fn board(
    conn: &mut Conn,
    part: Part,
    actor: &Actor,
    now: NaiveDateTime,
    window: &str,
) -> Result<Board, AppError> {
    match part {
        Part::Municipality => municipality::pages::board(conn, actor, now),
        Part::Coordinator => coordinator::pages::board(conn, actor, now, window),
        Part::DecisionMaker => ministry::pages::decisions(conn, actor, now, window),
        Part::SzwDecisionMaker => ministry::pages::co_decisions(conn, actor),
        Part::Reviewer => ministry::pages::assessments(conn, actor),
        Part::Finance => ministry::pages::finance(conn, now, window),
        Part::Auditor => ministry::pages::audit(conn),
        Part::Administrator => ministry::pages::accounts(conn),
        Part::Partner => partner::pages::board(conn, actor, now),
    }
}

/// A window with its cycle.
pub(super) type Current = (Window, Cycle);

/// The round that is current: the window that was asked for, else one that is open, else the one
/// that closed last, else the first that will open.
pub(super) fn current_round(
    conn: &mut Conn,
    now: NaiveDateTime,
    asked: &str,
) -> Result<(Option<Current>, Vec<Tab>), AppError> {
    let mut rounds = schemes::store::windows(conn, None)?;
    rounds.retain(|(_, cycle)| cycle.state != CycleState::Draft);
    let of = |wanted: &dyn Fn(&Window) -> bool| rounds.iter().find(|(it, _)| wanted(it));
    let chosen = of(&|it| it.id.as_str() == asked)
        .or_else(|| of(&|it| it.is_open(now)))
        .or_else(|| of(&|it| it.closes_at <= now))
        .or_else(|| rounds.last())
        .cloned();
    let is_chosen = |it: &Window| {
        chosen
            .as_ref()
            .is_some_and(|(chosen, _)| chosen.id == it.id)
    };
    let tabs = rounds
        .iter()
        .take(4)
        .map(|(it, _)| {
            Tab::new(
                it.name.as_str(),
                format!("/?tijdvak={}", it.id),
                is_chosen(it),
            )
        })
        .collect();
    Ok((chosen, tabs))
}

/// The envelopes of a cycle with what stands in each, per year; two statements.
pub(super) fn years(conn: &mut Conn, cycle: &Cycle) -> Result<Vec<Year>, AppError> {
    let envelopes = schemes::store::envelopes(conn, &cycle.id)?;
    let balances = journal::store::balances(conn, &cycle.id)?;
    let mut years: Vec<Year> = Vec::new();
    for year in cycle.years() {
        let own = envelopes.iter().filter(|it| it.year == year);
        let meters = own
            .map(|it| Ok((it.kind, schemes::pages::meter(&cycle.id, it, &balances)?)))
            .collect::<Result<Vec<_>, AppError>>()?;
        years.push(Year {
            year,
            ceiling: Money::sum(meters.iter().map(|(_, it)| it.ceiling))?,
            href: format!(
                "{}{}",
                lines::address(&cycle.id, Some(year), None),
                Measure::Ceiling.as_str()
            ),
            meters,
        });
    }
    Ok(years)
}

/// The group of an item.
pub(super) fn group<'a>(groups: &'a [Group], item: &str) -> Option<&'a Group> {
    groups.iter().find(|it| it.item == item)
}

/// `part` of `whole` in whole percents, rounded down.
pub(super) fn percent(part: Money, whole: Money) -> i64 {
    if whole.cents() <= 0 {
        return 0;
    }
    let share = i128::from(part.cents()) * 100 / i128::from(whole.cents());
    i64::try_from(share).unwrap_or(i64::MAX)
}

/// `1 aanvraag`, `3 aanvragen`.
pub(super) fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|it| it.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

impl Board {
    fn has_aside(&self) -> bool {
        !(self.tasks.is_empty() && self.events.is_empty() && self.messages.is_empty())
    }

    /// Whether there is something beside which the rest can stand.
    fn has_main(&self) -> bool {
        let has_list = self.list.is_some() || self.round.is_some();
        has_list || !(self.starts.is_empty() && self.years.is_empty())
    }

    /// Whether the events are to come.
    fn is_ahead(&self) -> bool {
        self.events.iter().any(|it| it.due)
    }
}
