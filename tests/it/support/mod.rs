//! One [`TestApp`] per test: its own database, the real routes, no network, a clock that stands
//! still. [`on_both!`] runs a test on both databases. [`World`] is the setting of most stories.
mod application;
pub mod postgres;
pub mod projects;
pub mod server;
mod world;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use actix_web::{
    body::to_bytes,
    cookie::Cookie,
    dev::ServiceResponse,
    http::{StatusCode, header},
    test,
};
use chrono::NaiveDateTime;
use versterkingsgelden::{
    app::{self, App},
    applications::attachments::{Files, storage::Storage},
    core::actor::Actor,
    db::{
        Conn, DatabaseUrl, Listener, Options, Store, Tx,
        clock::{Clock, IdSource},
    },
    error::AppError,
    identity::{self, access},
};

pub use application::{AProject, AnApplication, a_row, section_answers};
pub use world::{Who, World, plan};

/// Runs one test on SQLite and on PostgreSQL: `on_both! { async fn name(app: TestApp) { … } }`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;
            async fn story($app: $crate::support::TestApp) $body
            #[actix_web::test]
            async fn sqlite() {
                story($crate::support::TestApp::sqlite()).await;
            }
            #[actix_web::test]
            async fn postgres() {
                story($crate::support::TestApp::postgres()).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// The moment at which stories begin: during the main window of [`World`].
pub fn morning() -> NaiveDateTime {
    moment("2026-09-15T08:00:00")
}

/// A moment in UTC.
pub fn moment(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// The application over a database of its own.
pub struct TestApp {
    /// The application itself.
    pub app: App,
    /// The address of its database.
    pub url: DatabaseUrl,
    clock: Clock,
    statements: Arc<Mutex<Vec<String>>>,
    dir: tempfile::TempDir,
    /// The address of its database on a server.
    pub postgres_url: Option<String>,
    number: u32,
}

/// An application's routes, ready to answer.
type Routes = Rc<dyn Fn(test::TestRequest) -> Pin<Box<dyn Future<Output = ServiceResponse>>>>;

static NUMBERS: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// The routes of each [`TestApp::number`]. There are hundreds, and most tests send many requests.
    static BUILT: RefCell<BTreeMap<u32, Routes>> = RefCell::default();
}

/// What came back.
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body as text.
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
    /// Where it sends on to.
    pub location: String,
    /// The cookies it sets.
    pub cookies: Vec<Cookie<'static>>,
}

impl TestApp {
    /// On SQLite, in a file.
    pub fn sqlite() -> TestApp {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("test.db").display());
        TestApp::open(&url, dir, None)
    }

    /// On PostgreSQL, in a copy of a migrated template.
    pub fn postgres() -> TestApp {
        postgres::template(|url| {
            let url = DatabaseUrl::parse(url).unwrap();
            drop(Store::open(&url, Options::default()).unwrap());
        });
        let url = postgres::fresh_database();
        TestApp::open(&url, tempfile::tempdir().unwrap(), Some(url.clone()))
    }

    fn open(url: &str, dir: tempfile::TempDir, postgres_url: Option<String>) -> TestApp {
        let url = DatabaseUrl::parse(url).unwrap();
        let clock = Clock::fixed(morning());
        let statements: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&statements);
        let options = Options {
            clock: clock.clone(),
            ids: IdSource::seeded(1),
            listener: Some(Listener::new(move |text| {
                heard.lock().unwrap().push(text.to_owned())
            })),
            patience: std::time::Duration::from_secs(60),
            ..Options::default()
        };
        let store = Store::open(&url, options).unwrap();
        TestApp {
            app: App::new(store, files(&dir), None),
            url,
            clock,
            statements,
            dir,
            postgres_url,
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// The folder of what it keeps beside its database.
    pub fn folder(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Moves the clock.
    pub fn at(&self, moment: NaiveDateTime) {
        self.clock.set(moment);
    }

    /// Does a use case as somebody, or says why not.
    pub async fn try_as<T: Send + 'static>(
        &self,
        actor: &Actor,
        f: impl Fn(&mut Tx<'_>) -> Result<T, AppError> + Send + Sync + 'static,
    ) -> Result<T, AppError> {
        self.app.store.write(actor, f).await
    }

    /// Does a use case as somebody; it has to succeed.
    pub async fn act<T: Send + 'static>(
        &self,
        actor: &Actor,
        f: impl Fn(&mut Tx<'_>) -> Result<T, AppError> + Send + Sync + 'static,
    ) -> T {
        self.try_as(actor, f).await.unwrap()
    }

    /// Reads; it has to succeed.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        self.app.store.read(f).await.unwrap()
    }

    /// The application, to change what it is made of.
    pub fn changed(&mut self) -> &mut App {
        BUILT.with_borrow_mut(|it| it.remove(&self.number));
        &mut self.app
    }

    async fn routes(&self) -> Routes {
        if let Some(built) = BUILT.with_borrow(|it| it.get(&self.number).cloned()) {
            return built;
        }
        let service = Rc::new(test::init_service(app::build(self.app.clone())).await);
        let answer = move |request: test::TestRequest| {
            let service = Rc::clone(&service);
            let answered: Pin<Box<dyn Future<Output = ServiceResponse>>> = Box::pin(async move {
                let response = test::call_service(&*service, request.to_request()).await;
                response.map_into_boxed_body()
            });
            answered
        };
        let built: Routes = Rc::new(answer);
        BUILT.with_borrow_mut(|it| it.insert(self.number, Rc::clone(&built)));
        built
    }

    /// Sends a request as it is; every page that comes back has to be sound HTML.
    pub async fn send(&self, request: test::TestRequest) -> Reply {
        let routes = self.routes().await;
        let response = routes(request).await;
        let text = |name: header::HeaderName| {
            response
                .headers()
                .get(name)
                .map(|it| it.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let (status, location) = (response.status(), text(header::LOCATION));
        let is_page = text(header::CONTENT_TYPE).starts_with("text/html");
        let cookies = response
            .response()
            .cookies()
            .map(Cookie::into_owned)
            .collect();
        let bytes = to_bytes(response.into_body()).await.ok().unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        if is_page {
            crate::html::assert_sound(&body);
        }
        Reply {
            status,
            body,
            bytes: bytes.to_vec(),
            location,
            cookies,
        }
    }

    /// A browser in which this person has signed in.
    pub async fn browser(&self, actor: &Actor) -> Browser<'_> {
        let token = access::fresh_token();
        let id = access::session_id(&token);
        self.act(actor, move |tx| identity::actions::sign_in(tx, &id))
            .await;
        Browser {
            app: self,
            csrf: access::csrf(&token),
            token,
        }
    }

    /// The statements that `f` runs, with their values.
    pub async fn heard<T>(&self, f: impl Future<Output = T>) -> (T, Vec<String>) {
        self.statements.lock().unwrap().clear();
        let res = f.await;
        let heard = std::mem::take(&mut *self.statements.lock().unwrap());
        (res, heard)
    }

    /// How many statements `f` needs.
    pub async fn statements<T>(&self, f: impl Future<Output = T>) -> (T, usize) {
        let (res, heard) = self.heard(f).await;
        (res, heard.len())
    }
}

/// Attachments in a folder of this one, without a scanner.
pub fn files(dir: &tempfile::TempDir) -> Files {
    Files {
        storage: Storage::in_folder(dir.path().join("attachments")).unwrap(),
        scanner: None,
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Now: when the thread ends, what the routes need to end in order may be gone.
        BUILT.with_borrow_mut(|it| it.remove(&self.number));
        if let Some(url) = &self.postgres_url {
            postgres::drop_database(url);
        }
    }
}

/// Somebody's browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    token: String,
    /// The token of their forms.
    pub csrf: String,
}

