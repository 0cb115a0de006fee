//! Assessment: completeness, interests, scores, advice, and what holds for each project in the end.

use actix_web::http::StatusCode;
use chrono::NaiveDate;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{self, Application, Project, section::SectionName, state::State},
    assessments::{handling, interests},
    core::{
        category::{Category, SubItem},
        ids::{ApplicationId, MunicipalityId, ProjectId, RegionId},
        money::Money,
    },
    db::{
        Tx,
        schema::{application_versions, interest_declarations, project_years, projects},
    },
    error::AppError,
    schemes::actions::{create_municipality, create_region},
};

use crate::support::{Browser, Reply, TestApp, Who, World, moment, on_both};

/// A submitted application: a prevention project and one for basis op orde, both in two years.
#[derive(Clone)]
struct Dossier {
    id: ApplicationId,
    prevention: ProjectId,
    baseline: ProjectId,
}

async fn submitted(app: &TestApp, world: &World) -> Dossier {
    let (region, lead) = (world.regions[0].clone(), world.leads[0].clone());
    submitted_for(app, world, "VG-2027-0503", region, lead).await
}

async fn submitted_for(
    app: &TestApp,
    world: &World,
    reference: &str,
    region: RegionId,
    lead: MunicipalityId,
) -> Dossier {
    let (window, reference) = (world.window.clone(), reference.to_owned());
    app.act(world.actor(Who::Delft), move |tx| {
        let application = Application {
            id: tx.new_id(),
            reference: reference.clone(),
            window_id: window.clone(),
            region_id: region.clone(),
            lead_municipality_id: lead.clone(),
            parent_id: None,
            signing_id: None,
            copied_from: None,
            state: State::Submitted,
            latest_version: 1,
            submitted_at: Some(moment("2026-09-10T08:00:00")),
            created_at: tx.now,
            updated_at: tx.now,
            version: 1,
        };
        applications::store::insert(tx, &application)?;
        diesel::insert_into(application_versions::table)
            .values((
                application_versions::application_id.eq(&application.id),
                application_versions::number.eq(1),
                application_versions::submitted_at.eq(tx.now),
                application_versions::submitted_by.eq(&tx.actor.id),
                application_versions::content.eq("{}"),
                application_versions::sha256.eq("-"),
                application_versions::requested_cents.eq(Money::from_euros(23_000)),
            ))
            .execute(tx.conn)?;
        let prevention = (Category::Prevention, SubItem::General);
        let baseline = (Category::Baseline, SubItem::Direction);
        Ok(Dossier {
            prevention: project(
                tx,
                &application,
                1,
                "Veerkracht op school",
                prevention,
                [1_000, 2_000],
            )?,
            baseline: project(tx, &application, 2, "Regie", baseline, [10_000, 10_000])?,
            id: application.id,
        })
    })
    .await
}

fn project(
    tx: &mut Tx<'_>,
    application: &Application,
    position: i32,
    title: &str,
    (category, sub_item): (Category, SubItem),
    requested: [i32; 2],
) -> Result<ProjectId, AppError> {
    let id: ProjectId = tx.new_id();
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq(&id),
            projects::application_id.eq(&application.id),
            projects::position.eq(position),
            projects::answers.eq("{}"),
            projects::title.eq(title),
            projects::category.eq(Some(category)),
            projects::sub_item.eq(Some(sub_item)),
            projects::saved_at.eq(tx.now),
            projects::saved_by.eq(&tx.actor.id),
            projects::version.eq(1),
        ))
        .execute(tx.conn)?;
    for (year, euros) in (2027..).zip(requested) {
        diesel::insert_into(project_years::table)
            .values((
                project_years::project_id.eq(&id),
                project_years::year.eq(year),
                project_years::costs_cents.eq(Money::from_euros(euros + 100)),
                project_years::own_contribution_cents.eq(Money::from_euros(100)),
                project_years::co_financing_cents.eq(Money::ZERO),
                project_years::requested_cents.eq(Money::from_euros(euros)),
                project_years::minimum_cents.eq(Money::from_euros(500)),
            ))
            .execute(tx.conn)?;
    }
    Ok(id)
}

