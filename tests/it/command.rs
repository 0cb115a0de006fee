//! The program as others use it: what it prints, the files it writes, the status it ends with.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use actix_web::{cookie::Cookie, http::StatusCode, test as server};
use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query,
};
use versterkingsgelden::{
    app::{self, App},
    dashboards::audit::checks::CHECKS,
    db::{DatabaseUrl, Options, Store},
    exports::sha256,
    identity::{self, access},
};

use crate::support::postgres::{drop_database, empty_database};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_versterkingsgelden"));
    command.args(arguments).env_remove("RUST_LOG");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VG_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A demo that was filled once, and is only read or copied.
struct Demo {
    dir: tempfile::TempDir,
    printed: String,
    worked: Duration,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let mut child = program(&["demo", "--no-serve", "--data", dir.path().to_str().unwrap()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = String::new();
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_to_string(&mut printed).unwrap();
    // It has closed its output, and is not waited for yet: Linux still knows how long it worked.
    let worked = processor_time(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0), "{printed}");
    Demo {
        dir,
        printed,
        worked,
    }
});

/// How long the processors worked for a process: other than the time on the clock it hardly depends on
/// what else the machine does.
fn processor_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name of the program, in brackets, may hold anything; user and system time are the twelfth
    // and thirteenth after it, in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    let hundredths = fields.skip(11).take(2).map(|it| it.parse::<u64>().unwrap());
    Duration::from_millis(10 * hundredths.sum::<u64>())
}

impl Demo {
    fn path(&self) -> PathBuf {
        self.dir.path().join("demo.db")
    }

