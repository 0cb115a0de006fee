//! Twenty thousand applications: every page takes the statements that it takes with two hundred,
//! and each statement finds its rows by an index.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::http::Method;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use versterkingsgelden::{
    app,
    cli::demo::synthetic,
    core::{
        actor::{Actor, Organisation, Role},
        ids::WindowId,
    },
    db::Conn,
    error::AppError,
    identity::{
        self,
        actions::{NewAccount, create_account},
    },
    scenarios,
};

use crate::support::{Browser, TestApp, on_both};

/// Most statements of a page.
const MOST: usize = 8;
/// Most rows of a table on a page.
const ROWS: usize = 50;

/// One person of each role.
const PEOPLE: [&str; 10] = [
    "gemeente0000@demo.example",
    "coordinator@demo.example",
    "beoordelaar.nctv@demo.example",
    "beoordelaar.szw@demo.example",
    "beslisser@demo.example",
    "medebeslisser.szw@demo.example",
    "financien@demo.example",
    "auditor@demo.example",
    "beheerder@demo.example",
    "partner@demo.example",
];

/// What is made for one reader and not a page: files, and the check that reads everything again.
const NOT_A_PAGE: [&str; 12] = [
    "/sessie",
    "/audit/auditlog",
    "/audit/controle",
    "/aanvragen/{id}/concept/pdf",
    "/aanvragen/{id}/bijlagen/{file}",
    "/aanvragen/{id}/versies/{number}/kopie",
    "/aanvragen/{id}/versies/{number}/pdf",
    "/besluiten/{id}/brief/pdf",
    "/wijzigingen/{id}/brief/pdf",
    "/scenarios/{id}/invoer",
    "/scenarios/{id}/uitkomst",
    "/static/{hash}/{name:.*}",
];

on_both! {
    async fn a_page_takes_the_same_few_statements_with_20_000_applications(app: TestApp) {
        let (filled, heard) = app.heard(synthetic::fill(&app.app.store, 200, 1)).await;
        filled.unwrap();
        let mut texts: BTreeSet<String> = heard.iter().map(|it| text_of(it)).collect();
        make_scenarios(&app).await;
        make_partner(&app).await;
        let mut seen = Vec::new();
        for email in PEOPLE {
            let browser = person(&app, email).await.1;
            for (kind, (path, heard)) in crawl(&app, &browser).await {
                assert!(heard.len() <= MOST, "{email}, {kind}: {}\n{}", heard.len(), heard.join("\n"));
                seen.push((email, kind, path, heard.len()));
            }
        }
        grow(&app).await;
        let mut pages = BTreeSet::new();
        let mut browsers = BTreeMap::new();
        for (email, kind, path, before) in &seen {
            if !browsers.contains_key(email) {
                browsers.insert(*email, person(&app, email).await.1);
            }
            let (reply, heard) = app.heard(browsers[email].get(path)).await;
            assert!(!reply.status.is_client_error() && !reply.status.is_server_error(), "{path}");
            assert_eq!(heard.len(), *before, "{email}, {kind}");
            assert!(rows_of_a_table(&reply.body) <= ROWS, "{email}, {path}: {} rows", rows_of_a_table(&reply.body));
            pages.extend(heard.iter().map(|it| text_of(it)));
        }
        texts.extend(pages.iter().cloned());
        let mut slow = Vec::new();
        // What no row can match is not looked for.
        for text in texts.iter().filter(|it| !it.contains("(1=0)")) {
            let growing = [&OF_AN_APPLICATION[..], &OF_AN_INSTALLATION[..]].concat();
            let mut plans = vec![(plan(&app, text, Choice::Forced).await, growing)];
            if pages.contains(text) {
                plans.push((plan(&app, text, Choice::Free).await, SLIVERS.to_vec()));
            }
            let walking = plans.iter().filter(|(plan, tables)| walks(text, plan, tables));
            slow.extend(walking.map(|(plan, _)| format!("{text}\n{}", plan.join("\n"))));
        }
        assert!(slow.is_empty(), "{}", slow.join("\n\n"));
    }
}

/// A statement without its values.
fn text_of(heard: &str) -> String {
    heard.split(" -- binds").next().unwrap().to_owned()
}

/// How many rows the longest table of a page has.
fn rows_of_a_table(html: &str) -> usize {
    let bodies = html.split("<tbody").skip(1);
    let rows = bodies.map(|it| it.split("</tbody>").next().unwrap().matches("<tr").count());
    rows.max().unwrap_or(0)
}

