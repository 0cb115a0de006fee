//! The workbook through the pages: what will change is shown first, and happens once or not at all.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{
    body::to_bytes,
    dev::Payload,
    error::PayloadError,
    http::{StatusCode, header},
    test::{call_service, init_service},
    web::Bytes,
};
use futures_util::stream::{self, StreamExt};
use versterkingsgelden::{
    app,
    applications::{
        budget::workbook::LARGEST,
        project::{self, LineKind, MOST_LINES, incoming::NewLine, store::Draft},
        store,
    },
    core::{category::Category, ids::ApplicationId},
};

use super::with_cells;
use crate::{
    projects::{post, with},
    support::{AProject, AnApplication, Browser, TestApp, Who, World, a_row, on_both},
};

/// An application of Delft with two projects.
async fn an_application(app: &TestApp, world: &World) -> ApplicationId {
    let projects = vec![
        AProject::new("Regie", Category::Baseline, 100_000),
        AProject::new("Preventie", Category::Prevention, 50_000),
    ];
    AnApplication::of(Who::Delft)
        .with_projects(projects)
        .make(app, world)
        .await
}

async fn drafts(app: &TestApp, id: &ApplicationId) -> Vec<Draft> {
    let id = id.clone();
    app.read(move |conn| project::store::drafts(conn, &id))
        .await
}

/// The workbook that is handed out.
async fn workbook(browser: &Browser<'_>, id: &ApplicationId) -> Vec<u8> {
    let reply = browser
        .get(&format!("/aanvragen/{id}/begroting/sjabloon.xlsx"))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.bytes
}

/// The hidden fields of what a preview would take over.
fn confirmed(preview: &str) -> Vec<(String, String)> {
    preview
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|it| {
            let (name, rest) = it.split_once("\" value=\"")?;
            let value = rest
                .split_once('"')?
                .0
                .replace("&#34;", "\"")
                .replace("&#38;", "&");
            ["project.", "versie.", "regels."]
                .iter()
                .any(|prefix| name.starts_with(prefix))
                .then(|| (name.to_owned(), value))
        })
        .collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

