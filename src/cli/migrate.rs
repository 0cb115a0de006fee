//! `migrate`: brings the tables up to date, or says whether they are.

use std::process::ExitCode;

use super::{FINDING, WRONG_USAGE, settings::Settings};

/// Brings the tables of the database up to date.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Change nothing; exit with 1 if migrations are waiting
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.settings.complete() {
        Ok((settings, _)) => settings,
        Err(err) => return wrong(&err.to_string()),
    };
    if !args.check {
        return match settings.open() {
            Ok(_) => {
                println!("De tabellen zijn bij.");
                ExitCode::SUCCESS
            }
            Err(err) => wrong(&err.to_string()),
        };
    }
    match settings.pending_migrations() {
        Ok(0) => {
            println!("De tabellen zijn bij.");
            ExitCode::SUCCESS
        }
        Ok(waiting) => {
            println!("Er wachten {waiting} migraties.");
            ExitCode::from(FINDING)
        }
        Err(err) => wrong(&err.to_string()),
    }
}

fn wrong(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(WRONG_USAGE)
}
