//! The page with all applications that somebody can know of.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Filter, Row, store};
use crate::{
    app::App,
    applications::{dossier, state::State},
    core::{actor::Role, answers::Answers},
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action, Scope},
    },
    schemes::{self, Window},
    texts::{dates::OnDay, filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tag},
    },
};

const PATH: &str = "/aanvragen";

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Access::May(Action::SeeApplications), show)]
}

#[derive(Template)]
#[template(path = "applications/list.html")]
struct ListPage {
    frame: Frame,
    is_staff: bool,
    is_guest: bool,
    form: FormView,
    windows: Vec<Choice>,
    states: Vec<Choice>,
    /// Windows in which this municipality can still start.
    to_start: Vec<Window>,
    rows: Vec<(Row, Tag)>,
    pager: Pager,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    tijdvak: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    zoek: String,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let is_staff = match policy::scope(&who.actor) {
        Scope::Submitted => true,
        Scope::OwnMunicipality if who.actor.municipality.is_some() => false,
        Scope::Invited => false,
        Scope::OwnMunicipality | Scope::None => return Err(AppError::NotFound),
    };
    let filter = filter(&who, &asked, is_staff);
    let (account, query) = (who.actor.id.clone(), req.query_string().to_owned());
    let now = app.store.now();
    let (rows, pager, windows, started) = app
        .store
        .read(move |conn| {
            let total = store::count(conn, &filter, &account)?;
            let pager = Pager::new(PATH, &query, u64::try_from(total).unwrap_or_default());
            let offset = i64::try_from(pager.offset()).unwrap_or(i64::MAX);
            let rows = store::page(conn, &filter, &account, i64::from(PAGE_SIZE), offset)?;
            let (mut region, mut started) = (None, Vec::new());
            if let Some(it) = &filter.municipality {
                region = schemes::store::region_led_by(conn, it, now.dutch_day())?;
                started = store::started(conn, it)?;
            }
            let region = region.as_ref().map(|it| &it.id);
            let windows = schemes::store::windows(conn, region)?;
            Ok((rows, pager, windows, started))
        })
        .await?;
    let may_start = policy::may(&who.actor, Action::StartApplication);
    let page = ListPage {
        frame: who.frame().crumb("Overzicht", "/").here("Aanvragen"),
        is_staff,
        is_guest: who.actor.has(Role::Collaborator),
        form: FormView::new(
            Answers::default()
                .with("tijdvak", asked.tijdvak.as_str())
                .with("stand", asked.stand.as_str())
                .with("zoek", asked.zoek.as_str()),
        ),
        to_start: windows
            .iter()
            .map(|it| &it.0)
            .filter(|it| may_start && it.is_open(now))
            .filter(|it| !started.contains(&it.id))
            .cloned()
            .collect(),
        windows: windows
            .iter()
            .map(|(it, _)| Choice::new(it.id.as_str(), it.name.as_str()))
            .collect(),
        states: states(is_staff),
        rows: rows
            .into_iter()
            .map(|it| {
                let tag = dossier::tag(it.application.state, !is_staff);
                (it, tag)
            })
            .collect(),
        pager,
    };
    html::ok(&page)
}

fn filter(who: &SignedIn, asked: &Asked, is_staff: bool) -> Filter {
    Filter {
        municipality: if is_staff {
            None
        } else {
            who.actor.municipality.clone()
        },
        invited: who
            .actor
            .has(Role::Collaborator)
            .then(|| who.actor.id.clone()),
        window: Some(asked.tijdvak.as_str())
            .filter(|it| !it.is_empty())
            .map(Into::into),
        states: in_state(&asked.stand, is_staff),
        text: schemes::sort_name(asked.zoek.trim()),
    }
}

/// The states that a choice stands for: to an applicant several have one name.
fn in_state(chosen: &str, is_staff: bool) -> Vec<State> {
    let Ok(chosen) = State::parse(chosen) else {
        return Vec::new();
    };
    let same = |it: &State| {
        if is_staff {
            *it == chosen
        } else {
            it.public_label() == chosen.public_label()
        }
    };
    State::ALL.iter().copied().filter(same).collect()
}

fn states(is_staff: bool) -> Vec<Choice> {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    State::ALL
        .iter()
        .filter(|it| !is_staff || it.is_submitted())
        .map(|it| {
            let label = if is_staff {
                it.label()
            } else {
                it.public_label()
            };
            (it.as_str(), label)
        })
        .filter(|(_, label)| seen.insert(label, ()).is_none())
        .map(|(value, label)| Choice::new(value, label))
        .collect()
}