on_both! {
    async fn a_workbook_is_filled_in_looked_at_and_taken_over_once(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let (page, to) = (format!("/aanvragen/{id}/begroting/werkblad"), format!("/aanvragen/{id}/begroting/overname"));
        assert!(browser.page(&page).await.contains("Werkblad ophalen (.xlsx)"));
        let handed_out = workbook(&browser, &id).await;

        let same = browser.upload(&page, &handed_out).await;
        assert_eq!(same.status, StatusCode::OK, "{}", same.body);
        assert!(same.body.contains("staat precies wat er al is"), "{}", same.body);

        let filled = with_cells(&handed_out, &["<c r=\"F2\"><v>120000.5</v></c>"]);
        let preview = browser.upload(&page, &filled).await;
        for text in ["1. Regie, 2027", "100.000,00", "120.000,50", "2. Preventie: in het werkblad staat hetzelfde."] {
            assert!(preview.body.contains(text), "{text}: {}", preview.body);
        }
        assert!(!preview.body.contains("2. Preventie, 2027"), "{}", preview.body);
        let before = drafts(&app, &id).await;
        assert_eq!(before[0].answers.get("regel.1.tarief.2027"), "100000,00", "only looked at");

        let fields = confirmed(&preview.body);
        assert_eq!(fields.len(), 3);
        for _ in 0..2 {
            let done = browser.post_with_key(&to, "een", &borrowed(&fields)).await;
            assert_eq!(done.location, format!("/aanvragen/{id}/begroting?overgenomen=1"), "{}", done.body);
        }
        let after = drafts(&app, &id).await;
        assert_eq!(after[0].answers.get("regel.1.tarief.2027"), "120.000,50");
        assert_eq!(after[0].answers.get("doelgroep"), before[0].answers.get("doelgroep"));
        assert_eq!((after[0].version, after[1].version), (before[0].version + 1, before[1].version));
        let budget = browser.page(&format!("/aanvragen/{id}/begroting?overgenomen=1")).await;
        assert!(budget.contains("De regels van 1 project zijn overgenomen.") && budget.contains("120.000,50"), "{budget}");
    }

    async fn all_of_it_or_nothing_if_somebody_was_first(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let page = format!("/aanvragen/{id}/begroting/werkblad");
        let handed_out = workbook(&browser, &id).await;
        let filled = with_cells(&handed_out, &["<c r=\"F2\"><v>1</v></c>", "<c r=\"F3\"><v>2</v></c>"]);
        let preview = browser.upload(&page, &filled).await;
        let fields = confirmed(&preview.body);
        assert_eq!(fields.len(), 6);

        let second = drafts(&app, &id).await.remove(1);
        let typed: Vec<(String, String)> = second.answers.iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        let other = app.browser(world.actor(Who::Delft)).await;
        let theirs = with(typed, "titel", "Van een ander");
        app.at(crate::support::moment("2026-09-15T08:10:00"));
        post(&other, &format!("/aanvragen/{id}/projecten/{}", second.id), second.version, &theirs, "bewaar").await;

        let before = drafts(&app, &id).await;
        let late = browser.post(&format!("/aanvragen/{id}/begroting/overname"), &borrowed(&fields)).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Er is niets overgenomen. Stuur uw werkblad opnieuw in"), "{}", late.body);
        assert_eq!(drafts(&app, &id).await, before);
        // The name is another one now; with it, what is lost is said before it is.
        let renamed = with_cells(&filled, &["<c r=\"A3\" t=\"inlineStr\"><is><t>2. Van een ander</t></is></c>"]);
        let refused = browser.upload(&page, &filled).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("cel A3: het project “2. Preventie” kennen wij niet"), "{}", refused.body);
        let again = browser.upload(&page, &renamed).await;
        assert!(again.body.contains("2. Van een ander is daarna nog gewijzigd."), "{}", again.body);
    }

    async fn what_is_wrong_is_told_per_cell_and_nothing_changes(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let page = format!("/aanvragen/{id}/begroting/werkblad");
        let before = drafts(&app, &id).await;
        let broken = with_cells(&workbook(&browser, &id).await, &[
            "<c r=\"E2\" t=\"inlineStr\"><is><t>&lt;veel&gt;</t></is></c>",
            "<c r=\"F3\"><v>-5</v></c>",
        ]);
        let refused = browser.upload(&page, &broken).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in ["Fout: Begroting in een werkblad", "Begroting, cel E2: “&#60;veel&#62;” is geen getal.", "Begroting, cel F3: “-5” is lager dan nul.", "href=\"#bestand\""] {
            assert!(refused.body.contains(text), "{text}: {}", refused.body);
        }
        for (file, says) in [(&b""[..], "Het bestand is leeg."), (&b"a;b"[..], "Dit is geen Excel-werkblad"), (&[0; LARGEST + 1][..], "Het bestand is groter dan 2 MB.")] {
            let refused = browser.upload(&page, file).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(says), "{says}: {}", refused.body);
        }
        // What says of itself to be too large is not read at all.
        let claims = browser.upload_request(&page, &browser.csrf, b"a;b").insert_header((header::CONTENT_LENGTH, "3000000"));
        let refused = app.send(claims.cookie(browser.cookie())).await;
        assert!(refused.body.contains("Het bestand is groter dan 2 MB."), "{}", refused.body);
        assert_eq!(drafts(&app, &id).await, before);
    }

    async fn who_may_not_gets_nothing_and_gives_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{id}/begroting/werkblad");
        let file = workbook(&browser, &id).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        for path in [page.clone(), format!("/aanvragen/{id}/begroting/sjabloon.xlsx")] {
            assert_eq!(gouda.get(&path).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(gouda.upload(&page, &file).await.status, StatusCode::NOT_FOUND);
        let project = drafts(&app, &id).await[0].id.to_string();
        let fields = [("project.1", &*project), ("versie.1", "2"), ("regels.1", "[]")];
        let refused = gouda.post(&format!("/aanvragen/{id}/begroting/overname"), &fields).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let forged = browser.upload_request(&page, "x", &file).cookie(browser.cookie());
        assert_eq!(app.send(forged).await.status, StatusCode::BAD_REQUEST);
        let nobody = app.send(browser.upload_request(&page, &browser.csrf, &file)).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        assert!(nobody.body.contains("kies uw bestand dan opnieuw"), "{}", nobody.body);
    }

    /// What is confirmed comes back from the browser: it can name what we never showed.
    async fn what_is_confirmed_is_of_this_application_and_no_more_than_fits(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let (window, region) = (world.window.clone(), world.regions[1].clone());
        let lead = world.leads[0].clone();
        let other = app.act(world.actor(Who::Delft), move |tx| {
            let row = a_row(tx, "VG-2027-0503-2", &window, (&region, &lead));
            store::insert(tx, &row)?;
            Ok(row.id)
        })
        .await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let before = drafts(&app, &id).await;
        let project = before[0].id.to_string();
        let version = before[0].version.to_string();
        let line = NewLine {
            kind: LineKind::Hiring,
            description: "Trainer".to_owned(),
            unit: "uur".to_owned(),
            costs: vec![],
        };
        let all: Vec<&NewLine> = (0..=MOST_LINES).map(|_| &line).collect();
        let too_many = serde_json::to_string(&all).unwrap();
        for (of, lines, status) in [(&other, "[]", StatusCode::NOT_FOUND), (&id, &*too_many, StatusCode::BAD_REQUEST)] {
            let fields = [("project.1", &*project), ("versie.1", &*version), ("regels.1", lines)];
            let reply = browser.post(&format!("/aanvragen/{of}/begroting/overname"), &fields).await;
            assert_eq!(reply.status, status, "{}", reply.body);
        }
        let nothing = browser.post(&format!("/aanvragen/{id}/begroting/overname"), &[]).await;
        assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
        assert_eq!(drafts(&app, &id).await, before);
    }

    async fn of_a_file_that_is_too_large_no_more_is_read_than_that(app: TestApp) {
        let world = World::new(&app).await;
        let id = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{id}/begroting/werkblad");
        let head = browser.upload_request(&page, &browser.csrf, &[]).cookie(browser.cookie()).to_request();
        let nothing: Payload = Payload::None;
        let (head, mut start) = head.replace_payload(nothing);
        let mut first = Vec::new();
        while let Some(chunk) = start.next().await {
            first.extend_from_slice(&chunk.unwrap());
        }
        let first = first[..first.len() - "\r\n--grens--\r\n".len()].to_vec();
        let given = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&given);
        let endless = stream::iter(std::iter::once(Bytes::from(first)).chain(std::iter::repeat(Bytes::from(vec![b'x'; 64 * 1024]))).take(25 * 16))
            .map(move |it| {
                count.fetch_add(it.len(), Ordering::Relaxed);
                Ok::<Bytes, PayloadError>(it)
            });
        let body: Pin<Box<dyn stream::Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(endless);
        let (request, _) = head.replace_payload(Payload::Stream { payload: body });
        let service = init_service(app::build(app.app.clone())).await;
        let response = call_service(&service, request).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = to_bytes(response.into_body()).await.ok().unwrap();
        assert!(String::from_utf8_lossy(&text).contains("Het bestand is groter dan 2 MB."));
        let read = given.load(Ordering::Relaxed);
        assert!(LARGEST < read && read < LARGEST + 512 * 1024, "{read}");
    }
}
