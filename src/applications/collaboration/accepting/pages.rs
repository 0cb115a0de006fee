//! The page that the link in an invitation leads to. Looking uses nothing up: programs that look for
//! harm in mail open links, too.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use subtle::ConstantTimeEq;

use super::{
    actions::{self, Newcomer, is_again, is_of, may_join},
    form,
};
use crate::{
    app::App,
    applications::{
        collaboration::{About, Invitation, Standing, asked_for, store},
        state::State,
    },
    core::{
        actor::Actor,
        answers::{Answers, CSRF_FIELD},
        hex,
    },
    db::Conn,
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn, see_other},
        password, posted,
    },
    texts::filters,
    web::{forms::FormView, frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/uitnodigingen/{token}", Access::Public, show),
        Route::post("/uitnodigingen/{token}", Access::Public, accept),
    ]
}

#[derive(Template)]
#[template(path = "applications/collaboration/invitation.html")]
struct InvitationPage {
    frame: Frame,
    form: FormView,
    it: Invitation,
    about: About,
    asked_for: &'static str,
    turn: Turn,
    address: String,
}

/// What who looks can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Accept, being signed in with the invited address.
    Accept,
    /// Sign in first: there is an account with the address.
    SignIn,
    /// Make an account.
    Join,
    /// Sign out first: this is another's account, or one that does not write applications.
    WrongAccount,
    /// Nothing: the account with this address was closed.
    AccountClosed,
    /// Nothing: it has the application already.
    HasAccess,
    /// Go to the application: it was accepted with this account.
    Accepted,
    /// Nothing: it ended.
    Ended(Standing),
}

/// What is known of the invitation and of who looks.
struct Loaded {
    it: Invitation,
    about: About,
    has_account: bool,
    can_sign_in: bool,
    own: Option<identity::store::Account>,
}

async fn load(
    app: &App,
    who: Option<&SignedIn>,
    origin: &str,
    sha256: &str,
) -> Result<Loaded, AppError> {
    let (wanted, me) = (sha256.to_owned(), who.map(|it| it.actor.id.clone()));
    let read = move |conn: &mut Conn| {
        let Some(it) = store::by_secret(conn, &wanted)? else {
            return Ok(None);
        };
        let email = it.asked.email.clone();
        let own = match &me {
            Some(id) => Some(identity::store::account(conn, id)?),
            None => None,
        };
        Ok(Some(Loaded {
            about: store::about(conn, &it.application_id)?,
            has_account: identity::store::has_email(conn, &email)?,
            can_sign_in: identity::store::account_by_email(conn, &email)?.is_some(),
            own,
            it,
        }))
    };
    match app.store.read(read).await? {
        Some(it) => Ok(it),
        None => {
            // Only who guesses comes here often.
            app.sign_ins
                .check(&format!("invitation/{origin}"), origin)?;
            Err(AppError::NotFound)
        }
    }
}

impl Loaded {
    fn turn(&self, now: chrono::NaiveDateTime) -> Turn {
        let own = self.own.as_ref();
        match self.it.standing(now) {
            Standing::Accepted if own.is_some_and(|own| is_again(&self.it, &own.id)) => {
                return Turn::Accepted;
            }
            Standing::Open => {}
            ended => return Turn::Ended(ended),
        }
        match own {
            None if self.can_sign_in => Turn::SignIn,
            None if self.has_account => Turn::AccountClosed,
            None => Turn::Join,
            Some(own) if !is_of(&self.it, &own.email) || !may_join(own.organisation) => {
                Turn::WrongAccount
            }
            Some(own) if own.municipality_id.as_ref() == Some(&self.about.lead) => Turn::HasAccess,
            Some(_) => Turn::Accept,
        }
    }
}

