//! Signing in and out.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use validator::Validate;

use super::{
    access::{self, Access, Lasts, Route, SignedIn},
    actions, password,
    policy::Action,
    posted::{self, OldFields, Posted},
    store,
};
use crate::{
    app::App,
    core::answers::{Answers, FieldErrors, KEY_FIELD},
    error::AppError,
    texts::sentences,
    web::{again::Typed, forms::FormView, frame::Frame, html, parts::Tone},
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/inloggen", Access::Public, show_sign_in),
        Route::post("/inloggen", Access::Public, sign_in),
        Route::post("/uitloggen", Access::May(Action::SeeDashboard), sign_out),
        Route::get("/sessie", Access::May(Action::SeeDashboard), how_long).unnoticed(),
        Route::post("/sessie", Access::May(Action::SeeDashboard), stay),
    ]
}

/// What is typed to sign in.
#[derive(Debug, Validate, serde::Deserialize)]
struct SignInForm {
    #[validate(email(message = "Vul uw e-mailadres in, bijvoorbeeld naam@gemeente.nl."))]
    email: String,
    #[validate(length(min = 1, max = 200, message = "Vul uw wachtwoord in."))]
    wachtwoord: String,
    /// Where to go afterwards.
    #[serde(default)]
    naar: String,
    /// A form that was posted without a session: its fields, to be sent to `naar`.
    #[serde(default)]
    bewaard: String,
}

#[derive(Template)]
#[template(path = "identity/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: FormView,
    naar: String,
    bewaard: String,
}

#[derive(Template)]
#[template(path = "identity/continue.html")]
struct ContinuePage {
    frame: Frame,
    title: &'static str,
    lead: String,
    button: &'static str,
    to: String,
    fields: Vec<(String, String)>,
}

impl ContinuePage {
    /// For the template: what somebody typed in it.
    fn typed(&self) -> Vec<(String, String)> {
        let is_written = |text: &str| !text.bytes().all(|it| matches!(it, b'a'..=b'z' | b'_'));
        let fields = self.fields.iter().map(|(name, text)| (&**name, &**text));
        // The word of a choice is sent again, and says nothing to who chose it.
        Typed::of(fields.filter(|(_, text)| is_written(text))).into()
    }
}

#[derive(serde::Deserialize)]
struct Where {
    #[serde(default)]
    naar: String,
}

async fn show_sign_in(query: web::Query<Where>) -> Result<HttpResponse, AppError> {
    let page = SignInPage {
        frame: Frame::anonymous(),
        form: FormView::default(),
        naar: own_path(&query.naar).to_owned(),
        bewaard: String::new(),
    };
    html::page(StatusCode::OK, &page)
}

/// The answer to a post without a session: nothing is lost, it can be sent after signing in.
pub(super) fn sign_in_to_continue(path: &str, body: &[u8]) -> Result<HttpResponse, AppError> {
    let kept = posted::kept(&posted::fields(body)?);
    // What no form takes is refused now, and not after signing in.
    Answers::from_pairs(kept.clone()).map_err(|_| AppError::TooLarge)?;
    let page = SignInPage {
        frame: Frame::anonymous().with_notice(
            Tone::Warning,
            "U was te lang weg en bent daarom uitgelogd. Uw tekst is bewaard. Log in om verder te gaan.",
        ),
        form: FormView::default(),
        naar: own_path(path).to_owned(),
        bewaard: posted::packed(&kept)?,
    };
    html::page(StatusCode::UNAUTHORIZED, &page)
}

