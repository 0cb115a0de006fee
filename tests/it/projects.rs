//! Writing a project: what is typed is kept, what it means is counted, two people do not overwrite
//! each other.

use actix_web::http::StatusCode;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use versterkingsgelden::{
    applications::{Application, project, state::State, store},
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
        money::Money,
    },
    error::{AppError, Refusal},
    texts::filters,
};

use crate::support::{Browser, Reply, TestApp, Who, World, a_row, on_both, projects};

/// An application of Delft in the main window, begun.
pub async fn an_application(app: &TestApp, world: &World) -> ApplicationId {
    let (window, region) = (world.window.clone(), world.regions[0].clone());
    let lead = world.leads[0].clone();
    app.act(world.actor(Who::Delft), move |tx| {
        let application = a_row(tx, "VG-2027-0503", &window, (&region, &lead));
        store::insert(tx, &application)?;
        Ok(application.id)
    })
    .await
}

/// A project in it in which nothing was typed, and the address of its page.
pub async fn a_project(app: &TestApp, world: &World) -> (ApplicationId, ProjectId, String) {
    let application = an_application(app, world).await;
    let of = application.clone();
    let id = app
        .act(world.actor(Who::Delft), move |tx| {
            project::actions::add(tx, &of)
        })
        .await;
    let page = format!("/aanvragen/{application}/projecten/{id}");
    (application, id, page)
}

/// Posts the form of a project as its page would.
pub async fn post(
    browser: &Browser<'_>,
    page: &str,
    version: i32,
    fields: &[(String, String)],
    button: &str,
) -> Reply {
    let version = version.to_string();
    let own = [("versie", version.as_str()), ("actie", button)];
    let all: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .chain(own)
        .collect();
    browser.post(page, &all).await
}

/// What is stored of the one project of an application.
pub async fn stored(app: &TestApp, id: &ApplicationId) -> Answers {
    let of = id.clone();
    let all = app
        .read(move |conn| project::store::answers_of(conn, &of))
        .await;
    assert_eq!(all.len(), 1);
    all[0].2.clone()
}

/// The fields with this text in this one.
pub fn with(mut fields: Vec<(String, String)>, name: &str, text: &str) -> Vec<(String, String)> {
    fields.retain(|(it, _)| it != name);
    fields.push((name.to_owned(), text.to_owned()));
    fields
}

fn sound() -> Vec<(String, String)> {
    let costs = [(2027, "55.780,00"), (2028, "63.760,00")];
    projects::project("prevention", "targeted", "Jongerenwerk online", &costs)
}

