//! The program: reads the command line and calls the library.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use versterkingsgelden::cli;

/// Versterkingsgelden: aanvragen, beoordelen, verdelen en verantwoorden.
#[derive(Debug, Parser)]
#[command(name = "versterkingsgelden", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Allocate(cli::allocate::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Allocate(args) => cli::allocate::run(&args),
    }
}