/// A complete assessment on NCTV's form.
fn nctv(version: &str, first: &str, second: &str, eligible: [&str; 2]) -> Vec<(String, String)> {
    let [in_2027, in_2028] = eligible;
    owned(&[
        ("versie", version),
        ("k1", first),
        ("k1-reden", "Past bij de dreiging."),
        ("k2", second),
        ("k2-reden", "Er is geen ander aanbod."),
        ("subsidiabel-2027", in_2027),
        ("subsidiabel-2028", in_2028),
        ("advies", "fund"),
        ("advies-reden", "Een goed project."),
    ])
}

/// A complete assessment on SZW's form.
fn szw(eligible: [&str; 2]) -> Vec<(String, String)> {
    let [in_2027, in_2028] = eligible;
    owned(&[
        ("versie", "0"),
        ("k3", "3"),
        ("k3-reden", "Werkt vooral bij docenten."),
        ("subsidiabel-2027", in_2027),
        ("subsidiabel-2028", in_2028),
        ("advies", "fund_conditionally"),
        ("advies-reden", "Meet ook bij leerlingen."),
    ])
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = |it: &str| it.to_owned();
    fields
        .iter()
        .map(|(name, it)| (text(name), text(it)))
        .collect()
}

/// Somebody's browser, with the steps of the story.
struct Desk<'a> {
    browser: Browser<'a>,
    actor_id: String,
}

impl Desk<'_> {
    async fn new<'a>(app: &'a TestApp, world: &World, who: Who) -> Desk<'a> {
        Desk {
            browser: app.browser(world.actor(who)).await,
            actor_id: world.actor(who).id.to_string(),
        }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.browser.post(path, fields).await
    }

    #[track_caller]
    fn done(reply: &Reply) {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    }

    async fn declare(&self, dossier: &Dossier, choice: &str, note: &str) -> Reply {
        let path = format!("/aanvragen/{}/belangen", dossier.id);
        self.post(&path, &[("belang", choice), ("toelichting", note)])
            .await
    }

    async fn assess(&self, project: &ProjectId, fields: &[(String, String)]) -> Reply {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
        self.post(&format!("/projecten/{project}/beoordeling"), &fields)
            .await
    }
}

/// Declares complete, assigns these and has them declare that they have no interest.
async fn in_assessment(app: &TestApp, world: &World, dossier: &Dossier, who: &[Who]) {
    let coordinator = Desk::new(app, world, Who::Coordinator).await;
    let path = format!("/aanvragen/{}", dossier.id);
    let started = coordinator
        .post(&format!("{path}/behandeling"), &[("versie", "1")])
        .await;
    Desk::done(&started);
    for reviewer in who {
        let desk = Desk::new(app, world, *reviewer).await;
        let department = if *reviewer == Who::SzwReviewer {
            "szw"
        } else {
            "nctv"
        };
        let chosen = [(department, desk.actor_id.as_str())];
        let assigned = coordinator
            .post(&format!("{path}/toewijzingen"), &chosen)
            .await;
        Desk::done(&assigned);
        Desk::done(&desk.declare(dossier, "geen", "").await);
    }
}

async fn application(app: &TestApp, id: &ApplicationId) -> Application {
    let id = id.clone();
    app.read(move |conn| applications::store::get(conn, &id))
        .await
}

async fn projects_of(app: &TestApp, id: &ApplicationId) -> Vec<Project> {
    let id = id.clone();
    app.read(move |conn| applications::store::projects_of(conn, &id))
        .await
}

