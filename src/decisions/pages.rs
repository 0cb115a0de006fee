//! The work list, and the page of a proposal and its decision.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::{
    Decision, Proposal, ProposalState, Verdict, actions, address,
    amendments::{self, Amendment, store::Waiting},
    closing,
    dossier::{self, Room, Row, Sums, Turn},
    letters,
    outcome::Outcome,
    proposal::KEPT_UNTIL,
    proposing, store, untreated, withdrawing,
    worklist::{Filter, Listed},
    writing,
};
use crate::{
    app::App,
    applications::{self, Application, state::State},
    assessments::interests,
    audit::Stream,
    core::{
        answers::{Answers, FieldErrors},
        category::Category,
        ids::{AccountId, ApplicationId, ProjectId},
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
    journal::{self, balance::Measure},
    schemes::terms,
    texts::{
        dates::{self, OnDay},
        filters,
        labels::Label,
        messages::RETURN_REASON,
    },
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tab, Tag, Tone},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/besluiten", Access::May(Action::SeeDecisions), show_list),
        Route::get(
            "/aanvragen/{id}/besluit",
            Access::May(Action::SeeApplications),
            show_case,
        ),
        Route::post(
            "/aanvragen/{id}/besluit",
            Access::May(Action::Decide),
            decide,
        ),
        Route::post(
            "/aanvragen/{id}/instemming",
            Access::May(Action::CoDecide),
            co_decide,
        ),
        Route::post(
            "/aanvragen/{id}/voorstel/intrekking",
            Access::May(Action::Propose),
            withdraw,
        ),
        Route::post(
            "/aanvragen/{id}/voorstel/vrijgave",
            Access::May(Action::Propose),
            release,
        ),
        Route::post(
            "/aanvragen/{id}/voorstel/teruggave",
            Access::May(Action::Decide),
            give_back,
        ),
        Route::post(
            "/aanvragen/{id}/voorstel/verlenging",
            Access::May(Action::Propose),
            extend,
        ),
        Route::post(
            "/aanvragen/{id}/bekendmaking",
            Access::May(Action::Notify),
            notify,
        ),
    ];
    routes.extend(proposing::pages::routes());
    routes.extend(letters::pages::routes());
    routes.extend(untreated::pages::routes());
    routes.extend(withdrawing::pages::routes());
    routes.extend(closing::pages::routes());
    routes.extend(amendments::pages::routes());
    routes
}

#[derive(Template)]
#[template(path = "decisions/list.html")]
struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    filter: Filter,
    rows: Vec<Listed>,
    pager: Pager,
    /// Whether the amounts lead to the lines of the journal behind them.
    may_see_lines: bool,
    /// Changes of awards that wait for a decision.
    changes: Vec<Waiting>,
}

impl ListPage {
    fn money(&self, row: &Listed) -> &'static str {
        match row.decision {
            Some((_, outcome)) if outcome.is_award() => "toegezegd",
            Some(_) => "geen",
            None if row.state == State::NotTreatedProposed => "geen",
            None if row.is_reserved => "gereserveerd",
            None => "niet gereserveerd",
        }
    }

    /// Until when the money of an open proposal is kept, and by whom.
    fn kept(&self, row: &Listed) -> Option<String> {
        let until = row.reserved_until.filter(|_| row.is_reserved)?;
        Some(format!(
            "{}, door {}",
            dates::short_until(until),
            row.proposed_by
        ))
    }

    /// The lines behind the amount: those of the decision, or else of the reservation.
    fn lines(&self, row: &Listed) -> String {
        let of = match &row.decision {
            Some((_, outcome)) if outcome.is_award() => Measure::Awarded.as_str(),
            None if row.is_reserved => Measure::Reserved.as_str(),
            _ => return String::new(),
        };
        if !self.may_see_lines {
            return String::new();
        }
        let lines = journal::lines::address(&row.cycle, None, None);
        format!("{lines}{of}&aanvraag={}", row.application)
    }

    fn state(&self, row: &Listed) -> Tag {
        match (row.state, row.verdict) {
            (State::Notified, _) => Tag::new(Tone::Success, "Bekendgemaakt"),
            (State::Decided, _) => Tag::new(Tone::Warning, "Te versturen"),
            (_, Some(Verdict::Refused)) if row.has_prevention => {
                Tag::new(Tone::Error, "SZW stemt niet in")
            }
            (_, None) if row.has_prevention => Tag::new(Tone::Busy, "Wacht op SZW"),
            _ => Tag::new(Tone::Info, "Te besluiten"),
        }
    }
}

