//! What every answer says to the browser, whatever the route and whoever asks.

use actix_web::{
    cookie::Cookie,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    test,
};
use versterkingsgelden::{
    app::{self, App},
    identity::{access, actions},
    web::assets,
};

use crate::support::{TestApp, Who, World};

/// Byte for byte. Whoever changes it here says why in CHANGELOG.md: a proxy may have it, too.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Somebody of whom each route lets one in.
const PEOPLE: [Who; 8] = [
    Who::Delft,
    Who::Coordinator,
    Who::NctvReviewer,
    Who::DecisionMaker,
    Who::SzwDecisionMaker,
    Who::Finance,
    Who::Auditor,
    Who::Administrator,
];

/// Asks every route as a visitor and as everybody, and looks at what each answer carries.
async fn every_answer_carries(app: &TestApp, public_url: Option<&str>) {
    let world = World::new(app).await;
    let served = App {
        public_url: public_url.map(str::to_owned),
        ..app.app.clone()
    };
    let mut tokens = vec![None];
    for who in PEOPLE {
        let token = access::fresh_token();
        let id = access::session_id(&token);
        app.act(world.actor(who), move |tx| actions::sign_in(tx, &id))
            .await;
        tokens.push(Some(token));
    }
    let service = test::init_service(app::build(served.clone())).await;
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for route in app::routes() {
        let path = route.path.split('/').map(|it| match it.starts_with('{') {
            true => "00000000000070008000000000000000",
            false => it,
        });
        let path = path.collect::<Vec<_>>().join("/");
        for token in &tokens {
            let request = request(&served, &route.method, &path, token.as_deref());
            let response = test::call_service(&service, request.to_request()).await;
            let (status, headers) = (response.status(), response.headers());
            *statuses.entry(status.as_u16()).or_default() += 1;
            let what = format!("{} {path}: {status}", route.method);
            assert!(!status.is_server_error(), "{what}");
            for (name, value) in ALWAYS {
                assert_eq!(all(headers, name), [value], "{name} of {what}");
            }
            let https = public_url.is_some_and(|it| it.starts_with("https://"));
            let expected = ["max-age=31536000; includeSubDomains"];
            let expected = if https { &expected[..] } else { &[] };
            assert_eq!(
                all(headers, "strict-transport-security"),
                expected,
                "{what}"
            );
            assert_eq!(all(headers, "cache-control"), ["no-store"], "{what}");
        }
    }
    // Not only doors: pages, forms, redirections and refusals have been among them.
    for status in [200, 303, 400, 401, 403, 404] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
}

fn all<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let found = headers.get_all(name);
    found.map(|it| it.to_str().unwrap()).collect()
}

fn request(app: &App, method: &Method, path: &str, token: Option<&str>) -> test::TestRequest {
    let origin = app.public_url.as_deref().unwrap_or("http://localhost");
    let mut request = test::TestRequest::default()
        .method(method.clone())
        .uri(path)
        .insert_header((header::ORIGIN, origin))
        .insert_header((header::HOST, "localhost"));
    if let Some(token) = token {
        request = request.cookie(Cookie::new(app.cookie_name(), token.to_owned()));
    }
    request
}

async fn file(app: &App, path: &str) -> (StatusCode, HeaderMap) {
    let service = test::init_service(app::build(app.clone())).await;
    let request = request(app, &Method::GET, path, None).to_request();
    let response = test::call_service(&service, request).await;
    (response.status(), response.headers().clone())
}

#[actix_web::test]
async fn every_route_sends_the_same_headers_over_http() {
    every_answer_carries(&TestApp::sqlite(), None).await;
}

#[actix_web::test]
async fn every_route_sends_the_same_headers_and_hsts_over_https() {
    every_answer_carries(
        &TestApp::sqlite(),
        Some("https://versterkingsgelden.example"),
    )
    .await;
}

/// What is under its hash is kept; nothing else is.
#[actix_web::test]
async fn only_a_file_under_its_own_hash_is_kept() {
    let app = TestApp::sqlite();
    for name in ["app.css", "theme.css", "app.js", "favicon.svg"] {
        let address = assets::address(name);
        let (status, headers) = file(&app.app, &address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert_eq!(
            all(&headers, "cache-control"),
            ["public, max-age=31536000, immutable"],
            "{address}"
        );
        let old = format!("/static/0123456789abcdef/{name}");
        let (status, headers) = file(&app.app, &old).await;
        assert_eq!(status, StatusCode::OK, "{old}");
        assert_eq!(all(&headers, "cache-control"), ["no-cache"], "{old}");
        for (name, value) in ALWAYS {
            assert_eq!(all(&headers, name), [value], "{name} of {old}");
        }
    }
}
