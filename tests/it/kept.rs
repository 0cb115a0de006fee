//! What was divided stays as it was: the database takes no change of it, and `verify allocations` finds one that was made all the same.

use diesel::{connection::SimpleConnection, prelude::*};
use versterkingsgelden::{
    allocation::Outcome,
    audit::{self, Fact, Stream},
    core::{
        actor::Actor,
        findings::Report,
        hex,
        ids::{ApplicationId, ProjectId, ScenarioId},
        money::Money,
    },
    scenarios::{Scenario, division::Division, store, verify},
};

use crate::{
    decisions::{agree, decide, declare},
    scenarios::{adopted, edited, findings, made, opened, prepared, seeded},
    support::{TestApp, Who, World, on_both},
};

/// Takes the guards away, as somebody with all rights on the database could.
const DISARM: [&str; 2] = [
    "DROP TRIGGER IF EXISTS scenarios_kept; DROP TRIGGER IF EXISTS scenarios_no_delete;
     DROP TRIGGER IF EXISTS scenario_edits_no_update; DROP TRIGGER IF EXISTS scenario_edits_no_delete;
     DROP TRIGGER IF EXISTS proposal_lines_no_update; DROP TRIGGER IF EXISTS proposal_lines_no_delete;
     DROP TRIGGER IF EXISTS decision_lines_no_update;",
    "ALTER TABLE scenarios DISABLE TRIGGER ALL; ALTER TABLE scenario_edits DISABLE TRIGGER ALL;
     ALTER TABLE proposal_lines DISABLE TRIGGER ALL; ALTER TABLE decision_lines DISABLE TRIGGER ALL;",
];

/// Runs SQL as somebody with all rights would; gives what the database says of it.
async fn run(app: &TestApp, sql: String) -> Result<(), String> {
    let done = app
        .try_as(&Actor::command_line(), move |tx| {
            tx.conn.batch_execute(&sql)?;
            Ok(())
        })
        .await;
    done.map_err(|it| format!("{it:?}"))
}

async fn tamper(app: &TestApp, sql: &str) {
    let is_sqlite = app.url.sqlite_path().is_some();
    let guards = DISARM[usize::from(!is_sqlite)];
    run(app, format!("{guards} {sql}")).await.unwrap();
}

/// A scenario with one edit by hand, adopted; one award is decided on.
async fn in_use(app: &TestApp) -> (World, ScenarioId, ProjectId) {
    let (world, ids) = prepared(app).await;
    let id = made(app, &world, &world.window, "A", seeded()).await;
    let project = ids[0][0].clone();
    let amounts = [(2027, 40_000_000)];
    edited(app, &world, &id, &project, &amounts, 1)
        .await
        .unwrap();
    adopted(app, &world, &id, 2).await.unwrap();
    (world, id, project)
}

async fn report(app: &TestApp) -> Report {
    app.read(verify::verify).await
}

