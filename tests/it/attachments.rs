//! Attachments: what is taken in and what is not, who can fetch what, what a scanner finds (a real
//! clamd, with a signature of the test's own), and what is kept for how long.

use std::{
    fs,
    io::{Cursor, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use actix_web::{
    http::{StatusCode, header},
    test as web,
};
use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use futures_util::stream;
use versterkingsgelden::{
    app,
    applications::{
        attachments::{
            Attachment, FileState, MOST_BYTES, MOST_FILES, MOST_TOGETHER,
            actions::{self, NewFile},
            kind::FileKind,
            scan::Scanner,
            scanning::{self, Swept},
            store, verify,
        },
        section::SectionName,
        submission,
    },
    assessments::handling::{self, form::Completion},
    audit,
    core::ids::{ApplicationId, AttachmentId},
    db::{
        clock::Clock,
        schema::{application_windows, mails, outbox},
    },
    error::{AppError, Refusal},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{
    AnApplication, Browser, Reply, TestApp, Who, World, moment, on_both,
    server::{Client, Server, free_address},
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";
/// What the signature of the test's own is about.
const FOUND: &str = "PROEF VAN DE VIRUSSCANNER 4711";
const MIB: usize = 1024 * 1024;

/// A form with these files in it, as a browser sends it.
fn form(csrf: &str, key: &str, typed: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let hidden = [("csrf", csrf), ("key", key)];
    for (name, text) in hidden.iter().chain(typed) {
        let part =
            format!("--grens\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, bytes) in files {
        let part = format!(
            "--grens\r\ncontent-disposition: form-data; name=\"bestand\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--grens--\r\n");
    body
}

fn page(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}/bijlagen")
}

async fn send(app: &TestApp, browser: &Browser<'_>, id: &ApplicationId, body: Vec<u8>) -> Reply {
    let request = web::TestRequest::post()
        .uri(&page(id))
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header((header::CONTENT_TYPE, "multipart/form-data; boundary=grens"))
        .set_payload(body);
    app.send(request.cookie(browser.cookie())).await
}

async fn upload(
    app: &TestApp,
    browser: &Browser<'_>,
    id: &ApplicationId,
    files: &[(&str, &[u8])],
) -> Reply {
    let key = versterkingsgelden::identity::access::fresh_token();
    send(app, browser, id, form(&browser.csrf, &key, &[], files)).await
}

/// A ZIP file that is no office file.
fn zip() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.txt", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"a").unwrap();
    zip.finish().unwrap().into_inner()
}

async fn files_of(app: &TestApp, id: &ApplicationId) -> Vec<Attachment> {
    let id = id.clone();
    app.read(move |conn| store::all_of(conn, &id)).await
}

/// The bytes that are in storage: kept, and held.
fn stored(app: &TestApp) -> (usize, usize) {
    let count = |part: &str| {
        let folder = app.folder().join("attachments").join(part);
        fs::read_dir(folder).unwrap().count()
    };
    (count("bestanden"), count("vastgehouden"))
}

fn said(reply: &Reply) -> String {
    reply.body.replace("&#39;", "'").replace("&#34;", "\"")
}

#[track_caller]
fn check_said(reply: &Reply, status: StatusCode, sentence: &str) {
    let body = said(reply);
    assert_eq!(reply.status, status, "{body}");
    assert!(body.contains(sentence), "{sentence}\n{body}");
}

/// Somebody of Delft with a draft, the browser of who writes it.
async fn draft<'a>(app: &'a TestApp, world: &World) -> (ApplicationId, Browser<'a>) {
    let id = AnApplication::of(Who::Delft).make(app, world).await;
    (id, app.browser(world.actor(Who::Delft)).await)
}

async fn submit(app: &TestApp, world: &World, id: &ApplicationId) -> Result<i32, AppError> {
    let id = id.clone();
    let delft = world.actor(Who::Delft);
    app.try_as(delft, move |tx| submission::actions::submit(tx, &id))
        .await
}

on_both! {
    async fn who_goes_on_with_a_file_chosen_adds_it_first(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        let check = format!("/aanvragen/{id}/controle");
        let shown = delft.page(&page(&id)).await;
        assert!(shown.contains(&format!("name=\"naar\" value=\"{check}\">Verder naar de controle</button>")), "{shown}");
        let go_on = async |key: &str, to: &str, files: &[(&str, &[u8])]| {
            // The button stands behind the file, a step of the list before the hidden fields.
            let mut body = form(&delft.csrf, key, &[("over", "Evaluatie van 2025")], files);
            let end = body.len() - "--grens--\r\n".len();
            body.truncate(end);
            let button = format!("--grens\r\ncontent-disposition: form-data; name=\"naar\"\r\n\r\n{to}\r\n--grens--\r\n");
            body.extend_from_slice(button.as_bytes());
            send(&app, &delft, &id, body).await
        };
        // Nothing chosen: on, without a word.
        let nothing = go_on("a", &check, &[("", b"")]).await;
        assert_eq!((nothing.status, nothing.location), (StatusCode::SEE_OTHER, check.clone()));
        // Refused: it stays, with what was typed.
        let refused = go_on("b", &check, &[("plan.exe", b"MZ")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Evaluatie van 2025"), "{}", refused.body);
        // Nowhere but in this application.
        let away = go_on("c", "https://elders.example/", &[("", b"")]).await;
        check_said(&away, StatusCode::UNPROCESSABLE_ENTITY, "Kies eerst een bestand.");
        for _ in 0..2 {
            let added = go_on("d", &check, &[("plan.pdf", PDF)]).await;
            assert_eq!(added.location, format!("{check}?opgeslagen=attachments"), "{}", added.body);
        }
        let files = files_of(&app, &id).await;
        assert_eq!((files.len(), files[0].about.as_str()), (1, "Evaluatie van 2025"));
        assert!(delft.page(&format!("{check}?opgeslagen=attachments")).await.contains("Opgeslagen om 10.00 uur"));
    }

    async fn who_has_no_room_left_goes_on_without_a_file(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        let names: Vec<String> = (0..MOST_FILES).map(|it| format!("{it}.pdf")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), PDF)).collect();
        upload(&app, &delft, &id, &files).await;
        assert_eq!(files_of(&app, &id).await.len(), MOST_FILES);
        let check = format!("/aanvragen/{id}/controle");
        let typed = [("naar", check.as_str())];
        let reply = send(&app, &delft, &id, form(&delft.csrf, "leeg", &typed, &[("", b"")])).await;
        assert_eq!((reply.status, &reply.location), (StatusCode::SEE_OTHER, &check), "{}", reply.body);
        let reply = send(&app, &delft, &id, form(&delft.csrf, "vol", &typed, &[("te-veel.pdf", PDF)])).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "hoogstens 25 bijlagen");
    }

    async fn what_was_saved_before_is_said_with_the_files(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        let saved = delft.page(&format!("{}?opgeslagen=statements", page(&id))).await;
        assert!(saved.contains("Opgeslagen om 10.00 uur") && saved.contains("Namen van ambtenaren"), "{saved}");
        assert!(!delft.page(&page(&id)).await.contains("Opgeslagen om"));
    }

    async fn a_file_is_added_read_back_and_frozen(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        let empty = delft.page(&page(&id)).await;
        for limit in ["20 MB per bestand", "25 bestanden en 100 MB", "OpenDocument-werkblad", "niet op virussen"] {
            assert!(empty.contains(limit), "{limit}");
        }
        let project = delft.page(&format!("/aanvragen/{id}")).await;
        let project = project.split("/projecten/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let typed = [("over", "Het <plan>"), ("project", project.as_str())];
        let body = form(&delft.csrf, "k1", &typed, &[("plan.pdf", PDF), ("brief.txt", b"Beste lezer")]);
        // Sent twice, it is added once.
        for _ in 0..2 {
            let reply = send(&app, &delft, &id, body.clone()).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
            assert_eq!(reply.location, format!("/aanvragen/{id}/bijlagen?toegevoegd=2"));
        }
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (2, (2, 0)));
        let shown = delft.page(&page(&id)).await;
        for text in ["plan.pdf", "Het &#60;plan&#62;", "Project 1: Analyse en regie", "platte tekst (.txt), 11 bytes", "Niet gecontroleerd op virussen"] {
            assert!(shown.contains(text), "{text}\n{shown}");
        }
        submit(&app, &world, &id).await.unwrap();
        let files = files_of(&app, &id).await;
        assert!(files.iter().all(|it| it.frozen_in == Some(1)));
        // What is frozen, and how it is read.
        let copy = delft.page(&format!("/aanvragen/{id}/versies/1/kopie")).await;
        for it in &files {
            assert!(copy.contains(&it.sha256) && copy.contains(&it.name));
        }
        assert!(!copy.contains("unscanned"));
        let version = delft.page(&format!("/aanvragen/{id}/versies/1")).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let dossier = coordinator.page(&format!("/aanvragen/{id}")).await;
        for (page, name) in [(&version, "version"), (&dossier, "dossier")] {
            for it in &files {
                assert!(page.contains(&format!("/bijlagen/{}\"", it.id)), "{name}");
            }
        }
        assert!(version.contains(&files[0].sha256));
        // Closed now.
        let reply = upload(&app, &delft, &id, &[("nog een.pdf", PDF)]).await;
        check_said(&reply, StatusCode::CONFLICT, "Dit onderdeel kunt u niet wijzigen");
        assert_eq!(stored(&app), (2, 0));
        // The bytes are those that came in.
        let report = verify::verify(&app.app.store, &app.app.files).await.unwrap();
        assert!(report.is_sound() && report.read == [("bijlagen", 2)]);
        let kept = app.folder().join("attachments/bestanden");
        fs::write(kept.join(files[0].id.as_str()), "iets anders").unwrap();
        fs::remove_file(kept.join(files[1].id.as_str())).unwrap();
        let report = verify::verify(&app.app.store, &app.app.files).await.unwrap();
        assert!(report.findings[0].contains("andere inhoud") && report.findings[1].contains("niet meer"));
    }

    async fn a_download_is_a_download_and_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("één “plan”.txt", "<script>alert(1)</script>".as_bytes())]).await;
        let address = format!("{}/{}", page(&id), files_of(&app, &id).await[0].id);
        let service = web::init_service(app::build(app.app.clone())).await;
        let request = web::TestRequest::get().uri(&address).cookie(delft.cookie());
        let response = web::call_service(&service, request.to_request()).await;
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or(String::new(), |it| String::from_utf8_lossy(it.as_bytes()).into_owned())
        };
        assert!(header("content-disposition").starts_with("attachment;"));
        assert!(header("content-disposition").contains("filename*=UTF-8''%C3%A9%C3%A9n%20%E2%80%9Cplan%E2%80%9D.txt"), "{}", header("content-disposition"));
        assert_eq!(header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "private, no-store");
        assert_eq!(web::read_body(response).await, "<script>alert(1)</script>");
    }

    async fn who_may_not_know_of_a_file_finds_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("plan.pdf", PDF), ("weg.pdf", PDF)]).await;
        let all = files_of(&app, &id).await;
        let address = |at: usize| format!("{}/{}", page(&id), all[at].id);
        let status = async |who: Who, at: usize| {
            app.browser(world.actor(who)).await.get(&address(at)).await.status
        };
        let (seen, hidden, shut) = (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN);
        let mut rest = Vec::new();
        for (who, before, after) in [
            (Who::Delft, seen, seen),
            (Who::DelftEditor, seen, seen),
            (Who::Gouda, hidden, hidden),
            (Who::Coordinator, hidden, seen),
            (Who::NctvReviewer, hidden, seen),
            (Who::SzwReviewer, hidden, seen),
            (Who::DecisionMaker, hidden, seen),
            (Who::Auditor, hidden, seen),
            (Who::Administrator, shut, shut),
        ] {
            assert_eq!(status(who, 0).await, before, "{who:?}");
            rest.push((who, after));
        }
        delft.post(&format!("{}/verwijdering", address(1)), &[]).await;
        submit(&app, &world, &id).await.unwrap();
        for (who, after) in rest {
            assert_eq!(status(who, 0).await, after, "{who:?}");
            // What was removed before is in no version.
            assert!([hidden, shut].contains(&status(who, 1).await), "{who:?}");
        }
        // Of another application, by its address.
        let other = AnApplication::of(Who::Gouda).make(&app, &world).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        let wrong = format!("{}/{}", page(&other), all[0].id);
        assert_eq!(gouda.get(&wrong).await.status, hidden);
        assert_eq!(gouda.post(&format!("{wrong}/verwijdering"), &[]).await.status, hidden);
        assert_eq!(gouda.get(&page(&id)).await.status, hidden);
        let reply = upload(&app, &gouda, &id, &[("van gouda.pdf", PDF)]).await;
        assert_eq!(reply.status, hidden);
    }

    async fn a_hostile_name_or_content_does_no_harm(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        for (name, wanted) in [
            ("../../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\\\fakepath\\\\plan.pdf", "plan.pdf"),
            ("rekening\u{202E}fdp.pdf", "rekeningfdp.pdf"),
            ("\u{200F}ab\u{200B}.pdf", "ab.pdf"),
            ("%0d%0aset-cookie%3a x.pdf", "%0d%0aset-cookie%3a x.pdf"),
            ("<svg onload=alert(1)>.pdf", "-svg onload=alert(1)-.pdf"),
        ] {
            let reply = upload(&app, &delft, &id, &[(name, PDF)]).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{name:?} {}", said(&reply));
            let last = files_of(&app, &id).await.pop().unwrap();
            assert_eq!(last.name, wanted);
            // Nowhere but in its own folder, under its id.
            assert!(app.folder().join("attachments/bestanden").join(last.id.as_str()).exists());
        }
        assert_eq!(stored(&app), (6, 0));
        assert!(!delft.page(&page(&id)).await.contains('\u{202E}'));
        let zip = zip();
        for (name, bytes, sentence) in [
            ("leeg.pdf", &b""[..], "“leeg.pdf” is leeg"),
            ("plan.pdf", b"MZ\x90\0", "volgens de inhoud een bestand van de soort .exe"),
            ("plan.pdf", b"<html><script>", "dat is platte tekst (.txt)"),
            ("plan.html", b"<html><script>", "geen soort bestand dat wij aannemen"),
            ("plan.png", PDF, "dat is PDF"),
            ("beide.pdf", &[PDF, &zip].concat(), "er hangt iets aan vast"),
            ("plan.docx", &zip, "volgens de inhoud een bestand van de soort .zip"),
            ("plan.txt", b"\xff\xfe\0a", "geen tekst in UTF-8"),
        ] {
            let reply = upload(&app, &delft, &id, &[(name, bytes)]).await;
            check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, sentence);
            check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "Er is niets toegevoegd.");
        }
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (6, (6, 0)));
        // Of several, the good ones are taken in.
        let reply = upload(&app, &delft, &id, &[("goed.pdf", PDF), ("leeg.pdf", b""), ("ook goed.pdf", PDF)]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "Wel toegevoegd zijn: “goed.pdf”, “ook goed.pdf”.");
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (8, (8, 0)));
        let reply = upload(&app, &delft, &id, &[("", b"")]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "Kies eerst een bestand.");
        let strange = form("not theirs", "k", &[], &[("plan.pdf", PDF)]);
        assert_eq!(send(&app, &delft, &id, strange).await.status, StatusCode::BAD_REQUEST);
        // A control character in a name is no form of a browser.
        let reply = upload(&app, &delft, &id, &[("a\u{7}b.pdf", PDF)]).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        let cut = form(&delft.csrf, "k9", &[], &[("plan.pdf", PDF)]);
        let cut = cut[..cut.len() - 20].to_vec();
        assert_eq!(send(&app, &delft, &id, cut).await.status, StatusCode::BAD_REQUEST);
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (8, (8, 0)));
    }

    async fn the_limits_hold_also_for_two_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        // A byte more than is allowed, and exactly as much.
        let most = usize::try_from(MOST_BYTES).unwrap();
        let reply = upload(&app, &delft, &id, &[("groot.txt", &vec![b'a'; most + 1]), ("klein.txt", b"a")]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "“groot.txt” is groter dan 20 MB");
        assert_eq!(stored(&app), (0, 0));
        let reply = upload(&app, &delft, &id, &[("groot.txt", &vec![b'a'; most])]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let many: Vec<(&str, &[u8])> = (0..MOST_FILES - 2).map(|_| ("klein.txt", &b"a"[..])).collect();
        assert_eq!(upload(&app, &delft, &id, &many).await.status, StatusCode::SEE_OTHER);
        // One place is left, and two want it.
        let one = upload(&app, &delft, &id, &[("een.txt", b"1")]);
        let two = upload(&app, &delft, &id, &[("twee.txt", b"2")]);
        let (one, two) = futures_util::future::join(one, two).await;
        let mut came = [one.status, two.status];
        came.sort();
        assert_eq!(came, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]);
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (MOST_FILES, (MOST_FILES, 0)));
        let reply = upload(&app, &delft, &id, &[("nog een.txt", b"3")]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "hoogstens 25 bijlagen");
        assert!(delft.page(&page(&id)).await.contains("Er past niets meer bij."));
    }

    /// The guard is in the transaction: what was true when the upload began may not be when it ends.
    async fn adding_counts_again_in_its_transaction(app: TestApp) {
        let world = World::new(&app).await;
        let (id, _) = draft(&app, &world).await;
        let new = |at: usize| NewFile {
            id: AttachmentId::from(format!("{at:032}").as_str()),
            name: "klein.txt".to_owned(),
            kind: FileKind::Text,
            bytes: 1,
            sha256: "a".repeat(64),
            about: String::new(),
            project: String::new(),
            is_scanned: false,
        };
        let adds = (0..MOST_FILES + 5).map(|at| {
            let (id, new) = (id.clone(), new(at));
            app.try_as(world.actor(Who::Delft), move |tx| actions::add(tx, &id, &new))
        });
        let done = futures_util::future::join_all(adds).await;
        assert_eq!(done.iter().filter(|it| it.is_ok()).count(), MOST_FILES);
        assert_eq!(files_of(&app, &id).await.len(), MOST_FILES);
        assert!(done.iter().all(|it| matches!(it, Ok(()) | Err(AppError::Invalid(_)))));
        // So does putting back, once another has taken the place.
        let delft = world.actor(Who::Delft);
        let (of, gone) = (id.clone(), files_of(&app, &id).await.remove(0).id);
        let (other, file) = (new(MOST_FILES + 5), gone.clone());
        app.act(delft, move |tx| {
            actions::remove(tx, &of, &file)?;
            actions::add(tx, &of, &other)
        })
        .await;
        let of = id.clone();
        let back = app.try_as(delft, move |tx| actions::restore(tx, &of, &gone)).await;
        assert!(matches!(back, Err(AppError::Invalid(_))), "{back:?}");
        // And bytes are counted as files are.
        let gouda = AnApplication::of(Who::Gouda).make(&app, &world).await;
        for (bytes, fits) in [(MOST_TOGETHER, true), (1, false)] {
            let (of, large) = (gouda.clone(), NewFile { bytes, ..new(MOST_FILES + 6 + usize::from(fits)) });
            let added = app.try_as(world.actor(Who::Gouda), move |tx| actions::add(tx, &of, &large)).await;
            assert_eq!(added.is_ok(), fits, "{added:?}");
        }
    }

    async fn a_file_is_described_removed_and_put_back(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("plan.pdf", PDF)]).await;
        let file = files_of(&app, &id).await.remove(0);
        let address = format!("{}/{}", page(&id), file.id);
        let about = format!("{address}/omschrijving");
        assert!(delft.page(&about).await.contains("plan.pdf"));
        let typed = |text: &'static str| [("versie", "1"), ("over", text), ("project", "")];
        let reply = delft.post(&about, &typed("Het plan")).await;
        assert_eq!(reply.location, format!("{}?opgeslagen=over", page(&id)));
        let reply = delft.post(&about, &typed("Een ander plan")).await;
        check_said(&reply, StatusCode::CONFLICT, "Een ander plan");
        let long = "a".repeat(201);
        let reply = delft.post(&about, &[("versie", "2"), ("over", &long), ("project", "")]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "hoogstens 200 tekens");
        let reply = delft.post(&about, &[("versie", "2"), ("over", "x"), ("project", "nergens")]).await;
        check_said(&reply, StatusCode::UNPROCESSABLE_ENTITY, "Dit project is er niet meer");
        let reply = delft.post(&format!("{address}/verwijdering"), &[]).await;
        assert_eq!(reply.location, format!("{}?verwijderd={}#verwijderd", page(&id), file.id));
        let gone = delft.page(reply.location.split('#').next().unwrap()).await;
        assert!(gone.contains("is verwijderd.") && gone.contains("Nog geen bijlagen."));
        let list = delft.page(&format!("/aanvragen/{id}/concept")).await;
        assert!(!list.contains("plan.pdf"));
        let reply = delft.post(&format!("{address}/herstel"), &[]).await;
        assert_eq!(reply.location, format!("{}#bijlage-{}", page(&id), file.id));
        assert!(delft.page(&format!("/aanvragen/{id}/concept")).await.contains("Het plan"));
        // The window is closed.
        app.at(moment("2026-10-09T08:00:00"));
        let delft = app.browser(world.actor(Who::Delft)).await;
        for what in ["verwijdering", "herstel"] {
            let reply = delft.post(&format!("{address}/{what}"), &[]).await;
            assert_eq!(reply.status, StatusCode::CONFLICT, "{what}");
        }
        assert!(delft.page(&page(&id)).await.contains("Dit onderdeel is gesloten."));
        assert_eq!(files_of(&app, &id).await[0].removed_at, None);
    }

    async fn a_request_for_completion_opens_the_attachments_or_not(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("eerste.pdf", PDF)]).await;
        submit(&app, &world, &id).await.unwrap();
        let ask = async |parts: Vec<SectionName>| {
            let asked = Completion {
                parts,
                message: "Voeg het plan toe.".to_owned(),
                due_on: "2026-11-02".parse().unwrap(),
            };
            let id = id.clone();
            app.act(world.actor(Who::Coordinator), move |tx| {
                let version = versterkingsgelden::applications::store::get(tx.conn, &id)?.version;
                handling::actions::request_completion(tx, &id, version, &asked)
            }).await;
        };
        ask(vec![SectionName::Analysis]).await;
        let reply = upload(&app, &delft, &id, &[("tweede.pdf", PDF)]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        submit(&app, &world, &id).await.unwrap();
        ask(vec![SectionName::Attachments]).await;
        assert!(delft.page(&format!("/aanvragen/{id}")).await.contains(&page(&id)));
        assert!(delft.page(&page(&id)).await.contains("Voeg het plan toe."));
        let reply = upload(&app, &delft, &id, &[("tweede.pdf", PDF)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let first = files_of(&app, &id).await.remove(0);
        delft.post(&format!("{}/{}/verwijdering", page(&id), first.id), &[]).await;
        submit(&app, &world, &id).await.unwrap();
        let difference = delft.page(&format!("/aanvragen/{id}/versies/2/verschil/3")).await;
        assert!(difference.contains("eerste.pdf") && difference.contains("tweede.pdf"));
        // What an earlier version names is kept, and can be fetched.
        app.at(moment("2027-10-01T08:00:00"));
        let sweep = scanning::sweep(&app.app.store, &app.app.files, Clock::System.now() + TimeDelta::days(2));
        assert_eq!(sweep.await.unwrap(), Swept::default());
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let reply = coordinator.get(&format!("{}/{}", page(&id), first.id)).await;
        assert_eq!((reply.status, reply.bytes), (StatusCode::OK, PDF.to_vec()));
    }

    async fn what_was_not_submitted_again_is_set_back(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("eerste.pdf", PDF)]).await;
        submit(&app, &world, &id).await.unwrap();
        let wanted = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let asked = Completion {
                parts: vec![SectionName::Attachments],
                message: "Voeg het plan toe.".to_owned(),
                due_on: "2026-11-02".parse().unwrap(),
            };
            let version = versterkingsgelden::applications::store::get(tx.conn, &wanted)?.version;
            handling::actions::request_completion(tx, &wanted, version, &asked)
        }).await;
        let first = files_of(&app, &id).await.remove(0);
        let address = format!("{}/{}", page(&id), first.id);
        delft.post(&format!("{address}/omschrijving"), &[("versie", "1"), ("over", "Anders"), ("project", "")]).await;
        delft.post(&format!("{address}/verwijdering"), &[]).await;
        upload(&app, &delft, &id, &[("tweede.pdf", PDF)]).await;
        let wanted = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let application = versterkingsgelden::applications::store::get(tx.conn, &wanted)?;
            submission::actions::set_back(tx, &application)
        }).await;
        let files = files_of(&app, &id).await;
        let shown: Vec<_> = files.iter().map(|it| (&*it.name, &*it.about, it.removed_at.is_some())).collect();
        assert_eq!(shown, [("eerste.pdf", "", false), ("tweede.pdf", "", true)]);
        assert!(!delft.page(&format!("/aanvragen/{id}/concept")).await.contains("tweede.pdf"));
    }

    async fn what_broke_off_is_swept_away_after_a_day_and_nothing_of_another_database(app: TestApp) {
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        upload(&app, &delft, &id, &[("blijft.pdf", PDF), ("weg.pdf", PDF)]).await;
        let storage = &app.app.files.storage;
        let bytes = || stream::iter([Ok::<_, ()>(bytes::Bytes::from_static(b"abc"))]);
        let (broken, foreign) = (AttachmentId::from("afgebroken"), AttachmentId::from("vreemd"));
        let (of, begun) = (id.clone(), broken.clone());
        app.act(world.actor(Who::DelftEditor), move |tx| actions::begin(tx, &of, &begun)).await;
        storage.receive(&broken, bytes(), 10).await.unwrap();
        storage.receive(&foreign, bytes(), 10).await.unwrap();
        fs::write(app.folder().join("attachments/bestanden/half#1"), "ab").unwrap();
        let all = files_of(&app, &id).await;
        delft.post(&format!("{}/{}/verwijdering", page(&id), all[1].id), &[]).await;
        let sweep = async |hours: i64| {
            let machine = Clock::System.now() + TimeDelta::hours(hours);
            scanning::sweep(&app.app.store, &app.app.files, machine).await.unwrap()
        };
        assert_eq!(sweep(23).await, Swept::default());
        assert_eq!(stored(&app), (5, 0));
        assert_eq!(sweep(25).await, Swept { left_over: 1, ..Swept::default() });
        app.at(moment("2026-09-16T08:01:00"));
        assert_eq!(sweep(25).await, Swept { left_over: 1, ..Swept::default() });
        assert_eq!((stored(&app), storage.sha256(&broken).await.unwrap()), ((3, 0), None));
        // What was removed can be put back for thirty days, and goes a day after that.
        app.at(moment("2026-10-15T07:00:00"));
        assert_eq!(sweep(25).await, Swept::default());
        app.at(moment("2026-10-15T08:01:00"));
        assert_eq!(sweep(25).await, Swept { forgotten: 1, ..Swept::default() });
        app.at(moment("2026-10-16T08:02:00"));
        assert_eq!(sweep(25).await, Swept { left_over: 1, ..Swept::default() });
        assert_eq!((files_of(&app, &id).await.len(), stored(&app)), (1, (2, 0)));
        assert!(storage.sha256(&foreign).await.unwrap().is_some());
        assert!(app.read(audit::verify::verify).await.is_sound());
    }

    async fn what_the_scanner_finds_is_held_and_told(app: TestApp) {
        let clamd = Clamd::start();
        let mut app = app;
        app.changed().files.scanner = Some(clamd.scanner());
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        let bad = format!("Dit is een {FOUND}, en verder niets.");
        let reply = upload(&app, &delft, &id, &[("goed.txt", b"niets aan de hand"), ("fout.txt", bad.as_bytes())]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", said(&reply));
        let files = files_of(&app, &id).await;
        let states: Vec<FileState> = files.iter().map(|it| it.state).collect();
        assert_eq!(states, [FileState::Clean, FileState::Infected]);
        assert!(files[1].said.contains("Proef.Bijlage"), "{}", files[1].said);
        assert_eq!(stored(&app), (1, 1));
        let shown = delft.page(&page(&id)).await;
        assert!(shown.contains("Vastgehouden") && shown.contains("Een bestand wordt vastgehouden."));
        // Not handed out, not to anybody; and it is in the way.
        let held = format!("{}/{}", page(&id), files[1].id);
        check_said(&delft.get(&held).await, StatusCode::CONFLICT, "Dit bestand wordt vastgehouden");
        assert!(!shown.contains(&format!("{held}\"")));
        let list = delft.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(list.contains(&format!("#bijlage-{}", files[1].id)) && list.contains("er is een virus in gevonden"));
        let refused = submit(&app, &world, &id).await;
        assert!(matches!(refused, Err(AppError::Refused(Refusal::NotComplete { blocking: 1 }))));
        // Told once: to the municipality, and to who looks after the program.
        scanning::scan(&app.app.store, &app.app.files, &files[1].id).await.unwrap();
        let (messages, told) = app.read(|conn| {
            let messages: Vec<String> = outbox::table.order(outbox::id).select(outbox::body).load(conn)?;
            let told: Vec<String> = mails::table.order(mails::address).select(mails::path).load(conn)?;
            Ok((messages, told))
        }).await;
        assert!(messages.len() == 1 && messages[0].contains("fout.txt") && messages[0].contains("Proef.Bijlage"));
        assert_eq!(told, ["/vastgehouden-bestanden", "/vastgehouden-bestanden"]);
        for who in [Who::Coordinator, Who::Administrator, Who::Auditor] {
            let browser = app.browser(world.actor(who)).await;
            let list = browser.page("/vastgehouden-bestanden").await;
            assert!(list.contains("Proef.Bijlage") && list.contains("Delft"));
            // Not what the application is, that nobody there may know of yet.
            assert!(!list.contains("fout.txt") && !list.contains(id.as_str()));
        }
        let facts = delft.page(&format!("/aanvragen/{id}/verloop")).await;
        assert!(facts.contains("Bijlage vastgehouden: er is een virus in gevonden (Proef.Bijlage"));
        delft.post(&format!("{held}/verwijdering"), &[]).await;
        submit(&app, &world, &id).await.unwrap();
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(coordinator.get(&format!("{}/{}", page(&id), files[0].id)).await.status, StatusCode::OK);
        assert_eq!(coordinator.get(&held).await.status, StatusCode::NOT_FOUND);
        let report = verify::verify(&app.app.store, &app.app.files).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.findings);
    }

    async fn a_file_waits_until_the_scanner_answers(app: TestApp) {
        let mut app = app;
        let world = World::new(&app).await;
        let (id, delft) = draft(&app, &world).await;
        // Came in while there was no scanner.
        upload(&app, &delft, &id, &[("eerder.txt", b"van voor de scanner")]).await;
        let nobody = app.folder().join("nobody.sock");
        app.changed().files.scanner = Some(Scanner::Unix(nobody));
        let delft = app.browser(world.actor(Who::Delft)).await;
        upload(&app, &delft, &id, &[("plan.txt", b"een plan")]).await;
        let files = files_of(&app, &id).await;
        assert_eq!((files[1].state, files[1].attempts), (FileState::Received, 1));
        let shown = delft.page(&page(&id)).await;
        assert!(shown.contains("Wacht op controle") && shown.contains("Wij proberen het vanzelf opnieuw"));
        for it in &files {
            let reply = delft.get(&format!("{}/{}", page(&id), it.id)).await;
            check_said(&reply, StatusCode::CONFLICT, "nog niet gecontroleerd");
        }
        let list = delft.page(&format!("/aanvragen/{id}/controle")).await;
        assert!(list.contains("wacht nog op controle op virussen"));
        assert!(submit(&app, &world, &id).await.is_err());
        // Tried again later each time, and not before.
        let clamd = Clamd::start();
        app.changed().files.scanner = Some(clamd.scanner());
        let scan = async |app: &TestApp| scanning::scan_due(&app.app.store, &app.app.files).await.unwrap();
        assert_eq!(scan(&app).await, 1);
        app.at(moment("2026-09-15T08:00:11"));
        assert_eq!(scan(&app).await, 1);
        let states: Vec<FileState> = files_of(&app, &id).await.iter().map(|it| it.state).collect();
        assert_eq!(states, [FileState::Clean, FileState::Clean]);
        submit(&app, &world, &id).await.unwrap();
    }
}

