//! The door: which routes there are, who may come in by each, and who is standing there.
//!
//! Every route of the program is a [`Route`] with its [`Access`]; `app::routes` lists them, the
//! program is configured from that list and the access test reads the same one.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    cookie::{Cookie, SameSite, time::Duration},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::{Next, from_fn},
    web,
};
use base64::Engine;
use chrono::{NaiveDateTime, TimeDelta};

use super::{
    actions, menu, pages,
    policy::{self, Action},
    store,
};
use crate::{
    app::App,
    core::{actor::Actor, hex},
    error::AppError,
    web::frame::{Frame, FrameUser},
};

/// Who may come in by a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without signing in.
    Public,
    /// Whoever has a role that may do this.
    May(Action),
}

/// One route of the program.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
    /// Who may come in.
    pub access: Access,
    is_noticed: bool,
    form: Option<&'static str>,
    route: actix_web::Route,
}

impl Route {
    /// A page, or something to download: changes nothing.
    pub fn get<F, Args>(path: &'static str, access: Access, handler: F) -> Route
    where
        F: actix_web::Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Route::new(Method::GET, path, access, web::get().to(handler))
    }

    /// A change: a resource that is made.
    pub fn post<F, Args>(path: &'static str, access: Access, handler: F) -> Route
    where
        F: actix_web::Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Route::new(Method::POST, path, access, web::post().to(handler))
    }

    fn new(method: Method, path: &'static str, access: Access, route: actix_web::Route) -> Route {
        Route {
            method,
            path,
            access,
            is_noticed: true,
            form: None,
            route,
        }
    }

    /// A route that a script asks by itself: it does not keep a session alive, since nobody needs to
    /// be there.
    #[must_use]
    pub fn unnoticed(mut self) -> Route {
        self.is_noticed = false;
        self
    }

    /// The path of the page that the form stands on, where that is not the one above its own.
    #[must_use]
    pub fn stands_on(mut self, path: &'static str) -> Route {
        self.form = Some(path);
        self
    }

    /// The way back from an address that only takes a form: a browser is left there after a form was
    /// refused, and asks for it again. It leads to the page that the form stands on, or else to the
    /// nearest of `pages` above it.
    pub fn way_back(&self, pages: &BTreeSet<&'static str>) -> Route {
        let above = || {
            let cuts = self.path.rmatch_indices('/').map(|(at, _)| at);
            let shorter = cuts.filter_map(|at| self.path.get(..at));
            shorter.into_iter().find_map(|it| pages.get(it).copied())
        };
        let to = self.form.or_else(above).unwrap_or("/");
        Route::get(self.path, self.access, move |req: HttpRequest| async move {
            see_other(&filled(to, &req))
        })
    }

    /// The route with its door: nobody reaches the handler who may not.
    pub fn guarded(self) -> actix_web::Route {
        let (access, is_noticed) = (self.access, self.is_noticed);
        match access {
            Access::Public => self.route,
            Access::May(action) => self.route.wrap(from_fn(move |req, next| {
                door(action, is_noticed, req, next)
            })),
        }
    }
}

/// A path with what stands in its `{names}` in this request.
fn filled(path: &str, req: &HttpRequest) -> String {
    let mut found = path.to_owned();
    for (name, text) in req.match_info().iter() {
        found = found.replace(&format!("{{{name}}}"), text);
    }
    found
}

/// Who is signed in; only handlers behind [`Access::May`] can ask for it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person, with where they come from.
    pub actor: Actor,
    /// The token that their forms carry.
    pub csrf: String,
    /// The id of their session.
    pub session_id: String,
    /// How long it is good.
    pub lasts: Lasts,
    frame: Frame,
}

/// How long a session is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasts {
    /// Until when, if nobody is there.
    pub until: NaiveDateTime,
    /// Until when at the longest.
    pub longest: NaiveDateTime,
}

impl Lasts {
    /// The seconds that are left.
    pub fn seconds(&self, now: NaiveDateTime) -> i64 {
        self.until.signed_duration_since(now).num_seconds().max(0)
    }
}

impl SignedIn {
    /// The frame of a page for them, with a fresh key for its forms.
    pub fn frame(&self) -> Frame {
        Frame {
            key: fresh_token(),
            ..self.frame.clone()
        }
    }
}

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = std::future::Ready<Result<SignedIn, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<SignedIn>().cloned();
        std::future::ready(found.ok_or(AppError::SignIn))
    }
}

/// The answer is made here and not passed on as an error: it needs the request's frame.
async fn door(
    action: Action,
    is_noticed: bool,
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match let_in(action, is_noticed, &mut req).await {
        Ok(None) => {
            let res = next.call(req).await?.map_into_boxed_body();
            match pages::old_form(res.response(), res.request())? {
                Some(response) => Ok(res.into_response(response)),
                None => Ok(res),
            }
        }
        Ok(Some(response)) => Ok(req.into_response(response)),
        // Not `into_response`: that forgets the error, of which a page is made.
        Err(err) => Ok(ServiceResponse::from_err(err, req.into_parts().0)),
    }
}

/// Puts who is signed in on the request, or gives the page to sign in on.
async fn let_in(
    action: Action,
    is_noticed: bool,
    req: &mut ServiceRequest,
) -> Result<Option<HttpResponse>, AppError> {
    let app = req
        .app_data::<web::Data<App>>()
        .cloned()
        .ok_or_else(|| AppError::internal("the application is not configured"))?;
    let Some(signed_in) = who(&app, req.request(), is_noticed).await? else {
        return ask_to_sign_in(req).await.map(Some);
    };
    let actor = signed_in.actor.clone();
    req.extensions_mut().insert(signed_in.frame.clone());
    req.extensions_mut().insert(signed_in);
    policy::require(&actor, action)?;
    Ok(None)
}

