//! `serve`: answers requests until it is told to stop.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use actix_web::HttpServer;

use super::{
    WRONG_USAGE, jobs, mailing, scanning,
    settings::{Settings, SettingsError},
};
use crate::{
    app::{self, App},
    db::Store,
    error::AppError,
    outbox::mail::post::Post,
};

/// Answers requests.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "VG_LISTEN")]
    pub listen: Option<SocketAddr>,
    #[command(flatten)]
    settings: Settings,
}

/// How long what is still coming in is read and thrown away after the answer to a body that is too
/// large. A connection that is closed on a browser that is still sending shows it no answer at all; but
/// some show the answer only when the connection is closed, so that it is not for long.
const HEAR_OUT: Duration = Duration::from_secs(10);

/// How long an idle connection stays open: longer than the 60 s that a reverse proxy keeps its own, or the
/// proxy sends a request into a connection that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let opened = args.settings.complete().and_then(|(settings, listen)| {
        settings.wear()?;
        let post = settings.post()?;
        let store = settings.open()?;
        let files = settings.files()?;
        let app = App {
            contact: settings.contact,
            proxies: settings.proxies,
            ..App::new(store, files, settings.public_url)
        };
        Ok((app, post, args.listen.unwrap_or(listen)))
    });
    match opened {
        Ok((app, post, listen)) => super::run(async move {
            serve(app, post, listen, |address| {
                tracing::info!(%address, "listening");
            })
            .await
        }),
        Err(err) => {
            eprintln!("{err}");
            ExitCode::from(WRONG_USAGE)
        }
    }
}

/// Serves `app` and sends its mail by `post` until the process is told to stop; requests under way are
/// answered first. `ready` is called once people can come, with the address.
pub async fn serve(
    app: App,
    post: Post,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<ExitCode, AppError> {
    let (store, public_url) = (app.store.clone(), app.public_url.clone());
    let files = app.files.clone();
    let server = HttpServer::new(move || app::build(app.clone()))
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(20)
        .client_disconnect_timeout(HEAR_OUT)
        .bind(listen);
    let server = match server {
        Ok(server) => server,
        Err(err) => {
            eprintln!(
                "VG_LISTEN: op {listen} kan niet worden geluisterd ({err}). Draait daar al een programma? Kies met --listen een ander adres of een andere poort."
            );
            return Ok(ExitCode::from(WRONG_USAGE));
        }
    };
    let address = server.addrs().first().copied().unwrap_or(listen);
    let running = server.run();
    ready(address);
    let base = public_url.unwrap_or_else(|| format!("http://{address}"));
    let base = base.trim_end_matches('/').to_owned();
    let mailing = actix_web::rt::spawn(mailing::run(store.clone(), post, base));
    let scans = actix_web::rt::spawn(scanning::run(store.clone(), files.clone()));
    let jobs = actix_web::rt::spawn(jobs::run(store, files));
    let stopped = running.await;
    mailing.abort();
    scans.abort();
    jobs.abort();
    stopped.map_err(AppError::internal)?;
    Ok(ExitCode::SUCCESS)
}

/// The settings with their store, which is made if it is not there; or says in a sentence which setting is
/// wrong.
pub fn open(settings: Settings) -> Result<(Settings, Store), ExitCode> {
    opened(settings, Settings::open)
}

/// The same for a command that makes no database and changes no table.
pub fn open_as_is(settings: Settings) -> Result<(Settings, Store), ExitCode> {
    opened(settings, Settings::open_as_is)
}

fn opened(
    settings: Settings,
    open: fn(&Settings) -> Result<Store, SettingsError>,
) -> Result<(Settings, Store), ExitCode> {
    let completed = settings.complete();
    let opened = completed.and_then(|(it, _)| open(&it).map(|store| (it, store)));
    opened.map_err(|err| {
        eprintln!("{err}");
        ExitCode::from(WRONG_USAGE)
    })
}
