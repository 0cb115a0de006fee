//! For the auditor: what happened, by whom and when, and whether it still stands as it was recorded.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{checks, sentences, store};
use crate::{
    app::App,
    audit::{self, store::FactRow},
    core::{answers::Answers, findings::Report},
    db::Conn,
    error::AppError,
    exports::{repr_digest, sha256},
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    texts::{dates, filters},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/audit", Access::May(Action::SeeAudit), show_facts),
        Route::get("/audit/auditlog", Access::May(Action::SeeAudit), download),
        Route::get("/audit/controle", Access::May(Action::SeeAudit), verify),
    ]
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Asked {
    /// A stream, or the reference of an application.
    reeks: String,
}

#[derive(Template)]
#[template(path = "audit/facts.html")]
struct FactsPage {
    frame: Frame,
    form: FormView,
    rows: Vec<RowView>,
    pager: Pager,
}

struct RowView {
    at: NaiveDateTime,
    what: String,
    detail: String,
    subject: String,
    stream: String,
    href: String,
    seq: i64,
    who: String,
    origin: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "audit/checks.html")]
struct ChecksPage {
    frame: Frame,
    at: String,
    checks: Vec<CheckView>,
}

struct CheckView {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    report: Report,
}

async fn show_facts(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (wanted, query) = (asked.reeks.trim().to_owned(), req.query_string().to_owned());
    let (facts, pager) = app
        .store
        .read(move |conn| facts(conn, &wanted, &query))
        .await?;
    let page = FactsPage {
        frame: who.frame().crumb("Overzicht", "/").here("Controle"),
        form: FormView::new(Answers::default().with("reeks", &asked.reeks)),
        rows: facts.into_iter().map(row).collect(),
        pager,
    };
    html::ok(&page)
}

fn facts(conn: &mut Conn, wanted: &str, query: &str) -> Result<(Vec<FactRow>, Pager), AppError> {
    let limit = i64::from(PAGE_SIZE);
    let pager = |total: i64| Pager::new("/audit", query, u64::try_from(total).unwrap_or_default());
    let offset = |it: &Pager| i64::try_from(it.offset()).unwrap_or(i64::MAX);
    if wanted.is_empty() {
        let pager = pager(audit::store::count(conn)?);
        let facts = audit::store::latest(conn, limit, offset(&pager))?;
        return Ok((facts, pager));
    }
    let stream = match store::application(conn, wanted)? {
        Some(id) => audit::Stream::Application(&id).to_string(),
        None => wanted.to_owned(),
    };
    let pager = pager(audit::store::count_of_stream(conn, &stream)?);
    let facts = audit::store::latest_of_stream(conn, &stream, limit, offset(&pager))?;
    Ok((facts, pager))
}

fn row(it: FactRow) -> RowView {
    RowView {
        at: it.at,
        what: sentences::what(&it.kind).to_owned(),
        subject: sentences::subject(&it.stream).to_owned(),
        href: format!("/audit?reeks={}", it.stream.replace(':', "%3A")),
        hash: it.hash.chars().take(12).collect(),
        detail: it.detail,
        stream: it.stream,
        seq: it.seq,
        who: it.actor_name,
        origin: it.origin,
    }
}

/// Runs every verification on one snapshot; changes nothing.
async fn verify(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let checks = app
        .store
        .read(|conn| {
            checks::CHECKS
                .iter()
                .map(|it| {
                    Ok(CheckView {
                        name: it.name,
                        title: it.title,
                        about: it.about,
                        report: (it.run)(conn)?,
                    })
                })
                .collect::<Result<Vec<_>, AppError>>()
        })
        .await?;
    let page = ChecksPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Controle", "/audit")
            .here("Uitkomst"),
        at: dates::moment(app.store.now()),
        checks,
    };
    html::ok(&page)
}

/// The whole trail as a file that can be verified offline.
async fn download(app: web::Data<App>, _who: SignedIn) -> Result<HttpResponse, AppError> {
    let now = app.store.now();
    let export = app
        .store
        .read(move |conn| audit::export::write(conn, now))
        .await?;
    let bytes = export.text.into_bytes();
    let name = format!(
        "attachment; filename=\"auditlog-{}.jsonl\"",
        dates::on_the_clock(now).format("%Y%m%d")
    );
    Ok(HttpResponse::Ok()
        .content_type("application/jsonl; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header(("repr-digest", repr_digest(&bytes)))
        .insert_header(("x-sha256", sha256(&bytes)))
        .insert_header(("x-row-count", export.facts.to_string()))
        .body(bytes))
}
