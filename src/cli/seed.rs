//! `seed`: fills a database through the use cases, with what a file says or with as much as is
//! asked for.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use super::{
    FINDING, WRONG_USAGE,
    demo::{seeds::Places, setting, synthetic},
    serve,
    settings::{Settings, make_folder},
};
use crate::{
    core::actor::Actor,
    db::{
        Options, Store,
        clock::{Clock, IdSource},
    },
    error::AppError,
    identity, outbox,
};

/// Fills a database through the use cases.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A TOML file with regions, as seeds/regions.toml
    #[arg(
        value_name = "FILE.toml",
        conflicts_with = "synthetic",
        required_unless_present = "synthetic"
    )]
    file: Option<PathBuf>,
    /// Make this many applications, with projects, assessments and decisions, in an empty database
    #[arg(long, value_name = "N")]
    synthetic: Option<u32>,
    /// The same number makes the same applications
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    match (args.synthetic, args.file) {
        (Some(count), _) => match synthetic_store(args.settings, args.seed) {
            Ok(store) => super::run(make(store, count, args.seed)),
            Err(sentence) => wrong(&sentence),
        },
        (None, Some(path)) => match serve::open(args.settings) {
            Ok((_, store)) => super::run(places(store, path)),
            Err(status) => status,
        },
        (None, None) => wrong("Noem een bestand, of --synthetic met een aantal."),
    }
}

fn wrong(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(WRONG_USAGE)
}

/// A store whose ids and moments depend on the seed alone.
fn synthetic_store(settings: Settings, seed: u64) -> Result<Store, String> {
    let (settings, _) = settings.complete().map_err(|it| it.to_string())?;
    let options = Options {
        clock: Clock::fixed(synthetic::begin()),
        ids: IdSource::seeded(seed),
        ..Options::default()
    };
    let url = settings.database().map_err(|it| it.to_string())?;
    make_folder(&url).map_err(|it| it.to_string())?;
    Store::open(&url, options).map_err(|it| it.to_string())
}

async fn make(store: Store, count: u32, seed: u64) -> Result<ExitCode, AppError> {
    let accounts = store.read(identity::store::count_accounts).await?;
    if 0 < accounts {
        eprintln!("Deze database is niet leeg. Kies met --database-url een nieuwe.");
        return Ok(ExitCode::from(FINDING));
    }
    let begun = Instant::now();
    synthetic::fill(&store, count, seed).await?;
    store
        .write(&Actor::system(), outbox::mail::actions::silence)
        .await?;
    println!(
        "{count} aanvragen gemaakt in {} s.",
        begun.elapsed().as_secs()
    );
    Ok(ExitCode::SUCCESS)
}

async fn places(store: Store, path: PathBuf) -> Result<ExitCode, AppError> {
    let read = std::fs::read_to_string(&path).map_err(|it| it.to_string());
    let parsed = read.and_then(|text| toml::from_str::<Places>(&text).map_err(|it| it.to_string()));
    let regions = match parsed {
        Ok(it) => it.region,
        Err(reason) => {
            eprintln!("{}: {reason}", path.display());
            return Ok(ExitCode::from(FINDING));
        }
    };
    let count = regions.len();
    store
        .write(&Actor::set_up(), move |tx| setting::places(tx, &regions))
        .await?;
    println!("{count} regio's gemaakt.");
    Ok(ExitCode::SUCCESS)
}
