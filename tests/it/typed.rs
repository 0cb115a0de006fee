//! Nothing that somebody typed is lost: each form with free text is posted when somebody else was
//! first, when a rule stands in the way, and from a page of an earlier session; each time all that
//! was typed comes back.

use std::num::NonZeroU32;

use actix_web::{http::StatusCode, test::TestRequest};
use versterkingsgelden::{
    applications::catalogue,
    core::{
        actor::{Actor, Organisation, Role},
        ids::{ApplicationId, ProjectId},
    },
    identity::{
        access,
        actions::{NewAccount, create_account},
        attempts::SignIns,
        password,
    },
    schemes::store,
};

use crate::{
    decisions::{DELFT, WHOLE, agree, assessed, declare, propose},
    support::{AnApplication, Browser, Reply, TestApp, Who, World, on_both},
};

type Fields = Vec<(String, String)>;

/// A form that cannot be done as it is posted.
struct Case {
    what: &'static str,
    who: Who,
    path: String,
    fields: Fields,
}

fn case(what: &'static str, who: Who, path: impl Into<String>, fields: &[(&str, &str)]) -> Case {
    Case {
        what,
        who,
        path: path.into(),
        fields: owned(fields),
    }
}

fn owned(fields: &[(&str, &str)]) -> Fields {
    let pair = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    fields.iter().map(pair).collect()
}

fn borrowed(fields: &Fields) -> Vec<(&str, &str)> {
    fields.iter().map(|(a, b)| (&**a, &**b)).collect()
}

/// As a page writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

/// Everything that somebody wrote: what has a space in it was written, not chosen.
#[track_caller]
fn comes_back(what: &str, reply: &Reply, fields: &Fields) {
    let mut written = 0;
    let is_written = |(name, text): &&(String, String)| text.contains(' ') && name != "wachtwoord";
    for (name, text) in fields.iter().filter(is_written) {
        assert!(
            reply.body.contains(&escaped(text)),
            "{what}: {name} is lost\n{}",
            reply.body
        );
        written += 1;
    }
    assert!(0 < written, "{what}: nothing was written");
}

