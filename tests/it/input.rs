//! Bad input: each kind gets a clear answer, nothing typed is lost, nothing is stored twice.

use actix_web::{http::StatusCode, test::TestRequest};
use versterkingsgelden::{
    applications::{project, store},
    core::actor::{Actor, Organisation, Role},
    identity::{
        access,
        actions::{NewAccount, create_account},
        password,
    },
};

use crate::{
    projects::{a_project, an_application, post, stored, with},
    support::{TestApp, Who, World, on_both, projects},
};

fn sound() -> Vec<(String, String)> {
    let costs = [(2027, "55.780,00"), (2028, "63.760,00")];
    projects::project("prevention", "targeted", "Jongerenwerk online", &costs)
}

/// Saves a project with this in these fields: it is kept as it was typed, and the page says this
/// sentence about it, in the list of errors with a link to the field.
async fn says(app: &TestApp, changes: &[(&str, &str)], field: &str, sentence: &str) {
    let world = World::new(app).await;
    let (application, _, page) = a_project(app, &world).await;
    let browser = app.browser(world.actor(Who::Delft)).await;
    let typed = changes
        .iter()
        .fold(sound(), |fields, (name, text)| with(fields, name, text));
    let saved = post(&browser, &page, 1, &typed, "verder").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shown = browser.page(&saved.location).await;
    let link = format!("<a href=\"#{field}\">{sentence}");
    assert!(shown.contains(&link), "{link}\n{shown}");
    assert!(shown.contains(&format!("id=\"{field}\"")), "{shown}");
    for (name, text) in changes {
        assert_eq!(stored(app, &application).await.get(name), *text);
    }
}