#[derive(serde::Deserialize)]
struct Stand {
    #[serde(default)]
    stand: String,
}

async fn show_list(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
    query: web::Query<Stand>,
) -> Result<HttpResponse, AppError> {
    // An unknown filter gives the first one: the address may have been typed.
    let filter = Filter::parse(&query.stand).unwrap_or(Filter::ToDecide);
    let (actor, query) = (who.actor.clone(), req.query_string().to_owned());
    let (pager, rows, changes) = app
        .store
        .read(move |conn| {
            let total = store::count_listed(conn, &actor, filter)?;
            let pager = Pager::new("/besluiten", &query, u64::try_from(total).unwrap_or(0));
            let offset = i64::try_from(pager.offset()).unwrap_or(i64::MAX);
            let rows = store::listed(conn, &actor, filter, i64::from(PAGE_SIZE), offset)?;
            let changes = match filter {
                Filter::ToDecide => amendments::store::waiting(conn, &actor)?,
                _ => Vec::new(),
            };
            Ok((pager, rows, changes))
        })
        .await?;
    let tab = |it: &Filter| {
        let href = format!("/besluiten?stand={}", it.as_str());
        Tab::new(it.label(), href, *it == filter)
    };
    html::ok(&ListPage {
        frame: who.frame().crumb("Overzicht", "/").here("Besluiten"),
        tabs: Filter::ALL.iter().map(tab).collect(),
        filter,
        rows,
        pager,
        may_see_lines: policy::may(&who.actor, Action::SeeFinance),
        changes,
    })
}

/// All that is read for the page of one application.
struct Case {
    application: Application,
    heading: store::Heading,
    proposal: Option<Proposal>,
    decision: Option<Decision>,
    rows: Vec<Row>,
    rooms: Vec<Room>,
    names: BTreeMap<AccountId, String>,
    /// The proposal that was given back, where there is none now, with who did.
    returned: Option<(Proposal, String)>,
    /// The changes of the award that were decided, the newest first.
    changes: Vec<Amendment>,
    /// For an application that is not treated: the last day to make that known.
    until: Option<NaiveDate>,
}

impl Case {
    /// Whether it is about leaving the application untreated.
    fn is_untreated(&self) -> bool {
        let decided = self.decision.as_ref().map(|it| it.outcome);
        self.application.state == State::NotTreatedProposed || decided == Some(Outcome::NotTreated)
    }
}

#[derive(Template)]
#[template(path = "decisions/case.html")]
struct CasePage {
    frame: Frame,
    form: FormView,
    case: Case,
    /// The page without what the ministry keeps to itself, for the municipality.
    is_public: bool,
    may_propose: bool,
    may_see_scenarios: bool,
    /// Whether the amounts lead to the lines of the journal behind them.
    may_see_lines: bool,
    has_open: bool,
    may_return: bool,
    turn: Turn,
    years: Vec<Sums>,
    all: Sums,
}

impl CasePage {
    fn state(&self) -> Tag {
        let state = self.case.application.state;
        if self.is_public {
            return Tag::new(Tone::Success, state.public_label());
        }
        let tone = match state {
            State::Assessed | State::Proposed | State::NotTreatedProposed => Tone::Busy,
            State::Decided => Tone::Warning,
            State::Notified => Tone::Success,
            _ => Tone::Neutral,
        };
        Tag::new(tone, state.label())
    }

