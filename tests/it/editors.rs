//! Forty editors at nineteen applications, two windows each, over HTTP: they type, save by hand and by
//! script, send twice and too late, lose answers, are signed out in the middle, and meanwhile the server
//! is killed again and again. Whoever meets another's text puts both together. In the end the plain
//! model holds: every word that anybody typed is there, once.
//!
//! `VG_EDITORS_SECONDS` is how long it runs on each database (4 by default), `VG_EDITORS_SEED` begins the
//! choices elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    net::SocketAddr,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use versterkingsgelden::{
    applications::{Application, drafting, project, section::SectionName, state::State, store},
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
    db::clock::Clock,
    identity::access,
    schemes::{
        WindowKind,
        actions::{NewWindow, set_window},
    },
};

use crate::support::{
    TestApp, Who, World, moment, on_both,
    server::{Client, Server, free_address},
};

const APPLICATIONS: usize = 19;
const EDITORS: usize = 40;
/// How often somebody can be signed out.
const SESSIONS: usize = 4;
/// The most rows that one editor adds to a budget.
const ROWS: usize = 2;

on_both! {
    async fn not_a_word_is_missing(app: TestApp) {
        let seconds = number("VG_EDITORS_SECONDS", 4);
        let world = World::new(&app).await;
        let parts = parts(&app, &world).await;
        app.at(Clock::System.now());
        let mut people = Vec::new();
        for at in 0..EDITORS {
            people.push(sessions(&app, &world, at).await);
        }
        let address = Mutex::new(free_address());
        let mut server = Server::start(&app, &address);
        // Who goes on for long does not write a thousand times as much: a field holds some pages.
        let pause = Duration::from_millis(seconds / 4);
        let begun = Instant::now();
        let until = begun + Duration::from_secs(seconds);
        let (typed, restarts) = thread::scope(|scope| {
            let threads: Vec<_> = people
                .into_iter()
                .enumerate()
                .map(|(at, sessions)| {
                    let (app, address) = (&app, &address);
                    let part = parts[at % APPLICATIONS][at / APPLICATIONS % 2].clone();
                    scope.spawn(move || {
                        let mut editor = Editor::new(app, address, at, part, sessions);
                        while Instant::now() < until {
                            editor.act();
                            thread::sleep(pause);
                        }
                        editor.finish()
                    })
                })
                .collect();
            let mut restarts = 0;
            while threads.iter().any(|it| !it.is_finished()) {
                thread::sleep(Duration::from_millis(700 + restarts * 131 % 900));
                if Instant::now() < until {
                    server.kill();
                    server = Server::start(&app, &address);
                    restarts += 1;
                }
            }
            let typed: Vec<Typed> = threads.into_iter().flat_map(|it| it.join().unwrap()).collect();
            (typed, restarts)
        });
        server.kill();
        println!("{} words, {restarts} restarts, {:?}", typed.len(), begun.elapsed());
        assert!(EDITORS * 3 < typed.len() && 1 < restarts, "{} {restarts}", typed.len());
        check(&app, &typed).await;
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |it| it.parse().unwrap())
}

/// A part that somebody writes in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Section(ApplicationId),
    Project(ApplicationId, ProjectId),
}

impl Part {
    fn address(&self) -> String {
        match self {
            Part::Section(id) => format!("/aanvragen/{id}/onderdelen/analysis"),
            Part::Project(id, project) => format!("/aanvragen/{id}/projecten/{project}"),
        }
    }

    fn fields(&self) -> &'static [&'static str] {
        match self {
            Part::Section(_) => &["dreiging", "behoefte", "weerbaarheid", "geleerd"],
            Part::Project(..) => &["titel", "doelgroep", "activiteiten"],
        }
    }

    /// As it is stored: its version and what was typed.
    fn stored(&self, app: &TestApp) -> (i32, Answers) {
        let of = self.clone();
        let read = app.read(move |conn| match &of {
            Part::Section(id) => {
                let mut all = drafting::store::sections(conn, id)?;
                let it = all.remove(&SectionName::Analysis).unwrap_or_default();
                Ok((it.version, it.answers))
            }
            Part::Project(_, project) => {
                let it = project::store::draft(conn, project)?;
                Ok((it.version, it.answers))
            }
        });
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(read)
    }
}

