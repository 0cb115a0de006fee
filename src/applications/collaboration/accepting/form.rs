//! What somebody types who was invited and has no account.

use crate::{
    core::answers::{Answers, FieldErrors},
    identity::people,
    web::reading::Reading,
};

/// The name and the password that were chosen.
pub fn newcomer(answers: &Answers) -> Result<(String, String), FieldErrors> {
    let mut it = Reading::new(answers);
    let name = it.text("naam");
    if !(2..=100).contains(&name.chars().count()) {
        it.wrong("naam", "Vul uw naam in, in hoogstens 100 tekens.");
    }
    let password = people::form::chosen_password(&mut it, answers, "wachtwoord", "nogmaals");
    it.finish(Some((name, password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_typed_twice() {
        let typed = Answers::default()
            .with("naam", "Petra")
            .with("wachtwoord", "drie woorden samen")
            .with("nogmaals", "drie woorden samen");
        assert!(newcomer(&typed).is_ok());
        let fields = |it: Answers| -> Vec<String> {
            let errors = newcomer(&it).err().unwrap_or_default();
            errors.iter().map(|it| it.0.to_owned()).collect()
        };
        assert_eq!(fields(typed.clone().with("naam", "P")), ["naam"]);
        assert_eq!(
            fields(typed.clone().with("nogmaals", "anders")),
            ["nogmaals"]
        );
        assert_eq!(
            fields(typed.with("wachtwoord", "kort").with("nogmaals", "kort")),
            ["wachtwoord"]
        );
    }
}