on_both! {
    async fn the_database_takes_no_change_of_what_was_divided(app: TestApp) {
        let (world, id, project) = in_use(&app).await;
        let draft = app.act(world.actor(Who::Coordinator), {
            let id = id.clone();
            move |tx| {
                let (first, _) = store::get_all(tx.conn, std::slice::from_ref(&id))?.remove(0);
                let copy = Scenario {
                    id: tx.new_id(),
                    name: "Concept".to_owned(),
                    state: versterkingsgelden::scenarios::ScenarioState::Draft,
                    adopted_at: None,
                    adopted_by: None,
                    ..first
                };
                store::insert(tx, &copy)?;
                Ok(copy.id)
            }
        }).await;
        let edit = |of: &ScenarioId, seq: i32| format!(
            "INTO scenario_edits (scenario_id, seq, project_id, year, before_cents, after_cents, reason, edited_at, edited_by)
             SELECT '{of}', {seq}, project_id, year, before_cents, after_cents, reason, edited_at, edited_by
             FROM scenario_edits WHERE scenario_id = '{id}' AND seq = 1"
        );
        for (sql, table) in [
            (format!("UPDATE scenarios SET result = '' WHERE id = '{draft}'"), "scenarios"),
            (format!("UPDATE scenarios SET input = '' WHERE id = '{draft}'"), "scenarios"),
            (format!("UPDATE scenarios SET input_sha256 = '' WHERE id = '{draft}'"), "scenarios"),
            (format!("UPDATE scenarios SET name = 'x' WHERE id = '{draft}'"), "scenarios"),
            (format!("UPDATE scenarios SET created_by = '' WHERE id = '{draft}'"), "scenarios"),
            (format!("UPDATE scenarios SET version = 9 WHERE id = '{id}'"), "scenarios"),
            (format!("UPDATE scenarios SET state = 'draft', adopted_at = NULL, adopted_by = NULL WHERE id = '{id}'"), "scenarios"),
            (format!("DELETE FROM scenarios WHERE id = '{draft}'"), "scenarios"),
            ("UPDATE scenario_edits SET after_cents = 1".to_owned(), "scenario_edits"),
            ("DELETE FROM scenario_edits".to_owned(), "scenario_edits"),
            (format!("INSERT {}", edit(&id, 2)), "scenario_edits"),
            (format!("UPDATE proposal_lines SET amount_cents = 1 WHERE project_id = '{project}'"), "proposal_lines"),
            ("DELETE FROM proposal_lines".to_owned(), "proposal_lines"),
        ] {
            let refused = run(&app, sql.clone()).await.unwrap_err();
            assert!(refused.contains(&format!("{table} is append-only")), "{sql}: {refused}");
        }
        // A draft takes edits, and can be put away.
        run(&app, format!("INSERT {}", edit(&draft, 1))).await.unwrap();
        run(&app, format!("UPDATE scenarios SET state = 'discarded', version = 2 WHERE id = '{draft}'")).await.unwrap();
        if app.url.sqlite_path().is_some() {
            for sql in [
                format!("INSERT OR REPLACE INTO scenarios SELECT * FROM scenarios WHERE id = '{id}'"),
                "INSERT OR REPLACE INTO scenario_edits SELECT * FROM scenario_edits".to_owned(),
                "INSERT OR REPLACE INTO proposal_lines SELECT * FROM proposal_lines".to_owned(),
            ] {
                let refused = run(&app, sql.clone()).await.unwrap_err();
                assert!(refused.contains("Conflict") || refused.contains("append-only"), "{sql}: {refused}");
            }
        } else {
            for table in ["scenarios", "scenario_edits", "proposal_lines"] {
                let refused = run(&app, format!("TRUNCATE {table} CASCADE")).await.unwrap_err();
                assert!(refused.contains("append-only"), "{refused}");
            }
        }
    }

    async fn a_result_that_somebody_changed_is_found(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        assert_eq!(findings(&app).await, Vec::<String>::new());
        let opened = opened(&app, &world, &id).await;
        let mut outcome = opened.division.outcome.clone();
        let award = outcome.awards.iter_mut().find(|it| !it.amount.is_zero()).unwrap();
        award.amount = Money::from_cents(award.amount.cents() - 100);
        let (project, json) = (award.id.clone(), outcome.json().unwrap());
        tamper(&app, &format!("UPDATE scenarios SET result = '{}'", json.replace('\'', "''"))).await;
        let found = findings(&app).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("de bewaarde uitkomst heeft SHA-256"), "{found:?}");
        assert!(found[1].contains(&format!("project {project} heeft in 2027 bewaard")), "{found:?}");
        // What lists show is kept beside it and still says what was computed.
        assert!(found[2].contains("in de lijst"), "{found:?}");
    }

    /// Input, hash and outcome all changed alike: nothing but the audit trail tells.
    async fn an_input_that_was_replaced_with_all_that_follows_from_it_is_found(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let other = versterkingsgelden::scenarios::assemble::Changes {
            seed: "een ander zaad".to_owned(),
            ..seeded()
        };
        let donor = made(&app, &world, &world.window, "B", other).await;
        tamper(&app, &format!(
            "UPDATE scenarios SET input = (SELECT input FROM scenarios WHERE id = '{donor}'),
             input_sha256 = (SELECT input_sha256 FROM scenarios WHERE id = '{donor}'),
             result = (SELECT result FROM scenarios WHERE id = '{donor}') WHERE id = '{id}'"
        )).await;
        let found = findings(&app).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("de bewaarde invoer heeft SHA-256"), "{found:?}");
        assert!(found[1].contains("de bewaarde uitkomst heeft SHA-256"), "{found:?}");
        assert!(found[2].contains("in de lijst"), "its seed is another: {found:?}");
    }

    async fn an_edit_that_somebody_changed_is_found(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        edited(&app, &world, &id, &ids[0][0], &[(2027, 40_000_000)], 1).await.unwrap();
        tamper(&app, "UPDATE scenario_edits SET before_cents = 1, after_cents = 2").await;
        let found = findings(&app).await;
        assert!(found[0].contains("wijziging 1 begint bij €\u{a0}0,01"), "{found:?}");
        assert!(found[1].contains("Dat is te weinig: het project heeft ten minste"), "{found:?}");
    }

    /// From the scenario to the proposals to the decisions: an amount that changes on the way is found.
    async fn what_was_adopted_is_what_was_proposed_and_decided(app: TestApp) {
        let (world, id, project) = in_use(&app).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let application: ApplicationId = {
            let project = project.clone();
            app.read(move |conn| {
                use versterkingsgelden::db::schema::projects;
                Ok(projects::table.find(&project).select(projects::application_id).first(conn)?)
            }).await
        };
        for who in [Who::DecisionMaker, Who::SzwDecisionMaker] {
            declare(&app, world.actor(who), &application, false).await;
        }
        agree(&app, &world, &application, "agreed").await;
        let reply = decide(&app, &maker, &application).await;
        assert_eq!(reply.status, actix_web::http::StatusCode::SEE_OTHER, "{}", reply.body);
        assert_eq!(findings(&app).await, Vec::<String>::new());

        tamper(&app, &format!("UPDATE decision_lines SET amount_cents = amount_cents - 100 WHERE project_id = '{project}' AND year = 2027")).await;
        let found = findings(&app).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(&format!("heeft voor project {project} in 2027 €\u{a0}400.000,00, en het besluit €\u{a0}399.999,00")), "{found:?}");

        tamper(&app, &format!("UPDATE proposal_lines SET amount_cents = amount_cents - 100 WHERE project_id = '{project}' AND year = 2027")).await;
        let found = findings(&app).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(&format!("project {project} kreeg in 2027 €\u{a0}400.000,00, en in voorstel")), "{found:?}");

        tamper(&app, &format!("DELETE FROM proposal_lines WHERE project_id = '{project}' AND year = 2028")).await;
        let found = findings(&app).await.join("\n");
        assert!(found.contains(&format!("project {project} kreeg in 2028")) && found.contains("staat in geen voorstel"), "{found}");

        tamper(&app, &format!("UPDATE scenarios SET state = 'discarded', adopted_at = NULL, adopted_by = NULL WHERE id = '{id}'")).await;
        let found = findings(&app).await.join("\n");
        assert!(found.contains("het is niet overgenomen, en toch staan er voorstellen op zijn naam"), "{found}");
    }

    /// A new version of the rules makes no old division wrong: what they give now is told, and is no finding.
    async fn a_scenario_by_other_rules_is_told_and_no_finding(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let of = opened(&app, &world, &id).await;
        let outcome = Outcome { engine: "2020.1".to_owned(), ..of.division.outcome.clone() };
        let given = outcome.awards.iter().position(|it| 200 < it.amount.cents()).unwrap();
        let with = |change: i64| {
            let mut changed = outcome.clone();
            let cents = changed.awards[given].amount.cents();
            changed.awards[given].amount = Money::from_cents(cents + change);
            changed
        };
        for (name, outcome) in [("Gelijk", outcome.clone()), ("Anders", with(-100)), ("Te veel", with(10_000_000_000))] {
            let result = outcome.json().unwrap();
            let sums = Division::of(&of.scenario.input, &result, &[]).unwrap().sums(0).unwrap();
            // More than there is the database takes from nobody.
            let sums = if sums.awarded_cents <= sums.ceiling_cents { sums } else { of.scenario.sums };
            let row = Scenario { name: name.to_owned(), result, sums, ..of.scenario.clone() };
            app.act(world.actor(Who::Coordinator), move |tx| {
                let row = Scenario { id: tx.new_id(), ..row.clone() };
                store::insert(tx, &row)?;
                let fact = Fact::ScenarioCreated {
                    name: row.name.clone(),
                    input_sha256: row.input_sha256.clone(),
                    result_sha256: hex::sha256(&row.result),
                };
                audit::record(tx, Stream::Scenario(&row.id), &fact)
            }).await;
        }
        let report = report(&app).await;
        assert_eq!(report.notes.len(), 3, "{report:?}");
        for (name, outcome) in [("Gelijk", "dezelfde bedragen"), ("Anders", "1 ander bedrag"), ("Te veel", "1 ander bedrag")] {
            let note = report.notes.iter().find(|it| it.contains(&format!("“{name}”"))).unwrap();
            assert!(note.contains("gemaakt met regels versie 2020.1. Met de regels van nu"), "{note}");
            assert!(note.ends_with(&format!("geeft dezelfde invoer {outcome}.")), "{note}");
        }
        // Above the ceiling and above what was asked: that is wrong by any rules.
        assert!(!report.findings.is_empty());
        assert!(report.findings.iter().all(|it| it.contains("“Te veel”")), "{report:?}");
    }
}