    /// What was typed, if there is no form any more to show it in.
    fn typed(&self) -> Vec<(String, String)> {
        let has_place = |name: &str| match name {
            RETURN_REASON => self.may_return,
            "redenen" => self.turn == Turn::Decide,
            "reden" => self.turn == Turn::CoDecide,
            _ => true,
        };
        let mut typed = self.form.answers.iter();
        if !self.form.is_refused() || typed.all(|(name, _)| has_place(name)) {
            return Vec::new();
        }
        self.form.typed()
    }

    /// Whether the time for which the money of the proposal is kept can be changed.
    fn may_extend(&self) -> bool {
        let is_kept = |it: &Proposal| it.is_reserved;
        self.may_propose && self.has_open && self.case.proposal.as_ref().is_some_and(is_kept)
    }

    /// Whether any amount has been found eligible yet.
    fn is_assessed(&self) -> bool {
        self.case.rows.iter().any(|it| it.eligible.is_some())
    }

    /// The lines behind an amount of a project in a year.
    fn lines_of(&self, row: &Row, figure: &str) -> String {
        self.lines(Some(&row.project), Some(row.year), figure)
    }

    /// The lines behind a sum.
    fn lines_of_sum(&self, sum: &Sums, figure: &str) -> String {
        self.lines(None, sum.year, figure)
    }

    /// The lines behind what is decided, or reserved for the proposal: of the application, or of a
    /// project of it; of a year, or of all.
    fn lines(&self, project: Option<&ProjectId>, year: Option<i32>, figure: &str) -> String {
        let case = &self.case;
        let is_held = case.proposal.as_ref().is_some_and(|it| it.is_reserved);
        if !self.may_see_lines || (figure == Measure::Reserved.as_str() && !is_held) {
            return String::new();
        }
        let project = project.map(|it| format!("&project={it}"));
        let lines = journal::lines::address(&case.heading.cycle, year, None);
        let application = &case.application.id;
        format!(
            "{lines}{figure}&aanvraag={application}{}",
            project.unwrap_or_default()
        )
    }

    /// The lines behind what is free in an envelope now: with this proposal where its money is kept, and
    /// without it where it is not.
    fn lines_of_free(&self, room: &Room, with: bool) -> String {
        let is_kept = self.case.proposal.as_ref().is_some_and(|it| it.is_reserved);
        if !self.may_see_lines || is_kept != with {
            return String::new();
        }
        let cycle = &self.case.heading.cycle;
        let lines = journal::lines::address(cycle, Some(room.year), Some(room.kind));
        format!("{lines}{}", Measure::Free.as_str())
    }

    /// The lines behind what is kept for this proposal in an envelope.
    fn lines_of_kept(&self, room: &Room) -> String {
        let lines = self.lines(None, Some(room.year), Measure::Reserved.as_str());
        match lines.is_empty() {
            true => lines,
            false => format!("{lines}&envelop={}", room.kind.as_str()),
        }
    }

    /// What stands as awarded to a project in a year; its parts were added up in the sums already.
    fn stands(&self, row: &Row) -> Money {
        row.stands().unwrap_or(Money::ZERO)
    }

    /// Whether something else stands as awarded than was decided at first.
    fn is_changed(&self) -> bool {
        self.has_decision() && self.years.iter().any(Sums::is_changed)
    }

    /// Whether amounts are proposed.
    fn has_proposal(&self) -> bool {
        self.case.proposal.is_some() && !self.case.is_untreated()
    }

    /// Whether amounts are decided.
    fn has_decision(&self) -> bool {
        self.case.decision.is_some() && !self.case.is_untreated()
    }

    fn name(&self, id: &AccountId) -> &str {
        self.case.names.get(id).map_or("", String::as_str)
    }

    fn projects(&self) -> impl Iterator<Item = (&str, Option<Category>, String)> {
        let per_project = self.case.rows.chunk_by(|a, b| a.project == b.project);
        per_project.filter_map(|rows| {
            let first = rows.first()?;
            Some((first.title.as_str(), first.category, writing::reason(rows)))
        })
    }