/// A draft by the clock of the machine, which the program has when it runs by itself; its window is open.
async fn draft_of_now<'a>(app: &'a TestApp, world: &World) -> (ApplicationId, Browser<'a>) {
    let (id, _) = draft(app, world).await;
    app.at(Clock::System.now());
    let later = app.app.store.now() + TimeDelta::days(1);
    app.act(world.actor(Who::Coordinator), move |tx| {
        diesel::update(application_windows::table)
            .set(application_windows::closes_at.eq(later))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
    (id, app.browser(world.actor(Who::Delft)).await)
}

/// 25 MB over the limit is refused before it is read whole: by its own word at once, and where it says
/// nothing of itself after no more than the limit.
#[actix_web::test]
async fn a_body_over_the_limit_is_not_read_whole() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    let (id, delft) = draft_of_now(&app, &world).await;
    let client = Client::of(&delft);
    let place = Mutex::new(free_address());
    let _server = Server::start(&app, &place);
    let address = *place.lock().unwrap();
    let most = usize::try_from(MOST_BYTES).unwrap();
    let start = form(&delft.csrf, "k", &[], &[("groot.txt", b"")]);
    let start = &start[..start.len() - b"\r\n--grens--\r\n".len()];
    let piece = vec![b'a'; MIB];
    for (length, wanted) in [
        (Some(145 * MIB), "u hebt nog 100 MB over"),
        (Some(most + 25 * MIB), "is groter dan 20 MB"),
        (None, "is groter dan 20 MB"),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let size = match length {
            Some(length) => format!("Content-Length: {length}"),
            None => "Transfer-Encoding: chunked".to_owned(),
        };
        write!(
            stream,
            "POST {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
             Content-Type: multipart/form-data; boundary=grens\r\n{size}\r\n\r\n",
            page(&id),
            client.cookie()
        )
        .unwrap();
        let mut send = |bytes: &[u8]| match length {
            Some(_) => stream.write_all(bytes),
            None => write!(stream, "{:x}\r\n", bytes.len())
                .and_then(|()| stream.write_all(bytes))
                .and_then(|()| stream.write_all(b"\r\n")),
        };
        // No more is sent than the limit and what stands on the way: the answer has to come without the rest.
        send(start).unwrap();
        if length != Some(145 * MIB) {
            for _ in 0..most / MIB {
                send(&piece).unwrap();
            }
            send(b"een byte meer").unwrap();
        }
        let mut answer = Vec::new();
        let mut some = [0; 64 * 1024];
        while !String::from_utf8_lossy(&answer).contains("</html>") {
            match stream.read(&mut some) {
                Ok(0) | Err(_) => break,
                Ok(count) => answer.extend_from_slice(&some[..count]),
            }
        }
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        assert!(answer.contains(wanted), "{wanted}: {answer}");
        assert_eq!(stored(&app), (0, 0));
    }
}

/// A file that was acknowledged is there after a power cut, with its row.
#[actix_web::test]
async fn what_was_acknowledged_is_there_when_the_program_is_killed() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    let (id, delft) = draft_of_now(&app, &world).await;
    let client = Client::of(&delft);
    let place = Mutex::new(free_address());
    let mut acknowledged = 0;
    for round in 0..5_u8 {
        let mut server = Server::start(&app, &place);
        let address = *place.lock().unwrap();
        let text = vec![b'a' + round; 3 * MIB];
        let body = form(
            &delft.csrf,
            &format!("k{round}"),
            &[],
            &[("tekst.txt", &text)],
        );
        let answer = client.post_form(
            address,
            &page(&id),
            "multipart/form-data; boundary=grens",
            &body,
        );
        server.kill();
        if answer.is_some_and(|it| it.contains("toegevoegd=1")) {
            acknowledged += 1;
        }
        let files = files_of(&app, &id).await;
        assert_eq!(files.len(), acknowledged);
        let report = verify::verify(&app.app.store, &app.app.files)
            .await
            .unwrap();
        assert!(report.is_sound(), "{:?}", report.findings);
    }
    assert_eq!(acknowledged, 5);
}

