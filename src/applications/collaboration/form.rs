//! What is typed about invitations, rights and tasks.

use validator::ValidateEmail;

use super::{Grant, NewInvitation, tasks::NewTask};
use crate::{
    applications::section::SectionName,
    core::{
        answers::{Answers, FieldErrors},
        ids::AccountId,
    },
    identity::policy::Right,
    web::reading::Reading,
};

/// The longest name of an organisation, in characters.
const LONGEST_NAME: usize = 100;
/// The longest message or note, in characters.
const LONGEST_TEXT: usize = 2_000;
/// The value for the whole application.
pub const WHOLE: &str = "alles";

/// Reads the form of an invitation.
pub fn invitation(answers: &Answers) -> Result<NewInvitation, FieldErrors> {
    let mut it = Reading::new(answers);
    let email = it.text("email").to_lowercase();
    if !email.validate_email() || email.contains(['"', '(', ',']) {
        it.wrong(
            "email",
            "Vul het e-mailadres in van wie u uitnodigt, bijvoorbeeld naam@gemeente.nl.",
        );
    }
    let organisation = it.text("organisatie");
    let length = organisation.chars().count();
    if length == 0 || LONGEST_NAME < length {
        it.wrong(
            "organisatie",
            "Vul in voor welke gemeente of organisatie deze persoon werkt, in hoogstens 100 tekens.",
        );
    }
    let grant = grant(&mut it, answers);
    let due_on = day(&mut it);
    let message = text(&mut it, "bericht");
    it.finish(grant.map(|grant| NewInvitation {
        email,
        organisation,
        grant,
        message,
        due_on,
    }))
}

/// Reads the form of the right of somebody who works on an application.
pub fn right(answers: &Answers) -> Result<Grant, FieldErrors> {
    let mut it = Reading::new(answers);
    let grant = grant(&mut it, answers);
    it.finish(grant)
}

/// Reads the form of a task.
pub fn task(answers: &Answers) -> Result<NewTask, FieldErrors> {
    let mut it = Reading::new(answers);
    let assignee = it.optional("wie");
    if assignee.is_none() {
        it.wrong("wie", "Kies aan wie u dit vraagt.");
    }
    let section = it.one_of(
        "onderdeel",
        |text| match text {
            WHOLE => Ok(None),
            text => SectionName::parse(text).map(Some),
        },
        "Kies een onderdeel, of de hele aanvraag.",
    );
    let due_on = day(&mut it);
    let note = text(&mut it, "bericht");
    it.finish(assignee.zip(section).map(|(assignee, section)| NewTask {
        assignee: AccountId::from(assignee.as_str()),
        section,
        note,
        due_on,
    }))
}

/// Reads what somebody says with a task that is done.
pub fn answer(answers: &Answers) -> Result<String, FieldErrors> {
    let mut it = Reading::new(answers);
    let text = text(&mut it, "antwoord");
    it.finish(Some(text))
}

/// The fields of a grant as they stand in its form.
pub fn answers_of(grant: &Grant) -> Answers {
    let mut answers = Answers::default().with("recht", grant.right.as_str());
    match &grant.sections {
        None => answers.set("waar", WHOLE),
        Some(sections) => {
            answers.set("waar", "delen");
            for it in sections {
                answers.set(format!("onderdeel.{}", it.as_str()), "ja");
            }
        }
    }
    answers
}

fn grant(it: &mut Reading<'_>, answers: &Answers) -> Option<Grant> {
    let right = it.one_of("recht", Right::parse, "Kies wat deze persoon mag.");
    let is_ticked =
        |section: &&SectionName| answers.get(&format!("onderdeel.{}", section.as_str())) == "ja";
    let ticked: Vec<SectionName> = SectionName::ALL.iter().filter(is_ticked).copied().collect();
    let sections = match answers.get("waar") {
        // Who only reads, reads everything.
        _ if right == Some(Right::View) => None,
        // Nobody gives all of it by mistake: which of the two is meant is asked.
        WHOLE if !ticked.is_empty() => {
            it.wrong(
                "waar",
                "U koos de hele aanvraag en vinkte ook onderdelen aan. Mag deze persoon alleen daar schrijven? Kies “Alleen in deze onderdelen”. Mag het overal? Haal dan de vinkjes weg.",
            );
            None
        }
        WHOLE => None,
        _ => Some(ticked),
    };
    right.map(|right| Grant { right, sections })
}

fn day(it: &mut Reading<'_>) -> Option<chrono::NaiveDate> {
    it.optional("datum")?;
    it.date("datum")
}

fn text(it: &mut Reading<'_>, field: &str) -> String {
    let text = it.text(field);
    if LONGEST_TEXT < text.chars().count() {
        it.wrong(field, "Kort dit in tot hoogstens 2.000 tekens.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_whole_or_not_at_all() {
        let typed = Answers::default()
            .with("email", " Petra@Westland.Example ")
            .with("organisatie", "Westland")
            .with("recht", "edit")
            .with("waar", "delen")
            .with("onderdeel.projects", "ja")
            .with("datum", "2026-09-30");
        let it = invitation(&typed).unwrap();
        assert_eq!(it.email, "petra@westland.example");
        assert_eq!(it.grant.sections, Some(vec![SectionName::Projects]));
        assert!(it.due_on.is_some());
        // All of it and some of it is neither; to who only reads it is the same.
        let both = typed.clone().with("waar", WHOLE);
        let errors = invitation(&both).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|it| it.0).collect();
        assert_eq!(fields, ["waar"]);
        assert!(invitation(&both.with("recht", "view")).is_ok());
        let all = typed
            .clone()
            .with("waar", WHOLE)
            .with("onderdeel.projects", "");
        assert_eq!(invitation(&all).unwrap().grant.sections, None);
        let fields: Vec<String> = invitation(&Answers::default())
            .unwrap_err()
            .iter()
            .map(|it| it.0.to_owned())
            .collect();
        assert_eq!(fields, ["email", "organisatie", "recht"]);
        for wrong in ["petra", "a@b, c@d", "\"x\"@y.nl"] {
            assert!(invitation(&typed.clone().with("email", wrong)).is_err());
        }
    }

    #[test]
    fn a_right_comes_back_as_it_was() {
        for sections in [None, Some(vec![SectionName::Region])] {
            let grant = Grant {
                right: Right::Edit,
                sections,
            };
            assert_eq!(right(&answers_of(&grant)).unwrap(), grant);
        }
    }
}
