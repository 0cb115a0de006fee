//! The form in which somebody declares their interests. Pure.

use crate::core::answers::{Answers, FieldErrors};

/// The field of the choice.
pub const INTEREST: &str = "belang";
/// The field of the explanation.
pub const NOTE: &str = "toelichting";
/// The choice "I have no interest".
pub const NONE: &str = "geen";
/// The choice "I have an interest".
pub const CONFLICT: &str = "wel";

/// What was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Whether there is an interest.
    pub has_conflict: bool,
    /// Which; not empty where there is one.
    pub note: String,
}

/// Reads the form. Nothing is presumed: without a choice it is refused.
pub fn read(answers: &Answers) -> Result<Declared, FieldErrors> {
    let mut errors = FieldErrors::default();
    let note = answers.get(NOTE).trim().to_owned();
    let has_conflict = match answers.get(INTEREST) {
        NONE => false,
        CONFLICT => true,
        _ => {
            errors.push(INTEREST, "Kies of u een belang hebt bij deze aanvraag.");
            return Err(errors);
        }
    };
    if has_conflict && note.is_empty() {
        errors.push(
            NOTE,
            "Schrijf in een paar woorden op welk belang u hebt. Bijzonderheden over personen zijn niet nodig.",
        );
        return Err(errors);
    }
    Ok(Declared { has_conflict, note })
}

/// The page to go on to: a page of ours inside a dossier, or else `otherwise`.
pub fn next_page<'a>(asked: &'a str, otherwise: &'a str) -> &'a str {
    let own = ["/aanvragen/", "/projecten/", "/voorstellen/", "/besluiten/"]
        .iter()
        .any(|it| asked.starts_with(it));
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '-' | '_');
    if own && asked.chars().all(plain) {
        asked
    } else {
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_needs_a_word_about_it_and_silence_is_no_answer() {
        let said = |choice: &str, note: &str| {
            read(&Answers::default().with(INTEREST, choice).with(NOTE, note))
        };
        let field = |it: Result<Declared, FieldErrors>| {
            let errors = it.unwrap_err();
            errors
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>()
        };
        assert!(!said("geen", "").unwrap().has_conflict);
        assert!(said("wel", "Mijn broer werkt er.").unwrap().has_conflict);
        assert_eq!(field(said("wel", "  ")), [NOTE]);
        assert_eq!(field(said("", "")), [INTEREST]);
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(
            next_page("/projecten/a1/beoordeling", "/x"),
            "/projecten/a1/beoordeling"
        );
        for path in [
            "//kwaad.nl",
            "https://kwaad.nl",
            "/projecten/\\kwaad",
            "/inloggen",
            "",
        ] {
            assert_eq!(next_page(path, "/x"), "/x", "{path}");
        }
    }
}
