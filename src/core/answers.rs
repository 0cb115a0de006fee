//! What a person typed, and what is wrong with it. What was typed is kept as it was typed: a form
//! that is refused comes back unchanged.

use std::collections::{BTreeMap, btree_map};

/// Name of the hidden field with the token against forgery.
pub const CSRF_FIELD: &str = "csrf";
/// Name of the hidden field with the idempotency key of a form.
pub const KEY_FIELD: &str = "key";

/// Longest text of one field, in bytes: some twenty pages.
pub const MAX_FIELD_BYTES: usize = 64 * 1024;
/// Most bytes of all names and texts of one form together.
pub const MAX_FORM_BYTES: usize = 1024 * 1024;
/// Most fields of one form.
pub const MAX_FIELDS: usize = 4000;

/// Field name -> text exactly as it was typed, without the hidden fields of the form itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, String>);

/// Why a posted form is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// One text is longer than [`MAX_FIELD_BYTES`].
    #[error("field {name} has {bytes} bytes")]
    FieldTooLong {
        /// The field.
        name: String,
        /// Its length.
        bytes: usize,
    },
    /// All together are more than [`MAX_FORM_BYTES`].
    #[error("the form is larger than {MAX_FORM_BYTES} bytes")]
    FormTooLarge,
    /// More than [`MAX_FIELDS`] fields.
    #[error("the form has more than {MAX_FIELDS} fields")]
    TooManyFields,
    /// A name came twice; which of the two was meant is not guessed. Each box of a set of
    /// checkboxes has a name of its own.
    #[error("field {0} came more than once")]
    Repeated(String),
}

impl Answers {
    /// The fields of a posted form, within the limits above.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Answers, AnswersError> {
        let mut answers = BTreeMap::new();
        let mut total = 0_usize;
        for (name, text) in pairs {
            if [CSRF_FIELD, KEY_FIELD].contains(&name.as_str()) {
                continue;
            }
            if MAX_FIELD_BYTES < text.len() {
                let bytes = text.len();
                return Err(AnswersError::FieldTooLong { name, bytes });
            }
            total = total.saturating_add(name.len()).saturating_add(text.len());
            if MAX_FORM_BYTES < total {
                return Err(AnswersError::FormTooLarge);
            }
            if MAX_FIELDS <= answers.len() {
                return Err(AnswersError::TooManyFields);
            }
            match answers.entry(name) {
                btree_map::Entry::Vacant(place) => place.insert(text),
                btree_map::Entry::Occupied(place) => {
                    return Err(AnswersError::Repeated(place.key().clone()));
                }
            };
        }
        Ok(Answers(answers))
    }

    /// What was typed in this field; empty if the field was not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Puts a text in a field, in place of what was there.
    pub fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// As [`Answers::set`], for building.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Answers {
        self.set(name, text);
        self
    }

    /// All fields, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (&**name, &**text))
    }

    /// The fields whose name starts with `prefix`, in the order of their names.
    pub fn starting_with<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .range(prefix.to_owned()..)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, text)| (&**name, &**text))
    }
}

/// What is wrong, per field, in the order in which the fields stand on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// Adds a sentence to a field. An empty field name is for what concerns the form as a whole.
    pub fn push(&mut self, field: impl Into<String>, sentence: impl Into<String>) {
        self.0.push((field.into(), sentence.into()));
    }

    /// The first sentence of this field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter()
            .find(|(name, _)| *name == field)
            .map(|(_, sentence)| sentence)
    }

    /// All sentences of this field in one text, if there are any.
    pub fn text_of(&self, field: &str) -> Option<String> {
        let own = self.iter().filter(|(name, _)| *name == field);
        let sentences: Vec<&str> = own.map(|(_, sentence)| sentence).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many things are wrong.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of it: field and sentence.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (&**name, &**text))
    }
}

/// What was typed in a field that may not stay empty, without the blanks around it; or the sentence that
/// asks for it.
pub fn required(field: &str, text: &str, sentence: &str) -> Result<String, FieldErrors> {
    let text = text.trim();
    if text.is_empty() {
        let mut errors = FieldErrors::default();
        errors.push(field, sentence);
        return Err(errors);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn what_was_typed_is_kept_and_the_hidden_fields_are_not() {
        let typed = pairs(&[
            ("b", " x\r\n"),
            ("a.1", "1"),
            ("a.2", "2"),
            ("csrf", "s"),
            ("key", "k"),
        ]);
        let answers = Answers::from_pairs(typed).unwrap();
        assert_eq!(answers.get("b"), " x\r\n");
        assert_eq!(answers.get("csrf"), "");
        assert_eq!(answers.get("absent"), "");
        let under: Vec<_> = answers.starting_with("a.").collect();
        assert_eq!(under, [("a.1", "1"), ("a.2", "2")]);
        assert_eq!(
            serde_json::to_string(&answers).unwrap(),
            r#"{"a.1":"1","a.2":"2","b":" x\r\n"}"#
        );
    }

    #[test]
    fn a_form_that_is_too_large_or_says_two_things_is_refused() {
        let long = "x".repeat(MAX_FIELD_BYTES);
        let refusal = |of: Vec<(String, String)>| Answers::from_pairs(of).err();
        assert_eq!(refusal(pairs(&[("a", &long)])), None);
        assert_eq!(
            refusal(pairs(&[("a", &format!("{long}x"))])),
            Some(AnswersError::FieldTooLong {
                name: "a".to_owned(),
                bytes: MAX_FIELD_BYTES + 1
            })
        );
        let many = |count: usize, text: &str| -> Vec<(String, String)> {
            (0..count)
                .map(|it| (it.to_string(), text.to_owned()))
                .collect()
        };
        assert_eq!(refusal(many(16, &long)), Some(AnswersError::FormTooLarge));
        assert_eq!(refusal(many(MAX_FIELDS, "")), None);
        assert_eq!(
            refusal(many(MAX_FIELDS + 1, "")),
            Some(AnswersError::TooManyFields)
        );
        assert_eq!(
            refusal(pairs(&[("a", "1"), ("a", "2")])),
            Some(AnswersError::Repeated("a".to_owned()))
        );
    }
}