/// The analysis and a project of each application; its editors share one of the two.
async fn parts(app: &TestApp, world: &World) -> Vec<[Part; 2]> {
    let mut parts = Vec::new();
    for number in 0..APPLICATIONS {
        let of = world.clone();
        let window = app
            .act(world.actor(Who::Coordinator), move |tx| {
                let new = NewWindow {
                    cycle: of.cycle.clone(),
                    kind: WindowKind::Main,
                    name: format!("Tijdvak {number}"),
                    opens_at: moment("2026-09-01T00:00:00"),
                    closes_at: moment("2126-09-01T00:00:00"),
                };
                set_window(tx, &new)
            })
            .await;
        let of = world.clone();
        let lead = [Who::Delft, Who::Gouda, Who::Huizen][number % 3];
        let part = app
            .act(world.actor(lead), move |tx| {
                let application = Application {
                    id: tx.new_id(),
                    reference: format!("VG-2027-{number:04}"),
                    window_id: window.clone(),
                    region_id: of.regions[number % 3].clone(),
                    lead_municipality_id: of.leads[number % 3].clone(),
                    parent_id: None,
                    copied_from: None,
                    signing_id: None,
                    state: State::Draft,
                    latest_version: 0,
                    submitted_at: None,
                    created_at: tx.now,
                    updated_at: tx.now,
                    version: 1,
                };
                store::insert(tx, &application)?;
                let project = project::actions::add(tx, &application.id)?;
                let id = application.id;
                Ok([Part::Section(id.clone()), Part::Project(id, project)])
            })
            .await;
        parts.push(part);
    }
    parts
}

/// Several sessions of one editor: when one ends they go on in the next.
async fn sessions(app: &TestApp, world: &World, at: usize) -> Vec<Client> {
    let who = match (at % APPLICATIONS % 3, at / APPLICATIONS) {
        (0, 0) => Who::Delft,
        (0, _) => Who::DelftEditor,
        (1, _) => Who::Gouda,
        _ => Who::Huizen,
    };
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        sessions.push(Client::of(&app.browser(world.actor(who)).await));
    }
    sessions
}

/// A word that was typed, and where.
#[derive(Debug, Clone)]
struct Typed {
    part: Part,
    /// The field, or `regel` for the name of a new row.
    field: &'static str,
    word: String,
}

/// A page with a form in a window.
#[derive(Debug, Clone)]
struct Form {
    key: String,
    version: i32,
    sequence: u32,
    answers: Answers,
    /// Whether something stands in it that nobody said to have.
    is_dirty: bool,
}

/// What was sent.
#[derive(Debug, Clone)]
struct Sent {
    key: String,
    version: i32,
    sequence: u32,
    answers: Answers,
}

struct Editor<'a> {
    app: &'a TestApp,
    address: &'a Mutex<SocketAddr>,
    number: usize,
    part: Part,
    sessions: Vec<Client>,
    windows: [Form; 2],
    typed: Vec<Typed>,
    /// Something sent before, that comes again or too late.
    before: Option<Sent>,
    rows: usize,
    chance: u64,
}

