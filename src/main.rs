//! The program: reads the command line and calls the library.

use std::process::ExitCode;

use clap::{
    CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};
use versterkingsgelden::cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Versterkingsgelden: aanvragen, beoordelen, verdelen en verantwoorden.
#[derive(Debug, Parser)]
#[command(name = "versterkingsgelden", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(cli::demo::Args),
    Serve(cli::serve::Args),
    Migrate(cli::migrate::Args),
    Seed(cli::seed::Args),
    User(cli::user::Args),
    Allocate(cli::allocate::Args),
    Verify(cli::verify::Args),
    Export(cli::export::Args),
}

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|err| explain(&err));
    log();
    match cli.command {
        Command::Demo(args) => cli::demo::run(args),
        Command::Serve(args) => cli::serve::run(args),
        Command::Migrate(args) => cli::migrate::run(args),
        Command::Seed(args) => cli::seed::run(args),
        Command::User(args) => cli::user::run(args),
        Command::Allocate(args) => cli::allocate::run(&args),
        Command::Verify(args) => cli::verify::run(args),
        Command::Export(args) => cli::export::run(args),
    }
}

/// Says what is wrong with the command line and ends. A value that may have come from the environment
/// is named as it is there, too: whoever set it typed no flag.
fn explain(err: &clap::Error) -> ! {
    if let Some(ContextValue::String(flag)) = err.get(ContextKind::InvalidArg)
        && let Some(variable) = variable_of(flag)
        && err.use_stderr()
    {
        eprintln!("{variable}:");
    }
    err.exit()
}

/// The environment variable of a flag as clap writes it, such as `--listen <LISTEN>`.
fn variable_of(flag: &str) -> Option<String> {
    let mut program = Cli::command();
    program.build();
    let variable = program
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter(|it| it.to_string() == flag)
        .find_map(|it| it.get_env());
    variable.map(|it| it.to_string_lossy().into_owned())
}

/// Results go to standard output, logs to standard error: plain for people, JSON for machines
/// (`VG_LOG_FORMAT=json`); how much is said by `RUST_LOG`.
fn log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,versterkingsgelden=info"));
    let registry = tracing_subscriber::registry().with(filter);
    let is_json = std::env::var("VG_LOG_FORMAT").is_ok_and(|it| it == "json");
    if is_json {
        registry
            .with(fmt::layer().json().with_writer(std::io::stderr))
            .init();
    } else {
        registry
            .with(fmt::layer().with_writer(std::io::stderr))
            .init();
    }
}
