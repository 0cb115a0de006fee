//! `user`: the first administrator, and access in an emergency.

use std::process::ExitCode;

use clap::Subcommand;

use super::{FINDING, WRONG_USAGE, serve, settings::Settings};
use crate::{
    core::{
        actor::{Actor, Organisation, Role},
        ids::AccountId,
    },
    db::Store,
    error::AppError,
    identity::{
        actions::{self, NewAccount},
        password, store,
    },
    texts::labels::Label,
};

/// Manages accounts on the machine itself. What is done is recorded in the audit trail.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add somebody; the password is read from the environment variable VG_PASSWORD
    Add {
        /// What they sign in with
        email: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// Whom they work for: nctv, szw, finance or audit
        #[arg(long, default_value = "nctv", value_parser = Organisation::parse)]
        organisation: Organisation,
        /// What they may do: coordinator, nctv_reviewer, administrator, ... (repeat for more)
        #[arg(long = "role", required = true, value_parser = Role::parse)]
        roles: Vec<Role>,
        /// At least 12 characters
        #[arg(long, env = "VG_PASSWORD", hide_env_values = true)]
        password: String,
    },
    /// List the accounts with their roles
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give somebody exactly these roles
    Role {
        /// Their address
        email: String,
        /// What they may do
        #[arg(required = true, value_parser = Role::parse)]
        roles: Vec<Role>,
    },
    /// Give somebody another password, read from the environment variable VG_PASSWORD; a closed account is open again
    Password {
        /// Their address
        email: String,
        /// At least 12 characters
        #[arg(long, env = "VG_PASSWORD", hide_env_values = true)]
        password: String,
    },
    /// Close an account and end its sessions
    Disable {
        /// Their address
        email: String,
    },
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let opened = match args.command {
        // The first administrator may come before the tables.
        Command::Add { .. } => serve::open(args.settings),
        _ => serve::open_as_is(args.settings),
    };
    match opened {
        Ok((_, store)) => super::run(execute(store, args.command)),
        Err(status) => status,
    }
}

async fn execute(store: Store, command: Command) -> Result<ExitCode, AppError> {
    let me = Actor::command_line();
    match command {
        Command::Add {
            email,
            name,
            organisation,
            roles,
            password,
        } => {
            if is_short(&password) {
                return Ok(short());
            }
            if organisation == Organisation::Municipality {
                eprintln!("Accounts van gemeenten maakt een beheerder op het scherm.");
                return Ok(ExitCode::from(WRONG_USAGE));
            }
            let new = NewAccount {
                email,
                name,
                password_hash: password::hash(&password)?,
                organisation,
                municipality: None,
                roles,
            };
            store
                .write(&me, move |tx| actions::create_account(tx, &new))
                .await?;
            println!("Het account is gemaakt.");
        }
        Command::List { json } => list(&store, json).await?,
        Command::Role { email, roles } => {
            let Some((id, version)) = find(&store, email).await? else {
                return Ok(unknown());
            };
            store
                .write(&me, move |tx| {
                    actions::change_roles(tx, &id, version, &roles)
                })
                .await?;
            println!("De rollen zijn gewijzigd.");
        }
        Command::Password { email, password } => {
            if is_short(&password) {
                return Ok(short());
            }
            let email = email.trim().to_lowercase();
            let found = store.read(move |conn| store::account_of(conn, &email));
            let Some(account) = found.await? else {
                eprintln!("Er is geen account met dit adres.");
                return Ok(ExitCode::from(FINDING));
            };
            let id = account.id;
            let hash = password::hash(&password)?;
            store
                .write(&me, move |tx| actions::reset_password(tx, &id, &hash))
                .await?;
            println!("Het nieuwe wachtwoord geldt en de sessies zijn beëindigd.");
        }
        Command::Disable { email } => {
            let Some((id, _)) = find(&store, email).await? else {
                return Ok(unknown());
            };
            store
                .write(&me, move |tx| actions::disable_account(tx, &id))
                .await?;
            println!("Het account is gesloten.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(store: &Store, email: String) -> Result<Option<(AccountId, i32)>, AppError> {
    let found = store
        .read(move |conn| store::account_by_email(conn, &email.trim().to_lowercase()))
        .await?;
    Ok(found.map(|it| (it.id, it.version)))
}

fn is_short(password: &str) -> bool {
    password.chars().count() < password::SHORTEST
}

fn short() -> ExitCode {
    eprintln!(
        "Een wachtwoord heeft minstens {} tekens.",
        password::SHORTEST
    );
    ExitCode::from(WRONG_USAGE)
}

fn unknown() -> ExitCode {
    eprintln!("Er is geen open account met dit adres.");
    ExitCode::from(FINDING)
}

async fn list(store: &Store, json: bool) -> Result<(), AppError> {
    let people = store.read(|conn| store::accounts(conn, 10_000, 0)).await?;
    if json {
        let rows: Vec<serde_json::Value> = people
            .iter()
            .map(|(it, roles)| {
                serde_json::json!({
                    "email": it.email, "name": it.name, "organisation": it.organisation,
                    "roles": roles, "open": it.disabled_at.is_none(),
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for (it, roles) in people {
        let roles: Vec<&str> = roles.iter().map(|it| it.label()).collect();
        let closed = if it.disabled_at.is_some() {
            " (gesloten)"
        } else {
            ""
        };
        println!("{}  {}, {}{closed}", it.email, it.name, roles.join(" en "));
    }
    Ok(())
}
