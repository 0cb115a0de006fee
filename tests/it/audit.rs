//! The chain: a changed, removed, inserted or swapped fact is found, in the database and offline;
//! and so is a journal that was tampered with.

use actix_web::http::StatusCode;
use diesel::connection::SimpleConnection;
use versterkingsgelden::{audit, core::findings::Report, journal};

use crate::{
    finance::promise_all,
    support::{TestApp, Who, World, on_both},
};

/// Takes the guards away, as somebody with all rights on the database could.
const DISARM: [&str; 2] = [
    "PRAGMA defer_foreign_keys = ON; DROP TRIGGER IF EXISTS audit_facts_no_update; DROP TRIGGER IF EXISTS audit_facts_no_delete; DROP TRIGGER IF EXISTS audit_facts_no_replace;
     DROP TRIGGER IF EXISTS audit_facts_follow; DROP TRIGGER IF EXISTS audit_facts_head;
     DROP TRIGGER IF EXISTS audit_heads_grow; DROP TRIGGER IF EXISTS audit_heads_no_delete; DROP TRIGGER IF EXISTS audit_heads_no_replace;
     DROP TRIGGER IF EXISTS journal_entries_no_update; DROP TRIGGER IF EXISTS journal_entries_no_delete;
     DROP TRIGGER IF EXISTS decision_lines_no_update; DROP TRIGGER IF EXISTS envelope_balances_kept_update;
     DROP TRIGGER IF EXISTS project_balances_kept_update; DROP TRIGGER IF EXISTS budget_years_kept_update;",
    "ALTER TABLE audit_facts DISABLE TRIGGER ALL; ALTER TABLE audit_heads DISABLE TRIGGER ALL;
     ALTER TABLE journal_entries DISABLE TRIGGER ALL; ALTER TABLE decision_lines DISABLE TRIGGER ALL;
     ALTER TABLE envelope_balances DISABLE TRIGGER ALL; ALTER TABLE project_balances DISABLE TRIGGER ALL;
     ALTER TABLE budget_years DISABLE TRIGGER ALL;",
];

/// Runs SQL as somebody with all rights would.
async fn tamper(app: &TestApp, sql: &str) {
    let is_sqlite = app.url.sqlite_path().is_some();
    let guards = DISARM[usize::from(!is_sqlite)];
    let sql = format!("{guards} {sql}");
    app.act(
        &versterkingsgelden::core::actor::Actor::command_line(),
        move |tx| {
            tx.conn.batch_execute(&sql)?;
            Ok(())
        },
    )
    .await;
}

async fn audited(app: &TestApp) -> Report {
    app.read(audit::verify::verify).await
}

async fn journalled(app: &TestApp) -> Report {
    app.read(journal::verify::verify).await
}

async fn exported(app: &TestApp) -> String {
    let now = app.app.store.now();
    app.read(move |conn| Ok(audit::export::write(conn, now)?.text))
        .await
}

/// The stream of the cycle: three facts in the stories' setting.
async fn stream(app: &TestApp, world: &World) -> String {
    let stream = audit::Stream::Cycle(&world.cycle).to_string();
    let wanted = stream.clone();
    let facts = app
        .read(move |conn| audit::store::of_stream(conn, &wanted, 100))
        .await;
    assert_eq!(facts.len(), 3, "{facts:?}");
    stream
}

#[track_caller]
fn says(report: &Report, words: &str) {
    assert!(
        report.findings.iter().any(|it| it.contains(words)),
        "{words}: {report:?}"
    );
}

/// What is done to the trail, and what is found of it.
const TAMPERINGS: [(&str, &str); 9] = [
    (
        "UPDATE audit_facts SET actor_name = 'Iemand anders' WHERE stream = '{s}' AND seq = 2",
        "feit 2 is gewijzigd",
    ),
    (
        "UPDATE audit_facts SET detail = detail || ' ' WHERE stream = '{s}' AND seq = 3",
        "feit 3 is gewijzigd",
    ),
    (
        "DELETE FROM audit_facts WHERE stream = '{s}' AND seq = 1",
        "na feit 0 volgt feit 2",
    ),
    (
        "DELETE FROM audit_facts WHERE stream = '{s}' AND seq = 2",
        "na feit 1 volgt feit 3",
    ),
    (
        "DELETE FROM audit_facts WHERE stream = '{s}' AND seq = 3",
        "er zijn 2 feiten en er horen er 3 te zijn",
    ),
    (
        "DELETE FROM audit_facts WHERE stream = '{s}'",
        "alle 3 feiten ontbreken",
    ),
    (
        "DELETE FROM audit_facts WHERE stream = '{s}'; DELETE FROM audit_heads WHERE stream = '{s}'",
        "geen enkel feit vastgelegd",
    ),
    (
        "INSERT INTO audit_facts SELECT 'nieuw', stream, 4, at, actor_id, actor_name, kind, detail, origin, hash, hash FROM audit_facts WHERE stream = '{s}' AND seq = 3",
        "er zijn 4 feiten en er horen er 3 te zijn",
    ),
    (
        "UPDATE audit_facts SET seq = 9 WHERE stream = '{s}' AND seq = 2; UPDATE audit_facts SET seq = 2 WHERE stream = '{s}' AND seq = 3; UPDATE audit_facts SET seq = 3 WHERE stream = '{s}' AND seq = 9",
        "feit 2 sluit niet aan",
    ),
];

