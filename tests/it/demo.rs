//! The demo's figures: the same in whichever year it is told, and a round worth dividing; and the
//! synthetic ground: the same for the same seed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use versterkingsgelden::{
    allocation::{Outcome, Status},
    cli::demo::{
        story,
        summary::{self, Line, Round},
        synthetic,
    },
    core::{category::EnvelopeKind, money::Money},
    db::{
        Conn, DatabaseUrl, Options, Store,
        clock::{Clock, IdSource},
    },
    identity, journal,
    scenarios::{self, assemble::Changes},
    texts::labels::Label,
};

use crate::{finance::amount_links, support::TestApp};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The story told on a day, with the lines of its table.
async fn told(app: &TestApp, today: &str) -> (Vec<Round>, Vec<Line>) {
    let today = day(today);
    app.at(today.and_hms_opt(11, 0, 0).unwrap());
    let rounds = story::tell(&app.app.store, today, "-".to_owned())
        .await
        .unwrap();
    let asked = rounds.clone();
    let lines = app
        .read(move |conn| {
            let lines: Result<Vec<_>, _> =
                asked.iter().map(|it| summary::lines(conn, it)).collect();
            Ok(lines?.concat())
        })
        .await;
    (rounds, lines)
}

/// The figures without the years.
fn figures(lines: &[Line]) -> Vec<(String, [Money; 4])> {
    let of = |it: &Line| {
        (
            it.envelope.clone(),
            [it.asked, it.eligible, it.awarded, it.left],
        )
    };
    lines.iter().map(of).collect()
}

fn total(lines: &[&Line], of: fn(&Line) -> Money) -> Money {
    Money::sum(lines.iter().map(|it| of(it))).unwrap()
}

/// The last day of a leap year's February, the first and the last day of a year, an ordinary one;
/// and the ordinary one on the other database.
#[actix_web::test]
async fn the_figures_are_the_same_on_whichever_day_it_is_told() {
    let app = TestApp::postgres();
    let (_, lines) = told(&app, "2026-11-25").await;
    assert!(lines.iter().any(|it| it.round == "2027-2028"), "{lines:?}");
    for today in ["2026-11-25", "2028-02-29", "2031-01-01"] {
        let app = TestApp::sqlite();
        let (_, again) = told(&app, today).await;
        assert_eq!(figures(&again), figures(&lines), "{today}");
    }
}

/// Delft's award was changed: with a letter, and on every page that names it.
#[actix_web::test]
async fn an_award_of_the_story_was_changed_and_every_page_says_so() {
    let app = TestApp::sqlite();
    told(&app, "2026-11-25").await;
    let person = async |name: &'static str| {
        app.read(move |conn| identity::store::actor_by_email(conn, name))
            .await
    };
    let found: Vec<Found> = app
        .read(|conn| {
            Ok(sql_query(
                "SELECT application_id || ' ' || id AS text FROM amendments WHERE state = 'decided'",
            )
            .load(conn)?)
        })
        .await;
    let [changed] = found.as_slice() else {
        panic!("{} changes", found.len())
    };
    let (application, change) = changed.text.split_once(' ').unwrap();
    let delft = app.browser(&person("delft@demo.example").await).await;
    let coordinator = app.browser(&person("coordinator@demo.example").await).await;
    let letter = format!("/wijzigingen/{change}/brief");
    let read = delft.page(&letter).await;
    for words in [
        "Wordt",
        "Dat is €\u{a0}1.500,00 minder dan tot nu toe.",
        "Bezwaar maken",
    ] {
        assert!(read.contains(words), "{words} in {read}");
    }
    for (browser, path, words) in [
        (
            &delft,
            format!("/aanvragen/{application}/besluit"),
            letter.as_str(),
        ),
        (
            &coordinator,
            format!("/aanvragen/{application}"),
            "Bekijk wat er is gewijzigd",
        ),
        (
            &coordinator,
            "/besluiten?stand=bekendgemaakt".to_owned(),
            "bij besluit",
        ),
    ] {
        let page = browser.page(&path).await;
        assert!(page.contains(words), "{words} in {page}");
    }
    // The dossier shows the same amount as the decision's page: what stands now.
    let lines = app
        .read(|conn| {
            Ok(sql_query(
                "SELECT CAST(after_cents AS TEXT) AS text FROM amendment_lines ORDER BY after_cents",
            )
            .load::<Found>(conn)?)
        })
        .await;
    let dossier = coordinator.page(&format!("/aanvragen/{application}")).await;
    for it in lines {
        let amount = Money::from_cents(it.text.parse().unwrap());
        let shown = versterkingsgelden::texts::money::amount(amount);
        assert!(dossier.contains(&shown), "{shown} in {dossier}");
    }
    assert!(app.read(journal::verify::verify).await.is_sound());
}