/// A clamd of the test's own, that ends with it: with no signatures but one.
struct Clamd {
    child: Child,
    dir: tempfile::TempDir,
}

impl Clamd {
    fn start() -> Clamd {
        let dir = tempfile::tempdir().unwrap();
        let signatures = dir.path().join("db");
        fs::create_dir(&signatures).unwrap();
        let hex: String = FOUND.bytes().map(|it| format!("{it:02x}")).collect();
        fs::write(
            signatures.join("proef.ndb"),
            format!("Proef.Bijlage:0:*:{hex}\n"),
        )
        .unwrap();
        let config = dir.path().join("clamd.conf");
        let socket = dir.path().join("clamd.sock");
        let text = format!(
            "DatabaseDirectory {}\nLocalSocket {}\nForeground yes\n",
            signatures.display(),
            socket.display()
        );
        fs::write(&config, text).unwrap();
        let child = Command::new(program())
            .arg("--config-file")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("no scanner: apt-get install clamav-daemon");
        let begun = Instant::now();
        while !socket.exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no clamd");
            std::thread::sleep(Duration::from_millis(20));
        }
        Clamd { child, dir }
    }

    fn scanner(&self) -> Scanner {
        Scanner::Unix(self.dir.path().join("clamd.sock"))
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Debian keeps it where not everybody's path leads.
fn program() -> &'static Path {
    let debian = Path::new("/usr/sbin/clamd");
    if debian.exists() {
        debian
    } else {
        Path::new("clamd")
    }
}
