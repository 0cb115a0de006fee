//! The changes of an award, and the form in which one is proposed.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    Amendment, AmendmentState as State, Line, actions, address,
    change::{self, Award},
    letter_address, letters, needs_szw, store,
};
use crate::{
    app::App,
    applications::{self, Application},
    assessments::interests,
    audit::Stream,
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        category::Category,
        ids::{AccountId, AmendmentId, ApplicationId},
        money::Money,
    },
    db::{Conn, Tx},
    decisions::{
        Verdict,
        pages::{paragraphs, verdicts},
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    texts::{filters, labels::Label, money},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Tag, Tone},
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let (see, propose) = (
        Access::May(Action::SeeApplications),
        Access::May(Action::Propose),
    );
    let mut routes = vec![
        Route::get("/aanvragen/{id}/wijzigingen", see, show),
        Route::get("/aanvragen/{id}/wijzigingen/nieuw", propose, ask),
        Route::post("/aanvragen/{id}/wijzigingen/nieuw", propose, add),
        Route::post(
            "/wijzigingen/{id}/oordeel",
            Access::May(Action::CoDecide),
            co_decide,
        ),
        Route::post(
            "/wijzigingen/{id}/besluit",
            Access::May(Action::Decide),
            decide,
        ),
        Route::post("/wijzigingen/{id}/intrekking", propose, withdraw),
    ];
    routes.extend(letters::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "decisions/amendments/list.html")]
struct ListPage {
    frame: Frame,
    form: FormView,
    found: Found,
    /// What this person can do with the open change.
    turn: Turn,
    may_propose: bool,
    may_withdraw: bool,
    is_inside: bool,
}

/// What somebody can do with an open change, or for whom is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    None,
    Declare,
    CoDecide,
    Decide,
    WaitForSzw,
    SzwRefused,
    WaitForDecision,
}

/// All that is read for the page.
struct Found {
    application: Application,
    rows: Vec<Row>,
    names: BTreeMap<AccountId, String>,
    has_award: bool,
    has_declared: bool,
}

/// A change with its lines.
struct Row {
    amendment: Amendment,
    lines: Vec<Line>,
}

impl Row {
    fn state(&self) -> Tag {
        let tone = match self.amendment.state {
            State::Open => Tone::Busy,
            State::Decided => Tone::Success,
            State::Withdrawn => Tone::Neutral,
        };
        Tag::new(tone, self.amendment.state.label())
    }

    fn objection_until(&self) -> chrono::NaiveDate {
        actions::last_day(&self.amendment)
    }

    fn letter(&self) -> String {
        letter_address(&self.amendment.id)
    }

    fn total(&self, part: fn(&Line) -> Money) -> Money {
        Money::sum(self.lines.iter().map(part)).unwrap_or(Money::ZERO)
    }

    fn before(&self) -> Money {
        self.total(|it| it.before)
    }

    fn after(&self) -> Money {
        self.total(|it| it.after)
    }
}

impl Found {
    fn open(&self) -> Option<&Row> {
        self.rows
            .iter()
            .find(|it| it.amendment.state == State::Open)
    }

    fn name(&self, id: &AccountId) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }
}

impl ListPage {
    /// What the link to the letter of a change says; of what was withdrawn there is no letter, nor of
    /// what was decided before there were letters.
    fn letter(&self, row: &Row) -> Option<&'static str> {
        match row.amendment.state {
            State::Open => Some("Bekijk het concept van de brief"),
            State::Decided if row.amendment.letter.is_some() => Some("Lees de brief"),
            _ => None,
        }
    }

    fn declare_at(&self) -> String {
        let id = &self.found.application.id;
        interests::address(id, &address(id))
    }
}

