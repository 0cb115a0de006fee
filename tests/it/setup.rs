//! Setting up on screen: a coordinator makes a scheme, regions, a cycle and a window, and Delft
//! sees it open; an administrator makes accounts.

use actix_web::http::StatusCode;
use versterkingsgelden::{
    core::{actor::Actor, ids::CycleId},
    identity::{self, password},
    schemes::store,
};

use crate::support::{TestApp, Who, World, moment, on_both};

type Fields = Vec<(String, String)>;

fn with(base: &[(&str, &str)]) -> Fields {
    base.iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

fn set(fields: &mut Fields, name: &str, text: &str) {
    fields.retain(|(it, _)| it != name);
    fields.push((name.to_owned(), text.to_owned()));
}

fn borrowed(fields: &Fields) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

fn amounts(first: [&str; 5], second: [&str; 5]) -> Fields {
    let mut fields = Fields::new();
    for (at, year) in [("1", first), ("2", second)] {
        let [ceiling, amounts @ ..] = year;
        set(&mut fields, &format!("plafond-{at}"), ceiling);
        let kinds = ["baseline", "prevention", "one_year", "reserve"];
        for (kind, amount) in kinds.iter().zip(amounts) {
            set(&mut fields, &format!("{kind}-{at}-bedrag"), amount);
            let mode = if *kind == "prevention" {
                "ring_fenced"
            } else {
                "at_most"
            };
            set(&mut fields, &format!("{kind}-{at}-bindt"), mode);
            set(&mut fields, &format!("{kind}-{at}-methode"), "pro_rata");
        }
    }
    fields
}

/// What a browser would send on from a page: the value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

on_both! {
    async fn a_cycle_is_set_up_on_screen_until_delft_can_apply(app: TestApp) {
        let world = World::new(&app).await;
        // A world after the first cycle: nothing is open any more.
        app.at(moment("2028-03-01T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(!delft.page("/").await.contains("Start uw aanvraag"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;

        // A new version of the scheme, with everything copied.
        let old = format!("/inrichting/regelingen/{}", world.scheme);
        assert!(coordinator.page(&old).await.contains("Ligt vast"));
        let copy = coordinator.page(&format!("/inrichting/regelingen/nieuw?van={}", world.scheme)).await;
        assert!(copy.contains("Voorbeeldregeling Versterkingsgelden 2027-2030"), "{copy}");
        assert!(copy.contains("Preventieve werking"), "{copy}");
        let mut version = with(&[
            ("van", world.scheme.as_str()),
            ("titel", "Regeling Versterkingsgelden 2029-2032"),
            ("vindplaats", "Stcrt. 2028, 2"),
            ("vanaf", "2029"),
            ("tot-en-met", "2032"),
            ("beslistermijn", "13"),
            ("artikelen", "4:5,4:35"),
            ("bezwaar", "Stuur uw bezwaar aan de Minister."),
            ("mandaat", "De Minister, namens deze"),
            ("begrotingsartikel", "36"),
            ("afronding", "1,00"),
            ("volgorde", "score,amount_ascending,lottery"),
            ("nctv.0.naam", "Dreiging"),
            ("nctv.0.vraag", "Hoe groot is de dreiging?"),
            ("nctv.0.gewicht", "zwaar"),
            ("szw.0.naam", "Preventie"),
            ("szw.0.vraag", "Hoe goed werkt het?"),
            ("szw.0.gewicht", "1"),
        ]);
        let refused = coordinator.post("/inrichting/regelingen/nieuw", &borrowed(&version)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Vul een gewicht in van 1 tot en met 100."), "{}", refused.body);
        assert!(refused.body.contains("value=\"zwaar\""), "{}", refused.body);
        set(&mut version, "nctv.0.gewicht", "2");
        let made = coordinator.post("/inrichting/regelingen/nieuw", &borrowed(&version)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let page = coordinator.page(&made.location).await;
        assert!(page.contains("Versie 2") && page.contains("Nog niet gebruikt"), "{page}");
        let scheme = made.location.rsplit('/').next().unwrap().to_owned();

        // A cycle whose amounts are not all amounts: what was typed stays.
        let mut cycle = amounts(
            ["7.000.000", "4.500.000", "2.000.000", "500.001", "0"],
            ["7.000.000", "4.000.000", "2.000.000", "250.000", "1e9"],
        );
        set(&mut cycle, "regeling", &scheme);
        set(&mut cycle, "eerste-jaar", "2029");
        let refused = coordinator.post("/inrichting/cycli/nieuw", &borrowed(&cycle)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Dit is geen bedrag."), "{}", refused.body);
        assert!(refused.body.contains("value=\"1e9\""), "{}", refused.body);
        assert!(refused.body.contains("value=\"500.001\""), "{}", refused.body);
        // Adding up saves nothing and says what is over.
        set(&mut cycle, "reserve-2-bedrag", "750.000");
        let mut sums = cycle.clone();
        set(&mut sums, "actie", "rekenen");
        let added = coordinator.post("/inrichting/cycli/nieuw", &borrowed(&sums)).await;
        assert_eq!(added.status, StatusCode::OK);
        assert!(added.body.contains("€\u{a0}1,00 te veel"), "{}", added.body);
        assert_eq!(app.read(store::cycles).await.len(), 1);

        // Saved as a draft, seen before it is opened, refused with year and difference.
        let saved = coordinator.post("/inrichting/cycli/nieuw", &borrowed(&cycle)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let path = saved.location.split('?').next().unwrap().to_owned();
        let overview = coordinator.page("/inrichting").await;
        assert!(overview.contains("Cyclus 2029-2030 klopt nog niet: in 2029"), "{overview}");
        let opening = format!("{path}/opening");
        let preview = coordinator.page(&opening).await;
        assert!(preview.contains("U kunt nog niet openen."), "{preview}");
        let refused = coordinator.post(&opening, &[("versie", "1")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sentence = "2029: de enveloppen en de reserve zijn samen €\u{a0}7.000.001,00. Dat is €\u{a0}1,00 meer dan het plafond van €\u{a0}7.000.000,00. Maak ze gelijk.";
        assert!(refused.body.contains(sentence), "{}", refused.body);

        // Made equal, opened, and what is booked is what was shown.
        let mut fixed = amounts(
            ["7.000.000", "4.500.000", "2.000.000", "500.000", "0"],
            ["7.000.000", "4.000.000", "2.000.000", "250.000", "750.000"],
        );
        set(&mut fixed, "versie", &hidden(&coordinator.page(&path).await, "versie"));
        set(&mut fixed, "actie", "openen");
        let changed = coordinator.post(&path, &borrowed(&fixed)).await;
        assert_eq!((changed.status, changed.location.as_str()), (StatusCode::SEE_OTHER, opening.as_str()));
        let stale = coordinator.post(&path, &borrowed(&fixed)).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let preview = coordinator.page(&opening).await;
        assert!(preview.contains("Cyclus openen en bedragen boeken"), "{preview}");
        let version = hidden(&preview, "versie");
        let opened = coordinator.post(&opening, &[("versie", &version)]).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        let page = coordinator.page(&path).await;
        assert!(page.contains("Geopend") && page.contains("€\u{a0}4.500.000"), "{page}");
        let id = CycleId::from(path.rsplit('/').next().unwrap());
        let years = app.read(move |conn| store::years(conn, &id)).await;
        assert!(years.iter().all(|it| it.ceiling_cents == it.appropriated_cents));

        // A window, typed on the Dutch clock.
        let overview = coordinator.page("/inrichting").await;
        assert!(overview.contains("Cyclus 2029-2030 is open, maar heeft nog geen aanvraagtijdvak."), "{overview}");
        let new = format!("{path}/tijdvakken/nieuw");
        let mut window = with(&[
            ("soort", "main"),
            ("naam", "Aanvragen 2029-2030"),
            ("opent", "2028-03-01T08:00"),
            ("sluit", "2028-02-01T17:00"),
        ]);
        let refused = coordinator.post(&new, &borrowed(&window)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("sluit voordat het opengaat"), "{}", refused.body);
        set(&mut window, "sluit", "2028-04-03T17:00");
        let set_up = coordinator.post(&new, &borrowed(&window)).await;
        assert_eq!(set_up.status, StatusCode::SEE_OTHER, "{}", set_up.body);
        let page = delft.page("/").await;
        assert!(page.contains("Start uw aanvraag"), "{page}");
        assert!(page.contains("maandag 3 april 2028, 17.00 uur"), "{page}");
    }

    async fn a_window_that_opened_can_only_close_later_and_says_why(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/inrichting/cycli/{}/tijdvakken/{}", world.cycle, world.window);
        let page = coordinator.page(&path).await;
        assert!(page.contains("al opengegaan") && !page.contains("name=\"opent\""), "{page}");
        let earlier = [("versie", "1"), ("sluit", "2026-10-01T17:00"), ("reden", "Vergissing")];
        let refused = coordinator.post(&path, &earlier).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("alleen later laten sluiten"), "{}", refused.body);
        let silent = coordinator.post(&path, &[("versie", "1"), ("sluit", "2026-10-15T17:00")]).await;
        assert!(silent.body.contains("Vul in waarom het tijdvak later sluit"), "{}", silent.body);
        let later = [("versie", "1"), ("sluit", "2026-10-15T17:00"), ("reden", "Storing op 8 oktober")];
        assert_eq!(coordinator.post(&path, &later).await.status, StatusCode::SEE_OTHER);
        assert_eq!(coordinator.post(&path, &later).await.status, StatusCode::CONFLICT);
        let id = world.window.clone();
        let window = app.read(move |conn| store::window(conn, &id)).await;
        assert_eq!(window.closes_at, moment("2026-10-15T15:00:00"));
        let facts = app.read(|conn| versterkingsgelden::audit::store::latest(conn, 5, 0)).await;
        assert!(facts.iter().any(|it| it.kind == "window_extended" && it.detail.contains("Storing op 8 oktober")));
    }

    async fn a_region_is_made_of_places_and_gets_another_lead(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let mut region = with(&[
            ("naam", "Drechtsteden"),
            ("gemeenten", "GM0505\nGM0590 Papendrecht"),
            ("hoofdaanvrager", "GM0505"),
            ("vanaf", "2026-01-01"),
        ]);
        let unknown = coordinator.post("/inrichting/regios/nieuw", &borrowed(&region)).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.body.contains("Wij kennen GM0505 nog niet."), "{}", unknown.body);
        set(&mut region, "gemeenten", "GM0505 Dordrecht\nGM0590 Papendrecht\nGM0503");
        let made = coordinator.post("/inrichting/regios/nieuw", &borrowed(&region)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let again = coordinator.post("/inrichting/regios/nieuw", &borrowed(&region)).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let list = coordinator.page("/inrichting/regios").await;
        assert!(list.contains("Drechtsteden") && list.contains("Dordrecht"), "{list}");

        let path = format!("/inrichting/regios/{}/hoofdaanvrager", world.regions[0]);
        assert!(coordinator.page(&path).await.contains("Westland"));
        let members = app.read({
            let id = world.regions[0].clone();
            move |conn| store::members(conn, &id, "2026-09-15".parse().unwrap())
        }).await;
        let westland = members.iter().find(|it| it.name == "Westland").unwrap().id.clone();
        let outside = [("hoofdaanvrager", world.leads[1].as_str()), ("vanaf", "2027-01-01")];
        assert_eq!(coordinator.post(&path, &outside).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let before = [("hoofdaanvrager", westland.as_str()), ("vanaf", "2019-01-01")];
        assert_eq!(coordinator.post(&path, &before).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = [("hoofdaanvrager", westland.as_str()), ("vanaf", "2026-09-01")];
        assert_eq!(coordinator.post(&path, &right).await.status, StatusCode::SEE_OTHER);
        assert!(coordinator.page("/inrichting/regios").await.contains("Westland"));
    }

    async fn money_is_moved_by_two_people_and_says_how_much_there_is(app: TestApp) {
        let world = World::new(&app).await;
        let cycle = world.cycle.clone();
        let envelopes = app.read(move |conn| store::envelopes(conn, &cycle)).await;
        let find = |kind: &str| {
            let it = envelopes.iter().find(|it| it.year == 2028 && it.kind.as_str() == kind);
            it.unwrap().id.to_string()
        };
        let (reserve, baseline, prevention) = (find("reserve"), find("baseline"), find("prevention"));
        let decider = app.browser(world.actor(Who::DecisionMaker)).await;
        let page = decider.page("/inrichting/overheveling").await;
        assert!(page.contains("Reserve 2028, vrij €\u{a0}750.000,00"), "{page}");
        let post = |from: &str, amount: &str| with(&[
            ("cyclus", world.cycle.as_str()), ("van", from), ("naar", &baseline),
            ("bedrag", amount), ("reden", "De reserve is niet nodig dit jaar."),
        ]);
        let too_much = decider.post("/inrichting/overheveling", &borrowed(&post(&reserve, "750.000,01"))).await;
        assert_eq!(too_much.status, StatusCode::CONFLICT);
        assert!(too_much.body.contains("nog €\u{a0}750.000,00 vrij"), "{}", too_much.body);
        assert!(too_much.body.contains("De reserve is niet nodig dit jaar."), "{}", too_much.body);
        let ring = decider.post("/inrichting/overheveling", &borrowed(&post(&prevention, "1"))).await;
        assert_eq!(ring.status, StatusCode::CONFLICT);
        let done = decider.post("/inrichting/overheveling", &borrowed(&post(&reserve, "250.000"))).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        // Nothing moved yet, and who proposed cannot decide.
        let proposal = decider.page(&done.location).await;
        assert!(proposal.contains("Een ander besluit.") && proposal.contains("€\u{a0}250.000,00"), "{proposal}");
        let decision = format!("{}/besluit", done.location);
        let own = decider.post(&decision, &[("versie", "1")]).await;
        assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
        assert!(own.body.contains("vier ogen"), "{}", own.body);
        let page = decider.page("/inrichting/overheveling").await;
        assert!(page.contains("Reserve 2028, vrij €\u{a0}750.000,00"), "{page}");
        let second = app.browser(world.actor(Who::SecondDecisionMaker)).await;
        assert_eq!(second.post(&decision, &[("versie", "1")]).await.status, StatusCode::SEE_OTHER);
        let page = decider.page("/inrichting/overheveling").await;
        assert!(page.contains("Reserve 2028, vrij €\u{a0}500.000,00"), "{page}");
        assert!(page.contains("Basis op orde 2028, vrij €\u{a0}4.250.000,00"), "{page}");
    }

    async fn an_administrator_makes_changes_and_closes_accounts(app: TestApp) {
        let world = World::new(&app).await;
        let admin = app.browser(world.actor(Who::Administrator)).await;
        let mut new = with(&[
            ("email", "Nieuw@szw.nl"), ("naam", "Nieuwe Collega"), ("organisatie", "szw"),
            ("rollen.nctv_reviewer", "ja"), ("wachtwoord", "correct paard batterij"),
        ]);
        let refused = admin.post("/accounts/nieuw", &borrowed(&new)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("past niet bij de organisatie"), "{}", refused.body);
        assert!(!refused.body.contains("correct paard"), "{}", refused.body);
        new.retain(|(name, _)| name != "rollen.nctv_reviewer");
        set(&mut new, "rollen.szw_reviewer", "ja");
        let made = admin.post("/accounts/nieuw", &borrowed(&new)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        assert!(admin.page("/accounts").await.contains("nieuw@szw.nl"));
        assert_eq!(admin.post("/accounts/nieuw", &borrowed(&new)).await.status, StatusCode::CONFLICT);

        let person = app.read(|conn| identity::store::actor_by_email(conn, "nieuw@szw.nl")).await;
        let theirs = app.browser(&person).await;
        assert_eq!(theirs.get("/").await.status, StatusCode::OK);
        let roles = format!("/accounts/{}/rollen", person.id);
        let version = hidden(&admin.page(&roles).await, "versie");
        let change = [("versie", version.as_str()), ("rollen.szw_decision_maker", "ja")];
        assert_eq!(admin.post(&roles, &change).await.status, StatusCode::SEE_OTHER);
        assert_eq!(admin.post(&roles, &change).await.status, StatusCode::CONFLICT);
        assert!(theirs.page("/").await.contains("Meebeslissen over preventie"));

        let closing = format!("/accounts/{}/sluiting", person.id);
        assert_eq!(admin.post(&closing, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(theirs.get("/").await.status, StatusCode::SEE_OTHER);
        assert_eq!(admin.post("/accounts/nieuw", &borrowed(&new)).await.status, StatusCode::CONFLICT);

        // Who comes back gets a new password, and with it the account they had.
        let another = format!("/accounts/{}/wachtwoord", person.id);
        let short = admin.post(&another, &[("wachtwoord", "kort")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.body.contains("te kort") && short.body.contains("Account weer openen"), "{}", short.body);
        let given = admin.post(&another, &[("wachtwoord", "nieuw paard batterij")]).await;
        assert_eq!(given.location, "/accounts?gedaan=wachtwoord", "{}", given.body);
        let back = app.browser(&person).await;
        assert!(back.page("/").await.contains("Meebeslissen over preventie"));
        let account = app.read(|conn| identity::store::account_by_email(conn, "nieuw@szw.nl")).await.unwrap();
        assert!(password::matches("nieuw paard batterij", Some(&account.password_hash)));
        // Given another, who had the old one is out.
        admin.post(&another, &[("wachtwoord", "ander paard batterij")]).await;
        assert_eq!(back.get("/").await.status, StatusCode::SEE_OTHER);

        let oneself = format!("/accounts/{}/sluiting", world.actor(Who::Administrator).id);
        let refused = admin.post(&oneself, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Vraag een andere beheerder."), "{}", refused.body);
    }

    async fn a_new_password_ends_the_other_sessions(app: TestApp) {
        let world = World::new(&app).await;
        let auditor = world.actor(Who::Auditor).clone();
        let hash = password::hash("correct paard batterij").unwrap();
        let id = auditor.id.clone();
        app.act(&Actor::command_line(), move |tx| identity::store::set_password(tx, &id, &hash)).await;
        let (here, elsewhere) = (app.browser(&auditor).await, app.browser(&auditor).await);
        let change = |old: &'static str| [
            ("huidig", old), ("nieuw", "nieuw paard batterij"), ("nogmaals", "nieuw paard batterij"),
        ];
        let wrong = here.post("/wachtwoord", &change("fout")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Dit is niet uw huidige wachtwoord."), "{}", wrong.body);
        let right = here.post("/wachtwoord", &change("correct paard batterij")).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
        assert!(here.page(&right.location).await.contains("Uw wachtwoord is gewijzigd."));
        assert_eq!(elsewhere.get("/").await.status, StatusCode::SEE_OTHER);
    }

    async fn anybody_reads_help_accessibility_and_privacy(app: TestApp) {
        for path in ["/hulp", "/toegankelijkheid", "/privacy"] {
            let reply = app.send(actix_web::test::TestRequest::get().uri(path)).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert!(reply.body.contains("href=\"/toegankelijkheid\""), "{path}");
        }
    }

    async fn who_needs_help_reads_where_the_ministry_is_reached(app: TestApp) {
        let named = "versterkingsgelden@nctv.example, 070 123 45 67";
        let read = async |app: &TestApp, path: &str| app.send(actix_web::test::TestRequest::get().uri(path)).await.body;
        let mut app = app;
        app.app.contact = Some(named.to_owned());
        for path in ["/hulp", "/toegankelijkheid"] {
            let page = read(&app, path).await;
            assert!(page.contains(named) && !page.contains("uw contactpersoon bij de NCTV"), "{page}");
        }
        let other = match app.postgres_url {
            Some(_) => TestApp::postgres(),
            None => TestApp::sqlite(),
        };
        for path in ["/hulp", "/toegankelijkheid"] {
            assert!(read(&other, path).await.contains("uw contactpersoon bij de NCTV"), "{path}");
        }
    }
}
