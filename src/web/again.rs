//! A form that could not be done comes back: with all that was typed, why it was not done, and what
//! to do. Where no form can come back, the page of the error shows what was typed.

use actix_web::http::StatusCode;
use chrono::NaiveDateTime;

use super::forms::{Answers, FormView};
use crate::{
    error::AppError,
    texts::{dates, sentences},
};

/// Fields whose text is never sent back.
pub const SECRET_FIELDS: [&str; 4] = ["wachtwoord", "huidig", "nieuw", "nogmaals"];
/// Fields that nobody typed in.
const HIDDEN_FIELDS: [&str; 8] = [
    "csrf",
    "key",
    "versie",
    "actie",
    "later",
    "naar",
    "bewaard",
    "samenvoegen",
];

/// The last change to what a form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who made it.
    pub by: String,
    /// Whether that is who sent the form.
    pub is_own: bool,
    /// When (UTC).
    pub at: NaiveDateTime,
}

/// A form that comes back, with the status of the answer.
#[derive(Debug, Clone)]
pub struct Again {
    /// 422 where it was filled in wrongly, 409 where something else stands in the way.
    pub status: StatusCode,
    /// The form.
    pub form: FormView,
}

impl Again {
    /// The form of `answers`, if it helps to show it again for this error; the error otherwise.
    pub fn of(
        err: AppError,
        answers: Answers,
        changed: Option<&Change>,
    ) -> Result<Again, AppError> {
        let (status, form) = match err {
            AppError::Invalid(errors) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                FormView::refused(answers, errors),
            ),
            AppError::Stale => (StatusCode::CONFLICT, overtaken(answers, changed)),
            AppError::Refused(_) => {
                let said = sentences::said(&err);
                let form = FormView::stopped(answers, said.title, said.message);
                (StatusCode::CONFLICT, form.with_note(said.advice))
            }
            err => return Err(err),
        };
        Ok(Again { status, form })
    }

    /// Goes on from this version: what is sent now is compared with what is there now.
    #[must_use]
    pub fn from_version(mut self, version: i32) -> Again {
        self.form.answers.set("versie", version.to_string());
        self
    }

    /// Shows beside each field what is stored now, where that is something else.
    #[must_use]
    pub fn beside(mut self, stored: Answers) -> Again {
        if self.status == StatusCode::CONFLICT {
            self.form.stored = Some(stored);
        }
        self
    }
}

fn overtaken(answers: Answers, changed: Option<&Change>) -> FormView {
    let said = sentences::said(&AppError::Stale);
    let (title, why) = match changed {
        Some(it) if it.is_own => (
            "Dit is intussen gewijzigd".to_owned(),
            format!(
                "U hebt dit op {} zelf gewijzigd, in een ander venster.",
                dates::moment(it.at)
            ),
        ),
        Some(it) => (
            said.title,
            format!(
                "{} heeft dit op {} gewijzigd, terwijl u bezig was.",
                it.by,
                dates::moment(it.at)
            ),
        ),
        None => (
            said.title,
            "Terwijl u bezig was is dit gewijzigd.".to_owned(),
        ),
    };
    let sentence = format!("{why} Wat u invulde is niet opgeslagen. U vindt het hieronder terug.");
    FormView::stopped(answers, title, sentence)
        .with_note("Vergelijk het met wat er nu staat. Klopt het nog? Verstuur het dan opnieuw.")
}

/// What somebody typed in a form, as a page that has no such form shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// What of these fields was typed: no secrets, nothing hidden, nothing that was only chosen.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Typed {
        let typed = fields.into_iter().filter(|(name, text)| {
            !SECRET_FIELDS.contains(name)
                && !HIDDEN_FIELDS.contains(name)
                && !matches!(text.trim(), "" | "ja")
                && !is_id(text)
        });
        Typed(
            typed
                .map(|(name, text)| (named(name), text.to_owned()))
                .collect(),
        )
    }

    /// Each text with a name for its field.
    pub fn texts(&self) -> &[(String, String)] {
        &self.0
    }
}

impl From<Typed> for Vec<(String, String)> {
    fn from(it: Typed) -> Vec<(String, String)> {
        it.0
    }
}

/// The choice of something with an id.
fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// The name of a field as a person can read it.
fn named(field: &str) -> String {
    let words = field.replace(['-', '_', '.'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{core::answers::FieldErrors, error::Refusal};

    fn typed() -> Answers {
        Answers::default().with("reden", "Storing bij KPN.")
    }

    fn change(is_own: bool) -> Change {
        Change {
            by: "Ria de Wit".to_owned(),
            is_own,
            at: "2026-10-12T08:30:00".parse().unwrap(),
        }
    }

    fn shown(err: AppError, changed: Option<&Change>) -> (u16, String, String) {
        let again = Again::of(err, typed(), changed).unwrap();
        assert_eq!(again.form.value("reden"), "Storing bij KPN.");
        assert!(again.form.is_refused());
        let sentence = again.form.errors.get("").unwrap_or_default().to_owned();
        (again.status.as_u16(), again.form.summary(), sentence)
    }

    #[test]
    fn what_was_typed_comes_back_with_why_and_who() {
        let (status, title, why) = shown(AppError::Stale, Some(&change(false)));
        assert_eq!((status, title.as_str()), (409, "Iemand anders was u voor"));
        assert!(why.starts_with("Ria de Wit heeft dit op "), "{why}");
        let (_, title, why) = shown(AppError::Stale, Some(&change(true)));
        assert_eq!(title, "Dit is intussen gewijzigd");
        assert!(why.contains("zelf gewijzigd"), "{why}");
        let (status, title, _) = shown(Refusal::FourEyes.into(), None);
        assert_eq!((status, title.as_str()), (409, "Een ander moet dit doen"));
        let mut errors = FieldErrors::default();
        errors.push("reden", "Te kort.");
        let invalid = Again::of(AppError::Invalid(errors), typed(), None).unwrap();
        assert_eq!(invalid.status.as_u16(), 422);
        assert!(Again::of(AppError::NotFound, typed(), None).is_err());
    }

    #[test]
    fn a_form_that_comes_back_goes_on_from_what_is_stored_now() {
        let again = Again::of(AppError::Stale, typed(), None)
            .unwrap()
            .from_version(7)
            .beside(Answers::default().with("reden", "Uitval."));
        assert_eq!(again.form.value("versie"), "7");
        assert_eq!(again.form.stored_otherwise("reden"), Some("Uitval."));
        assert_eq!(again.form.stored_otherwise("naam"), None);
        assert_eq!(again.form.described_by("reden", false), "reden-nu");
    }

    #[test]
    fn secrets_and_what_was_not_typed_do_not_come_back() {
        let fields = [
            ("csrf", "geheim"),
            ("versie", "3"),
            ("wachtwoord", "correct paard"),
            ("onderdelen.region", "ja"),
            ("nctv", "01890a5dac96774bbcceb302099a8057"),
            ("k1-reden", "Past bij de regio."),
            ("bericht", "  "),
        ];
        let typed = Typed::of(fields);
        let expected = [("K1 reden".to_owned(), "Past bij de regio.".to_owned())];
        assert_eq!(typed.texts(), expected);
    }
}