    /// A copy of its own, for whoever changes something.
    fn copy(&self, name: &str) -> PathBuf {
        let to = self.dir.path().join(name);
        for suffix in ["", "-wal"] {
            let from = format!("{}{suffix}", self.path().display());
            if Path::new(&from).exists() {
                fs::copy(from, format!("{}{suffix}", to.display())).unwrap();
            }
        }
        to
    }
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[test]
fn the_demo_prints_its_table_and_ends() {
    let printed = &DEMO.printed;
    for word in [
        "aangevraagd",
        "subsidiabel",
        "toegekend",
        "vrij",
        "Basis op orde",
        "Preventie",
        "Eenjarig flexibel",
        "Reserve",
        "samen",
        "Gevuld in ",
    ] {
        assert!(printed.contains(word), "{word}\n{printed}");
    }
    // Without optimisation, as here, too.
    let worked = DEMO.worked;
    assert!(
        Duration::ZERO < worked && worked < Duration::from_secs(10),
        "{worked:?}"
    );
}

#[test]
fn the_demo_prints_the_same_figures_each_time() {
    let demo = || {
        let dir = tempfile::tempdir().unwrap();
        let output = run(&[
            "demo",
            "--no-serve",
            "--json",
            "--data",
            dir.path().to_str().unwrap(),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let once = demo();
    assert_eq!(once, demo());
    let lines: Vec<serde_json::Value> = serde_json::from_str(&once).unwrap();
    assert_eq!(lines.len(), 6 + 1 + 6, "{once}");
}

/// Runs SQL on a database of which the guards were taken away, as somebody with all rights could.
fn tamper(path: &Path, sql: &str) {
    #[derive(diesel::QueryableByName)]
    struct Trigger {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let triggers: Vec<Trigger> = sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .load(&mut conn)
        .unwrap();
    assert!(!triggers.is_empty());
    for it in triggers {
        conn.batch_execute(&format!("DROP TRIGGER {}", it.name))
            .unwrap();
    }
    let changed = sql_query(sql).execute(&mut conn).unwrap();
    assert_eq!(changed, 1, "{sql}");
}

#[test]
fn verify_passes_on_the_demo_and_finds_one_byte_or_one_amount() {
    let verify = |path: &Path, what: &str| {
        let output = run(&["verify", what, "--database-url", &url(path)]);
        (output.status.code(), said(&output))
    };
    let demo = &DEMO;
    let sound = verify(&demo.path(), "all");
    assert_eq!(sound.0, Some(0), "{}", sound.1);
    for name in ["allocations", "journal", "audit"] {
        assert!(sound.1.contains(&format!("{name}: klopt")), "{}", sound.1);
    }
    let last = "(SELECT MAX(id) FROM audit_facts)";
    let middle = "(SELECT id FROM audit_facts ORDER BY id LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM audit_facts))";
    let entry = "(SELECT id FROM journal_entries ORDER BY id LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM journal_entries))";
    // What is done, and which verification says so; the guards alone are missed by nobody.
    let tamperings = [
        (
            "UPDATE audit_heads SET seq = seq WHERE stream = (SELECT MIN(stream) FROM audit_heads)"
                .to_owned(),
            None,
        ),
        (
            format!(
                "UPDATE audit_facts SET detail = replace(detail, '}}', ' }}') WHERE id = {middle}"
            ),
            Some("audit"),
        ),
        (
            format!(
                "UPDATE audit_facts SET actor_name = 'x' || substr(actor_name, 2) WHERE id = {last}"
            ),
            Some("audit"),
        ),
        (
            format!(
                "UPDATE journal_entries SET amount_cents = amount_cents + 1 WHERE id = {entry}"
            ),
            Some("journal"),
        ),
    ];
    for (number, (sql, found)) in tamperings.iter().enumerate() {
        let copy = demo.copy(&format!("tampered-{number}.db"));
        tamper(&copy, sql);
        let (status, said) = verify(&copy, "all");
        assert_eq!(status, Some(i32::from(found.is_some())), "{sql}\n{said}");
        if let Some(name) = found {
            assert!(
                said.contains(&format!("{name}: klopt niet")),
                "{sql}\n{said}"
            );
        }
    }
}

/// A file as finance downloads it, with its headers.
async fn downloaded(app: &App, token: &str, address: &str) -> (Vec<u8>, String, String) {
    let service = server::init_service(app::build(app.clone())).await;
    let request = server::TestRequest::get()
        .uri(address)
        .cookie(Cookie::new(app.cookie_name(), token.to_owned()));
    let response = server::call_service(&service, request.to_request()).await;
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    let header = |name: &str| {
        let found = response.headers().get(name);
        found.map_or("", |it| it.to_str().unwrap()).to_owned()
    };
    let (totals, rows) = (header("x-control-totals"), header("x-row-count"));
    let bytes = server::read_body(response).await;
    (bytes.to_vec(), totals, rows)
}

/// Both ways give the same bytes and totals: with a day, where also the moment in the file is the
/// same; and as things stand, where it is in the file of the table only.
#[actix_web::test]
async fn export_writes_what_the_page_downloads() {
    let copy = DEMO.copy("exports.db");
    let address = DatabaseUrl::parse(&url(&copy)).unwrap();
    let store = Store::open(&address, Options::default()).unwrap();
    let finance = store
        .read(|conn| identity::store::actor_by_email(conn, "financien@demo.example"))
        .await
        .unwrap();
    let token = access::fresh_token();
    let id = access::session_id(&token);
    store
        .write(&finance, move |tx| identity::actions::sign_in(tx, &id))
        .await
        .unwrap();
    let now = store.now();
    let app = App::new(store, crate::support::files(&DEMO.dir), None);
    // The finished cycle was decided on two Decembers ago: a day on which a part of it was booked.
    let first: i32 = now.format("%Y").to_string().parse().unwrap();
    let days = [
        format!("{}-12-31", first - 2),
        format!("{}-12-31", first - 1),
    ];
    let mut different = std::collections::BTreeSet::new();
    for name in ["toekenningen", "begroting", "boekingen"] {
        for (format, day) in [
            ("csv", ""),
            ("csv", &days[0]),
            ("csv", &days[1]),
            ("csv-excel", &days[1]),
            ("xlsx", &days[1]),
            ("json", &days[1]),
        ] {
            let file = DEMO.dir.path().join(format!("{name}{day}.{format}"));
            let mut arguments = vec![
                "export",
                name,
                "--format",
                format,
                "--output",
                file.to_str().unwrap(),
                "--json",
            ];
            if !day.is_empty() {
                arguments.extend(["--as-of", day]);
            }
            let database = url(&copy);
            arguments.extend(["--database-url", &database]);
            let output = run(&arguments);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let bytes = fs::read(&file).unwrap();
            let page = format!("/exports/{name}?formaat={format}&per={day}");
            let (expected, totals, rows) = downloaded(&app, &token, &page).await;
            assert_eq!(bytes, expected, "{page}");
            let listed: Vec<String> = told["totalen"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| format!("{}={}", it[0].as_str().unwrap(), it[1].as_str().unwrap()))
                .collect();
            assert_eq!(listed.join("; "), totals, "{page}");
            assert_eq!(told["aantal_regels"].to_string(), rows, "{page}");
            assert_eq!(told["sha256"], sha256(&bytes), "{page}");
            assert!(!bytes.is_empty() && rows != "0", "{page}");
            if format == "csv" {
                different.insert((name, bytes));
            }
        }
    }
    // Each day has its own figures; what was awarded and booked since is not in those of before.
    assert!(7 <= different.len(), "{}", different.len());
}

#[test]
fn wrong_usage_ends_with_2_and_names_the_setting() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a-file");
    fs::write(&file, "listn = 1").unwrap();
    let file = file.to_str().unwrap();
    let under = format!("{file}/data");
    let missing = format!("{file}.toml");
    let database = url(&DEMO.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    // Arguments, a setting from the environment, and what has to be named.
    let cases: [(&[&str], (&str, &str), &str); 19] = [
        (
            &["serve", "--database-url", &database],
            ("VG_THEME", &missing),
            "VG_THEME",
        ),
        (&["demo", "--no-serve"], ("VG_THEME", file), "VG_THEME"),
        (
            &["serve"],
            ("VG_DATABASE_URL", "mysql://x"),
            "VG_DATABASE_URL",
        ),
        (
            &["verify"],
            ("VG_DATABASE_URL", "data/x.db"),
            "VG_DATABASE_URL",
        ),
        (
            &["migrate"],
            ("VG_DATABASE_URL", "postgres://127.0.0.1:1/x"),
            "VG_DATABASE_URL",
        ),
        (&["serve"], ("VG_DATA_DIR", &under), "VG_DATA_DIR"),
        (
            &["demo", "--no-serve"],
            ("VG_DATA_DIR", &under),
            "VG_DATA_DIR",
        ),
        (&["serve"], ("VG_CONFIG", &missing), "VG_CONFIG"),
        (&["serve"], ("VG_CONFIG", file), "listn"),
        (&["serve"], ("VG_CONNECTIONS", "veel"), "VG_CONNECTIONS"),
        (&["serve"], ("VG_LISTEN", "overal"), "VG_LISTEN"),
        (
            &["serve", "--database-url", &database],
            ("VG_LISTEN", &taken),
            "Kies met --listen een ander adres",
        ),
        (&["serve", "--listen", "overal"], ("A", "b"), "--listen"),
        (&["serve", "--lissen", "x"], ("A", "b"), "--lissen"),
        (&["verify", "alles"], ("A", "b"), "alles"),
        (
            &["export", "uitgaven", "--output", "x"],
            ("A", "b"),
            "uitgaven",
        ),
        (
            &[
                "export",
                "begroting",
                "--output",
                "x",
                "--as-of",
                "morgen",
                "--database-url",
                &database,
            ],
            ("A", "b"),
            "--as-of",
        ),
        (
            &[
                "export",
                "begroting",
                "--output",
                "x",
                "--filter",
                "jaar=1",
                "--database-url",
                &database,
            ],
            ("A", "b"),
            "--filter",
        ),
        (&["seed"], ("A", "b"), "FILE.toml"),
    ];
    for (arguments, (name, value), named) in cases {
        let output = program(arguments)
            .env(name, value)
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = said(&output);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?} {name}={value}\n{said}"
        );
        assert!(said.contains(named), "{arguments:?} {name}={value}\n{said}");
        assert!(output.stdout.is_empty(), "{arguments:?}\n{said}");
    }
}

/// Every command that only reads, or that needs somebody who is there.
fn readers(file: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["verify", "all"],
        vec!["verify", "attachments"],
        vec!["export", "begroting", "--output", file],
        vec!["export", "auditlog", "--output", file],
        vec!["user", "list"],
        vec!["user", "role", "x@y.nl", "coordinator"],
        vec!["user", "disable", "x@y.nl"],
        vec!["migrate", "--check"],
    ]
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_who_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("uit.csv");
    let missing = dir.path().join("weg/typo.db");
    let server = empty_database();
    drop_database(&server);
    for address in [url(&missing), server] {
        for arguments in readers(file.to_str().unwrap()) {
            let output = program(&arguments)
                .args(["--database-url", &address])
                .output()
                .unwrap();
            let said = said(&output);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{said}");
            for words in ["deze database bestaat niet", "versterkingsgelden migrate"] {
                assert!(said.contains(words), "{arguments:?} {words}\n{said}");
            }
            assert!(output.stdout.is_empty(), "{arguments:?}\n{said}");
        }
    }
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_database_that_is_behind_is_not_migrated_by_who_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("uit.csv");
    let empty = dir.path().join("leeg.db");
    let server = empty_database();
    for address in [url(&empty), server.clone()] {
        fs::write(&empty, "").unwrap();
        for arguments in readers(file.to_str().unwrap()) {
            let output = program(&arguments)
                .args(["--database-url", &address])
                .output()
                .unwrap();
            let is_asked = arguments[0] == "migrate";
            let said = said(&output);
            let status = if is_asked { 1 } else { 2 };
            assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{said}");
            assert!(said.contains("wachten"), "{arguments:?}\n{said}");
            let names_it = said.contains("`versterkingsgelden migrate`");
            assert!(is_asked || names_it, "{arguments:?}\n{said}");
        }
        // The way out works.
        let migrated = run(&["migrate", "--database-url", &address]);
        assert_eq!(migrated.status.code(), Some(0), "{}", said(&migrated));
        let up_to_date = run(&["migrate", "--check", "--database-url", &address]);
        assert_eq!(up_to_date.status.code(), Some(0), "{}", said(&up_to_date));
        let verified = run(&["verify", "all", "--database-url", &address]);
        assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
        // Nobody works with tables that a newer program made.
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";
        match address.strip_prefix("sqlite://") {
            Some(path) => SqliteConnection::establish(path)
                .unwrap()
                .batch_execute(newer),
            None => PgConnection::establish(&address)
                .unwrap()
                .batch_execute(newer),
        }
        .unwrap();
        for arguments in [
            &["migrate"][..],
            &["migrate", "--check"],
            &["verify"],
            &["serve"],
        ] {
            let refused = run(&[arguments, &["--database-url", &address]].concat());
            let said = said(&refused);
            assert_eq!(refused.status.code(), Some(2), "{arguments:?}\n{said}");
            assert!(
                said.contains("van een nieuwere versie"),
                "{arguments:?}\n{said}"
            );
        }
    }
    assert!(!file.exists());
    // To verify leaves no folder for attachments behind either.
    assert!(!dir.path().join("attachments").exists());
    drop_database(&server);
}

#[test]
fn the_demo_says_how_it_is_verified_and_is_named_where_somebody_looks_beside_it() {
    let own = format!("verify all --database-url {}", url(&DEMO.path()));
    assert!(DEMO.printed.contains(&own), "{}", DEMO.printed);
    let folder = DEMO.dir.path().to_str().unwrap();
    let output = run(&["verify", "all", "--data", folder]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let beside = format!("--database-url {}", url(&DEMO.path()));
    assert!(said.contains(&beside), "{said}");
    assert!(!DEMO.dir.path().join("versterkingsgelden.db").exists());
}

#[test]
fn verify_says_all_that_it_can_verify() {
    let help = said(&run(&["verify", "--help"]));
    for check in CHECKS {
        assert!(help.contains(check.name), "{}\n{help}", check.name);
    }
    assert!(help.contains("attachments"), "{help}");
}

/// A cell as LibreOffice understood it.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Nothing,
    Text(String),
    Number(String),
}

/// The rows of the first sheet of a workbook, as LibreOffice reads it.
fn opened(workbook: &Path) -> Vec<Vec<Cell>> {
    let dir = tempfile::tempdir().unwrap();
    let profile = format!(
        "-env:UserInstallation=file://{}/profile",
        dir.path().display()
    );
    let output = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "fods", "--outdir"])
        .args([dir.path(), workbook])
        .output()
        .unwrap();
    let name = workbook.with_extension("fods");
    let flat = fs::read_to_string(dir.path().join(name.file_name().unwrap()));
    let flat = flat.unwrap_or_else(|_| panic!("{}", said(&output)));
    let sheet = flat.split("<table:table ").nth(1).unwrap();
    let rows = sheet.split("<table:table-row").skip(1);
    let cells = |row: &str| {
        let cells = row.split("<table:table-cell").skip(1).flat_map(|it| {
            let (tag, rest) = it.split_once('>').unwrap();
            let attribute = |name: &str| {
                let found = tag.split(&format!(" {name}=\"")).nth(1);
                found.map(|it| it.split('"').next().unwrap().to_owned())
            };
            let text = rest.split("<text:p>").nth(1).unwrap_or_default();
            let cell = match attribute("office:value-type").as_deref() {
                None => Cell::Nothing,
                Some("float" | "currency" | "percentage") => {
                    Cell::Number(attribute("office:value").unwrap())
                }
                Some(_) => Cell::Text(text.split('<').next().unwrap().to_owned()),
            };
            let times = attribute("table:number-columns-repeated");
            let times = times.map_or(1, |it| it.parse::<usize>().unwrap()).min(40);
            vec![cell; times]
        });
        cells.collect::<Vec<_>>()
    };
    rows.map(cells).collect()
}

