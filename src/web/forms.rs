//! A form as it is shown: what stands in the fields and what is wrong with it, as the component
//! macros take them.

use super::again::Typed;
pub use crate::core::answers::{Answers, FieldErrors};

/// What is said above what is still to be done in a form that is saved.
const UNFINISHED: &str =
    "Uw tekst is wel opgeslagen. U kunt dit later verbeteren, maar pas indienen als alles klopt.";

/// A form as it is shown: the first argument of the macros in `components/form.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormView {
    /// What stands in the fields.
    pub answers: Answers,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The heading of the list of errors, where it says something else than how many there are.
    pub heading: Option<String>,
    /// A sentence under the heading of the list of errors, such as "Uw tekst is wel opgeslagen."
    pub note: Option<String>,
    /// What is stored now, to be shown beside the fields where that is something else.
    pub stored: Option<Answers>,
    /// Whether errors are marked at their fields alone, on a page that was opened and not sent.
    pub is_quiet: bool,
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
            ..FormView::default()
        }
    }

    /// A form that is saved, with what is still to be done in it.
    pub fn unfinished(answers: Answers, errors: FieldErrors) -> FormView {
        FormView {
            note: Some(UNFINISHED.to_owned()),
            ..FormView::refused(answers, errors)
        }
    }

    /// A form that is opened, with what cannot stay as it is marked at its field.
    pub fn marked(answers: Answers, errors: FieldErrors) -> FormView {
        FormView {
            is_quiet: true,
            ..FormView::refused(answers, errors)
        }
    }

    /// A form that comes back although nothing in its fields is wrong: something else stands in the
    /// way.
    pub fn stopped(
        answers: Answers,
        heading: impl Into<String>,
        sentence: impl Into<String>,
    ) -> FormView {
        let mut errors = FieldErrors::default();
        errors.push("", sentence);
        FormView {
            heading: Some(heading.into()),
            ..FormView::refused(answers, errors)
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
    pub fn errors_of(&self, name: &str) -> Vec<&str> {
        let own = self.errors.iter().filter(|(field, _)| *field == name);
        own.map(|(_, sentence)| sentence).collect()
    }

    /// The same in one text, if anything is.
    pub fn error(&self, name: &str) -> Option<String> {
        self.errors.text_of(name)
    }

    /// Whether something is wrong in one of these fields.
    pub fn is_wrong(&self, names: &[String]) -> bool {
        names.iter().any(|it| self.errors.get(it).is_some())
    }

    /// Whether this choice of a radio, checkbox or select is the one made.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.answers.get(name) == value
    }

    /// What was typed, for a page that has no place for the form any more.
    pub fn typed(&self) -> Vec<(String, String)> {
        Typed::of(self.answers.iter()).into()
    }

    /// What is stored in this field now, if that is something else than what stands in it.
    pub fn stored_otherwise(&self, name: &str) -> Option<&str> {
        let stored = self.stored.as_ref()?;
        let is_known = stored.iter().any(|(field, _)| field == name);
        let text = stored.get(name);
        (is_known && text.trim() != self.value(name).trim()).then_some(text)
    }

    /// Whether this choice is the one that is stored in this field now.
    pub fn is_stored(&self, name: &str, value: &str) -> bool {
        self.stored_otherwise(name) == Some(value)
    }

    /// The ids of the elements that explain this field: its help, what is stored in it now, its
    /// error. Empty if there are none.
    pub fn described_by(&self, name: &str, has_help: bool) -> String {
        let help = has_help.then(|| format!("{name}-hulp"));
        let error = self.error(name).map(|_| format!("{name}-fout"));
        let stored = self.stored_otherwise(name).map(|_| format!("{name}-nu"));
        let ids: Vec<String> = help.into_iter().chain(stored).chain(error).collect();
        ids.join(" ")
    }

    /// Whether something is wrong, and said so above the form.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty() && !self.is_quiet
    }

    /// `Fout: ` when something is wrong: the start of the page's title, the first thing that a
    /// screen reader says.
    pub fn title_prefix(&self) -> &'static str {
        if self.is_refused() { "Fout: " } else { "" }
    }

    /// The heading of the list of errors.
    pub fn summary(&self) -> String {
        if let Some(heading) = &self.heading {
            return heading.clone();
        }
        match self.errors.len() {
            1 => "Los nog 1 punt op".to_owned(),
            many => format!("Los nog {many} punten op"),
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
        assert_eq!(form.errors_of("naam"), ["Vul een naam in.", "Te kort."]);
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
        assert_eq!(form.summary(), "Los nog 3 punten op");
        let marked = FormView::marked(Answers::default(), form.errors.clone());
        assert!(!marked.is_refused() && marked.title_prefix().is_empty());
        assert_eq!(marked.errors_of("doel"), ["Vul een doel in."]);
        let unfinished = FormView::unfinished(Answers::default(), form.errors.clone());
        assert!(unfinished.note.unwrap().contains("wel opgeslagen"));
        let fields: Vec<_> = form.errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["naam", "doel", "naam"]);
    }
}
