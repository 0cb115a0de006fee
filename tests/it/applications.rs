//! An application from the first word to the receipt.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{
        Application, actions, drafting, project,
        section::SectionName,
        state::{Event, State},
        store,
        submission::{self, content::Content},
    },
    core::{
        category::Category,
        hex,
        ids::{
            AccountId, ApplicationId, CompletionRequestId, DecisionId, MessageId, ProposalId,
            WindowId,
        },
    },
    db::schema::{completion_requests, decisions, interest_declarations, outbox, proposals},
    error::{AppError, Refusal},
    schemes::{
        WindowKind,
        actions::{NewWindow, set_window},
    },
};

use crate::support::{
    AProject, AnApplication, Browser, Reply, TestApp, Who, World, moment, on_both, section_answers,
};

/// Posts a section as its page does.
async fn post_section(
    browser: &Browser<'_>,
    id: &ApplicationId,
    section: SectionName,
    version: &str,
    changes: &[(&str, &str)],
) -> Reply {
    let mut answers = section_answers(section);
    for (name, text) in changes {
        answers.set(*name, *text);
    }
    let mut fields: Vec<(&str, &str)> = answers.iter().collect();
    fields.push(("versie", version));
    let path = format!("/aanvragen/{id}/onderdelen/{}", section.as_str());
    browser.post(&path, &fields).await
}

async fn application(app: &TestApp, id: &ApplicationId) -> Application {
    let id = id.clone();
    app.read(move |conn| store::get(conn, &id)).await
}

async fn stored(app: &TestApp, id: &ApplicationId, section: SectionName) -> drafting::SavedSection {
    let id = id.clone();
    app.read(move |conn| drafting::store::sections(conn, &id))
        .await
        .remove(&section)
        .unwrap_or_default()
}