/// Skipped without LibreOffice, which is larger than all the rest that the tests need; `tests/run` says
/// so.
#[test]
fn a_workbook_opens_in_libreoffice_with_numbers_as_numbers_and_the_totals_of_the_csv() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("skipped: LibreOffice (soffice) is not installed");
        return;
    }
    let database = url(&DEMO.copy("libreoffice.db"));
    for name in ["toekenningen", "begroting", "boekingen"] {
        let file = |ending: &str| DEMO.dir.path().join(format!("{name}-office.{ending}"));
        let export = |ending: &str| {
            let file = file(ending);
            let output = run(&[
                "export",
                name,
                "--format",
                ending,
                "--output",
                file.to_str().unwrap(),
                "--as-of",
                "2026-12-31",
                "--json",
                "--database-url",
                &database,
            ]);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
        };
        let account = export("csv");
        export("xlsx");
        let rows = opened(&file("xlsx"));
        let mut csv = csv::Reader::from_path(file("csv")).unwrap();
        let head: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
        let totals: Vec<(String, String)> =
            serde_json::from_value(account["totalen"].clone()).unwrap();
        let is_amount = |column: &str| totals.iter().any(|(name, _)| name == column);
        let mut count = 0;
        for (row, record) in rows[1..].iter().zip(csv.records()) {
            let record = record.unwrap();
            count += 1;
            for ((column, cell), typed) in head.iter().zip(row).zip(&record) {
                match cell {
                    Cell::Number(number) => {
                        assert_eq!(plain(number), plain(typed), "{name} {column}")
                    }
                    // An apostrophe in the CSV keeps a spreadsheet from reading a text as a formula.
                    _ => assert!(!is_amount(column), "{name} {column}: {cell:?} for {typed}"),
                }
            }
        }
        assert_eq!(account["aantal_regels"], count);
        assert!(0 < count, "{name}");
        // Under them, what LibreOffice itself adds up to.
        let sums = &rows[count + 1];
        assert_eq!(sums[0], Cell::Text("Totaal".to_owned()));
        assert!(!totals.is_empty());
        for (column, total) in &totals {
            let at = head.iter().position(|it| it == column).unwrap();
            let Cell::Number(sum) = &sums[at] else {
                panic!("{name} {column}: {:?}", sums[at]);
            };
            assert_eq!(plain(sum), plain(total), "{name} {column}");
        }
    }
}