impl Browser<'_> {
    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Reply {
        let request = test::TestRequest::get().uri(path);
        self.app.send(request.cookie(self.cookie())).await
    }

    /// Asks for a page that has to be there.
    pub async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
        reply.body
    }

    /// Posts a form with these fields, as a browser does, with a key of its own.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post_with_key(path, &access::fresh_token(), fields)
            .await
    }

    /// Posts a form that carries this key: twice the same key is the same form sent twice.
    pub async fn post_with_key(&self, path: &str, key: &str, fields: &[(&str, &str)]) -> Reply {
        let hidden = [("csrf", self.csrf.as_str()), ("key", key)];
        let all: Vec<(&str, &str)> = hidden.iter().chain(fields).copied().collect();
        let request = test::TestRequest::post()
            .uri(path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form(all);
        self.app.send(request.cookie(self.cookie())).await
    }

    /// Posts what stands in a form as the script does that saves while one types; `at` counts the saves
    /// of the form with this key.
    pub async fn type_in(&self, path: &str, key: &str, at: u32, fields: &[(&str, &str)]) -> Reply {
        let at = at.to_string();
        let hidden = [
            ("csrf", self.csrf.as_str()),
            ("key", key),
            ("volgnummer", &at),
        ];
        let all: Vec<(&str, &str)> = hidden.iter().chain(fields).copied().collect();
        let request = test::TestRequest::post()
            .uri(path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header((header::ACCEPT, "application/json"))
            .set_form(all);
        self.app.send(request.cookie(self.cookie())).await
    }

    /// Posts a form with this file in it, as a browser does.
    pub async fn upload(&self, path: &str, file: &[u8]) -> Reply {
        let request = self.upload_request(path, &self.csrf, file);
        self.app.send(request.cookie(self.cookie())).await
    }

    /// Such a form as a request, with this token and without a cookie.
    pub fn upload_request(&self, path: &str, csrf: &str, file: &[u8]) -> test::TestRequest {
        let mut body = Vec::new();
        for (name, text) in [("csrf", csrf), ("key", &access::fresh_token())] {
            body.extend_from_slice(
                format!(
                    "--grens\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(b"--grens\r\ncontent-disposition: form-data; name=\"bestand\"; filename=\"../begroting.xlsx\"\r\ncontent-type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--grens--\r\n");
        test::TestRequest::post()
            .uri(path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header((header::CONTENT_TYPE, "multipart/form-data; boundary=grens"))
            .set_payload(body)
    }

    /// The cookie of their session.
    pub fn cookie(&self) -> Cookie<'static> {
        Cookie::new(self.app.app.cookie_name(), self.token.clone())
    }
}