/// What the issue of the program promises of the open round.
#[actix_web::test]
async fn the_open_round_asks_9_8_million_a_year_and_can_be_divided_at_once() {
    let app = TestApp::sqlite();
    let (rounds, lines) = told(&app, "2026-11-25").await;
    let open = rounds.last().unwrap().clone();
    for year in [2027, 2028] {
        let lines: Vec<&Line> = lines
            .iter()
            .filter(|it| it.round == open.name && it.year == year)
            .collect();
        let asked = total(&lines, |it| it.asked);
        let (low, high) = (Money::from_euros(9_700_000), Money::from_euros(9_990_000));
        assert!(low < asked && asked < high, "{year}: {asked:?}");
        assert_eq!(total(&lines, |it| it.awarded), Money::ZERO);
    }
    // Among those that are ready is more eligible, in each envelope, than there is.
    let window = open.window.clone();
    let coordinator = app
        .read(|conn| identity::store::actor_by_email(conn, "coordinator@demo.example"))
        .await;
    let who = coordinator.clone();
    let (material, states) = app
        .read(move |conn| {
            let round = scenarios::store::round(conn, &window)?;
            let states = sql_query(format!(
                "SELECT state || ' ' || CAST(COUNT(*) AS TEXT) AS text FROM applications \
                 WHERE window_id = '{window}' GROUP BY state ORDER BY state"
            ));
            let states: Vec<Found> = states.load(conn)?;
            Ok((scenarios::store::material(conn, &round, &who)?, states))
        })
        .await;
    let states: Vec<&str> = states.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        states,
        [
            "assessed 11",
            "completion_requested 1",
            "draft 3",
            "in_assessment 2",
            "submitted 1"
        ]
    );
    let mut projects = 0;
    let mut eligible = BTreeMap::<(i32, EnvelopeKind), Money>::new();
    for project in material.candidates().iter().map(|it| &it.project) {
        projects += 1;
        for year in &project.years {
            let sum = eligible
                .entry((year.year, project.category.unwrap().envelope()))
                .or_insert(Money::ZERO);
            *sum = sum.checked_add(year.eligible.unwrap()).unwrap();
        }
    }
    assert_eq!(projects, 11 * 12);
    for fund in material
        .funds
        .iter()
        .filter(|it| it.kind != EnvelopeKind::Reserve)
    {
        let asked = eligible[&(fund.year, fund.kind)];
        let clearly = Money::from_cents(fund.free.cents() / 100 * 108);
        assert!(
            clearly < asked,
            "{} {}: {asked:?} of {:?}",
            fund.year,
            fund.kind.label(),
            fund.free
        );
    }
    let window = open.window.clone();
    let made = app
        .act(&coordinator, move |tx| {
            let changes = Changes {
                seed: "trekking".to_owned(),
                ..Changes::default()
            };
            let id = scenarios::actions::create(tx, &window, "Eerste", &changes)?;
            Ok(scenarios::store::get_all(tx.conn, &[id])?.remove(0).0)
        })
        .await;
    let outcome: Outcome = serde_json::from_str(&made.result).unwrap();
    assert_ne!(outcome.status, Status::Infeasible);
    let refused = outcome.awards.iter().filter(|it| it.amount.is_zero());
    assert!(0 < refused.count(), "everybody gets something");
}