on_both! {
    async fn completion_opens_the_named_sections_and_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let page = format!("/aanvragen/{}/behandeling", dossier.id);
        let shown = coordinator.browser.page(&page).await;
        // Four weeks after 15 September; thirteen weeks after 10 September.
        assert!(shown.contains(r#"value="2026-10-13""#), "{shown}");
        assert!(shown.contains("10 dec 2026"), "{shown}");
        let path = format!("/aanvragen/{}/aanvullingsverzoek", dossier.id);
        let message = ("bericht", "De nulmeting van <project 1> ontbreekt.");
        let nothing = coordinator.post(&path, &[("versie", "1"), message]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.body.contains("Kies ten minste één onderdeel"), "{}", nothing.body);
        assert!(nothing.body.contains("De nulmeting van &#60;project 1&#62;"), "{}", nothing.body);
        let asked = [
            ("versie", "1"), message, ("uiterlijk", "2026-10-13"),
            ("onderdelen.projects", "ja"), ("onderdelen.region", "ja"),
        ];
        Desk::done(&coordinator.post(&path, &asked).await);
        assert_eq!(application(&app, &dossier.id).await.state, State::CompletionRequested);
        let id = dossier.id.clone();
        let requests = app
            .read(move |conn| handling::store::completion_requests(conn, std::slice::from_ref(&id)))
            .await;
        let request = &requests[&dossier.id][0];
        assert_eq!(request.parts, [SectionName::Region, SectionName::Projects]);
        assert_eq!(request.due_on, NaiveDate::from_ymd_opt(2026, 10, 13).unwrap());
        assert_eq!(request.answered_at, None);
        // 28 days may be added to the term.
        app.at(moment("2026-09-16T08:00:00"));
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let shown = coordinator.browser.page(&page).await;
        assert!(shown.contains("7 jan 2027") && shown.contains("termijn staat stil"), "{shown}");
        // An application that was sent back is not taken into assessment, and an old page is refused.
        let start = coordinator.post(&page, &[("versie", "2")]).await;
        assert_eq!(start.status, StatusCode::CONFLICT, "{}", start.body);
        let stale = coordinator.post(&path, &asked).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    }

    async fn from_submission_to_the_outcome_of_every_project(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        let reviewers = [Who::NctvReviewer, Who::SecondNctvReviewer, Who::SzwReviewer];
        in_assessment(&app, &world, &dossier, &reviewers).await;
        let first = Desk::new(&app, &world, Who::NctvReviewer).await;
        let second = Desk::new(&app, &world, Who::SecondNctvReviewer).await;
        let third = Desk::new(&app, &world, Who::SzwReviewer).await;
        let (p, b) = (&dossier.prevention, &dossier.baseline);
        Desk::done(&first.assess(p, &nctv("0", "4", "5", ["1.000,00", "1.900,50"])).await);
        Desk::done(&first.assess(b, &nctv("0", "5", "5", ["9.000", "10000"])).await);
        Desk::done(&second.assess(p, &nctv("0", "3", "3", ["900", "2000"])).await);
        Desk::done(&third.assess(p, &szw(["950", "1.500,25"])).await);
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let page = format!("/aanvragen/{}/behandeling", dossier.id);
        let shown = coordinator.browser.page(&page).await;
        assert!(shown.contains("Stel de beoordeling vast") && shown.contains("2 van 2"), "{shown}");
        let close = format!("/aanvragen/{}/beoordeling", dossier.id);
        Desk::done(&coordinator.post(&close, &[("versie", "2")]).await);
        assert_eq!(application(&app, &dossier.id).await.state, State::Assessed);
        let found: Vec<_> = projects_of(&app, &dossier.id)
            .await
            .into_iter()
            .map(|it| {
                let eligible: Vec<_> = it.years.iter().map(|it| it.eligible.unwrap().cents()).collect();
                (it.title, it.score_hundredths.unwrap(), eligible)
            })
            .collect();
        // (4,50 + 3,00) / 2 = 3,75; the lowest of 1.000, 900, 950 and of 1.900,50, 2.000, 1.500,25.
        assert_eq!(found[0], ("Veerkracht op school".to_owned(), 375, vec![90_000, 150_025]));
        assert_eq!(found[1], ("Regie".to_owned(), 500, vec![900_000, 1_000_000]));
        let shown = coordinator.browser.page(&page).await;
        assert!(shown.contains("3,75") && shown.contains("1.500,25"), "{shown}");
    }

    async fn nothing_is_established_without_the_assessments_that_it_rests_on(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::NctvReviewer, Who::SzwReviewer]).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let reviewer = Desk::new(&app, &world, Who::NctvReviewer).await;
        let close = format!("/aanvragen/{}/beoordeling", dossier.id);
        let all = ["1000", "2000"];
        Desk::done(&reviewer.assess(&dossier.prevention, &nctv("0", "4", "4", all)).await);
        let refused = coordinator.post(&close, &[("versie", "2")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("afgeronde beoordeling van: Regie."), "{}", refused.body);
        Desk::done(&reviewer.assess(&dossier.baseline, &nctv("0", "4", "4", ["1", "1"])).await);
        let refused = coordinator.post(&close, &[("versie", "2")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("advies over: Veerkracht op school."), "{}", refused.body);
        assert_eq!(application(&app, &dossier.id).await.state, State::InAssessment);
        assert!(projects_of(&app, &dossier.id).await.iter().all(|it| it.score_hundredths.is_none()));
        // An assessment of somebody who reports an interest afterwards does not count any more.
        let advisor = Desk::new(&app, &world, Who::SzwReviewer).await;
        Desk::done(&advisor.assess(&dossier.prevention, &szw(all)).await);
        Desk::done(&reviewer.declare(&dossier, "wel", "Mijn zus werkt er.").await);
        let refused = coordinator.post(&close, &[("versie", "2")]).await;
        assert!(refused.body.contains("Veerkracht op school, Regie"), "{}", refused.body);
    }

    async fn more_than_was_asked_is_never_eligible_and_what_was_typed_stays(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::NctvReviewer]).await;
        let reviewer = Desk::new(&app, &world, Who::NctvReviewer).await;
        let page = format!("/projecten/{}/beoordeling", dossier.prevention);
        let fresh = reviewer.browser.page(&page).await;
        assert!(fresh.contains(r#"value="1.000,00""#) && fresh.contains(r#"value="2.000,00""#), "{fresh}");
        assert!(fresh.contains("vanaf €\u{a0}500,00"), "{fresh}");
        assert!(!fresh.contains("Preventieve werking"), "the other department's criterion: {fresh}");
        let refused = reviewer.assess(&dossier.prevention, &nctv("0", "4", "4", ["1.000,01", "2000"])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.body.contains("u vult €\u{a0}1.000,01 in. Dat is meer dan de gevraagde €\u{a0}1.000,00"),
            "{}", refused.body
        );
        assert!(refused.body.contains("Past bij de dreiging."), "{}", refused.body);
        // It was kept, and the page knows the new version: correcting the one amount is enough.
        let kept = reviewer.browser.page(&page).await;
        assert!(kept.contains(r#"value="1.000,01""#), "{kept}");
        assert!(kept.contains(r#"name="versie" value="1""#), "{kept}");
        assert!(refused.body.contains(r#"name="versie" value="1""#), "{}", refused.body);
        let mut later = owned(&[("versie", "1"), ("k1", "4"), ("subsidiabel-2027", "veel"), ("later", "1")]);
        Desk::done(&reviewer.assess(&dossier.prevention, &later).await);
        assert!(reviewer.browser.page(&page).await.contains(r#"value="veel""#));
        later[0].1 = "1".to_owned();
        later[2].1 = "minder".to_owned();
        let stale = reviewer.assess(&dossier.prevention, &later).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
        assert!(stale.body.contains("zelf gewijzigd, in een ander venster"), "{}", stale.body);
        // The form goes on from the version that is stored, and shows it beside what was typed.
        assert!(stale.body.contains(r#"name="versie" value="2""#), "{}", stale.body);
        assert!(stale.body.contains("Nu opgeslagen: “veel”"), "{}", stale.body);
        assert!(stale.body.contains(r#"value="minder""#), "{}", stale.body);
        Desk::done(&reviewer.assess(&dossier.prevention, &nctv("2", "4", "4", ["1.000,00", "0"])).await);
    }

    async fn a_declared_interest_closes_the_dossier_to_that_person(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let reviewer = Desk::new(&app, &world, Who::NctvReviewer).await;
        let path = format!("/aanvragen/{}", dossier.id);
        Desk::done(&coordinator.post(&format!("{path}/behandeling"), &[("versie", "1")]).await);
        let chosen = [("nctv", reviewer.actor_id.as_str())];
        Desk::done(&coordinator.post(&format!("{path}/toewijzingen"), &chosen).await);
        let list = reviewer.browser.page("/beoordelen").await;
        assert!(list.contains("VG-2027-0503") && list.contains("Verklaar uw belangen"), "{list}");
        // Nothing is shown before one declared: every page leads to the declaration.
        let project = format!("/projecten/{}/beoordeling", dossier.prevention);
        for page in [project.clone(), format!("{path}/behandeling")] {
            let asked = reviewer.browser.get(&page).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER);
            assert_eq!(asked.location, format!("{path}/belangen?naar={page}"));
            assert!(reviewer.browser.page(&asked.location).await.contains(&format!("value=\"{page}\"")));
        }
        let undeclared = reviewer.assess(&dossier.prevention, &nctv("0", "4", "4", ["1", "1"])).await;
        assert_eq!(undeclared.status, StatusCode::CONFLICT);
        assert!(undeclared.body.contains("Verklaar eerst uw belangen"), "{}", undeclared.body);
        let silent = reviewer.declare(&dossier, "wel", " ").await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let declared = reviewer.declare(&dossier, "wel", "Mijn broer werkt er.").await;
        assert_eq!((declared.status, declared.location.as_str()), (StatusCode::SEE_OTHER, "/beoordelen"));
        for page in [project, format!("{path}/behandeling"), format!("{path}/belangen")] {
            assert_eq!(reviewer.browser.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        for list in ["/beoordelen", "/beoordelen?stand=alle"] {
            assert!(!reviewer.browser.page(list).await.contains("VG-2027-0503"), "{list}");
        }
        let again = reviewer.declare(&dossier, "geen", "").await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        // The coordinator sees why, and cannot assign somebody who has an interest.
        let shown = coordinator.browser.page(&format!("{path}/behandeling")).await;
        assert!(shown.contains("Belang gemeld") && shown.contains("Mijn broer werkt er."), "{shown}");
        let second = Desk::new(&app, &world, Who::SecondNctvReviewer).await;
        Desk::done(&second.declare(&dossier, "wel", "Ik schreef mee.").await);
        let chosen = [("nctv", second.actor_id.as_str())];
        let refused = coordinator.post(&format!("{path}/toewijzingen"), &chosen).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("heeft een belang bij deze aanvraag gemeld"), "{}", refused.body);
        let (id, actor) = (dossier.id.clone(), world.actor(Who::NctvReviewer).clone());
        assert!(!app.read(move |conn| interests::declared(conn, &actor, &id)).await);
        let id = dossier.id.clone();
        let kept: i64 = app
            .read(move |conn| {
                let of = interest_declarations::table
                    .filter(interest_declarations::application_id.eq(&id));
                Ok(of.count().get_result(conn)?)
            })
            .await;
        assert_eq!(kept, 2);
    }

    async fn szw_assesses_prevention_and_sees_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::SzwReviewer]).await;
        let advisor = Desk::new(&app, &world, Who::SzwReviewer).await;
        let page = advisor.browser.page(&format!("/aanvragen/{}/behandeling", dossier.id)).await;
        assert!(page.contains("Veerkracht op school") && !page.contains("Regie"), "{page}");
        let baseline = format!("/projecten/{}/beoordeling", dossier.baseline);
        assert_eq!(advisor.browser.get(&baseline).await.status, StatusCode::NOT_FOUND);
        let refused = advisor.assess(&dossier.baseline, &szw(["1", "1"])).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let own = advisor.browser.page(&format!("/projecten/{}/beoordeling", dossier.prevention)).await;
        assert!(own.contains("Preventieve werking") && !own.contains("Dreiging"), "{own}");
        // Nobody assesses what they were not assigned.
        let other = Desk::new(&app, &world, Who::NctvReviewer).await;
        Desk::done(&other.declare(&dossier, "geen", "").await);
        let refused = other.assess(&dossier.prevention, &nctv("0", "4", "4", ["1", "1"])).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    }

    async fn reviewers_judge_before_they_read_what_a_colleague_made_of_it(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::NctvReviewer, Who::SecondNctvReviewer]).await;
        let first = Desk::new(&app, &world, Who::NctvReviewer).await;
        let second = Desk::new(&app, &world, Who::SecondNctvReviewer).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let project = format!("/projecten/{}/beoordeling", dossier.prevention);
        let matrix = format!("/aanvragen/{}/behandeling", dossier.id);
        let secret = "Past bij de dreiging.";
        let mut draft = nctv("0", "4", "5", ["1000", "2000"]);
        draft.push(("later".to_owned(), "1".to_owned()));
        Desk::done(&first.assess(&dossier.prevention, &draft).await);
        for reader in [&second, &coordinator] {
            assert!(!reader.browser.page(&project).await.contains(secret));
            assert!(reader.browser.page(&matrix).await.contains("Concept"));
        }
        Desk::done(&first.assess(&dossier.prevention, &nctv("1", "4", "5", ["1000", "2000"])).await);
        assert!(coordinator.browser.page(&project).await.contains(secret));
        assert!(coordinator.browser.page(&matrix).await.contains("4,50"));
        assert!(!second.browser.page(&project).await.contains(secret));
        assert!(!second.browser.page(&matrix).await.contains("4,50"));
        Desk::done(&second.assess(&dossier.prevention, &nctv("0", "1", "1", ["0", "0"])).await);
        assert!(second.browser.page(&project).await.contains(secret));
        assert!(second.browser.page(&matrix).await.contains("4,50"));
    }

    async fn what_is_final_changes_only_after_it_was_opened_again(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::NctvReviewer, Who::SzwReviewer]).await;
        let reviewer = Desk::new(&app, &world, Who::NctvReviewer).await;
        let advisor = Desk::new(&app, &world, Who::SzwReviewer).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let (p, b) = (&dossier.prevention, &dossier.baseline);
        Desk::done(&reviewer.assess(p, &nctv("0", "4", "4", ["1000", "2000"])).await);
        Desk::done(&reviewer.assess(b, &nctv("0", "4", "4", ["1000", "2000"])).await);
        Desk::done(&advisor.assess(p, &szw(["1000", "2000"])).await);
        let again = nctv("1", "1", "1", ["0", "0"]);
        let refused = reviewer.assess(p, &again).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Deze beoordeling is afgerond"), "{}", refused.body);
        let path = format!("/aanvragen/{}", dossier.id);
        Desk::done(&coordinator.post(&format!("{path}/beoordeling"), &[("versie", "2")]).await);
        let refused = reviewer.assess(p, &again).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        // Which one opens again is chosen on the page; nothing chosen is refused.
        let page = coordinator.browser.page(&format!("{path}/behandeling")).await;
        let nothing = coordinator.post(&format!("{path}/heropening"), &[("versie", "3")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let first = page.split(r#"name="heropen."#).nth(1).unwrap().split('"').next().unwrap();
        let field = format!("heropen.{first}");
        let chosen = [("versie", "3"), (field.as_str(), "ja")];
        Desk::done(&coordinator.post(&format!("{path}/heropening"), &chosen).await);
        assert_eq!(application(&app, &dossier.id).await.state, State::InAssessment);
        let cleared = projects_of(&app, &dossier.id).await;
        assert!(cleared.iter().all(|it| it.score_hundredths.is_none()));
        assert!(cleared.iter().flat_map(|it| &it.years).all(|it| it.eligible.is_none()));
        // The reviewer finds what was typed, and can change it.
        let own = reviewer.browser.page(&format!("/projecten/{p}/beoordeling")).await;
        assert!(own.contains("Past bij de dreiging.") && own.contains("Beoordeling afronden"), "{own}");
        Desk::done(&reviewer.assess(p, &nctv("2", "1", "2", ["0", "0"])).await);
        let close = coordinator.post(&format!("{path}/beoordeling"), &[("versie", "4")]).await;
        Desk::done(&close);
        assert_eq!(projects_of(&app, &dossier.id).await[0].score_hundredths, Some(150));
    }

    async fn the_pages_need_the_same_statements_however_long_the_list(app: TestApp) {
        let world = World::new(&app).await;
        let dossier = submitted(&app, &world).await;
        in_assessment(&app, &world, &dossier, &[Who::NctvReviewer]).await;
        let reviewer = Desk::new(&app, &world, Who::NctvReviewer).await;
        let coordinator = Desk::new(&app, &world, Who::Coordinator).await;
        let (one, for_one) = app.statements(reviewer.browser.page("/beoordelen")).await;
        assert!(one.contains("0 van 2"), "{one}");
        for number in 0..29 {
            let from = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
            let (region, lead) = app
                .act(world.actor(Who::Coordinator), move |tx| {
                    let code = format!("GM9{number:03}");
                    let lead = create_municipality(tx, &code, &code, from)?;
                    Ok((create_region(tx, &code, std::slice::from_ref(&lead), &lead, from)?, lead))
                })
                .await;
            let reference = format!("VG-2027-9{number:03}");
            let more = submitted_for(&app, &world, &reference, region, lead).await;
            in_assessment(&app, &world, &more, &[Who::NctvReviewer]).await;
        }
        let (thirty, for_thirty) = app.statements(reviewer.browser.page("/beoordelen")).await;
        assert_eq!(thirty.matches("0 van 2").count(), 30);
        assert_eq!(for_one, for_thirty);
        assert!(for_thirty <= 8, "{for_thirty}");
        let project = format!("/projecten/{}/beoordeling", dossier.prevention);
        let (_, statements) = app.statements(reviewer.browser.page(&project)).await;
        assert!(statements <= 8, "{statements}");
        let page = format!("/aanvragen/{}/behandeling", dossier.id);
        let (_, statements) = app.statements(coordinator.browser.page(&page)).await;
        assert!(statements <= 8, "{statements}");
    }
}
