//! The budget of an application as a whole: shares of municipalities, totals, hints.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{
        project,
        submission::{content::Content, store as versions},
    },
    core::{
        category::Category,
        ids::{ApplicationId, MunicipalityId, ProjectId},
        money::Money,
    },
    db::schema::project_shares,
    error::AppError,
    schemes,
};

use crate::{
    projects::{a_project, post, stored, with},
    support::{AProject, AnApplication, TestApp, Who, World, on_both, projects},
};

/// A sound project of Delft and Westland that asks 1,000.01 in 2027 and 500.00 in 2028.
fn of_two(world: &World, westland: &MunicipalityId) -> Vec<(String, String)> {
    let costs = [(2027, "1.000,01"), (2028, "500,00")];
    let typed = projects::project("prevention", "targeted", "Jongerenwerk online", &costs);
    let ticked = with(typed, &format!("deelnemer.{}", world.leads[0]), "ja");
    with(ticked, &format!("deelnemer.{westland}"), "ja")
}

/// Westland, which takes part in the region of Delft.
async fn westland(app: &TestApp, world: &World) -> MunicipalityId {
    let region = world.regions[0].clone();
    let on = app.app.store.now().date();
    let members = app
        .read(move |conn| schemes::store::members(conn, &region, on))
        .await;
    members
        .iter()
        .find(|it| it.name == "Westland")
        .unwrap()
        .id
        .clone()
}

async fn shares(app: &TestApp, id: &ProjectId) -> Vec<(i32, i64)> {
    let id = id.clone();
    app.read(move |conn| {
        Ok(project_shares::table
            .filter(project_shares::project_id.eq(id))
            .order((project_shares::year, project_shares::amount_cents))
            .select((project_shares::year, project_shares::amount_cents))
            .load(conn)?)
    })
    .await
}

