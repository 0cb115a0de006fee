//! The arrows of ARCHITECTURE.md, as a test: which words may not occur in which files.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// One sentence of ARCHITECTURE.md: what a kind of file may not name.
struct Rule {
    sentence: &'static str,
    /// By the path below `src/`.
    applies: fn(&str) -> bool,
    forbidden: &'static [&'static str],
}

/// The files of a domain that are not rules: all others are, whatever they are called.
const EDGES: [&str; 11] = [
    "store.rs",
    "actions.rs",
    "pages.rs",
    "api.rs",
    "form.rs",
    "access.rs",
    "posted.rs",
    "again.rs",
    "menu.rs",
    "letter.rs",
    "mod.rs",
];

/// Folders that are plumbing for all; every other folder is a domain.
const PLUMBING: [&str; 5] = ["cli", "core", "db", "texts", "web"];

const RULES: &[Rule] = &[
    Rule {
        sentence: "rules know no HTTP and no database",
        applies: is_rule,
        forbidden: &[
            "actix_web",
            "askama",
            "diesel::prelude",
            "RunQueryDsl",
            "schema::",
            "Tx<",
            "crate::web",
        ],
    },
    Rule {
        sentence: "rules have no clock and no chance",
        applies: |it| is_rule(it) && !it.starts_with("identity/"), // passwords and tokens are made there
        forbidden: &["Utc::now", "Local::now", "SystemTime", "getrandom"],
    },
    Rule {
        sentence: "stores know no HTTP, no form and no use case",
        applies: |it| it.ends_with("store.rs"),
        forbidden: &[
            "actix_web",
            "askama",
            "crate::web",
            "actions::",
            "pages::",
            "form::",
        ],
    },
    Rule {
        sentence: "use cases know no HTTP and no SQL",
        applies: |it| it.ends_with("actions.rs"),
        forbidden: &[
            "actix_web",
            "askama",
            "crate::web",
            "diesel",
            "schema::",
            "pages::",
        ],
    },
    Rule {
        sentence: "pages and the API know no SQL",
        applies: |it| it.ends_with("pages.rs") || it.ends_with("api.rs"),
        forbidden: &["diesel", "schema::"],
    },
    Rule {
        sentence: "forms know no HTTP and no database",
        applies: |it| it.ends_with("form.rs"),
        forbidden: &[
            "actix_web",
            "askama",
            "diesel",
            "schema::",
            "store::",
            "actions::",
        ],
    },
    Rule {
        sentence: "the two databases are told apart in one folder",
        applies: |it| !it.starts_with("db/"),
        forbidden: &[
            "PgConnection",
            "SqliteConnection",
            "Conn::Postgres",
            "Conn::Sqlite",
            "diesel::pg",
            "diesel::sqlite",
        ],
    },
    Rule {
        sentence: "the plumbing of the database knows no HTTP",
        applies: |it| it.starts_with("db/"),
        forbidden: &["askama", "HttpRequest", "HttpResponse"], // it does wait on actix's blocking threads
    },
];

