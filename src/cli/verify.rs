//! `verify`: recomputes what can be recomputed and says what does not hold.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use super::{FINDING, WRONG_USAGE, settings::Settings};
use crate::{
    applications::attachments::{self, Files},
    audit,
    core::findings::Report,
    dashboards::audit::checks::{CHECKS, Check},
    db::Store,
    error::AppError,
};

/// Recomputes, foots, and checks the chains. Changes nothing.
///
/// Exit 0: everything holds. Exit 1: something does not, and is said. Exit 2: wrong usage.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to verify: allocations, journal, audit, attachments or all
    #[arg(default_value = "all", value_parser = known)]
    what: String,
    /// Verify this export of the audit trail, without a database
    #[arg(long, value_name = "EXPORT.jsonl")]
    file: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// The verification of the bytes of attachments, which stand outside the database.
const ATTACHMENTS: &str = "attachments";
const ALL: &str = "all";

fn known(what: &str) -> Result<String, String> {
    let more = [ATTACHMENTS, ALL];
    let names: Vec<&str> = CHECKS.iter().map(|it| it.name).chain(more).collect();
    if names.contains(&what) {
        Ok(what.to_owned())
    } else {
        Err(format!("expected one of: {}", names.join(", ")))
    }
}

/// One verification with what it found.
#[derive(Debug, serde::Serialize)]
struct Outcome {
    check: &'static str,
    #[serde(flatten)]
    report: Report,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    if let Some(file) = &args.file {
        return offline(&args, file);
    }
    let opened = args
        .settings
        .clone()
        .complete()
        .and_then(|(settings, _)| Ok((settings.open_as_is()?, settings.files_as_is()?)));
    match opened {
        Ok((store, files)) => {
            super::run(async move { online(&store, &files, &args.what, args.json).await })
        }
        Err(err) => {
            eprintln!("{err}");
            ExitCode::from(WRONG_USAGE)
        }
    }
}

fn offline(args: &Args, file: &PathBuf) -> ExitCode {
    if args.what != "audit" {
        eprintln!("--file goes with `verify audit`.");
        return ExitCode::from(WRONG_USAGE);
    }
    match fs::read_to_string(file) {
        Ok(text) => {
            let report = audit::export::verify(&text);
            tell(
                &[Outcome {
                    check: "audit",
                    report,
                }],
                args.json,
            )
        }
        Err(err) => {
            eprintln!("{}: {err}", file.display());
            ExitCode::from(WRONG_USAGE)
        }
    }
}

/// Runs the verifications of this name, each on one snapshot, and tells what they found.
pub async fn online(
    store: &Store,
    files: &Files,
    what: &str,
    json: bool,
) -> Result<ExitCode, AppError> {
    let chosen: Vec<&'static Check> = CHECKS
        .iter()
        .filter(|it| what == ALL || it.name == what)
        .collect();
    let mut outcomes = store
        .read(move |conn| {
            let outcome = |it: &&'static Check| {
                Ok(Outcome {
                    check: it.name,
                    report: (it.run)(conn)?,
                })
            };
            chosen
                .iter()
                .map(outcome)
                .collect::<Result<Vec<_>, AppError>>()
        })
        .await?;
    if [ALL, ATTACHMENTS].contains(&what) {
        outcomes.push(Outcome {
            check: ATTACHMENTS,
            report: attachments::verify::verify(store, files).await?,
        });
    }
    Ok(tell(&outcomes, json))
}

fn tell(outcomes: &[Outcome], json: bool) -> ExitCode {
    let text = if json {
        serde_json::to_string_pretty(outcomes).map(|it| it + "\n")
    } else {
        Ok(outcomes.iter().map(lines).collect())
    };
    let is_sound = outcomes.iter().all(|it| it.report.is_sound());
    let written = text
        .map_err(io::Error::from)
        .and_then(|it| io::stdout().lock().write_all(it.as_bytes()));
    match (written, is_sound) {
        (Err(_), _) => ExitCode::from(WRONG_USAGE),
        (Ok(()), true) => ExitCode::SUCCESS,
        (Ok(()), false) => ExitCode::from(FINDING),
    }
}

fn lines(it: &Outcome) -> String {
    let verdict = if it.report.is_sound() {
        "klopt"
    } else {
        "klopt niet"
    };
    let mut text = format!("{}: {verdict} ({})\n", it.check, it.report.summary());
    for finding in &it.report.findings {
        text.push_str(&format!("- {finding}\n"));
    }
    if 0 < it.report.more {
        text.push_str(&format!("- En nog {} andere.\n", it.report.more));
    }
    for note in &it.report.notes {
        text.push_str(&format!("  Ter informatie: {note}\n"));
    }
    text
}
