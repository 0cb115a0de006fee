//! Who plays in the demo's story.

use super::setting::{self, Place};
use crate::{core::actor::Actor, db::Conn, error::AppError};

/// Everybody who acts, as they are known to the database.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Sets up, checks completeness, proposes, sends.
    pub coordinator: Actor,
    /// Assess all projects.
    pub nctv_reviewers: [Actor; 2],
    /// Assesses prevention projects.
    pub szw_reviewer: Actor,
    /// Decides.
    pub decision_maker: Actor,
    /// Co-decides on prevention.
    pub szw_decision_maker: Actor,
    /// Sign for the lead municipalities, in the order of the places.
    pub signatories: Vec<Actor>,
}

impl Cast {
    /// Finds everybody.
    pub fn find(conn: &mut Conn, places: &[Place]) -> Result<Cast, AppError> {
        let mut person = |name: &str| setting::person(conn, &format!("{name}@demo.example"));
        Ok(Cast {
            coordinator: person("coordinator")?,
            nctv_reviewers: [person("beoordelaar.nctv")?, person("beoordelaar2.nctv")?],
            szw_reviewer: person("beoordelaar.szw")?,
            decision_maker: person("beslisser")?,
            szw_decision_maker: person("medebeslisser.szw")?,
            signatories: places
                .iter()
                .map(|it| setting::signatory(conn, it))
                .collect::<Result<_, _>>()?,
        })
    }
}