/// The answer to a form of an earlier session, for who is signed in again: it is shown, to be sent
/// again by a deliberate press.
pub(super) fn old_form(
    res: &HttpResponse,
    req: &HttpRequest,
) -> Result<Option<HttpResponse>, AppError> {
    let is_old = |err: &AppError| matches!(err, AppError::OldForm);
    let error = res.error().and_then(|it| it.as_error::<AppError>());
    if !error.is_some_and(is_old) {
        return Ok(None);
    }
    let extensions = req.extensions();
    let found = extensions
        .get::<SignedIn>()
        .zip(extensions.get::<OldFields>());
    let Some((who, OldFields(fields))) = found else {
        return Ok(None);
    };
    let page = ContinuePage {
        frame: who.frame().here("Formulier opnieuw versturen"),
        title: "U bent intussen opnieuw ingelogd",
        lead: format!(
            "Dit formulier stond nog open van voor die tijd en is niet verwerkt. U bent nu ingelogd als {}. Wat u had ingevuld is er nog.",
            who.actor.name
        ),
        button: "Opnieuw versturen",
        to: own_path(req.uri().path_and_query().map_or("/", |it| it.as_str())).to_owned(),
        fields: with_key(fields.clone()),
    };
    html::page(StatusCode::CONFLICT, &page).map(Some)
}

/// A form has a key of its own, also when it came without.
fn with_key(mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
    if !fields.iter().any(|(name, _)| name == KEY_FIELD) {
        fields.push((KEY_FIELD.to_owned(), access::fresh_token()));
    }
    fields
}

/// The answer to a file without a session: browsers do not let it be chosen for somebody.
pub(super) fn sign_in_to_choose_again(path: &str) -> Result<HttpResponse, AppError> {
    let page = SignInPage {
        frame: Frame::anonymous().with_notice(
            Tone::Warning,
            "U was te lang weg en bent daarom uitgelogd. Log in en kies uw bestand dan opnieuw.",
        ),
        form: FormView::default(),
        naar: own_path(path).to_owned(),
        bewaard: String::new(),
    };
    html::page(StatusCode::UNAUTHORIZED, &page)
}

async fn sign_in(
    app: web::Data<App>,
    req: HttpRequest,
    form: web::Form<SignInForm>,
) -> Result<HttpResponse, AppError> {
    let form = form.into_inner();
    match try_to_sign_in(&app, &req, &form).await {
        Err(err @ (AppError::TooMany { .. } | AppError::Busy)) => later(&form, &err),
        done => done,
    }
}

/// Not now: what was kept to be sent stays on the form to sign in with.
fn later(form: &SignInForm, err: &AppError) -> Result<HttpResponse, AppError> {
    let said = sentences::said(err);
    let sentence = format!("{} {}", said.message, said.advice);
    let typed = Answers::default().with("email", form.email.as_str());
    let mut response = err.error_response();
    let page = sign_in_page(form, FormView::stopped(typed, said.title, sentence));
    let mut answer = html::page(response.status(), &page)?;
    if let Some(wait) = response.headers_mut().remove(header::RETRY_AFTER).next() {
        answer.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    Ok(answer)
}

async fn try_to_sign_in(
    app: &App,
    req: &HttpRequest,
    form: &SignInForm,
) -> Result<HttpResponse, AppError> {
    if let Err(errors) = form.validate() {
        return refused(form, field_errors(&errors));
    }
    let (email, origin) = (form.email.trim().to_lowercase(), access::origin(req));
    app.sign_ins.check(&email, &origin)?;
    let address = email.clone();
    let account = app
        .store
        .read(move |conn| store::account_by_email(conn, &address))
        .await?;
    let stored = account.as_ref().map(|it| it.password_hash.clone());
    let typed = form.wachtwoord.clone();
    let right = app
        .sign_ins
        .one_of_few(move || password::matches(&typed, stored.as_deref()))
        .await?;
    let Some(owner) = account.map(|it| actions::owner_of(&it, &origin)) else {
        return refused(form, wrong_pair());
    };
    if !right {
        app.store.write(&owner, actions::sign_in_failed).await?;
        return refused(form, wrong_pair());
    }
    let token = access::fresh_token();
    let id = access::session_id(&token);
    app.store
        .write(&owner, move |tx| actions::sign_in(tx, &id))
        .await?;
    let cookie = access::session_cookie(app, token.clone());
    welcome(form, &token, cookie)
}

fn welcome(
    form: &SignInForm,
    token: &str,
    cookie: actix_web::cookie::Cookie<'static>,
) -> Result<HttpResponse, AppError> {
    let to = own_path(&form.naar);
    let mut response = if form.bewaard.is_empty() {
        access::see_other(to)
    } else {
        let page = ContinuePage {
            title: "U bent weer ingelogd",
            lead: "Wat u had ingevuld is er nog. Sla het nu op om verder te gaan.".to_owned(),
            button: "Opslaan en verder gaan",
            frame: Frame {
                csrf: access::csrf(token),
                ..Frame::anonymous()
            },
            to: to.to_owned(),
            fields: with_key(posted::kept(&posted::unpacked(&form.bewaard)?)),
        };
        html::page(StatusCode::OK, &page)?
    };
    response.add_cookie(&cookie).map_err(AppError::internal)?;
    Ok(response)
}

/// How many seconds a session is still good, and at the longest if one stays.
#[derive(serde::Serialize)]
struct Left {
    over: i64,
    hoogstens: i64,
}

impl Left {
    fn of(lasts: &Lasts, now: chrono::NaiveDateTime) -> Left {
        let longest = lasts.longest.signed_duration_since(now).num_seconds();
        Left {
            over: lasts.seconds(now),
            hoogstens: longest.max(0),
        }
    }
}

/// Asked by a script, so that it warns in time.
async fn how_long(app: web::Data<App>, who: SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(Left::of(&who.lasts, app.store.now()))
}

/// "Ingelogd blijven".
async fn stay(
    app: web::Data<App>,
    who: SignedIn,
    _posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, longest) = (who.session_id.clone(), who.lasts.longest);
    let until = app
        .store
        .write(&who.actor, move |tx| actions::stay(tx, &id, longest))
        .await?;
    let lasts = Lasts { until, ..who.lasts };
    Ok(HttpResponse::Ok().json(Left::of(&lasts, app.store.now())))
}