/// Who holds the session that the request's cookie names, if it is still good; `is_noticed`: and that
/// they are there.
pub async fn who(
    app: &App,
    req: &HttpRequest,
    is_noticed: bool,
) -> Result<Option<SignedIn>, AppError> {
    let Some(cookie) = req.cookie(app.cookie_name()) else {
        return Ok(None);
    };
    let token = cookie.value().to_owned();
    let session_id = session_id(&token);
    let wanted = session_id.clone();
    let found = app
        .store
        .read(move |conn| store::session(conn, &wanted))
        .await?;
    let now = app.store.now();
    let Some(mut session) = found.filter(|it| now < it.expires_at) else {
        return Ok(None);
    };
    session.actor.origin = origin(req);
    if is_noticed {
        session.expires_at = keep_alive(app, &session, &session_id, now).await?;
    }
    let lasts = Lasts {
        until: session.expires_at,
        longest: actions::longest(session.created_at),
    };
    let frame = Frame {
        user: Some(FrameUser {
            id: session.actor.id.to_string(),
            until: session.expires_at,
            seconds: lasts.seconds(now),
            name: session.actor.name.clone(),
            line: menu::line(&session.actor, session.municipality_name.as_deref()),
        }),
        menu: menu::items(&session.actor, req.path()),
        csrf: csrf(&token),
        ..Frame::default()
    };
    Ok(Some(SignedIn {
        actor: session.actor,
        csrf: csrf(&token),
        session_id,
        lasts,
        frame,
    }))
}

/// Moves the end of a session on, at most once in five minutes so that reading stays reading; until
/// when it is good then.
async fn keep_alive(
    app: &App,
    session: &store::Session,
    id: &str,
    now: NaiveDateTime,
) -> Result<NaiveDateTime, AppError> {
    if now.signed_duration_since(session.last_seen_at) < TimeDelta::minutes(5) {
        return Ok(session.expires_at);
    }
    let (id, expires_at) = (id.to_owned(), actions::expiry(session.created_at, now));
    app.store
        .write(&session.actor, move |tx| {
            store::touch_session(tx, &id, expires_at)
        })
        .await?;
    Ok(expires_at)
}

/// A page is asked for again after signing in; what was posted is kept on the sign-in page and can
/// be sent again.
async fn ask_to_sign_in(req: &mut ServiceRequest) -> Result<HttpResponse, AppError> {
    let path = req
        .uri()
        .path_and_query()
        .map_or("/", |it| it.as_str())
        .to_owned();
    if req.method() == Method::GET || req.method() == Method::HEAD {
        let to = format!("/inloggen?naar={}", pages::encoded(&path));
        return Ok(see_other(&to));
    }
    if is_upload(req) {
        return pages::sign_in_to_choose_again(&path);
    }
    let body = req
        .extract::<web::Bytes>()
        .await
        .map_err(|_| AppError::TooLarge)?;
    pages::sign_in_to_continue(&path, &body)
}

/// Whether a post carries a file, which cannot be kept on the sign-in page.
fn is_upload(req: &ServiceRequest) -> bool {
    let kind = req.headers().get(header::CONTENT_TYPE);
    kind.and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.starts_with("multipart/"))
}

/// 303: the answer to a post that was done.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .finish()
}

/// The cookie of a new session.
pub fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build(app.cookie_name().to_owned(), token)
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax)
        .finish()
}

/// The cookie that takes a session's away.
pub fn no_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = session_cookie(app, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// 256 bits that nobody can guess, for cookies and keys.
pub fn fresh_token() -> String {
    let mut bytes = [0_u8; 32];
    // Without randomness there can be no sessions; an empty token is never stored.
    match getrandom::fill(&mut bytes) {
        Ok(()) => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
        Err(_) => String::new(),
    }
}

/// What the database knows a session by.
pub fn session_id(token: &str) -> String {
    hex::sha256(token)
}

/// The token against forgery that belongs to a session's cookie.
pub fn csrf(token: &str) -> String {
    hex::sha256(&format!("forgery/{token}"))
}

/// Where a request came from, for the audit and for the limits on signing in.
pub fn origin(req: &HttpRequest) -> String {
    let Some(peer) = req.peer_addr() else {
        return "onbekend".to_owned();
    };
    let proxies = req.app_data::<web::Data<App>>().map(|it| &*it.proxies);
    let written: Vec<&str> = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .collect();
    sender(peer.ip(), proxies.unwrap_or_default(), &written).to_string()
}

/// Who is behind our proxies. Each writes whom it heard a request from behind what stood there, so that only what our
/// own wrote is believed: the last, and what stands before it as long as that is a proxy of ours, too.
fn sender(peer: IpAddr, proxies: &[IpAddr], written: &[&str]) -> IpAddr {
    let mut res = peer.to_canonical();
    for text in written.iter().rev() {
        let text = text.trim();
        let address = text.parse::<IpAddr>();
        // Some write the port, too.
        let address = address.or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip()));
        match address {
            Ok(it) if proxies.contains(&res) => res = it.to_canonical(),
            _ => break,
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_of_ours_is_believed_and_nobody_else() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let ours = [address("10.0.0.1"), address("10.0.0.2")];
        let from = |peer: &str, written: &[&str]| sender(address(peer), &ours, written).to_string();
        assert_eq!(from("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            from("10.0.0.1", &["198.51.100.7", " 10.0.0.2"]),
            "198.51.100.7"
        );
        assert_eq!(from("::ffff:10.0.0.1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(from("10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        // What a visitor writes there goes before what the proxy writes.
        assert_eq!(
            from("10.0.0.1", &["203.0.113.9", "198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(from("198.51.100.7", &["203.0.113.9"]), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }
}
