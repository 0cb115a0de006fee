//! Mail, to a real mail server: who is mailed, when, how often it is tried, and what is said of it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use actix_web::http::StatusCode;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::Value;
use versterkingsgelden::{
    applications::section::SectionName,
    cli::mailing::deliver,
    core::{
        actor::{Actor, Organisation, Role},
        ids::{ApplicationId, MailId},
    },
    db::schema::{application_sections, applications, audit_facts, mails},
    identity::actions::{NewAccount, create_account},
    outbox::{
        self, MessageKind, NewMessage,
        mail::{MailState, NewMail, Wish, actions, post::Post},
    },
};

use crate::support::{AnApplication, TestApp, Who, World, moment, on_both, section_answers};

const BASE: &str = "https://vg.example";

/// A mail server of the test's own, that ends with it.
pub struct MailServer {
    child: Child,
    stdin: Option<ChildStdin>,
    taken: Receiver<Value>,
    url: String,
}

impl MailServer {
    pub fn start() -> MailServer {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mail/server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("no mail server: apt-get install python3-aiosmtpd");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .next()
            .expect("no mail server: apt-get install python3-aiosmtpd")
            .unwrap();
        let (send, taken) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = send.send(serde_json::from_str(&line).unwrap());
            }
        });
        MailServer {
            stdin: child.stdin.take(),
            child,
            taken,
            url: format!("smtp://127.0.0.1:{port}"),
        }
    }

    pub fn post(&self) -> Post {
        Post::to_server(&self.url, "Versterkingsgelden <vg@vg.example>").unwrap()
    }

    /// The messages that it took since the last call, by address.
    pub fn taken(&self, count: usize) -> Vec<Value> {
        let mut all: Vec<Value> = (0..count)
            .map(|_| self.taken.recv_timeout(Duration::from_secs(10)).unwrap())
            .collect();
        all.extend(self.taken.try_iter());
        all.sort_by_key(|it| it["to"].to_string());
        all
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// Writes a message to Delft.
async fn tell(app: &TestApp, world: &World, kind: MessageKind, subject: &'static str) {
    let municipality = world.leads[0].clone();
    app.act(&Actor::system(), move |tx| {
        let new = NewMessage {
            municipality: municipality.clone(),
            application: None::<ApplicationId>,
            kind,
            subject: subject.to_owned(),
            body: "De eerste alinea.\n\nDe tweede, met ë.".to_owned(),
        };
        outbox::store::insert(tx, &new)
    })
    .await;
}

/// Gives Delft somebody more, with this address.
async fn a_colleague(app: &TestApp, world: &World, email: &'static str) -> Actor {
    let municipality = world.leads[0].clone();
    let new = NewAccount {
        email: email.to_owned(),
        name: email.to_owned(),
        password_hash: "nobody knows".to_owned(),
        organisation: Organisation::Municipality,
        municipality: Some(municipality.clone()),
        roles: vec![Role::Editor],
    };
    let id = app
        .act(&Actor::command_line(), move |tx| create_account(tx, &new))
        .await;
    Actor {
        id,
        roles: vec![Role::Editor],
        name: email.to_owned(),
        municipality: Some(municipality),
        organisation: Organisation::Municipality,
        origin: "127.0.0.1".to_owned(),
    }
}

async fn mails_of(app: &TestApp, address: &'static str) -> Vec<(MailId, MailState, i32, String)> {
    app.read(move |conn| {
        Ok(mails::table
            .filter(mails::address.eq(address))
            .order(mails::id)
            .select((mails::id, mails::state, mails::attempts, mails::error))
            .load(conn)?)
    })
    .await
}

async fn sent(app: &TestApp, server: &MailServer) -> usize {
    deliver(&app.app.store, &server.post(), BASE).await.unwrap()
}

on_both! {
    async fn everybody_of_the_municipality_is_mailed_once(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        tell(&app, &world, MessageKind::ApplicationReceived, "Wij hebben uw aanvraag ontvangen").await;
        assert_eq!(sent(&app, &server).await, 2);
        assert_eq!(sent(&app, &server).await, 0);
        let taken = server.taken(2);
        let to: Vec<&Value> = taken.iter().map(|it| &it["to"][0]).collect();
        assert_eq!(taken.len(), 2, "{to:?}");
        let first = &taken[0];
        assert_eq!(first["subject"], "Wij hebben uw aanvraag ontvangen");
        assert_eq!(first["from"], "vg@vg.example");
        assert_eq!(first["auto"], "auto-generated");
        assert_eq!(first["unsubscribe"], "<https://vg.example/meldingen>");
        let text = first["text"].as_str().unwrap();
        assert!(text.contains("De tweede, met ë."), "{text}");
        assert!(text.contains("Ga naar: https://vg.example/berichten/"), "{text}");
        assert_ne!(taken[0]["id"], taken[1]["id"]);

        // The ministry sees that it was told in time, the municipality what was mailed.
        let all = app.browser(world.actor(Who::Coordinator)).await.page("/berichtenverkeer").await;
        assert!(all.contains("2 van 2") && all.contains("Gemaild"), "{all}");
    }

    async fn what_is_written_about_a_dossier_does_not_go_by_mail(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        tell(&app, &world, MessageKind::DecisionSent, "Besluit op uw aanvraag").await;
        assert_eq!(sent(&app, &server).await, 2);
        let text = server.taken(2)[0]["text"].to_string();
        assert!(!text.contains("De eerste alinea"), "{text}");
        assert!(text.contains("Er staat een bericht voor uw gemeente klaar."), "{text}");
    }

    async fn who_wants_no_mail_gets_only_what_the_law_asks(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        let delft = app.browser(world.actor(Who::Delft)).await;
        let reply = delft.post("/meldingen", &[("wens", "never")]).await;
        assert_eq!(reply.location, "/meldingen?gedaan=bewaard");
        assert!(delft.page(&reply.location).await.contains("Uw keuze is opgeslagen."));
        let refused = delft.post("/meldingen", &[("wens", "soms")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

        tell(&app, &world, MessageKind::ApplicationWithdrawn, "Ingetrokken").await;
        assert_eq!(sent(&app, &server).await, 1);
        tell(&app, &world, MessageKind::CompletionRequested, "Vul aan").await;
        assert_eq!(sent(&app, &server).await, 2);
        assert_eq!(server.taken(3).len(), 3);
    }

    async fn the_mails_of_a_day_leave_as_one_at_seven(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        let delft = world.actor(Who::Delft);
        let editor = world.actor(Who::DelftEditor);
        app.act(delft, |tx| actions::choose(tx, Wish::Daily)).await;
        app.act(editor, |tx| actions::choose(tx, Wish::Never)).await;
        tell(&app, &world, MessageKind::ApplicationWithdrawn, "Het eerste").await;
        tell(&app, &world, MessageKind::ApplicationWithdrawn, "Het tweede").await;
        assert_eq!(sent(&app, &server).await, 0);
        app.at(moment("2026-09-16T04:59:00"));
        assert_eq!(sent(&app, &server).await, 0);
        app.at(moment("2026-09-16T05:00:00"));
        assert_eq!(sent(&app, &server).await, 1);
        let taken = server.taken(1);
        assert_eq!(taken[0]["subject"], "Er staan 2 berichten voor u klaar");
        let text = taken[0]["text"].as_str().unwrap();
        assert!(text.contains("Het eerste") && text.contains("Het tweede"), "{text}");
    }

    async fn a_mailbox_that_does_not_exist_is_shown_and_one_that_is_busy_tried_again(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        a_colleague(&app, &world, "weg@delft.example").await;
        a_colleague(&app, &world, "druk@delft.example").await;
        tell(&app, &world, MessageKind::DecisionSent, "Besluit op uw aanvraag").await;
        assert_eq!(sent(&app, &server).await, 2);
        let gone = mails_of(&app, "weg@delft.example").await;
        assert_eq!((gone[0].1, gone[0].2), (MailState::Failed, 1), "{gone:?}");
        assert!(gone[0].3.contains("no such mailbox"), "{gone:?}");
        let busy = mails_of(&app, "druk@delft.example").await;
        assert_eq!((busy[0].1, busy[0].2), (MailState::Waiting, 1), "{busy:?}");
        // Not at once, and then again.
        assert_eq!(sent(&app, &server).await, 0);
        assert_eq!(mails_of(&app, "druk@delft.example").await[0].2, 1);
        app.at(moment("2026-09-15T08:01:00"));
        sent(&app, &server).await;
        assert_eq!(mails_of(&app, "druk@delft.example").await[0].2, 2);

        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page("/berichtenverkeer").await;
        assert!(page.contains("Niet te bezorgen") && page.contains("weg@delft.example"), "{page}");
        let again = format!("/berichtenverkeer/mails/{}/herhaling", gone[0].0);
        let reply = coordinator.post(&again, &[]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        assert!(coordinator.page(&reply.location).await.contains("Wacht op verzending"));
        // The auditor sees it and does not touch it.
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        assert!(auditor.page(&reply.location).await.contains("weg@delft.example"));
        assert_eq!(auditor.post(&again, &[]).await.status, StatusCode::FORBIDDEN);
        let kinds: Vec<String> = app
            .read(|conn| {
                Ok(audit_facts::table
                    .filter(audit_facts::stream.eq("installation:1"))
                    .order(audit_facts::seq)
                    .select(audit_facts::kind)
                    .load(conn)?)
            })
            .await;
        assert_eq!(kinds, ["mail_given_up", "mail_tried_again"]);
    }

    async fn a_worker_that_died_loses_nothing_and_two_do_not_send_twice(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        tell(&app, &world, MessageKind::DecisionSent, "Besluit op uw aanvraag").await;
        while app.act(&Actor::system(), actions::address).await != 0 {}
        // This worker claims and is never heard of again.
        let claimed = app.act(&Actor::system(), actions::claim).await;
        assert_eq!(claimed.len(), 2);
        assert_eq!(sent(&app, &server).await, 0);
        app.at(moment("2026-09-15T08:10:00"));
        assert_eq!(sent(&app, &server).await, 2);
        assert_eq!(server.taken(2).len(), 2);
        // It comes back and says that it failed: what was sent stays sent.
        let ids: Vec<MailId> = claimed.into_iter().map(|it| it.id).collect();
        let failure = outbox::mail::Failure { is_permanent: true, said: "x".to_owned() };
        app.act(&Actor::system(), move |tx| actions::record(tx, &ids, &Err(failure.clone()))).await;
        assert_eq!(sent(&app, &server).await, 0);
        let all = app.browser(world.actor(Who::Auditor)).await.page("/berichtenverkeer").await;
        assert!(all.contains("2 van 2"), "{all}");
    }

    async fn no_mail_within_48_hours_is_said(app: TestApp) {
        let world = World::new(&app).await;
        tell(&app, &world, MessageKind::DecisionSent, "Besluit op uw aanvraag").await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert!(coordinator.page("/berichtenverkeer").await.contains("Wordt gemaild"));
        app.at(moment("2026-09-17T08:00:01"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert!(coordinator.page("/berichtenverkeer").await.contains("Na 48 uur niet gemaild"));
        // Nobody but the program does the program's work.
        let refused = app.try_as(world.actor(Who::Coordinator), actions::address).await;
        assert!(refused.is_err());
    }

    async fn what_we_have_to_tell_goes_to_the_address_of_the_application_too(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        assert_eq!(sent(&app, &server).await, 3);
        let taken = server.taken(3);
        let to: Vec<&str> = taken.iter().map(|it| it["to"][0].as_str().unwrap()).collect();
        assert_eq!(to, ["delft@example.nl", "delfteditor@example.nl", "veiligheid@example.nl"]);
        let text = taken[2]["text"].as_str().unwrap();
        assert!(text.contains("uw adres als contactadres") && !text.contains("kiest u hier"), "{text}");
        // Not what we need not tell, but that it was taken back: it was told there that we had it.
        let about = async |kind: MessageKind| {
            let municipality = world.leads[0].clone();
            app.act(&Actor::system(), move |tx| {
                let id: ApplicationId = applications::table.select(applications::id).first(tx.conn)?;
                outbox::store::insert(tx, &NewMessage {
                    municipality: municipality.clone(),
                    application: Some(id),
                    kind,
                    subject: "Over uw aanvraag".to_owned(),
                    body: "Tekst.".to_owned(),
                })
            })
            .await;
            sent(&app, &server).await
        };
        assert_eq!(about(MessageKind::WindowClosesSoon).await, 2);
        assert_eq!(about(MessageKind::ApplicationWithdrawn).await, 3);
        assert_eq!(about(MessageKind::ApplicationResumed).await, 3);
        assert_eq!(about(MessageKind::CompletionDueSoon).await, 3);
        // Once, if somebody reads there already; and not where no mail can come.
        for (address, mails) in [("Delft@Example.nl", 2), ("veiligheid@delft", 2), ("ander@delft.example", 3)] {
            let answers = section_answers(SectionName::Organisation).with("email", address);
            app.act(&Actor::system(), move |tx| {
                diesel::update(application_sections::table.filter(application_sections::section.eq("organisation")))
                    .set(application_sections::answers.eq(serde_json::to_string(&answers)?))
                    .execute(tx.conn)?;
                Ok(())
            })
            .await;
            assert_eq!(about(MessageKind::DecisionSent).await, mails, "{address}");
        }
    }

    async fn the_last_day_of_a_completion_is_mailed_to_who_wants_no_mail(app: TestApp) {
        let world = World::new(&app).await;
        let server = MailServer::start();
        for who in [Who::Delft, Who::DelftEditor] {
            app.act(world.actor(who), |tx| actions::choose(tx, Wish::Never)).await;
        }
        tell(&app, &world, MessageKind::CompletionDueSoon, "Vul op tijd aan").await;
        assert_eq!(sent(&app, &server).await, 2);
        tell(&app, &world, MessageKind::WindowClosesSoon, "Sluit bijna").await;
        assert_eq!(sent(&app, &server).await, 0);
    }

    async fn somebody_without_an_account_can_be_mailed(app: TestApp) {
        let server = MailServer::start();
        app.act(&Actor::system(), |tx| {
            actions::write(tx, NewMail {
                account: None,
                address: "nieuw@westland.example".to_owned(),
                subject: "U bent uitgenodigd".to_owned(),
                body: "Kom erbij.".to_owned(),
                path: "/uitnodigingen/x".to_owned(),
                has_secret: false,
            })
        })
        .await;
        assert_eq!(sent(&app, &server).await, 1);
        let text = server.taken(1)[0]["text"].to_string();
        assert!(text.contains("https://vg.example/uitnodigingen/x"), "{text}");
    }
}

#[actix_web::test]
async fn without_a_mail_server_mails_are_files() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mail");
    let post = Post::to_folder(&folder, "vg@localhost").unwrap();
    tell(
        &app,
        &world,
        MessageKind::DecisionSent,
        "Besluit op uw aanvraag",
    )
    .await;
    assert_eq!(deliver(&app.app.store, &post, BASE).await.unwrap(), 2);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
}

#[actix_web::test]
async fn a_mail_server_that_is_not_there_loses_no_mail() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    tell(
        &app,
        &world,
        MessageKind::DecisionSent,
        "Besluit op uw aanvraag",
    )
    .await;
    let post = Post::to_server("smtp://127.0.0.1:1", "vg@localhost").unwrap();
    assert_eq!(deliver(&app.app.store, &post, BASE).await.unwrap(), 0);
    let server = MailServer::start();
    app.at(moment("2026-09-15T08:01:00"));
    assert_eq!(sent(&app, &server).await, 2);
}
