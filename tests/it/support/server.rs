//! The program as people run it, and a browser as far as posting needs one: for tests in which it is
//! killed.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use super::{Browser, TestApp};

/// A browser, as far as posting needs one.
#[derive(Debug, Clone)]
pub struct Client {
    cookie: String,
    csrf: String,
}

impl Client {
    /// With the session of this browser.
    pub fn of(browser: &Browser<'_>) -> Client {
        let cookie = browser.cookie();
        Client {
            cookie: format!("{}={}", cookie.name(), cookie.value()),
            csrf: browser.csrf.clone(),
        }
    }

    /// The status, with where it sends on to or else the page; nothing if no whole answer came.
    pub fn post(
        &self,
        address: SocketAddr,
        path: &str,
        key: &str,
        fields: &[(&str, &str)],
    ) -> Option<(u16, String)> {
        self.send(address, path, "text/html", key, fields)
    }

    /// The cookie of its session, as a header carries it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Posts a body of this type; all that came back, nothing if that was nothing.
    pub fn post_form(
        &self,
        address: SocketAddr,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Option<String> {
        let mut stream = TcpStream::connect(address).ok()?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.cookie,
            body.len()
        )
        .ok()?;
        stream.write_all(body).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }

    /// As [`Client::post`], by a script that wants to be told what became of it.
    pub fn send(
        &self,
        address: SocketAddr,
        path: &str,
        accept: &str,
        key: &str,
        fields: &[(&str, &str)],
    ) -> Option<(u16, String)> {
        let hidden = [("csrf", self.csrf.as_str()), ("key", key)];
        let all: Vec<(&str, &str)> = hidden.iter().chain(fields).copied().collect();
        let body = serde_html_form::to_string(all).unwrap();
        let mut stream = TcpStream::connect(address).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nAccept: {accept}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, page) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let location = head.lines().find_map(|it| {
            it.to_lowercase()
                .strip_prefix("location: ")
                .map(str::to_owned)
        });
        Some((status, location.unwrap_or_else(|| page.to_owned())))
    }
}

/// The program, as people run it.
pub struct Server(Child);

impl Server {
    /// Starts it at an address of its own, puts that in `place`, and waits until it answers.
    pub fn start(app: &TestApp, place: &Mutex<SocketAddr>) -> Server {
        let address = free_address();
        let child = program(app)
            .args(["serve", "--listen", &address.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no server");
            thread::sleep(Duration::from_millis(5));
        }
        *place.lock().unwrap() = address;
        Server(child)
    }

    /// Ends it as a power cut does: no signal that it could hear.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, with the database of this test.
pub fn program(app: &TestApp) -> Command {
    let url = match &app.postgres_url {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", app.url.sqlite_path().unwrap()),
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_versterkingsgelden"));
    program.env("VG_DATABASE_URL", url);
    program.env("VG_DATA_DIR", app.folder());
    program
}

/// An address at which nobody listens.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
