//! The reasons to leave an application untreated. Pure.

use crate::{
    assessments::handling::CompletionRequest,
    core::answers::{Answers, FieldErrors},
    texts::dates,
};

/// The field of the reasons.
pub const REASONS: &str = "toelichting";

/// The form as it is before anything was typed: what was asked, until when, and that it did not come.
pub fn initial(request: &CompletionRequest) -> Answers {
    let text = format!(
        "Op {} vroegen wij u om uw aanvraag aan te vullen: {}. U kreeg daarvoor de tijd tot en met {}. Wij hebben de aanvulling niet ontvangen. Zonder deze aanvulling kunnen wij uw aanvraag niet beoordelen.",
        dates::date(request.suspension().asked_on),
        request.part_names().to_lowercase(),
        dates::date(request.due_on),
    );
    Answers::default().with(REASONS, text)
}

/// The reasons, or what is wrong with them.
pub fn read(answers: &Answers) -> Result<String, FieldErrors> {
    let reasons = answers.get(REASONS).trim();
    if reasons.is_empty() {
        let mut errors = FieldErrors::default();
        errors.push(
            REASONS,
            "Vul in wat u vroeg, tot wanneer, en wat ontbreekt. De gemeente leest dit in de brief.",
        );
        return Err(errors);
    }
    Ok(reasons.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{applications::section::SectionName, core::ids::CompletionRequestId};

    #[test]
    fn the_reasons_say_what_was_asked_and_are_needed() {
        let request = CompletionRequest {
            id: CompletionRequestId::from("r"),
            parts: vec![SectionName::Region],
            message: "De verklaring ontbreekt.".to_owned(),
            due_on: "2026-11-09".parse().unwrap(),
            requested_at: "2026-10-12T09:00:00".parse().unwrap(),
            answered_at: None,
        };
        let reasons = read(&initial(&request)).unwrap();
        for text in [
            "Op maandag 12 oktober 2026",
            "tot en met maandag 9 november 2026",
        ] {
            assert!(reasons.contains(text), "{reasons}");
        }
        let empty = Answers::default().with(REASONS, " \n ");
        assert!(read(&empty).is_err());
    }
}
