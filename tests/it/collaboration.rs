//! Colleagues and partners: invited by mail, once and for a while; they do what they were asked and
//! nothing else.

use actix_web::{http::StatusCode, test::TestRequest};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use versterkingsgelden::{
    applications::{
        collaboration::{
            Grant, NewInvitation,
            accepting::actions::{Newcomer, accept, join},
            actions::{invite, remove, send_again, withdraw},
            tasks,
        },
        drafting,
        section::SectionName,
        signing,
    },
    cli::mailing::deliver,
    core::{
        actor::{Actor, Role},
        hex,
        ids::{AccountId, ApplicationId, InvitationId, ProjectId},
    },
    db::{
        Tx,
        schema::{
            accounts, collaborators, completion_requests, draft_changes, invitations, mail_secrets,
            mails, projects,
        },
    },
    error::AppError,
    identity::{self, policy::Right},
};

use crate::{
    mail::MailServer,
    support::{AnApplication, Browser, Reply, TestApp, Who, World, moment, on_both},
    versions::ask_completion,
};

const BASE: &str = "https://vg.example";
const PETRA: &str = "petra@westland.example";
const WELCOME: [(&str, &str); 3] = [
    ("naam", "Petra Jansen"),
    ("wachtwoord", "drie woorden samen"),
    ("nogmaals", "drie woorden samen"),
];

/// The form of an invitation to these sections; to none: to the whole application.
fn asked<'a>(
    email: &'a str,
    right: &'a str,
    sections: &[&'a str],
    due: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("email", email),
        ("organisatie", "Gemeente Westland"),
        ("recht", right),
        (
            "waar",
            if sections.is_empty() {
                "alles"
            } else {
                "delen"
            },
        ),
        ("datum", due),
        ("bericht", "Vul jij jullie deel in?"),
    ];
    for section in sections {
        fields.push((
            match *section {
                "analysis" => "onderdeel.analysis",
                "region" => "onderdeel.region",
                _ => "onderdeel.projects",
            },
            "ja",
        ));
    }
    fields
}

/// The path that the last mail to somebody leads to.
async fn link(app: &TestApp, server: &MailServer, email: &str) -> String {
    deliver(&app.app.store, &server.post(), BASE).await.unwrap();
    let taken = server.taken(1);
    let mine = taken.iter().rev().find(|it| it["to"][0] == email).unwrap();
    let text = mine["text"].as_str().unwrap().to_owned();
    let at = text.find("/uitnodigingen/").unwrap();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

async fn look(app: &TestApp, path: &str) -> Reply {
    app.send(TestRequest::get().uri(path)).await
}

async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    let request = TestRequest::post()
        .uri(path)
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form(fields);
    app.send(request).await
}

/// Somebody who was given this in Delft's application, and has accepted.
async fn partner(
    app: &TestApp,
    world: &World,
    id: &ApplicationId,
    right: Right,
    sections: Option<Vec<SectionName>>,
) -> Actor {
    let new = NewInvitation {
        email: PETRA.to_owned(),
        organisation: "Gemeente Westland".to_owned(),
        grant: Grant { right, sections },
        message: String::new(),
        due_on: None,
    };
    let of = id.clone();
    app.act(world.actor(Who::Delft), move |tx| invite(tx, &of, &new))
        .await;
    let server = MailServer::start();
    let path = link(app, &server, PETRA).await;
    let reply = send(app, &path, &WELCOME).await;
    assert_eq!(reply.location, format!("/aanvragen/{id}"), "{}", reply.body);
    app.read(|conn| identity::store::actor_by_email(conn, PETRA))
        .await
}

async fn project_of(app: &TestApp, id: &ApplicationId) -> ProjectId {
    let of = id.clone();
    app.read(move |conn| {
        Ok(projects::table
            .filter(projects::application_id.eq(of))
            .order(projects::position)
            .select(projects::id)
            .first(conn)?)
    })
    .await
}

/// Everything that is written, and how often it was changed.
async fn written(app: &TestApp, id: &ApplicationId) -> (String, i64) {
    let of = id.clone();
    app.read(move |conn| {
        let draft = drafting::store::draft(conn, &of)?;
        let saves = draft_changes::table.count().get_result(conn)?;
        Ok((format!("{draft:?}"), saves))
    })
    .await
}

/// The subjects of all mail to somebody, in order.
async fn subjects(app: &TestApp, email: &'static str) -> Vec<String> {
    app.read(move |conn| {
        Ok(mails::table
            .filter(mails::address.eq(email))
            .order((mails::created_at, mails::id))
            .select(mails::subject)
            .load(conn)?)
    })
    .await
}