async fn person<'a>(app: &'a TestApp, email: &'static str) -> (Actor, Browser<'a>) {
    let actor = app
        .read(move |conn| identity::store::actor_by_email(conn, email))
        .await;
    let browser = app.browser(&actor).await;
    (actor, browser)
}

async fn make_scenarios(app: &TestApp) {
    let (coordinator, _) = person(app, "coordinator@demo.example").await;
    let windows: Vec<Found> = app
        .read(|conn| {
            Ok(sql_query("SELECT id AS text FROM application_windows").load::<Found>(conn)?)
        })
        .await;
    let window = WindowId::from(windows[0].text.as_str());
    for name in ["Eerste", "Tweede"] {
        let window = window.clone();
        app.act(&coordinator, move |tx| {
            let changes = scenarios::assemble::Changes {
                seed: "trekking 4711".to_owned(),
                ..Default::default()
            };
            scenarios::actions::create(tx, &window, name, &changes)
        })
        .await;
    }
}

/// Somebody who works on ten applications by invitation and is asked something in each; and in every
/// application somebody who is asked something.
async fn make_partner(app: &TestApp) {
    let new = NewAccount {
        email: "partner@demo.example".to_owned(),
        name: "Partner".to_owned(),
        password_hash: "-".to_owned(),
        organisation: Organisation::Partner,
        municipality: None,
        roles: vec![Role::Collaborator],
    };
    app.act(&Actor::command_line(), move |tx| create_account(tx, &new))
        .await;
    app.act(&Actor::command_line(), |tx| {
        for text in [
            "INSERT INTO collaborators (application_id, account_id, organisation, permission, invited_by, since, version)
             SELECT a.id, p.id, 'Partner', 'edit', 'system', a.created_at, 1
             FROM (SELECT * FROM applications ORDER BY id LIMIT 10) a CROSS JOIN accounts p WHERE p.email = 'partner@demo.example'",
            "INSERT INTO collaborators (application_id, account_id, organisation, permission, invited_by, since, version)
             SELECT a.id, p.id, 'Partner', 'edit', 'system', a.created_at, 1
             FROM applications a JOIN accounts p ON p.municipality_id = a.lead_municipality_id WHERE p.email LIKE 'editor.%'",
            "INSERT INTO part_tasks (id, application_id, section, assignee_id, note, due_on, set_by, set_at, answer)
             SELECT application_id || CASE account_id WHEN (SELECT id FROM accounts WHERE email = 'partner@demo.example') THEN 'p' ELSE 'e' END,
                 application_id, 'region', account_id, '', '2027-01-01', 'system', since, '' FROM collaborators",
        ] {
            sql_query(text).execute(tx.conn)?;
        }
        Ok(())
    })
    .await;
}

/// A page by its route and what it is asked with, an address of it, and the statements it took.
type Pages = BTreeMap<String, (String, Vec<String>)>;

/// Every kind of page that somebody reaches by following links from the start, once.
async fn crawl(app: &TestApp, browser: &Browser<'_>) -> Pages {
    let patterns: Vec<&str> = app::routes()
        .iter()
        .filter(|it| it.method == Method::GET && !NOT_A_PAGE.contains(&it.path))
        .map(|it| it.path)
        .collect();
    let mut pages = Pages::new();
    let mut waiting = VecDeque::from([("nowhere".to_owned(), "/".to_owned())]);
    while let Some((from, path)) = waiting.pop_front() {
        let Some(kind) = kind_of(&path, &patterns) else {
            continue;
        };
        if pages.contains_key(&kind) {
            continue;
        }
        let (reply, heard) = app.heard(browser.get(&path)).await;
        // Whoever has not said yet whether they have an interest is asked so first.
        let leads_on = reply.status.is_redirection();
        assert!(
            reply.status.is_success() || leads_on,
            "{path}, linked from {from}: {}",
            reply.status
        );
        if leads_on {
            waiting.push_back((path.clone(), reply.location));
        }
        waiting.extend(links(&reply.body).into_iter().map(|it| (path.clone(), it)));
        pages.insert(kind, (path, heard));
    }
    pages
}

/// The route of an address with the names of what is asked; nothing for what is not a page.
fn kind_of(path: &str, patterns: &[&str]) -> Option<String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&&str| {
        let names: Vec<&str> = pattern.split('/').collect();
        names.len() == parts.len()
            && names
                .iter()
                .zip(&parts)
                .all(|(name, part)| name.starts_with('{') || name == part)
    };
    // A name that is written out goes before one that is open.
    let pattern = patterns
        .iter()
        .filter(fits)
        .min_by_key(|it| it.matches('{').count())?;
    let mut asked: Vec<&str> = query
        .split('&')
        .filter_map(|it| it.split('=').next())
        .collect();
    asked.sort_unstable();
    asked.dedup();
    (!asked.contains(&"formaat")).then(|| format!("{pattern}?{}", asked.join("&")))
}

