//! A form as it is shown: what stands in the fields and what is wrong with it, as the component
//! macros take them.

pub use crate::core::answers::{Answers, FieldErrors};

/// A form as it is shown: the first argument of the macros in `components/form.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormView {
    /// What stands in the fields.
    pub answers: Answers,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// A sentence under the heading of the list of errors, such as "Uw tekst is wel opgeslagen."
    pub note: Option<String>,
}

impl FormView {
    /// A form with these texts in its fields and nothing wrong.
    pub fn new(answers: Answers) -> FormView {
        FormView {
            answers,
            ..FormView::default()
        }
    }

    /// A form that comes back: what was typed, and why it was not accepted.
    pub fn refused(answers: Answers, errors: FieldErrors) -> FormView {
        FormView {
            answers,
            errors,
            note: None,
        }
    }

    /// Adds the sentence under the heading of the list of errors.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> FormView {
        self.note = Some(note.into());
        self
    }

    /// What stands in this field.
    pub fn value(&self, name: &str) -> &str {
        self.answers.get(name)
    }

    /// All that is wrong with this field: the list of errors names each sentence, and each has to
    /// be found back at the field.
    pub fn error(&self, name: &str) -> Option<String> {
        let own = self.errors.iter().filter(|(field, _)| *field == name);
        let sentences: Vec<&str> = own.map(|(_, sentence)| sentence).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// Whether this choice of a radio, checkbox or select is the one made.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.answers.get(name) == value
    }

    /// The ids of the elements that explain this field: its help, then its error. Empty if there is
    /// neither.
    pub fn described_by(&self, name: &str, has_help: bool) -> String {
        let help = has_help.then(|| format!("{name}-hulp"));
        let error = self.error(name).map(|_| format!("{name}-fout"));
        let ids: Vec<String> = help.into_iter().chain(error).collect();
        ids.join(" ")
    }

    /// Whether something is wrong.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }

    /// `Fout: ` when something is wrong: the start of the page's title, the first thing that a
    /// screen reader says.
    pub fn title_prefix(&self) -> &'static str {
        if self.is_refused() { "Fout: " } else { "" }
    }

    /// The heading of the list of errors.
    pub fn summary(&self) -> String {
        match self.errors.len() {
            1 => "Er is 1 ding dat niet klopt".to_owned(),
            many => format!("Er zijn {many} dingen die niet kloppen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_the_order_of_the_page_and_explain_their_field() {
        let mut errors = FieldErrors::default();
        errors.push("naam", "Vul een naam in.");
        errors.push("doel", "Vul een doel in.");
        errors.push("naam", "Te kort.");
        let form = FormView::refused(Answers::default().with("soort", "ja"), errors);
        assert_eq!(
            form.error("naam").as_deref(),
            Some("Vul een naam in. Te kort.")
        );
        assert_eq!(form.described_by("naam", true), "naam-hulp naam-fout");
        assert_eq!(form.described_by("naam", false), "naam-fout");
        assert_eq!(form.described_by("soort", true), "soort-hulp");
        assert_eq!(form.described_by("soort", false), "");
        assert!(form.has("soort", "ja") && !form.has("soort", "nee"));
        assert!(form.is_refused() && !FormView::default().is_refused());
        assert_eq!(form.summary(), "Er zijn 3 dingen die niet kloppen");
        let fields: Vec<_> = form.errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["naam", "doel", "naam"]);
    }
}