#[test]
fn arrows_point_one_way() {
    let findings: Vec<String> = RULES
        .iter()
        .flat_map(|it| check(it.sentence, it.applies, it.forbidden))
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// `web/`, `db/` and `core/` serve every domain and know none.
#[test]
fn plumbing_knows_no_domain() {
    let domains: Vec<String> = domains().iter().map(|it| format!("crate::{it}")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let findings: Vec<String> = ["web/", "db/", "core/"]
        .iter()
        .flat_map(|folder| {
            let rule = format!("{folder} knows no domain");
            check(&rule, |it| it.starts_with(folder), &domains)
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// Who changes one domain need not know those that build on it.
#[test]
fn domains_form_no_circle() {
    let domains = domains();
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for domain in &domains {
        let others = domains.iter().filter(|it| *it != domain);
        let named = others.filter(|it| {
            !check(
                "",
                |file| file.starts_with(&format!("{domain}/")),
                &[&format!("crate::{it}")],
            )
            .is_empty()
        });
        uses.insert(domain, named.map(String::as_str).collect());
    }
    assert_eq!(
        circle(uses),
        BTreeMap::new(),
        "these use each other, or lie between such"
    );
}

/// The engine is handed its input: a scenario is recomputed years later from that alone.
#[test]
fn the_engine_knows_only_values() {
    let others: Vec<String> = folders()
        .into_iter()
        .filter(|it| !["allocation", "core", "db"].contains(&it.as_str()))
        .map(|it| format!("crate::{it}"))
        // How a value is stored may be said (`db::columns`); what is stored may not be asked.
        .chain(["Conn", "Tx", "Store", "schema", "dialect"].map(|it| format!("crate::db::{it}")))
        .collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let findings = check("the engine knows only core", is_engine, &others);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// `fuzz/` compiles the engine and `core/` by path, with few crates, so that an optimised build stays cheap.
#[test]
fn the_engine_needs_no_crate_that_its_fuzz_targets_lack() {
    let here = crates("Cargo.toml");
    let there = crates("fuzz/Cargo.toml");
    let lacking: Vec<String> = here
        .difference(&there)
        .map(|it| format!("{it}::"))
        .collect();
    let lacking: Vec<&str> = lacking.iter().map(String::as_str).collect();
    let findings = check(
        "fuzz/ compiles it with the crates of its own",
        |it| it.starts_with("core/") || is_engine(it),
        &lacking,
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// The crates that a manifest depends on, as code names them.
fn crates(manifest: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    dependencies.keys().map(|it| it.replace('-', "_")).collect()
}

/// A row that is inserted whole has one statement for its type, which is prepared once and kept. If an absent value
/// stood for the column's default, diesel would write the statement out anew each time, at a fifth of the cost of a write.
#[test]
fn rows_are_inserted_whole() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut seen = 0;
    for file in rust_files(root) {
        let text = fs::read_to_string(&file).unwrap();
        for row in text.split("Insertable").skip(1) {
            let name = row.split("struct ").nth(1).unwrap_or(row).split(' ').next();
            let attributes = row.split("struct ").next().unwrap_or_default();
            let is_whole = attributes.contains("treat_none_as_default_value = false");
            assert!(is_whole, "{name:?} in {}", file.display());
            seen += 1;
        }
    }
    assert!(0 < seen);
}

/// What is left when all that use nothing, and all that nothing uses, are taken away again and again.
fn circle<'a>(
    mut uses: BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    loop {
        let before = uses.len();
        let known: BTreeSet<&str> = uses.keys().copied().collect();
        let used: BTreeSet<&str> = uses.values().flatten().copied().collect();
        uses.values_mut()
            .for_each(|it| it.retain(|it| known.contains(it)));
        uses.retain(|name, others| !others.is_empty() && used.contains(name));
        if uses.len() == before {
            return uses;
        }
    }
}

#[test]
fn a_circle_is_found_and_a_line_is_none() {
    let uses = |text: &'static str| {
        let pairs = text.split(' ').map(|it| it.split_once('>').unwrap());
        let mut res: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        pairs.for_each(|(from, to)| {
            res.entry(from).or_default().insert(to);
        });
        res
    };
    assert!(circle(uses("a>b b>c a>c")).is_empty());
    assert_eq!(circle(uses("a>b b>c c>b c>d")), uses("b>c c>b"));
}

fn domains() -> Vec<String> {
    let plumbing = |it: &String| PLUMBING.contains(&it.as_str());
    folders().into_iter().filter(|it| !plumbing(it)).collect()
}

fn is_rule(path: &str) -> bool {
    match path.split_once('/') {
        Some(("core", _)) => true,
        Some((folder, _)) => !PLUMBING.contains(&folder) && !EDGES.contains(&file_name(path)),
        None => false,
    }
}

/// What stands in `allocation/` is the engine, but for the scenarios that are kept of its runs.
fn is_engine(path: &str) -> bool {
    path.starts_with("allocation/") && !EDGES.contains(&file_name(path))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Every place in the code (comments aside) that names a forbidden word; that no file is meant is a finding too.
fn check(rule: &str, applies: impl Fn(&str) -> bool, forbidden: &[&str]) -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let (mut seen, mut res) = (0, Vec::new());
    for file in rust_files(root) {
        let name = file.strip_prefix(root).unwrap().display().to_string();
        if !applies(&name) {
            continue;
        }
        seen += 1;
        for (line, code) in statements(&fs::read_to_string(&file).unwrap()) {
            if let Some(word) = forbidden.iter().find(|it| names(&code, it)) {
                res.push(format!("{rule}: src/{name}:{line} names `{word}`"));
            }
        }
    }
    if seen == 0 {
        res.push(format!(
            "{rule}: no file matched; is the rule still about something?"
        ));
    }
    res
}

/// Whether the word occurs, and not only as the beginning of a longer one (`crate::db` in `crate::dbase`).
fn names(code: &str, word: &str) -> bool {
    let goes_on = |it: char| it.is_alphanumeric() || it == '_';
    code.match_indices(word).any(|(at, _)| {
        let rest = code.get(at + word.len()..).unwrap_or_default();
        !word.ends_with(goes_on) || !rest.starts_with(goes_on)
    })
}

/// The lines of code with their numbers, without comments; a `use` with braces as one line for each path in it,
/// or a rule on `crate::web` would not see `use crate::{core, web}`.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut res = Vec::new();
    let mut lines = (1..).zip(
        text.lines()
            .map(|it| it.split("//").next().unwrap_or_default()),
    );
    while let Some((number, line)) = lines.next() {
        let start = line.trim_start();
        if !["use ", "pub use ", "pub(crate) use "]
            .iter()
            .any(|it| start.starts_with(it))
        {
            res.push((number, line.to_owned()));
            continue;
        }
        let mut whole = start.to_owned();
        while !whole.contains(';') {
            let Some((_, more)) = lines.next() else { break };
            whole.push_str(more.trim());
        }
        let tree = whole.split_once("use ").map_or("", |it| it.1);
        res.extend(
            paths(tree.trim_end_matches(';'))
                .into_iter()
                .map(|it| (number, it)),
        );
    }
    res
}

/// `a::{b, c::{d, e}}` -> `a::b`, `a::c::d`, `a::c::e`.
fn paths(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |it| it.0);
    let mut depth = 0;
    inside
        .split(|it| {
            match it {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            it == ',' && depth == 0
        })
        .filter(|it| !it.trim().is_empty())
        .flat_map(paths)
        .map(|it| format!("{}{it}", prefix.trim()))
        .collect()
}

#[test]
fn a_use_with_braces_is_read_path_by_path() {
    let text = "use crate::{\n    core::money::Money, // how much\n    db::{Conn, Tx},\n};\nlet it = web::page();";
    let seen: Vec<_> = statements(text).into_iter().map(|it| it.1).collect();
    assert_eq!(
        seen,
        [
            "crate::core::money::Money",
            "crate::db::Conn",
            "crate::db::Tx",
            "let it = web::page();"
        ]
    );
    assert!(names("crate::db::Tx", "crate::db") && !names("crate::dbase", "crate::db"));
}

fn folders() -> Vec<String> {
    fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|it| it.path().is_dir())
        .map(|it| it.file_name().into_string().unwrap())
        .collect()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut res = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            res.extend(rust_files(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            res.push(path);
        }
    }
    res.sort();
    res
}