impl<'a> Editor<'a> {
    fn new(
        app: &'a TestApp,
        address: &'a Mutex<SocketAddr>,
        number: usize,
        part: Part,
        sessions: Vec<Client>,
    ) -> Editor<'a> {
        let windows = [open(app, &part), open(app, &part)];
        let seed = self::number("VG_EDITORS_SEED", 1) * 1000 + u64::try_from(number).unwrap();
        Editor {
            app,
            address,
            number,
            part,
            sessions,
            windows,
            typed: Vec::new(),
            before: None,
            rows: 0,
            chance: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        }
    }

    /// A number below `most`.
    fn choose(&mut self, most: u64) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        usize::try_from(self.chance % most).unwrap()
    }

    fn act(&mut self) {
        let at = self.choose(2);
        match self.choose(20) {
            0..=9 => self.type_in(at),
            10..=14 => self.save(at),
            15 => self.save_by_hand(at),
            16 => self.send_again(),
            17 if !self.windows[at].is_dirty => self.windows[at] = open(self.app, &self.part),
            18 if self.choose(8) == 0 => self.sign_out(),
            _ => thread::sleep(Duration::from_millis(3)),
        }
    }

    fn type_in(&mut self, at: usize) {
        let word = format!("<{}.{}>", self.number, self.typed.len());
        let is_row = matches!(self.part, Part::Project(..)) && self.choose(12) == 0;
        let field = if is_row && self.rows < ROWS {
            let Some(row) = self.free_row(at) else { return };
            self.rows += 1;
            self.windows[at]
                .answers
                .set(format!("regel.{row}.omschrijving"), &*word);
            "regel"
        } else {
            let fields = self.part.fields();
            let field = fields[self.choose(u64::try_from(fields.len()).unwrap())];
            let text = format!("{}{word}", self.windows[at].answers.get(field));
            self.windows[at].answers.set(field, text);
            field
        };
        self.windows[at].is_dirty = true;
        self.typed.push(Typed {
            part: self.part.clone(),
            field,
            word,
        });
    }

    fn free_row(&self, at: usize) -> Option<u32> {
        let answers = &self.windows[at].answers;
        (1..=40).find(|row| answers.get(&format!("regel.{row}.omschrijving")).is_empty())
    }

    /// As the script saves.
    fn save(&mut self, at: usize) {
        let form = &mut self.windows[at];
        form.sequence += 1;
        let sent = Sent {
            key: form.key.clone(),
            version: form.version,
            sequence: form.sequence,
            answers: form.answers.clone(),
        };
        let answer = self.send(&sent);
        if self.choose(3) == 0 {
            self.before = Some(sent.clone());
        }
        // Now and then the answer is lost on the way.
        let Some(answer) = answer.filter(|_| self.choose(5) != 0) else {
            return;
        };
        self.take_in(at, &answer);
    }

    /// Goes on from what was answered; where another wrote in the same field, both texts are kept.
    fn take_in(&mut self, at: usize, answer: &Value) {
        let form = &mut self.windows[at];
        for (from, to) in answer["verplaatst"].as_object().unwrap() {
            let to = to.as_str().unwrap();
            let row: Vec<(String, String)> = form
                .answers
                .starting_with(from)
                .map(|(name, text)| (name.replacen(from.as_str(), to, 1), text.to_owned()))
                .collect();
            for (name, text) in row {
                form.answers.set(name, text);
            }
        }
        for (name, text) in answer["velden"].as_object().unwrap() {
            form.answers.set(name.as_str(), text.as_str().unwrap());
        }
        form.is_dirty = false;
        for clash in answer["botsingen"].as_array().unwrap() {
            let (name, theirs) = (
                clash["veld"].as_str().unwrap(),
                clash["hun"].as_str().unwrap(),
            );
            let own: String = words(form.answers.get(name))
                .into_iter()
                .filter(|it| !theirs.contains(it.as_str()))
                .collect();
            form.answers.set(name, format!("{theirs}{own}"));
            form.is_dirty = true;
        }
        form.version = i32::try_from(answer["versie"].as_i64().unwrap()).unwrap();
    }

    /// With a button; then the page is opened again.
    fn save_by_hand(&mut self, at: usize) {
        let form = &mut self.windows[at];
        form.sequence += 1;
        let with_script = form.sequence.is_multiple_of(2);
        let (version, sequence) = (form.version.to_string(), form.sequence.to_string());
        let mut fields: Vec<(&str, &str)> = form.answers.iter().collect();
        fields.extend([("versie", version.as_str()), ("actie", "bewaar")]);
        if with_script {
            fields.push(("volgnummer", &sequence));
        }
        let path = self.part.address();
        let address = *self.address.lock().unwrap();
        let client = self.sessions.last().unwrap();
        let mut answer = client.post(address, &path, &form.key, &fields);
        if form.sequence.is_multiple_of(3) {
            answer = client.post(address, &path, &form.key, &fields); // clicked twice
        }
        match answer {
            Some((303, _)) => self.windows[at] = open(self.app, &self.part),
            Some((401, _)) => self.sign_in(),
            // In a conflict the script goes on: its answer names both texts.
            Some((408 | 409 | 503, _)) | None => {}
            Some((status, body)) => panic!("{path}: {status}\n{body}"),
        }
    }

    fn send_again(&mut self) {
        if let Some(sent) = self.before.take() {
            self.send(&sent);
        }
    }

    /// The answer; nothing if there was none, or if one has to sign in first.
    fn send(&mut self, sent: &Sent) -> Option<Value> {
        let (version, sequence) = (sent.version.to_string(), sent.sequence.to_string());
        let mut fields: Vec<(&str, &str)> = sent.answers.iter().collect();
        fields.extend([("versie", version.as_str()), ("volgnummer", &sequence)]);
        let path = self.part.address();
        let address = *self.address.lock().unwrap();
        let client = self.sessions.last().unwrap();
        match client.send(address, &path, "application/json", &sent.key, &fields)? {
            (200, body) => Some(body_of(&body)),
            (401, _) => {
                self.sign_in();
                None
            }
            (408 | 503, _) => None,
            (status, body) => panic!("{path}: {status}\n{body}"),
        }
    }

    /// The session ends, and the editor does not know.
    fn sign_out(&mut self) {
        if 1 < self.sessions.len() {
            let address = *self.address.lock().unwrap();
            let client = self.sessions.last().unwrap();
            client.post(address, "/uitloggen", &access::fresh_token(), &[]);
        }
    }

    fn sign_in(&mut self) {
        assert!(1 < self.sessions.len(), "signed out for good");
        self.sessions.pop();
    }

    /// Saves until all is saved.
    fn finish(mut self) -> Vec<Typed> {
        let begun = Instant::now();
        while let Some(at) = (0..2).find(|at| self.windows[*at].is_dirty) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "editor {}",
                self.number
            );
            self.save(at);
        }
        self.typed
    }
}