/// A number without what does not change it: `100` for `100.00`.
fn plain(number: &str) -> String {
    match number.contains('.') {
        true => number
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => number.to_owned(),
    }
}

/// The program, serving.
struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    fn start(database: &Path) -> Serving {
        Serving::with(database, &[])
    }

    fn with(database: &Path, more: &[&str]) -> Serving {
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let database = url(database);
        let child = program(&[
            "serve",
            "--listen",
            &address.to_string(),
            "--database-url",
            &database,
        ])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no server");
            thread::sleep(Duration::from_millis(10));
        }
        Serving { child, address }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The beginning of a request that changes something; how its body is told follows.
const POST: &str = "POST /inloggen HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n";

/// Sends a head and then a body piece by piece, as a browser does that reads the answer only when it
/// has sent everything; how many pieces it could send, and the answer.
fn send(address: SocketAddr, head: &str, pieces: usize, piece: &[u8]) -> (usize, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut sent = 0;
    while sent < pieces && stream.write_all(piece).is_ok() {
        sent += 1;
        // Three seconds for thirty: nobody's line is as fast as this machine's own.
        thread::sleep(Duration::from_millis(100));
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (sent, String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_body_of_30_mb_is_heard_out_so_that_its_answer_can_be_read() {
    let serving = Serving::start(&DEMO.copy("large.db"));
    let megabyte = vec![b'a'; 1_000_000];
    let told = format!("{POST}content-length: 30000000\r\n\r\n");
    let (sent, answer) = send(serving.address, &told, 30, &megabyte);
    assert_eq!(sent, 30);
    let status = answer.lines().next().unwrap_or_default();
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    assert!(answer.contains("<h1>"), "{answer}");
    assert!(answer.trim_end().ends_with("</html>"), "{answer}");
    // Without a length that could be refused at the start.
    let mut piece = format!("{:x}\r\n", megabyte.len()).into_bytes();
    piece.extend(&megabyte);
    piece.extend(b"\r\n");
    let told = format!("{POST}transfer-encoding: chunked\r\n\r\n");
    let (sent, answer) = send(serving.address, &told, 30, &piece);
    assert_eq!(sent, 30);
    let status = answer.lines().next().unwrap_or_default();
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    assert!(answer.trim_end().ends_with("</html>"), "{answer}");
    // Nobody is heard out for ever: what never ends is cut off.
    let told = format!("{POST}content-length: 999999999999\r\n\r\n");
    let begun = Instant::now();
    let (sent, _) = send(serving.address, &told, 900, &megabyte[..10_000]);
    assert!(
        sent < 900 && begun.elapsed() < Duration::from_secs(60),
        "{sent}"
    );
}

/// An answer to a request for a page or file.
fn get(serving: &Serving, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    send(serving.address, &head, 0, &[]).1
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {text}"))
        .1;
    rest.split_once(after).unwrap().0
}

#[test]
fn a_theme_is_dropped_in_without_another_build() {
    let dir = tempfile::tempdir().unwrap();
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/theme.css");
    let styles = fs::read_to_string(own)
        .unwrap()
        .replace("#0a4b53", "#154273");
    let styles = format!("{styles}@font-face {{ font-family: Ours; src: url('ours.woff2') }}\n");
    fs::write(dir.path().join("theme.css"), &styles).unwrap();
    fs::write(dir.path().join("ours.woff2"), b"wOF2").unwrap();
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Ministerie &amp; Co</title></svg>";
    fs::write(dir.path().join("logo.svg"), logo).unwrap();
    let database = DEMO.copy("theme.db");
    let plain = get(&Serving::start(&database), "/inloggen");
    assert!(!plain.contains("logo.svg"), "{plain}");
    let serving = Serving::with(&database, &["--theme", dir.path().to_str().unwrap()]);
    let page = get(&serving, "/inloggen");
    let address = |page: &str| {
        format!(
            "/static/{}/theme.css",
            between(page, "href=\"/static/", "/theme.css")
        )
    };
    let themed = page.split("rel=\"stylesheet\"").nth(1).unwrap();
    let embedded = plain.split("rel=\"stylesheet\"").nth(1).unwrap();
    assert_ne!(address(themed), address(embedded));
    let served = get(&serving, &address(themed));
    assert!(served.ends_with(&styles), "{served}");
    assert!(
        served.contains("cache-control: public, max-age=31536000, immutable"),
        "{served}"
    );
    let font = get(
        &serving,
        &address(themed).replace("theme.css", "ours.woff2"),
    );
    assert!(
        font.ends_with("wOF2") && font.contains("content-type: font/woff2"),
        "{font}"
    );
    let picture = between(&page, "<img class=\"nl-brand__logo\" src=\"", "\"");
    assert!(get(&serving, picture).ends_with(logo));
    assert!(page.contains("alt=\"Ministerie &#38; Co\""), "{page}");
    // The rest is the program's own.
    let rest = between(&page, "href=\"/static/", "/app.css");
    assert!(!rest.is_empty() && get(&serving, "/static/0/app.js").contains("200 OK"));
}
