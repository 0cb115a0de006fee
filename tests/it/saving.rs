//! Saving by hand and while one types, alone and with others: nobody overwrites anybody, and nothing
//! typed is lost.

use actix_web::http::StatusCode;
use serde_json::Value;
use versterkingsgelden::{
    applications::{actions, drafting, project, saving, section::SectionName, submission},
    audit::{self, Stream},
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
};

use crate::{
    projects::{a_project, post, stored, with},
    support::{
        AnApplication, Browser, Reply, TestApp, Who, World, moment, on_both, projects,
        section_answers,
    },
};

const SECTION: SectionName = SectionName::Analysis;

fn address(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}/onderdelen/{}", SECTION.as_str())
}

/// The section with these texts in these fields.
fn typed(changes: &[(&str, &str)]) -> Answers {
    changes
        .iter()
        .fold(section_answers(SECTION), |it, (name, text)| {
            it.with(*name, *text)
        })
}

async fn save(
    browser: &Browser<'_>,
    id: &ApplicationId,
    seen: i32,
    changes: &[(&str, &str)],
) -> Reply {
    let (answers, seen) = (typed(changes), seen.to_string());
    let mut fields: Vec<(&str, &str)> = answers.iter().collect();
    fields.push(("versie", &seen));
    if !changes.iter().any(|it| it.0 == "naar") {
        fields.push(("actie", "blijf"));
    }
    browser.post(&address(id), &fields).await
}

