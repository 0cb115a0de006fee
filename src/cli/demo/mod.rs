//! `demo`: a new embedded database, filled by doing the main job; then serves it.

mod asks;
mod cast;
mod chance;
mod changes;
mod papers;
mod partners;
mod project;
mod round;
pub(super) mod seeds;
pub(super) mod setting;
pub mod story;
pub mod summary;
pub mod synthetic;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Instant};

use super::{
    WRONG_USAGE, serve,
    settings::{DEMO_FILE, Settings},
};
use crate::{
    app::App,
    core::actor::Actor,
    db::{DatabaseUrl, Options, Store},
    error::AppError,
    identity::{self, password},
    outbox,
    texts::dates::OnDay,
    web::assets,
};

/// Makes a new embedded database, fills it by doing the main job, prints what it did, the address
/// and the sign-ins, and serves.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen
    #[arg(long, env = "VG_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder of the demo's database; one that is there from an earlier demo is made anew
    #[arg(long, env = "VG_DATA_DIR", default_value = "data")]
    data: PathBuf,
    /// Tell the story in this database instead of a file of the demo's own; only one without accounts
    #[arg(long, hide = true)]
    database_url: Option<String>,
    /// A theme of one's own: a folder with theme.css and, if there is one, logo.svg; or such a file
    #[arg(long, env = "VG_THEME")]
    theme: Option<PathBuf>,
    /// Where ClamAV listens, such as unix:/run/clamav/clamd.ctl; without it attachments are not scanned
    #[arg(long, env = "VG_CLAMAV")]
    clamav: Option<String>,
    /// Fill the database and stop
    #[arg(long)]
    no_serve: bool,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

/// Where the ministry is reached in the demo.
const CONTACT: &str = "versterkingsgelden@nctv.example";

/// Everybody's password in the demo.
const PASSWORD: &str = "demo-wachtwoord";

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    match fresh(&args) {
        Ok(store) => super::run(tell_and_serve(args, store)),
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(WRONG_USAGE)
        }
    }
}

/// A new database in a file of the demo's own: nothing but an earlier demo is ever removed. Or the
/// one that was named, which is never emptied.
fn fresh(args: &Args) -> Result<Store, String> {
    if let Some(path) = &args.theme {
        assets::wear(path).map_err(|it| it.to_string())?;
    }
    if let Some(url) = &args.database_url {
        return open(url);
    }
    let failed = |err: std::io::Error| format!("VG_DATA_DIR: {}: {err}", args.data.display());
    std::fs::create_dir_all(&args.data).map_err(failed)?;
    for suffix in ["", "-wal", "-shm"] {
        let file = args.data.join(format!("{DEMO_FILE}{suffix}"));
        if file.exists() {
            std::fs::remove_file(&file).map_err(failed)?;
        }
    }
    open(&own_url(args))
}

/// The address of the file of the demo's own.
fn own_url(args: &Args) -> String {
    format!("sqlite://{}", args.data.join(DEMO_FILE).display())
}

fn open(url: &str) -> Result<Store, String> {
    let url = DatabaseUrl::parse(url).map_err(|err| err.to_string())?;
    Store::open(&url, Options::default()).map_err(|err| err.to_string())
}

async fn tell_and_serve(args: Args, store: Store) -> Result<ExitCode, AppError> {
    if store.read(identity::store::count_accounts).await? != 0 {
        eprintln!(
            "In deze database staan al accounts. De demo begint alleen in een lege database."
        );
        return Ok(ExitCode::from(WRONG_USAGE));
    }
    let own_url = own_url(&args);
    let settings = Settings {
        data_dir: Some(args.data),
        clamav: args.clamav,
        ..Settings::default()
    };
    let files = settings.files().map_err(AppError::internal)?;
    let begun = Instant::now();
    let hash = password::hash(PASSWORD)?;
    let rounds = story::tell(&store, store.now().dutch_day(), hash).await?;
    papers::keep(&store, &files).await?;
    // What was told in the story is told; what happens from now on is mailed.
    store
        .write(&Actor::system(), outbox::mail::actions::silence)
        .await?;
    let lines = store
        .read(move |conn| {
            let lines: Result<Vec<_>, _> =
                rounds.iter().map(|it| summary::lines(conn, it)).collect();
            Ok(lines?.concat())
        })
        .await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    } else {
        println!("{}", summary::table(&lines)?);
        println!("Gevuld in {} ms.", begun.elapsed().as_millis());
        if args.database_url.is_none() {
            println!("Narekenen: versterkingsgelden verify all --database-url {own_url}");
        }
    }
    if args.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    let post = settings.post().map_err(AppError::internal)?;
    let app = App {
        contact: Some(CONTACT.to_owned()),
        ..App::new(store, files, None)
    };
    serve::serve(app, post, args.listen, |address| {
        println!("{}", welcome(address));
    })
    .await
}

fn welcome(address: SocketAddr) -> String {
    format!(
        "Open http://{address}/ en log in met wachtwoord {PASSWORD} als:\n\
         \n  delft@demo.example                   gemeente Delft, opsteller en ondertekenaar (elke hoofdaanvrager heeft zo'n adres)\
         \n  partner@demo.example                 partner van een gemeente, meewerker aan één aanvraag\
         \n  coordinator@demo.example             NCTV, coördinator\
         \n  beoordelaar.nctv@demo.example        NCTV, beoordelaar\
         \n  beoordelaar.szw@demo.example         SZW, beoordelaar\
         \n  beslisser@demo.example               NCTV, beslisser\
         \n  medebeslisser.szw@demo.example       SZW, medebeslisser\
         \n  financien@demo.example               financiën\
         \n  auditor@demo.example                 auditor\
         \n  beheerder@demo.example               beheerder\n\
         \nStoppen: Ctrl-C."
    )
}
