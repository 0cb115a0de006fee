//! What was typed in a section -> what is still wrong with it. Nothing here keeps a draft from being
//! saved.

use super::Draft;
use crate::{
    applications::{
        Head,
        section::{Field, Kind, Need, SectionName},
    },
    core::{
        answers::{Answers, FieldErrors},
        bsn,
        ids::MunicipalityId,
    },
    outbox::mail::address,
    schemes::Municipality,
};

/// Longest line of text, in characters.
const LONGEST_LINE: usize = 200;
/// Before the name of a field, in the form that comes back when somebody else saved: which of the two
/// texts stays.
pub const CHOICE: &str = "keuze.";
/// The value of a choice for the text of the other.
pub const THEIRS: &str = "hunne";
/// The value of a choice for one's own text.
pub const MINE: &str = "mijn";

/// Of a posted form, what belongs to the section: every field is there, also the empty ones.
pub fn typed(section: SectionName, posted: &Answers) -> Answers {
    let mut answers = Answers::default();
    for field in section.fields() {
        match field.kind {
            Kind::Participants => {
                for (name, text) in posted.starting_with(&participant_field("")) {
                    answers.set(name, text);
                }
            }
            _ => answers.set(field.name, posted.get(field.name)),
        }
    }
    answers
}

/// As [`typed`], with the stored text for each field of which the other's was chosen.
pub fn chosen(section: SectionName, posted: &Answers, stored: &Answers) -> Answers {
    let mut answers = typed(section, posted);
    for (choice, value) in posted.starting_with(CHOICE) {
        let name = choice.strip_prefix(CHOICE).unwrap_or_default();
        if value == THEIRS && belongs(section, name) {
            answers.set(name, stored.get(name));
        }
    }
    answers
}

/// The fields that say something else in these two, in the order of their names.
pub fn differences(mine: &Answers, theirs: &Answers) -> Vec<String> {
    let mut names: Vec<&str> = mine.iter().chain(theirs.iter()).map(|it| it.0).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|it| mine.get(it) != theirs.get(it))
        .map(str::to_owned)
        .collect()
}

/// Everything that keeps the section from being submitted, in the order of the page.
pub fn findings(section: SectionName, answers: &Answers) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for field in section.fields() {
        if let Some(sentence) = finding(field, answers.get(field.name).trim()) {
            errors.push(field.name, sentence);
        }
    }
    errors
}

fn finding(field: &Field, text: &str) -> Option<String> {
    match (field.kind, field.need) {
        (Kind::Participants, _) => None,
        (Kind::Agree, Need::Required { empty, .. }) => (text != "ja").then(|| empty.to_owned()),
        (_, Need::Required { empty, .. }) if text.is_empty() => Some(empty.to_owned()),
        (Kind::Email, _) if !text.is_empty() && !address::is_address(text) => Some(format!(
            "“{text}” is geen e-mailadres. Schrijf het zoals veiligheid@gemeente.nl."
        )),
        (Kind::Line | Kind::Email | Kind::Phone, _) if LONGEST_LINE < text.chars().count() => {
            Some(format!(
                "{}: kort dit in tot hoogstens {LONGEST_LINE} tekens.",
                field.label
            ))
        }
        (Kind::Phone, _) if !text.is_empty() && !is_phone_number(text) => Some(format!(
            "“{text}” is geen telefoonnummer. Schrijf het zoals 015 123 45 67 of +31 15 123 45 67."
        )),
        _ => None,
    }
}

/// At least the ten digits of a Dutch number, with what people write between and behind them.
fn is_phone_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    10 <= digits && text.starts_with(['0', '+', '('])
}

/// The fields that seem to hold a citizen service number: to warn about, never to refuse.
pub fn with_bsn(answers: &Answers) -> Vec<String> {
    answers
        .iter()
        .filter(|(_, text)| bsn::looks_like_bsn(text))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The field of one municipality that can take part.
pub fn participant_field(id: &str) -> String {
    format!("deelnemer.{id}")
}

/// Of these members of the region, those that were ticked.
pub fn participants<'a>(
    answers: &Answers,
    members: &'a [MunicipalityId],
) -> Vec<&'a MunicipalityId> {
    members
        .iter()
        .filter(|it| answers.get(&participant_field(it.as_str())) == "ja")
        .collect()
}

/// The municipalities that the draft is for so far: the lead and those that were ticked, in the order
/// of `members`.
pub fn taking_part(draft: &Draft, head: &Head, members: &[Municipality]) -> Vec<Municipality> {
    let answers = draft.section(SectionName::Region).answers;
    let ids: Vec<MunicipalityId> = members.iter().map(|it| it.id.clone()).collect();
    let ticked = participants(&answers, &ids);
    members
        .iter()
        .filter(|it| it.id == head.lead.id || ticked.contains(&&it.id))
        .cloned()
        .collect()
}

fn belongs(section: SectionName, name: &str) -> bool {
    section.fields().iter().any(|it| match it.kind {
        Kind::Participants => name.starts_with(&participant_field("")),
        _ => it.name == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_names_each_required_field() {
        for section in SectionName::FORMS {
            let required = section
                .fields()
                .iter()
                .filter(|it| matches!(it.need, Need::Required { .. }))
                .count();
            let found = findings(section, &Answers::default());
            assert_eq!(found.len(), required, "{section:?}");
        }
    }

    #[test]
    fn an_address_has_to_be_one() {
        let of = |email: &str| {
            let answers = Answers::default()
                .with("contactpersoon", "A. de Vries")
                .with("ondertekenaar", "De burgemeester")
                .with("email", email);
            findings(SectionName::Organisation, &answers)
                .iter()
                .map(|it| it.0.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("a@delft.nl"), Vec::<String>::new());
        assert_eq!(of("delft.nl"), ["email"]);
        assert_eq!(of("a@delft"), ["email"]);
        assert_eq!(of(" "), ["email"]);
    }

    #[test]
    fn the_other_text_is_taken_only_where_it_was_chosen() {
        let posted = Answers::default()
            .with("dreiging", "mijn dreiging")
            .with("behoefte", "mijn behoefte")
            .with("keuze.dreiging", THEIRS)
            .with("keuze.behoefte", MINE)
            .with("keuze.anders", THEIRS)
            .with("versie", "3");
        let stored = Answers::default()
            .with("dreiging", "hun dreiging")
            .with("behoefte", "hun behoefte");
        let kept = chosen(SectionName::Analysis, &posted, &stored);
        assert_eq!(kept.get("dreiging"), "hun dreiging");
        assert_eq!(kept.get("behoefte"), "mijn behoefte");
        let names: Vec<&str> = kept.iter().map(|it| it.0).collect();
        assert_eq!(names, ["behoefte", "dreiging", "geleerd", "weerbaarheid"]);
        assert_eq!(differences(&kept, &stored), ["behoefte"]);
    }
}
