//! The two sets of migrations tell the same story.
use std::{collections::BTreeSet, fs};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query,
    sql_types::Text,
};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use crate::support::postgres::{drop_database, empty_database};

/// A migration that only one database knows would be found by the first user of the other.
#[test]
fn both_databases_have_the_same_migrations() {
    let names = names("sqlite");
    assert!(!names.is_empty());
    assert_eq!(names, self::names("postgres"));
}

/// Every migration can be taken back: a release that fails is undone by its own scripts.
#[test]
fn every_migration_has_both_directions() {
    for backend in ["sqlite", "postgres"] {
        for name in names(backend) {
            for file in ["up.sql", "down.sql"] {
                let path = format!("{}/{name}/{file}", directory(backend));
                let text = fs::read_to_string(&path).unwrap_or_default();
                assert!(!text.trim().is_empty(), "{path} is missing or empty");
            }
        }
    }
}

/// One list of columns (`?`: may be empty) for both, in a snapshot so that a change of it is seen in a review.
#[test]
fn both_databases_have_the_same_columns() {
    let (sqlite, postgres) = (sqlite(), postgres());
    assert!(!sqlite.up.is_empty());
    assert_eq!(sqlite.up, postgres.up);
    insta::assert_snapshot!(sqlite.up.join("\n"));
}

/// All the way up and down again, nothing is left.
#[test]
fn taking_every_migration_back_leaves_nothing() {
    assert_eq!(sqlite().down, [""; 0]);
    assert_eq!(postgres().down, [""; 0]);
}

/// The columns after all migrations, and after all were taken back.
struct Columns {
    up: Vec<String>,
    down: Vec<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
}

fn sqlite() -> Columns {
    const COLUMNS: &str = "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE '?' END AS line \
        FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    up_and_down(&mut conn, "sqlite", |conn| {
        sql_query(COLUMNS).load(conn).unwrap()
    })
}

fn postgres() -> Columns {
    const COLUMNS: &str = "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END AS line \
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_\\_%'";
    let url = empty_database();
    let mut conn = PgConnection::establish(&url).unwrap();
    let res = up_and_down(&mut conn, "postgres", |conn| {
        sql_query(COLUMNS).load(conn).unwrap()
    });
    drop(conn);
    drop_database(&url);
    res
}

fn up_and_down<C, B>(conn: &mut C, backend: &str, columns: fn(&mut C) -> Vec<Row>) -> Columns
where
    C: MigrationHarness<B>,
    B: diesel::backend::Backend,
{
    let all = FileBasedMigrations::from_path(directory(backend)).unwrap();
    conn.run_pending_migrations(all.clone()).unwrap();
    let up = sorted(columns(conn));
    conn.revert_all_migrations(all).unwrap();
    let down = sorted(columns(conn));
    Columns { up, down }
}

/// By name and not by place: a column that a later migration adds may stand elsewhere in the other database.
fn sorted(rows: Vec<Row>) -> Vec<String> {
    let mut res: Vec<String> = rows.into_iter().map(|it| it.line).collect();
    res.sort();
    res
}

fn names(backend: &str) -> BTreeSet<String> {
    fs::read_dir(directory(backend))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn directory(backend: &str) -> String {
    format!("{}/migrations/{backend}", env!("CARGO_MANIFEST_DIR"))
}