on_both! {
    async fn an_amount_with_points_and_a_comma_is_read(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(sound(), "regel.1.tarief.2027", "1.000,50");
        post(&browser, &page, 1, &typed, "verder").await;
        let all = app.read(move |conn| store::projects_of(conn, &application)).await;
        assert_eq!(all[0].years[0].requested.cents(), 100_050);
    }

    async fn a_round_price_is_read(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(sound(), "regel.1.tarief.2027", "€ 1.350,-");
        post(&browser, &page, 1, &with(typed, "regel.1.tarief.2028", "92,--"), "verder").await;
        let all = app.read(move |conn| store::projects_of(conn, &application)).await;
        let requested: Vec<i64> = all[0].years.iter().map(|it| it.requested.cents()).collect();
        assert_eq!(requested, [135_000, 9_200]);
    }

    async fn the_number_between_words_is_proposed(app: TestApp) {
        let (rate, quantity) = ("regel.1.tarief.2027", "regel.1.aantal.2027");
        says(&app, &[(rate, "85 cent")], rate, "Inhuur trainer: het tarief voor 2027 is “85 cent”. Bedoelt u 0,85?").await;
        let app = TestApp::sqlite();
        says(&app, &[(quantity, "200 uur")], quantity, "Inhuur trainer: het aantal voor 2027 is “200 uur”. Typ alleen het getal: 200.").await;
        let app = TestApp::sqlite();
        says(&app, &[(rate, "64,375")], rate, "Inhuur trainer: het tarief voor 2027 is “64,375”. Rond af op hele centen: 64,38.").await;
    }

    async fn a_percentage_may_be_written_out(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let typed = with(with(sound(), "indicator.1.eenheid", "procent"), "indicator.1.doel.2027", "80 procent");
        let saved = post(&browser, &page, 1, &with(typed, "indicator.1.doel.2028", "85%"), "verder").await;
        assert!(saved.location.ends_with("#projecten"), "{}", saved.location);
        // What was typed stays as it was typed, and is read as one form.
        assert_eq!(stored(&app, &application).await.get("indicator.1.doel.2027"), "80 procent");
        let draft = browser.page(&format!("/aanvragen/{application}/concept")).await;
        assert!(!draft.contains("80 procent") && !draft.contains("85%"), "{draft}");
    }

    async fn a_decimal_point_is_not_guessed(app: TestApp) {
        let field = "regel.1.tarief.2027";
        says(&app, &[(field, "1000.5")], field, "Inhuur trainer: het tarief voor 2027 is “1000.5”. Gebruik een komma voor de decimalen. Bedoelt u 1000,5?").await;
    }

    async fn an_exponent_is_no_amount(app: TestApp) {
        let field = "regel.1.tarief.2027";
        says(&app, &[(field, "1e9")], field, "Inhuur trainer: het tarief voor 2027 is “1e9”. Dat is geen bedrag.").await;
    }

    async fn an_amount_below_zero_is_refused(app: TestApp) {
        let field = "regel.1.tarief.2028";
        says(&app, &[(field, "-1")], field, "Inhuur trainer: het tarief voor 2028 is “-1”. Dat is lager dan nul.").await;
    }

    async fn twenty_digits_are_too_many(app: TestApp) {
        let field = "regel.1.tarief.2027";
        says(&app, &[(field, "12345678901234567890")], field, "Inhuur trainer: het tarief voor 2027 is “12345678901234567890”. Dat is te hoog.").await;
    }

    async fn an_empty_year_is_named(app: TestApp) {
        let empty = [("regel.1.aantal.2028", ""), ("regel.1.tarief.2028", "")];
        says(&app, &empty, "regel.1.aantal.2028", "Voor 2028 is nog niets begroot. Een project in preventie loopt in beide jaren.").await;
    }

    async fn a_flexible_project_runs_in_one_year(app: TestApp) {
        let flexible = [("categorie", "one_year"), ("onderdeel", "pilot"), ("jaar", "2028")];
        says(&app, &flexible, "regel.1.aantal.2027", "Een eenjarig project loopt in één jaar. U koos 2028, maar vulde ook voor 2027 bedragen in.").await;
    }

    async fn a_prevention_project_is_not_flexible(app: TestApp) {
        let changes = [("categorie", "one_year"), ("jaar", "2028")];
        says(&app, &changes, "onderdeel", "Een preventieproject kan niet eenjarig flexibel zijn: volgens de regeling is een eenjarig project “niet zijnde een preventieproject” (Stcrt. 2022, 19011, artikel 1).").await;
    }

    async fn thirty_megabytes_are_too_large(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let large = [("titel".to_owned(), "x".repeat(30 * 1024 * 1024))];
        let refused = post(&browser, &page, 1, &large, "verder").await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused.body.contains("Dit is te groot") && refused.body.contains("1 MB"), "{}", refused.body);
        assert_eq!(stored(&app, &application).await.iter().count(), 0);
    }

    async fn a_form_sent_twice_is_stored_once(app: TestApp) {
        let world = World::new(&app).await;
        let application = an_application(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let list = format!("/aanvragen/{application}/projecten");
        let first = browser.post_with_key(&list, "k1", &[]).await;
        let second = browser.post_with_key(&list, "k1", &[]).await;
        assert_eq!(first.location, second.location);

        let page = first.location;
        let fields = [("versie", "1"), ("actie", "verder"), ("titel", "Een")];
        let saved = browser.post_with_key(&page, "k2", &fields).await;
        let again = browser.post_with_key(&page, "k2", &fields).await;
        assert_eq!((saved.status, &saved.location), (again.status, &again.location));
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert_eq!(version(&app, &application).await, 2);

        // Another text in a form with the same key, as after "back" in the browser, is not dropped.
        let other = [("versie", "1"), ("actie", "verder"), ("titel", "Twee")];
        let stale = browser.post_with_key(&page, "k2", &other).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("Twee"), "{}", stale.body);
        assert_eq!(stored(&app, &application).await.get("titel"), "Een");
    }

    async fn a_stale_version_shows_both(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        post(&browser, &page, 1, &sound(), "verder").await;
        let mine = with(sound(), "regel.1.tarief.2027", "9");
        let stale = post(&browser, &page, 1, &mine, "verder").await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for text in ["Begroting, regel 1: tarief in 2027", "55.780,00", "<small>9</small>", "Iemand met uw account schreef in hetzelfde veld als u."] {
            assert!(stale.body.contains(text), "{text}: {}", stale.body);
        }
        assert_eq!(version(&app, &application).await, 2);
    }

    async fn what_was_typed_in_a_session_that_expired_is_saved_after_signing_in(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, page) = a_project(&app, &world).await;
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
        let text = "Eerste regel\r\n<tweede> & \"derde\"";
        let typed = with(sound(), "doel-kort", text);
        let own = [("csrf", "oud"), ("key", "k1"), ("versie", "1"), ("actie", "later")];
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (&**name, &**text)).chain(own).collect();
        let asked = app.send(local(&page).set_form(&fields)).await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
        assert!(asked.body.contains("Uw tekst is bewaard"), "{}", asked.body);

        let kept = unescaped(value_of(&asked.body, "bewaard"));
        let sign_in = [
            ("email", "joris@delft.example"),
            ("wachtwoord", "correct paard batterij"),
            ("naar", page.as_str()),
            ("bewaard", kept.as_str()),
        ];
        let back = app.send(local("/inloggen").set_form(sign_in)).await;
        assert_eq!(back.status, StatusCode::OK, "{}", back.body);
        let token = back.cookies[0].value().to_owned();
        let csrf = access::csrf(&token);
        let mut again: Vec<(String, String)> = back
            .body
            .split("<textarea name=\"")
            .skip(1)
            .map(|it| {
                let (name, rest) = it.split_once("\" hidden>\n").unwrap();
                let (text, _) = rest.split_once("</textarea>").unwrap();
                (unescaped(name), unescaped(text))
            })
            .collect();
        again.push(("csrf".to_owned(), csrf));
        let sent = local(&page).cookie(back.cookies[0].clone()).set_form(&again);
        let saved = app.send(sent).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let stored = stored(&app, &application).await;
        assert_eq!(stored.get("doel-kort"), text);
        assert_eq!(stored.iter().count(), typed.len());
    }
}

async fn version(app: &TestApp, id: &versterkingsgelden::core::ids::ApplicationId) -> i32 {
    let of = id.clone();
    let all = app
        .read(move |conn| project::store::drafts(conn, &of))
        .await;
    assert_eq!(all.len(), 1);
    all[0].version
}

/// A post from a page of our own, without a session.
fn local(path: &str) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("sec-fetch-site", "same-origin"))
}

/// The value of a hidden field.
fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap();
    rest.split_once('"').unwrap().0
}

fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}