fn links(html: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .filter(|it| it.starts_with('/'))
        .map(|it| {
            it.split('#')
                .next()
                .unwrap()
                .replace("&amp;", "&")
                .replace("&#38;", "&")
        })
        .collect()
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

/// What hangs on an application, parents first.
const OF_AN_APPLICATION: [&str; 27] = [
    "applications",
    "application_sections",
    "draft_changes",
    "application_participants",
    "collaborators",
    "part_tasks",
    "projects",
    "project_years",
    "project_shares",
    "budget_lines",
    "indicators",
    "indicator_years",
    "application_versions",
    "completion_requests",
    "assignments",
    "interest_declarations",
    "assessments",
    "assessment_scores",
    "assessment_years",
    "proposals",
    "proposal_lines",
    "decisions",
    "decision_lines",
    "journal_transactions",
    "journal_entries",
    "outbox",
    "audit_facts",
];

/// The columns that name something that hangs on an application.
const ITS_IDS: [&str; 9] = [
    "id",
    "transaction_id",
    "application_id",
    "parent_id",
    "project_id",
    "indicator_id",
    "assessment_id",
    "proposal_id",
    "decision_id",
];

/// From 200 applications in one window to 20,000 by copying rows: five times as many regions,
/// twenty times as many cycles.
async fn grow(app: &TestApp) {
    let regions = Growth {
        copies: 4,
        at: 1,
        tables: &[
            "municipalities",
            "regions",
            "region_members",
            "region_leads",
        ],
        ids: &["municipality_id", "lead_municipality_id", "region_id"],
        years: 0,
    };
    let cycles = Growth {
        copies: 19,
        at: 4,
        tables: &["cycles", "budget_years", "envelopes", "application_windows"],
        ids: &[
            "cycle_id",
            "budget_year_id",
            "envelope_id",
            "from_envelope_id",
            "to_envelope_id",
            "window_id",
        ],
        years: 2,
    };
    app.act(&Actor::command_line(), move |tx| {
        if matches!(tx.conn, Conn::Postgres(_)) {
            sql_query("SET LOCAL statement_timeout = 0").execute(tx.conn)?;
        }
        for growth in [&regions, &cycles] {
            for table in growth.tables.iter().chain(&OF_AN_APPLICATION) {
                growth.copy(tx.conn, table)?;
            }
        }
        sql_query("ANALYZE").execute(tx.conn)?;
        let made: Found = sql_query("SELECT CAST(COUNT(*) AS TEXT) AS text FROM applications")
            .get_result(tx.conn)?;
        assert_eq!(made.text, "20000");
        Ok(())
    })
    .await;
}

/// Copies rows, with the columns of `ids` (and of what hangs on an application) renamed.
struct Growth {
    copies: u32,
    /// The three characters of an id, from 1, that tell the copies apart.
    at: u32,
    tables: &'static [&'static str],
    ids: &'static [&'static str],
    /// How many years each copy is later.
    years: u32,
}

impl Growth {
    fn copy(&self, conn: &mut Conn, table: &str) -> Result<(), AppError> {
        let is_sqlite = matches!(conn, Conn::Sqlite(_));
        let columns = match is_sqlite {
            true => format!("SELECT name AS text FROM pragma_table_info('{table}')"),
            false => format!(
                "SELECT column_name::text AS text FROM information_schema.columns WHERE table_name = '{table}'"
            ),
        };
        let columns: Vec<Found> = sql_query(columns).load(conn)?;
        let names: Vec<&str> = columns.iter().map(|it| it.text.as_str()).collect();
        let values: Vec<String> = names
            .iter()
            .map(|it| self.value(table, it, is_sqlite))
            .collect();
        // Of the journal's lines the appropriations are a cycle's own.
        let which = match (table, self.years) {
            ("journal_entries", 0) => "WHERE application_id IS NOT NULL",
            ("journal_transactions", 0) => "WHERE cause_kind <> 'cycle'",
            _ => "",
        };
        let order = match table {
            "journal_entries" => "ORDER BY k, application_id IS NOT NULL, id",
            "audit_facts" => "ORDER BY k, stream, seq",
            _ => "",
        };
        sql_query(format!(
            "WITH RECURSIVE ks(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM ks WHERE k < {}) \
             INSERT INTO {table} ({}) SELECT {} FROM {table} CROSS JOIN ks {which} {order}",
            self.copies,
            names.join(", "),
            values.join(", "),
        ))
        .execute(conn)?;
        Ok(())
    }