fn turn(actor: &Actor, found: &Found) -> Turn {
    let Some(open) = found.open() else {
        return Turn::None;
    };
    let may = |action| policy::may(actor, action);
    let for_szw = needs_szw(&open.lines) && open.amendment.szw_verdict.is_none();
    let is_mine = (for_szw && may(Action::CoDecide))
        || (may(Action::Decide) && open.amendment.proposed_by != actor.id);
    match open.amendment.szw_verdict {
        _ if is_mine && !found.has_declared => Turn::Declare,
        None if for_szw && may(Action::CoDecide) => Turn::CoDecide,
        None if for_szw => Turn::WaitForSzw,
        Some(Verdict::Refused) => Turn::SzwRefused,
        _ if is_mine => Turn::Decide,
        _ => Turn::WaitForDecision,
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let found = find(&app, &who, path.into_inner()).await?;
    html::ok(&page(&who, found, FormView::new(Answers::default())))
}

async fn find(app: &App, who: &SignedIn, id: ApplicationId) -> Result<Found, AppError> {
    let actor = who.actor.clone();
    app.store
        .read(move |conn| read_found(conn, &actor, &id))
        .await
}

fn read_found(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Found, AppError> {
    let application = applications::store::visible(conn, actor, id)?;
    let mut all = store::all_of(conn, id)?;
    if !policy::may(actor, Action::SeeDecisions) {
        // What was not decided is not theirs to know.
        all.retain(|it| it.state == State::Decided);
    }
    let ids: Vec<AmendmentId> = all.iter().map(|it| it.id.clone()).collect();
    let mut lines = store::lines_of(conn, &ids)?;
    let people = all.iter().flat_map(|it| {
        [
            Some(&it.proposed_by),
            it.decided_by.as_ref(),
            it.szw_by.as_ref(),
        ]
    });
    let people = people.flatten().cloned().collect();
    let rows = all.into_iter().map(|amendment| Row {
        lines: lines.remove(&amendment.id).unwrap_or_default(),
        amendment,
    });
    let rows: Vec<Row> = rows.collect();
    let is_open = rows.iter().any(|it| it.amendment.state == State::Open);
    Ok(Found {
        rows,
        names: store::names(conn, people)?,
        has_award: actions::award_of(conn, &application).is_ok(),
        has_declared: is_open && interests::declared(conn, actor, id)?,
        application,
    })
}

fn page(who: &SignedIn, found: Found, form: FormView) -> ListPage {
    let may_propose = policy::may(&who.actor, Action::Propose);
    let is_open = found.open().is_some();
    ListPage {
        frame: frame(who, &found.application).here("Wijzigingen"),
        turn: turn(&who.actor, &found),
        may_propose: may_propose && found.has_award && !is_open,
        may_withdraw: may_propose && is_open,
        is_inside: policy::may(&who.actor, Action::SeeDecisions),
        form,
        found,
    }
}

fn frame(who: &SignedIn, application: &Application) -> Frame {
    let id = &application.id;
    who.frame()
        .crumb("Aanvragen", "/aanvragen")
        .crumb(application.reference.as_str(), format!("/aanvragen/{id}"))
        .crumb("Besluit", format!("/aanvragen/{id}/besluit"))
}

/// The title and category of a project, and its awards with the names of their fields.
type OfProject<'a> = (&'a str, Option<Category>, Vec<(String, &'a Award)>);

#[derive(Template)]
#[template(path = "decisions/amendments/propose.html")]
struct ProposePage {
    frame: Frame,
    form: FormView,
    application: Application,
    awards: Vec<Award>,
}

impl ProposePage {
    /// Each award with the name of its field.
    fn fields(&self) -> impl Iterator<Item = (String, &Award)> {
        (1..)
            .zip(&self.awards)
            .map(|(place, it)| (change::field(place), it))
    }

    /// `2027 in euro, uit Preventie`.
    fn label(&self, award: &Award) -> String {
        format!("{} in euro, uit {}", award.year, award.kind.label())
    }

    fn help(&self, award: &Award) -> String {
        format!(
            "Nu {}, subsidiabel {}. In deze envelop is {} vrij.",
            money::euros(award.amount),
            money::euros(award.eligible.unwrap_or(Money::ZERO)),
            money::euros(award.free)
        )
    }

    fn projects(&self) -> Vec<OfProject<'_>> {
        let mut projects: Vec<OfProject<'_>> = Vec::new();
        let mut last = None;
        for (field, award) in self.fields() {
            match projects.last_mut() {
                Some((.., fields)) if last == Some(&award.project) => fields.push((field, award)),
                _ => projects.push((&award.title, award.category, vec![(field, award)])),
            }
            last = Some(&award.project);
        }
        projects
    }
}

/// An application with what it has, to propose other amounts for.
type Sheet = (Application, Vec<Award>);

async fn sheet(app: &App, who: &SignedIn, id: ApplicationId) -> Result<Sheet, AppError> {
    let actor = who.actor.clone();
    app.store
        .read(move |conn| {
            let application = applications::store::visible(conn, &actor, &id)?;
            let decision = actions::award_of(conn, &application)?;
            Ok((application, store::awards(conn, &decision.id)?))
        })
        .await
}

fn propose_page(who: &SignedIn, (application, awards): Sheet, form: FormView) -> ProposePage {
    ProposePage {
        frame: frame(who, &application)
            .crumb("Wijzigingen", address(&application.id))
            .here("Nieuw"),
        form,
        application,
        awards,
    }
}

async fn ask(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let sheet = sheet(&app, &who, path.into_inner()).await?;
    let form = FormView::new(change::initial(&sheet.1));
    html::ok(&propose_page(&who, sheet, form))
}

async fn add(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let sheet = sheet(&app, &who, path.into_inner()).await?;
    let (id, key) = (sheet.0.id.clone(), posted.key.clone());
    let done = match change::read(&sheet.1, &posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok((lines, reason)) => {
            let of = id.clone();
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::propose(tx, &of, &lines, &reason)?;
                        Ok(address(&of))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = again(&app, &who, Stream::Application(&id), posted.answers, err).await?;
            html::page(again.status, &propose_page(&who, sheet, again.form))
        }
    }
}

async fn co_decide(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<AmendmentId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (version, reason) = (
        posted.version()?,
        posted.answers.get("oordeel.reden").to_owned(),
    );
    let Ok(verdict) = Verdict::parse(posted.answers.get("oordeel")) else {
        let mut errors = FieldErrors::default();
        errors.push("oordeel", "Kies of SZW instemt.");
        let err = AppError::Invalid(errors);
        return come_back(&app, &who, path.into_inner(), posted.answers, err).await;
    };
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::co_decide(tx, id, version, verdict, &reason)
    })
    .await
}

async fn decide(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<AmendmentId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::decide(tx, id, version)
    })
    .await
}

async fn withdraw(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<AmendmentId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::withdraw(tx, id, version)
    })
    .await
}

/// Does a use case once and goes back to the page; what cannot be done is said on it.
async fn act(
    app: &App,
    who: &SignedIn,
    id: AmendmentId,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>, &AmendmentId) -> Result<ApplicationId, AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let (key, of) = (posted.key.clone(), id.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| Ok(address(&f(tx, &of)?)))
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => come_back(app, who, id, posted.answers, err).await,
    }
}

async fn come_back(
    app: &App,
    who: &SignedIn,
    id: AmendmentId,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let amendment = app.store.read(move |conn| store::get(conn, &id)).await?;
    let application = amendment.application_id;
    let found = find(app, who, application.clone()).await?;
    let again = again(app, who, Stream::Application(&application), answers, err).await?;
    html::page(again.status, &page(who, found, again.form))
}
