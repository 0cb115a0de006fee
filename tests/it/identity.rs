//! Signing in: who comes in, who does not, and what is kept for whoever was away too long.

use actix_web::{http::StatusCode, test::TestRequest};
use versterkingsgelden::{
    audit,
    core::actor::{Actor, Organisation, Role},
    identity::{
        actions::{NewAccount, create_account},
        password,
    },
};

use crate::support::{TestApp, on_both};

async fn an_account(app: &TestApp) {
    let new = NewAccount {
        email: "Auditor@example.nl ".to_owned(),
        name: "An Auditor".to_owned(),
        password_hash: password::hash("correct paard batterij").unwrap(),
        organisation: Organisation::Audit,
        municipality: None,
        roles: vec![Role::Auditor],
    };
    app.act(&Actor::command_line(), move |tx| create_account(tx, &new))
        .await;
}

fn sign_in(email: &str, password: &str) -> TestRequest {
    TestRequest::post()
        .uri("/inloggen")
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form([("email", email), ("wachtwoord", password), ("naar", "/")])
}

on_both! {
    async fn the_right_password_opens_the_door_and_a_wrong_one_does_not(app: TestApp) {
        an_account(&app).await;
        let wrong = app.send(sign_in("auditor@example.nl", "fout")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("horen niet bij elkaar"), "{}", wrong.body);
        assert!(wrong.body.contains(r#"value="auditor@example.nl""#), "{}", wrong.body);
        let unknown = app.send(sign_in("niemand@example.nl", "fout")).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = app.send(sign_in("AUDITOR@example.nl", "correct paard batterij")).await;
        assert_eq!((right.status, right.location.as_str()), (StatusCode::SEE_OTHER, "/"));
        let cookie = &right.cookies[0];
        assert!(cookie.http_only().unwrap_or_default());
    }

    async fn another_site_cannot_post(app: TestApp) {
        let foreign = TestRequest::post()
            .uri("/inloggen")
            .insert_header(("sec-fetch-site", "cross-site"))
            .set_form([("email", "a@b.nl"), ("wachtwoord", "x")]);
        assert_eq!(app.send(foreign).await.status, StatusCode::BAD_REQUEST);
        let bare = TestRequest::post().uri("/inloggen").set_form([("email", "a@b.nl")]);
        assert_eq!(app.send(bare).await.status, StatusCode::BAD_REQUEST);
    }

    async fn a_proxy_of_ours_says_where_somebody_signs_in(app: TestApp) {
        let mut app = app;
        app.changed().proxies = vec!["10.0.0.1".parse().unwrap()];
        an_account(&app).await;
        for (peer, origin) in [("10.0.0.1:4711", "198.51.100.7"), ("10.0.0.9:4711", "10.0.0.9")] {
            let tried = sign_in("auditor@example.nl", "fout")
                .peer_addr(peer.parse().unwrap())
                .insert_header(("x-forwarded-for", "203.0.113.9, 198.51.100.7"));
            app.send(tried).await;
            let latest = app.read(|conn| audit::store::latest(conn, 1, 0)).await;
            assert_eq!(latest[0].origin, origin);
        }
    }

    async fn too_many_tries_are_refused_with_the_time_to_wait(app: TestApp) {
        let mut last = app.send(sign_in("iemand@example.nl", "fout")).await;
        // More than twelve: a slow machine gets some tries back meanwhile.
        for _ in 0..60 {
            if last.status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            last = app.send(sign_in("iemand@example.nl", "fout")).await;
        }
        assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(last.body.contains("Wacht"), "{}", last.body);
    }

    async fn what_is_posted_without_a_session_is_kept(app: TestApp) {
        an_account(&app).await;
        let posted = TestRequest::post()
            .uri("/uitloggen")
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form([("tekst", "eerste regel\r\n<tweede> & derde"), ("csrf", "oud")]);
        let asked = app.send(posted).await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
        assert!(asked.body.contains("Uw tekst is bewaard"), "{}", asked.body);
        let kept = asked.body.split("name=\"bewaard\" value=\"").nth(1).unwrap();
        let kept = kept.split('"').next().unwrap().replace("&#38;", "&");
        let again = TestRequest::post()
            .uri("/inloggen")
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form([
                ("email", "auditor@example.nl"),
                ("wachtwoord", "correct paard batterij"),
                ("naar", "/uitloggen"),
                ("bewaard", &kept),
            ]);
        let back = app.send(again).await;
        assert_eq!(back.status, StatusCode::OK, "{}", back.body);
        assert!(back.body.contains("eerste regel\r\n&#60;tweede&#62; &#38; derde"), "{}", back.body);
        assert!(!back.body.contains("value=\"oud\""), "{}", back.body);
    }
}