/// The fields that the form on the page would send again.
fn sent_again(page: &str) -> Fields {
    page.split("<textarea name=\"")
        .skip(1)
        .map(|it| {
            let (name, rest) = it.split_once("\" hidden>\n").unwrap();
            let (text, _) = rest.split_once("</textarea>").unwrap();
            (unescaped(name), unescaped(text))
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

/// A post from a page of our own.
fn local(path: &str) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("sec-fetch-site", "same-origin"))
}

/// The same form, from a page that was made before signing in again.
async fn with_an_old_token(app: &TestApp, browser: &Browser<'_>, case: &Case) -> Reply {
    let own = [("csrf", "van-een-oude-sessie"), ("key", "een-oude-sleutel")];
    let all: Vec<(&str, &str)> = borrowed(&case.fields).into_iter().chain(own).collect();
    let request = local(&case.path).cookie(browser.cookie());
    app.send(request.set_form(all)).await
}

/// What there is to be first in: a proposal of Delft, an application of Gouda that is assessed, one
/// of Huizen that was submitted.
struct Setting {
    world: World,
    proposed: ApplicationId,
    in_assessment: ApplicationId,
    project: ProjectId,
    submitted: ApplicationId,
}

async fn setting(app: &TestApp) -> Setting {
    let world = World::new(app).await;
    let proposed = assessed(app, &world, 0, DELFT).await;
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    let done = propose(&coordinator, &proposed, WHOLE).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    for who in [Who::DecisionMaker, Who::SzwDecisionMaker] {
        declare(app, world.actor(who), &proposed, false).await;
    }
    let in_assessment = AnApplication::of(Who::Gouda)
        .submitted()
        .make(app, &world)
        .await;
    let page = format!("/aanvragen/{in_assessment}");
    let version = version_on(&coordinator, &format!("{page}/behandeling")).await;
    let started = coordinator
        .post(&format!("{page}/behandeling"), &[("versie", &version)])
        .await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let reviewer = world.actor(Who::NctvReviewer).id.to_string();
    let chosen = [("nctv", reviewer.as_str())];
    let given = coordinator
        .post(&format!("{page}/toewijzingen"), &chosen)
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    declare(app, world.actor(Who::NctvReviewer), &in_assessment, false).await;
    let of = in_assessment.clone();
    let projects = app
        .read(move |conn| versterkingsgelden::applications::store::projects_of(conn, &of))
        .await;
    Setting {
        project: projects[0].id.clone(),
        submitted: AnApplication::of(Who::Huizen)
            .submitted()
            .make(app, &world)
            .await,
        world,
        proposed,
        in_assessment,
    }
}

async fn version_on(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.page(path).await;
    let after = page.split("name=\"versie\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

const REASON: (&str, &str) = ("reden", "Omdat het <zo> moet & \"niet\" anders.");

/// The forms about applications.
fn dossier_forms(it: &Setting) -> Vec<Case> {
    let proposed = format!("/aanvragen/{}", it.proposed);
    let submitted = format!("/aanvragen/{}", it.submitted);
    let assessed = format!("/aanvragen/{}", it.in_assessment);
    let judgement = [
        ("versie", "7"),
        ("k1", "4"),
        ("k1-reden", "Past bij de dreiging & de behoefte."),
        ("k2-reden", "Er is geen ander aanbod."),
        ("subsidiabel-2027", "niet alles"),
        ("advies-reden", "Een goed project, mits gemeten."),
        ("later", "1"),
    ];
    let request = [
        ("versie", "77"),
        ("bericht", "De nulmeting van <project 1> ontbreekt."),
        ("uiterlijk", "2026-10-13"),
        ("onderdelen.projects", "ja"),
    ];
    let amounts = [
        ("p1.2027", "100.000 euro"),
        ("p1.reden", "De regie sluit aan."),
        ("p2.reden", "Het project bereikt de doelgroep."),
        (
            "toelichting",
            "Het plan is goed.\r\n\r\nWij volgen het advies.",
        ),
    ];
    let reviewer = it.world.actor(Who::SecondNctvReviewer).id.to_string();
    let unassign = [("beoordelaar", reviewer.as_str()), REASON];
    let reasons = ("redenen", "De aanvraag past bij de regeling & het advies.");
    let untreated = (
        "toelichting",
        "Op 15 september vroegen wij u aan te vullen.",
    );
    let agreed = ("instemming", "agreed");
    let c = Who::Coordinator;
    vec![
        case(
            "a stale assessment",
            Who::NctvReviewer,
            format!("/projecten/{}/beoordeling", it.project),
            &judgement,
        ),
        case(
            "a stale request for completion",
            c,
            format!("{submitted}/aanvullingsverzoek"),
            &request,
        ),
        case(
            "a request that is not possible",
            c,
            format!("{assessed}/aanvullingsverzoek"),
            &request,
        ),
        case(
            "an assignment that is not there",
            c,
            format!("{assessed}/toewijzingen/intrekking"),
            &unassign,
        ),
        case(
            "a second proposal",
            c,
            format!("{proposed}/voorstel"),
            &amounts,
        ),
        case(
            "a stale decision",
            Who::DecisionMaker,
            format!("{proposed}/besluit"),
            &[("versie", "77"), reasons],
        ),
        case(
            "a decision without interests",
            Who::SecondDecisionMaker,
            format!("{proposed}/besluit"),
            &[("versie", "1"), reasons],
        ),
        case(
            "a stale proposal given back",
            Who::DecisionMaker,
            format!("{proposed}/voorstel/teruggave"),
            &[
                ("versie", "77"),
                ("reden_terug", "Project 2 past niet & 3 ook niet."),
            ],
        ),
        case(
            "a proposal given back without interests",
            Who::SecondDecisionMaker,
            format!("{proposed}/voorstel/teruggave"),
            &[
                ("versie", "1"),
                ("reden_terug", "Project 2 past niet & 3 ook niet."),
            ],
        ),
        case(
            "a stale co-decision",
            Who::SzwDecisionMaker,
            format!("{proposed}/instemming"),
            &[("versie", "77"), agreed, REASON],
        ),
        case(
            "untreated too early",
            c,
            format!("{submitted}/buiten-behandeling"),
            &[("versie", "2"), untreated],
        ),
        case(
            "an invitation after submitting",
            Who::Huizen,
            format!("{submitted}/uitnodigingen"),
            &[
                ("email", "petra@westland.example"),
                ("organisatie", "Gemeente <Westland>"),
                ("recht", "edit"),
                ("waar", "alles"),
                ("bericht", "Vul jij jullie deel in?"),
            ],
        ),
        case(
            "a task after submitting",
            Who::Huizen,
            format!("{submitted}/taken"),
            &[
                ("wie", it.world.actor(Who::Huizen).id.as_str()),
                ("onderdeel", "region"),
                ("bericht", "Graag voor de vergadering & kort."),
            ],
        ),
    ]
}

/// The forms of setting up.
async fn setup_forms(app: &TestApp, it: &Setting) -> Vec<Case> {
    let cycle = it.world.cycle.clone();
    let of = cycle.clone();
    let envelopes = app.read(move |conn| store::envelopes(conn, &of)).await;
    let find = |kind: &str| {
        let found = envelopes
            .iter()
            .find(|it| it.year == 2028 && it.kind.as_str() == kind);
        found.unwrap().id.to_string()
    };
    let (reserve, baseline) = (find("reserve"), find("baseline"));
    let indicator = app
        .act(it.world.actor(Who::Coordinator), |tx| {
            catalogue::actions::add_examples(tx)?;
            Ok(catalogue::store::current(tx.conn)?.remove(0).id)
        })
        .await;
    let window = format!("/inrichting/cycli/{cycle}/tijdvakken/{}", it.world.window);
    let transfer = [
        ("cyclus", cycle.as_str()),
        ("van", &reserve),
        ("naar", &baseline),
        ("bedrag", "750.000,01"),
        ("reden", "De reserve is dit jaar niet nodig."),
    ];
    let year = |at: usize, ceiling: &'static str| -> Fields {
        let mut fields = vec![(format!("plafond-{at}"), ceiling.to_owned())];
        for (kind, mode) in [
            ("baseline", "at_most"),
            ("prevention", "ring_fenced"),
            ("one_year", "at_most"),
            ("reserve", "at_most"),
        ] {
            fields.push((format!("{kind}-{at}-bedrag"), "0".to_owned()));
            fields.push((format!("{kind}-{at}-bindt"), mode.to_owned()));
            fields.push((format!("{kind}-{at}-methode"), "pro_rata".to_owned()));
        }
        fields
    };
    let mut amounts = [year(1, "1 000 000"), year(2, "1 000 000")].concat();
    amounts.push(("versie".to_owned(), "77".to_owned()));
    let mut new = amounts.clone();
    new.push(("regeling".to_owned(), it.world.scheme.to_string()));
    new.push(("eerste-jaar".to_owned(), "2027".to_owned()));
    let person = it.world.actor(Who::Auditor).id.clone();
    let version = [
        ("code", "versterkingsgelden"),
        ("titel", "Regeling & 2027-2030"),
        ("vindplaats", "Stcrt. 2026, 2"),
        ("vanaf", "2027"),
        ("tot-en-met", "2030"),
        ("beslistermijn", "13"),
        ("artikelen", "4:5,4:35"),
        ("bezwaar", "Stuur uw bezwaar aan de Minister."),
        ("mandaat", "De Minister, namens deze"),
        ("begrotingsartikel", "36"),
        ("afronding", "1,00"),
        ("volgorde", "score,amount_ascending,lottery"),
        ("nctv.0.naam", "Dreiging hier"),
        ("nctv.0.vraag", "Hoe groot is de dreiging?"),
        ("nctv.0.gewicht", "1"),
        ("szw.0.naam", "Preventie hier"),
        ("szw.0.vraag", "Hoe goed werkt het?"),
        ("szw.0.gewicht", "1"),
    ];
    let c = Who::Coordinator;
    vec![
        case(
            "a version that is there",
            c,
            "/inrichting/regelingen/nieuw",
            &version,
        ),
        case(
            "a cycle that is there",
            c,
            "/inrichting/cycli/nieuw",
            &borrowed(&new),
        ),
        case(
            "a cycle that is open",
            c,
            format!("/inrichting/cycli/{cycle}"),
            &borrowed(&amounts),
        ),
        case(
            "a stale window",
            c,
            window,
            &[
                ("versie", "77"),
                ("sluit", "2026-10-15T17:00"),
                ("reden", "Storing op 8 oktober."),
            ],
        ),
        case(
            "a region that is there",
            c,
            "/inrichting/regios/nieuw",
            &[
                ("naam", "Delft en omgeving"),
                ("gemeenten", "GM0505 Dordrecht\nGM0590 Papendrecht"),
                ("hoofdaanvrager", "GM0505"),
                ("vanaf", "2026-01-01"),
            ],
        ),
        case(
            "a stale indicator",
            c,
            format!("/inrichting/indicatoren/{indicator}"),
            &[
                ("versie", "77"),
                ("soort", "outcome"),
                ("naam", "Docenten die signalen herkennen"),
                ("definitie", "Van wie de toets maakte."),
                ("eenheid", "procent"),
                ("richting", "up"),
                ("optellen", "range"),
                ("bron", "De toets achteraf"),
                ("frequentie", "elk jaar"),
            ],
        ),
        case(
            "a transfer of too much",
            Who::DecisionMaker,
            "/inrichting/overheveling",
            &transfer,
        ),
        case(
            "an account that is there",
            Who::Administrator,
            "/accounts/nieuw",
            &[
                ("email", "auditor@example.nl"),
                ("naam", "Nieuwe Collega"),
                ("organisatie", "szw"),
                ("rollen.szw_reviewer", "ja"),
                ("wachtwoord", "correct paard batterij"),
            ],
        ),
        case(
            "stale roles",
            Who::Administrator,
            format!("/accounts/{person}/rollen"),
            &[("versie", "77"), ("rollen.auditor", "ja")],
        ),
    ]
}

on_both! {
    async fn what_was_typed_comes_back_when_it_cannot_be_done(app: TestApp) {
        let it = setting(&app).await;
        let mut cases = dossier_forms(&it);
        cases.extend(setup_forms(&app, &it).await);
        for case in &cases {
            let browser = app.browser(it.world.actor(case.who)).await;
            let reply = browser.post(&case.path, &borrowed(&case.fields)).await;
            assert_eq!(reply.status, StatusCode::CONFLICT, "{}: {}", case.what, reply.body);
            assert!(reply.body.contains("id=\"fouten\""), "{}: {}", case.what, reply.body);
            assert!(!reply.body.contains("correct paard"), "{}", reply.body);
            if case.what != "stale roles" {
                comes_back(case.what, &reply, &case.fields);
            }
        }
    }

    async fn who_was_first_is_named_and_the_form_goes_on_from_there(app: TestApp) {
        let it = setting(&app).await;
        agree(&app, &it.world, &it.proposed, "agreed").await;
        let maker = app.browser(it.world.actor(Who::DecisionMaker)).await;
        let path = format!("/aanvragen/{}/besluit", it.proposed);
        let stale = maker.post(&path, &[("versie", "77"), ("redenen", "Het past goed.")]).await;
        // The last to do something in this dossier was somebody else.
        assert!(stale.body.contains("SzwDecisionMaker heeft dit op") || stale.body.contains("Coordinator heeft dit op"), "{}", stale.body);
        let version = stale.body.split("name=\"versie\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(version, crate::decisions::open_version(&app, &it.proposed).await);

        let coordinator = app.browser(it.world.actor(Who::Coordinator)).await;
        let window = format!("/inrichting/cycli/{}/tijdvakken/{}", it.world.cycle, it.world.window);
        let later = |sluit: &'static str| [("versie", "1"), ("naam", "Aanvragen"), ("sluit", sluit), ("reden", "Storing op 8 oktober.")];
        assert_eq!(coordinator.post(&window, &later("2026-10-15T17:00")).await.status, StatusCode::SEE_OTHER);
        let stale = coordinator.post(&window, &later("2026-10-16T17:00")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for text in ["U hebt dit op", "name=\"versie\" value=\"2\"", "value=\"2026-10-16T17:00\"", "Nu opgeslagen: “2026-10-15T17:00”"] {
            assert!(stale.body.contains(text), "{text}: {}", stale.body);
        }
    }

    async fn a_form_of_an_earlier_session_is_sent_again_by_a_press(app: TestApp) {
        let it = setting(&app).await;
        let mut cases = dossier_forms(&it);
        cases.extend(setup_forms(&app, &it).await);
        cases.push(case("interests", Who::NctvReviewer, format!("/aanvragen/{}/belangen", it.in_assessment), &[("belang", "wel"), ("toelichting", "Mijn zus werkt er.")]));
        cases.push(case("progress", Who::Delft, format!("/aanvragen/{}/voortgang", it.proposed), &[("toelichting.x", "Het loopt goed.")]));
        for case in &cases {
            let browser = app.browser(it.world.actor(case.who)).await;
            let reply = with_an_old_token(&app, &browser, case).await;
            assert_eq!(reply.status, StatusCode::CONFLICT, "{}: {}", case.what, reply.body);
            assert!(reply.body.contains("Opnieuw versturen"), "{}: {}", case.what, reply.body);
            let again = sent_again(&reply.body);
            for field in case.fields.iter().filter(|(name, _)| name != "wachtwoord") {
                assert!(again.contains(field), "{}: {field:?} is lost\n{}", case.what, reply.body);
            }
            assert!(!reply.body.contains("correct paard"), "{}", reply.body);
            assert!(again.contains(&("key".to_owned(), "een-oude-sleutel".to_owned())), "{}", case.what);
            assert!(reply.body.contains(&browser.csrf) && !reply.body.contains("van-een-oude-sessie"), "{}", case.what);
        }
        // Pressed, it is done, once.
        let reviewer = app.browser(it.world.actor(Who::NctvReviewer)).await;
        let draft = case("a draft", Who::NctvReviewer, format!("/projecten/{}/beoordeling", it.project), &[("versie", "0"), ("k1-reden", "Past bij de dreiging."), ("later", "1")]);
        let asked = with_an_old_token(&app, &reviewer, &draft).await;
        let mut again = sent_again(&asked.body);
        again.push(("csrf".to_owned(), reviewer.csrf.clone()));
        for _ in 0..2 {
            let done = app.send(local(&draft.path).cookie(reviewer.cookie()).set_form(&again)).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        assert!(reviewer.page(&draft.path).await.contains("Past bij de dreiging."));
    }

    async fn where_no_form_can_come_back_the_error_shows_what_was_typed(app: TestApp) {
        let it = setting(&app).await;
        // Somebody else's dossier, a form without its version: the answer is an error.
        let reviewer = app.browser(it.world.actor(Who::SecondNctvReviewer)).await;
        let fields = [("versie", "0"), ("k1-reden", "Past bij de <dreiging>."), ("later", "1")];
        let path = format!("/projecten/{}/beoordeling", it.project);
        let forbidden = reviewer.post(&path, &fields).await;
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
        comes_back("not one's own", &forbidden, &owned(&fields));
        let bare = reviewer.post(&path, &fields[1..]).await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST);
        comes_back("no version", &bare, &owned(&fields));
        let delft = app.browser(it.world.actor(Who::Delft)).await;
        let progress = [("toelichting.x", "Het loopt goed.")];
        let refused = delft.post(&format!("/aanvragen/{}/voortgang", it.proposed), &progress).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        comes_back("progress", &refused, &owned(&progress));
    }

    async fn a_text_of_a_form_that_was_sent_before_is_not_dropped(app: TestApp) {
        let it = setting(&app).await;
        let reviewer = app.browser(it.world.actor(Who::NctvReviewer)).await;
        let path = format!("/projecten/{}/beoordeling", it.project);
        let text = |text: &'static str| [("versie", "0"), ("k1-reden", text), ("later", "1")];
        let first = reviewer.post_with_key(&path, "k", &text("Eerste tekst.")).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        let twice = reviewer.post_with_key(&path, "k", &text("Eerste tekst.")).await;
        assert_eq!(twice.status, StatusCode::SEE_OTHER);
        // After "back" in the browser: another text, with the key of the first.
        let other = reviewer.post_with_key(&path, "k", &text("Tweede tekst.")).await;
        assert_eq!(other.status, StatusCode::CONFLICT);
        assert!(other.body.contains("Tweede tekst.") && other.body.contains("Eerste tekst."), "{}", other.body);
    }

    async fn too_many_tries_and_a_large_form_lose_nothing(app: TestApp) {
        let mut app = app;
        app.changed().sign_ins = SignIns::limited(NonZeroU32::MIN);
        let world = World::new(&app).await;
        let delft = world.leads[0].clone();
        app.act(&Actor::command_line(), move |tx| {
            let new = NewAccount {
                email: "joris@delft.example".to_owned(),
                name: "Joris".to_owned(),
                password_hash: password::hash("correct paard batterij").unwrap(),
                organisation: Organisation::Municipality,
                municipality: Some(delft.clone()),
                roles: vec![Role::Editor],
            };
            create_account(tx, &new)
        })
        .await;
        // As large as a form can be, in letters that take three times their place on the way.
        let long = "é".repeat(32 * 1024);
        let mut fields: Fields = (0..15).map(|at| (format!("veld-{at}"), long.clone())).collect();
        fields.push(("doel".to_owned(), "Eerste regel\r\n<tweede> & \"derde\"".to_owned()));
        fields.push(("key".to_owned(), "k1".to_owned()));
        let page = "/aanvragen/x/projecten/y";
        let asked = app.send(local(page).set_form(&fields)).await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED, "{}", &asked.body[..500]);
        let kept = asked.body.split("name=\"bewaard\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let sign_in = |word: &'static str, kept: &str| owned(&[
            ("email", "joris@delft.example"), ("wachtwoord", word), ("naar", page), ("bewaard", kept),
        ]);
        let wrong = app.send(local("/inloggen").set_form(sign_in("fout", &kept))).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Too soon again: the form to sign in with keeps what was typed, and says how long to wait.
        let wait = app.send(local("/inloggen").set_form(sign_in("correct paard batterij", &kept))).await;
        assert_eq!(wait.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(wait.body.contains("Te veel pogingen") && wait.body.contains("joris@delft.example"), "{}", &wait.body[..3000]);
        let still = wait.body.split("name=\"bewaard\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(still == kept, "what was kept is lost");
        app.changed().sign_ins = SignIns::limited(NonZeroU32::new(100).unwrap());
        let back = app.send(local("/inloggen").set_form(sign_in("correct paard batterij", &still))).await;
        assert_eq!(back.status, StatusCode::OK);
        let mut again = sent_again(&back.body);
        again.sort();
        fields.sort();
        assert!(again == fields, "the form is not what it was");
        again.push(("csrf".to_owned(), access::csrf(back.cookies[0].value())));
        let sent = app.send(local(page).cookie(back.cookies[0].clone()).set_form(&again)).await;
        assert_ne!(sent.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    async fn what_no_form_takes_is_refused_before_signing_in(app: TestApp) {
        let long = "x".repeat(64 * 1024 + 1);
        let reply = app.send(local("/aanvragen/x/projecten/y").set_form([("doel", long)])).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
