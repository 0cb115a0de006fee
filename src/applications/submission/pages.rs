//! The pages of handing in: check list and submission.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{Version, actions, content::Content, store};
use crate::{
    app::App,
    applications::{
        Head,
        budget::{
            Limits,
            hints::{self, Hint},
            store as budgets,
        },
        check::{self, Names, Point},
        collaboration::awaited::{self, Awaited},
        copying::{self, Copied},
        dossier::totals::{self, Totals},
        drafting::{
            Draft, DraftProject, Opening, form as drafting_form, pages as drafting, store as drafts,
        },
        project::{self, typed},
        second_look::{self, Waits},
        section::SectionName,
        signing::{self, Answer, SigningRequest},
        state::State,
        store as common,
        versions::{
            self,
            compare::{Change, Comparison, Fate},
            sheet::Sheet,
            words::Piece,
        },
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        ids::ApplicationId,
    },
    db::Conn,
    error::{AppError, Refusal},
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{
        dates::{self, OnDay},
        filters, messages, sentences,
    },
    web::{forms::FormView, frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let write = Access::May(Action::EditApplication);
    let submit = Access::May(Action::SubmitApplication);
    vec![
        Route::get("/aanvragen/{id}/controle", write, show_check),
        Route::post("/aanvragen/{id}/indiening", submit, hand_in)
            .stands_on("/aanvragen/{id}/controle"),
    ]
}

#[derive(Template)]
#[template(path = "applications/check.html")]
struct CheckPage {
    frame: Frame,
    head: Head,
    form: FormView,
    steps: Vec<crate::web::parts::Task>,
    points: Vec<Point>,
    totals: Totals,
    until: Option<String>,
    /// What was submitted, when there is nothing more to submit.
    submitted: Option<Version>,
    /// Why it cannot be submitted now, whatever is filled in.
    closed: Option<sentences::Said>,
    may_submit: bool,
    /// Whether who looks may write all of it, and so ask others to sign.
    may_ask: bool,
    /// Whether they can ask that now: there is somebody else who can sign, and nobody was asked.
    can_ask: bool,
    /// Whether they were asked to sign: not who asked.
    may_sign: bool,
    may_invite: bool,
    /// Who can sign, beside who asks or asked; empty for nobody.
    signers: String,
    /// Who asks for the municipality, as it was typed.
    signatory: String,
    may_correct: bool,
    /// Until when what is or will be submitted can be corrected, if it can.
    correct_until: Option<NaiveDateTime>,
    /// What was submitted before and taken back.
    taken_back: Option<TakenBack>,
    next_version: i32,
    /// What is worth another look.
    looks: Vec<Point>,
    /// What the amounts come up against.
    hints: Vec<Hint>,
    /// The projects of which a year is not in the totals.
    left_out: Vec<String>,
    changes: Option<Changes>,
    /// The request to sign that waits.
    waiting: Option<SigningRequest>,
    /// The request to sign that was given back.
    returned: Option<SigningRequest>,
}

impl CheckPage {
    /// The points about what was not filled in, and those about what is not right, with their titles.
    fn sorted_points(&self) -> Vec<(&'static str, Vec<&Point>)> {
        let (missing, wrong): (Vec<_>, Vec<_>) = self.points.iter().partition(|it| it.is_missing);
        let mut sorted = vec![("Nog niet ingevuld", missing), ("Klopt nog niet", wrong)];
        sorted.retain(|(_, points)| !points.is_empty());
        sorted
    }

    /// Until when what is or will be submitted can be corrected, in sentences.
    fn correcting(&self) -> String {
        messages::correcting(self.correct_until)
    }

    /// Who is authorised, and what somebody does who is not.
    fn authority_help(&self) -> String {
        let who = "Bent u dat niet zelf, en vroeg die persoon u om in te dienen? Dan bent u gemachtigd en kunt u dit aanvinken (artikel 2:1 van de Algemene wet bestuursrecht).";
        let or = match self.can_ask {
            true => " Mag u dat niet? Vraag dan hieronder om ondertekening.",
            false => "",
        };
        format!(
            "Volgens deze aanvraag vraagt aan: {}. {who}{or}",
            self.signatory
        )
    }

    /// Where what it is compared with can be read.
    fn before(&self) -> String {
        let application = &self.head.application;
        match self.changes.as_ref().and_then(|it| it.version) {
            Some(number) => format!("/aanvragen/{}/versies/{number}", application.id),
            None => self.written_now(),
        }
    }

    /// Where what is written now can be read.
    fn written_now(&self) -> String {
        format!("/aanvragen/{}/concept", self.head.application.id)
    }
}

#[derive(serde::Deserialize)]
struct Asked {
    /// The section that was just saved.
    opgeslagen: Option<String>,
}

async fn show_check(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let saved = asked.opgeslagen.as_deref();
    let page = check_page(&app, &who, &path, FormView::default(), saved).await?;
    html::ok(&page)
}

async fn check_page(
    app: &App,
    who: &SignedIn,
    id: &str,
    form: FormView,
    saved: Option<&str>,
) -> Result<CheckPage, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(id));
    let it = app.store.read(move |conn| load(conn, &actor, &id)).await?;
    let Loaded {
        head,
        opening,
        draft,
        copied,
        signing,
        changes,
        submitted,
        limits,
        awaited,
        names,
    } = it;
    let (waiting, answered): (Vec<_>, Vec<_>) =
        signing.into_iter().partition(|it| it.answer.is_none());
    let now = app.store.now();
    let state = head.application.state;
    let closed = opening.may_submit(state, now).err();
    let here = format!("/aanvragen/{}/controle", head.application.id);
    let totals = of_draft(&head, &draft)?;
    let mut frame = head.crumbs(who.frame()).here("Controleren en indienen");
    if let Some((_, saved)) = drafting::just_saved(&draft, saved) {
        frame = frame.with_saved(saved);
    }
    let (waiting, me) = (waiting.into_iter().next(), &who.actor.id);
    // Those who are asked, or would be: not who asks.
    let asker = waiting.as_ref().map_or(me, |it| &it.asker);
    let signers = awaited::named(&awaited.signers_but(asker));
    let may_submit = head.may(&who.actor, Action::SubmitApplication);
    let may_invite = head.may(&who.actor, Action::InvitePartners);
    let waits = Waits {
        awaited: &awaited,
        may_invite,
        now,
    };
    Ok(CheckPage {
        frame,
        form,
        steps: drafting::steps(&head, &draft, &opening, None, now)
            .into_iter()
            .map(|it| {
                let is_here = it.href.as_deref() == Some(here.as_str());
                it.current(is_here)
            })
            .collect(),
        points: check::points(&head, &draft, &names),
        until: drafting::until(&head, &opening),
        submitted,
        closed: closed.map(|it| sentences::said(&AppError::Refused(it))),
        can_ask: waiting.is_none() && head.may_write_all(&who.actor) && !signers.is_empty(),
        may_sign: may_submit && waiting.as_ref().is_some_and(|it| it.asker != *me),
        may_submit,
        may_ask: head.may_write_all(&who.actor),
        may_invite,
        signers,
        signatory: typed::line(
            draft
                .section(SectionName::Organisation)
                .answers
                .get("ondertekenaar"),
            200,
        ),
        may_correct: head.may(&who.actor, Action::WithdrawApplication),
        correct_until: correct_until(&head, &opening, now),
        taken_back: TakenBack::of(&head, awaited.taken_back_at),
        next_version: head.application.latest_version.saturating_add(1),
        looks: second_look::points(&head, &draft, copied.as_ref(), Some(&waits)),
        hints: hints::of_totals(&totals, &limits, head.window.kind),
        left_out: left_out(&head, &draft),
        totals,
        changes,
        waiting,
        returned: answered
            .into_iter()
            .find(|it| it.answer == Some(Answer::Returned)),
        head,
    })
}

