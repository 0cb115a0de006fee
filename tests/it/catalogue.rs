//! The shared catalogue of indicators: the coordinator keeps it, municipalities choose from it, and
//! what was chosen stays as it was worded.

use actix_web::http::StatusCode;
use versterkingsgelden::{
    applications::{
        Application,
        catalogue::{self, Entry, store as entries},
        progress,
        project::{self, MOST_INDICATORS},
        state::State,
        store,
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
};

use crate::{
    decisions::declare,
    progress::decide,
    projects::{a_project, post, stored, with},
    support::{AnApplication, Browser, Reply, TestApp, Who, World, on_both, projects},
};

const LIST: &str = "/inrichting/indicatoren";
const RESULTS: &str = "/voortgang/indicatoren";

async fn filled(app: &TestApp, world: &World) {
    app.act(world.actor(Who::Coordinator), |tx| {
        catalogue::actions::add_examples(tx)
    })
    .await;
}

async fn current(app: &TestApp, code: &str) -> Entry {
    let all = app.read(entries::current).await;
    all.into_iter().find(|it| it.code == code).unwrap()
}

/// What a coordinator types for a new indicator.
fn typed(code: &str, name: &str) -> Vec<(String, String)> {
    [
        ("code", code),
        ("soort", "output"),
        ("naam", name),
        ("definitie", "Wie minstens één keer meedeed."),
        ("eenheid", "personen"),
        ("richting", "up"),
        ("optellen", "sum"),
        ("bron", "Presentielijsten"),
        ("frequentie", "elk kwartaal"),
        ("onderdeel.training", "ja"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = fields.iter();
    pairs.map(|(name, text)| (&**name, &**text)).collect()
}

async fn change(browser: &Browser<'_>, entry: &Entry, version: i32, name: &str) -> Reply {
    let mut fields = with(typed(&entry.code, name), "versie", &version.to_string());
    fields.retain(|it| it.0 != "code");
    browser
        .post(&format!("{LIST}/{}", entry.id), &borrowed(&fields))
        .await
}

async fn choose(browser: &Browser<'_>, page: &str, entry: &Entry) -> Reply {
    let fields = [("indicator", entry.id.as_str())];
    browser.post(&format!("{page}/indicatoren"), &fields).await
}

/// What is stored of a project, as its page would send it again.
async fn fields(app: &TestApp, application: &ApplicationId) -> Vec<(String, String)> {
    let answers = stored(app, application).await;
    let pairs = answers.iter();
    pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

async fn version(app: &TestApp, id: &ProjectId) -> i32 {
    let of = id.clone();
    app.read(move |conn| project::store::draft(conn, &of))
        .await
        .version
}

/// Chooses an indicator and says from where to where it goes in both years.
async fn measures(
    app: &TestApp,
    world: &World,
    who: Who,
    (application, project): (&ApplicationId, &ProjectId),
    code: &'static str,
    [from, to]: [&'static str; 2],
) {
    let entry = current(app, code).await;
    let (application, project) = (application.clone(), project.clone());
    app.act(world.actor(who), move |tx| {
        let row = catalogue::choosing::actions::choose(tx, &application, &project, &entry.id)?;
        let draft = project::store::draft(tx.conn, &project)?;
        let mut answers = draft.answers.clone();
        answers.set(format!("indicator.{row}.beginstand"), from);
        for year in [2027, 2028] {
            answers.set(format!("indicator.{row}.doel.{year}"), to);
        }
        project::actions::save(tx, &project, draft.version, &answers).map(drop)
    })
    .await;
}

/// An application whose decision was made known.
async fn notified(app: &TestApp, world: &World, who: Who, application: &ApplicationId) {
    let of = application.clone();
    app.act(world.actor(who), move |tx| {
        let draft = store::get(tx.conn, &of)?;
        let notified = Application {
            state: State::Notified,
            latest_version: 1,
            submitted_at: Some(tx.now),
            ..draft
        };
        store::update(tx, &notified)
    })
    .await;
}

/// Reports what was reached of the first indicator in 2027.
async fn report(app: &TestApp, world: &World, application: &ApplicationId, actual: &'static str) {
    let of = application.clone();
    let goals = app
        .read(move |conn| progress::store::goals(conn, &of))
        .await;
    let goal = goals
        .iter()
        .find(|it| (it.year, it.unit.as_str()) == (2027, "ouders"))
        .unwrap();
    let editor = app.browser(world.actor(Who::DelftEditor)).await;
    let field = |part: &str| format!("{part}.{}.2027", goal.indicator);
    let fields = [
        (field("versie"), "1"),
        (field("werkelijk"), actual),
        (field("toelichting"), ""),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), *b)).collect();
    let page = format!("/aanvragen/{application}/voortgang");
    let reply = editor.post(&page, &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
}

/// The words of a page.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push(' ');
        text.push_str(part.split_once('>').map_or(part, |it| it.1));
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

on_both! {
    async fn the_coordinator_keeps_the_catalogue(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let empty = coordinator.page(LIST).await;
        assert!(empty.contains("Zet 38 voorbeelden in de catalogus"), "{empty}");
        for _ in 0..2 {
            let added = coordinator.post(&format!("{LIST}/voorbeelden"), &[]).await;
            assert_eq!(added.location, LIST);
        }
        assert_eq!(app.read(entries::current).await.len(), 38);
        let found = coordinator.page(&format!("{LIST}?zoek=GETRAINDE+med%C3%A9werkers")).await;
        assert!(found.contains("Getrainde medewerkers") && !found.contains("Getrainde docenten"), "{found}");

        let new = format!("{LIST}/nieuw");
        let wrong = with(with(typed("test-1", "Bezoekers & gasten"), "eenheid", "n.v.t."), "richting", "");
        let refused = coordinator.post(&new, &borrowed(&wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in ["Vul de eenheid in", "Kies of het getal omhoog", "Bezoekers &#38; gasten"] {
            assert!(refused.body.contains(text), "{text}: {}", refused.body);
        }
        let made = coordinator.post(&new, &borrowed(&typed("test-1", "Bezoekers"))).await;
        let entry = current(&app, "TEST-1").await;
        assert_eq!(made.location, format!("{LIST}/{}", entry.id), "{}", made.body);
        let twice = coordinator.post(&new, &borrowed(&typed("TEST-1", "Gasten"))).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("De code TEST-1 bestaat al"), "{}", twice.body);

        let auditor = app.browser(world.actor(Who::Auditor)).await;
        let read = auditor.page(&made.location).await;
        assert!(read.contains("Bezoekers") && !read.contains("Trek deze indicator in"), "{read}");
    }

    async fn words_change_in_place_until_somebody_chose_them(app: TestApp) {
        let world = World::new(&app).await;
        filled(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let first = current(&app, "TRAINING").await;
        let changed = change(&coordinator, &first, 1, "Opgeleide professionals").await;
        assert_eq!(changed.location, format!("{LIST}/{}", first.id), "{}", changed.body);
        let now = current(&app, "TRAINING").await;
        assert_eq!((now.edition, now.name.as_str(), now.is_example), (1, "Opgeleide professionals", false));
        let late = change(&coordinator, &first, 1, "Te <late> naam").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Te &#60;late&#62; naam"), "{}", late.body);

        let (application, project, page) = a_project(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let chosen = choose(&editor, &page, &now).await;
        assert_eq!(chosen.location, format!("{page}#indicator.1.beginstand"), "{}", chosen.body);
        let used = current(&app, "TRAINING").await;
        assert!(used.used_since.is_some());
        let shown = coordinator.page(&format!("{LIST}/{}", used.id)).await;
        assert!(shown.contains("Uw wijziging wordt een nieuwe versie"), "{shown}");
        let next = change(&coordinator, &used, used.version, "Geschoolde professionals").await;
        let second = current(&app, "TRAINING").await;
        assert_eq!(next.location, format!("{LIST}/{}", second.id), "{}", next.body);
        assert_eq!((second.edition, second.used_since), (2, None));
        // What was chosen stays as it was, also when it is saved again.
        let again = post(&editor, &page, version(&app, &project).await, &fields(&app, &application).await, "bewaar").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        let answers = stored(&app, &application).await;
        assert_eq!(answers.get("indicator.1.naam"), "Opgeleide professionals");
        assert_eq!(answers.get("indicator.1.catalogus"), "TRAINING/1");
        // An edition that was replaced changes no more, and is not offered.
        let old = change(&coordinator, &used, used.version + 1, "Nog anders").await;
        assert_eq!(old.status, StatusCode::CONFLICT, "{}", old.body);
        let search = editor.page(&format!("{page}/indicatoren?categorie=&zoek=professionals")).await;
        assert!(search.contains("Geschoolde professionals") && !search.contains("Opgeleide"), "{search}");
    }

    async fn an_indicator_is_found_and_chosen_without_script(app: TestApp) {
        let world = World::new(&app).await;
        filled(&app, &world).await;
        let (application, project, page) = a_project(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        // What was typed goes first.
        let own = vec![("titel".to_owned(), "Online".to_owned()), ("categorie".to_owned(), "prevention".to_owned()), ("indicator.1.naam".to_owned(), "Eigen meting".to_owned())];
        let away = post(&editor, &page, 1, &own, "catalogus").await;
        assert_eq!(away.location, format!("{page}/indicatoren"), "{}", away.body);
        assert_eq!(stored(&app, &application).await.get("titel"), "Online");

        // First what fits the project; then by words, kind and without the category.
        let first = editor.page(&away.location).await;
        assert!(first.contains("Jongeren in gesprek") && !first.contains("Beantwoorde meldingen"), "{first}");
        let all = editor.page(&format!("{}?categorie=&zoek=mELDing", away.location)).await;
        assert!(all.contains("Beantwoorde meldingen") && !all.contains("Jongeren in gesprek"), "{all}");
        let outcomes = editor.page(&format!("{}?categorie=&zoek=melding&soort=outcome", away.location)).await;
        assert!(outcomes.contains("Doorlooptijd van een melding") && !outcomes.contains("Beantwoorde meldingen"));
        // What only looks like the words says where the words themselves are.
        let like = editor.page(&format!("{}?zoek=signalen", away.location)).await;
        assert!(like.contains("vonden wij zo niet") && like.contains("In andere categorieën staat “signalen” wel: "), "{like}");
        let none = editor.page(&format!("{}?zoek=bestaatniet", away.location)).await;
        assert!(none.contains("Geen indicator gevonden"), "{none}");

        // It lands in the next free row, with its source; the rest stays.
        let entry = current(&app, "MELDING-TIJD").await;
        let chosen = choose(&editor, &page, &entry).await;
        assert_eq!(chosen.location, format!("{page}#indicator.2.beginstand"), "{}", chosen.body);
        let answers = stored(&app, &application).await;
        for (field, text) in [
            ("indicator.1.naam", "Eigen meting"),
            ("indicator.2.catalogus", "MELDING-TIJD/1"),
            ("indicator.2.naam", "Meldingen met antwoord binnen vijf dagen"),
            ("indicator.2.soort", "outcome"),
            ("indicator.2.eenheid", "procent"),
            ("indicator.2.richting", "up"),
            ("indicator.2.bron", "Registratie van het meldpunt"),
            ("titel", "Online"),
        ] {
            assert_eq!(answers.get(field), text, "{field}");
        }
        let form = editor.page(&page).await;
        assert!(form.contains("Maak hier een eigen indicator van") && !form.contains("id=\"indicator.2.eenheid\""), "{form}");
        assert!(form.contains("U hebt nu 0 directe opbrengsten (output) en 1 effect (outcome)"), "{form}");
        assert!(form.contains("MELDING-TIJD, versie 1"), "{form}");
        let twice = choose(&editor, &page, &entry).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("staat al bij dit project"), "{}", twice.body);

        // The words of the catalogue stand, whatever is sent.
        let sent = with(with(fields(&app, &application).await, "indicator.2.naam", "Iets anders"), "indicator.2.beginstand", "72");
        let saved = post(&editor, &page, version(&app, &project).await, &sent, "bewaar").await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let answers = stored(&app, &application).await;
        assert_eq!(answers.get("indicator.2.naam"), "Meldingen met antwoord binnen vijf dagen");
        assert_eq!(answers.get("indicator.2.beginstand"), "72");

        // Released, it is an indicator of their own with the same texts; or it goes.
        let loose = post(&editor, &page, version(&app, &project).await, &fields(&app, &application).await, "los.2").await;
        assert_eq!(loose.location, format!("{page}#indicatoren-kop"), "{}", loose.body);
        let answers = stored(&app, &application).await;
        assert_eq!((answers.get("indicator.2.catalogus"), answers.get("indicator.2.eenheid")), ("", "procent"));
        let own = with(fields(&app, &application).await, "indicator.2.eenheid", "procent van de melders");
        post(&editor, &page, version(&app, &project).await, &own, "bewaar").await;
        assert_eq!(stored(&app, &application).await.get("indicator.2.eenheid"), "procent van de melders");
        post(&editor, &page, version(&app, &project).await, &own, "weg.2").await;
        let answers = stored(&app, &application).await;
        assert!(answers.starting_with("indicator.2.").all(|it| it.1.is_empty()), "{answers:?}");
    }

    async fn what_is_not_offered_is_not_chosen(app: TestApp) {
        let world = World::new(&app).await;
        filled(&app, &world).await;
        let (application, project, page) = a_project(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let entry = current(&app, "DOCENT").await;
        let at = format!("{LIST}/{}", entry.id);
        let version_1 = [("versie", "1")];
        let withdrawn = coordinator.post(&format!("{at}/intrekking"), &version_1).await;
        assert_eq!(withdrawn.location, at, "{}", withdrawn.body);
        let refused = choose(&editor, &page, &entry).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("is niet meer te kiezen"), "{}", refused.body);
        let search = editor.page(&format!("{page}/indicatoren?categorie=&zoek=docenten")).await;
        assert!(!search.contains("Getrainde docenten"), "{search}");
        let back = coordinator.post(&format!("{at}/herstel"), &[("versie", "2")]).await;
        assert_eq!(back.location, at, "{}", back.body);
        assert_eq!(choose(&editor, &page, &entry).await.status, StatusCode::SEE_OTHER);

        // Another's project, and a link that nobody was offered.
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        let other = current(&app, "LES").await;
        assert_eq!(choose(&gouda, &page, &other).await.status, StatusCode::NOT_FOUND);
        assert_eq!(gouda.get(&format!("{page}/indicatoren")).await.status, StatusCode::NOT_FOUND);
        let now = version(&app, &project).await;
        let forged = with(fields(&app, &application).await, "indicator.3.catalogus", "LES/7");
        let reply = post(&editor, &page, now, &forged, "bewaar").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.body);

        // Full is full.
        let mut full = fields(&app, &application).await;
        for row in 2..=MOST_INDICATORS {
            full = with(full, &format!("indicator.{row}.naam"), "Eigen");
        }
        post(&editor, &page, now, &full, "bewaar").await;
        let refused = choose(&editor, &page, &other).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("hoogstens 20 indicatoren"), "{}", refused.body);
    }

    async fn a_choice_is_frozen_and_copied_with_its_words(app: TestApp) {
        let world = World::new(&app).await;
        filled(&app, &world).await;
        let (application, project, page) = a_project(&app, &world).await;
        let sound = projects::project("prevention", "targeted", "Jongerenwerk", &[(2027, "100"), (2028, "200")]);
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        post(&editor, &page, 1, &sound, "bewaar").await;
        let entry = current(&app, "OUDERS").await;
        choose(&editor, &page, &entry).await;
        let print = editor.page(&format!("/aanvragen/{application}/concept")).await;
        for text in ["Uit de catalogus", "OUDERS, versie 1", entry.definition.as_str()] {
            assert!(print.contains(text), "{text}: {print}");
        }
        let copied = post(&editor, &page, version(&app, &project).await, &fields(&app, &application).await, "kopie").await;
        assert_eq!(copied.status, StatusCode::SEE_OTHER, "{}", copied.body);
        let of = application.clone();
        let all: Vec<Answers> = app
            .read(move |conn| project::store::answers_of(conn, &of))
            .await
            .into_iter()
            .map(|it| it.2)
            .collect();
        for answers in &all {
            assert_eq!(answers.get("indicator.3.catalogus"), "OUDERS/1");
            assert_eq!(answers.get("indicator.3.definitie"), entry.definition);
        }
        assert_eq!(all.len(), 2);
    }

    async fn what_regions_promised_and_reached_is_added_up(app: TestApp) {
        let world = World::new(&app).await;
        filled(&app, &world).await;
        let (delft, delfts, _) = a_project(&app, &world).await;
        let gouda = AnApplication::of(Who::Gouda).make(&app, &world).await;
        let of = gouda.clone();
        let goudas = app.read(move |conn| project::store::answers_of(conn, &of)).await.remove(0).0;
        for (who, application, project, reference, sum, range) in [
            (Who::Delft, &delft, &delfts, "B-1", ["40", "60,5"], ["48", "65"]),
            (Who::Gouda, &gouda, &goudas, "B-2", ["", "20"], ["55", "70"]),
        ] {
            measures(&app, &world, who, (application, project), "OUDERS", sum).await;
            measures(&app, &world, who, (application, project), "OUDERS-GESPREK", range).await;
            notified(&app, &world, who, application).await;
            decide(&app, &world, application, project, reference).await;
        }
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let list = coordinator.page(RESULTS).await;
        assert!(list.contains("Ouders die de cursus afronden") && !list.contains("Getrainde docenten"), "{list}");
        let sum = current(&app, "OUDERS").await;
        let range = current(&app, "OUDERS-GESPREK").await;
        let (page, ranges) = (format!("{RESULTS}/{}", sum.id), format!("{RESULTS}/{}", range.id));

        let before = coordinator.page(&page).await;
        // Nothing was reported, and of one the baseline is not known; 2028 was not awarded.
        for row in [
            "2027 2 2 40 van 1 van de 2 80,5 nog niets",
            "2028 0 0 nog niets nog niets nog niets",
            "Alle regio’s samen 2 40 80,5 nog niets",
        ] {
            assert!(plain(&before).contains(row), "{row}: {}", plain(&before));
        }
        report(&app, &world, &delft, "61").await;
        let after = coordinator.page(&page).await;
        assert!(plain(&after).contains("2027 2 2 40 van 1 van de 2 80,5 61 van 1 van de 2"), "{}", plain(&after));
        assert!(after.contains(&format!("/aanvragen/{delft}/voortgang")), "{after}");
        // Percentages are not added.
        let percentages = plain(&coordinator.page(&ranges).await);
        assert!(percentages.contains("2027 2 2 48 tot 55 65 tot 70"), "{percentages}");

        // A dossier that is closed to somebody is not in their figures.
        declare(&app, world.actor(Who::NctvReviewer), &gouda, true).await;
        let reviewer = app.browser(world.actor(Who::NctvReviewer)).await;
        let (seen, statements) = app.statements(reviewer.page(&page)).await;
        assert!(plain(&seen).contains("2027 1 1 40 60,5 61") && !seen.contains("Gouda"), "{}", plain(&seen));
        assert!(seen.contains("Dossiers waarin u een belang opgaf"), "{seen}");
        assert!(statements <= 8, "{statements}");
    }

    async fn the_pages_need_few_statements(app: TestApp) {
        let world = World::new(&app).await;
        let (_, _, page) = a_project(&app, &world).await;
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let search = format!("{page}/indicatoren?categorie=");
        let (_, few) = app.statements(editor.page(&search)).await;
        let (_, few_in_list) = app.statements(coordinator.page(LIST)).await;
        filled(&app, &world).await;
        let entry = current(&app, "OUDERS").await;
        choose(&editor, &page, &entry).await;
        let (_, many) = app.statements(editor.page(&search)).await;
        let (_, many_in_list) = app.statements(coordinator.page(LIST)).await;
        let (_, form) = app.statements(editor.page(&page)).await;
        assert_eq!((few, few_in_list), (many, many_in_list));
        for count in [many, many_in_list, form] {
            assert!(count <= 8, "{count}");
        }
    }
}
