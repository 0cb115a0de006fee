//! What stood in each field before, to look back and to copy from. Pure.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Save, delta::Delta};
use crate::core::answers::Answers;

/// Saves of one person within so many minutes are one sitting: its last text is shown, and what stood there
/// before much of it was taken out.
const SITTING_MINUTES: i64 = 15;
/// From so many characters on, or half of what stood there, what one save takes out is a loss.
const MUCH: usize = 20;
/// The most texts of one field.
const MOST: usize = 20;

/// A text that stood in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The text.
    pub text: String,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
}

/// The texts that stood in a field before the one that stands there now, newest first; `saves` are all
/// saves of the part, newest first. Texts that are not known any more are left out, and empty ones.
pub fn of_field(answers: &Answers, saves: &[Save], field: &str) -> Vec<Earlier> {
    let mut text = answers.get(field).to_owned();
    let mut found: Vec<Earlier> = Vec::new();
    let mut newer: Option<(&Save, &Delta, String)> = None;
    for save in saves {
        let Some(delta) = save.fields.get(field) else {
            continue;
        };
        let is_new = newer.as_ref().is_some_and(|(it, took_out, of)| {
            *of != text && (is_loss(took_out, &text) || !is_one_sitting(save, it))
        });
        if is_new && !text.trim().is_empty() {
            found.push(Earlier {
                text: text.clone(),
                by: save.name.clone(),
                at: save.at,
            });
        }
        newer = Some((save, delta, text.clone()));
        let Some(before) = delta.undo(&text) else {
            break;
        };
        text = before;
    }
    found.truncate(MOST);
    found
}

/// A row in which nothing stands any more, as it was before it was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneRow {
    /// Its fields in which something stood, with what.
    pub fields: Vec<(String, String)>,
    /// Who took it away.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
}

/// What stood in a row (`regel.2.`) before nothing stood in it; `None` if something does, or nothing ever
/// did. `saves` as for [`of_field`].
pub fn gone_row(answers: &Answers, saves: &[Save], row: &str) -> Option<GoneRow> {
    let is_blank = |text: &str| text.trim().is_empty();
    if !answers.starting_with(row).all(|(_, text)| is_blank(text)) {
        return None;
    }
    saves.iter().find_map(|save| {
        let of_row = save.fields.iter().filter(|(name, _)| name.starts_with(row));
        let fields: Vec<(String, String)> = of_row
            .filter_map(|(name, delta)| Some((name.clone(), delta.undo("")?)))
            .filter(|(_, text)| !is_blank(text))
            .collect();
        (!fields.is_empty()).then(|| GoneRow {
            fields,
            by: save.name.clone(),
            at: save.at,
        })
    })
}

/// Whether a save took out so much of the text before that one may want it back.
fn is_loss(took_out: &Delta, before: &str) -> bool {
    let removed = took_out.removed();
    MUCH <= removed || before.chars().count() <= removed.saturating_mul(2)
}

fn is_one_sitting(older: &Save, newer: &Save) -> bool {
    let sitting = TimeDelta::minutes(SITTING_MINUTES);
    older.by == newer.by && newer.at.signed_duration_since(older.at) < sitting
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{applications::saving::changes, core::ids::AccountId};

    #[test]
    fn each_sitting_leaves_its_last_text() {
        let mut answers = Answers::default();
        let mut saves = Vec::new();
        for (version, (text, by, time)) in (1..).zip([
            ("Jon", "Anna", "12:00:00"),
            ("Jongeren", "Anna", "12:00:02"),
            ("Jongeren en ouders", "Bram", "12:01:00"),
            ("Ouders", "Bram", "12:30:00"),
            ("", "Anna", "12:31:00"),
            ("Iedereen", "Bram", "12:32:00"),
            ("Iedereen die ons kent en wil meedoen", "Bram", "12:33:00"),
            ("Iedereen die wil", "Bram", "12:34:00"),
            ("Iedereen die wi", "Bram", "12:35:00"),
            ("Meiden", "Bram", "12:36:00"),
            ("Meisjes", "Bram", "12:36:30"),
            ("Meisje", "Bram", "12:37:00"),
        ]) {
            let next = answers.clone().with("doelgroep", text).with("anders", by);
            saves.insert(
                0,
                Save {
                    version,
                    fields: changes(&answers, &next),
                    at: format!("2026-09-15T{time}").parse().unwrap(),
                    by: AccountId::from(by),
                    name: by.to_owned(),
                    form: String::new(),
                    sequence: 0,
                },
            );
            answers = next;
        }
        let found = of_field(&answers, &saves, "doelgroep");
        let texts: Vec<_> = found.iter().map(|it| (&*it.text, &*it.by)).collect();
        assert_eq!(
            texts,
            [
                ("Meiden", "Bram"),
                ("Iedereen die wi", "Bram"),
                ("Iedereen die ons kent en wil meedoen", "Bram"),
                ("Ouders", "Bram"),
                ("Jongeren en ouders", "Bram"),
                ("Jongeren", "Anna")
            ]
        );
        assert_eq!(of_field(&answers, &saves, "nergens"), []);
    }
}