    /// What a copy has in this column.
    fn value(&self, table: &str, column: &str, is_sqlite: bool) -> String {
        let is_id = ITS_IDS.contains(&column) || self.ids.contains(&column);
        let of_a_cycle = table.starts_with("journal_") && column == "cause_id";
        let hex = if is_sqlite {
            "printf('%03x', k)"
        } else {
            "lpad(to_hex(k), 3, '0')"
        };
        match (table, column) {
            _ if is_id || of_a_cycle => format!(
                "substr({column}, 1, {}) || {hex} || substr({column}, {})",
                self.at - 1,
                self.at + 3
            ),
            ("municipalities", "cbs_code") => {
                let number = "CAST(substr(cbs_code, 3) AS INTEGER) + 200 * k";
                match is_sqlite {
                    true => format!("printf('GM%04d', {number})"),
                    false => format!("'GM' || lpad(({number})::text, 4, '0')"),
                }
            }
            ("regions" | "cycles" | "application_windows", "name" | "sort_name")
            | (_, "reference" | "stream") => {
                format!("{column} || ' {}.' || k", self.at)
            }
            ("budget_years", "appropriated_cents") => "0".to_owned(),
            ("budget_years", "last_entry_id") => "NULL".to_owned(),
            (_, "year" | "first_year") => format!("{column} + {} * k", self.years),
            _ => column.to_owned(),
        }
    }
}

/// What else grows with the installation.
const OF_AN_INSTALLATION: [&str; 7] = [
    "regions",
    "municipalities",
    "region_members",
    "region_leads",
    "accounts",
    "account_roles",
    "audit_heads",
];

/// Of these a page needs but a few rows, however much of the others it is about: also where PostgreSQL
/// is free to choose. (That it reads all assignments for a reviewer who has most of them is right.)
const SLIVERS: [&str; 11] = [
    "application_sections",
    "application_participants",
    "budget_lines",
    "indicators",
    "indicator_years",
    "assessment_scores",
    "assessment_years",
    "decision_lines",
    "journal_entries",
    "outbox",
    "audit_facts",
];

/// How PostgreSQL chooses a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// Reading a whole table only where there is no other way: asked is whether there is.
    Forced,
    /// As it does in use, by its statistics.
    Free,
}

/// How the database means to find the rows of a statement whatever its values are.
async fn plan(app: &TestApp, text: &str, choice: Choice) -> Vec<String> {
    let text = text.to_owned();
    app.act(&Actor::command_line(), move |tx| match tx.conn {
        Conn::Sqlite(_) => {
            let lines: Vec<SqlitePlan> =
                sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(tx.conn)?;
            Ok(lines.into_iter().map(|it| it.detail).collect())
        }
        Conn::Postgres(_) => {
            let values = text.matches('$').count();
            let nulls = vec!["NULL"; values].join(", ");
            let given = if values == 0 {
                String::new()
            } else {
                format!("({nulls})")
            };
            sql_query("SET LOCAL plan_cache_mode = force_generic_plan").execute(tx.conn)?;
            if choice == Choice::Forced {
                sql_query("SET LOCAL enable_seqscan = off").execute(tx.conn)?;
            }
            sql_query(format!("PREPARE asked AS {text}")).execute(tx.conn)?;
            let lines: Vec<PostgresPlan> =
                sql_query(format!("EXPLAIN EXECUTE asked{given}")).load(tx.conn)?;
            sql_query("DEALLOCATE asked").execute(tx.conn)?;
            Ok(lines.into_iter().map(|it| it.line).collect())
        }
    })
    .await
}

#[derive(QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresPlan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// Whether a plan reads every row of one of these tables: without an index; or, on SQLite, by walking
/// through all of an index, but for a list in the order of that index that stops at its limit. How long
/// a list is cannot be known without counting.
fn walks(text: &str, plan: &[String], tables: &[&str]) -> bool {
    let counts_all = text.starts_with("SELECT COUNT(*) FROM") && !text.contains("JOIN");
    let has_condition = text.contains("WHERE") && !text.contains(" != ");
    if counts_all && !has_condition {
        return false;
    }
    let sorts = plan.iter().any(|it| it.contains("TEMP B-TREE"));
    let stops = text.contains("LIMIT") && !sorts;
    plan.iter().any(|line| {
        let walked = line
            .strip_prefix("SCAN ")
            .filter(|it| !(it.contains("INDEX") && stops))
            .or_else(|| line.split("Seq Scan on ").nth(1));
        walked.is_some_and(|it| tables.contains(&it.split_whitespace().next().unwrap()))
    })
}