async fn sign_out(
    app: web::Data<App>,
    who: SignedIn,
    _posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = who.session_id.clone();
    app.store
        .write(&who.actor, move |tx| actions::sign_out(tx, &id))
        .await?;
    let mut response = access::see_other("/inloggen");
    response
        .add_cookie(&access::no_cookie(&app))
        .map_err(AppError::internal)?;
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

fn refused(form: &SignInForm, errors: FieldErrors) -> Result<HttpResponse, AppError> {
    let typed = Answers::default().with("email", form.email.as_str());
    let page = sign_in_page(form, FormView::refused(typed, errors));
    html::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn sign_in_page(form: &SignInForm, view: FormView) -> SignInPage {
    SignInPage {
        frame: Frame::anonymous(),
        form: view,
        naar: own_path(&form.naar).to_owned(),
        bewaard: form.bewaard.clone(),
    }
}

/// One sentence for both, so that nobody can find out which addresses have an account.
fn wrong_pair() -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.push(
        "wachtwoord",
        "Dit e-mailadres en wachtwoord horen niet bij elkaar. Controleer beide en probeer het opnieuw.",
    );
    errors
}

fn field_errors(errors: &validator::ValidationErrors) -> FieldErrors {
    let mut res = FieldErrors::default();
    for field in ["email", "wachtwoord"] {
        let all = errors.field_errors();
        let sentence = all
            .get(field)
            .and_then(|it| it.first())
            .and_then(|it| it.message.clone());
        if let Some(sentence) = sentence {
            res.push(field, sentence.into_owned());
        }
    }
    res
}

/// Only a path of our own: nobody is sent to another site after signing in.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\n', '\r', '\t']);
    if own { path } else { "/" }
}

/// A text as it can stand in a query.
pub(super) fn encoded(text: &str) -> String {
    serde_html_form::to_string([("", text)])
        .map(|it| it.trim_start_matches('=').to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["//kwaad.nl", "https://kwaad.nl", "/\\kwaad.nl", "", "x"] {
            assert_eq!(own_path(path), "/", "{path}");
        }
        assert_eq!(own_path("/aanvragen?pagina=2"), "/aanvragen?pagina=2");
        assert_eq!(encoded("/a?b=c&d"), "%2Fa%3Fb%3Dc%26d");
    }
}