on_both! {
    async fn a_project_is_written_step_by_step(app: TestApp) {
        let world = World::new(&app).await;
        let application = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let added = browser.post(&format!("/aanvragen/{application}/projecten"), &[]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let page = added.location;
        let fresh = browser.page(&page).await;
        assert!(!fresh.contains("nl-error-summary"), "{fresh}");
        assert!(fresh.contains("Westland") && !fresh.contains("Hilversum"), "{fresh}");

        let half = with(sound(), "regel.1.tarief.2028", "");
        let saved = post(&browser, &page, 1, &half, "verder").await;
        assert_eq!(saved.location, format!("{page}?controle=ja"));
        let checked = browser.page(&saved.location).await;
        assert!(checked.contains("Fout: Project 1"), "{checked}");
        assert!(checked.contains("href=\"#regel.1.tarief.2028\""), "{checked}");
        assert!(checked.contains("Uw tekst is wel opgeslagen"), "{checked}");
        assert!(checked.contains("55.780,00"), "{checked}");

        let whole = post(&browser, &page, 2, &sound(), "verder").await;
        let id = page.rsplit('/').next().unwrap();
        assert_eq!(whole.location, format!("/aanvragen/{application}?opgeslagen={id}#projecten"));
        assert!(browser.page(&whole.location).await.contains("Opgeslagen: Project 1: Jongerenwerk online"));
        let of = application.clone();
        let projects = app.read(move |conn| store::projects_of(conn, &of)).await;
        let asked: Vec<(i32, Money)> = projects[0].years.iter().map(|it| (it.year, it.requested)).collect();
        assert_eq!(asked, [(2027, Money::from_euros(55_780)), (2028, Money::from_euros(63_760))]);
        assert_eq!(projects[0].title, "Jongerenwerk online");
    }

    async fn the_other_year_of_a_one_year_project_is_not_shown(app: TestApp) {
        let world = World::new(&app).await;
        let (_, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let costs = [(2027, "25.000,00")];
        let pilot = projects::project("one_year", "pilot", "Proef", &costs);
        post(&browser, &page, 1, &pilot, "bewaar").await;
        let shown = browser.page(&page).await;
        let other = ["aantal.2028", "doel.2028", "minimum.2028", "cofinanciering.2028", "Bedrag in 2028"];
        assert!(other.iter().all(|it| !shown.contains(it)), "{shown}");
        assert!(shown.contains("id=\"regel.1.aantal.2027\"") && shown.contains("<option value=\"2028\">2028"), "{shown}");
        // Something in one of its fields, and it stays with what is wrong.
        post(&browser, &page, 2, &with(pilot.clone(), "regel.1.aantal.2028", "3"), "bewaar").await;
        let shown = browser.page(&page).await;
        assert!(other.iter().all(|it| shown.contains(it)), "{shown}");
        // Another year, or another category, and its fields come back.
        post(&browser, &page, 3, &with(projects::project("one_year", "pilot", "Proef", &[]), "jaar", "2028"), "bewaar").await;
        let shown = browser.page(&page).await;
        assert!(shown.contains("id=\"regel.1.aantal.2028\"") && !shown.contains("id=\"regel.1.aantal.2027\""), "{shown}");
        post(&browser, &page, 4, &projects::project("prevention", "general", "Proef", &[]), "bewaar").await;
        let shown = browser.page(&page).await;
        assert!(shown.contains("id=\"regel.1.aantal.2028\"") && shown.contains("id=\"regel.1.aantal.2027\""), "{shown}");
    }

    async fn few_points_are_said_to_who_comes_for_them(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let of = format!("/aanvragen/{application}");
        let points = format!("href=\"{page}?controle=ja\"");
        // Nothing typed yet: no list of everything.
        assert!(!browser.page(&of).await.contains(&points));
        post(&browser, &page, 1, &with(sound(), "indicator.1.doel.2027", "3 van de 4"), "bewaar").await;
        assert!(browser.page(&of).await.contains(&points));
        let opened = browser.page(&page).await;
        assert!(opened.contains(&points) && !opened.contains("nl-error-summary"), "{opened}");
        // A number that cannot be read is marked at its field however one comes.
        assert!(opened.contains("id=\"indicator.1.doel.2027-fout\""), "{opened}");
        assert!(opened.contains("het doel voor 2027 is “3 van de 4”. Typ één getal, bijvoorbeeld 3."), "{opened}");
        // A choice that cannot stay is, too.
        let other = with(with(sound(), "categorie", "prevention"), "onderdeel", "training");
        post(&browser, &page, 2, &other, "bewaar").await;
        let opened = browser.page(&page).await;
        assert!(opened.contains("id=\"onderdeel-fout\"") && !opened.contains("nl-error-summary"), "{opened}");
        // What is only empty is not.
        let begun = [("titel".to_owned(), "Een begin".to_owned())];
        post(&browser, &page, 3, &begun, "bewaar").await;
        let opened = browser.page(&page).await;
        assert!(!opened.contains("-fout\"") && opened.contains("Laat zien wat er nog moet"), "{opened}");
        assert!(!browser.page(&of).await.contains(&points));
    }

    async fn who_is_ready_goes_on_to_the_next_that_is_not(app: TestApp) {
        let world = World::new(&app).await;
        let application = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let mut pages = Vec::new();
        for _ in 0..3 {
            pages.push(browser.post(&format!("/aanvragen/{application}/projecten"), &[]).await.location);
        }
        let id = |page: &str| page.rsplit('/').next().unwrap().to_owned();
        let named = |title: &str| with(sound(), "titel", title);
        let on = post(&browser, &pages[1], 1, &named("Tweede"), "verder").await;
        assert_eq!(on.location, format!("{}?opgeslagen={}", pages[2], id(&pages[1])));
        assert!(browser.page(&on.location).await.contains("Opgeslagen: Project 2: Tweede"));
        let around = post(&browser, &pages[2], 1, &named("Derde"), "verder").await;
        assert_eq!(around.location, format!("{}?opgeslagen={}", pages[0], id(&pages[2])));
        let all = post(&browser, &pages[0], 1, &named("Eerste"), "verder").await;
        assert_eq!(all.location, format!("/aanvragen/{application}?opgeslagen={}#projecten", id(&pages[0])));
    }

    async fn what_fits_the_category_comes_first_and_one_by_itself_stays(app: TestApp) {
        let world = World::new(&app).await;
        let (_, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let groups = |shown: &str| -> Vec<String> {
            let all = shown.split("data-categorie=\"").skip(1);
            all.map(|it| it.split('"').next().unwrap().to_owned()).collect()
        };
        let fresh = browser.page(&page).await;
        assert_eq!(groups(&fresh), ["baseline", "prevention", "one_year"]);
        assert!(!fresh.contains("Dit project staat"), "{fresh}");
        post(&browser, &page, 1, &sound(), "bewaar").await;
        let shown = browser.page(&page).await;
        assert_eq!(groups(&shown), ["prevention", "baseline", "one_year"]);
        assert!(shown.contains("<strong>Gericht:</strong>"), "{shown}");
        post(&browser, &page, 2, &sound(), "kopie").await;
        assert!(browser.page(&page).await.contains("Dit project staat bovenaan."));
    }

    async fn a_row_is_added_without_a_word_about_what_is_missing(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = [("titel".to_owned(), "Een begin".to_owned())];
        let line = post(&browser, &page, 1, &typed, "regel").await;
        assert_eq!(line.location, format!("{page}#regel.4.omschrijving"));
        let shown = browser.page(&page).await;
        assert!(shown.contains("id=\"regel.4.omschrijving\"") && !shown.contains("nl-error-summary"));
        let indicator = post(&browser, &page, 2, &typed, "indicator").await;
        assert_eq!(indicator.location, format!("{page}#indicator.3.naam"));
        assert_eq!(stored(&app, &application).await.get("titel"), "Een begin");
        let later = post(&browser, &page, 3, &typed, "later").await;
        let id = page.rsplit('/').next().unwrap();
        assert_eq!(later.location, format!("/aanvragen/{application}?opgeslagen={id}#projecten"));
    }

    async fn who_is_later_chooses_which_text_stays(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let first = app.browser(world.actor(Who::Delft)).await;
        let second = app.browser(world.actor(Who::DelftEditor)).await;
        let theirs = with(with(sound(), "titel", "Van Delft"), "doelgroep", "Van Delft ook");
        post(&first, &page, 1, &theirs, "verder").await;

        let mine = with(with(sound(), "titel", "Van de redacteur"), "doelgroep", "<Mijn> groep");
        let stale = post(&second, &page, 1, &mine, "verder").await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for text in ["Van Delft ook", "Van de redacteur", "&#60;Mijn&#62; groep", "Delft schreef om"] {
            assert!(stale.body.contains(text), "{text}: {}", stale.body);
        }
        assert_eq!(stored(&app, &application).await.get("titel"), "Van Delft");

        let chosen = with(with(mine, "samenvoegen", "ja"), "keuze.titel", "hun");
        let half = post(&second, &page, 2, &chosen, "bewaar").await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.body.contains("Voor wie is het project?: kies welke tekst blijft."), "{}", half.body);
        let merged = post(&second, &page, 2, &with(chosen, "keuze.doelgroep", "mijn"), "bewaar").await;
        assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.body);
        let kept = stored(&app, &application).await;
        assert_eq!((kept.get("titel"), kept.get("doelgroep")), ("Van Delft", "<Mijn> groep"));
        assert_eq!((kept.get("keuze.titel"), kept.get("samenvoegen")), ("", ""));
    }

    async fn projects_are_copied_moved_removed_and_put_back(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        post(&browser, &page, 1, &sound(), "verder").await;
        let copy = browser.post(&format!("{page}/kopie"), &[]).await.location;
        assert_ne!(copy, page);
        assert_eq!(titles(&app, &application).await, ["Jongerenwerk online", "Jongerenwerk online (kopie)"]);
        let moved = browser.post(&format!("{copy}/volgorde"), &[("richting", "omhoog")]).await;
        // Where the button was stands what took its place: focus is not lost.
        assert_eq!(moved.location, format!("{copy}#omhoog"));
        assert!(browser.page(&moved.location).await.contains("id=\"omhoog\" tabindex=\"-1\">Dit project staat bovenaan."));
        browser.post(&format!("{copy}/volgorde"), &[("richting", "omhoog")]).await;
        assert_eq!(titles(&app, &application).await, ["Jongerenwerk online (kopie)", "Jongerenwerk online"]);
        let removed = browser.post(&format!("{copy}/verwijdering"), &[]).await;
        assert_eq!(removed.location, format!("/aanvragen/{application}?verwijderd={}#verwijderd", copy.rsplit('/').next().unwrap()));
        let list = browser.page(&removed.location).await;
        assert!(list.contains("“Jongerenwerk online (kopie)” is verwijderd."), "{list}");
        assert!(list.contains("Ongedaan maken") && list.contains(&format!("action=\"{copy}/herstel\"")), "{list}");
        assert!(browser.page(&copy).await.contains("Project terugzetten"));
        assert_eq!(titles(&app, &application).await, ["Jongerenwerk online"]);
        let undone = browser.post(&format!("{copy}/herstel"), &[("terug", "lijst")]).await;
        assert_eq!(undone.location, format!("/aanvragen/{application}#projecten"));
        assert!(!browser.page(&removed.location).await.contains("is verwijderd"));
        browser.post(&format!("{copy}/verwijdering"), &[]).await;
        let refused = post(&browser, &copy, 2, &sound(), "verder").await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Iemand heeft dit project uit de aanvraag gehaald."), "{}", refused.body);
        browser.post(&format!("{copy}/herstel"), &[]).await;
        assert_eq!(titles(&app, &application).await, ["Jongerenwerk online (kopie)", "Jongerenwerk online"]);
    }

    async fn what_was_removed_is_found_again_and_the_others_get_its_number(app: TestApp) {
        let world = World::new(&app).await;
        let application = an_application(&app, &world).await;
        let of = application.clone();
        let ids = app.act(world.actor(Who::Delft), move |tx| {
            ["Analyse", "Regie", "Pilot"].into_iter().map(|title| {
                let id = project::actions::add(tx, &of)?;
                project::actions::save(tx, &id, 1, &Answers::default().with("titel", title))?;
                Ok(id)
            }).collect::<Result<Vec<_>, AppError>>()
        })
        .await;
        let dossier = format!("/aanvragen/{application}");
        let page = format!("{dossier}/projecten/{}", ids[0]);
        let delft = app.browser(world.actor(Who::Delft)).await;
        delft.post(&format!("{page}/verwijdering"), &[]).await;
        // Without a word in the address, for whoever looks, with who did it.
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let list = editor.page(&dossier).await;
        for text in ["Verwijderde projecten (1)", ">Analyse<", "Verwijderd door Delft", "Project 1: Regie", "Project 2: Pilot"] {
            assert!(list.contains(text), "{text}: {list}");
        }
        assert!(!list.contains("Project 3") && list.contains(&format!("action=\"{page}/herstel\"")), "{list}");
        let log = editor.page(&format!("{dossier}/verloop")).await;
        assert!(log.contains("Project “Analyse” verwijderd") && log.contains(&format!("href=\"{page}\"")), "{log}");
        // Who was typing in it is told where it is.
        let late = editor.type_in(&page, "s", 1, &[("versie", "2"), ("titel", "Analyse en duiding")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("\"link\":\"Naar het verwijderde project\""), "{}", late.body);
        // What is added now comes last, and what is put back gets its place.
        editor.post(&format!("{dossier}/projecten"), &[]).await;
        editor.post(&format!("{page}/herstel"), &[("terug", "lijst")]).await;
        let of = application.clone();
        let all = app.read(move |conn| store::projects_of(conn, &of)).await;
        let places: Vec<(i32, &str)> = all.iter().map(|it| (it.position, it.title.as_str())).collect();
        assert_eq!(places, [(1, "Analyse"), (2, "Regie"), (3, "Pilot"), (4, "")]);
        assert!(!editor.page(&dossier).await.contains("Verwijderde projecten"));
    }

    /// What was numbered with gaps before.
    async fn projects_that_had_gaps_between_them_are_numbered_anew(app: TestApp) {
        let world = World::new(&app).await;
        let (application, first, _) = a_project(&app, &world).await;
        let sql = include_str!("../../migrations/sqlite/2026-11-26-000190_project_places/up.sql");
        assert_eq!(sql, include_str!("../../migrations/postgres/2026-11-26-000190_project_places/up.sql"));
        let of = application.clone();
        app.act(world.actor(Who::Delft), move |tx| {
            let others = [project::actions::add(tx, &of)?, project::actions::add(tx, &of)?];
            project::actions::remove(tx, &first)?;
            for (id, position) in [(&first, 1), (&others[0], 3), (&others[1], 7)] {
                project::store::set_position(tx, id, position)?;
            }
            diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn)?;
            Ok(())
        })
        .await;
        let places: Vec<i32> = app.read(move |conn| store::projects_of(conn, &application)).await.iter().map(|it| it.position).collect();
        assert_eq!(places, [1, 2]);
    }

    async fn another_municipality_and_the_ministry_stay_out(app: TestApp) {
        let world = World::new(&app).await;
        let (_, id, page) = a_project(&app, &world).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.get(&page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(post(&gouda, &page, 1, &sound(), "verder").await.status, StatusCode::NOT_FOUND);
        let refused = app
            .try_as(world.actor(Who::Gouda), move |tx| project::actions::remove(tx, &id))
            .await;
        assert!(matches!(refused, Err(AppError::NotFound)));
        let staff = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(staff.get(&page).await.status, StatusCode::FORBIDDEN);
    }

    async fn there_are_at_most_sixty(app: TestApp) {
        let world = World::new(&app).await;
        let (application, id, _) = a_project(&app, &world).await;
        let of = application.clone();
        app.act(world.actor(Who::Delft), move |tx| {
            for _ in 1..60 {
                project::actions::add(tx, &of)?;
            }
            project::actions::remove(tx, &id)?;
            project::actions::add(tx, &of)
        })
        .await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let refused = browser.post(&format!("/aanvragen/{application}/projecten"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("hoogstens 60 projecten"), "{}", refused.body);
    }

    async fn what_was_submitted_does_not_change(app: TestApp) {
        let world = World::new(&app).await;
        let (application, id, page) = a_project(&app, &world).await;
        let of = application.clone();
        app.act(world.actor(Who::Delft), move |tx| {
            let draft = store::get(tx.conn, &of)?;
            let submitted = Application {
                state: State::Submitted,
                latest_version: 1,
                submitted_at: Some(tx.now),
                ..draft
            };
            store::update(tx, &submitted)
        })
        .await;
        let refused = app
            .try_as(world.actor(Who::Delft), move |tx| {
                project::actions::save(tx, &id, 1, &Answers::default())
            })
            .await;
        assert!(matches!(refused, Err(AppError::Refused(Refusal::NotOpenForChange))));
        let browser = app.browser(world.actor(Who::Delft)).await;
        let sent_on = browser.get(&page).await;
        assert_eq!((sent_on.status, sent_on.location), (StatusCode::SEE_OTHER, format!("/aanvragen/{application}")));
    }

    async fn the_page_needs_as_many_statements_for_one_project_as_for_fifty(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let (_, for_one) = app.statements(browser.page(&page)).await;
        app.act(world.actor(Who::Delft), move |tx| {
            for _ in 1..50 {
                project::actions::add(tx, &application)?;
            }
            Ok(())
        })
        .await;
        let (_, for_fifty) = app.statements(browser.page(&page)).await;
        assert!(for_one <= 8 && for_one == for_fifty, "{for_one} and {for_fifty}");
    }
}

async fn titles(app: &TestApp, application: &ApplicationId) -> Vec<String> {
    let of = application.clone();
    let all = app.read(move |conn| store::projects_of(conn, &of)).await;
    all.into_iter().map(|it| it.title).collect()
}

/// Whatever is typed in the fields of amounts, saving keeps it byte for byte.
async fn keeps_every_byte(app: TestApp, cases: u32) {
    let world = World::new(&app).await;
    let (application, id, _) = a_project(&app, &world).await;
    let fields = [
        "regel.1.aantal.2027",
        "regel.1.tarief.2027",
        "eigen-bijdrage.2028",
        "minimum.2028",
        "indicator.1.doel.2027",
    ];
    let anything = prop_oneof!["[0-9.,€ e+-]{0,24}", any::<String>()];
    let mut runner = TestRunner::deterministic();
    for version in 1..=i32::try_from(cases).unwrap() {
        let tree = prop::collection::vec(anything.clone(), fields.len());
        let typed = tree.new_tree(&mut runner).unwrap().current();
        let mut answers: Answers = Answers::from_pairs(sound()).unwrap();
        for (field, text) in fields.iter().zip(&typed) {
            answers.set(*field, text);
        }
        let (project, saved) = (id.clone(), answers.clone());
        app.act(world.actor(Who::Delft), move |tx| {
            project::actions::save(tx, &project, version, &saved)
        })
        .await;
        assert_eq!(stored(&app, &application).await, answers);
    }
}

#[actix_web::test]
async fn what_is_typed_is_kept_byte_for_byte_sqlite() {
    keeps_every_byte(TestApp::sqlite(), 100).await;
}

#[actix_web::test]
async fn what_is_typed_is_kept_byte_for_byte_postgres() {
    keeps_every_byte(TestApp::postgres(), 100).await;
}

/// A page that shows a project as it is read.
#[derive(askama::Template)]
#[template(
    source = r#"{% import "applications/project/_content.html" as parts %}<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>x</title><link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="app.css"></head><body><main class="nl-page"><h1>{{ project.title }}</h1>{% call parts::content(project) %}{% endcall %}</main></body></html>"#,
    ext = "html"
)]
struct Reading {
    project: project::view::Content,
}

#[test]
fn a_project_is_read_with_its_indicators_and_totals() {
    use askama::Template;
    use versterkingsgelden::{
        core::ids::MunicipalityId,
        schemes::{Municipality, WindowKind},
    };
    let typed = with(sound(), "eigen-bijdrage.2027", "780");
    let delft = Municipality {
        id: MunicipalityId::from("delft"),
        cbs_code: "GM0503".to_owned(),
        name: "Delft".to_owned(),
        sort_name: "delft".to_owned(),
        valid_from: chrono::NaiveDate::default(),
        valid_until: None,
    };
    let shown = |typed: Vec<(String, String)>| {
        let answers = Answers::from_pairs(typed).unwrap();
        let (years, window) = ([2027, 2028], WindowKind::Main);
        let project = project::view::content(&answers, years, window, std::slice::from_ref(&delft));
        let page = Reading { project }.render().unwrap();
        crate::html::assert_sound(&page);
        page
    };
    let page = shown(typed.clone());
    if let Ok(directory) = std::env::var("LOOK") {
        std::fs::write(format!("{directory}/project-read.html"), &page).unwrap();
    }
    for text in [
        "Preventie",
        "<dd>Delft</dd>",
        "1 × 55.780,00",
        "<tfoot><tr><th scope=\"row\">Aangevraagd</th>",
        "55.000,00",
        "Registratie jongerenwerk, Elk kwartaal, De projectleider",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // Only a total that foots is closed with the double rule.
    let page = shown(with(typed, "regel.1.tarief.2027", "1000.5"));
    assert!(!page.contains("<tfoot>"), "{page}");
}
