//! The verifications that there are: the page for the auditor and the command `verify` run the same
//! ones.

use crate::{audit, core::findings::Report, db::Conn, error::AppError, journal, scenarios};

/// One verification.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name at the command line.
    pub name: &'static str,
    /// What it is called on the screen.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Does it; reads only.
    pub run: fn(&mut Conn) -> Result<Report, AppError>,
}

/// All of them.
pub const CHECKS: &[Check] = &[
    Check {
        name: "allocations",
        title: "Verdelingen",
        about: "Elk scenario is opnieuw berekend uit zijn vastgelegde invoer.",
        run: scenarios::verify::verify,
    },
    Check {
        name: "journal",
        title: "Journaal",
        about: "Elke stand, elk plafond, elke reservering en elke toekenning is opnieuw uit de boekingen berekend.",
        run: journal::verify::verify,
    },
    Check {
        name: "audit",
        title: "Vastgelegde feiten",
        about: "Elke keten van feiten is opnieuw berekend en vergeleken met haar einde.",
        run: audit::verify::verify,
    },
    Check {
        name: "allocations",
        title: "Verdelingen",
        about: "Elk scenario is opnieuw berekend uit zijn invoer en vergeleken met wat bewaard is.",
        run: scenarios::verify::verify,
    },
];
