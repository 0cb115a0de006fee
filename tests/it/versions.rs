//! Versions and what differs between them, copies to keep, more time, signing, earlier texts.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use versterkingsgelden::{
    applications::{
        Application, actions, copying, drafting, project,
        section::SectionName,
        signing, store as common, submission,
        submission::content::{Content, FrozenShare, Place},
        versions::{
            pdf::{self, Copy, Status},
            sheet::Sheet,
        },
    },
    assessments::handling::{actions as handling, form::Completion},
    core::{
        actor::Actor,
        answers::Answers,
        category::Category,
        ids::{ApplicationId, CycleId, MessageId, ProjectId, WindowId},
        money::Money,
    },
    db::schema::{accounts, outbox},
    error::{AppError, Refusal},
    schemes::{
        WindowKind,
        actions::{self as setup, NewWindow, set_window},
        closings::{
            actions as closings,
            form::{NewExtension, NewOutage},
        },
        footing::YearPlan,
    },
    texts::money,
};

use crate::support::{
    AProject, AnApplication, TestApp, Who, World, a_row, moment, on_both, section_answers,
};

/// The coordinator asks to complete these parts.
pub async fn ask_completion(
    app: &TestApp,
    world: &World,
    id: &ApplicationId,
    parts: &'static [SectionName],
) {
    let id = id.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        let application = versterkingsgelden::applications::store::get(tx.conn, &id)?;
        let asked = Completion {
            parts: parts.to_vec(),
            message: "Noem de partners.".to_owned(),
            due_on: moment("2026-10-30T00:00:00").date(),
        };
        handling::request_completion(tx, &id, application.version, &asked)
    })
    .await;
}

async fn projects(app: &TestApp, id: &ApplicationId) -> Vec<project::store::Draft> {
    let id = id.clone();
    app.read(move |conn| project::store::drafts(conn, &id))
        .await
}

/// Changes fields of a project, as its form does.
async fn change_project(
    app: &TestApp,
    world: &World,
    draft: &project::store::Draft,
    fields: &[(&str, &str)],
) {
    let mut answers = draft.answers.clone();
    for (name, text) in fields {
        answers.set(*name, *text);
    }
    let (id, version) = (draft.id.clone(), draft.version);
    app.act(world.actor(Who::Delft), move |tx| {
        project::actions::save(tx, &id, version, &answers).map(drop)
    })
    .await;
}

async fn content(app: &TestApp, id: &ApplicationId, number: i32) -> Content {
    let id = id.clone();
    let version = app
        .read(move |conn| submission::store::version(conn, &id, number))
        .await;
    Content::parse(&version.content).unwrap()
}

async fn submit(app: &TestApp, world: &World, id: &ApplicationId) {
    let id = id.clone();
    app.act(world.actor(Who::Delft), move |tx| {
        submission::actions::submit(tx, &id)
    })
    .await;
}

