//! Every route, every role: who comes in, who is stopped at the door, and that looking changes
//! nothing.

use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use versterkingsgelden::{
    app,
    core::actor::{Actor, Organisation, Role},
    identity::{
        access::Access,
        actions::{NewAccount, create_account},
        people,
    },
};

use crate::support::{TestApp, World, on_both};

/// A route as the test needs it.
struct Entry {
    method: Method,
    path: &'static str,
    access: Access,
}

fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = app::routes()
        .iter()
        .map(|it| Entry {
            method: it.method.clone(),
            path: it.path,
            access: it.access,
        })
        .collect();
    entries.sort_by(|a, b| (a.path, a.method.as_str()).cmp(&(b.path, b.method.as_str())));
    entries
}

impl Entry {
    fn is_open_to(&self, role: Role) -> bool {
        match self.access {
            Access::Public => true,
            Access::May(action) => role.may(action),
        }
    }

    /// The path with an id that nothing has in place of each name.
    fn address(&self) -> String {
        let parts = self.path.split('/').map(|it| match it.starts_with('{') {
            true => "00000000000070008000000000000000",
            false => it,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

#[test]
fn the_whole_matrix() {
    let mut table = String::from("Roles: ");
    let names: Vec<String> = Role::ALL.iter().map(|it| format!("{it:?}")).collect();
    table.push_str(&names.join(", "));
    for entry in entries() {
        let marks: String = Role::ALL
            .iter()
            .map(|role| match (entry.access, entry.is_open_to(*role)) {
                (Access::Public, _) => 'p',
                (_, true) => 'x',
                (_, false) => '.',
            })
            .collect();
        table.push_str(&format!("\n{marks} {:4} {}", entry.method, entry.path));
    }
    insta::assert_snapshot!(table);
}

/// Somebody with exactly this role.
async fn person(app: &TestApp, world: &World, role: Role) -> Actor {
    let organisation = *Organisation::ALL
        .iter()
        .find(|it| people::roles_of(**it).contains(&role))
        .unwrap();
    let municipality = (organisation == Organisation::Municipality).then(|| world.leads[0].clone());
    let new = NewAccount {
        email: format!("alleen-{}@example.nl", role.as_str()),
        name: format!("{role:?}"),
        password_hash: "nobody knows".to_owned(),
        organisation,
        municipality: municipality.clone(),
        roles: vec![role],
    };
    let id = app
        .act(&Actor::command_line(), move |tx| create_account(tx, &new))
        .await;
    Actor {
        id,
        name: format!("{role:?}"),
        roles: vec![role],
        organisation,
        municipality,
        origin: "127.0.0.1".to_owned(),
    }
}

on_both! {
    async fn who_may_comes_in_and_who_may_not_is_stopped_at_the_door(app: TestApp) {
        let world = World::new(&app).await;
        for role in Role::ALL {
            let actor = person(&app, &world, *role).await;
            let mut browser = app.browser(&actor).await;
            for entry in entries() {
                let address = entry.address();
                let reply = match entry.method {
                    Method::GET => browser.get(&address).await,
                    _ => browser.post(&address, &[]).await,
                };
                let what = format!("{role:?} {} {address}: {}", entry.method, reply.status);
                if entry.is_open_to(*role) {
                    assert_ne!(reply.status, StatusCode::FORBIDDEN, "{what}");
                    assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{what}");
                    assert!(!reply.status.is_server_error(), "{what}\n{}", reply.body);
                } else {
                    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{what}");
                    assert!(reply.body.contains("Dat mag u niet doen"), "{what}");
                }
                if entry.path == "/uitloggen" {
                    browser = app.browser(&actor).await;
                }
            }
        }
    }

    async fn without_a_session_one_is_asked_to_sign_in(app: TestApp) {
        for entry in entries().iter().filter(|it| it.access != Access::Public) {
            let request = match entry.method {
                Method::GET => TestRequest::get(),
                _ => TestRequest::post()
                    .insert_header(("sec-fetch-site", "same-origin"))
                    .set_form([("csrf", "x")]),
            };
            let reply = app.send(request.uri(&entry.address())).await;
            let what = format!("{} {}", entry.method, entry.path);
            if entry.method == Method::GET {
                assert_eq!(reply.status, StatusCode::SEE_OTHER, "{what}");
                assert!(reply.location.starts_with("/inloggen?naar="), "{what}: {}", reply.location);
            } else {
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}");
            }
        }
    }

    async fn looking_changes_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let mut browsers = Vec::new();
        for role in Role::ALL {
            let actor = person(&app, &world, *role).await;
            browsers.push(app.browser(&actor).await);
        }
        let before = fingerprint(&app).await;
        for browser in &browsers {
            for entry in entries().iter().filter(|it| it.method == Method::GET) {
                browser.get(&entry.address()).await;
            }
        }
        assert_eq!(fingerprint(&app).await, before);
        // The fingerprint does see a change.
        app.browser(&person_again(&world)).await;
        assert_ne!(fingerprint(&app).await, before);
    }
}

fn person_again(world: &World) -> Actor {
    world.actor(crate::support::Who::Auditor).clone()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// All that the database holds: on SQLite the bytes of its file and log, to which every write adds;
/// on PostgreSQL every row of every table.
async fn fingerprint(app: &TestApp) -> Vec<String> {
    if let Some(path) = app.url.sqlite_path() {
        return [path.to_owned(), format!("{path}-wal")]
            .iter()
            .map(|it| {
                let bytes = std::fs::read(it).unwrap_or_default();
                let sum = bytes.iter().fold(0_u64, |sum, byte| {
                    sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
                });
                format!("{} {sum}", bytes.len())
            })
            .collect();
    }
    app.read(|conn| {
        let tables: Vec<Line> = sql_query(
            "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        )
        .load(conn)?;
        let mut lines = Vec::new();
        for table in tables {
            let sql = format!(
                "SELECT '{0} ' || COUNT(*) || ' ' || COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS line FROM {0} t",
                table.line
            );
            let line: Line = sql_query(sql).get_result(conn)?;
            lines.push(line.line);
        }
        Ok(lines)
    })
    .await
}