async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let who = access::who(&app, &req, false).await?;
    page(&app, &req, who.as_ref(), &path, FormView::default()).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: Option<&SignedIn>,
    token: &str,
    form: FormView,
) -> Result<HttpResponse, AppError> {
    let loaded = load(app, who, &access::origin(req), &hex::sha256(token)).await?;
    let turn = loaded.turn(app.store.now());
    let status = match turn {
        Turn::Ended(_) => StatusCode::GONE,
        _ if form.is_refused() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let frame = who.map_or_else(Frame::anonymous, SignedIn::frame);
    let page = InvitationPage {
        frame: frame.here("Uitnodiging"),
        form,
        asked_for: asked_for(loaded.it.asked.grant.right),
        turn,
        address: format!("/uitnodigingen/{token}"),
        it: loaded.it,
        about: loaded.about,
    };
    html::page(status, &page)
}

async fn accept(
    app: web::Data<App>,
    req: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, AppError> {
    let who = access::who(&app, &req, true).await?;
    let (origin, sha256) = (access::origin(&req), hex::sha256(&path));
    app.sign_ins.check(&sha256, &origin)?;
    let loaded = load(&app, who.as_ref(), &origin, &sha256).await?;
    let fields = posted::fields(&body)?;
    let answers = Answers::from_pairs(fields.clone()).map_err(|_| AppError::TooLarge)?;
    match (loaded.turn(app.store.now()), &who) {
        (Turn::Accept | Turn::Accepted, Some(who)) => {
            check_csrf(&fields, who)?;
            if loaded.turn(app.store.now()) == Turn::Accepted {
                return Ok(to_application(&loaded.it));
            }
            let secret = sha256.clone();
            let done = app
                .store
                .write(&who.actor, move |tx| actions::accept(tx, &secret))
                .await;
            match done {
                Ok(_) => Ok(to_application(&loaded.it)),
                Err(AppError::Stale) => {
                    page(&app, &req, Some(who), &path, FormView::default()).await
                }
                Err(err) => Err(err),
            }
        }
        (Turn::Join, None) => join(&app, &req, &path, &answers).await,
        _ => page(&app, &req, who.as_ref(), &path, FormView::default()).await,
    }
}

/// Makes the account that was asked for, and begins its session.
async fn join(
    app: &App,
    req: &HttpRequest,
    token: &str,
    answers: &Answers,
) -> Result<HttpResponse, AppError> {
    let (name, chosen) = match form::newcomer(answers) {
        Ok(it) => it,
        Err(errors) => {
            let kept = Answers::default().with("naam", answers.get("naam"));
            return page(app, req, None, token, FormView::refused(kept, errors)).await;
        }
    };
    let password_hash = app
        .sign_ins
        .one_of_few(move || password::hash(&chosen))
        .await??;
    let session = access::fresh_token();
    let new = Newcomer {
        name,
        password_hash,
        session_id: access::session_id(&session),
    };
    let system = Actor {
        origin: access::origin(req),
        ..Actor::system()
    };
    let sha256 = hex::sha256(token);
    let joined = app
        .store
        .write(&system, move |tx| actions::join(tx, &sha256, &new))
        .await;
    match joined {
        Ok(id) => {
            let mut response = see_other(&format!("/aanvragen/{id}"));
            response
                .add_cookie(&access::session_cookie(app, session))
                .map_err(AppError::internal)?;
            Ok(response)
        }
        // Somebody was first: the page says what there is now.
        Err(AppError::Stale | AppError::Refused(_)) => {
            page(app, req, None, token, FormView::default()).await
        }
        Err(err) => Err(err),
    }
}

fn to_application(it: &Invitation) -> HttpResponse {
    see_other(&format!("/aanvragen/{}", it.application_id))
}

fn check_csrf(fields: &[(String, String)], who: &SignedIn) -> Result<(), AppError> {
    let found = fields.iter().find(|(name, _)| name == CSRF_FIELD);
    let found = found.map(|it| it.1.as_bytes()).unwrap_or_default();
    if bool::from(found.ct_eq(who.csrf.as_bytes())) {
        Ok(())
    } else {
        Err(AppError::BadRequest(
            "the forgery token is not this session's",
        ))
    }
}