/// Saves as the script does; its answer.
async fn type_in(
    browser: &Browser<'_>,
    id: &ApplicationId,
    form: (&str, u32, i64),
    changes: &[(&str, &str)],
) -> Value {
    let (key, at, seen) = form;
    let (answers, seen) = (typed(changes), seen.to_string());
    let mut fields: Vec<(&str, &str)> = answers.iter().collect();
    fields.push(("versie", &seen));
    let reply = browser.type_in(&address(id), key, at, &fields).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

async fn section(app: &TestApp, id: &ApplicationId) -> drafting::SavedSection {
    let of = id.clone();
    let mut all = app
        .read(move |conn| drafting::store::sections(conn, &of))
        .await;
    all.remove(&SECTION).unwrap()
}

/// How often the audit trail tells that the section was saved.
async fn facts(app: &TestApp, id: &ApplicationId) -> usize {
    let stream = Stream::Application(id).to_string();
    let all = app
        .read(move |conn| audit::store::latest_of_stream(conn, &stream, 1000, 0))
        .await;
    let of =
        |it: &&audit::store::FactRow| it.kind == "section_saved" && it.detail.contains("analysis");
    all.iter().filter(of).count()
}

/// How many saves of the section are still known.
async fn saves(app: &TestApp, id: &ApplicationId) -> usize {
    let of = id.clone();
    app.read(move |conn| saving::store::since(conn, &of, SECTION.as_str(), 0))
        .await
        .len()
}

fn sound() -> Vec<(String, String)> {
    let costs = [(2027, "55.780,00"), (2028, "63.760,00")];
    projects::project("prevention", "targeted", "Jongerenwerk online", &costs)
}

/// Saves a project as the script does; its answer.
async fn type_project(
    browser: &Browser<'_>,
    page: &str,
    form: (&str, u32, i64),
    fields: &[(String, String)],
) -> Value {
    let (key, at, seen) = form;
    let seen = seen.to_string();
    let mut all: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    all.push(("versie", &seen));
    let reply = browser.type_in(page, key, at, &all).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

on_both! {
    async fn what_two_people_change_in_different_fields_is_merged_and_said(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let colleague = app.browser(world.actor(Who::DelftEditor)).await;
        save(&colleague, &id, 1, &[("dreiging", "Hun dreiging")]).await;
        let mine = save(&delft, &id, 1, &[("behoefte", "Mijn behoefte")]).await;
        assert_eq!(mine.status, StatusCode::SEE_OTHER, "{}", mine.body);
        let page = delft.page(&mine.location).await;
        assert!(page.contains("DelftEditor heeft ook “Welke dreiging ziet u in uw regio?” gewijzigd. Dat staat er nu ook in."), "{page}");
        let now = section(&app, &id).await;
        assert_eq!((now.answers.get("dreiging"), now.answers.get("behoefte")), ("Hun dreiging", "Mijn behoefte"));
        assert_eq!(now.version, 3);
    }

    async fn where_two_people_wrote_in_one_field_the_rest_is_saved_and_one_chooses(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let colleague = app.browser(world.actor(Who::DelftEditor)).await;
        save(&colleague, &id, 1, &[("dreiging", "Hun dreiging"), ("geleerd", "Van hen")]).await;
        let mine = [("dreiging", "Mijn dreiging"), ("behoefte", "Mijn behoefte")];
        let stale = save(&delft, &id, 1, &mine).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for text in ["Mijn dreiging", "Hun dreiging", "Van hen", "DelftEditor schreef in hetzelfde veld", "name=\"versie\" value=\"3\"", "keuze.dreiging"] {
            assert!(stale.body.contains(text), "{text}: {}", stale.body);
        }
        for text in ["keuze.behoefte", "keuze.geleerd", "data-bewaren"] {
            assert!(!stale.body.contains(text), "{text}: {}", stale.body);
        }
        let now = section(&app, &id).await.answers;
        assert_eq!((now.get("dreiging"), now.get("behoefte"), now.get("geleerd")), ("Hun dreiging", "Mijn behoefte", "Van hen"));
        let chosen = save(&delft, &id, 3, &[("dreiging", "Mijn dreiging"), ("behoefte", "Mijn behoefte"), ("geleerd", "Van hen"), ("keuze.dreiging", "mijn")]).await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
        assert_eq!(section(&app, &id).await.answers.get("dreiging"), "Mijn dreiging");
    }

    async fn while_one_types_the_text_is_saved_and_what_others_wrote_comes_back(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let colleague = app.browser(world.actor(Who::DelftEditor)).await;
        let first = type_in(&delft, &id, ("f", 1, 1), &[("geleerd", "We l")]).await;
        assert_eq!((&first["versie"], &first["opgeslagen"]), (&Value::from(2), &Value::from("Opgeslagen om 10.00 uur")));
        assert_eq!(first["velden"], serde_json::json!({}));
        save(&colleague, &id, 2, &[("geleerd", "We l"), ("dreiging", "Van hen")]).await;
        // The answer to the first was lost: the form goes on from version 1.
        let second = type_in(&delft, &id, ("f", 2, 1), &[("geleerd", "We leerden")]).await;
        assert_eq!(second["velden"], serde_json::json!({ "dreiging": "Van hen" }));
        assert_eq!(second["botsingen"], serde_json::json!([]));
        assert!(second["meldingen"][0].as_str().unwrap().starts_with("DelftEditor heeft ook “Welke dreiging"), "{second}");
        // What was overtaken on the way says nothing any more, and what is sent twice does nothing twice.
        let late = type_in(&delft, &id, ("f", 1, 1), &[("geleerd", "We l")]).await;
        assert_eq!(late["velden"]["geleerd"], "We leerden");
        let twice = type_in(&delft, &id, ("f", 2, 1), &[("geleerd", "We leerden")]).await;
        assert_eq!(twice["versie"], second["versie"]);
        assert_eq!(section(&app, &id).await.answers.get("geleerd"), "We leerden");
        // A colleague in the same field: theirs stays, mine is not stored, and both are told.
        save(&colleague, &id, 4, &[("geleerd", "Van hen"), ("dreiging", "Van hen")]).await;
        let clash = type_in(&delft, &id, ("f", 3, 4), &[("geleerd", "We leerden veel"), ("dreiging", "Van hen"), ("behoefte", "Meer")]).await;
        assert_eq!(clash["botsingen"][0]["veld"], "geleerd");
        assert_eq!(clash["botsingen"][0]["hun"], "Van hen");
        assert_eq!(clash["botsingen"][0]["wie"], "DelftEditor");
        assert_eq!(clash["velden"], serde_json::json!({}));
        let now = section(&app, &id).await.answers;
        assert_eq!((now.get("geleerd"), now.get("behoefte")), ("Van hen", "Meer"));
    }

    async fn the_audit_trail_tells_of_typing_now_and_then(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        app.at(moment("2026-09-15T08:20:00"));
        let before = facts(&app, &id).await;
        for (at, text) in (1..).zip(["W", "We", "We l"]) {
            type_in(&delft, &id, ("f", at, 1), &[("geleerd", text)]).await;
        }
        assert_eq!(facts(&app, &id).await, before + 1);
        app.at(moment("2026-09-15T08:35:01"));
        type_in(&delft, &id, ("f", 4, 1), &[("geleerd", "We le")]).await;
        type_in(&delft, &id, ("f", 5, 1), &[("geleerd", "We lee")]).await;
        assert_eq!(facts(&app, &id).await, before + 2);
        save(&delft, &id, 6, &[("geleerd", "We leerden")]).await;
        assert_eq!(facts(&app, &id).await, before + 3);
    }

    async fn earlier_texts_are_shown_with_who_wrote_them(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let of = id.clone();
        let project = app.act(world.actor(Who::Delft), move |tx| project::actions::add(tx, &of)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let page = format!("{}/eerder", address(&id));
        assert!(delft.page(&page).await.contains("Hier is nog niets vervangen."));
        save(&delft, &id, 1, &[("geleerd", "De eerste <tekst>")]).await;
        save(&editor, &id, 2, &[("geleerd", "De tweede tekst")]).await;
        let shown = delft.page(&page).await;
        assert!(shown.contains("De eerste &#60;tekst&#62;"), "{shown}");
        assert!(shown.contains(&world.actor(Who::Delft).name), "{shown}");
        assert!(!shown.contains("De tweede tekst"), "what stands there now is no earlier text: {shown}");
        let of_project = delft.page(&format!("/aanvragen/{id}/projecten/{project}/eerder")).await;
        assert!(of_project.contains("Hier is nog niets vervangen."), "{of_project}");

        // It is put back with a button, and what it came in the place of is an earlier text then.
        let back = delft.post(&page, &[("geleerd", "De eerste <tekst>")]).await;
        assert_eq!(back.location, format!("{}#geleerd", address(&id)), "{}", back.body);
        assert_eq!(section(&app, &id).await.answers.get("geleerd"), "De eerste <tekst>");
        assert!(delft.page(&page).await.contains("De tweede tekst"));

        let gouda = app.browser(world.actor(Who::Gouda)).await;
        let other = AnApplication::of(Who::Gouda).make(&app, &world).await;
        assert_eq!(gouda.get(&page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(gouda.post(&page, &[("geleerd", "Niets")]).await.status, StatusCode::NOT_FOUND);
        let strange = format!("/aanvragen/{other}/projecten/{project}/eerder");
        assert_eq!(gouda.get(&strange).await.status, StatusCode::NOT_FOUND);
        assert_eq!(gouda.post(&strange, &[("titel", "Niets")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(delft.get(&format!("/aanvragen/{id}/onderdelen/attachments/eerder")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_row_that_was_taken_away_is_put_back_as_it_was(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let mut typed = sound();
        for (number, what) in [("2", "Zaalhuur"), ("3", "Drukwerk")] {
            for (name, text) in [("soort", "material"), ("omschrijving", what), ("eenheid", "stuk"), ("aantal.2027", "3"), ("tarief.2027", "4")] {
                typed = with(typed, &format!("regel.{number}.{name}"), text);
            }
        }
        post(&delft, &page, 1, &typed, "bewaar").await;
        let before = stored(&app, &application).await;
        let gone = post(&delft, &page, 2, &typed, "regel-weg.2").await;
        assert_eq!(gone.location, format!("{page}?weg=regel#begroting-kop"), "{}", gone.body);
        let shown = delft.page(&gone.location).await;
        assert!(shown.contains("De regel is weggehaald.") && !shown.contains("Zaalhuur"), "{shown}");
        assert!(!shown.contains("name=\"regel.2.soort\"") && shown.contains("name=\"regel.3.soort\""), "{shown}");

        let earlier = delft.page(&format!("{page}/eerder")).await;
        for text in ["Weggehaald", "Regel 2", "Zaalhuur", "Materiaal"] {
            assert!(earlier.contains(text), "{text}: {earlier}");
        }
        let row: Vec<(&str, &str)> = before.starting_with("regel.2.").collect();
        let back = delft.post(&format!("{page}/eerder"), &row).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
        let after = stored(&app, &application).await;
        assert!(row.iter().all(|(name, text)| after.get(name) == *text), "{after:?}");
        assert_eq!(after.get("regel.3.omschrijving"), "Drukwerk");
        assert!(!delft.page(&format!("{page}/eerder")).await.contains("Weggehaald door"));
    }

    async fn every_way_out_of_a_section_saves(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(1).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = delft.page(&address(&id)).await;
        let to = format!("/aanvragen/{id}/onderdelen/region");
        assert!(page.contains(&format!("form=\"invulformulier\" name=\"naar\" value=\"{to}\"")), "{page}");
        let gone = save(&delft, &id, 1, &[("geleerd", "Veel"), ("naar", &to)]).await;
        assert_eq!(gone.location, format!("{to}?opgeslagen=analysis"));
        assert!(delft.page(&gone.location).await.contains("Opgeslagen om 10.00 uur"));
        assert_eq!(section(&app, &id).await.answers.get("geleerd"), "Veel");
        let away = save(&delft, &id, 2, &[("geleerd", "Meer"), ("naar", "//kwaad.nl")]).await;
        assert!(away.location.starts_with("/aanvragen/"), "{}", away.location);
    }

    async fn a_project_as_a_whole_is_dealt_with_after_it_is_saved(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let copy = post(&delft, &page, 1, &with(sound(), "titel", "Eerste"), "kopie").await;
        assert_eq!(copy.status, StatusCode::SEE_OTHER, "{}", copy.body);
        assert!(delft.page(&copy.location).await.contains("value=\"Eerste (kopie)\""));
        post(&delft, &copy.location, 2, &with(sound(), "titel", "Tweede"), "omhoog").await;
        let gone = post(&delft, &page, 2, &with(sound(), "titel", "Weg"), "verwijderen").await;
        assert!(delft.page(&gone.location).await.contains("is verwijderd."), "{}", gone.location);
        let of = application.clone();
        let left = app.read(move |conn| project::store::drafts(conn, &of)).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].answers.get("titel"), "Tweede");

        // Somebody who was still writing in it gets their text back, and the project with it.
        let late = post(&delft, &page, 3, &with(sound(), "titel", "Nog meer"), "bewaar").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for text in ["Nog meer", "Project terugzetten en opslaan", "niet opgeslagen"] {
            assert!(late.body.contains(text), "{text}: {}", late.body);
        }
        let back = post(&delft, &page, 3, &with(sound(), "titel", "Nog meer"), "terugzetten").await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
        assert!(delft.page(&page).await.contains("value=\"Nog meer\""));
    }

    async fn what_was_typed_comes_back_when_the_part_closed_meanwhile(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        app.at(moment("2026-10-08T14:30:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        app.at(moment("2026-10-08T15:00:00"));
        let late = post(&delft, &page, 1, &with(sound(), "titel", "Te laat"), "bewaar").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for text in ["Te laat", "De aanvraagperiode sloot op", "niet opgeslagen"] {
            assert!(late.body.contains(text), "{text}: {}", late.body);
        }
        assert!(!late.body.contains("data-bewaren"), "{}", late.body);
        let fields = [("versie", "1"), ("titel", "Te laat")];
        let script = delft.type_in(&page, "f", 1, &fields).await;
        assert_eq!(script.status, StatusCode::CONFLICT);
        let said: Value = serde_json::from_str(&script.body).unwrap();
        assert!(said["reden"].as_str().unwrap().contains("De aanvraagperiode sloot op"), "{said}");
        assert_eq!(stored(&app, &application).await.get("titel"), "");
    }

    async fn a_withdrawn_application_gives_the_text_back(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let of = id.clone();
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        app.act(world.actor(Who::Delft), move |tx| submission::actions::withdraw(tx, &of)).await;
        let late = save(&editor, &id, 1, &[("geleerd", "Mijn laatste zin")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Mijn laatste zin") && late.body.contains("niet opgeslagen"), "{}", late.body);
    }

    async fn totals_come_back_while_one_types(app: TestApp) {
        let world = World::new(&app).await;
        let (_, _, page) = a_project(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let typed = with(sound(), "regel.1.aantal.2027", "2");
        let answer = type_project(&delft, &page, ("f", 1, 1), &typed).await;
        let figures = &answer["uitkomsten"];
        assert_eq!(figures["bedrag-1-2027"], "111.560,00");
        assert_eq!(figures["gevraagd-2028"], "63.760,00");
        assert_eq!(figures["gevraagd-kop"], "U vraagt aan");
        // Every figure has its place on the page, and says there what the script was told.
        let shown = delft.page(&page).await;
        // There is nothing to divide before a municipality is ticked and saved.
        assert!(shown.contains("Daarna kunt u hier verdelen"), "{shown}");
        let is_division = |id: &str| id.starts_with("verdeeld-") || id.starts_with("te-verdelen-");
        for (id, text) in figures.as_object().unwrap().iter().filter(|it| !is_division(it.0)) {
            let place = format!("id=\"{id}\">{}<", text.as_str().unwrap());
            assert!(shown.contains(&place), "{place}: {shown}");
        }
        // Others pay more than there is yet, and one of the years is still to be chosen.
        let typed = with(with(typed, "eigen-bijdrage.2027", "999.999"), "categorie", "one_year");
        let answer = type_project(&delft, &page, ("f", 2, answer["versie"].as_i64().unwrap()), &typed).await;
        assert_eq!(answer["uitkomsten"]["gevraagd-2027"], "nog niet bekend");
        assert_eq!(answer["uitkomsten"]["getoond"], "2027 2028 Kies targeted delft");
        let shown = delft.page(&page).await;
        assert!(shown.contains("id=\"gevraagd-2027\">nog niet bekend<") && shown.contains("id=\"getoond\">2027 2028 Kies targeted delft<"), "{shown}");
        assert!(!shown.contains("<option value=\"\">Beide jaren"), "{shown}");
    }

    async fn a_line_that_two_people_add_becomes_two(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let first = app.browser(world.actor(Who::Delft)).await;
        let second = app.browser(world.actor(Who::DelftEditor)).await;
        post(&first, &page, 1, &sound(), "bewaar").await;
        post(&first, &page, 2, &with(sound(), "regel.2.omschrijving", "Zaalhuur"), "bewaar").await;
        let mine = with(sound(), "regel.2.omschrijving", "Drukwerk");
        let answer = type_project(&second, &page, ("f", 1, 2), &mine).await;
        assert_eq!(answer["verplaatst"], serde_json::json!({ "regel.2.": "regel.3." }));
        let kept = stored(&app, &application).await;
        assert_eq!((kept.get("regel.2.omschrijving"), kept.get("regel.3.omschrijving")), ("Zaalhuur", "Drukwerk"));
    }

    async fn what_no_form_can_need_is_forgotten_at_submission(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(1).make(&app, &world).await;
        app.at(moment("2026-10-07T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        save(&delft, &id, 1, &[("geleerd", "Meer")]).await;
        app.at(moment("2026-10-08T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        let before = saves(&app, &id).await;
        app.at(moment("2026-10-08T08:30:00"));
        let path = format!("/aanvragen/{id}/indiening");
        let done = delft.post(&path, &[("akkoord", "ja")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        // Both were made less than thirty days ago.
        assert_eq!((before, saves(&app, &id).await), (2, 2));
        let of = id.clone();
        app.at(moment("2026-10-20T09:00:00"));
        app.act(world.actor(Who::Delft), move |tx| saving::actions::forget_old(tx, &of)).await;
        assert_eq!(saves(&app, &id).await, 1);
    }

    async fn one_sees_who_else_has_a_part_open(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(1).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let colleague = app.browser(world.actor(Who::DelftEditor)).await;
        let here = format!("/aanvragen/{id}/aanwezigheid");
        let told = colleague.post(&here, &[("onderdeel", "analysis")]).await;
        assert_eq!((told.status, told.body.as_str()), (StatusCode::OK, "{\"ook\":[]}"));
        app.at(moment("2026-09-15T08:01:00"));
        let told = delft.post(&here, &[("onderdeel", "analysis")]).await;
        assert_eq!(told.body, "{\"ook\":[\"DelftEditor heeft dit ook open, sinds 10.00 uur.\"]}");
        let page = delft.page(&address(&id)).await;
        assert!(page.contains("DelftEditor heeft dit ook open, sinds 10.00 uur."), "{page}");
        for list in [format!("/aanvragen/{id}"), format!("/aanvragen/{id}/onderdelen/region")] {
            assert!(delft.page(&list).await.contains("Nu open bij DelftEditor"), "{list}");
        }
        // Who leaves is gone a moment later, unless the next page is the same one.
        colleague.post(&here, &[("onderdeel", "analysis"), ("weg", "ja")]).await;
        app.at(moment("2026-09-15T08:01:05"));
        colleague.post(&here, &[("onderdeel", "analysis")]).await;
        assert!(delft.page(&address(&id)).await.contains("sinds 10.00 uur"));
        colleague.post(&here, &[("onderdeel", "analysis"), ("weg", "ja")]).await;
        app.at(moment("2026-09-15T08:01:20"));
        assert!(!delft.page(&address(&id)).await.contains("heeft dit ook open"));
        // Who says nothing any more is forgotten after two minutes.
        colleague.post(&here, &[("onderdeel", "analysis")]).await;
        app.at(moment("2026-09-15T08:03:21"));
        assert!(!delft.page(&address(&id)).await.contains("heeft dit ook open"));
        for part in ["projects", "niets", ""] {
            assert_eq!(delft.post(&here, &[("onderdeel", part)]).await.status, StatusCode::NOT_FOUND, "{part}");
        }
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.post(&here, &[("onderdeel", "analysis")]).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_part_of_another_application_is_no_part_of_this_one(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let other = AnApplication::of(Who::Gouda).with(1).make(&app, &world).await;
        let project: ProjectId = app
            .read(move |conn| project::store::drafts(conn, &other))
            .await[0]
            .id
            .clone();
        let delft = app.browser(world.actor(Who::Delft)).await;
        let here = format!("/aanvragen/{id}/aanwezigheid");
        let told = delft.post(&here, &[("onderdeel", project.as_str())]).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND);
    }

    async fn a_script_that_looks_by_itself_keeps_no_session_alive(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        app.at(moment("2026-09-15T08:50:00"));
        delft.post(&format!("/aanvragen/{id}/aanwezigheid"), &[("onderdeel", "analysis")]).await;
        let left = delft.page("/sessie").await;
        assert_eq!(left, "{\"over\":600,\"hoogstens\":40200}");
        let stayed = delft.post("/sessie", &[]).await;
        assert_eq!(stayed.body, "{\"over\":3600,\"hoogstens\":40200}");
        assert!(delft.page(&address(&id)).await.contains("U blijft ten minste ingelogd tot 11.50 uur."));
        app.at(moment("2026-09-15T09:51:00"));
        assert_eq!(delft.get("/sessie").await.location, "/inloggen?naar=%2Fsessie");
    }

    async fn a_section_that_nobody_saved_yet_is_merged_from_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let window = world.window.clone();
        let id = app.act(world.actor(Who::Delft), move |tx| actions::start(tx, &window)).await;
        let one = app.browser(world.actor(Who::Delft)).await;
        let other = app.browser(world.actor(Who::DelftEditor)).await;
        save(&one, &id, 0, &[("geleerd", ""), ("dreiging", "Van de een")]).await;
        let second = save(&other, &id, 0, &[("geleerd", "Van de ander"), ("dreiging", "")]).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
        let now = section(&app, &id).await.answers;
        assert_eq!((now.get("dreiging"), now.get("geleerd")), ("Van de een", "Van de ander"));
    }
}