/// What the check page reads.
struct Loaded {
    head: Head,
    opening: Opening,
    draft: Draft,
    copied: Option<Copied>,
    signing: Option<SigningRequest>,
    changes: Option<Changes>,
    submitted: Option<Version>,
    limits: Limits,
    /// Whom and what it waits for.
    awaited: Awaited,
    /// The municipalities of the region.
    names: Names,
}

/// What was changed, and since when.
struct Changes {
    since: String,
    /// The version that it is compared with; a request to sign has no page.
    version: Option<i32>,
    comparison: Comparison,
}

impl Changes {
    /// For the template: borrowed.
    fn comparison(&self) -> &Comparison {
        &self.comparison
    }
}

fn load(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Loaded, AppError> {
    let head = common::head(conn, actor, id)?;
    let application = &head.application;
    let opening = Opening::of(&head);
    let draft = drafts::draft(conn, id)?;
    let is_draft = application.state == State::Draft;
    let mut copied = None;
    if is_draft {
        copied = copying::store::copied(conn, application)?;
    }
    let mut signing = None;
    if is_draft || application.signing_id.is_some() {
        signing = signing::store::latest(conn, id)?;
    }
    let state = application.state;
    let is_done = !(state.is_being_written() || state == State::Withdrawn);
    let submitted = match is_done {
        true => Some(store::version(conn, id, application.latest_version)?),
        false => None,
    };
    let mut awaited = Awaited::default();
    if state.is_being_written() {
        awaited = awaited::store::of(conn, id)?;
    }
    // Asked for only where they are named: in what changed, and in a point about who takes part.
    let is_compared = application.signing_id.is_some() || state == State::CompletionRequested;
    let mut members = Vec::new();
    if is_compared || check::contradicts_itself(&head, &draft) {
        let on = application.created_at.dutch_day();
        members = schemes::store::members(conn, &head.region.id, on)?;
    }
    Ok(Loaded {
        submitted,
        limits: budgets::rooms(conn, &head.cycle.id)?,
        awaited,
        changes: changes(conn, &head, &draft, signing.as_ref(), &members)?,
        names: names(&members),
        head,
        opening,
        draft,
        copied,
        signing,
    })
}

/// What was changed since a signatory was asked, or else since the version that has to be completed.
fn changes(
    conn: &mut Conn,
    head: &Head,
    draft: &Draft,
    signing: Option<&SigningRequest>,
    members: &[Municipality],
) -> Result<Option<Changes>, AppError> {
    let application = &head.application;
    if let Some(request) = signing.filter(|it| it.answer.is_none()) {
        return Ok(Some(Changes {
            since: format!(
                "om ondertekening is gevraagd ({})",
                dates::moment(request.asked_at)
            ),
            version: None,
            comparison: since(head, draft, &request.content, members)?,
        }));
    }
    if application.state != State::CompletionRequested {
        return Ok(None);
    }
    let number = application.latest_version;
    let before = store::version(conn, &application.id, number)?;
    Ok(Some(Changes {
        since: format!("versie {number}"),
        version: Some(number),
        comparison: since(head, draft, &before.content, members)?,
    }))
}

/// What is written now beside what was frozen as this text.
fn since(
    head: &Head,
    draft: &Draft,
    before: &str,
    members: &[Municipality],
) -> Result<Comparison, AppError> {
    let before = Content::parse(before)?;
    let taking_part = drafting_form::taking_part(draft, head, members);
    let now = Content::of(head, draft, &taking_part, members)?;
    let names = names(members);
    let sheet = |it| Sheet::of(it, &names);
    Ok(Comparison::of(
        (&sheet(&before), &versions::totals(&before)?),
        (&sheet(&now), &versions::totals(&now)?),
    )?)
}

fn names(members: &[Municipality]) -> Names {
    let named = |it: &Municipality| (it.id.as_str().to_owned(), it.name.clone());
    members.iter().map(named).collect()
}

/// The check page with a form on it that comes back.
pub(in crate::applications) async fn refused_check(
    app: &App,
    who: &SignedIn,
    id: &str,
    answers: Answers,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let form = FormView::refused(answers, errors);
    html::refused(&check_page(app, who, id, form, None).await?)
}

/// Until when (UTC) what was submitted, or would be from this draft now, can be corrected.
pub fn correct_until(head: &Head, opening: &Opening, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let state = head.application.state;
    let then = match state {
        State::CompletionRequested => State::Completed,
        State::Draft => State::Submitted,
        state => state,
    };
    opening.may_correct(then, now).ok()
}

/// What was submitted and taken back while it is written anew: nothing is submitted now.
pub struct TakenBack {
    /// The last version.
    pub number: i32,
    /// When it was taken back (UTC).
    pub at: Option<NaiveDateTime>,
    /// Until when it has to be submitted again (UTC).
    pub until: NaiveDateTime,
    /// Where is read what is different now.
    pub difference: String,
}

impl TakenBack {
    /// Of a draft that was submitted before.
    pub fn of(head: &Head, at: Option<NaiveDateTime>) -> Option<TakenBack> {
        let application = &head.application;
        let (id, number) = (&application.id, application.latest_version);
        (application.state == State::Draft && 0 < number).then(|| TakenBack {
            number,
            at,
            until: head.window.closes_at,
            difference: format!("/aanvragen/{id}/versies/{number}/verschil/concept"),
        })
    }
}

/// The projects of which a year is not in the totals yet, because an amount cannot be read.
fn left_out(head: &Head, draft: &Draft) -> Vec<String> {
    let is_out = |it: &&DraftProject| {
        let (meaning, _) = project::form::read(&it.answers, head.cycle.years(), head.window.kind);
        meaning.years.iter().any(|it| it.is_typed && !it.is_sound)
    };
    draft
        .projects
        .iter()
        .filter(is_out)
        .map(check::project_name)
        .collect()
}

/// What a draft asks per category and year.
pub fn of_draft(head: &Head, draft: &Draft) -> Result<Totals, AppError> {
    let amounts: Vec<_> = draft
        .projects
        .iter()
        .map(|it| &it.project)
        .flat_map(|it| {
            it.years
                .iter()
                .map(|year| (it.category, year.year, year.requested))
        })
        .collect();
    Ok(totals::totals(head.cycle.years(), &amounts)?)
}

async fn hand_in(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    if posted.answers.get("akkoord") != "ja" {
        let mut errors = FieldErrors::default();
        errors.push(
            "akkoord",
            "Zet een vinkje als u bevoegd bent om in te dienen.",
        );
        return refused_check(&app, &who, &path, Answers::default(), errors).await;
    }
    let id = ApplicationId::from(path.as_str());
    let check = format!("/aanvragen/{id}/controle");
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let number = actions::submit(tx, &id)?;
                Ok(format!("/aanvragen/{id}/versies/{number}"))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(see_other(&location)),
        // It was submitted already: the page says when and by whom.
        Err(AppError::Refused(Refusal::NotPossible { .. })) => Ok(see_other(&check)),
        Err(err) => Err(err),
    }
}
