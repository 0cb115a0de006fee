//! The commands of the program: one file each, each a thin call of the library. `settings` is what they share; `jobs`,
//! `mailing` and `scanning` is what `serve` does beside answering.
pub mod allocate;
pub mod demo;
pub mod export;
pub mod jobs;
pub mod mailing;
pub mod migrate;
pub mod scanning;
pub mod seed;
pub mod serve;
pub mod settings;
pub mod user;
pub mod verify;

use std::process::ExitCode;

use crate::error::AppError;

/// A finding: a verification that failed, a refused import.
pub const FINDING: u8 = 1;
/// Wrong usage or configuration.
pub const WRONG_USAGE: u8 = 2;

/// Runs a command that waits for the database, and turns its error into a sentence and a status.
pub fn run(command: impl Future<Output = Result<ExitCode, AppError>>) -> ExitCode {
    let result = actix_web::rt::System::new().block_on(command);
    result.unwrap_or_else(|err| {
        let said = crate::texts::sentences::said(&err);
        eprintln!("{}. {} ({err})", said.title, said.message);
        ExitCode::from(WRONG_USAGE)
    })
}