on_both! {
    async fn a_completion_is_compared_field_by_field(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(2).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, &[SectionName::Region, SectionName::Projects]).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let region = format!("/aanvragen/{id}/onderdelen/region");
        assert!(delft.page(&region).await.contains("Noem de partners."));
        let closed = delft.page(&format!("/aanvragen/{id}/onderdelen/analysis")).await;
        assert!(!closed.contains("Noem de partners."), "{closed}");
        let drafts = projects(&app, &id).await;
        let page = delft.page(&format!("/aanvragen/{id}/projecten/{}", drafts[0].id)).await;
        assert!(page.contains("Noem de partners.") && page.contains("Aanvullen kan tot en met"), "{page}");
        change_project(&app, &world, &drafts[0], &[("regel.1.tarief.2027", "12.500,50")]).await;
        let mut answers: Vec<(String, String)> = section_answers(SectionName::Region)
            .iter()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        answers.retain(|it| it.0 != "samenwerking");
        answers.push(("samenwerking".to_owned(), "De gemeenten overleggen elke week met de politie en de scholen.".to_owned()));
        answers.push(("versie".to_owned(), "1".to_owned()));
        let fields: Vec<(&str, &str)> = answers.iter().map(|it| (&*it.0, &*it.1)).collect();
        let saved = delft.post(&region, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

        let check = delft.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(check.contains("Wat is er gewijzigd sinds versie 1?") && check.contains("2 onderdelen en projecten"), "{check}");
        let draft = format!("/aanvragen/{id}/versies/1/verschil/concept");
        assert!(delft.page(&draft).await.contains("2.500,50 meer"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(coordinator.get(&draft).await.status, StatusCode::NOT_FOUND);
        submit(&app, &world, &id).await;

        let href = format!("/aanvragen/{id}/versies/1/verschil/2");
        let handling = coordinator.page(&format!("/aanvragen/{id}")).await;
        assert!(handling.contains(&href), "{handling}");
        for browser in [&coordinator, &delft] {
            let page = browser.page(&href).await;
            for text in ["Weggehaald: </span>maand<", "Toegevoegd: </span>week<", "2.500,50 meer", "Tarief in 2027", "Onderdelen en projecten waarin niets anders is ("] {
                assert!(page.contains(text), "{text}: {page}");
            }
            assert!(!page.contains("Dreiging"), "{page}");
        }
        let same = coordinator.page(&format!("/aanvragen/{id}/versies/2/verschil/2")).await;
        assert!(same.contains("Er is niets anders."), "{same}");
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.get(&href).await.status, StatusCode::NOT_FOUND);
        let own = delft.page(&format!("/aanvragen/{id}")).await;
        for text in ["Ingediend als versie 1", "Wij vroegen u om een aanvulling", "opnieuw ingediend als versie 2", &href] {
            assert!(own.contains(text), "{text}: {own}");
        }
    }

    /// A call stays in the inbox, and says so once it was answered.
    async fn a_call_that_was_answered_says_so(app: TestApp) {
        let world = World::new(&app).await;
        app.at(moment("2026-09-15T08:00:00"));
        let id = AnApplication::of(Who::Delft).with(1).submitted().make(&app, &world).await;
        app.at(moment("2026-10-01T08:00:00"));
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let asked: MessageId = app
            .read(|conn| Ok(outbox::table.filter(outbox::kind.eq("completion_requested")).select(outbox::id).first(conn)?))
            .await;
        let message = format!("/berichten/{asked}");
        assert!(!delft.page(&message).await.contains("afgehandeld"));
        assert!(!delft.page("/berichten").await.contains("Afgehandeld"));
        app.at(moment("2026-10-02T08:00:00"));
        submit(&app, &world, &id).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let told = delft.page(&message).await;
        assert!(told.contains("Na dit bericht is versie 2 ingediend, op vrijdag 2 oktober 2026"), "{told}");
        let inbox = delft.page("/berichten").await;
        assert_eq!(inbox.matches("Afgehandeld: versie 2 is daarna ingediend").count(), 1, "{inbox}");
    }

    /// Whatever is done to a project asks first whether the projects are open.
    async fn what_was_not_asked_about_stays_closed_for_every_action(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(2).submitted().make(&app, &world).await;
        let drafts = projects(&app, &id).await;
        let (first, answers) = (drafts[0].id.clone(), drafts[0].answers.clone());
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        type Act = fn(&mut versterkingsgelden::db::Tx<'_>, &ApplicationId, &ProjectId, &Answers) -> Result<(), AppError>;
        let acts: [(&str, Act); 7] = [
            ("add", |tx, id, _, _| project::actions::add(tx, id).map(drop)),
            ("save", |tx, _, it, answers| project::actions::save(tx, it, 2, answers).map(drop)),
            ("copy", |tx, _, it, _| project::actions::copy(tx, it).map(drop)),
            ("remove", |tx, _, it, _| project::actions::remove(tx, it)),
            ("restore", |tx, _, it, _| project::actions::restore(tx, it)),
            ("shift", |tx, _, it, _| project::actions::shift(tx, it, project::actions::Way::Down)),
            ("take over", |tx, id, it, _| copying::actions::take_over(tx, id, std::slice::from_ref(it))),
        ];
        for (name, act) in acts {
            let (id, first, answers) = (id.clone(), first.clone(), answers.clone());
            let res = app
                .try_as(world.actor(Who::Delft), move |tx| act(tx, &id, &first, &answers))
                .await;
            assert!(matches!(res, Err(AppError::Refused(Refusal::NotOpenForChange))), "{name}: {res:?}");
        }
        // Written past the use cases, it is found when the application is submitted.
        let sneaked = first.clone();
        app.act(world.actor(Who::Delft), move |tx| {
            let draft = project::store::draft(tx.conn, &sneaked)?;
            let answers = draft.answers.clone().with("doel-kort", "Iets anders dan eerst.");
            let (meaning, _) = project::form::read(&answers, [2027, 2028], WindowKind::Main);
            project::store::save(tx, &draft, draft.version, &answers, &meaning).map(drop)
        })
        .await;
        let res = app
            .try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &id))
            .await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::NotOpenForChange))), "{res:?}");
    }

    async fn a_version_and_the_draft_can_be_kept_as_pdf(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(2).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let concept = delft.page(&format!("/aanvragen/{id}/concept")).await;
        assert!(concept.contains("Concept, nog niet ingediend") && concept.contains("Jongeren nemen afstand."), "{concept}");
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(coordinator.get(&format!("/aanvragen/{id}/concept")).await.status, StatusCode::FORBIDDEN);
        submit(&app, &world, &id).await;
        let page = delft.page(&format!("/aanvragen/{id}/versies/1")).await;
        assert!(page.contains("De kopie om te bewaren (PDF)"), "{page}");
        for path in ["concept/pdf", "versies/1/pdf"] {
            let reply = delft.get(&format!("/aanvragen/{id}/{path}")).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
            assert!(reply.body.starts_with("%PDF-1.7"), "{path}");
        }
        let again = coordinator.get(&format!("/aanvragen/{id}/versies/1/pdf")).await;
        assert_eq!(again.status, StatusCode::OK);
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.get(&format!("/aanvragen/{id}/versies/1/pdf")).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_outage_before_the_closing_gives_everybody_time(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        app.at(moment("2026-10-08T15:30:00"));
        let late = id.clone();
        let res = app.try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &late)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{res:?}");
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/inrichting/cycli/{}/tijdvakken/{}", world.cycle, world.window);
        assert!(coordinator.page(&path).await.contains("Uitstel en storingen"));
        let refused = coordinator.post(&format!("{path}/storingen"), &[("van", "2026-10-08T16:00"), ("tot", "2026-10-08T18:00")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Dit moment moet nog komen."), "{}", refused.body);
        let outage = [("van", "2026-10-08T16:00"), ("tot", "2026-10-08T17:20"), ("omschrijving", "De site gaf geen antwoord.")];
        let recorded = coordinator.post_with_key(&format!("{path}/storingen"), "s", &outage).await;
        assert_eq!(recorded.location, format!("{path}/sluiting"), "{}", recorded.body);
        coordinator.post_with_key(&format!("{path}/storingen"), "s", &outage).await;
        let page = coordinator.page(&recorded.location).await;
        assert!(page.contains("vrijdag 9 oktober 2026, 17.00 uur"), "{page}");
        assert_eq!(page.matches("De site gaf geen antwoord.").count(), 1, "{page}");
        // Everywhere the closing is said, it is the later one.
        let delft = app.browser(world.actor(Who::Delft)).await;
        let drafts = projects(&app, &id).await;
        for path in ["/".to_owned(), format!("/aanvragen/{id}"), format!("/aanvragen/{id}/controle"), format!("/aanvragen/{id}/onderdelen/analysis"), format!("/aanvragen/{id}/projecten/{}", drafts[0].id)] {
            let page = delft.page(&path).await;
            assert!(page.contains("9 oktober 2026, 17.00 uur"), "{path}: {page}");
            assert!(!page.contains("8 oktober 2026, 17.00 uur"), "{path}: {page}");
        }
        assert!(delft.page("/berichten").await.contains("Aanvragen 2027-2028 sluit later"));
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert!(gouda.page("/aanvragen").await.contains("vrijdag 9 oktober 2026, 17.00 uur"));
        for path in ["/inrichting".to_owned(), format!("/inrichting/cycli/{}", world.cycle), "/".to_owned()] {
            let page = coordinator.page(&path).await;
            assert!(page.contains("9 okt 2026") || page.contains("9 oktober 2026"), "{path}: {page}");
        }
        app.at(moment("2026-10-09T14:59:59"));
        submit(&app, &world, &id).await;
        app.at(moment("2026-10-09T15:00:00"));
        let window = world.window.clone();
        let res = app.try_as(world.actor(Who::Gouda), move |tx| actions::start(tx, &window)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{res:?}");
        let facts = app.read(|conn| versterkingsgelden::audit::store::latest(conn, 50, 0)).await;
        assert_eq!(facts.iter().filter(|it| it.kind == "outage_recorded").count(), 1);
    }

    async fn an_extension_is_for_one_region(app: TestApp) {
        let world = World::new(&app).await;
        let delft = AnApplication::of(Who::Delft).make(&app, &world).await;
        let gouda = AnApplication::of(Who::Gouda).make(&app, &world).await;
        let (window, region) = (world.window.clone(), world.regions[0].clone());
        let extension = NewExtension {
            region: region.clone(),
            ends_at: moment("2026-10-15T15:00:00"),
            reason: "De burgemeester is ziek.".to_owned(),
        };
        let wanted = window.clone();
        let given = extension.clone();
        app.act(world.actor(Who::Coordinator), move |tx| closings::extend(tx, &wanted, &given)).await;
        let earlier = NewExtension { ends_at: moment("2026-10-14T15:00:00"), ..extension };
        let wanted = window.clone();
        let res = app.try_as(world.actor(Who::Coordinator), move |tx| closings::extend(tx, &wanted, &earlier)).await;
        assert!(matches!(res, Err(AppError::Invalid(_))), "{res:?}");
        app.at(moment("2026-10-10T08:00:00"));
        let browser = app.browser(world.actor(Who::Delft)).await;
        let own = browser.page(&format!("/aanvragen/{delft}")).await;
        assert!(own.contains("U kreeg uitstel tot donderdag 15 oktober 2026, 17.00 uur"), "{own}");
        assert!(own.contains("De burgemeester is ziek."), "{own}");
        assert!(browser.page("/berichten").await.contains("U krijgt uitstel"));
        let other = app.browser(world.actor(Who::Gouda)).await;
        let theirs = other.page(&format!("/aanvragen/{gouda}")).await;
        assert!(!theirs.contains("De burgemeester is ziek."), "{theirs}");
        let res = app.try_as(world.actor(Who::Gouda), move |tx| submission::actions::submit(tx, &gouda)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{res:?}");
        let wanted = window.clone();
        let res = app.try_as(world.actor(Who::Huizen), move |tx| actions::start(tx, &wanted)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{res:?}");
        let register = format!("/inrichting/cycli/{}/tijdvakken/{window}/sluiting", world.cycle);
        assert_eq!(other.get(&register).await.status, StatusCode::FORBIDDEN);
        app.at(moment("2026-10-15T14:59:59"));
        submit(&app, &world, &delft).await;
    }

    /// What the rule of the database is for: nobody rewrites why a window closed later.
    async fn the_register_only_grows(app: TestApp) {
        let world = World::new(&app).await;
        let window = world.window.clone();
        app.at(moment("2026-10-08T16:00:00"));
        app.act(world.actor(Who::Coordinator), move |tx| {
            let outage = NewOutage {
                starts_at: moment("2026-10-08T14:00:00"),
                ends_at: moment("2026-10-08T14:10:00"),
                reason: "De site gaf geen antwoord.".to_owned(),
            };
            closings::record_outage(tx, &window, &outage)
        })
        .await;
        let wrong = [
            "UPDATE window_closings SET reason = 'anders'",
            "DELETE FROM window_closings",
            "INSERT INTO window_closings SELECT 'x', window_id, 'extension', region_id, starts_at, ends_at, reason, recorded_at, recorded_by FROM window_closings",
            "INSERT INTO window_closings SELECT 'x', window_id, kind, region_id, ends_at, starts_at, reason, recorded_at, recorded_by FROM window_closings",
            "INSERT INTO window_closings SELECT 'x', window_id, kind, region_id, starts_at, ends_at, '', recorded_at, recorded_by FROM window_closings",
            "INSERT INTO window_closings SELECT 'x', window_id, 'fire', region_id, starts_at, ends_at, reason, recorded_at, recorded_by FROM window_closings",
        ];
        for sql in wrong {
            let res = app
                .try_as(world.actor(Who::Coordinator), move |tx| {
                    diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn)?;
                    Ok(())
                })
                .await;
            assert!(res.is_err(), "{sql}");
        }
    }

    async fn an_editor_asks_and_the_signatory_signs_or_gives_it_back(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let check = format!("/aanvragen/{id}/controle");
        let page = editor.page(&check).await;
        assert!(page.contains("Vraag om ondertekening") && !page.contains("Aanvraag indienen"), "{page}");
        let asked = editor.post_with_key(&format!("/aanvragen/{id}/ondertekening"), "o", &[]).await;
        assert_eq!(asked.location, check, "{}", asked.body);
        editor.post_with_key(&format!("/aanvragen/{id}/ondertekening"), "o", &[]).await;
        assert!(editor.page(&check).await.contains("wacht op ondertekening"));
        assert!(editor.page("/").await.contains("Wacht op ondertekening"));
        let again = editor.post(&format!("/aanvragen/{id}/ondertekening"), &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);

        let signatory = app.browser(world.actor(Who::Delft)).await;
        assert!(signatory.page("/berichten").await.contains("wacht op ondertekening"));
        assert!(signatory.page(&check).await.contains("<p>Niets.</p>"));
        let drafts = projects(&app, &id).await;
        change_project(&app, &world, &drafts[0], &[("regel.1.tarief.2028", "90.000,00")]).await;
        let page = signatory.page(&check).await;
        for text in ["om ondertekening is gevraagd", "10.000,00 minder", "Aanvraag indienen", "concept/pdf"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let back = format!("/aanvragen/{id}/ondertekening/terug");
        assert_eq!(editor.post(&back, &[("opmerking", "Nee.")]).await.status, StatusCode::FORBIDDEN);
        let silent = signatory.post(&back, &[("opmerking", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let given = signatory.post(&back, &[("opmerking", "Waarom minder?")]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
        let page = editor.page(&check).await;
        assert!(page.contains("Waarom minder?") && page.contains("Vraag om ondertekening"), "{page}");
        editor.post(&format!("/aanvragen/{id}/ondertekening"), &[]).await;
        submit(&app, &world, &id).await;
        let waiting = id.clone();
        let request = app.read(move |conn| signing::store::latest(conn, &waiting)).await.unwrap();
        assert_eq!(request.answer, Some(signing::Answer::Submitted));
        assert!(!editor.page("/").await.contains("Wacht op ondertekening"));
        let own = editor.page(&format!("/aanvragen/{id}")).await;
        assert!(own.contains("Om ondertekening gevraagd") && own.contains("Teruggestuurd door de ondertekenaar"), "{own}");
    }

    async fn one_reads_who_is_asked_to_sign_and_asks_nobody_where_there_is_nobody_else(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let (check, ask) = (format!("/aanvragen/{id}/controle"), format!("/aanvragen/{id}/ondertekening"));
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let page = editor.page(&check).await;
        assert!(page.contains("Wij vragen dan Delft om in te dienen"), "{page}");
        // Who works on applications of others may not sign those of their own municipality because of that.
        let other = world.actor(Who::DelftEditor).id.clone();
        app.act(&Actor::command_line(), move |tx| {
            let sql = format!("INSERT INTO account_roles (account_id, role) VALUES ('{other}', 'collaborator')");
            diesel::sql_query(sql).execute(tx.conn)?;
            Ok(())
        })
        .await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = delft.page(&check).await;
        assert!(page.contains("Nu kunt alleen u dat.") && page.contains(&format!("/aanvragen/{id}/uitnodigingen")), "{page}");
        for absent in [&format!("action=\"{ask}\"")[..], "Vraag dan hieronder om ondertekening"] {
            assert!(!page.contains(absent), "{absent}: {page}");
        }
        let refused = delft.post(&ask, &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Er is niemand anders die kan ondertekenen"), "{}", refused.body);
        assert!(!delft.page("/berichten").await.contains("wacht op ondertekening"));
        let of = id.clone();
        assert!(app.read(move |conn| signing::store::latest(conn, &of)).await.is_none());
        // Nor does somebody whose account was closed sign; an editor cannot give that right.
        let (gone, now) = (world.actor(Who::Delft).id.clone(), moment("2026-09-15T08:00:00"));
        app.act(&Actor::command_line(), move |tx| {
            let of = accounts::table.find(&gone);
            diesel::update(of).set(accounts::disabled_at.eq(Some(now))).execute(tx.conn)?;
            Ok(())
        })
        .await;
        let page = editor.page(&check).await;
        assert!(page.contains("Er is nog niemand die deze aanvraag kan ondertekenen") && !page.contains(&ask), "{page}");
    }

    async fn one_asks_to_sign_what_can_be_submitted_and_gives_back_what_was_asked(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let empty = AnApplication::of(Who::Gouda).with(0).make(&app, &world).await;
        let ask = async |who: Who, id: &ApplicationId| {
            let id = id.clone();
            app.try_as(world.actor(who), move |tx| signing::actions::ask(tx, &id)).await
        };
        let give_back = async |remark: String| {
            let id = id.clone();
            app.try_as(world.actor(Who::Delft), move |tx| signing::actions::give_back(tx, &id, &remark)).await
        };
        let refused = ask(Who::Gouda, &empty).await;
        assert!(matches!(refused, Err(AppError::Refused(Refusal::NotComplete { blocking: 1 }))), "{refused:?}");
        let nothing_asked = give_back("Nee.".to_owned()).await;
        assert!(matches!(nothing_asked, Err(AppError::Stale)), "{nothing_asked:?}");
        ask(Who::DelftEditor, &id).await.unwrap();
        let long = give_back("a".repeat(2_001)).await;
        assert!(matches!(long, Err(AppError::Invalid(_))), "{long:?}");
        give_back("a".repeat(2_000)).await.unwrap();
        let again = give_back("Nee.".to_owned()).await;
        assert!(matches!(again, Err(AppError::Stale)), "{again:?}");
        app.at(moment("2026-10-08T15:00:00"));
        let late = ask(Who::DelftEditor, &id).await;
        assert!(matches!(late, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{late:?}");
    }

    async fn projects_are_numbered_as_they_stand_in_the_list(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(3).make(&app, &world).await;
        let first = projects(&app, &id).await.remove(0).id;
        app.act(world.actor(Who::Delft), move |tx| project::actions::remove(tx, &first)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page(&format!("/aanvragen/{id}/begroting")).await.contains("1. Project nummer 2"));
        submit(&app, &world, &id).await;
        for path in ["versies/1", "concept"] {
            let page = delft.page(&format!("/aanvragen/{id}/{path}")).await;
            assert!(page.contains("Project 1: Project nummer 2") && page.contains("Project 2: Project nummer 3"), "{path}: {page}");
        }
        // A version that was frozen with a gap reads the same, and its text stays what it was.
        let of = id.clone();
        let text = app.read(move |conn| submission::store::version(conn, &of, 1)).await.content;
        let gap = text.replace("\"position\":2", "\"position\":8");
        assert_ne!(gap, text);
        let (read, now) = (Content::parse(&gap).unwrap(), Content::parse(&text).unwrap());
        assert_eq!(read, now);
    }

    async fn the_database_holds_one_open_request_and_an_answer_is_whole(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let asked = id.clone();
        app.act(world.actor(Who::DelftEditor), move |tx| signing::actions::ask(tx, &asked)).await;
        let wrong = [
            "INSERT INTO signing_requests SELECT 'x', application_id, asked_at, asked_by, content, sha256, NULL, NULL, NULL, '' FROM signing_requests",
            "UPDATE signing_requests SET answer = 'returned', answered_at = asked_at, answered_by = asked_by",
            "UPDATE signing_requests SET answer = 'perhaps', answered_at = asked_at, answered_by = asked_by",
            "UPDATE signing_requests SET answered_at = asked_at",
            "INSERT INTO application_copies SELECT id, id, 1, '{}' FROM applications",
        ];
        for sql in wrong {
            let res = app
                .try_as(world.actor(Who::Coordinator), move |tx| {
                    diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn)?;
                    Ok(())
                })
                .await;
            assert!(res.is_err(), "{sql}");
        }
        // Who may not sign does not withdraw either. Withdrawing answers the request too.
        let wanted = id.clone();
        let res = app.try_as(world.actor(Who::DelftEditor), move |tx| submission::actions::withdraw(tx, &wanted)).await;
        assert!(matches!(res, Err(AppError::Forbidden)), "{res:?}");
        let withdrawn = id.clone();
        app.act(world.actor(Who::Delft), move |tx| submission::actions::withdraw(tx, &withdrawn)).await;
        let request = app.read(move |conn| signing::store::latest(conn, &id)).await.unwrap();
        assert_eq!(request.answer, Some(signing::Answer::Withdrawn));
    }

    async fn what_is_worth_another_look_does_not_block(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft)
            .with_projects(vec![
                AProject { minimum: 95_000, ..AProject::new("Regie", Category::Baseline, 100_000) },
                AProject::new("Regie", Category::Baseline, 50_000),
            ])
            .make(&app, &world)
            .await;
        let drafts = projects(&app, &id).await;
        change_project(&app, &world, &drafts[1], &[
            ("doelgroep", "Onder anderen 111222333."),
            ("indicator.1.beginstand", ""),
            ("indicator.1.geen-beginstand", "Nog nooit gemeten."),
        ]).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = delft.page(&format!("/aanvragen/{id}/controle")).await;
        for text in ["Alles is ingevuld", "Kijk hier nog eens naar", "burgerservicenummer", "heeft geen beginstand", "ligt dicht bij wat u vraagt", "dezelfde naam", "beoordelaars lezen het", "#minimum.2027"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        submit(&app, &world, &id).await;
    }

    async fn an_application_begins_with_the_texts_of_the_cycle_before(app: TestApp) {
        let world = World::new(&app).await;
        let old = AnApplication::of(Who::Delft).with(2).submitted().make(&app, &world).await;
        let cycle = next_cycle(&app, &world).await;
        let window = a_window(&app, &world, &cycle, WindowKind::Main).await;
        app.at(moment("2028-09-15T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        let begun = delft.post("/aanvragen", &[("tijdvak", window.as_str())]).await;
        let page = delft.page(&begun.location).await;
        assert!(page.contains("Begin met de teksten van 2027-2028"), "{page}");
        let choosing = delft.page(&format!("{}/overname", begun.location)).await;
        assert!(choosing.contains("Project nummer 1") && choosing.contains("Project nummer 2"), "{choosing}");
        let source = content(&app, &old, 1).await;
        let chosen = format!("project.{}", source.projects[0].id);
        // What was written already stays.
        let region = format!("{}/onderdelen/region", begun.location);
        delft.post(&region, &[("versie", "0"), ("samenwerking", "Nu met de scholen.")]).await;
        let taken = delft.post(&format!("{}/overname", begun.location), &[(&chosen, "ja")]).await;
        assert_eq!(taken.location, begun.location, "{}", taken.body);
        // What was taken over is not chosen again; the rest still can be, and what is written stays.
        assert!(delft.page(&begun.location).await.contains("Teksten en projecten van 2027-2028 overnemen"));
        let again = delft.page(&format!("{}/overname", begun.location)).await;
        assert!(again.contains("Deze projecten nam u al over:") && again.contains("<li>Project nummer 1</li>"), "{again}");
        assert!(!again.contains(&chosen) && again.contains(&format!("project.{}", source.projects[1].id)), "{again}");
        assert!(again.contains("blijven zoals ze zijn: Organisatie en contact, Regio en deelnemers, Analyse van de situatie"), "{again}");

        let id = ApplicationId::from(begun.location.strip_prefix("/aanvragen/").unwrap());
        let drafts = projects(&app, &id).await;
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0].answers.get("doel-kort"), "Jongeren gaan in gesprek.");
        assert_eq!(drafts[0].answers.get("regel.1.omschrijving"), "Inhuur trainer");
        for (name, _) in drafts[0].answers.iter() {
            assert!(!name.ends_with("2027") && !name.ends_with("2028"), "{name}");
        }
        let wanted = id.clone();
        let sections = app.read(move |conn| drafting::store::sections(conn, &wanted)).await;
        assert!(sections.contains_key(&SectionName::Analysis) && !sections.contains_key(&SectionName::Statements));
        assert_eq!(sections[&SectionName::Region].answers.get("samenwerking"), "Nu met de scholen.");
        let analysis = format!("{}/onderdelen/analysis", begun.location);
        let page = delft.page(&analysis).await;
        assert_eq!(page.matches("Overgenomen uit 2027-2028, nog niet gewijzigd.").count(), 3, "{page}");
        let mut fields: Vec<(&str, &str)> = vec![("dreiging", "Nu is de dreiging anders."), ("versie", "1")];
        fields.extend([("behoefte", "Er zijn te weinig jongerenwerkers die online werken."), ("weerbaarheid", ""), ("geleerd", "")]);
        delft.post(&analysis, &fields).await;
        let page = delft.page(&analysis).await;
        assert_eq!(page.matches("Overgenomen uit 2027-2028, nog niet gewijzigd.").count(), 1, "{page}");
        let project = delft.page(&format!("{}/projecten/{}", begun.location, drafts[0].id)).await;
        assert!(project.contains("Overgenomen uit 2027-2028, nog niet gewijzigd."), "{project}");
        change_project(&app, &world, &drafts[0], &[("indicator.1.doel.2029", "60")]).await;
        let second = format!("project.{}", source.projects[1].id);
        let taken = delft.post(&format!("{}/overname", begun.location), &[(&chosen, "ja"), (&second, "ja")]).await;
        assert_eq!(taken.location, begun.location, "{}", taken.body);
        let titles: Vec<String> = projects(&app, &id).await.iter().map(|it| it.answers.get("titel").to_owned()).collect();
        assert_eq!(titles, ["Project nummer 1", "Project nummer 2"]);
        assert!(delft.page(&analysis).await.contains("Nu is de dreiging anders."));
        assert!(delft.page(&analysis).await.contains("Toen: "));
        let nothing_left = delft.page(&format!("{}/overname", begun.location)).await;
        assert!(nothing_left.contains("Er zijn geen andere projecten") && !nothing_left.contains(">Overnemen<"), "{nothing_left}");

        let check = delft.page(&format!("{}/controle", begun.location)).await;
        assert!(check.contains("is hetzelfde als in de vorige cyclus"), "{check}");
        assert!(check.contains("komt uit 2027-2028 en is nog niet gewijzigd"), "{check}");
    }

    /// Not another's, of another region, in a top-up, never submitted, or of the cycle itself.
    async fn the_texts_are_those_of_the_same_region_and_lead(app: TestApp) {
        let world = World::new(&app).await;
        let next = next_cycle(&app, &world).await;
        let second = a_window(&app, &world, &world.cycle, WindowKind::Main).await;
        let third = a_window(&app, &world, &world.cycle, WindowKind::Main).await;
        let top_up = a_window(&app, &world, &world.cycle, WindowKind::TopUp).await;
        let own = a_window(&app, &world, &next, WindowKind::Main).await;
        let ([delft, gouda, _], [region, other, _]) = (world.leads.clone(), world.regions.clone());
        // The last one comes first; of one cycle, that with the highest id.
        let rows = [
            ("1-earlier", &world.window, &region, &delft, 1),
            ("2-another's", &second, &region, &gouda, 1),
            ("3-another-region", &second, &other, &delft, 1),
            ("4-top-up", &top_up, &region, &delft, 1),
            ("5-draft", &third, &region, &delft, 0),
            ("6-own-cycle", &own, &region, &delft, 1),
        ];
        for (name, window, region, lead, version) in rows {
            let (window, region, lead) = (window.clone(), region.clone(), lead.clone());
            app.act(world.actor(Who::Delft), move |tx| {
                let row = Application {
                    id: name.into(),
                    latest_version: version,
                    submitted_at: (version == 1).then_some(tx.now),
                    ..a_row(tx, name, &window, (&region, &lead))
                };
                common::insert(tx, &row)
            })
            .await;
        }
        let found = app.read(move |conn| copying::store::earlier(conn, &region, &delft, 2029)).await;
        assert_eq!(found.map(|it| it.0.reference).as_deref(), Some("1-earlier"));
    }

    async fn only_a_draft_of_the_main_window_begins_with_earlier_texts(app: TestApp) {
        let world = World::new(&app).await;
        AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let cycle = next_cycle(&app, &world).await;
        let window = a_window(&app, &world, &cycle, WindowKind::Main).await;
        let top_up = a_window(&app, &world, &cycle, WindowKind::TopUp).await;
        app.at(moment("2028-09-15T08:00:00"));
        let id = AnApplication::of(Who::Delft).in_window(&window).with_projects(vec![]).make(&app, &world).await;
        let (of, region) = (world.leads[0].clone(), world.regions[0].clone());
        let in_top_up = app.act(world.actor(Who::Delft), move |tx| {
            let row = a_row(tx, "VG-2029-0503-A", &top_up, (&region, &of));
            common::insert(tx, &row)?;
            Ok(row.id)
        })
        .await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let status = async |id: &ApplicationId| delft.get(&format!("/aanvragen/{id}/overname")).await.status;
        assert_eq!((status(&id).await, status(&in_top_up).await), (StatusCode::OK, StatusCode::NOT_FOUND));
        let of = id.clone();
        app.act(world.actor(Who::Delft), move |tx| submission::actions::withdraw(tx, &of)).await;
        // Said in words: it was there a moment ago.
        assert_eq!(status(&id).await, StatusCode::CONFLICT);
    }
}

/// The cycle 2029-2030, open.
async fn next_cycle(app: &TestApp, world: &World) -> CycleId {
    let scheme = world.scheme.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        let years = [2029, 2030].map(|year| YearPlan {
            year,
            ..crate::support::plan()
        });
        let cycle = setup::draft_cycle(tx, &scheme, "2029-2030", &years)?;
        setup::open_cycle(tx, &cycle, 1)?;
        Ok(cycle)
    })
    .await
}

/// A window in the autumn of 2028.
async fn a_window(app: &TestApp, world: &World, cycle: &CycleId, kind: WindowKind) -> WindowId {
    let new = NewWindow {
        cycle: cycle.clone(),
        kind,
        name: "Aanvragen 2029-2030".to_owned(),
        opens_at: moment("2028-09-01T07:00:00"),
        closes_at: moment("2028-10-05T15:00:00"),
    };
    app.act(world.actor(Who::Coordinator), move |tx| {
        set_window(tx, &new)
    })
    .await
}

/// Sixty projects with every text in it, printed; `pdftotext` reads every word of it back.
#[actix_web::test]
async fn every_typed_text_is_in_the_pdf() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    let id = AnApplication::of(Who::Delft)
        .with(3)
        .make(&app, &world)
        .await;
    let drafts = projects(&app, &id).await;
    let odd = "Een regel met “aanhalingstekens”, <tags> & #hekjes, *sterren*, € 1.250,50 en café.\r\n\r\nEen tweede alinea.";
    change_project(
        &app,
        &world,
        &drafts[1],
        &[
            ("activiteiten", odd),
            ("regel.2.omschrijving", "Huur van de zaal aan de Oude Delft"),
            ("regel.2.soort", "other"),
            ("regel.2.eenheid", "dagdeel"),
            ("regel.2.aantal.2027", "veel"),
            ("eigen-bijdrage.2027", "nog onbekend"),
            ("een-veld-van-later", "Wat niemand nog kent"),
        ],
    )
    .await;
    submit_nothing(&app, &world, &id).await;
}

/// Projects of all lengths, so that their tables come to stand all over the pages.
#[test]
fn what_a_table_is_called_stands_on_its_page() {
    let sample = include_str!("../data/applications/two_projects.json");
    let mut content = Content::parse(sample.trim_end()).unwrap();
    let (model, lines) = (content.projects[0].clone(), "Een regel.\n".repeat(40));
    content.projects = (0..30)
        .map(|at| {
            let mut it = model.clone();
            it.answers.set("activiteiten", &lines[..11 * (at + 1)]);
            it
        })
        .collect();
    let copy = Copy {
        sheet: Sheet::of(&content, &Default::default()),
        totals: versterkingsgelden::applications::versions::totals(&content).unwrap(),
        status: Status::Draft {
            at: moment("2026-09-15T08:00:00"),
            sha256: "ab".repeat(32),
        },
        content,
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf::pdf(&copy).unwrap()).unwrap();
    let read = std::process::Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-")
        .output();
    let Ok(read) = read else {
        eprintln!("pdftotext is not installed (apt: poppler-utils): pages are not looked at");
        return;
    };
    let text = String::from_utf8(read.stdout).unwrap();
    let mut captions = 0;
    for page in text.split('\x0c') {
        let lines: Vec<&str> = page.lines().filter(|it| !it.trim().is_empty()).collect();
        captions += lines
            .iter()
            .filter(|it| it.contains("bedragen in euro"))
            .count();
        let before_foot = lines.iter().rev().find(|it| !it.contains("SHA-256"));
        assert!(
            before_foot.is_none_or(|it| !it.contains("bedragen in euro")),
            "{page}"
        );
    }
    assert!(60 <= captions, "{captions}\n{text}");
}

#[test]
fn a_weight_stands_beside_the_share_that_was_counted_with_it() {
    let sample = include_str!("../data/applications/two_projects.json");
    let mut content = Content::parse(sample.trim_end()).unwrap();
    let share = |municipality: &Place| FrozenShare {
        year: 2027,
        municipality: municipality.clone(),
        amount: Money::from_cents(500_000),
    };
    let names: BTreeMap<String, String> = [("a", "Delft"), ("b", "Westland"), ("c", "Rijswijk")]
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .into();
    let project = &mut content.projects[0];
    project.shares = content.participants.iter().map(share).collect();
    for (id, text) in [("a", "1"), ("b", "3"), ("c", "9")] {
        project.answers.set(format!("gewicht.{id}"), text);
    }
    let sheet = Sheet::of(&content, &names);
    let part = &sheet.parts[4];
    let list = part.lists.iter().find(|it| it.name == "verdeling").unwrap();
    let columns = list.columns();
    let labels: Vec<&str> = columns.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["Verdeelsleutel", "Aandeel in 2027"]);
    let weights = list.rows.iter().map(|it| it.cell(&columns[0]).unwrap());
    let weights: Vec<_> = weights.map(|it| it.value.typed()).collect();
    assert_eq!(weights, [Some("1"), Some("3")]);
    // Rijswijk has no share, so that there is no row for its weight.
    let other = part
        .answers
        .iter()
        .filter(|it| it.name.starts_with("gewicht"));
    let other: Vec<&str> = other.map(|it| it.label.as_str()).collect();
    assert_eq!(other, ["Verdeelsleutel van Rijswijk"]);
}

/// Prints the draft and looks for every text that was typed.
async fn submit_nothing(app: &TestApp, world: &World, id: &ApplicationId) {
    let (actor, wanted) = (world.actor(Who::Delft).clone(), id.clone());
    let content = app
        .read(move |conn| {
            let head = versterkingsgelden::applications::store::head(conn, &actor, &wanted)?;
            let draft = drafting::store::draft(conn, &wanted)?;
            let participants = drafting::store::participants(conn, &wanted)?;
            Ok(Content::of(&head, &draft, &participants, &participants)?)
        })
        .await;
    let sheet = Sheet::of(&content, &Default::default());
    let totals = versterkingsgelden::applications::versions::totals(&content).unwrap();
    let copy = Copy {
        sheet,
        totals,
        status: Status::Draft {
            at: moment("2026-09-15T08:00:00"),
            sha256: "ab".repeat(32),
        },
        content: content.clone(),
    };
    let bytes = pdf::pdf(&copy).unwrap();
    for marker in [
        "<pdfuaid:part>1</pdfuaid:part>",
        "/StructTreeRoot",
        "/Lang(nl-NL)",
    ] {
        assert!(
            bytes
                .windows(marker.len())
                .any(|it| it == marker.as_bytes()),
            "{marker}"
        );
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let read = std::process::Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"]) // a cell after a cell, as they were set
        .arg(file.path())
        .arg("-")
        .output();
    let Ok(read) = read else {
        eprintln!(
            "pdftotext is not installed (apt: poppler-utils): the text of the PDF is not read back"
        );
        return;
    };
    let squeezed = |text: &str| -> String {
        text.chars()
            .filter(|it| !it.is_whitespace() && *it != '\u{200b}')
            .collect()
    };
    let text = squeezed(&String::from_utf8(read.stdout).unwrap());
    assert!(
        text.contains("CONCEPT") && text.contains(&"ab".repeat(32)),
        "{text}"
    );
    let sections = content.sections.values().flat_map(Answers::iter);
    let projects = content.projects.iter().flat_map(|it| it.answers.iter());
    let mut looked = 0;
    for (name, typed) in sections.chain(projects) {
        let is_choice = ["categorie", "onderdeel", "evaluatie", "soort", "richting"]
            .iter()
            .any(|it| name.rsplit('.').next() == Some(*it));
        if typed == "ja" || is_choice {
            continue;
        }
        // Amounts stand there as they were read.
        let amount = Money::parse_dutch(typed)
            .ok()
            .filter(|_| name.contains("tarief"));
        let typed = amount.map_or_else(|| typed.to_owned(), money::amount);
        for line in typed.split("\r\n") {
            assert!(text.contains(&squeezed(line)), "{name}: {line}\n{text}");
            looked += 1;
        }
    }
    assert!(60 < looked, "{looked}");
}