/// Says of the request for completion that waits that it is about the analysis.
async fn ask_completion_of_analysis_instead(app: &TestApp, id: &ApplicationId) {
    let of = id.clone();
    app.act(&Actor::system(), move |tx| {
        let open = completion_requests::table.filter(completion_requests::application_id.eq(&of));
        diesel::update(open)
            .set(completion_requests::sections.eq("[\"analysis\"]"))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

async fn a_draft(app: &TestApp) -> (World, ApplicationId) {
    let world = World::new(app).await;
    let id = AnApplication::of(Who::Delft).make(app, &world).await;
    (world, id)
}

on_both! {
    async fn a_partner_is_invited_accepts_and_does_their_part(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        let fields = asked("Petra@Westland.Example", "edit", &["analysis", "projects"], "2026-09-25");
        let form = format!("/aanvragen/{id}/uitnodigingen");
        assert!(delft.page(&form).await.contains("Westland"));
        let reply = delft.post(&form, &fields).await;
        assert_eq!(reply.location, format!("/aanvragen/{id}/samenwerken?gedaan=uitgenodigd"), "{}", reply.body);
        let page = delft.page(&reply.location).await;
        assert!(page.contains(PETRA) && page.contains("De uitnodiging is onderweg."), "{page}");

        // The secret is in the mail and nowhere else.
        let path = link(&app, &server, PETRA).await;
        let token = path.rsplit('/').next().unwrap().to_owned();
        assert!(43 <= token.len(), "{token}");
        let (paths, bodies, hashes): (Vec<String>, Vec<String>, Vec<String>) = app.read(|conn| {
            Ok((
                mails::table.select(mails::path).load(conn)?,
                mails::table.select(mails::body).load(conn)?,
                mail_secrets::table.select(mail_secrets::sha256).load(conn)?,
            ))
        }).await;
        assert!(!paths.concat().contains(&token) && !bodies.concat().contains(&token));
        assert_eq!(hashes, [hex::sha256(&token)]);

        // Looking says who asks what until when, nothing of the dossier, and uses nothing up.
        for _ in 0..20 {
            let page = look(&app, &path).await;
            assert_eq!(page.status, StatusCode::OK);
            for text in ["Delft van de gemeente Delft", PETRA, "Analyse van de situatie, Projecten", "25 september 2026", "29 september 2026", "Vul jij jullie deel in?"] {
                assert!(page.body.contains(text), "{text}: {}", page.body);
            }
            assert!(!page.body.contains("VG-2027") && !page.body.contains("Jongeren komen"), "{}", page.body);
        }
        let refused = send(&app, &path, &[("naam", "Petra"), ("wachtwoord", "kort"), ("nogmaals", "anders")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("te kort") && refused.body.contains("Petra"), "{}", refused.body);

        let reply = send(&app, &path, &WELCOME).await;
        assert_eq!(reply.location, format!("/aanvragen/{id}"), "{}", reply.body);
        let cookie = reply.cookies[0].clone();
        let own = app.send(TestRequest::get().uri(&reply.location).cookie(cookie)).await;
        assert_eq!(own.status, StatusCode::OK);
        assert!(own.body.contains("Aan u gevraagd"), "{}", own.body);

        // It worked once.
        let again = send(&app, &path, &WELCOME).await;
        assert_eq!(again.status, StatusCode::GONE);
        assert!(again.body.contains("al gebruikt"), "{}", again.body);

        let petra = app.read(|conn| identity::store::actor_by_email(conn, PETRA)).await;
        assert_eq!((petra.roles.as_slice(), petra.municipality.clone()), ([Role::Collaborator].as_slice(), None));
        let partner = app.browser(&petra).await;
        let start = partner.page("/").await;
        assert!(start.contains("Aanvragen waaraan u meewerkt") && start.contains("vrijdag 25 september 2026"), "{start}");
        assert!(partner.page("/aanvragen").await.contains("VG-2027-0503"));

        // The list of sections says who was asked; the partner writes and says that it is done.
        let dossier = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(dossier.contains("Petra Jansen vult dit in vóór 25 sep 2026"), "{dossier}");
        let section = format!("/aanvragen/{id}/onderdelen/analysis");
        assert!(partner.page(&section).await.contains("name=\"dreiging\""));
        let saved = partner.post(&section, &[("versie", "1"), ("dreiging", "Westland ziet meer online."), ("behoefte", "x"), ("weerbaarheid", "y"), ("geleerd", "")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let of = id.clone();
        let task = app.read(move |conn| tasks::store::of_application(conn, &of)).await.remove(0);
        let done = partner.post(&format!("{}/klaar", task.address()), &[("antwoord", "De cijfers volgen nog.")]).await;
        assert_eq!(done.location, format!("{}?gedaan=klaar", task.address()), "{}", done.body);
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        let told = server.taken(1);
        // That she works on it, and that her part is done.
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|it| it["to"][0] == "delft@example.nl"), "{told:?}");
        assert!(told.iter().any(|it| it["text"].to_string().contains("De cijfers volgen nog.")), "{told:?}");
        let page = delft.page(&format!("/aanvragen/{id}/samenwerken")).await;
        assert!(page.contains("Klaar") && page.contains("Bewerken: Analyse van de situatie, Projecten"), "{page}");
        let work = delft.page(&format!("/aanvragen/{id}/samenwerken/werk")).await;
        assert!(work.contains("Petra Jansen: 1"), "{work}");
        let log = delft.page(&format!("/aanvragen/{id}/verloop")).await;
        for said in ["Gemeente Westland uitgenodigd om mee te schrijven, in Analyse van de situatie, Projecten", "Uitnodiging aangenomen", "Taak klaar: Analyse van de situatie"] {
            assert!(log.contains(said), "{said}: {log}");
        }
        assert!(!log.contains(PETRA), "{log}");
        let reopened = partner.post(&format!("{}/heropening", task.address()), &[]).await;
        assert_eq!(reopened.status, StatusCode::SEE_OTHER);
        let someone_elses = app.browser(world.actor(Who::DelftEditor)).await;
        let refused = someone_elses.post(&format!("{}/klaar", task.address()), &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }

    async fn of_two_who_accept_at_once_one_does(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked(PETRA, "edit", &[], "")).await;
        let path = link(&app, &server, PETRA).await;
        let sha256 = hex::sha256(path.rsplit('/').next().unwrap());
        let system = Actor::system();
        let attempt = |session: &'static str| {
            let sha256 = sha256.clone();
            app.try_as(&system, move |tx| join(tx, &sha256, &Newcomer {
                name: "Petra".to_owned(),
                password_hash: "nobody knows".to_owned(),
                session_id: session.to_owned(),
            }))
        };
        let (one, other) = tokio::join!(attempt("a"), attempt("b"));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let found: (i64, i64) = app.read(|conn| Ok((
            accounts::table.filter(accounts::email.eq(PETRA)).count().get_result(conn)?,
            collaborators::table.count().get_result(conn)?,
        ))).await;
        assert_eq!(found, (1, 1));
    }

    async fn an_invitation_ends(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        let form = format!("/aanvragen/{id}/uitnodigingen");
        delft.post(&form, &asked(PETRA, "edit", &[], "")).await;
        let first = link(&app, &server, PETRA).await;
        let of = async |app: &TestApp| -> String {
            app.read(|conn| Ok(invitations::table
                .filter(invitations::accepted_at.is_null())
                .filter(invitations::withdrawn_at.is_null())
                .select(invitations::id)
                .first::<versterkingsgelden::core::ids::InvitationId>(conn)?
                .to_string())).await
        };

        // Sent anew: the old link says so, the new one works.
        let again = delft.post(&format!("{form}/{}/herhaling", of(&app).await), &[]).await;
        assert_eq!(again.location, format!("/aanvragen/{id}/samenwerken?gedaan=opnieuw"), "{}", again.body);
        let second = link(&app, &server, PETRA).await;
        let old = send(&app, &first, &WELCOME).await;
        assert_eq!(old.status, StatusCode::GONE);
        assert!(old.body.contains("ingetrokken"), "{}", old.body);
        assert_eq!(look(&app, &second).await.status, StatusCode::OK);

        // After fourteen days.
        app.at(moment("2026-09-29T08:00:00"));
        for reply in [look(&app, &second).await, send(&app, &second, &WELCOME).await] {
            assert_eq!(reply.status, StatusCode::GONE);
            assert!(reply.body.contains("verlopen"), "{}", reply.body);
        }
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page(&format!("/aanvragen/{id}/samenwerken")).await.contains("Verlopen"));

        // Taken back.
        delft.post(&format!("{form}/{}/herhaling", of(&app).await), &[]).await;
        let third = link(&app, &server, PETRA).await;
        let gone = delft.post(&format!("{form}/{}/intrekking", of(&app).await), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(send(&app, &third, &WELCOME).await.status, StatusCode::GONE);
        let count: i64 = app.read(|conn| Ok(accounts::table.filter(accounts::email.eq(PETRA)).count().get_result(conn)?)).await;
        assert_eq!(count, 0);

        // Who guesses finds nothing, and cannot go on.
        let mut last = StatusCode::OK;
        for at in 0..20 {
            let reply = look(&app, &format!("/uitnodigingen/{at}")).await;
            assert!([StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS].contains(&reply.status));
            last = reply.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn only_the_invited_address_can_accept(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked("gouda@example.nl", "view", &[], "")).await;
        let path = link(&app, &server, "gouda@example.nl").await;
        assert!(look(&app, &path).await.body.contains("/inloggen?naar=/uitnodigingen/"));
        let by_force = send(&app, &path, &WELCOME).await;
        assert!(by_force.body.contains("U hebt al een account"), "{}", by_force.body);
        for who in [Who::Huizen, Who::Coordinator] {
            let other = app.browser(world.actor(who)).await;
            let reply = other.post(&path, &[]).await;
            assert!(reply.body.contains("niet kan aannemen"), "{}", reply.body);
            assert_eq!(other.get(&format!("/aanvragen/{id}")).await.status, StatusCode::NOT_FOUND);
        }
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert!(gouda.page(&path).await.contains("Uitnodiging aannemen"));
        // A form of another site carries no token.
        let forged = TestRequest::post().uri(&path).insert_header(("sec-fetch-site", "same-origin")).set_form([("csrf", "x")]);
        assert_eq!(app.send(forged.cookie(gouda.cookie())).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(gouda.get(&format!("/aanvragen/{id}")).await.status, StatusCode::NOT_FOUND);
        for _ in 0..2 {
            assert_eq!(gouda.post(&path, &[]).await.location, format!("/aanvragen/{id}"));
        }
        // Gouda signs at home and only reads here.
        assert!(gouda.page(&format!("/aanvragen/{id}")).await.contains("VG-2027-0503"));
        assert!(gouda.page("/?rol=meewerken").await.contains("VG-2027-0503"));
        for path in ["indiening", "intrekking", "ondertekening", "uitnodigingen", "taken"] {
            let fields = [("akkoord", "ja"), ("email", "x@y.nl"), ("organisatie", "x"), ("recht", "view"), ("waar", "alles"), ("wie", "x"), ("onderdeel", "alles")];
            let reply = gouda.post(&format!("/aanvragen/{id}/{path}"), &fields).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}: {}", reply.body);
        }
        for path in ["samenwerken", "samenwerken/werk", "uitnodigingen", "taken", "intrekking"] {
            assert_eq!(gouda.get(&format!("/aanvragen/{id}/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }

    /// The page asks who it is; so does what it leads to, which could be reached by another way.
    async fn accepting_asks_again_whose_invitation_it_is(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        let form = format!("/aanvragen/{id}/uitnodigingen");
        let invited = async |email: &str| {
            let reply = delft.post(&form, &asked(email, "edit", &[], "")).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
            let path = link(&app, &server, email).await;
            hex::sha256(path.rsplit('/').next().unwrap())
        };
        let accepted = async |who: Who, sha256: &str| {
            let sha256 = sha256.to_owned();
            app.try_as(world.actor(who), move |tx| accept(tx, &sha256)).await
        };
        let of_gouda = invited("gouda@example.nl").await;
        let of_huizen = invited("huizen@example.nl").await;
        let of_reviewer = invited("nctvreviewer@example.nl").await;
        // Another's; one who judges; and, further on, one who works for Delft by now.
        for (who, sha256) in [(Who::Huizen, &of_gouda), (Who::NctvReviewer, &of_reviewer)] {
            let refused = accepted(who, sha256).await;
            assert!(matches!(refused, Err(AppError::Forbidden)), "{who:?}: {refused:?}");
        }
        let moved = world.leads[0].clone();
        app.act(&Actor::command_line(), move |tx| {
            let huizen = accounts::table.filter(accounts::email.eq("huizen@example.nl"));
            diesel::update(huizen).set(accounts::municipality_id.eq(Some(&moved))).execute(tx.conn)?;
            Ok(())
        })
        .await;
        let colleague = accepted(Who::Huizen, &of_huizen).await;
        assert!(matches!(colleague, Err(AppError::Forbidden)), "{colleague:?}");
        assert_eq!(accepted(Who::Gouda, &of_gouda).await.unwrap(), id);
    }

    async fn invitations_are_managed_by_who_may_each_in_its_own_application(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let other = AnApplication::of(Who::Gouda).make(&app, &world).await;
        let petra = partner(&app, &world, &id, Right::Edit, None).await;
        let accepted: InvitationId = app.read(|conn| Ok(invitations::table.select(invitations::id).first(conn)?)).await;
        let invited = async |who: Who, id: &ApplicationId, right: Right| {
            let new = NewInvitation {
                email: "karim@westland.example".to_owned(),
                organisation: "Gemeente Westland".to_owned(),
                grant: Grant { right, sections: None },
                message: String::new(),
                due_on: None,
            };
            let id = id.clone();
            app.act(world.actor(who), move |tx| invite(tx, &id, &new)).await
        };
        let to_sign = invited(Who::Delft, &id, Right::Sign).await;
        let elsewhere = invited(Who::Gouda, &other, Right::View).await;
        let (delft, editor) = (world.actor(Who::Delft), world.actor(Who::DelftEditor));
        type Act = fn(&mut Tx<'_>, &ApplicationId, &InvitationId) -> Result<(), AppError>;
        let (take_back, send_again): (Act, Act) = (withdraw, |tx, id, it| send_again(tx, id, it).map(drop));
        let done = async |who: &Actor, act: Act, it: &InvitationId| {
            let (id, it) = (id.clone(), it.clone());
            app.try_as(who, move |tx| act(tx, &id, &it)).await
        };
        for act in [take_back, send_again] {
            let wrong = done(delft, act, &elsewhere).await;
            assert!(matches!(wrong, Err(AppError::NotFound)), "{wrong:?}");
            let over = done(delft, act, &accepted).await;
            assert!(matches!(over, Err(AppError::Stale)), "{over:?}");
            let guest = done(&petra, act, &to_sign).await;
            assert!(matches!(guest, Err(AppError::Forbidden)), "{guest:?}");
        }
        // The right to submit is not given anew by who has not got it.
        let editors = done(editor, send_again, &to_sign).await;
        assert!(matches!(editors, Err(AppError::Invalid(_))), "{editors:?}");
        done(editor, take_back, &to_sign).await.unwrap();
        let twice = done(editor, take_back, &to_sign).await;
        assert!(matches!(twice, Err(AppError::Stale)), "{twice:?}");
        let removed = async |who: &Actor, account: &AccountId| {
            let (id, account) = (id.clone(), account.clone());
            app.try_as(who, move |tx| remove(tx, &id, &account)).await
        };
        let guest = removed(&petra, &petra.id).await;
        assert!(matches!(guest, Err(AppError::Forbidden)), "{guest:?}");
        let nobody = removed(delft, &editor.id).await;
        assert!(matches!(nobody, Err(AppError::NotFound)), "{nobody:?}");
    }

    /// Each password that is tried costs a hash.
    async fn one_cannot_go_on_trying_to_join(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked(PETRA, "edit", &[], "")).await;
        let path = link(&app, &server, PETRA).await;
        let mut last = StatusCode::OK;
        for _ in 0..20 {
            last = send(&app, &path, &[("naam", "Petra"), ("wachtwoord", "kort")]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(look(&app, &path).await.status, StatusCode::OK);
    }

    async fn what_was_not_given_cannot_be_written_by_any_way(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, Some(vec![SectionName::Analysis])).await;
        let project = project_of(&app, &id).await;
        let before = written(&app, &id).await;
        let browser = app.browser(&petra).await;
        refused_everywhere(&browser, &id, &project, &["organisation", "region", "statements"]).await;
        assert_eq!(written(&app, &id).await, before);
        let page = browser.page(&format!("/aanvragen/{id}/onderdelen/region")).await;
        assert!(page.contains("lezen en niet wijzigen") && !page.contains("<textarea"), "{page}");
        // Nor does anybody see them in a part that they were not given, and they ask nobody to sign.
        let presence = format!("/aanvragen/{id}/aanwezigheid");
        for (part, status) in [("region", StatusCode::FORBIDDEN), (project.as_str(), StatusCode::FORBIDDEN), ("analysis", StatusCode::OK)] {
            let told = browser.post(&presence, &[("onderdeel", part)]).await;
            assert_eq!(told.status, status, "{part}: {}", told.body);
        }
        let sign = browser.post(&format!("/aanvragen/{id}/ondertekening"), &[]).await;
        assert_eq!(sign.status, StatusCode::FORBIDDEN);
        assert!(sign.body.contains("U bent uitgenodigd voor andere onderdelen"), "{}", sign.body);
        assert!(!browser.page(&format!("/aanvragen/{id}/controle")).await.contains("Vraag om ondertekening"));
        // What was given can.
        let section = format!("/aanvragen/{id}/onderdelen/analysis");
        let saved = browser.type_in(&section, "sleutel", 1, &[("versie", "1"), ("dreiging", "Nieuw."), ("behoefte", "b"), ("weerbaarheid", "w"), ("geleerd", "")]).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        // Until the window closes.
        app.at(moment("2026-10-08T15:00:00"));
        let browser = app.browser(&petra).await;
        let late = browser.post(&section, &[("versie", "2"), ("dreiging", "Te laat.")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let delft = app.browser(world.actor(Who::Delft)).await;
        let late = delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked("x@y.example", "view", &[], "")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    }

    async fn who_may_read_reads_everything_and_writes_nothing(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let other = AnApplication::of(Who::Gouda).make(&app, &world).await;
        let petra = partner(&app, &world, &id, Right::View, None).await;
        let project = project_of(&app, &id).await;
        let before = written(&app, &id).await;
        let browser = app.browser(&petra).await;
        refused_everywhere(&browser, &id, &project, &["organisation", "region", "analysis", "statements"]).await;
        let presence = browser.post(&format!("/aanvragen/{id}/aanwezigheid"), &[("onderdeel", "analysis")]).await;
        assert_eq!(presence.status, StatusCode::FORBIDDEN);
        assert_eq!(written(&app, &id).await, before);
        for path in ["", "/onderdelen/analysis", "/onderdelen/analysis/eerder", "/concept", "/controle", "/begroting", "/begroting/werkblad", "/verloop"] {
            browser.page(&format!("/aanvragen/{id}{path}")).await;
            let hidden = browser.get(&format!("/aanvragen/{other}{path}")).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{path}");
        }
        let list = browser.page("/aanvragen").await;
        assert!(list.contains("VG-2027-0503") && !list.contains("VG-2027-0513"), "{list}");
        // After the application was submitted it can still be read, as its municipality does.
        let of = id.clone();
        app.act(world.actor(Who::Delft), move |tx| versterkingsgelden::applications::submission::actions::submit(tx, &of)).await;
        browser.page(&format!("/aanvragen/{id}/versies/1")).await;
        let gone = browser.get(&format!("/aanvragen/{id}/besluit")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    }

    async fn the_right_to_submit_is_given_by_who_has_it(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let form = format!("/aanvragen/{id}/uitnodigingen");
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let refused = editor.post(&form, &asked(PETRA, "sign", &[], "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Alleen een ondertekenaar") && refused.body.contains(PETRA), "{}", refused.body);
        let petra = partner(&app, &world, &id, Right::Edit, None).await;
        let browser = app.browser(&petra).await;
        let submit = format!("/aanvragen/{id}/indiening");
        let refused = browser.post(&submit, &[("akkoord", "ja")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let change = format!("/aanvragen/{id}/meewerkers/{}", petra.id);
        let sign = [("versie", "1"), ("recht", "sign"), ("waar", "alles")];
        let refused = editor.post(&change, &sign).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page(&change).await.contains("Petra Jansen"));
        assert_eq!(delft.post(&change, &sign).await.status, StatusCode::SEE_OTHER);
        // Who changed it meanwhile was first.
        let stale = delft.post(&change, &[("versie", "1"), ("recht", "view")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let done = browser.post(&submit, &[("akkoord", "ja")]).await;
        assert_eq!(done.location, format!("/aanvragen/{id}/versies/1"), "{}", done.body);
    }

    async fn who_is_removed_is_out_at_once(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, None).await;
        let browser = app.browser(&petra).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let task = [("wie", petra.id.as_str()), ("onderdeel", "region"), ("datum", ""), ("bericht", "")];
        let set = delft.post(&format!("/aanvragen/{id}/taken"), &task).await;
        assert_eq!(set.location, format!("/aanvragen/{id}/samenwerken?gedaan=gevraagd"), "{}", set.body);
        let twice = delft.post(&format!("/aanvragen/{id}/taken"), &task).await;
        assert!(twice.body.contains("heeft deze taak al"), "{}", twice.body);
        assert!(browser.page("/").await.contains("Regio en deelnemers"));
        let out = delft.post(&format!("/aanvragen/{id}/meewerkers/{}/verwijdering", petra.id), &[]).await;
        assert_eq!(out.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get(&format!("/aanvragen/{id}")).await.status, StatusCode::NOT_FOUND);
        let late = browser.post(&format!("/aanvragen/{id}/onderdelen/analysis"), &[("versie", "1"), ("dreiging", "x")]).await;
        assert_eq!(late.status, StatusCode::NOT_FOUND);
        let start = browser.page("/").await;
        assert!(start.contains("U werkt nu aan geen aanvraag mee") && !start.contains("Regio en deelnemers"), "{start}");
        let no_one = delft.post(&format!("/aanvragen/{id}/taken"), &task).await;
        assert_eq!(no_one.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Invited again they come back.
        let new = NewInvitation {
            email: PETRA.to_owned(),
            organisation: "Westland".to_owned(),
            grant: Grant { right: Right::View, sections: None },
            message: String::new(),
            due_on: None,
        };
        let of = id.clone();
        app.act(world.actor(Who::Delft), move |tx| invite(tx, &of, &new)).await;
        let path = link(&app, &MailServer::start(), PETRA).await;
        assert_eq!(browser.post(&path, &[]).await.location, format!("/aanvragen/{id}"));
        browser.page(&format!("/aanvragen/{id}")).await;
    }

    async fn a_partner_writes_projects_and_does_not_arrange_them(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, None).await;
        let project = project_of(&app, &id).await;
        let page = format!("/aanvragen/{id}/projecten/{project}");
        let browser = app.browser(&petra).await;
        let form = browser.page(&page).await;
        assert!(form.contains("Opslaan en verder") && !form.contains("Project verwijderen"), "{form}");
        let before = written(&app, &id).await;
        for (way, fields) in [("kopie", vec![]), ("verwijdering", vec![]), ("volgorde", vec![("richting", "omlaag")])] {
            let reply = browser.post(&format!("{page}/{way}"), &fields).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{way}");
        }
        for button in ["kopie", "verwijderen", "omlaag"] {
            let reply = browser.post(&page, &[("versie", "2"), ("titel", "Anders"), ("actie", button)]).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{button}");
        }
        assert_eq!(browser.get(&format!("/aanvragen/{id}/overname")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(written(&app, &id).await, before);
        let typed = browser.type_in(&page, "s", 1, &[("versie", "2"), ("titel", "Van Westland")]).await;
        assert_eq!(typed.status, StatusCode::OK, "{}", typed.body);
        // What the municipality removed the partner finds, and does not put back.
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("{page}/verwijdering"), &[]).await;
        let list = browser.page(&format!("/aanvragen/{id}")).await;
        assert!(list.contains("Verwijderde projecten (1)") && !list.contains("Terugzetten"), "{list}");
        assert!(!browser.page(&page).await.contains("Project terugzetten"));
        assert_eq!(browser.post(&format!("{page}/herstel"), &[]).await.status, StatusCode::FORBIDDEN);
        assert!(delft.page(&format!("/aanvragen/{id}")).await.contains("Terugzetten"));
    }

    async fn each_is_told_what_concerns_them(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, Some(vec![SectionName::Analysis])).await;
        assert_eq!(subjects(&app, "delft@example.nl").await, ["Petra Jansen werkt mee aan aanvraag VG-2027-0503"]);
        let delft = app.browser(world.actor(Who::Delft)).await;
        let told = async || subjects(&app, PETRA).await.split_off(1);
        let change = format!("/aanvragen/{id}/meewerkers/{}", petra.id);
        delft.post(&change, &[("versie", "1"), ("recht", "edit"), ("waar", "alles")]).await;
        assert_eq!(told().await, ["Uw recht in aanvraag VG-2027-0503 is gewijzigd"]);
        let tasks = format!("/aanvragen/{id}/taken");
        for part in ["region", "analysis"] {
            delft.post(&tasks, &[("wie", petra.id.as_str()), ("onderdeel", part), ("datum", ""), ("bericht", "")]).await;
        }
        let of = id.clone();
        let done = app.read(move |conn| tasks::store::of_application(conn, &of)).await.remove(1);
        let browser = app.browser(&petra).await;
        browser.post(&format!("{}/klaar", done.address()), &[("antwoord", "")]).await;
        let check = delft.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(check.contains("Dit is gevraagd aan Petra Jansen en nog niet klaar gemeld."), "{check}");

        // Submitting ends what is open, with one mail for whoever had it.
        let from = told().await.len();
        delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(told().await.split_off(from), ["Uw taak in aanvraag VG-2027-0503 is vervallen"]);
        let of = id.clone();
        let left = app.read(move |conn| tasks::store::of_application(conn, &of)).await;
        assert!(left.iter().all(|it| it.done_at.is_some()) && left.len() == 1, "{left:?}");

        // In a completion nobody fills in what is closed.
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        assert_eq!(told().await.last().unwrap(), "Aanvraag VG-2027-0503 moet worden aangevuld");
        let own = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(!own.contains("Klaar gemeld door Petra Jansen"), "{own}");
        ask_completion_of_analysis_instead(&app, &id).await;
        let own = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(own.contains("Klaar gemeld door Petra Jansen"), "{own}");
        let from = told().await.len();
        delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        delft.post(&format!("/aanvragen/{id}/intrekking"), &[]).await;
        delft.post(&format!("/aanvragen/{id}/hervatting"), &[]).await;
        delft.post(&format!("{change}/verwijdering"), &[]).await;
        assert_eq!(told().await.split_off(from), [
            "Aanvraag VG-2027-0503 is ingediend",
            "Aanvraag VG-2027-0503 is ingetrokken",
            "Aanvraag VG-2027-0503 gaat toch verder",
            "U werkt niet meer mee aan aanvraag VG-2027-0503",
        ]);
    }

    async fn who_can_sign_is_asked_and_nobody_else(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Sign, None).await;
        for who in [Who::Delft, Who::DelftEditor] {
            app.browser(world.actor(who)).await.post("/meldingen", &[("wens", "never")]).await;
        }
        let server = MailServer::start();
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        server.taken(0);
        let of = id.clone();
        app.act(world.actor(Who::DelftEditor), move |tx| signing::actions::ask(tx, &of)).await;
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        let taken = server.taken(2);
        let to: Vec<&str> = taken.iter().map(|it| it["to"][0].as_str().unwrap()).collect();
        assert_eq!(to, ["delft@example.nl", PETRA], "{taken:?}");
        assert!(taken[1]["text"].as_str().unwrap().contains(&format!("{BASE}/aanvragen/{id}/controle")), "{taken:?}");
        let browser = app.browser(&petra).await;
        assert!(browser.page(&format!("/aanvragen/{id}/controle")).await.contains("Aanvraag indienen"));
        // It stands with the messages of the municipality all the same; who asked gets the answer.
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        assert!(editor.page("/berichten").await.contains("wacht op ondertekening"));
        browser.post(&format!("/aanvragen/{id}/ondertekening/terug"), &[("opmerking", "Waarom?")]).await;
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        let taken = server.taken(1);
        assert_eq!((taken.len(), &taken[0]["to"][0]), (1, &"delfteditor@example.nl".into()), "{taken:?}");
    }

    async fn who_asks_to_sign_is_not_asked_it(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Sign, None).await;
        let server = MailServer::start();
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        let delft = app.browser(world.actor(Who::Delft)).await;
        let (own, check) = (format!("/aanvragen/{id}"), format!("/aanvragen/{id}/controle"));
        let page = delft.page(&check).await;
        for text in ["Wij vragen dan Petra Jansen (Gemeente Westland) om in te dienen", "Vraag een ander om ondertekening", "Vraag dan hieronder om ondertekening"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        server.taken(0);
        delft.post(&format!("{own}/ondertekening"), &[]).await;
        let (page, statements) = app.statements(delft.page(&check)).await;
        assert!(statements <= 8, "{statements}");
        assert!(page.contains("Gevraagd is: Petra Jansen (Gemeente Westland).") && page.contains("Aanvraag indienen"), "{page}");
        assert!(!page.contains("Terugsturen") && !page.contains("Vraag dan hieronder"), "{page}");
        let page = delft.page(&own).await;
        assert!(page.contains("U vroeg anderen om te ondertekenen") && !page.contains("Een collega vraagt u"), "{page}");
        let start = delft.page("/").await;
        assert!(!start.contains("Onderteken") && start.contains("Wacht op de ondertekening van aanvraag VG-2027-0503"), "{start}");
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        assert!(!editor.page("/").await.contains("Onderteken"));
        let signer = app.browser(&petra).await;
        assert!(signer.page(&check).await.contains("Terugsturen zonder in te dienen"));
        assert!(signer.page(&own).await.contains("Een collega vraagt u om te ondertekenen"));
        let of = id.clone();
        app.act(world.actor(Who::Delft), move |tx| {
            let request = signing::store::latest(tx.conn, &of)?.unwrap();
            signing::store::answer(tx, &of, &request.id, signing::Answer::Returned, "Nee.")
        })
        .await;
        // Asked by somebody else, one is.
        editor.post(&format!("{own}/ondertekening"), &[]).await;
        assert!(delft.page("/").await.contains("Onderteken de aanvraag"));
        assert!(delft.page(&check).await.contains("Terugsturen zonder in te dienen"));
    }

    async fn all_of_it_and_some_of_it_is_no_invitation(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let form = format!("/aanvragen/{id}/uitnodigingen");
        let empty = delft.page(&form).await;
        assert!(!empty.contains("checked"), "{empty}");
        let mut fields = asked(PETRA, "edit", &["projects"], "2026-09-25");
        for field in fields.iter_mut().filter(|it| it.0 == "waar") {
            field.1 = "alles";
        }
        let refused = delft.post(&form, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in ["U koos de hele aanvraag en vinkte ook onderdelen aan", "Haal dan de vinkjes weg", PETRA, "Vul jij jullie deel in?"] {
            assert!(refused.body.contains(text), "{text}: {}", refused.body);
        }
        assert_eq!(refused.body.matches(" checked").count(), 3, "{}", refused.body);
        // Neither said nor ticked is refused, too.
        let nothing: Vec<(&str, &str)> = fields.iter().copied().filter(|it| it.0 != "waar" && !it.0.starts_with("onderdeel")).collect();
        for place in ["", "delen"] {
            let with: Vec<(&str, &str)> = nothing.iter().copied().chain([("waar", place)]).collect();
            let refused = delft.post(&form, &with).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains("Kies ten minste één onderdeel, of kies voor de hele aanvraag."), "{}", refused.body);
        }
        let invited: i64 = app.read(|conn| Ok(invitations::table.count().get_result(conn)?)).await;
        assert_eq!(invited, 0);
        // Nor is it a right that somebody is given later.
        let petra = partner(&app, &world, &id, Right::Edit, Some(vec![SectionName::Region])).await;
        let right = format!("/aanvragen/{id}/meewerkers/{}", petra.id);
        let both = [("versie", "1"), ("recht", "edit"), ("waar", "alles"), ("onderdeel.region", "ja")];
        assert_eq!(delft.post(&right, &both).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_check_page_names_what_others_did_not_do(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, None).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let tasks = format!("/aanvragen/{id}/taken");
        delft.post(&tasks, &[("wie", petra.id.as_str()), ("onderdeel", "analysis"), ("datum", "2026-09-25"), ("bericht", "")]).await;
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked("jan@pijnacker.example", "edit", &["region"], "2026-09-28")).await;
        let check = format!("/aanvragen/{id}/controle");
        let (page, statements) = app.statements(delft.page(&check)).await;
        let task = "Dit is gevraagd aan Petra Jansen, vóór vrijdag 25 september 2026, en nog niet klaar gemeld.";
        let invitation = "jan@pijnacker.example, Gemeente Westland, is uitgenodigd om mee te schrijven (Regio en deelnemers), vóór maandag 28 september 2026, en nam dat nog niet aan. Dient u nu in? Wie de uitnodiging daarna aanneemt, kan alleen lezen.";
        for text in ["Kijk hier nog eens naar", "Analyse van de situatie", task, invitation, "samenwerken#open"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(statements <= 8, "{statements}");
        // Who cannot look after an invitation does not read about it.
        let partners = app.browser(&petra).await.page(&check).await;
        assert!(partners.contains(task) && !partners.contains("jan@pijnacker"), "{partners}");
        app.at(moment("2026-09-29T08:00:00"));
        let late = app.browser(world.actor(Who::Delft)).await.page(&check).await;
        assert!(late.contains("nam dat niet op tijd aan. De uitnodiging is verlopen."), "{late}");
        assert!(!late.contains("Wie de uitnodiging daarna aanneemt"), "{late}");
    }

    async fn an_invitation_to_what_was_submitted_says_so(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let server = MailServer::start();
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked(PETRA, "edit", &["analysis"], "2026-09-25")).await;
        let path = link(&app, &server, PETRA).await;
        assert!(!look(&app, &path).await.body.contains("al ingediend"));
        app.at(moment("2026-09-16T09:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        let page = look(&app, &path).await.body;
        for text in ["Deze aanvraag is al ingediend, op woensdag 16 september 2026, 11.00 uur", "terugneemt om iets te verbeteren", "om een aanvulling vraagt"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let together = delft.page(&format!("/aanvragen/{id}/samenwerken")).await;
        assert!(together.contains("Daarom kunt u nu niemand uitnodigen en geen taken geven") && together.contains("kan de aanvraag lezen en niet wijzigen"), "{together}");
        assert!(!together.contains("Vraag een collega of een partner"), "{together}");
        // Nothing is asked of who accepts it now.
        let accepted = send(&app, &path, &WELCOME).await;
        assert_eq!(accepted.location, format!("/aanvragen/{id}"), "{}", accepted.body);
        let of = id.clone();
        assert!(app.read(move |conn| tasks::store::of_application(conn, &of)).await.is_empty());
        delft.post(&format!("/aanvragen/{id}/uitnodigingen"), &asked("jan@pijnacker.example", "view", &[], "")).await;
        let open: i64 = app.read(|conn| Ok(invitations::table.count().get_result(conn)?)).await;
        assert_eq!(open, 1);
    }

    async fn a_partner_finds_the_way(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let petra = partner(&app, &world, &id, Right::Edit, Some(vec![SectionName::Analysis])).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("/aanvragen/{id}/taken"), &[("wie", petra.id.as_str()), ("onderdeel", "analysis"), ("datum", "2026-09-25"), ("bericht", "Met cijfers.")]).await;
        let browser = app.browser(&petra).await;
        let start = browser.page("/").await;
        assert!(start.contains("href=\"/meldingen\"") && start.contains("Delft en omgeving"), "{start}");
        assert!(!delft.page("/").await.contains("href=\"/meldingen\""));
        let section = browser.page(&format!("/aanvragen/{id}/onderdelen/analysis")).await;
        for text in ["Aan u gevraagd: analyse van de situatie", "Vul uw deel in vóór vrijdag 25 september 2026", "Met cijfers.", "Opslaan en klaar melden"] {
            assert!(section.contains(text), "{text}: {section}");
        }
        assert!(!browser.page(&format!("/aanvragen/{id}/onderdelen/region")).await.contains("Aan u gevraagd"));
        let of = id.clone();
        let task = app.read(move |conn| tasks::store::of_application(conn, &of)).await.remove(0);
        let typed = [("versie", "1"), ("dreiging", "Meer online."), ("behoefte", "b"), ("weerbaarheid", "w"), ("geleerd", ""), ("naar", &task.address())];
        let saved = browser.post(&format!("/aanvragen/{id}/onderdelen/analysis"), &typed).await;
        assert_eq!(saved.location, format!("{}?opgeslagen=analysis", task.address()), "{}", saved.body);
        assert!(browser.page(&saved.location).await.contains("Klaar melden"));
        // Nobody is told that they can do what they cannot.
        let check = browser.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(check.contains("Een ondertekenaar kan de aanvraag indienen.") && !check.contains("U kunt indienen"), "{check}");
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        editor.post(&format!("/aanvragen/{id}/projecten"), &[]).await;
        let own = editor.page(&format!("/aanvragen/{id}")).await;
        assert!(own.contains("tot een ondertekenaar kan indienen") && !own.contains("tot u kunt indienen"), "{own}");
        assert!(delft.page(&format!("/aanvragen/{id}")).await.contains("tot u kunt indienen"));
    }

    async fn an_invitation_that_makes_no_sense_names_its_field(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let form = format!("/aanvragen/{id}/uitnodigingen");
        for (email, right, due, says) in [
            ("delft@example.nl", "edit", "", "Dit is uw eigen adres"),
            ("delfteditor@example.nl", "edit", "", "kan al bij de aanvraag"),
            ("geen adres", "edit", "", "Vul het e-mailadres in"),
            (PETRA, "edit", "2026-10-09", "Indienen kan tot en met donderdag 8 oktober 2026"),
            (PETRA, "edit", "2026-09-15", "Kies een latere dag"),
            (PETRA, "view", "2026-09-20", "Wie alleen leest"),
        ] {
            let reply = delft.post(&form, &asked(email, right, &[], due)).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
            assert!(reply.body.contains(says) && reply.body.contains("Vul jij jullie deel in?"), "{says}: {}", reply.body);
        }
        let mut reply = delft.post(&form, &asked(PETRA, "view", &[], "")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        reply = delft.post(&form, &asked(PETRA, "view", &[], "")).await;
        assert!(reply.body.contains("staat al een uitnodiging open"), "{}", reply.body);
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        for path in ["samenwerken", "uitnodigingen", "taken", "samenwerken/werk"] {
            assert_eq!(gouda.get(&format!("/aanvragen/{id}/{path}")).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn one_is_reminded_once_two_days_before(app: TestApp) {
        let (world, id) = a_draft(&app).await;
        let (of, to) = (id.clone(), world.actor(Who::DelftEditor).id.clone());
        let new = tasks::NewTask {
            assignee: to,
            section: Some(SectionName::Region),
            note: String::new(),
            due_on: "2026-09-25".parse().ok(),
        };
        app.act(world.actor(Who::Delft), move |tx| tasks::actions::set(tx, &of, &new)).await;
        let server = MailServer::start();
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        assert_eq!(server.taken(1).len(), 1);
        let remind = async || app.act(&Actor::system(), tasks::actions::remind).await;
        app.at(moment("2026-09-22T10:00:00"));
        assert_eq!(remind().await, 0);
        app.at(moment("2026-09-23T10:00:00"));
        assert_eq!(remind().await, 1);
        assert_eq!(remind().await, 0);
        deliver(&app.app.store, &server.post(), BASE).await.unwrap();
        let told = server.taken(1);
        assert_eq!(told[0]["to"][0], "delfteditor@example.nl");
        assert!(told[0]["text"].to_string().contains("vrijdag 25 september 2026"), "{told:?}");
        assert!(app.try_as(world.actor(Who::Delft), tasks::actions::remind).await.is_err());

        // Who wants no mail gets none; the task is on their page all the same.
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        editor.post("/meldingen", &[("wens", "never")]).await;
        let (of, to) = (id.clone(), world.actor(Who::DelftEditor).id.clone());
        app.act(world.actor(Who::Delft), move |tx| tasks::actions::set(tx, &of, &tasks::NewTask {
            assignee: to.clone(),
            section: None,
            note: String::new(),
            due_on: None,
        })).await;
        assert_eq!(deliver(&app.app.store, &server.post(), BASE).await.unwrap(), 0);
        assert!(editor.page("/").await.contains("De hele aanvraag"));
    }
}

/// Tries every way to write in these sections and in the projects.
async fn refused_everywhere(
    browser: &Browser<'_>,
    id: &ApplicationId,
    project: &ProjectId,
    sections: &[&str],
) {
    let refused = |what: &str, reply: &Reply| {
        assert_eq!(
            reply.status,
            StatusCode::FORBIDDEN,
            "{what}: {}",
            reply.body
        );
    };
    for section in sections {
        let path = format!("/aanvragen/{id}/onderdelen/{section}");
        let fields = [
            ("versie", "1"),
            ("samenwerking", "Zomaar."),
            ("dreiging", "Zomaar."),
            ("contactpersoon", "Ik"),
            ("opmerking", "Ik"),
        ];
        let reply = browser.post(&path, &fields).await;
        refused(section, &reply);
        refused(
            section,
            &browser.type_in(&path, "sleutel", 1, &fields).await,
        );
    }
    let page = format!("/aanvragen/{id}/projecten/{project}");
    let typed = [("versie", "2"), ("titel", "Anders"), ("actie", "bewaar")];
    refused("a project", &browser.post(&page, &typed).await);
    refused(
        "a project",
        &browser.type_in(&page, "sleutel", 1, &typed).await,
    );
    let pasted = [
        ("versie", "2"),
        ("titel", "Anders"),
        ("actie", "plak"),
        ("plak", "Inhuur\tTrainer\tuur\t1\t100\t\t"),
    ];
    refused("pasted lines", &browser.post(&page, &pasted).await);
    refused(
        "a new project",
        &browser
            .post(&format!("/aanvragen/{id}/projecten"), &[])
            .await,
    );
    for (way, fields) in [
        ("kopie", vec![]),
        ("verwijdering", vec![]),
        ("herstel", vec![]),
        ("volgorde", vec![("richting", "omhoog")]),
    ] {
        refused(way, &browser.post(&format!("{page}/{way}"), &fields).await);
    }
    let files = format!("/aanvragen/{id}/bijlagen");
    let file = browser.upload(&files, b"x").await;
    assert_eq!(file.status, StatusCode::CONFLICT, "{}", file.body);
    for way in ["verwijdering", "herstel"] {
        let path = format!("{files}/onbekend/{way}");
        let reply = browser.post(&path, &[]).await;
        // Who may write elsewhere in the application gets the page, with what they may not do here.
        let refusals = [StatusCode::FORBIDDEN, StatusCode::CONFLICT];
        assert!(refusals.contains(&reply.status), "{way}: {}", reply.body);
    }
    refused(
        "a workbook",
        &browser
            .upload(&format!("/aanvragen/{id}/begroting/werkblad"), b"x")
            .await,
    );
    let lines = [
        ("project.1", project.as_str()),
        ("versie.1", "2"),
        ("regels.1", "[]"),
    ];
    refused(
        "its lines",
        &browser
            .post(&format!("/aanvragen/{id}/begroting/overname"), &lines)
            .await,
    );
    refused(
        "earlier texts",
        &browser
            .post(&format!("/aanvragen/{id}/overname"), &[])
            .await,
    );
    refused(
        "submitting",
        &browser
            .post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")])
            .await,
    );
    refused(
        "giving back",
        &browser
            .post(
                &format!("/aanvragen/{id}/ondertekening/terug"),
                &[("opmerking", "x")],
            )
            .await,
    );
}