on_both! {
    async fn what_is_asked_is_divided_evenly_by_a_button(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let (application, id, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = of_two(&world, &westland);
        // Who ticks municipalities can divide at once, without a script too.
        assert!(browser.page(&page).await.contains("Opslaan en hier verdelen"));
        let here = post(&browser, &page, 1, &typed, "verdeling").await;
        assert_eq!(here.location, format!("{page}#verdeling"), "{}", here.body);
        assert!(browser.page(&page).await.contains(&format!("name=\"aandeel.{westland}.2027\"")));
        let divided = post(&browser, &page, 2, &typed, "verdeel-gelijk").await;
        assert_eq!(divided.location, format!("{page}#verdeling"), "{}", divided.body);
        assert_eq!(shares(&app, &id).await, [(2027, 50_000), (2027, 50_001), (2028, 25_000), (2028, 25_000)]);
        let kept = stored(&app, &application).await;
        assert_eq!(kept.get(&format!("aandeel.{westland}.2028")), "250,00");
        let shown = browser.page(&page).await;
        assert!(shown.contains("Samen verdeeld") && shown.contains("1.000,01"), "{shown}");
        // What was divided does not follow by itself: the difference is said, to the cent.
        let dearer = with(kept.iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect(), "regel.1.tarief.2028", "500,07");
        post(&browser, &page, 3, &dearer, "bewaar").await;
        let checked = browser.page(&format!("{page}?controle=ja")).await;
        assert!(checked.contains("De verdeling over gemeenten voor 2028 is samen €\u{a0}500,00. U vraagt €\u{a0}500,07 aan. Verdeel nog €\u{a0}0,07."), "{checked}");
        assert_eq!(shares(&app, &id).await, [(2027, 50_000), (2027, 50_001)]);
    }

    async fn weights_that_are_missing_leave_everything_as_it_was_typed(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let (application, id, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(of_two(&world, &westland), "titel", "Nog niet <opgeslagen>");
        let refused = post(&browser, &page, 1, &typed, "verdeel-gewicht").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Vul bij “Verdeelsleutel” voor elke gemeente een getal in"), "{}", refused.body);
        assert!(refused.body.contains("Nog niet &#60;opgeslagen&#62;"), "{}", refused.body);
        assert_eq!(stored(&app, &application).await.get("titel"), "");
        let weighted = with(with(typed, &format!("gewicht.{westland}"), "3"), &format!("gewicht.{}", world.leads[0]), "1");
        let divided = post(&browser, &page, 1, &weighted, "verdeel-gewicht").await;
        assert_eq!(divided.status, StatusCode::SEE_OTHER, "{}", divided.body);
        assert_eq!(shares(&app, &id).await, [(2027, 25_000), (2027, 75_001), (2028, 12_500), (2028, 37_500)]);
    }

    async fn a_key_that_cannot_be_read_names_its_municipality(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let weight = format!("gewicht.{westland}");
        let typed = with(of_two(&world, &westland), &weight, "een kwart");
        let says = "Westland: de verdeelsleutel is “een kwart”. Dat is geen getal. Typ het in cijfers, bijvoorbeeld 50.";
        let refused = post(&browser, &page, 1, &typed, "verdeel-gewicht").await;
        assert!(refused.body.contains(says), "{}", refused.body);
        post(&browser, &page, 1, &typed, "bewaar").await;
        assert!(browser.page(&page).await.contains(says));
        assert!(browser.page(&format!("/aanvragen/{application}/controle")).await.contains(says));
        // In percents and in thousands.
        let typed = with(with(typed, &weight, "25%"), &format!("gewicht.{}", world.leads[0]), "75 procent");
        let divided = post(&browser, &page, 2, &with(typed, "regel.1.tarief.2028", "8.000"), "verdeel-gewicht").await;
        assert_eq!(divided.status, StatusCode::SEE_OTHER, "{}", divided.body);
        assert_eq!(stored(&app, &application).await.get(&format!("aandeel.{westland}.2028")), "2.000,00");
    }

    async fn a_project_for_more_than_one_of_which_nothing_is_divided_is_worth_another_look(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let check = format!("/aanvragen/{application}/controle");
        let says = "gemeenten, maar u verdeelde niets.";
        let typed = of_two(&world, &westland);
        post(&browser, &page, 1, &typed, "bewaar").await;
        assert!(browser.page(&check).await.contains(says));
        post(&browser, &page, 2, &typed, "verdeel-gelijk").await;
        assert!(!browser.page(&check).await.contains(says));
    }

    async fn what_is_pasted_is_added_whole_or_not_at_all(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let typed = of_two(&world, &world.leads[0]);
        let line = "Inhuur\tTrainer\tuur\t10\t100,00\t\t";
        let wrong = format!("{line}\nInhuur\tZaal\tdag\tveel\t1\t\t");
        let too_many = vec![line; 40].join("\n");
        for (pasted, says) in [(&wrong, "Regel 2, kolom “Aantal 2027”"), (&too_many, "Zoveel plaats is er niet meer")] {
            let refused = post(&browser, &page, 1, &with(typed.clone(), "plak", pasted), "plak").await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(refused.body.contains(says) && refused.body.contains("Trainer"), "{says}: {}", refused.body);
            assert_eq!(stored(&app, &application).await.get("titel"), "", "{says}");
        }
        let added = post(&browser, &page, 1, &with(typed, "plak", line), "plak").await;
        assert_eq!(added.location, format!("{page}#regel.2.omschrijving"), "{}", added.body);
        let kept = stored(&app, &application).await;
        assert_eq!((kept.get("regel.2.omschrijving"), kept.get("regel.3.omschrijving")), ("Trainer", ""));
        assert_eq!(kept.get("plak"), "");
    }

    async fn nobody_gives_money_to_a_municipality_of_another_region(app: TestApp) {
        let world = World::new(&app).await;
        let (_, id, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(of_two(&world, &world.leads[1]), &format!("aandeel.{}.2027", world.leads[1]), "1.000,01");
        let refused = post(&browser, &page, 1, &typed, "bewaar").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(shares(&app, &id).await, []);
    }

    async fn a_submitted_version_says_for_whom_every_cent_is(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let id = AnApplication::of(Who::Delft).with(2).make(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let of = id.clone();
        let all = app.read(move |conn| project::store::drafts(conn, &of)).await;
        let page = format!("/aanvragen/{id}/projecten/{}", all[0].id);
        let typed = of_two(&world, &westland);
        let divided = post(&browser, &page, all[0].version, &typed, "verdeel-gelijk").await;
        assert_eq!(divided.status, StatusCode::SEE_OTHER, "{}", divided.body);
        // Westland takes part in the application, too.
        let (region, westland_field) = (format!("/aanvragen/{id}/onderdelen/region"), format!("deelnemer.{westland}"));
        let fields = [("versie", "1"), ("samenwerking", "Elke maand overleg."), ("deelnemer.delft", "ja"), (&*westland_field, "ja")];
        assert_eq!(browser.post(&region, &fields).await.status, StatusCode::SEE_OTHER);
        let submitted = browser.post(&format!("/aanvragen/{id}/indiening"), &[("akkoord", "ja")]).await;
        assert_eq!(submitted.status, StatusCode::SEE_OTHER, "{}", submitted.body);

        let of = id.clone();
        let version = app.read(move |conn| versions::version(conn, &of, 1)).await;
        let content = Content::parse(&version.content).unwrap();
        for project in &content.projects {
            for year in &project.years {
                let own = project.shares.iter().filter(|it| it.year == year.year);
                assert_eq!(Money::sum(own.map(|it| it.amount)), Ok(year.requested));
            }
        }
        let names: Vec<&str> = content.projects[0].shares.iter().map(|it| it.municipality.name.as_str()).collect();
        assert_eq!(names, ["Delft", "Westland", "Delft", "Westland"]);
        assert_eq!(content.projects[1].shares[0].municipality.cbs_code, "GM0503");

        let staff = app.browser(world.actor(Who::Coordinator)).await;
        let dossier = staff.page(&format!("/aanvragen/{id}")).await;
        assert!(dossier.contains("<caption>Verdeling over gemeenten") && dossier.contains("Westland"), "{dossier}");
        let read = staff.page(&format!("/aanvragen/{id}/versies/1")).await;
        assert!(read.contains("Aandeel in 2027") && read.contains("500,01"), "{read}");
    }

    async fn the_database_refuses_a_share_that_cannot_be(app: TestApp) {
        let world = World::new(&app).await;
        let westland = westland(&app, &world).await;
        let (_, id, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        post(&browser, &page, 1, &of_two(&world, &westland), "bewaar").await;
        for (year, cents, constraint) in [(2027, 0_i64, "project_shares_positive"), (2031, 5, "foreign key")] {
            let (project, municipality) = (id.clone(), westland.clone());
            let refused = app.try_as(world.actor(Who::Delft), move |tx| {
                diesel::insert_into(project_shares::table).values((
                    project_shares::project_id.eq(&project),
                    project_shares::municipality_id.eq(&municipality),
                    project_shares::year.eq(year),
                    project_shares::amount_cents.eq(cents),
                )).execute(tx.conn)?;
                Ok(())
            }).await;
            let Err(AppError::Internal(err)) = refused else { panic!("{year} was taken") };
            let said = err.to_string();
            assert!(said.to_lowercase().contains(constraint), "{said}");
        }
    }

    async fn every_total_is_the_sum_of_what_is_under_it(app: TestApp) {
        let world = World::new(&app).await;
        let id = a_budget(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let page = browser.page(&format!("/aanvragen/{id}/begroting")).await;
        if let Ok(directory) = std::env::var("LOOK") {
            std::fs::write(format!("{directory}/budget.html"), &page).unwrap();
        }
        for text in [
            "U vraagt 50 % van de hele envelop preventie voor 2027: €\u{a0}1.000.000,00 van €\u{a0}2.000.000,00.",
            "Dit geld is er niet.",
            "U vraagt in 2027 €\u{a0}600.000,00 uit de envelop eenjarig flexibel.",
            "In 2027 is er voor alle regio’s samen €\u{a0}4.500.000,00 voor basis op orde, €\u{a0}2.000.000,00 voor preventie en €\u{a0}500.000,00 voor eenjarig flexibel.",
            "2. Preventie",
            "Af: eigen bijdrage gemeenten",
            "2.600.000,00",
        ] {
            assert!(page.contains(text), "{text}\n{page}");
        }
        assert_foots(&page);
        let start = browser.page(&format!("/aanvragen/{id}")).await;
        assert!(start.contains(&format!("href=\"/aanvragen/{id}/begroting\"")), "{start}");
        let other = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(other.get(&format!("/aanvragen/{id}/begroting")).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_totals_need_as_many_statements_for_one_project_as_for_fifty(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, _) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{application}/begroting");
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

    async fn a_year_that_does_not_foot_is_named_and_counts_nowhere(app: TestApp) {
        let world = World::new(&app).await;
        let (application, id, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(of_two(&world, &world.leads[0]), "regel.1.tarief.2028", "veel");
        post(&browser, &page, 1, &typed, "bewaar").await;
        let shown = browser.page(&format!("/aanvragen/{application}/begroting")).await;
        assert!(shown.contains(&format!("/projecten/{id}?controle=ja#begroting-kop\">1. Jongerenwerk online, 2028</a>")), "{shown}");
        assert!(shown.contains("1.000,01") && !shown.contains("1.500,01"), "{shown}");
        assert_foots(&shown);
    }
}

/// Three projects, one in each category: two that ask a lot, one more than there is.
async fn a_budget(app: &TestApp, world: &World) -> ApplicationId {
    let projects = vec![
        AProject::new("Regie", Category::Baseline, 0).in_years(&[(2027, 500_000), (2028, 300_000)]),
        AProject::new("Preventie", Category::Prevention, 0)
            .in_years(&[(2027, 1_000_000), (2028, 200_000)]),
        AProject::new("Pilot", Category::OneYear, 600_000),
    ];
    AnApplication::of(Who::Delft)
        .with_projects(projects)
        .make(app, world)
        .await
}

/// In every table of a page with a foot: each column of the body sums to the foot, each row to its
/// last cell. The table of costs takes the rows from "Kosten samen" apart.
fn assert_foots(page: &str) {
    let cells = |row: &str| -> Vec<i64> {
        row.split("<td class=\"nl-num\">")
            .skip(1)
            .map(|it| {
                let text = it.split('<').next().unwrap();
                text.chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
                    .parse()
                    .unwrap()
            })
            .collect()
    };
    let mut tables = 0;
    for table in page.split("<tbody>").skip(1) {
        let Some((body, foot)) = table.split_once("<tfoot>") else {
            continue;
        };
        let foot = cells(foot.split("</tfoot>").next().unwrap());
        let mut sums = vec![0; foot.len()];
        for row in body.split("<tr>").skip(1) {
            let row_cells = cells(row);
            let (last, rest) = row_cells.split_last().unwrap();
            assert_eq!(rest.iter().sum::<i64>(), *last, "{row}");
            if row.contains("Kosten samen") {
                assert_eq!(row_cells, sums, "{row}");
                continue;
            }
            let sign = if row.contains(">Af: ") { -1 } else { 1 };
            for (sum, cell) in sums.iter_mut().zip(&row_cells) {
                *sum += sign * cell;
            }
        }
        assert_eq!(sums, foot, "{table}");
        tables += 1;
    }
    assert_eq!(tables, 4, "{page}");
}