/// The page, as somebody opens it now.
fn open(app: &TestApp, part: &Part) -> Form {
    let (version, mut answers) = part.stored(app);
    for field in part.fields() {
        if answers.get(field).is_empty() {
            answers.set(*field, "");
        }
    }
    Form {
        key: access::fresh_token(),
        version,
        sequence: 0,
        answers,
        is_dirty: false,
    }
}

/// An answer may come in pieces, with the length of each on a line of its own.
fn body_of(body: &str) -> Value {
    let start = body.find('{').unwrap();
    let end = body.rfind('}').unwrap();
    serde_json::from_str(&body[start..=end]).unwrap()
}

/// `<1.2><3.4>` -> `<1.2>`, `<3.4>`.
fn words(text: &str) -> Vec<String> {
    text.split_inclusive('>').map(str::to_owned).collect()
}

/// The plain model: per field the set of all words that were typed in it.
async fn check(app: &TestApp, typed: &[Typed]) {
    let mut model: BTreeMap<(&Part, &str), BTreeSet<&str>> = BTreeMap::new();
    for it in typed {
        model
            .entry((&it.part, it.field))
            .or_default()
            .insert(&it.word);
    }
    for ((part, field), expected) in model {
        let of = part.clone();
        let app_part = thread::scope(|scope| scope.spawn(|| of.stored(app)).join().unwrap());
        let answers = app_part.1;
        let text: String = match field {
            "regel" => answers
                .starting_with("regel.")
                .filter(|(name, _)| name.ends_with(".omschrijving"))
                .map(|(_, text)| text)
                .collect(),
            field => answers.get(field).to_owned(),
        };
        let found = words(&text);
        let unique: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(unique, expected, "{part:?} {field}: {text}");
        assert_eq!(unique.len(), found.len(), "{part:?} {field}: {text}");
    }
}
