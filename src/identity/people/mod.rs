//! Which roles go with which organisation, and the pages to manage accounts. The rule is pure.
pub mod form;
pub mod pages;

use crate::core::{
    actor::{Organisation, Role},
    answers::FieldErrors,
    ids::MunicipalityId,
};

/// The roles that somebody of this organisation can have. Who asks for money, who judges, who pays
/// and who audits work for different organisations.
pub fn roles_of(organisation: Organisation) -> &'static [Role] {
    match organisation {
        Organisation::Municipality => &[Role::Editor, Role::Signatory],
        Organisation::Nctv => &[
            Role::Coordinator,
            Role::NctvReviewer,
            Role::NctvDecisionMaker,
            Role::Administrator,
        ],
        Organisation::Szw => &[Role::SzwReviewer, Role::SzwDecisionMaker],
        Organisation::Finance => &[Role::Finance],
        Organisation::Audit => &[Role::Auditor],
        Organisation::Partner => &[Role::Collaborator],
    }
}

/// Whether organisation, municipality and roles go together; what does not, with its field.
pub fn check(
    organisation: Organisation,
    municipality: Option<&MunicipalityId>,
    roles: &[Role],
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    match (organisation == Organisation::Municipality, municipality) {
        (true, None) => errors.push("gemeente", "Kies voor welke gemeente deze persoon werkt."),
        (false, Some(_)) => errors.push(
            "gemeente",
            "Kies alleen een gemeente als deze persoon voor een gemeente werkt.",
        ),
        _ => {}
    }
    let own = roles_of(organisation);
    if roles.is_empty() {
        errors.push("rollen", "Kies ten minste één rol.");
    } else if roles.iter().any(|it| !own.contains(it)) {
        errors.push(
            "rollen",
            "Een van deze rollen past niet bij de organisatie. Wie aanvraagt, beoordeelt niet.",
        );
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Nobody shuts themselves out: a colleague has to.
pub fn not_oneself() -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.push(
        "rollen",
        "U kunt uw eigen account niet sluiten en uw eigen beheerdersrol niet weghalen. Vraag een andere beheerder.",
    );
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_belongs_to_exactly_one_organisation() {
        for role in Role::ALL {
            let owners = Organisation::ALL
                .iter()
                .filter(|it| roles_of(**it).contains(role))
                .count();
            assert_eq!(owners, 1, "{role:?}");
        }
    }

    #[test]
    fn a_municipality_is_named_by_those_who_work_for_one_only() {
        let delft = MunicipalityId::from("delft");
        let fields = |organisation, municipality, roles: &[Role]| -> Vec<String> {
            let errors = check(organisation, municipality, roles)
                .err()
                .unwrap_or_default();
            errors.iter().map(|(field, _)| field.to_owned()).collect()
        };
        let none: [String; 0] = [];
        assert_eq!(
            fields(Organisation::Municipality, Some(&delft), &[Role::Editor]),
            none
        );
        assert_eq!(
            fields(Organisation::Municipality, None, &[Role::Editor]),
            ["gemeente"]
        );
        assert_eq!(
            fields(Organisation::Nctv, Some(&delft), &[]),
            ["gemeente", "rollen"]
        );
        assert_eq!(
            fields(Organisation::Szw, None, &[Role::NctvReviewer]),
            ["rollen"]
        );
    }
}