on_both! {
    async fn a_sound_installation_has_no_findings(app: TestApp) {
        let world = World::new(&app).await;
        let (audit, journal) = (audited(&app).await, journalled(&app).await);
        assert!(audit.is_sound() && journal.is_sound(), "{audit:?} {journal:?}");
        assert!(audit.summary().contains("feiten") && journal.summary().contains("7 boekingen"));
        let report = audit::export::verify(&exported(&app).await);
        assert_eq!(report, audit);
        promise_all(&app, &world).await;
        let journal = journalled(&app).await;
        assert!(journal.is_sound(), "{journal:?}");
    }

    async fn the_database_takes_no_fact_that_does_not_follow_the_last(app: TestApp) {
        let world = World::new(&app).await;
        let stream = stream(&app, &world).await;
        for (seq, prev_hash, follows) in [(5, "hash", false), (4, "prev_hash", false), (4, "hash", true), (4, "hash", false)] {
            let sql = format!(
                "INSERT INTO audit_facts SELECT 'typed{seq}{prev_hash}', stream, {seq}, at, actor_id, actor_name, kind, detail, origin, {prev_hash}, 'typed' \
                 FROM audit_facts WHERE stream = '{stream}' AND seq = 3"
            );
            let typed = app
                .try_as(&versterkingsgelden::core::actor::Actor::command_line(), move |tx| {
                    Ok(tx.conn.batch_execute(&sql)?)
                })
                .await;
            assert_eq!(typed.is_ok(), follows, "{seq} {prev_hash}: {typed:?}");
        }
        let mut heads = app.read(audit::store::heads).await;
        heads.retain(|it| it.stream == stream);
        assert_eq!((heads[0].seq, heads[0].hash.as_str()), (4, "typed"));
    }

    async fn every_change_of_the_trail_is_found(app: TestApp) {
        let world = World::new(&app).await;
        let stream = stream(&app, &world).await;
        let at = |it: usize| TAMPERINGS[it].0.replace("{s}", &stream);
        // Each on the database as it was: what was done is undone.
        for (number, (_, words)) in TAMPERINGS.iter().enumerate() {
            let report = after(&app, &at(number)).await;
            says(&report.0, words);
            let offline = audit::export::verify(&report.1);
            // That a whole stream is gone with its head can only be seen beside the dossiers.
            if !words.contains("geen enkel feit") {
                says(&offline, words);
            }
        }
    }

    async fn a_file_that_was_changed_is_found(app: TestApp) {
        let _ = World::new(&app).await;
        let text = exported(&app).await;
        let lines: Vec<&str> = text.lines().collect();
        let without = |at: usize| {
            let mut kept = lines.clone();
            kept.remove(at);
            audit::export::verify(&kept.join("\n"))
        };
        for at in 0..lines.len() {
            assert!(!without(at).is_sound(), "line {at} was removed");
        }
        let changed = text.replacen("cycle_opened", "cycle_closed", 1);
        says(&audit::export::verify(&changed), "is gewijzigd nadat het werd vastgelegd");
        says(&audit::export::verify(&text.replacen("{", "[", 1)), "Regel 1 is niet te lezen");
        says(&audit::export::verify(""), "niet compleet");
    }

    async fn a_changed_amount_in_the_journal_is_found(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let cents = "UPDATE journal_entries SET amount_cents = amount_cents + 1 WHERE kind = 'commitment'";
        tamper(&app, cents).await;
        let report = journalled(&app).await;
        says(&report, "Basis op orde 2027 (2027-2028): toegekend is volgens de boekingen €\u{a0}100.000,01 en volgens de stand €\u{a0}100.000,00.");
        says(&report, "VG-2027-0000, project =Regie; \"op orde\" in 2027: volgens de boekingen is €\u{a0}100.000,01 toegekend en volgens het besluit €\u{a0}100.000,00.");
        // Whoever changes the kept balance along is found out by the decision.
        tamper(&app, "UPDATE envelope_balances SET committed_cents = committed_cents + 1, free_cents = free_cents - 1 WHERE committed_cents > 0").await;
        says(&journalled(&app).await, "volgens het besluit");
        assert!(!journalled(&app).await.findings.iter().any(|it| it.contains("toegekend is volgens de boekingen")));
    }

    async fn money_that_rests_on_nothing_is_found(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let on = |number: &str| format!("UPDATE journal_entries SET {number}");
        let cases = [
            (on("cause_id = 'x' WHERE kind = 'reservation'"), "rust op iets dat er niet is"),
            (on("application_id = (SELECT MIN(id) FROM applications) WHERE project_id IS NOT NULL"), "hoort"),
            ("UPDATE projects SET category = 'baseline' WHERE category = 'prevention'".to_owned(), "geoormerkt geld"),
            ("UPDATE proposals SET is_reserved = NOT is_reserved".to_owned(), "volgens het voorstel"),
            ("UPDATE decision_lines SET amount_cents = amount_cents + 1".to_owned(), "volgens het besluit"),
            ("DELETE FROM journal_entries WHERE kind = 'appropriation'".to_owned(), "bij de opening is €\u{a0}0,00 geboekt"),
            ("UPDATE budget_years SET appropriated_cents = appropriated_cents - 1".to_owned(), "volgens de stand €\u{a0}6.999.999,99"),
            ("UPDATE budget_years SET ceiling_cents = ceiling_cents + 1".to_owned(), "het plafond is €\u{a0}7.000.000,01"),
            ("UPDATE envelope_balances SET free_cents = free_cents + 1".to_owned(), "vrij is volgens de boekingen"),
            ("UPDATE project_balances SET reserved_cents = reserved_cents + 1".to_owned(), "beloofd en volgens de stand"),
        ];
        for (sql, words) in cases {
            let report = after(&app, &sql).await.2;
            says(&report, words);
        }
    }

    async fn the_auditor_sees_facts_and_findings_and_nobody_else_does(app: TestApp) {
        let world = World::new(&app).await;
        let stream = stream(&app, &world).await;
        let finance = app.browser(world.actor(Who::Finance)).await;
        for path in ["/audit", "/audit/controle", "/audit/auditlog"] {
            assert_eq!(finance.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        let (page, statements) = app.statements(auditor.page("/audit")).await;
        assert!(page.contains(">Ingelogd<") && page.contains("127.0.0.1"), "{page}");
        assert!(statements <= 8, "{statements}");
        let (page, _) = app.statements(auditor.page(&format!("/audit?reeks={}", stream.replace(':', "%3A")))).await;
        assert!(page.contains("1 tot en met 3 van 3"));
        assert!(page.contains("Cyclus geopend") && !page.contains(">Ingelogd<"));
        promise_all(&app, &world).await;
        app.at(crate::support::morning());
        let empty = auditor.page("/audit?reeks=VG-2027-0000").await;
        assert!(empty.contains("Er zijn geen feiten."));
        let sound = auditor.page("/audit/controle").await;
        // The stories' applications were not started by a use case, and that shows.
        assert_eq!(sound.matches("geen enkel feit vastgelegd").count(), 3);
        tamper(&app, "UPDATE audit_facts SET origin = 'elders' WHERE kind = 'cycle_opened'").await;
        let page = auditor.page("/audit/controle").await;
        assert!(page.contains("is gewijzigd nadat het werd vastgelegd"));
        let file = auditor.get("/audit/auditlog").await.body;
        says(&audit::export::verify(&file), "is gewijzigd nadat het werd vastgelegd");
    }
}

/// What is found after this SQL: of the trail, in an export, of the journal. The SQL is undone.
async fn after(app: &TestApp, sql: &str) -> (Report, String, Report) {
    let is_sqlite = app.url.sqlite_path().is_some();
    let sql = format!("{} {sql}", DISARM[usize::from(!is_sqlite)]);
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let kept = seen.clone();
    let undone = app
        .try_as(
            &versterkingsgelden::core::actor::Actor::command_line(),
            move |tx| -> Result<(), _> {
                tx.conn.batch_execute(&sql)?;
                let found = (
                    audit::verify::verify(tx.conn)?,
                    audit::export::write(tx.conn, tx.now)?.text,
                    journal::verify::verify(tx.conn)?,
                );
                *kept.lock().unwrap() = Some(found);
                Err(versterkingsgelden::error::AppError::NotFound)
            },
        )
        .await;
    assert!(undone.is_err());
    let found = seen.lock().unwrap().take();
    found.unwrap_or_else(|| panic!("{undone:?}"))
}
