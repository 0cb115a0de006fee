//! `allocate`: divides the money of a file, without a database.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::allocation::{FrozenInput, Outcome, Status, allocate, amount};

/// Verdeelt het geld van een bestand volgens de regels in dat bestand. Er is geen database nodig.
///
/// Einde 0: er is een verdeling. Einde 1: het bestand is niet goed, of niet alle regels kunnen tegelijk gelden.
/// Einde 2: een bestand is niet te lezen of te schrijven.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Het bestand met plafonds, categorieën en projecten (JSON).
    #[arg(long, value_name = "FILE.json")]
    pub input: PathBuf,
    /// Schrijf de verdeling (JSON) naar dit bestand en niet naar het scherm.
    #[arg(long, value_name = "FILE.json")]
    pub output: Option<PathBuf>,
    /// Laat op het scherm een leesbare uitleg zien. Zonder --output komt die in plaats van de JSON.
    #[arg(long)]
    pub explain: bool,
}

/// Runs the command: the outcome to standard output or the file, findings to standard error.
pub fn run(args: &Args) -> ExitCode {
    match divide(args) {
        Ok(code) => ExitCode::from(code),
        Err(Failure::Refused(findings)) => {
            report(&findings);
            ExitCode::from(1)
        }
        Err(Failure::File { path, err }) => {
            report(&format!(
                "Het bestand {} is niet te lezen of te schrijven: {err}",
                path.display()
            ));
            ExitCode::from(2)
        }
    }
}

enum Failure {
    Refused(String),
    File { path: PathBuf, err: io::Error },
}

fn divide(args: &Args) -> Result<u8, Failure> {
    let file = |path: &Path, err| Failure::File {
        path: path.to_owned(),
        err,
    };
    let text = fs::read_to_string(&args.input).map_err(|err| file(&args.input, err))?;
    let input = FrozenInput::read(&text).map_err(|refused| {
        let lines: Vec<String> = refused.0.iter().map(ToString::to_string).collect();
        Failure::Refused(lines.join("\n"))
    })?;
    let outcome = allocate(&input);
    let json = outcome
        .json()
        .map_err(|err| file(&args.input, err.into()))?;
    if let Some(path) = &args.output {
        fs::write(path, &json).map_err(|err| file(path, err))?;
    }
    let screen = match (&args.output, args.explain) {
        (_, true) => explanation(&outcome),
        (None, false) => json,
        (Some(_), false) => String::new(),
    };
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(screen.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|err| file(Path::new("-"), err))?;
    if outcome.status == Status::Infeasible {
        let lines: Vec<String> = outcome
            .conflict
            .iter()
            .map(|it| format!("{}: {}", it.path, it.sentence))
            .collect();
        return Err(Failure::Refused(lines.join("\n")));
    }
    Ok(0)
}

fn report(text: &str) {
    // Nothing can be done when standard error is closed; the exit status still tells.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The outcome for a reader: the awards with their reasons, what bound, and the trace.
pub fn explanation(outcome: &Outcome) -> String {
    let mut text = String::new();
    let mut line = |it: String| {
        text.push_str(&it);
        text.push('\n');
    };
    line(format!("Invoer (SHA-256): {}", outcome.input_sha256));
    line(format!(
        "Regels: versie {}, uitkomst: {}",
        outcome.engine,
        status_label(outcome.status)
    ));
    let width = outcome
        .awards
        .iter()
        .map(|it| it.id.chars().count())
        .max()
        .unwrap_or_default()
        .max(7);
    if !outcome.awards.is_empty() {
        line(format!(
            "\n{:<width$}  Jaar  {:>16}  Waarom",
            "Project", "Bedrag"
        ));
    }
    for award in &outcome.awards {
        let euros = amount(i128::from(award.amount.cents()));
        line(format!(
            "{:<width$}  {}  {euros:>16}  {}",
            award.id, award.year, award.reason
        ));
    }
    let section = |title: &str, lines: Vec<&str>| -> Option<String> {
        (!lines.is_empty()).then(|| format!("\n{title}\n- {}", lines.join("\n- ")))
    };
    let changes: Vec<String> = outcome
        .what_if
        .projects
        .iter()
        .map(|it| format!("{}: {}", it.id, it.sentence))
        .collect();
    let sections = [
        section(
            "Wat bindt",
            outcome
                .binding
                .iter()
                .map(|it| it.sentence.as_str())
                .collect(),
        ),
        section(
            "Hoe het ging",
            outcome.trace.iter().map(String::as_str).collect(),
        ),
        section(
            "Wat iets meer geld zou veranderen",
            outcome
                .what_if
                .envelopes
                .iter()
                .map(|it| it.sentence.as_str())
                .collect(),
        ),
        section(
            "Wat een project wel geld had gegeven",
            changes.iter().map(String::as_str).collect(),
        ),
        section(
            "Wat niet samen kan",
            outcome
                .conflict
                .iter()
                .map(|it| it.sentence.as_str())
                .collect(),
        ),
    ];
    sections.into_iter().flatten().for_each(&mut line);
    text
}

fn status_label(status: Status) -> &'static str {
    match status {
        Status::Optimal => "de beste verdeling",
        Status::Feasible => "alle regels gelden",
        Status::Infeasible => "geen verdeling mogelijk",
    }
}
