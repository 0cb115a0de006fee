//! Who does something: carried by every write and asked by every rule about access.

use super::ids::{AccountId, MunicipalityId};
use crate::db::columns::text_enum;

text_enum! {
    /// What somebody may come to do.
    pub enum Role {
        /// Municipality: drafts the application, reports progress.
        Editor => "editor",
        /// Municipality: submits, withdraws, objects.
        Signatory => "signatory",
        /// NCTV: sets up cycles, checks completeness, makes scenarios, proposes.
        Coordinator => "coordinator",
        /// NCTV: assesses projects.
        NctvReviewer => "nctv_reviewer",
        /// SZW: assesses and advises on prevention projects.
        SzwReviewer => "szw_reviewer",
        /// NCTV: decides.
        NctvDecisionMaker => "nctv_decision_maker",
        /// SZW: co-decides on prevention projects.
        SzwDecisionMaker => "szw_decision_maker",
        /// Budget, journal, exports.
        Finance => "finance",
        /// Reads and verifies everything, changes nothing.
        Auditor => "auditor",
        /// Accounts and roles; sees no dossiers.
        Administrator => "administrator",
        /// Invited to an application of another: what they may do there stands in the invitation.
        Collaborator => "collaborator",
    }
}

text_enum! {
    /// Whom somebody works for.
    pub enum Organisation {
        /// A municipality.
        Municipality => "municipality",
        /// Nationaal Coördinator Terrorismebestrijding en Veiligheid, Ministry of Justice and Security.
        Nctv => "nctv",
        /// Ministry of Social Affairs and Employment.
        Szw => "szw",
        /// The finance department of the Ministry of Justice and Security.
        Finance => "finance",
        /// Auditors.
        Audit => "audit",
        /// A partner of a municipality: invited to an application, and nothing more.
        Partner => "partner",
    }
}

text_enum! {
    /// The departments that assess.
    pub enum Department {
        /// NCTV, all projects.
        Nctv => "nctv",
        /// SZW, prevention projects.
        Szw => "szw",
    }
}

/// Somebody who is known and has signed in, or a command on the machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their account.
    pub id: AccountId,
    /// Their name as it is shown and recorded.
    pub name: String,
    /// What they may come to do, in the order of [`Role`].
    pub roles: Vec<Role>,
    /// Whom they work for.
    pub organisation: Organisation,
    /// Their municipality, for those who work for one.
    pub municipality: Option<MunicipalityId>,
    /// Where the request came from, for the audit: an address, or `command line`.
    pub origin: String,
}

impl Actor {
    /// The program itself, at the command line: makes the first accounts.
    pub fn command_line() -> Actor {
        Actor {
            id: AccountId::from("command-line"),
            name: "Opdrachtregel".to_owned(),
            roles: vec![Role::Administrator],
            organisation: Organisation::Nctv,
            municipality: None,
            origin: "command line".to_owned(),
        }
    }

    /// The program itself, at the command line: sets up an installation.
    pub fn set_up() -> Actor {
        Actor {
            roles: vec![Role::Coordinator],
            ..Actor::command_line()
        }
    }

    /// The program itself, in its own time: gives expired reservations back. It has no role; what it
    /// does asks for it by name. Its account is made by the migrations, and nobody can sign in with it.
    pub fn system() -> Actor {
        Actor {
            id: AccountId::from("system"),
            name: "Het systeem".to_owned(),
            roles: Vec::new(),
            origin: "job".to_owned(),
            ..Actor::command_line()
        }
    }

    /// Whether this is the program itself.
    pub fn is_system(&self) -> bool {
        self.id == Actor::system().id
    }

    /// Whether they have this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
