//! The exports: which there are, what accounts for each, and the files.

use actix_web::{
    HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web,
};
use askama::Template;

use super::{
    Export, Format, Selection,
    as_of::AsOf,
    repr_digest, sha256,
    table::{Column, Table},
};
use crate::{
    app::App,
    core::{actor::Actor, answers::Answers, answers::FieldErrors, money::Money},
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    journal::balance::Measure,
    schemes,
    texts::{dates::OnDay, filters},
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/exports", Access::May(Action::SeeFinance), list),
        Route::get("/exports/{naam}", Access::May(Action::SeeFinance), one),
    ]
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Asked {
    cyclus: String,
    per: String,
    om: String,
    formaat: String,
}

impl Asked {
    fn form(&self, errors: FieldErrors) -> FormView {
        let answers = Answers::default()
            .with("cyclus", &self.cyclus)
            .with("per", &self.per)
            .with("om", &self.om);
        FormView::refused(answers, errors)
    }
}

#[derive(Template)]
#[template(path = "exports/list.html")]
struct ListPage {
    frame: Frame,
    form: FormView,
    cycles: Vec<Choice>,
    as_of: String,
    exports: Vec<ExportView>,
}

#[derive(Template)]
#[template(path = "exports/one.html")]
struct OnePage {
    frame: Frame,
    form: FormView,
    cycles: Vec<Choice>,
    as_of: String,
    export: ExportView,
    rows: usize,
    left_out: usize,
    /// The totals, each with the lines of the journal that it is the sum of, where it is.
    totals: Vec<(&'static str, Money, String)>,
    digests: Vec<(&'static str, String)>,
    columns: &'static [Column],
}

struct ExportView {
    name: &'static str,
    label: &'static str,
    about: &'static str,
    href: String,
    files: Vec<(&'static str, String)>,
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let asked = asked.into_inner();
    let (as_of, errors) = as_of(&app, &asked);
    let cycles = app.store.read(schemes::store::cycles).await?;
    let query = if errors.is_empty() {
        query(&asked.cyclus, &as_of)
    } else {
        query(&asked.cyclus, &AsOf::now(as_of.moment))
    };
    let form = asked.form(errors);
    let is_refused = form.is_refused();
    let page = ListPage {
        frame: who.frame().crumb("Overzicht", "/").here("Exports"),
        form,
        cycles: choices(&cycles),
        as_of: as_of.sentence(),
        exports: Export::ALL.iter().map(|it| view(*it, &query)).collect(),
    };
    if is_refused {
        html::refused(&page)
    } else {
        html::ok(&page)
    }
}

/// The file, or without a format the page with what accounts for it.
async fn one(
    app: web::Data<App>,
    who: SignedIn,
    name: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let export = Export::parse(&name).map_err(|_| AppError::NotFound)?;
    let asked = asked.into_inner();
    let (as_of, errors) = as_of(&app, &asked);
    let (question, actor) = (asked.clone(), who.actor.clone());
    let site = app.public_url.clone();
    let (table, cycles) = app
        .store
        .read(move |conn| {
            let selection = Selection {
                site,
                ..selection(conn, &question.cyclus, &as_of, &actor)?
            };
            let cycles = schemes::store::cycles(conn)?;
            Ok((export.read(conn, &selection)?, cycles))
        })
        .await?;
    if !errors.is_empty() && !asked.formaat.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if asked.formaat.is_empty() {
        return account(&who, export, &asked, &as_of, errors, &table, &cycles);
    }
    let format = Format::parse(&asked.formaat).map_err(|_| AppError::NotFound)?;
    web::block(move || download(&table, format))
        .await
        .map_err(AppError::internal)?
        .map(Download::response)
}

fn account(
    who: &SignedIn,
    export: Export,
    asked: &Asked,
    as_of: &AsOf,
    errors: FieldErrors,
    table: &Table,
    cycles: &[schemes::Cycle],
) -> Result<HttpResponse, AppError> {
    let mut digests = Vec::new();
    for format in [Format::Csv, Format::CsvExcel] {
        digests.push((format.label(), sha256(&format.write(table)?)));
    }
    let form = asked.form(errors);
    let is_refused = form.is_refused();
    let page = OnePage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Exports", "/exports")
            .here(export.label()),
        form,
        cycles: choices(cycles),
        as_of: as_of.sentence(),
        export: view(export, &query(&asked.cyclus, as_of)),
        rows: table.rows.len(),
        left_out: table.left_out,
        totals: totals(asked, as_of, table)?,
        digests,
        columns: table.columns,
    };
    if is_refused {
        html::refused(&page)
    } else {
        html::ok(&page)
    }
}

/// The control totals. A figure of the ledger leads to its lines: those of one cycle, which is all that the
/// page of lines shows at once, and of nothing that was left out.
fn totals(
    asked: &Asked,
    as_of: &AsOf,
    table: &Table,
) -> Result<Vec<(&'static str, Money, String)>, AppError> {
    let lines = |name: &str| match Measure::parse(name) {
        Ok(measure) if table.cycle.is_some() && table.left_out == 0 => {
            let query = query(&asked.cyclus, as_of);
            format!("/boekingen?{query}&soort={}", measure.as_str())
        }
        _ => String::new(),
    };
    let totals = table.totals()?.into_iter();
    Ok(totals.map(|(name, it)| (name, it, lines(name))).collect())
}

fn as_of(app: &App, asked: &Asked) -> (AsOf, FieldErrors) {
    let (now, mut errors) = (app.store.now(), FieldErrors::default());
    let as_of = AsOf::read(&asked.per, &asked.om, now).unwrap_or_else(|err| {
        errors.push("per", err.sentence());
        AsOf::now(now)
    });
    (as_of, errors)
}

fn selection(
    conn: &mut Conn,
    cycle: &str,
    as_of: &AsOf,
    actor: &Actor,
) -> Result<Selection, AppError> {
    let cycle = match cycle {
        "" => None,
        id => {
            let found = schemes::store::cycle(conn, &id.into())?;
            Some((found.id, found.name))
        }
    };
    Ok(Selection {
        cycle,
        as_of: *as_of,
        closed: super::closed_to(conn, actor)?,
        site: None,
    })
}

fn choices(cycles: &[schemes::Cycle]) -> Vec<Choice> {
    cycles
        .iter()
        .map(|it| Choice::new(it.id.as_str(), it.name.clone()))
        .collect()
}

/// The cycle and the day; the cycle is one of ours or the page was not found.
fn query(cycle: &str, as_of: &AsOf) -> String {
    let cycle: String = cycle
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
        .collect();
    format!("cyclus={cycle}{}", as_of.query())
}

fn view(export: Export, query: &str) -> ExportView {
    let address = |format: &Format| {
        let name = export.as_str();
        format!("/exports/{name}?formaat={}&{query}", format.as_str())
    };
    ExportView {
        name: export.as_str(),
        label: export.label(),
        about: export.about(),
        href: format!("/exports/{}?{query}", export.as_str()),
        files: Format::ALL
            .iter()
            .map(|it| (it.label(), address(it)))
            .collect(),
    }
}

/// A file with the headers that account for it.
struct Download {
    file: super::File,
    format: Format,
    rows: usize,
    as_of: String,
    totals: String,
}

fn download(table: &Table, format: Format) -> Result<Download, AppError> {
    let totals: Vec<String> = table
        .totals()?
        .into_iter()
        .map(|(name, it)| format!("{name}={it}"))
        .collect();
    Ok(Download {
        file: super::file(table, format)?,
        format,
        rows: table.rows.len(),
        as_of: table.as_of.machine(),
        totals: totals.join("; "),
    })
}

impl Download {
    fn response(self) -> HttpResponse {
        let disposition = ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(self.file.name)],
        };
        HttpResponse::Ok()
            .content_type(self.format.media_type())
            .insert_header((header::CONTENT_DISPOSITION, disposition))
            .insert_header(("repr-digest", repr_digest(&self.file.bytes)))
            .insert_header(("x-row-count", self.rows.to_string()))
            .insert_header(("x-as-of", self.as_of))
            .insert_header(("x-control-totals", self.totals))
            .body(self.file.bytes)
    }
}