#[actix_web::test]
async fn what_a_dossier_was_awarded_leads_to_its_lines() {
    let app = TestApp::sqlite();
    told(&app, "2026-11-23").await;
    let of = "SELECT MIN(application_id) AS text FROM decisions WHERE outcome = 'awarded'";
    let (awarded, coordinator) = app
        .read(move |conn| {
            let found: Found = sql_query(of).get_result(conn)?;
            let email = "coordinator@demo.example";
            Ok((found.text, identity::store::actor_by_email(conn, email)?))
        })
        .await;
    let browser = app.browser(&coordinator).await;
    let page = browser.page(&format!("/aanvragen/{awarded}")).await;
    let links = amount_links(&page);
    assert!(!links.is_empty(), "{page}");
    for (href, shown) in links {
        let lines = browser.page(&href).await;
        let foot = lines.split("<tfoot>").nth(1).unwrap_or_default();
        assert!(
            foot.contains(&format!(">{shown}<")),
            "{href} {shown}: {foot}"
        );
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Every row of every table of a store that was filled with this seed.
async fn synthetic(url: &str, count: u32, seed: u64) -> Vec<String> {
    let options = Options {
        clock: Clock::fixed(synthetic::begin()),
        ids: IdSource::seeded(seed),
        ..Options::default()
    };
    let store = Store::open(&DatabaseUrl::parse(url).unwrap(), options).unwrap();
    synthetic::fill(&store, count, seed).await.unwrap();
    store.read(|conn| Ok(rows(conn))).await.unwrap()
}

fn rows(conn: &mut Conn) -> Vec<String> {
    let tables = match conn {
        Conn::Sqlite(_) => {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        Conn::Postgres(_) => {
            "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let tables: Vec<Found> = sql_query(tables).load(conn).unwrap();
    let mut lines = Vec::new();
    // When a database was made is its own.
    for table in tables.iter().filter(|it| !it.text.starts_with("__")) {
        let table = &table.text;
        let text = match conn {
            Conn::Sqlite(_) => {
                let columns =
                    format!("SELECT name AS text FROM pragma_table_info('{table}') ORDER BY cid");
                let columns: Vec<Found> = sql_query(columns).load(conn).unwrap();
                let quoted: Vec<String> = columns
                    .iter()
                    .map(|it| format!("quote({})", it.text))
                    .collect();
                quoted.join(" || '|' || ")
            }
            Conn::Postgres(_) => "t::text".to_owned(),
        };
        let sql = format!("SELECT '{table} ' || {text} AS text FROM {table} t");
        let found: Vec<Found> = sql_query(sql).load(conn).unwrap();
        lines.extend(found.into_iter().map(|it| it.text));
    }
    lines.sort();
    lines
}

fn same(one: &[String], other: &[String]) {
    assert!(10_000 < one.len(), "{}", one.len());
    let first = one.iter().zip(other).find(|(a, b)| a != b);
    assert_eq!(first, None);
    assert_eq!(one.len(), other.len());
}

#[actix_web::test]
async fn the_same_seed_makes_the_same_rows_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}", dir.path().join(name).display());
    let one = synthetic(&url("a.db"), 200, 7).await;
    same(&one, &synthetic(&url("b.db"), 200, 7).await);
    let other = synthetic(&url("c.db"), 20, 8).await;
    assert_ne!(other, synthetic(&url("d.db"), 20, 7).await);
}

#[actix_web::test]
async fn the_same_seed_makes_the_same_rows_on_postgresql() {
    let apps = [TestApp::postgres(), TestApp::postgres()];
    let url = |app: &TestApp| app.postgres_url.clone().unwrap();
    let one = synthetic(&url(&apps[0]), 200, 7).await;
    same(&one, &synthetic(&url(&apps[1]), 200, 7).await);
}