/// What the coordinator does when an application is not complete.
async fn ask_completion(app: &TestApp, world: &World, id: &ApplicationId, sections: &str) {
    let (id, sections) = (id.clone(), sections.to_owned());
    app.act(world.actor(Who::Coordinator), move |tx| {
        let application = store::get(tx.conn, &id)?;
        store::move_on(tx, &application, Event::RequestCompletion)?;
        let request: CompletionRequestId = tx.new_id();
        diesel::insert_into(completion_requests::table)
            .values((
                completion_requests::id.eq(request),
                completion_requests::application_id.eq(&id),
                completion_requests::sections.eq(&sections),
                completion_requests::message.eq("Noem de partners."),
                completion_requests::due_on.eq(moment("2026-10-30T00:00:00").date()),
                completion_requests::requested_at.eq(tx.now),
                completion_requests::requested_by.eq(&tx.actor.id),
            ))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

async fn a_top_up(app: &TestApp, world: &World) -> WindowId {
    let cycle = world.cycle.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        let window = NewWindow {
            cycle: cycle.clone(),
            kind: WindowKind::TopUp,
            name: "Aanvullend 2028".to_owned(),
            opens_at: moment("2027-09-01T07:00:00"),
            closes_at: moment("2027-10-01T15:00:00"),
        };
        set_window(tx, &window)
    })
    .await
}

/// Moves an application to where an award was made known, with a decision beside it.
async fn award(app: &TestApp, world: &World, id: &ApplicationId, outcome: &'static str) {
    let id = id.clone();
    app.act(world.actor(Who::DecisionMaker), move |tx| {
        let mut application = store::get(tx.conn, &id)?;
        for event in [
            Event::StartAssessment,
            Event::CloseAssessment,
            Event::Propose,
            Event::Decide,
            Event::Notify,
        ] {
            application = store::move_on(tx, &application, event)?;
        }
        let (proposal, decision): (ProposalId, DecisionId) = (tx.new_id(), tx.new_id());
        diesel::insert_into(proposals::table)
            .values((
                proposals::id.eq(&proposal),
                proposals::application_id.eq(&id),
                proposals::state.eq("decided"),
                proposals::is_reserved.eq(false),
                proposals::reasons.eq(""),
                proposals::proposed_at.eq(tx.now),
                proposals::proposed_by.eq(&tx.actor.id),
                proposals::szw_reason.eq(""),
                proposals::version.eq(1),
            ))
            .execute(tx.conn)?;
        diesel::insert_into(decisions::table)
            .values((
                decisions::id.eq(decision),
                decisions::reference.eq(format!("{}-B", application.reference)),
                decisions::application_id.eq(&id),
                decisions::proposal_id.eq(&proposal),
                decisions::outcome.eq(outcome),
                decisions::reasons.eq("Zie de bijlage."),
                decisions::decided_at.eq(tx.now),
                decisions::decided_by.eq(&tx.actor.id),
                decisions::notified_at.eq(Some(tx.now)),
                decisions::notified_by.eq(Some(&tx.actor.id)),
                decisions::letter.eq(Some("{}")),
                decisions::letter_sha256.eq(Some("0")),
            ))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

on_both! {
    async fn from_the_first_word_to_the_receipt(app: TestApp) {
        let world = World::new(&app).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page("/aanvragen").await.contains("Aanvraag beginnen"));
        let begun = delft.post("/aanvragen", &[("tijdvak", world.window.as_str())]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        let page = begun.location.clone();
        let id = ApplicationId::from(page.strip_prefix("/aanvragen/").unwrap());
        let empty = delft.page(&page).await;
        assert!(empty.contains("VG-2027-0503") && empty.contains("Nog geen projecten"), "{empty}");
        let check = delft.page(&format!("{page}/controle")).await;
        assert!(check.contains("Vul de naam van de contactpersoon in."), "{check}");
        assert!(check.contains("onderdelen/organisation?controle=ja#contactpersoon"), "{check}");
        assert!(!check.contains("Aanvraag indienen"), "{check}");
        for section in SectionName::FORMS {
            let form = format!("{page}/onderdelen/{}", section.as_str());
            assert!(delft.page(&form).await.contains("name=\"versie\" value=\"0\""));
            let saved = post_section(&delft, &id, section, "0", &[("actie", "blijf")]).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
            assert!(delft.page(&saved.location).await.contains("Opgeslagen om 10.00 uur"));
        }
        let early = delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("Er moet"), "{}", early.body);
    }

    async fn a_complete_application_is_submitted_once(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(3).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let check = delft.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(check.contains("Alles is ingevuld") && check.contains("90.000,00"), "{check}");
        let path = format!("/aanvragen/{id}/indiening");
        let nowhere = delft.get("/bestaat/niet").await;
        assert!(nowhere.status == StatusCode::NOT_FOUND && nowhere.body.contains("Uitloggen"), "{}", nowhere.body);
        let unsure = delft.post(&path, &[]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The browser is left at that address, and asks for it again.
        let check = format!("/aanvragen/{id}/controle");
        assert_eq!(delft.get(&path).await.location, check);
        let first = delft.post_with_key(&path, "k", &[("akkoord", "ja")]).await;
        let second = delft.post_with_key(&path, "k", &[("akkoord", "ja")]).await;
        assert_eq!(first.location, format!("/aanvragen/{id}/versies/1"), "{}", first.body);
        assert_eq!(second.location, first.location);
        let again = delft.post(&path, &[("akkoord", "ja")]).await;
        assert_eq!(again.location, check, "{}", again.body);
        let told = delft.page(&check).await;
        assert!(told.contains("Uw aanvraag is ingediend") && told.contains(&first.location), "{told}");
        assert!(!told.contains("concept als PDF"), "{told}");
        let it = application(&app, &id).await;
        assert_eq!((it.state, it.latest_version), (State::Submitted, 1));
        let messages: i64 = app
            .read(|conn| Ok(outbox::table.filter(outbox::kind.eq("application_received")).count().get_result(conn)?))
            .await;
        assert_eq!(messages, 1);

        let receipt = delft.page(&first.location).await;
        let copy = delft.get(&format!("{}/kopie", first.location)).await;
        assert!(receipt.contains(&hex::sha256(&copy.body)), "{receipt}");
        assert!(receipt.contains("dinsdag 15 september 2026, 10.00 uur"), "{receipt}");
        assert!(receipt.contains("Uw aanvraag is ingediend") && receipt.contains("Wij beslissen uiterlijk op"), "{receipt}");
        let message: MessageId = app
            .read(|conn| Ok(outbox::table.filter(outbox::kind.eq("application_received")).select(outbox::id).first(conn)?))
            .await;
        let message = delft.page(&format!("/berichten/{message}")).await;
        assert!(message.contains(&format!("href=\"{}\"", first.location)), "{message}");
        let content = Content::parse(&copy.body).unwrap();
        assert_eq!(content.projects.len(), 3);
        assert_eq!(content.requested.to_string(), "90000.00");
        assert_eq!(content.participants.len(), 1);
    }

    async fn outside_the_window_nothing_is_submitted_or_saved(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        app.at(moment("2026-08-01T08:00:00"));
        let gouda_early = world.window.clone();
        let early = app
            .try_as(world.actor(Who::Gouda), move |tx| actions::start(tx, &gouda_early))
            .await;
        assert!(matches!(early, Err(AppError::Refused(Refusal::WindowNotOpen { .. }))), "{early:?}");
        // Of a window that was set later after all, what was begun waits too.
        let begun = id.clone();
        let early = app.try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &begun)).await;
        assert!(matches!(early, Err(AppError::Refused(Refusal::WindowNotOpen { .. }))), "{early:?}");
        app.at(moment("2026-10-08T14:59:59"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        let saved = post_section(&delft, &id, SectionName::Analysis, "1", &[("geleerd", "Veel.")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        app.at(moment("2026-10-08T15:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        let late = delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("donderdag 8 oktober 2026, 17.00 uur"), "{}", late.body);
        let kept = post_section(&delft, &id, SectionName::Analysis, "2", &[("geleerd", "Mijn laatste zin")]).await;
        assert_eq!(kept.status, StatusCode::CONFLICT);
        assert!(kept.body.contains("Mijn laatste zin") && kept.body.contains("niet opgeslagen"), "{}", kept.body);
        assert_eq!(stored(&app, &id, SectionName::Analysis).await.answers.get("geleerd"), "Veel.");
        drop(gouda);
    }

    async fn what_is_wrong_is_saved_all_the_same(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let typed = [("email", "geen adres\r\n"), ("telefoon", "111222333"), ("actie", "blijf")];
        let saved = post_section(&delft, &id, SectionName::Organisation, "1", &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let answers = stored(&app, &id, SectionName::Organisation).await.answers;
        assert_eq!(answers.get("email"), "geen adres\r\n");
        let page = delft.page(&saved.location).await;
        assert!(page.contains("is geen e-mailadres"), "{page}");
        assert!(page.contains("Is dat een burgerservicenummer (BSN)?"), "{page}");
        let twice = post_section(&delft, &id, SectionName::Organisation, "1", &typed).await;
        assert_eq!(twice.status, StatusCode::SEE_OTHER, "{}", twice.body);
        assert_eq!(stored(&app, &id, SectionName::Organisation).await.version, 2);
    }

    async fn who_saves_after_a_colleague_chooses_per_field(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let colleague = app.browser(world.actor(Who::DelftEditor)).await;
        let section = SectionName::Analysis;
        let theirs = [("dreiging", "Hun dreiging"), ("behoefte", "Hun behoefte")];
        let first = post_section(&colleague, &id, section, "1", &theirs).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        let mine = [("dreiging", "Mijn dreiging"), ("behoefte", "Mijn behoefte")];
        let second = post_section(&delft, &id, section, "1", &mine).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        for text in ["Mijn dreiging", "Hun dreiging", "Mijn behoefte", "Hun behoefte", "DelftEditor"] {
            assert!(second.body.contains(text), "{text}: {}", second.body);
        }
        assert!(second.body.contains("name=\"versie\" value=\"2\""), "{}", second.body);
        assert!(!second.body.contains("keuze.weerbaarheid"), "{}", second.body);
        assert_eq!(stored(&app, &id, section).await.answers.get("dreiging"), "Hun dreiging");
        let chosen = [
            ("dreiging", "Mijn dreiging"),
            ("keuze.dreiging", "hunne"),
            ("behoefte", "Mijn behoefte"),
            ("keuze.behoefte", "mijn"),
        ];
        let third = post_section(&delft, &id, section, "2", &chosen).await;
        assert_eq!(third.status, StatusCode::SEE_OTHER, "{}", third.body);
        let answers = stored(&app, &id, section).await.answers;
        assert_eq!(answers.get("dreiging"), "Hun dreiging");
        assert_eq!(answers.get("behoefte"), "Mijn behoefte");
        // Where nobody is there to choose, nothing is left out unsaid.
        let late = section_answers(section).with("dreiging", "Nog iets anders");
        let res = app
            .try_as(world.actor(Who::Delft), move |tx| drafting::actions::save_section(tx, &id, section, &late, 1))
            .await;
        assert!(matches!(res, Err(AppError::Stale)), "{res:?}");
    }

    async fn the_ticked_members_of_the_region_take_part(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let region = world.regions[0].clone();
        let today = moment("2026-09-15T08:00:00").date();
        let members = app
            .read(move |conn| versterkingsgelden::schemes::store::members(conn, &region, today))
            .await;
        let westland = members.iter().find(|it| it.name == "Westland").unwrap();
        let delft = app.browser(world.actor(Who::Delft)).await;
        let field = format!("deelnemer.{}", westland.id);
        let saved = post_section(
            &delft,
            &id,
            SectionName::Region,
            "1",
            &[(&field, "ja"), ("deelnemer.onbekend", "ja")],
        )
        .await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let names: Vec<String> = app
            .read(move |conn| drafting::store::participants(conn, &id))
            .await
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names, ["Delft", "Westland"]);
    }

    async fn who_may_not_know_of_it_finds_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let draft = AnApplication::of(Who::Delft).make(&app, &world).await;
        let submitted = AnApplication::of(Who::Huizen).submitted().make(&app, &world).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        for (id, rest) in [(&draft, ""), (&draft, "/controle"), (&draft, "/onderdelen/analysis"), (&submitted, "/versies/1"), (&submitted, "/versies/1/kopie")] {
            let reply = gouda.get(&format!("/aanvragen/{id}{rest}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{rest}");
        }
        let reviewer = app.browser(world.actor(Who::NctvReviewer)).await;
        assert_eq!(reviewer.get(&format!("/aanvragen/{draft}")).await.status, StatusCode::NOT_FOUND);
        let list = reviewer.page("/aanvragen").await;
        assert!(list.contains("VG-2027-0406") && !list.contains("VG-2027-0503"), "{list}");
        let dossier = reviewer.page(&format!("/aanvragen/{submitted}")).await;
        assert!(dossier.contains("Behandeling") && dossier.contains("Versie 1 ingediend"), "{dossier}");
        let administrator = app.browser(world.actor(Who::Administrator)).await;
        assert_eq!(administrator.get("/aanvragen").await.status, StatusCode::FORBIDDEN);
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let signing = editor.post(&format!("/aanvragen/{draft}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(signing.status, StatusCode::FORBIDDEN);

        let (id, who): (ApplicationId, AccountId) =
            (submitted.clone(), world.actor(Who::NctvReviewer).id.clone());
        app.act(world.actor(Who::NctvReviewer), move |tx| {
            diesel::insert_into(interest_declarations::table)
                .values((
                    interest_declarations::application_id.eq(&id),
                    interest_declarations::account_id.eq(&who),
                    interest_declarations::has_conflict.eq(true),
                    interest_declarations::note.eq("Familie"),
                    interest_declarations::declared_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await;
        assert!(!reviewer.page("/aanvragen").await.contains("VG-2027-0406"));
        assert_eq!(reviewer.get(&format!("/aanvragen/{submitted}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn only_what_was_asked_about_opens_again(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, "[\"region\"]").await;
        app.at(moment("2026-10-20T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(page.contains("Noem de partners.") && page.contains("Gesloten"), "{page}");
        let closed = post_section(&delft, &id, SectionName::Analysis, "1", &[("dreiging", "Anders")]).await;
        assert_eq!(closed.status, StatusCode::CONFLICT);
        let open = post_section(&delft, &id, SectionName::Region, "1", &[("samenwerking", "Met de politie.")]).await;
        assert_eq!(open.status, StatusCode::SEE_OTHER, "{}", open.body);
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let seen = coordinator.page(&format!("/aanvragen/{id}")).await;
        assert!(!seen.contains("Met de politie."), "{seen}");
        let again = delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(again.location, format!("/aanvragen/{id}/versies/2"), "{}", again.body);
        assert_eq!(application(&app, &id).await.state, State::Completed);
        assert!(coordinator.page(&format!("/aanvragen/{id}")).await.contains("Met de politie."));
        let first = coordinator.page(&format!("/aanvragen/{id}/versies/1")).await;
        assert!(!first.contains("Met de politie."), "{first}");
    }

    async fn after_the_last_day_nothing_can_be_completed(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, "[\"region\"]").await;
        // 23.30 in Amsterdam on the last day, then half an hour into the next.
        for (at, is_in_time) in [("2026-10-30T22:30:00", true), ("2026-10-30T23:30:00", false)] {
            app.at(moment(at));
            let wanted = id.clone();
            let res = app
                .try_as(world.actor(Who::Delft), move |tx| {
                    let application = store::get(tx.conn, &wanted)?;
                    actions::check_open(tx, &application, SectionName::Region)
                })
                .await;
            assert_eq!(res.is_ok(), is_in_time, "{at}: {res:?}");
        }
        let late = app
            .try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &id))
            .await;
        assert!(matches!(late, Err(AppError::Refused(Refusal::TooLate { .. }))), "{late:?}");
    }

    async fn withdrawing_is_asked_twice_and_done_once(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let path = format!("/aanvragen/{id}/intrekking");
        assert_eq!(editor.get(&path).await.status, StatusCode::FORBIDDEN);
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page(&path).await.contains("Ja, intrekken"));
        let done = delft.post(&path, &[]).await;
        assert_eq!(done.location, format!("/aanvragen/{id}"), "{}", done.body);
        assert_eq!(application(&app, &id).await.state, State::Withdrawn);
        assert_eq!(delft.post(&path, &[]).await.status, StatusCode::CONFLICT);
        let page = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(page.contains("Ingetrokken") && page.contains("Aanvraag ingetrokken"), "{page}");
    }

    async fn what_was_withdrawn_is_taken_up_again_while_the_window_is_open(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(2).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let page = format!("/aanvragen/{id}");
        let (out, back) = (format!("{page}/intrekking"), format!("{page}/hervatting"));
        let until = "donderdag 8 oktober 2026, 17.00 uur";
        let asked = delft.page(&out).await;
        assert!(asked.contains(&format!("Tot {until} kunt u toch verder")), "{asked}");
        assert_eq!(editor.post(&back, &[]).await.status, StatusCode::CONFLICT, "nothing was withdrawn");
        delft.post(&out, &[]).await;
        let own = delft.page(&page).await;
        for text in ["Deze aanvraag is ingetrokken", "Toch verder met deze aanvraag", until, "/concept#project-1"] {
            assert!(own.contains(text), "{text}: {own}");
        }
        assert!(!own.contains(">Klaar<"), "{own}");
        assert!(delft.page("/berichten").await.contains("U hebt uw aanvraag VG-2027-0503 ingetrokken"));
        let text: String = app
            .read(|conn| Ok(outbox::table.filter(outbox::kind.eq("application_withdrawn")).select(outbox::body).first(conn)?))
            .await;
        assert!(text.contains("nog niet ingediend") && text.contains(until), "{text}");

        for (who, status) in [(Who::Gouda, StatusCode::NOT_FOUND), (Who::Coordinator, StatusCode::FORBIDDEN)] {
            let other = app.browser(world.actor(who)).await;
            assert_eq!(other.post(&back, &[]).await.status, status, "{who:?}");
        }
        for _ in 0..2 {
            let done = editor.post_with_key(&back, "een-keer", &[]).await;
            assert_eq!(done.location, page, "{}", done.body);
        }
        assert_eq!(application(&app, &id).await.state, State::Draft);
        assert!(delft.page("/berichten").await.contains("U gaat toch verder met aanvraag VG-2027-0503"));
        assert!(delft.page(&format!("{page}/verloop")).await.contains("Toch verder met de aanvraag"));
        let done = delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(done.location, format!("{page}/versies/1"), "{}", done.body);
    }

    async fn a_submitted_application_that_was_withdrawn_is_submitted_anew(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, "[\"region\"]").await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{id}");
        delft.post(&format!("{page}/intrekking"), &[]).await;
        app.at(moment("2026-09-20T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("{page}/hervatting"), &[]).await;
        // Everything is open, not only what was asked about; that is asked no longer.
        let saved = post_section(&delft, &id, SectionName::Analysis, "1", &[("geleerd", "Eerder beginnen.")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(!delft.page(&page).await.contains("Noem de partners."));
        let open: i64 = app
            .read(|conn| Ok(completion_requests::table.filter(completion_requests::answered_at.is_null()).count().get_result(conn)?))
            .await;
        assert_eq!(open, 0);
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let seen = coordinator.page(&page).await;
        assert!(!seen.contains("Eerder beginnen."), "{seen}");
        assert!(coordinator.page("/").await.contains("Er is nog niets ingediend."));

        let done = delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(done.location, format!("{page}/versies/2"), "{}", done.body);
        let it = application(&app, &id).await;
        assert_eq!((it.state, it.submitted_at), (State::Submitted, Some(moment("2026-09-20T08:00:00"))));
        let receipt = delft.page(&done.location).await;
        assert!(receipt.contains("Uw aanvraag is ingediend") && receipt.contains("Wij beslissen uiterlijk op"), "{receipt}");
        let own = delft.page(&page).await;
        assert!(own.contains("Opnieuw ingediend als versie 2") && !own.contains("Aangevuld"), "{own}");
        assert!(coordinator.page(&page).await.contains("Eerder beginnen."));
    }

    async fn what_was_submitted_is_corrected_until_the_window_closes(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{id}");
        let (check, path, until) = (format!("{page}/controle"), format!("{page}/verbetering"), "donderdag 8 oktober 2026, 17.00 uur");
        let still = format!("Tot {until} kunt u de aanvraag nog verbeteren");
        assert!(delft.page(&check).await.contains(&still));
        assert_eq!(delft.get(&path).await.status, StatusCode::CONFLICT, "a draft");
        let done = delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        let text: String = app
            .read(|conn| Ok(outbox::table.filter(outbox::kind.eq("application_received")).select(outbox::body).first(conn)?))
            .await;
        assert!(text.contains(&still), "{text}");
        for at in [&page, &check, &done.location, &format!("{page}/intrekking")] {
            let shown = delft.page(at).await;
            assert!(shown.contains(&path), "{at}: {shown}");
        }
        let asked = delft.page(&path).await;
        for said in ["U neemt versie 1 terug", until, "Zonder dat heeft uw gemeente geen aanvraag gedaan"] {
            assert!(asked.contains(said), "{said}: {asked}");
        }
        for (who, status) in [(Who::DelftEditor, StatusCode::FORBIDDEN), (Who::Gouda, StatusCode::NOT_FOUND), (Who::Coordinator, StatusCode::FORBIDDEN)] {
            let other = app.browser(world.actor(who)).await;
            assert_eq!(other.get(&path).await.status, status, "{who:?}");
            assert_eq!(other.post(&path, &[]).await.status, status, "{who:?}");
        }
        let editors = app.browser(world.actor(Who::DelftEditor)).await.page(&page).await;
        assert!(editors.contains("nog verbeteren") && !editors.contains(&path), "{editors}");
        assert!(editors.contains("Wij beslissen uiterlijk op dinsdag 15 december 2026."), "{editors}");

        // Once, and one message.
        app.at(moment("2026-09-20T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        for _ in 0..2 {
            let done = delft.post_with_key(&path, "een-keer", &[]).await;
            assert_eq!(done.location, page, "{}", done.body);
        }
        assert_eq!(application(&app, &id).await.state, State::Draft);
        let log = delft.page(&format!("{page}/verloop")).await;
        assert!(log.contains("Aanvraag teruggenomen om te verbeteren") && !log.contains("ngetrokken"), "{log}");
        assert!(delft.page(&page).await.contains("Teruggenomen om te verbeteren"));
        let told: Vec<String> = app
            .read(|conn| Ok(outbox::table.order((outbox::created_at, outbox::id)).select(outbox::subject).load(conn)?))
            .await;
        assert_eq!(told, ["Wij hebben uw aanvraag VG-2027-0503 ontvangen", "Dien aanvraag VG-2027-0503 opnieuw in"]);
        assert_eq!(delft.post(&path, &[]).await.status, StatusCode::CONFLICT, "a draft again");

        // Nothing is submitted now, and that is said where one writes and where one submits.
        for at in [&page, &check] {
            let (shown, statements) = app.statements(delft.page(at)).await;
            for said in ["Er is nu niets ingediend.", "Versie 1 is teruggenomen op zondag 20 september 2026, 10.00 uur", "/versies/1/verschil/concept"] {
                assert!(shown.contains(said), "{said}: {shown}");
            }
            assert!(shown.contains(&format!("Dien opnieuw in vóór {until}")), "{shown}");
            assert!(statements <= 8, "{at}: {statements}");
        }
        assert!(delft.page("/").await.contains("Versie 1 van aanvraag VG-2027-0503 is teruggenomen: er is nu niets ingediend"));
        let done = delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(done.location, format!("{page}/versies/2"), "{}", done.body);
        assert!(!delft.page(&page).await.contains("Er is nu niets ingediend"));
    }

    async fn what_we_handle_or_ask_to_complete_is_not_corrected(app: TestApp) {
        let world = World::new(&app).await;
        let closed = AnApplication::of(Who::Gouda).submitted().make(&app, &world).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let path = |id: &ApplicationId| format!("/aanvragen/{id}/verbetering");
        ask_completion(&app, &world, &id, "[\"region\"]").await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let refused = async |id: &ApplicationId, browser: &Browser<'_>| {
            for reply in [browser.get(&path(id)).await, browser.post(&path(id), &[]).await] {
                assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body);
                assert!(reply.body.contains("terugnemen om te verbeteren") || reply.body.contains("U kunt niet meer indienen"), "{}", reply.body);
            }
            assert!(!browser.page(&format!("/aanvragen/{id}")).await.contains(&path(id)));
        };
        refused(&id, &delft).await;
        let moved = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let it = store::get(tx.conn, &moved)?;
            store::move_on(tx, &it, Event::StartAssessment)
        })
        .await;
        refused(&id, &delft).await;
        assert_eq!(application(&app, &id).await.state, State::InAssessment);
        app.at(moment("2026-10-08T15:00:00"));
        refused(&closed, &app.browser(world.actor(Who::Gouda)).await).await;
        assert_eq!(application(&app, &closed).await.state, State::Submitted);
    }

    async fn what_comes_next_and_when_is_said_after_submission(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{id}");
        let says = async |texts: &[&str]| {
            for (at, shown) in [("own", delft.page(&page).await), ("start", delft.page("/").await)] {
                for text in texts {
                    assert!(shown.contains(text), "{at}, {text}: {shown}");
                }
            }
        };
        says(&["De NCTV kijkt of de aanvraag volledig is en beslist daarna", "Uiterlijk dinsdag 15 december 2026"]).await;
        let (_, own) = app.statements(delft.page(&page)).await;
        let (_, start) = app.statements(delft.page("/")).await;
        assert!(own <= 8 && start <= 8, "{own} {start}");
        // The days of a completion come on top.
        ask_completion(&app, &world, &id, "[\"region\"]").await;
        assert!(!delft.page("/").await.contains("De NCTV kijkt"));
        app.at(moment("2026-09-25T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("{page}/indiening"), &[("akkoord", "ja")]).await;
        let says = async |texts: &[&str]| {
            for shown in [delft.page(&page).await, delft.page("/").await] {
                for text in texts {
                    assert!(shown.contains(text), "{text}: {shown}");
                }
            }
        };
        says(&["De NCTV kijkt of de aanvulling volledig is", "Uiterlijk donderdag 24 december 2026"]).await;
        let moved = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let it = store::get(tx.conn, &moved)?;
            store::move_on(tx, &it, Event::StartAssessment)
        })
        .await;
        says(&["De NCTV beslist op de aanvraag", "Uiterlijk donderdag 24 december 2026"]).await;
    }

    async fn every_page_of_an_application_is_found_by_one_way(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let way = format!("<li><a href=\"/aanvragen\">Aanvragen</a></li><li><a href=\"/aanvragen/{id}\">VG-2027-0503</a></li>");
        let of = id.clone();
        let project = app.read(move |conn| project::store::drafts(conn, &of)).await.remove(0).id;
        let project = format!("projecten/{project}");
        let pages = [
            project.as_str(), &format!("{project}/indicatoren"), "onderdelen/organisation", "onderdelen/analysis/eerder", "bijlagen", "begroting", "controle", "concept",
            "samenwerken", "uitnodigingen", "taken", "intrekking", "verloop",
        ];
        for page in pages {
            let shown = delft.page(&format!("/aanvragen/{id}/{page}")).await;
            assert!(shown.contains(&way), "{page}: {shown}");
        }
    }

    async fn after_the_window_nothing_is_taken_up_again(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let page = format!("/aanvragen/{id}");
        app.at(moment("2026-10-08T15:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page(&format!("{page}/intrekking")).await.contains("U kunt dit niet ongedaan maken"));
        delft.post(&format!("{page}/intrekking"), &[]).await;
        let own = delft.page(&page).await;
        assert!(own.contains("De aanvraagperiode sloot op") && !own.contains("hervatting"), "{own}");
        let late = delft.post(&format!("{page}/hervatting"), &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("donderdag 8 oktober 2026, 17.00 uur"), "{}", late.body);
        assert_eq!(application(&app, &id).await.state, State::Withdrawn);
    }

    async fn a_municipality_that_does_not_take_part_has_no_project(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(2).make(&app, &world).await;
        let (region, today) = (world.regions[0].clone(), moment("2026-09-15T08:00:00").date());
        let members = app
            .read(move |conn| versterkingsgelden::schemes::store::members(conn, &region, today))
            .await;
        let field = format!("deelnemer.{}", members.iter().find(|it| it.name == "Westland").unwrap().id);
        let of = id.clone();
        let project = app.read(move |conn| project::store::drafts(conn, &of)).await.remove(1);
        let set = async |version: i32, text: &'static str| {
            let (of, answers) = (project.id.clone(), project.answers.clone().with(&field, text));
            app.act(world.actor(Who::Delft), move |tx| project::actions::save(tx, &of, version, &answers)).await;
        };
        set(2, "ja").await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let (check, form) = (format!("/aanvragen/{id}/controle"), format!("/aanvragen/{id}/onderdelen/region"));
        let page = delft.page(&check).await;
        for text in [
            "Westland is hier niet aangevinkt, maar doet wel mee in dit project: Project 2: Project nummer 2.",
            &format!("{form}?controle=ja#deelnemer"),
            &format!("/aanvragen/{id}/projecten/{}#deelnemer", project.id),
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let refused = delft.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(delft.page(&format!("/aanvragen/{id}")).await.contains("Nog 1 punt"));
        assert!(delft.page(&format!("{form}?controle=ja")).await.contains("Westland is hier niet aangevinkt"));
        // The script that saves while one types says it too.
        let typed = [("versie", "1"), ("samenwerking", "Elke week."), ("deelnemer.delft", "ja")];
        let answer = delft.type_in(&form, "s", 1, &typed).await;
        assert!(answer.body.contains("Westland is hier niet aangevinkt") && answer.body.contains("Nog 1 punt"), "{}", answer.body);

        // Either way out.
        let ticked = post_section(&delft, &id, SectionName::Region, "2", &[(&field, "ja")]).await;
        assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.body);
        assert!(delft.page(&check).await.contains("Alles is ingevuld"));
        post_section(&delft, &id, SectionName::Region, "3", &[]).await;
        assert!(!delft.page(&check).await.contains("Alles is ingevuld"));
        set(3, "").await;
        assert!(delft.page(&check).await.contains("Alles is ingevuld"));
    }

    async fn only_an_award_can_be_added_to(app: TestApp) {
        let world = World::new(&app).await;
        let awarded = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let other = AnApplication::of(Who::Huizen).submitted().make(&app, &world).await;
        let rejected = AnApplication::of(Who::Gouda).submitted().make(&app, &world).await;
        let window = a_top_up(&app, &world).await;
        app.at(moment("2027-09-15T08:00:00"));
        let (too_early, huizen) = (window.clone(), world.actor(Who::Huizen));
        let res = app.try_as(huizen, move |tx| actions::start(tx, &too_early)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::NoAwardToAddTo))), "{res:?}");
        award(&app, &world, &awarded, "partially_awarded").await;
        award(&app, &world, &other, "awarded").await;
        award(&app, &world, &rejected, "rejected").await;
        let (wanted, gouda) = (window.clone(), world.actor(Who::Gouda));
        let res = app.try_as(gouda, move |tx| actions::start(tx, &wanted)).await;
        assert!(matches!(res, Err(AppError::Refused(Refusal::NoAwardToAddTo))), "{res:?}");
        let pilot = AProject::new("Pilot", Category::OneYear, 20_000).in_years(&[(2028, 20_000)]);
        let complete = AnApplication::of(Who::Huizen)
            .in_window(&window)
            .with_projects(vec![pilot])
            .submitted()
            .make(&app, &world)
            .await;
        assert_eq!(application(&app, &complete).await.state, State::Submitted);
        let wanted = window.clone();
        let id = app.act(world.actor(Who::Delft), move |tx| actions::start(tx, &wanted)).await;
        let it = application(&app, &id).await;
        assert_eq!(it.reference, "VG-2027-0503-A");
        assert_eq!(it.parent_id, Some(awarded));
        let taken_over = stored(&app, &id, SectionName::Organisation).await;
        assert_eq!(taken_over.answers.get("contactpersoon"), "Joris van Dam");
        let again = app.try_as(world.actor(Who::Delft), move |tx| actions::start(tx, &window)).await;
        assert!(matches!(again, Err(AppError::Refused(Refusal::AlreadyExists))), "{again:?}");
    }

    async fn the_applicant_does_not_see_what_happens_inside(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let wanted = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let application = store::get(tx.conn, &wanted)?;
            let application = store::move_on(tx, &application, Event::StartAssessment)?;
            store::move_on(tx, &application, Event::CloseAssessment)?;
            Ok(())
        })
        .await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let own = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(own.contains("In behandeling") && own.contains("in behandeling genomen"), "{own}");
        assert!(!own.contains("Beoordeeld") && !own.contains("Beoordeling vastgesteld"), "{own}");
        assert!(!own.contains("Coordinator"), "{own}");
        let list = delft.page("/aanvragen").await;
        assert!(list.contains("In behandeling") && !list.contains("Beoordeeld"), "{list}");
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let dossier = coordinator.page(&format!("/aanvragen/{id}")).await;
        assert!(dossier.contains("Beoordeeld") && dossier.contains("Beoordeling vastgesteld"), "{dossier}");
    }

    async fn a_page_needs_as_many_statements_for_one_row_as_for_many(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let draft = AnApplication::of(Who::Gouda).with(1).make(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        let (_, one) = app.statements(coordinator.page("/aanvragen")).await;
        let (_, few) = app.statements(gouda.page(&format!("/aanvragen/{draft}"))).await;
        AnApplication::of(Who::Huizen).with(9).submitted().make(&app, &world).await;
        let wanted = draft.clone();
        app.act(world.actor(Who::Gouda), move |tx| {
            for _ in 0..5 {
                versterkingsgelden::applications::project::actions::add(tx, &wanted)?;
            }
            Ok(())
        })
        .await;
        let (list, many) = app.statements(coordinator.page("/aanvragen")).await;
        assert!(list.contains("VG-2027-0406") && list.contains("VG-2027-0503"), "{list}");
        assert_eq!((one, many), (6, 6));
        let (_, more) = app.statements(gouda.page(&format!("/aanvragen/{draft}"))).await;
        assert_eq!(few, more);
        ask_completion(&app, &world, &id, "[\"region\", \"projects\"]").await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        for (browser, page) in [
            (&gouda, format!("/aanvragen/{draft}")),
            (&gouda, format!("/aanvragen/{draft}/onderdelen/region")),
            (&gouda, format!("/aanvragen/{draft}/controle")),
            (&gouda, "/aanvragen".to_owned()),
            (&delft, format!("/aanvragen/{id}")),
            (&delft, format!("/aanvragen/{id}/onderdelen/region")),
            (&delft, format!("/aanvragen/{id}/controle")),
            (&coordinator, format!("/aanvragen/{id}")),
            (&coordinator, format!("/aanvragen/{id}/versies/1")),
        ] {
            let (_, statements) = app.statements(browser.page(&page)).await;
            assert!(statements <= 8, "{page} needs {statements} statements");
        }
    }

    async fn the_list_is_filtered_by_window_state_and_words(app: TestApp) {
        let world = World::new(&app).await;
        AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        AnApplication::of(Who::Huizen).submitted().make(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let window = world.window.as_str();
        for (query, delft, huizen) in [
            ("zoek=delft", true, false),
            ("zoek=GOOI", false, true),
            ("zoek=vg-2027-0406", false, true),
            ("zoek=%25", true, true),
            ("zoek=nergens", false, false),
            ("stand=submitted", true, true),
            ("stand=withdrawn", false, false),
            (&format!("tijdvak={window}&zoek=0503"), true, false),
            ("tijdvak=onbekend", false, false),
        ] {
            let page = coordinator.page(&format!("/aanvragen?{query}")).await;
            let found = (page.contains(">VG-2027-0503<"), page.contains(">VG-2027-0406<"));
            assert_eq!(found, (delft, huizen), "{query}");
        }
    }
}
