//! The forms of the handling of an application. Pure.

use chrono::NaiveDate;

use crate::{
    applications::section::SectionName,
    core::{
        actor::Department,
        answers::{Answers, FieldErrors},
        calendar,
        ids::{AccountId, AssessmentId},
    },
    schemes::terms::CURE_PERIOD_DAYS,
    texts::dates,
};

/// The field set of the parts to open again.
pub const PARTS: &str = "onderdelen";
/// The field of the message.
pub const MESSAGE: &str = "bericht";
/// The field of the last day to complete.
pub const DUE: &str = "uiterlijk";
/// The field set of the assessments to open again.
pub const REOPEN: &str = "heropen";

/// The field of the reviewer whose assignment is taken back.
pub const UNASSIGN: &str = "beoordelaar";
/// The field of the reason for that.
pub const UNASSIGN_REASON: &str = "reden";

/// The field in which a reviewer of this department is chosen.
pub const fn reviewer_field(department: Department) -> &'static str {
    department.as_str()
}

/// What the coordinator asks the municipality to complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is opened again; at least one.
    pub parts: Vec<SectionName>,
    /// What is missing.
    pub message: String,
    /// The last day to complete.
    pub due_on: NaiveDate,
}

/// A fresh form: four weeks, ending on a working day.
pub fn fresh_completion(today: NaiveDate) -> Answers {
    let due_on = calendar::last_day(today, CURE_PERIOD_DAYS);
    Answers::default().with(DUE, dates::typed_date(due_on))
}

/// Reads a request for completion that is made today.
pub fn completion(answers: &Answers, today: NaiveDate) -> Result<Completion, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_chosen = |it: &&SectionName| answers.get(&format!("{PARTS}.{}", it.as_str())) == "ja";
    let parts: Vec<SectionName> = SectionName::ALL.iter().filter(is_chosen).copied().collect();
    if parts.is_empty() {
        errors.push(
            PARTS,
            "Kies ten minste één onderdeel. De gemeente kan alleen die onderdelen wijzigen.",
        );
    }
    let message = answers.get(MESSAGE).trim().to_owned();
    if message.is_empty() {
        errors.push(MESSAGE, "Schrijf op wat er ontbreekt en wat u vraagt.");
    }
    match due_on(answers, today) {
        Ok(due_on) if errors.is_empty() => Ok(Completion {
            parts,
            message,
            due_on,
        }),
        Ok(_) => Err(errors),
        Err(sentence) => {
            errors.push(DUE, sentence);
            Err(errors)
        }
    }
}

/// The cure period ends on a working day after today (Algemene termijnenwet art. 1).
fn due_on(answers: &Answers, today: NaiveDate) -> Result<NaiveDate, String> {
    let due_on = dates::parse_date(answers.get(DUE)).map_err(|it| it.sentence().to_owned())?;
    if due_on <= today {
        return Err(
            "Deze dag is niet in de toekomst. Geef de gemeente tijd om aan te vullen.".to_owned(),
        );
    }
    if !calendar::is_working_day(due_on) {
        return Err(format!(
            "Een termijn eindigt op een werkdag. Kies bijvoorbeeld {}.",
            dates::date(calendar::next_working_day(due_on))
        ));
    }
    Ok(due_on)
}

/// Reads who is chosen to assess, per department; at least one.
pub fn reviewers(answers: &Answers) -> Result<Vec<(AccountId, Department)>, FieldErrors> {
    let chosen: Vec<(AccountId, Department)> = Department::ALL
        .iter()
        .map(|it| (answers.get(reviewer_field(*it)), *it))
        .filter(|(id, _)| !id.is_empty())
        .map(|(id, department)| (AccountId::from(id), department))
        .collect();
    if chosen.is_empty() {
        let mut errors = FieldErrors::default();
        errors.push(
            reviewer_field(Department::Nctv),
            "Kies een beoordelaar van NCTV, van SZW, of van beide.",
        );
        return Err(errors);
    }
    Ok(chosen)
}