    fn declare_at(&self) -> String {
        let id = &self.case.application.id;
        interests::address(id, &address(id))
    }

    fn needs_szw(&self) -> bool {
        !self.case.is_untreated() && dossier::needs_szw(&self.case.rows)
    }

    fn reasons_help(&self) -> &'static str {
        if self.case.is_untreated() {
            "Dit staat in de brief. Een lege regel begint een nieuwe alinea."
        } else {
            "Dit staat in de brief, boven de redenen per project. Een lege regel begint een nieuwe alinea."
        }
    }
}

/// What SZW can say of a proposal, or of a change of an award.
pub(super) fn verdicts() -> Vec<Choice> {
    vec![
        Choice::new(Verdict::Agreed.as_str(), "SZW stemt in"),
        Choice::new(Verdict::Refused.as_str(), "SZW stemt niet in")
            .with_help("Dan is een nieuw voorstel nodig."),
    ]
}

/// Paragraphs of a text as it was typed.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|it| !it.is_empty())
}

async fn show_case(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    html::ok(&case_page(&app, &who, path.into_inner(), None).await?)
}

/// The page, with what was typed and refused if something was.
async fn case_page(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    refused: Option<FormView>,
) -> Result<CasePage, AppError> {
    let actor = who.actor.clone();
    let is_public = policy::scope(&actor).is_applicant();
    let case = app
        .store
        .read(move |conn| {
            let application = applications::store::visible(conn, &actor, &id)?;
            // What the ministry makes of it stays inside until it is made known.
            if is_public && application.state != State::Notified {
                return Err(AppError::NotFound);
            }
            read_case(conn, &actor, application)
        })
        .await?;
    let proposal = case.proposal.as_ref();
    let part = dossier::Part {
        declared: case.heading.declared,
        edited: case.heading.edited,
    };
    let turn = dossier::turn(
        &who.actor,
        case.application.state,
        proposal,
        !case.is_untreated() && dossier::needs_szw(&case.rows),
        part,
    );
    let may_return = dossier::may_return(&who.actor, proposal, part);
    let is_late = case
        .until
        .is_some_and(|it| it < app.store.now().dutch_day());
    let turn = match turn {
        Turn::Notify | Turn::Decide if is_late => Turn::TooLate,
        turn => turn,
    };
    let (years, all) = dossier::sums(&case.rows)?;
    let reference = case.application.reference.clone();
    Ok(CasePage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(reference, format!("/aanvragen/{}", case.application.id))
            .here("Besluit"),
        form: filled_in(refused, proposal, turn),
        is_public,
        may_propose: policy::may(&who.actor, Action::Propose),
        may_see_scenarios: policy::may(&who.actor, Action::SeeScenarios),
        may_see_lines: policy::may(&who.actor, Action::SeeFinance),
        has_open: proposal.is_some_and(|it| it.state == ProposalState::Open),
        may_return,
        turn,
        years,
        all,
        case,
    })
}

/// What stands in the forms on the page: what was typed and refused; in those that were not sent, what
/// the proposal says.
fn filled_in(refused: Option<FormView>, proposal: Option<&Proposal>, turn: Turn) -> FormView {
    let mut form = refused.unwrap_or_default();
    let Some(proposal) = proposal else {
        return form;
    };
    let was_sent = |name: &str| form.answers.iter().any(|(it, _)| it == name);
    if !was_sent("redenen") && turn == Turn::Decide {
        form.answers.set("redenen", proposal.reasons.as_str());
    }
    if let Some(day) = proposal.kept_until()
        && !form.is_refused()
    {
        form.answers.set(KEPT_UNTIL, dates::typed_date(day));
    }
    form
}

