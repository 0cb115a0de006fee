//! From proposal to letter: reserved, agreed by SZW, decided by another, sent, and read.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{Application, state::State},
    core::{
        actor::{Actor, Role},
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, DecisionId, ProjectId},
        money::Money,
    },
    db::{
        Tx,
        schema::{
            application_versions, decisions, interest_declarations, journal_entries, mails, outbox,
            project_years, projects,
        },
    },
    decisions::{
        actions,
        letter::{self, Letter},
        store,
    },
    error::AppError,
    identity,
    journal::{self, verify::verify},
    schemes,
};

use crate::finance::amount_links;
use crate::support::{Browser, Reply, TestApp, Who, World, moment, on_both};

/// A project as these tests need it: what is asked and what is eligible per year, in whole euros.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Its title.
    pub title: &'static str,
    /// Its category.
    pub category: Category,
    /// Year, asked, minimum, eligible.
    pub years: &'static [(i32, i32, i32, i32)],
}

/// The two projects of Delft in the stories.
pub const DELFT: &[Plan] = &[
    Plan {
        title: "Regie in de wijk",
        category: Category::Baseline,
        years: &[
            (2027, 120_000, 50_000, 100_000),
            (2028, 110_000, 0, 110_000),
        ],
    },
    Plan {
        title: "Weerbare jongeren",
        category: Category::Prevention,
        years: &[(2027, 80_000, 40_000, 80_000), (2028, 70_000, 0, 70_000)],
    },
];

/// An application of this region of the world that was assessed.
pub async fn assessed(app: &TestApp, world: &World, at: usize, plans: &[Plan]) -> ApplicationId {
    let application = Application {
        id: ApplicationId::from(""),
        reference: format!("VG-2027-{at:04}"),
        window_id: world.window.clone(),
        region_id: world.regions[at].clone(),
        lead_municipality_id: world.leads[at].clone(),
        parent_id: None,
        signing_id: None,
        copied_from: None,
        state: State::Assessed,
        latest_version: 1,
        submitted_at: Some(crate::support::moment("2026-10-01T09:30:00")),
        created_at: crate::support::moment("2026-09-02T09:30:00"),
        updated_at: crate::support::moment("2026-11-02T09:30:00"),
        version: 1,
    };
    let plans = plans.to_vec();
    app.act(world.actor(Who::Coordinator), move |tx| {
        insert_assessed(tx, &application, &plans)
    })
    .await
}