/// Reads whose assignment is taken back, and why.
pub fn unassigned(answers: &Answers) -> Result<(AccountId, String), FieldErrors> {
    let mut errors = FieldErrors::default();
    let (who, reason) = (answers.get(UNASSIGN), answers.get(UNASSIGN_REASON).trim());
    if who.is_empty() {
        errors.push(UNASSIGN, "Kies van wie u de toewijzing terugneemt.");
    }
    if reason.is_empty() {
        errors.push(
            UNASSIGN_REASON,
            "Schrijf op waarom u de toewijzing terugneemt.",
        );
    }
    if errors.is_empty() {
        Ok((AccountId::from(who), reason.to_owned()))
    } else {
        Err(errors)
    }
}

/// Reads which final assessments are opened again; at least one.
pub fn reopened(answers: &Answers) -> Result<Vec<AssessmentId>, FieldErrors> {
    let prefix = format!("{REOPEN}.");
    let chosen: Vec<AssessmentId> = answers
        .starting_with(&prefix)
        .filter(|(_, text)| *text == "ja")
        .filter_map(|(name, _)| name.strip_prefix(&prefix).map(AssessmentId::from))
        .collect();
    if chosen.is_empty() {
        let mut errors = FieldErrors::default();
        errors.push(
            REOPEN,
            "Kies ten minste één beoordeling die opnieuw open moet.",
        );
        return Err(errors);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-10-12".parse().unwrap()
    }

    fn complete() -> Answers {
        fresh_completion(today())
            .with("onderdelen.projects", "ja")
            .with("onderdelen.region", "ja")
            .with("bericht", " De nulmeting ontbreekt. ")
    }

    #[test]
    fn a_request_names_parts_and_gives_four_weeks() {
        let asked = completion(&complete(), today()).unwrap();
        assert_eq!(asked.parts, [SectionName::Region, SectionName::Projects]);
        assert_eq!(asked.message, "De nulmeting ontbreekt.");
        assert_eq!(asked.due_on.to_string(), "2026-11-09");
        // Four weeks from 27 November end on Christmas; the next working day is Monday.
        let before_christmas = fresh_completion("2026-11-27".parse().unwrap());
        assert_eq!(before_christmas.get(DUE), "2026-12-28");
    }

    #[track_caller]
    fn check(answers: Answers, field: &str, expected: &str) {
        let errors = completion(&answers, today()).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let sentence = errors.get(field).unwrap_or_default();
        assert!(sentence.contains(expected), "{sentence}");
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said_at_its_field() {
        let none = complete()
            .with("onderdelen.projects", "")
            .with("onderdelen.region", "");
        check(none, PARTS, "ten minste één onderdeel");
        check(complete().with(MESSAGE, " "), MESSAGE, "wat er ontbreekt");
        check(
            complete().with(DUE, "2026-10-12"),
            DUE,
            "niet in de toekomst",
        );
        check(
            complete().with(DUE, "2026-11-07"),
            DUE,
            "maandag 9 november 2026",
        );
        check(complete().with(DUE, "straks"), DUE, "geen datum");
    }

    #[test]
    fn choosing_nothing_is_refused() {
        assert!(reviewers(&Answers::default()).is_err());
        let one = Answers::default().with("szw", "a");
        assert_eq!(
            reviewers(&one),
            Ok(vec![(AccountId::from("a"), Department::Szw)])
        );
        assert_eq!(unassigned(&Answers::default()).unwrap_err().len(), 2);
        let ill = Answers::default()
            .with(UNASSIGN, "a")
            .with(UNASSIGN_REASON, " Afwezig. ");
        let expected = (AccountId::from("a"), "Afwezig.".to_owned());
        assert_eq!(unassigned(&ill), Ok(expected));
        assert!(reopened(&Answers::default()).is_err());
        let one = Answers::default().with("heropen.x", "ja");
        assert_eq!(reopened(&one), Ok(vec![AssessmentId::from("x")]));
    }
}
