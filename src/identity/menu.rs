//! What somebody finds in the main menu, and the line under their name. Pure.

use super::policy::{self, Action};
use crate::{
    core::actor::{Actor, Organisation, Role},
    texts::labels::Label,
    web::frame::MenuItem,
};

/// The main menu: what it says, where it goes, and what one must be allowed to do.
const MENU: &[(&str, &str, Action)] = &[
    ("Overzicht", "/", Action::SeeDashboard),
    ("Aanvragen", "/aanvragen", Action::SeeApplications),
    ("Berichten", "/berichten", Action::SeeMessages),
    ("Meldingen", WISHES, Action::ChooseMail),
    ("Beoordelen", "/beoordelen", Action::Assess),
    ("Verdelen", "/scenarios", Action::SeeScenarios),
    ("Besluiten", "/besluiten", Action::SeeDecisions),
    ("Resultaten", "/voortgang/indicatoren", Action::SeeResults),
    ("Begroting", "/begroting", Action::SeeFinance),
    ("Journaal", "/boekingen", Action::SeeFinance),
    ("Exports", "/exports", Action::SeeFinance),
    ("Inrichting", "/inrichting", Action::SeeSetup),
    (
        "Berichtenverkeer",
        "/berichtenverkeer",
        Action::SeeDeliveries,
    ),
    (
        "Vastgehouden",
        "/vastgehouden-bestanden",
        Action::SeeHeldFiles,
    ),
    ("Controle", "/audit", Action::SeeAudit),
    ("Accounts", "/accounts", Action::ManageAccounts),
];

/// Where one says how to be mailed.
const WISHES: &str = "/meldingen";

/// The menu of this person on this page.
pub fn items(actor: &Actor, path: &str) -> Vec<MenuItem> {
    // Who reads the messages of a municipality finds it there.
    let has_messages = policy::may(actor, Action::SeeMessages);
    MENU.iter()
        .filter(|(_, _, action)| policy::may(actor, *action))
        .filter(|(_, href, _)| !(has_messages && *href == WISHES))
        .map(|(label, href, _)| MenuItem {
            label: (*label).to_owned(),
            href: (*href).to_owned(),
            current: is_under(path, href),
            count: None,
        })
        .collect()
}

fn is_under(path: &str, href: &str) -> bool {
    path == href
        || (href != "/"
            && path
                .strip_prefix(href)
                .is_some_and(|it| it.starts_with('/')))
}

/// What they are and for whom: "Coördinator, NCTV", "Gemeente Delft, opsteller en ondertekenaar".
pub fn line(actor: &Actor, municipality: Option<&str>) -> String {
    let roles: Vec<&str> = actor.roles.iter().map(|it| it.label()).collect();
    match (actor.organisation, municipality) {
        (Organisation::Municipality, Some(name)) => {
            format!("Gemeente {name}, {}", roles.join(" en ").to_lowercase())
        }
        (organisation, _) => format!("{}, {}", roles.join(" en "), organisation.label()),
    }
}

impl Label for Role {
    fn label(self) -> &'static str {
        match self {
            Role::Editor => "Opsteller",
            Role::Signatory => "Ondertekenaar",
            Role::Coordinator => "Coördinator",
            Role::NctvReviewer | Role::SzwReviewer => "Beoordelaar",
            Role::NctvDecisionMaker => "Beslisser",
            Role::SzwDecisionMaker => "Medebeslisser",
            Role::Finance => "Financiën",
            Role::Auditor => "Auditor",
            Role::Administrator => "Beheerder",
            Role::Collaborator => "Meewerker",
        }
    }
}

impl Label for Organisation {
    fn label(self) -> &'static str {
        match self {
            Organisation::Municipality => "Gemeente",
            Organisation::Nctv => "NCTV",
            Organisation::Szw => "SZW",
            Organisation::Finance => "Ministerie van Justitie en Veiligheid",
            Organisation::Audit => "Auditdienst",
            Organisation::Partner => "Partner van een gemeente",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_under_its_own_item_only() {
        assert!(is_under("/aanvragen/12", "/aanvragen"));
        assert!(is_under("/", "/"));
        assert!(!is_under("/aanvragen", "/"));
        assert!(!is_under("/aanvragenlijst", "/aanvragen"));
    }
}