/// Puts an assessed application in the database; its id is given to it.
pub fn insert_assessed(
    tx: &mut Tx<'_>,
    it: &Application,
    plans: &[Plan],
) -> Result<ApplicationId, AppError> {
    let application = Application {
        id: tx.new_id(),
        ..it.clone()
    };
    versterkingsgelden::applications::store::insert(tx, &application)?;
    diesel::insert_into(application_versions::table)
        .values((
            application_versions::application_id.eq(&application.id),
            application_versions::number.eq(1),
            application_versions::submitted_at.eq(tx.now),
            application_versions::submitted_by.eq(&tx.actor.id),
            application_versions::content.eq("{}"),
            application_versions::sha256.eq("0"),
            application_versions::requested_cents.eq(Money::ZERO),
        ))
        .execute(tx.conn)?;
    for (position, plan) in (1..).zip(plans) {
        let id: ProjectId = tx.new_id();
        diesel::insert_into(projects::table)
            .values((
                projects::id.eq(&id),
                projects::application_id.eq(&application.id),
                projects::position.eq(position),
                projects::answers.eq("{}"),
                projects::title.eq(plan.title),
                projects::category.eq(Some(plan.category)),
                projects::score_hundredths.eq(Some(400_i64)),
                projects::saved_at.eq(tx.now),
                projects::saved_by.eq(&tx.actor.id),
                projects::version.eq(1),
            ))
            .execute(tx.conn)?;
        for (year, requested, minimum, eligible) in plan.years {
            let zero = Money::ZERO;
            diesel::insert_into(project_years::table)
                .values((
                    project_years::project_id.eq(&id),
                    project_years::year.eq(*year),
                    project_years::costs_cents.eq(Money::from_euros(*requested)),
                    project_years::own_contribution_cents.eq(zero),
                    project_years::co_financing_cents.eq(zero),
                    project_years::requested_cents.eq(Money::from_euros(*requested)),
                    project_years::minimum_cents.eq(Money::from_euros(*minimum)),
                    project_years::eligible_cents.eq(Some(Money::from_euros(*eligible))),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(application.id)
}

/// Declares interests in a dossier.
pub async fn declare(app: &TestApp, actor: &Actor, id: &ApplicationId, has_conflict: bool) {
    let id = id.clone();
    app.act(actor, move |tx| {
        diesel::insert_into(interest_declarations::table)
            .values((
                interest_declarations::application_id.eq(&id),
                interest_declarations::account_id.eq(&tx.actor.id),
                interest_declarations::has_conflict.eq(has_conflict),
                interest_declarations::note.eq("n"),
                interest_declarations::declared_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

/// What stands in an envelope: free, reserved, committed.
pub async fn balance(app: &TestApp, world: &World, kind: EnvelopeKind, year: i32) -> [Money; 3] {
    let cycle = world.cycle.clone();
    let (envelopes, balances) = app
        .read(move |conn| {
            Ok((
                schemes::store::envelopes(conn, &cycle)?,
                journal::store::balances(conn, &cycle)?,
            ))
        })
        .await;
    let envelope = envelopes
        .iter()
        .find(|it| (it.kind, it.year) == (kind, year))
        .unwrap();
    let it = balances
        .iter()
        .find(|it| it.envelope == envelope.id)
        .unwrap();
    [it.free, it.reserved, it.committed]
}

pub fn euros(amounts: [i32; 3]) -> [Money; 3] {
    amounts.map(Money::from_euros)
}

/// The fields of a proposal by hand, one amount per project and year.
fn proposal(amounts: [&str; 4]) -> Vec<(&'static str, &str)> {
    let [a, b, c, d] = amounts;
    vec![
        ("p1.2027", a),
        ("p1.2028", b),
        ("p1.reden", "De regie sluit aan bij de regio."),
        ("p2.2027", c),
        ("p2.2028", d),
        ("p2.reden", "Het project bereikt de doelgroep."),
        (
            "toelichting",
            "Het plan is goed onderbouwd.\r\n\r\nWij volgen het advies.",
        ),
    ]
}

pub const WHOLE: [&str; 4] = ["100.000", "110000,00", "80.000,00", "70.000"];

pub async fn propose(browser: &Browser<'_>, id: &ApplicationId, amounts: [&str; 4]) -> Reply {
    browser
        .post(&format!("/aanvragen/{id}/voorstel"), &proposal(amounts))
        .await
}

/// The version that the form on the page was made from.
async fn version(browser: &Browser<'_>, id: &ApplicationId) -> String {
    let page = browser.page(&format!("/aanvragen/{id}/besluit")).await;
    let after = page
        .split("name=\"versie\" value=\"")
        .nth(1)
        .unwrap_or_default();
    after.split('"').next().unwrap_or_default().to_owned()
}

pub async fn open_version(app: &TestApp, id: &ApplicationId) -> String {
    let id = id.clone();
    let found = app.read(move |conn| store::proposal_of(conn, &id)).await;
    found.map(|it| it.version.to_string()).unwrap_or_default()
}

pub async fn agree(app: &TestApp, world: &World, id: &ApplicationId, verdict: &str) {
    let actor = world.actor(Who::SzwDecisionMaker);
    let szw = app.browser(actor).await;
    let version = open_version(app, id).await;
    let fields = [
        ("versie", version.as_str()),
        ("instemming", verdict),
        ("reden", "Past bij het preventiebeleid."),
    ];
    let reply = szw
        .post(&format!("/aanvragen/{id}/instemming"), &fields)
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
}

pub async fn decide(app: &TestApp, browser: &Browser<'_>, id: &ApplicationId) -> Reply {
    let version = open_version(app, id).await;
    let fields = [
        ("versie", version.as_str()),
        (
            "redenen",
            "De aanvraag past bij de regeling.\r\n\r\nWij volgen het advies.",
        ),
    ];
    browser
        .post(&format!("/aanvragen/{id}/besluit"), &fields)
        .await
}

async fn amounts_lead_to_their_lines(browser: &Browser<'_>, path: &str) {
    let page = browser.page(path).await;
    let links = amount_links(&page);
    assert!(!links.is_empty(), "{page}");
    for (href, shown) in links {
        let lines = browser.page(&href).await;
        let foot = lines.split("<tfoot>").nth(1).unwrap_or_default();
        assert!(
            foot.contains(&format!(">{shown}<")),
            "{href} {shown}: {foot}"
        );
    }
}

/// With SZW's consent, as was proposed.
async fn agree_and_decide(app: &TestApp, world: &World, maker: &Browser<'_>, id: &ApplicationId) {
    declare(app, world.actor(Who::SzwDecisionMaker), id, false).await;
    agree(app, world, id, "agreed").await;
    let done = decide(app, maker, id).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

async fn decisions_of(app: &TestApp, id: &ApplicationId) -> i64 {
    let id = id.clone();
    app.read(move |conn| store::count_decisions(conn, &id))
        .await
}

#[track_caller]
fn refused(reply: &Reply, sentence: &str) {
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body);
    assert!(
        reply.body.contains(sentence),
        "{sentence} in {}",
        reply.body
    );
}

on_both! {
    async fn from_proposal_to_letter(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let szw = app.browser(world.actor(Who::SzwDecisionMaker)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let case = format!("/aanvragen/{id}/besluit");

        let page = coordinator.page(&case).await;
        assert!(page.contains("Stel bedragen voor"), "{page}");
        let form = coordinator.page(&format!("/aanvragen/{id}/voorstel")).await;
        assert!(form.contains("value=\"100.000,00\""), "{form}");
        let reply = propose(&coordinator, &id, ["100.000,01", "1000.5", "80.000", "70.000"]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.body.contains("value=\"100.000,01\""), "{}", reply.body);
        assert!(reply.body.contains("Los nog 2 punten op"), "{}", reply.body);
        let reply = propose(&coordinator, &id, WHOLE).await;
        assert_eq!((reply.status, reply.location.as_str()), (StatusCode::SEE_OTHER, case.as_str()));
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_400_000, 100_000, 0]));
        assert_eq!(balance(&app, &world, EnvelopeKind::Prevention, 2028).await, euros([1_930_000, 70_000, 0]));
        refused(&propose(&coordinator, &id, WHOLE).await, "heeft de status");

        // The room before and after, and nothing of it for the municipality.
        let page = coordinator.page(&case).await;
        assert!(page.contains("4.500.000,00") && page.contains("4.400.000,00"), "{page}");
        assert_eq!(delft.get(&case).await.status, StatusCode::NOT_FOUND);

        // First interests, then SZW, then the decision.
        assert!(maker.page(&case).await.contains("Verklaar uw belangen"));
        refused(&decide(&app, &maker, &id).await, "Verklaar eerst uw belangen");
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        declare(&app, world.actor(Who::SzwDecisionMaker), &id, false).await;
        assert!(maker.page(&case).await.contains("SZW is aan de beurt."));
        refused(&decide(&app, &maker, &id).await, "SZW moet eerst instemmen");
        let version = version(&szw, &id).await;
        let empty = [("versie", version.as_str()), ("reden", "Omdat het past.")];
        let reply = szw.post(&format!("/aanvragen/{id}/instemming"), &empty).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.body.contains("Omdat het past."), "{}", reply.body);
        agree(&app, &world, &id, "agreed").await;

        // Twice the same form is one decision; a second form is told that it is too late.
        let fields = [("versie", "2"), ("redenen", "De aanvraag past bij de regeling.")];
        let page = maker.page(&case).await;
        assert!(page.contains("Besluit zoals voorgesteld"), "{page}");
        let empty = maker.post(&case, &[("versie", "2"), ("redenen", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 0..2 {
            let reply = maker.post_with_key(&case, "een-sleutel", &fields).await;
            assert_eq!((reply.status, reply.location.as_str()), (StatusCode::SEE_OTHER, case.as_str()), "{}", reply.body);
        }
        refused(&maker.post(&case, &fields).await, "heeft de status");
        assert_eq!(decisions_of(&app, &id).await, 1);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_400_000, 0, 100_000]));
        assert_eq!(balance(&app, &world, EnvelopeKind::Prevention, 2027).await, euros([1_920_000, 0, 80_000]));

        // Decided and not sent: a draft for the ministry, nothing for the municipality.
        let of = id.clone();
        let decision = app.read(move |conn| store::decision_of(conn, &of)).await.unwrap();
        assert_eq!(decision.reference, "VG-2027-0000-B1");
        assert_eq!(decision.outcome.as_str(), "partially_awarded");
        let letter = format!("/besluiten/{}/brief", decision.id);
        let draft = coordinator.page(&letter).await;
        assert!(draft.contains("Dit is een concept."), "{draft}");
        assert_eq!(coordinator.get(&format!("{letter}/pdf")).await.status, StatusCode::NOT_FOUND);
        for path in [&case, &letter, &format!("{letter}/pdf")] {
            assert_eq!(delft.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }

        app.at(crate::support::moment("2026-12-07T23:30:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        let sent = coordinator.post(&format!("/aanvragen/{id}/bekendmaking"), &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let again = coordinator.post(&format!("/aanvragen/{id}/bekendmaking"), &[]).await;
        refused(&again, "heeft de status");

        // It is half past midnight in Amsterdam: the letter bears the 8th.
        let page = delft.page(&letter).await;
        for words in [
            "Voorbeeld.", "8 december 2026", "dinsdag 19 januari 2027", "200.000,00",
            "Wij kennen uw aanvraag voor een deel toe.", "uiterlijk op 31 januari 2028",
            "binnen 6 weken na de bekendmaking", "Voorbehoud voor 2028", "artikel 4:35",
            "mede namens de Minister van Sociale Zaken en Werkgelegenheid",
            "Stuur uw bezwaarschrift aan de Minister", "De regie sluit aan bij de regio.",
            "De aanvraag past bij de regeling.", "750.000,00", "DecisionMaker",
        ] {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert!(!page.contains("artikel 4:34") && !page.contains("concept"), "{page}");
        let page = delft.page(&case).await;
        assert!(page.contains("Gedeeltelijk toegekend") && !page.contains("Coordinator"), "{page}");
        assert!(!page.contains("Wij volgen het advies."), "{page}");
        assert_eq!(gouda.get(&case).await.status, StatusCode::NOT_FOUND);
        assert_eq!(gouda.get(&letter).await.status, StatusCode::NOT_FOUND);

        // What is stored is what was sent, to the byte.
        let of = decision.id.clone();
        let stored = app.read(move |conn| store::decision(conn, &of)).await;
        let text = stored.letter.unwrap();
        let read: Letter = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&read).unwrap(), text);
        assert_eq!(Some(letter::sha256(&read).unwrap()), stored.letter_sha256);
        assert_eq!(stored.objection_until, Some(read.objection.last_day));

        // The PDF, where it was built.
        let pdf = delft.get(&format!("{letter}/pdf")).await;
        if cfg!(feature = "pdf") {
            assert_eq!(pdf.status, StatusCode::OK);
            assert!(pdf.body.starts_with("%PDF-"));
        } else {
            refused(&pdf, "zonder PDF gebouwd");
        }

        // The message, for this municipality only.
        let inbox = delft.page("/berichten").await;
        assert!(inbox.contains("Besluit op uw aanvraag VG-2027-0000"), "{inbox}");
        let message = inbox.split("href=\"/berichten/").nth(1).unwrap();
        let message = format!("/berichten/{}", message.split('"').next().unwrap());
        assert!(delft.page(&message).await.contains(&case));
        assert_eq!(gouda.get(&message).await.status, StatusCode::NOT_FOUND);
        assert!(gouda.page("/berichten").await.contains("U hebt nog geen berichten."));
        let unsent: i64 = app
            .read(|conn| Ok(outbox::table.filter(outbox::addressed_at.is_null()).count().get_result(conn)?))
            .await;
        assert_eq!(unsent, 1);
    }

    async fn who_proposes_does_not_decide(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let both = world.actor(Who::Coordinator).id.clone();
        app.act(&Actor::command_line(), move |tx| {
            identity::actions::change_roles(tx, &both, 1, &[Role::Coordinator, Role::NctvDecisionMaker])
        })
        .await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        declare(&app, world.actor(Who::Coordinator), &id, false).await;
        declare(&app, world.actor(Who::SzwDecisionMaker), &id, false).await;
        agree(&app, &world, &id, "agreed").await;
        refused(&decide(&app, &coordinator, &id).await, "Wie voorstelt, besluit niet");
        assert_eq!(decisions_of(&app, &id).await, 0);
    }

    async fn where_szw_refuses_another_proposal_is_needed(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let szw = app.browser(world.actor(Who::SzwDecisionMaker)).await;
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let agreed = [("versie", "1"), ("instemming", "agreed"), ("reden", "Ja.")];
        let path = format!("/aanvragen/{id}/instemming");
        refused(&szw.post(&path, &agreed).await, "Verklaar eerst uw belangen");
        declare(&app, world.actor(Who::SzwDecisionMaker), &id, false).await;
        agree(&app, &world, &id, "refused").await;
        refused(&decide(&app, &maker, &id).await, "SZW stemt niet in");

        let withdrawal = format!("/aanvragen/{id}/voorstel/intrekking");
        refused(&coordinator.post(&withdrawal, &[("versie", "1")]).await, "Iemand anders was u voor");
        let reply = coordinator.post(&withdrawal, &[("versie", "2")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        for (kind, free) in [(EnvelopeKind::Baseline, 4_500_000), (EnvelopeKind::Prevention, 2_000_000)] {
            assert_eq!(balance(&app, &world, kind, 2027).await, euros([free, 0, 0]));
        }
        let less = propose(&coordinator, &id, ["0", "0", "0", "0"]).await;
        assert_eq!(less.status, StatusCode::SEE_OTHER, "{}", less.body);
        refused(&decide(&app, &maker, &id).await, "SZW moet eerst instemmen");
        agree(&app, &world, &id, "agreed").await;
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        let of = id.clone();
        let decision = app.read(move |conn| store::decision_of(conn, &of)).await.unwrap();
        assert_eq!(decision.outcome.as_str(), "rejected");
        let sent = coordinator.post(&format!("/aanvragen/{id}/bekendmaking"), &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let delft = app.browser(world.actor(Who::Delft)).await;
        let letter = delft.page(&format!("/besluiten/{}/brief", decision.id)).await;
        assert!(letter.contains("Wij wijzen uw aanvraag af."), "{letter}");
        assert!(!letter.contains("Betaling") && !letter.contains("Voorwaarden"), "{letter}");
    }

    async fn a_form_of_a_withdrawn_proposal_decides_no_other(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, &DELFT[..1]).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/voorstel");
        let fields = |amount| [("p1.2027", amount), ("p1.2028", "0"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
        assert_eq!(coordinator.post(&path, &fields("90.000")).await.status, StatusCode::SEE_OTHER);
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let seen = open_version(&app, &id).await;
        let back = coordinator.post(&format!("{path}/intrekking"), &[("versie", seen.as_str())]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert_eq!(coordinator.post(&path, &fields("60.000")).await.status, StatusCode::SEE_OTHER);
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let late = [("versie", seen.as_str()), ("redenen", "Past.")];
        refused(&maker.post(&format!("/aanvragen/{id}/besluit"), &late).await, "Iemand anders was u voor");
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
    }

    async fn over_a_ceiling_one_is_told_how_much_room_there_is(app: TestApp) {
        let large: &[Plan] = &[Plan {
            title: "Groot project",
            category: Category::Baseline,
            years: &[(2027, 3_000_000, 0, 3_000_000)],
        }];
        let world = World::new(&app).await;
        let first = assessed(&app, &world, 0, large).await;
        let second = assessed(&app, &world, 1, large).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let fields = [("p1.2027", "3.000.000"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
        let path = |id: &ApplicationId| format!("/aanvragen/{id}/voorstel");
        assert_eq!(coordinator.post(&path(&first), &fields).await.status, StatusCode::SEE_OTHER);
        let room = "In basis op orde 2027 is nog €\u{a0}1.500.000,00 vrij. U wilt €\u{a0}3.000.000,00 toezeggen.";
        let over = coordinator.post(&path(&second), &fields).await;
        assert_eq!(over.status, StatusCode::CONFLICT, "{}", over.body);
        assert!(over.body.contains(room) && over.body.contains("Past."), "{}", over.body);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([1_500_000, 3_000_000, 0]));

        // The first gives its money back, the second takes it, and the first comes too late.
        let release = format!("/aanvragen/{first}/voorstel/vrijgave");
        assert_eq!(coordinator.post(&release, &[("versie", "1")]).await.status, StatusCode::SEE_OTHER);
        refused(&coordinator.post(&release, &[("versie", "2")]).await, "Dit is intussen gewijzigd");
        assert_eq!(coordinator.post(&path(&second), &fields).await.status, StatusCode::SEE_OTHER);
        declare(&app, world.actor(Who::DecisionMaker), &first, false).await;
        refused(&decide(&app, &maker, &first).await, room);
        assert_eq!(decisions_of(&app, &first).await, 0);
        let open = maker.page("/besluiten").await;
        assert!(open.contains("niet gereserveerd") && open.contains("VG-2027-0001"), "{open}");
    }

    async fn an_expired_reservation_gives_the_room_back_and_the_proposal_stays(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, &DELFT[..1]).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/voorstel");
        let fields = [("p1.2027", "90.000"), ("p1.2028", "0"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
        assert_eq!(coordinator.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
        let page = coordinator.page(&format!("/aanvragen/{id}/besluit")).await;
        assert!(page.contains("gereserveerd door Coordinator, tot en met donderdag 31 december 2026"), "{page}");

        // Not before its time, and by nobody but the program itself.
        app.at(moment("2026-12-31T22:59:59"));
        assert_eq!(app.act(&Actor::system(), actions::expire_reservations).await, []);
        app.at(moment("2026-12-31T23:00:00"));
        let by_hand = app.try_as(world.actor(Who::Coordinator), actions::expire_reservations).await;
        assert!(matches!(by_hand, Err(AppError::Forbidden)));
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_410_000, 90_000, 0]));
        assert_eq!(app.act(&Actor::system(), actions::expire_reservations).await.len(), 1);
        assert_eq!(app.act(&Actor::system(), actions::expire_reservations).await, []);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_500_000, 0, 0]));

        // The line is booked by the program, for the proposal; the page says what that means.
        let of = id.clone();
        let (kind, cause, by): (String, String, String) = app.read(move |conn| {
            Ok(journal_entries::table
                .filter(journal_entries::application_id.eq(of))
                .order((journal_entries::booked_at.desc(), journal_entries::id.desc()))
                .select((diesel::dsl::sql::<diesel::sql_types::Text>("kind"), journal_entries::cause_kind, diesel::dsl::sql::<diesel::sql_types::Text>("booked_by")))
                .first(conn)?)
        }).await;
        assert_eq!((kind.as_str(), cause.as_str(), by.as_str()), ("release", "proposal", "system"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page(&format!("/aanvragen/{id}/besluit")).await;
        assert!(page.contains("De reservering is verlopen.") && page.contains("neemt het geld dat dan vrij is"), "{page}");
        assert!(app.read(verify).await.is_sound());

        // To decide takes what is free.
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_410_000, 0, 90_000]));
        let page = maker.page(&format!("/aanvragen/{id}/besluit")).await;
        assert!(!page.contains("verlopen"), "{page}");
    }

    async fn money_is_kept_until_has_to_be_decided_and_longer_on_request(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        // Submitted on 1 October, thirteen weeks; on the list with whose it is.
        let list = coordinator.page("/besluiten").await;
        assert!(list.contains("gereserveerd<span class=\"nl-diff\">tot en met 31 dec 2026, door Coordinator</span>"), "{list}");
        let case = format!("/aanvragen/{id}/besluit");
        let page = coordinator.page(&case).await;
        assert!(page.contains("name=\"vast_tot\"") && page.contains("value=\"2026-12-31\""), "{page}");
        let extend = async |day: &str, version: &str| coordinator
            .post(&format!("/aanvragen/{id}/voorstel/verlenging"), &[("versie", version), ("vast_tot", day)])
            .await;
        for day in ["", "2026-09-15", "2027-09-16"] {
            let reply = extend(day, "1").await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}: {}", reply.body);
            assert!(reply.body.contains("id=\"vast_tot\""), "{}", reply.body);
        }
        assert_eq!(extend("2027-02-26", "1").await.status, StatusCode::SEE_OTHER);
        assert_eq!(extend("2027-02-27", "1").await.status, StatusCode::CONFLICT);
        assert!(coordinator.page(&case).await.contains("tot en met vrijdag 26 februari 2027"));
        app.at(moment("2027-02-26T22:59:59"));
        assert_eq!(app.act(&Actor::system(), actions::expire_reservations).await, []);
        app.at(moment("2027-02-26T23:00:00"));
        assert_eq!(app.act(&Actor::system(), actions::expire_reservations).await.len(), 1);
        // What is not kept cannot be kept longer, and only who proposes may ask.
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/voorstel/verlenging");
        let version = open_version(&app, &id).await;
        let fields = [("versie", version.as_str()), ("vast_tot", "2027-03-31")];
        assert_eq!(coordinator.post(&path, &fields).await.status, StatusCode::CONFLICT);
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(maker.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
        // A proposal after the last day to decide has two weeks.
        let late = assessed(&app, &world, 1, DELFT).await;
        assert_eq!(propose(&coordinator, &late, WHOLE).await.status, StatusCode::SEE_OTHER);
        assert!(coordinator.page("/besluiten").await.contains("tot en met 13 mrt 2027, door Coordinator"));
    }

    async fn a_proposal_goes_back_with_a_reason_and_its_money_is_free(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let (case, back) = (format!("/aanvragen/{id}/besluit"), format!("/aanvragen/{id}/voorstel/teruggave"));
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        let reason = "Project 2 past niet bij <de> dreiging.";
        let fields = [("versie", "1"), ("reden_terug", reason)];
        // By who may decide, from when they declared their interests; not by who proposed.
        assert!(!maker.page(&case).await.contains("Geef het voorstel terug"));
        refused(&maker.post(&back, &fields).await, "Verklaar eerst uw belangen");
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        assert_eq!(coordinator.post(&back, &fields).await.status, StatusCode::FORBIDDEN);
        let page = maker.page(&case).await;
        assert!(page.contains("Geef het voorstel terug") && page.contains("SZW is aan de beurt."), "{page}");
        let empty = maker.post(&back, &[("versie", "1"), ("reden_terug", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.body.contains("Vul in waarom u dit voorstel teruggeeft."), "{}", empty.body);
        assert_eq!(maker.post(&back, &[("versie", "7"), ("reden_terug", reason)]).await.status, StatusCode::CONFLICT);
        for _ in 0..2 {
            let done = maker.post_with_key(&back, "een-sleutel", &fields).await;
            assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, case.as_str()), "{}", done.body);
        }
        // The money is free again, in the journal; nothing was decided.
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_500_000, 0, 0]));
        assert_eq!(decisions_of(&app, &id).await, 0);
        assert!(app.read(verify).await.is_sound());
        let late = maker.post(&case, &[("versie", "1"), ("redenen", "De aanvraag past.")]).await;
        refused(&late, "heeft de status");
        // Who proposed reads why: on the page, where another is made, and by mail.
        for path in [&case, &format!("/aanvragen/{id}/voorstel")] {
            let page = coordinator.page(path).await;
            for words in ["Het vorige voorstel is teruggegeven.", "DecisionMaker", "past niet bij &#60;de&#62; dreiging."] {
                assert!(page.contains(words), "{path} {words}: {page}");
            }
        }
        let (to, subject, body): (String, String, String) = app
            .read(|conn| Ok(mails::table.select((mails::address, mails::subject, mails::body)).first(conn)?))
            .await;
        assert_eq!(to, "coordinator@example.nl");
        assert!(subject.contains("VG-2027-0000 is teruggegeven") && body.contains(reason), "{subject}: {body}");
        // The fact tells that it was, and not why; the municipality reads neither.
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        assert!(auditor.page("/audit").await.contains("Voorstel teruggegeven"));
        let dossier = coordinator.page(&format!("/aanvragen/{id}/behandeling")).await;
        assert!(!dossier.contains("&#60;de&#62; dreiging"), "{dossier}");
        // It can be proposed again, and then it is no longer said.
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        let page = coordinator.page(&case).await;
        assert!(!page.contains("teruggegeven"), "{page}");
        // On the list the amount leads to what is kept, and then to what was decided.
        amounts_lead_to_their_lines(&coordinator, "/besluiten").await;
        agree_and_decide(&app, &world, &maker, &id).await;
        amounts_lead_to_their_lines(&coordinator, "/besluiten?stand=te-versturen").await;
    }

    async fn two_servers_expire_a_reservation_once(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        for at in 0..3 {
            let id = assessed(&app, &world, at, &DELFT[..1]).await;
            let path = format!("/aanvragen/{id}/voorstel");
            let fields = [("p1.2027", "90.000"), ("p1.2028", "60.000"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
            assert_eq!(coordinator.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
        }
        app.at(moment("2027-03-01T08:00:00"));
        let system = Actor::system();
        let (one, other) = tokio::join!(
            app.try_as(&system, actions::expire_reservations),
            app.try_as(&system, actions::expire_reservations),
        );
        assert_eq!(one.unwrap().len() + other.unwrap().len(), 3);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_500_000, 0, 0]));
        assert!(app.read(verify).await.is_sound());
    }

    async fn a_conflict_of_interest_closes_the_dossier(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        declare(&app, world.actor(Who::DecisionMaker), &id, true).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(maker.get(&format!("/aanvragen/{id}/besluit")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::NOT_FOUND);
        assert!(maker.page("/besluiten").await.contains("Er wacht geen voorstel."));
        let other = app.browser(world.actor(Who::SecondDecisionMaker)).await;
        assert!(other.page("/besluiten").await.contains("VG-2027-0000"));
    }

    async fn no_page_needs_more_statements_for_more_rows(app: TestApp) {
        let world = World::new(&app).await;
        let one = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        propose(&coordinator, &one, WHOLE).await;
        let (_, for_one) = app.statements(coordinator.page("/besluiten")).await;
        for at in [1, 2] {
            let id = assessed(&app, &world, at, DELFT).await;
            propose(&coordinator, &id, WHOLE).await;
        }
        let (page, for_three) = app.statements(coordinator.page("/besluiten")).await;
        assert_eq!(page.matches("Wacht op SZW").count(), 3, "{page}");
        assert_eq!(for_one, for_three);
        let maker = world.actor(Who::DecisionMaker);
        declare(&app, maker, &one, false).await;
        declare(&app, world.actor(Who::SzwDecisionMaker), &one, false).await;
        let next = assessed_again(&app, &world).await;
        let mut paths = vec![
            "/besluiten".to_owned(),
            format!("/aanvragen/{one}/besluit"),
            format!("/aanvragen/{next}/voorstel"),
        ];
        agree(&app, &world, &one, "agreed").await;
        let browser = app.browser(maker).await;
        assert_eq!(decide(&app, &browser, &one).await.status, StatusCode::SEE_OTHER);
        let of = one.clone();
        let decision: DecisionId = app
            .read(move |conn| Ok(store::decision_of(conn, &of)?.unwrap().id))
            .await;
        paths.push(format!("/aanvragen/{one}/besluit"));
        paths.push(format!("/besluiten/{decision}/brief"));
        paths.push("/besluiten?stand=alles".to_owned());
        for path in paths {
            let (_, statements) = app.statements(coordinator.page(&path)).await;
            assert!(statements <= 8, "{path}: {statements}");
        }
        let delft = app.browser(world.actor(Who::Delft)).await;
        let (_, statements) = app.statements(delft.page("/berichten")).await;
        assert!(statements <= 8, "{statements}");
    }

    async fn what_was_decided_does_not_change(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        propose(&coordinator, &id, WHOLE).await;
        for who in [Who::DecisionMaker, Who::SzwDecisionMaker] {
            declare(&app, world.actor(who), &id, false).await;
        }
        agree(&app, &world, &id, "agreed").await;
        let maker = world.actor(Who::DecisionMaker);
        let of = id.clone();
        let decision = app.act(maker, move |tx| actions::decide(tx, &of, 2, "Past.")).await;
        for change in ["update", "delete"] {
            let of = decision.clone();
            let changed = app
                .try_as(maker, move |tx| {
                    let row = decisions::table.find(&of);
                    match change {
                        "update" => diesel::update(row).set(decisions::reasons.eq("Anders.")).execute(tx.conn)?,
                        _ => diesel::delete(row).execute(tx.conn)?,
                    };
                    Ok(())
                })
                .await;
            let text = format!("{:?}", changed.unwrap_err());
            assert!(text.contains("append-only"), "{text}");
        }
        let booked: i64 = app
            .read(move |conn| {
                let of = journal_entries::cause_id.eq(decision.as_str());
                Ok(journal_entries::table.filter(of).count().get_result(conn)?)
            })
            .await;
        assert_eq!(booked, 4);
    }
}

/// An application that was assessed and has no proposal, in a region of its own.
async fn assessed_again(app: &TestApp, world: &World) -> ApplicationId {
    let (window, lead) = (world.window.clone(), world.leads[0].clone());
    app.act(world.actor(Who::Coordinator), move |tx| {
        let region = schemes::Region {
            id: tx.new_id(),
            name: "Nog een regio".to_owned(),
            sort_name: "nog een regio".to_owned(),
        };
        schemes::store::insert_region(tx, &region)?;
        let application = Application {
            id: ApplicationId::from(""),
            reference: "VG-2027-9999".to_owned(),
            window_id: window.clone(),
            region_id: region.id,
            lead_municipality_id: lead.clone(),
            parent_id: None,
            signing_id: None,
            copied_from: None,
            state: State::Assessed,
            latest_version: 1,
            submitted_at: Some(tx.now),
            created_at: tx.now,
            updated_at: tx.now,
            version: 1,
        };
        insert_assessed(tx, &application, DELFT)
    })
    .await
}
