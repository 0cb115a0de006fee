//! What is typed about accounts and passwords. Pure.

use validator::Validate;

use super::check;
use crate::{
    core::{
        actor::{Organisation, Role},
        answers::{Answers, FieldErrors},
        ids::MunicipalityId,
    },
    identity::password::{LONGEST, SHORTEST},
    web::reading::Reading,
};

#[derive(Debug, Validate)]
struct Texts {
    #[validate(email(message = "Vul een e-mailadres in, bijvoorbeeld naam@gemeente.nl."))]
    email: String,
    #[validate(length(
        min = 2,
        max = 100,
        message = "Vul de naam in, in hoogstens 100 tekens."
    ))]
    naam: String,
}

/// An account as it was typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed {
    /// What they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whom they work for.
    pub organisation: Organisation,
    /// Their municipality, for those who work for one.
    pub municipality: Option<MunicipalityId>,
    /// What they may come to do.
    pub roles: Vec<Role>,
    /// Their first password.
    pub password: String,
}

/// Reads the form of a new account.
pub fn new_account(answers: &Answers) -> Result<Typed, FieldErrors> {
    let mut it = Reading::new(answers);
    let texts = Texts {
        email: it.text("email").to_lowercase(),
        naam: it.text("naam"),
    };
    it.check(&texts, &["email", "naam"]);
    let organisation = it.one_of(
        "organisatie",
        Organisation::parse,
        "Kies voor wie deze persoon werkt.",
    );
    let municipality = it
        .optional("gemeente")
        .map(|id| MunicipalityId::from(id.as_str()));
    let roles = roles(answers);
    if let Some(organisation) = organisation
        && let Err(errors) = check(organisation, municipality.as_ref(), &roles)
    {
        for (field, sentence) in errors.iter() {
            it.wrong(field, sentence);
        }
    }
    let password = answers.get("wachtwoord").to_owned();
    check_length(&mut it, "wachtwoord", &password);
    it.finish(organisation.map(|organisation| Typed {
        email: texts.email,
        name: texts.naam,
        organisation,
        municipality,
        roles,
        password,
    }))
}

/// The roles that are ticked.
pub fn roles(answers: &Answers) -> Vec<Role> {
    let is_ticked = |role: &&Role| answers.get(&format!("rollen.{}", role.as_str())) == "ja";
    Role::ALL.iter().filter(is_ticked).copied().collect()
}

/// A form with these roles ticked.
pub fn ticked(roles: &[Role]) -> Answers {
    let mut answers = Answers::default();
    for role in roles {
        answers.set(format!("rollen.{}", role.as_str()), "ja");
    }
    answers
}

/// A change of one's own password, as it was typed: the old one, then the new one.
pub fn new_password(answers: &Answers) -> Result<(String, String), FieldErrors> {
    let mut it = Reading::new(answers);
    let [old, new, again] =
        ["huidig", "nieuw", "nogmaals"].map(|name| answers.get(name).to_owned());
    if old.is_empty() {
        it.wrong("huidig", "Vul uw huidige wachtwoord in.");
    }
    check_length(&mut it, "nieuw", &new);
    if again != new {
        it.wrong(
            "nogmaals",
            "Dit is niet hetzelfde als het nieuwe wachtwoord. Vul het nog een keer in.",
        );
    }
    if !new.is_empty() && old == new {
        it.wrong("nieuw", "Kies een ander wachtwoord dan het huidige.");
    }
    it.finish(Some((old, new)))
}

/// A password that somebody is given.
pub fn given_password(answers: &Answers) -> Result<String, FieldErrors> {
    let mut it = Reading::new(answers);
    let password = answers.get("wachtwoord").to_owned();
    check_length(&mut it, "wachtwoord", &password);
    it.finish(Some(password))
}

/// A first password that somebody chooses, typed twice.
pub fn chosen_password(
    it: &mut Reading<'_>,
    answers: &Answers,
    field: &str,
    again: &str,
) -> String {
    let password = answers.get(field).to_owned();
    check_length(it, field, &password);
    if answers.get(again) != password {
        it.wrong(
            again,
            "Dit is niet hetzelfde als het wachtwoord erboven. Vul het nog een keer in.",
        );
    }
    password
}

fn check_length(it: &mut Reading<'_>, field: &str, password: &str) {
    let length = password.chars().count();
    if length < SHORTEST {
        it.wrong(
            field,
            format!("Dit wachtwoord is te kort. Gebruik ten minste {SHORTEST} tekens, bijvoorbeeld een paar woorden."),
        );
    } else if LONGEST < length {
        it.wrong(field, format!("Gebruik hoogstens {LONGEST} tekens."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Answers {
        ticked(&[Role::Editor])
            .with("email", " Jan@Delft.nl ")
            .with("naam", "Jan")
            .with("organisatie", "municipality")
            .with("gemeente", "delft")
            .with("wachtwoord", "twaalf tekens")
    }

    #[test]
    fn an_account_is_read_with_its_roles() {
        let it = new_account(&typed()).ok().unwrap();
        assert_eq!(
            (it.email.as_str(), it.roles),
            ("jan@delft.nl", vec![Role::Editor])
        );
        let wrong = typed()
            .with("email", "jan")
            .with("gemeente", "")
            .with("wachtwoord", "kort");
        let errors = new_account(&wrong).err().unwrap();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["email", "gemeente", "wachtwoord"]);
    }

    #[test]
    fn a_new_password_is_long_other_than_the_old_and_typed_twice_alike() {
        let typed = |old: &str, new: &str, again: &str| {
            let answers = Answers::default()
                .with("huidig", old)
                .with("nieuw", new)
                .with("nogmaals", again);
            let errors = new_password(&answers).err().unwrap_or_default();
            errors
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>()
        };
        let none: [String; 0] = [];
        assert_eq!(typed("oud", "nieuw wachtwoord", "nieuw wachtwoord"), none);
        assert_eq!(typed("", "kort", "anders"), ["huidig", "nieuw", "nogmaals"]);
        assert_eq!(
            typed("zelfde woorden", "zelfde woorden", "zelfde woorden"),
            ["nieuw"]
        );
    }
}
