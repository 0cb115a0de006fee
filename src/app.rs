//! Wires everything. `main` and the tests both build the application here and nowhere else.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    num::NonZeroU32,
};

use actix_web::{
    App as ActixApp, Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::from_fn,
    web::{self, PayloadConfig},
};

use crate::{
    applications::{self, attachments::Files},
    assessments, dashboards,
    db::Store,
    decisions,
    error::AppError,
    exports,
    identity::{
        self,
        access::{self, Access, Route},
        attempts::SignIns,
    },
    outbox, scenarios, schemes,
    web::{assets, errors, health, security, spans},
};

/// The largest body of a request, in bytes: the largest form that is taken (`core::answers`), in
/// which a letter can take three times its place on the way.
pub const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// The largest form to sign in with: it carries, written once more, the form that was sent when the
/// session had ended.
pub const LARGEST_SIGN_IN: usize = 3 * LARGEST_BODY;

/// What every request needs.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// Where attachments are kept, and who scans them.
    pub files: Files,
    /// Where municipalities reach the ministry: a line of text, such as an address; shown on the help page.
    pub contact: Option<String>,
    /// The limits on signing in.
    pub sign_ins: SignIns,
    /// The address that people use, such as `https://versterkingsgelden.example`; without it the
    /// program is used on the machine itself, over HTTP.
    pub public_url: Option<String>,
    /// The proxies in front of the program, which are believed about whom a request comes from.
    pub proxies: Vec<IpAddr>,
}

impl App {
    /// An application over this database, with its attachments.
    pub fn new(store: Store, files: Files, public_url: Option<String>) -> App {
        App {
            store,
            files,
            contact: None,
            sign_ins: SignIns::limited(NonZeroU32::new(12).unwrap_or(NonZeroU32::MIN)),
            public_url,
            proxies: Vec::new(),
        }
    }

    /// Whether people come over HTTPS, so that cookies can be kept to it.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|it| it.starts_with("https://"))
    }

    /// The name of the session's cookie; with HTTPS one that no other host can set (RFC 6265bis).
    pub fn cookie_name(&self) -> &'static str {
        if self.is_https() { "__Host-sid" } else { "sid" }
    }
}

/// Every route of the program, in the order of the domains.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/healthz", Access::Public, health::process),
        Route::get("/readyz", Access::Public, health::ready),
        Route::get(assets::ROUTE, Access::Public, assets::serve),
    ];
    routes.extend(identity::pages::routes());
    routes.extend(identity::people::pages::routes());
    routes.extend(dashboards::about::pages::routes());
    routes.extend(dashboards::start::pages::routes());
    routes.extend(schemes::pages::routes());
    routes.extend(applications::pages::routes());
    routes.extend(applications::project::pages::routes());
    routes.extend(applications::catalogue::pages::routes());
    routes.extend(applications::catalogue::choosing::pages::routes());
    routes.extend(applications::catalogue::rollup::pages::routes());
    routes.extend(applications::progress::pages::routes());
    routes.extend(assessments::pages::routes());
    routes.extend(scenarios::pages::routes());
    routes.extend(decisions::pages::routes());
    routes.extend(dashboards::finance::pages::routes());
    routes.extend(exports::pages::routes());
    routes.extend(outbox::pages::routes());
    routes.extend(outbox::mail::pages::routes());
    routes.extend(dashboards::audit::pages::routes());
    routes
}

/// The whole program as an actix service, around `app`.
pub fn build(
    app: App,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // The last wrapped runs first.
    ActixApp::new()
        .app_data(web::Data::new(app))
        .app_data(PayloadConfig::new(LARGEST_BODY))
        .app_data(web::FormConfig::default().limit(LARGEST_SIGN_IN))
        .wrap(from_fn(security::same_site))
        .wrap(from_fn(errors::as_pages))
        .wrap(from_fn(security::headers))
        .wrap(tracing_actix_web::TracingLogger::<spans::Spans>::new())
        .configure(|cfg| {
            // Routes of one path form one resource. In the order of paths `{` comes after letters,
            // so that `/a/nieuw` is found before `/a/{id}`.
            let mut by_path: BTreeMap<&str, Vec<Route>> = BTreeMap::new();
            for route in routes() {
                by_path.entry(route.path).or_default().push(route);
            }
            let gives_page = |routes: &Vec<Route>| routes.iter().any(|it| it.method == Method::GET);
            let pages: BTreeSet<&str> = by_path
                .iter()
                .filter(|(_, routes)| gives_page(routes))
                .map(|(path, _)| *path)
                .collect();
            for (path, mut routes) in by_path {
                if !gives_page(&routes) {
                    let back: Vec<Route> = routes.iter().map(|it| it.way_back(&pages)).collect();
                    routes.extend(back);
                }
                let resource = routes
                    .into_iter()
                    .fold(web::resource(path), |it, route| it.route(route.guarded()))
                    .default_service(web::to(wrong_method));
                cfg.service(resource);
            }
        })
        .default_service(web::to(nothing_here))
}

/// In the frame of whoever is signed in, as every other page.
async fn nothing_here(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, AppError> {
    if let Some(signed_in) = access::who(&app, &req, true).await? {
        req.extensions_mut().insert(signed_in.frame());
    }
    Err(AppError::NotFound)
}

async fn wrong_method() -> HttpResponse {
    HttpResponse::MethodNotAllowed().finish()
}