fn read_case(
    conn: &mut Conn,
    actor: &crate::core::actor::Actor,
    application: Application,
) -> Result<Case, AppError> {
    let heading = store::heading(conn, actor, &application.id)?;
    let (proposal, decision) = store::proposal_and_decision(conn, &application.id)?;
    let rows = store::rows(
        conn,
        &application.id,
        proposal.as_ref().map(|it| &it.id),
        decision.as_ref().map(|it| &it.id),
    )?;
    let open = proposal
        .as_ref()
        .filter(|it| it.state == ProposalState::Open);
    let rooms = match open {
        Some(it) => {
            let free = store::free(conn, &heading.cycle)?;
            dossier::rooms(&free, &rows, it.is_reserved)?
        }
        None => Vec::new(),
    };
    let changes = match &decision {
        Some(it) => amendments::store::decided_of(conn, it)?,
        None => Vec::new(),
    };
    let people = proposal
        .iter()
        .flat_map(|it| [Some(it.proposed_by.clone()), it.szw_by.clone()]);
    let decided = decision.iter().map(|it| Some(it.decided_by.clone()));
    let names = store::names(conn, people.chain(decided).flatten().collect())?;
    let returned = match proposal {
        None => store::returned(conn, &application.id)?,
        Some(_) => None,
    };
    let mut case = Case {
        returned,
        until: None,
        application,
        heading,
        proposal,
        decision,
        rows,
        rooms,
        names,
        changes,
    };
    let is_sent = case.decision.as_ref().is_some_and(|it| it.letter.is_some());
    if case.is_untreated() && !is_sent {
        let request = untreated::actions::unanswered(conn, &case.application.id)?;
        case.until = request.map(|it| terms::untreated_until(it.due_on));
    }
    Ok(case)
}

async fn decide(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (version, reasons) = (posted.version()?, posted.answers.get("redenen").to_owned());
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::decide(tx, id, version, &reasons).map(drop)
    })
    .await
}

async fn co_decide(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let (version, reason) = (posted.version()?, posted.answers.get("reden").to_owned());
    let Ok(verdict) = Verdict::parse(posted.answers.get("instemming")) else {
        let mut errors = FieldErrors::default();
        errors.push("instemming", "Kies of SZW instemt.");
        let err = AppError::Invalid(errors);
        return come_back(&app, &who, id, posted.answers, err).await;
    };
    act(&app, &who, id, posted, move |tx, id| {
        actions::co_decide(tx, id, version, verdict, &reason)
    })
    .await
}

async fn withdraw(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::withdraw_proposal(tx, id, version)
    })
    .await
}

async fn release(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::release_reservation(tx, id, version)
    })
    .await
}

async fn give_back(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let reason = posted.answers.get(RETURN_REASON).to_owned();
    act(&app, &who, path.into_inner(), posted, move |tx, id| {
        actions::return_proposal(tx, id, version, &reason)
    })
    .await
}

async fn extend(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, version) = (path.into_inner(), posted.version()?);
    let last_day = match dates::parse_date(posted.answers.get(KEPT_UNTIL)) {
        Ok(day) => day,
        Err(wrong) => {
            let mut errors = FieldErrors::default();
            errors.push(KEPT_UNTIL, wrong.sentence());
            let err = AppError::Invalid(errors);
            return come_back(&app, &who, id, posted.answers, err).await;
        }
    };
    act(&app, &who, id, posted, move |tx, id| {
        actions::extend_reservation(tx, id, version, last_day)
    })
    .await
}

async fn notify(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    act(&app, &who, path.into_inner(), posted, |tx, id| {
        actions::notify(tx, id).map(drop)
    })
    .await
}

/// Does a use case once and goes back to the page; what was typed comes back if it was not enough.
async fn act(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>, &ApplicationId) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let (key, of) = (posted.key, id.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &of)?;
                Ok(address(&of))
            })
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
    id: ApplicationId,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let again = again(app, who, Stream::Application(&id), answers, err).await?;
    let page = case_page(app, who, id, Some(again.form)).await?;
    html::page(again.status, &page)
}
