//! `export`: a table or the audit trail as a file, with what accounts for it.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use super::{WRONG_USAGE, serve, settings::Settings};
use crate::{
    audit,
    core::ids::CycleId,
    db::Store,
    error::AppError,
    exports::{self, Export, Format, Selection, as_of::AsOf},
    schemes,
    texts::dates::OnDay,
};

/// The name of the export that is no table.
const AUDIT_LOG: &str = "auditlog";

/// Writes an export to a file, and says what is in it: rows, totals, as of when, SHA-256.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// toekenningen, begroting, boekingen or auditlog
    #[arg(value_parser = known)]
    name: String,
    /// csv, csv-excel, xlsx or json; the audit trail is always jsonl
    #[arg(long, default_value = "csv", value_parser = Format::parse)]
    format: Format,
    /// As things stood at the end of this day, such as 2027-12-31, or at this moment on the Dutch
    /// clock, such as 2027-12-31T14:30 [default: now]
    #[arg(long, value_name = "DATE", default_value = "")]
    as_of: String,
    /// `cyclus=NAME` takes one cycle only
    #[arg(long = "filter", value_name = "KEY=VALUE")]
    filters: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Say what is in it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

fn known(name: &str) -> Result<String, String> {
    if name == AUDIT_LOG {
        return Ok(name.to_owned());
    }
    Export::parse(name).map(|it| it.as_str().to_owned())
}

/// What accounts for a file.
#[derive(Debug, serde::Serialize)]
struct Account {
    export: String,
    bestand: String,
    stand_van: String,
    aantal_regels: u64,
    totalen: Vec<(String, String)>,
    sha256: String,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let Args {
        name,
        format,
        as_of,
        filters,
        output,
        json,
        settings,
    } = args;
    match serve::open_as_is(settings) {
        Ok((settings, store)) => super::run(async move {
            let as_of = match AsOf::parse(&as_of, store.now()) {
                Ok(it) => it,
                Err(err) => return Ok(wrong(&format!("--as-of {as_of}: {}", err.sentence()))),
            };
            let cycle = match cycle_name(&filters) {
                Ok(it) => it,
                Err(sentence) => return Ok(wrong(&sentence)),
            };
            let made = if name == AUDIT_LOG {
                if as_of.day.is_some() || cycle.is_some() {
                    return Ok(wrong("auditlog is always the whole trail, as it is now."));
                }
                trail(&store, &as_of).await?
            } else {
                let of = (cycle, settings.public_url);
                match table(&store, &name, format, of, as_of).await? {
                    Some(it) => it,
                    None => return Ok(wrong("--filter cyclus: er is geen cyclus met die naam.")),
                }
            };
            Ok(keep(made, &output, json))
        }),
        Err(status) => status,
    }
}

fn wrong(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(WRONG_USAGE)
}

fn cycle_name(filters: &[String]) -> Result<Option<String>, String> {
    let mut name = None;
    for filter in filters {
        match filter.split_once('=') {
            Some(("cyclus", value)) => name = Some(value.to_owned()),
            _ => return Err(format!("--filter {filter}: gebruik cyclus=NAAM.")),
        }
    }
    Ok(name)
}

type Made = (Account, Vec<u8>);

async fn trail(store: &Store, as_of: &AsOf) -> Result<Made, AppError> {
    let moment = as_of.moment;
    let export = store
        .read(move |conn| audit::export::write(conn, moment))
        .await?;
    let bytes = export.text.into_bytes();
    let account = Account {
        export: AUDIT_LOG.to_owned(),
        bestand: String::new(),
        stand_van: moment.machine(),
        aantal_regels: export.facts,
        totalen: Vec::new(),
        sha256: exports::sha256(&bytes),
    };
    Ok((account, bytes))
}

/// The table as a file; nothing if there is no cycle of that name. Whoever may run the command on
/// the machine itself sees every dossier.
async fn table(
    store: &Store,
    name: &str,
    format: Format,
    (cycle, site): (Option<String>, Option<String>),
    as_of: AsOf,
) -> Result<Option<Made>, AppError> {
    let export = Export::parse(name).map_err(AppError::internal)?;
    let table = store
        .read(move |conn| {
            let chosen: Option<(CycleId, String)> = match &cycle {
                None => None,
                Some(name) => {
                    let cycles = schemes::store::cycles(conn)?;
                    match cycles.into_iter().find(|it| it.name == *name) {
                        Some(it) => Some((it.id, it.name)),
                        None => return Ok(None),
                    }
                }
            };
            let selection = Selection {
                cycle: chosen,
                as_of,
                closed: Vec::new(),
                site,
            };
            export.read(conn, &selection).map(Some)
        })
        .await?;
    let Some(table) = table else { return Ok(None) };
    let bytes = format.write(&table)?;
    let totals = table.totals()?.into_iter();
    let account = Account {
        export: table.name.to_owned(),
        bestand: String::new(),
        stand_van: table.as_of.machine(),
        aantal_regels: u64::try_from(table.rows.len()).unwrap_or(u64::MAX),
        totalen: totals
            .map(|(name, it)| (name.to_owned(), it.to_string()))
            .collect(),
        sha256: exports::sha256(&bytes),
    };
    Ok(Some((account, bytes)))
}

fn keep((mut account, bytes): Made, output: &PathBuf, json: bool) -> ExitCode {
    account.bestand = output.display().to_string();
    if let Err(err) = fs::write(output, bytes) {
        return wrong(&format!("{}: {err}", output.display()));
    }
    let text = if json {
        serde_json::to_string_pretty(&account).map(|it| it + "\n")
    } else {
        Ok(lines(&account))
    };
    let written = text
        .map_err(io::Error::from)
        .and_then(|it| io::stdout().lock().write_all(it.as_bytes()));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(WRONG_USAGE),
    }
}

fn lines(it: &Account) -> String {
    let mut text = format!(
        "export   {}\nbestand  {}\nstand    {}\nregels   {}\n",
        it.export, it.bestand, it.stand_van, it.aantal_regels
    );
    for (name, total) in &it.totalen {
        text.push_str(&format!("totaal   {name} {total}\n"));
    }
    text.push_str(&format!("sha256   {}\n", it.sha256));
    text
}
