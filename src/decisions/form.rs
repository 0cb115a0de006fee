//! A proposal as it is typed: an amount per project and year, a reason per project. Pure.

use super::{
    Line,
    dossier::{Free, Row},
    proposal::{self, NewProposal},
};
use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::ApplicationId,
        money::{Money, MoneyError},
    },
    error::Refusal,
    schemes::WindowKind,
    texts::money,
};

/// The name of the field with the reasons for the whole.
pub const REASONS: &str = "toelichting";

/// The name of the field with the amount of the project at this place, from 1, in a year.
pub fn amount_field(place: usize, year: i32) -> String {
    format!("p{place}.{year}")
}

/// The name of the field with the reason for the project at this place.
pub fn reason_field(place: usize) -> String {
    format!("p{place}.reden")
}

/// What stands in the form at first: everything that is eligible.
pub fn initial(rows: &[Row]) -> Answers {
    let mut answers = Answers::default();
    for (place, project) in (1..).zip(by_project(rows)) {
        for row in project {
            let eligible = row.eligible.unwrap_or(Money::ZERO);
            answers.set(amount_field(place, row.year), money::typed(eligible));
        }
    }
    answers
}

/// The rows of each project, in the order of the application.
pub fn by_project(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|a, b| a.project == b.project)
}

/// Reads what was typed, or says what is wrong with it.
pub fn read(
    application: &ApplicationId,
    rows: &[Row],
    free: &[Free],
    window: WindowKind,
    answers: &Answers,
) -> Result<NewProposal, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut lines = Vec::new();
    for (place, project) in (1..).zip(by_project(rows)) {
        let reason = answers.get(&reason_field(place)).trim().to_owned();
        for row in project {
            let field = amount_field(place, row.year);
            match line(row, free, window, answers.get(&field), &reason) {
                Ok(line) => lines.push(line),
                Err(sentence) => errors.push(field, sentence),
            }
        }
        if reason.is_empty() {
            errors.push(
                reason_field(place),
                "Vul in waarom het project dit bedrag krijgt. De gemeente leest dit in de brief.",
            );
        }
    }
    let reasons = answers.get(REASONS).trim().to_owned();
    if reasons.is_empty() {
        errors.push(REASONS, "Vul in waarom u dit voorstelt.");
    }
    if errors.is_empty() {
        Ok(NewProposal {
            application: application.clone(),
            scenario: None,
            reasons,
            lines,
        })
    } else {
        Err(errors)
    }
}

fn line(
    row: &Row,
    free: &[Free],
    window: WindowKind,
    typed: &str,
    reason: &str,
) -> Result<Line, String> {
    let amount = Money::parse_dutch(typed).map_err(|it| wrong(it).to_owned())?;
    proposal::check_amount(row.minimum, row.eligible, amount).map_err(|it| out_of_range(&it))?;
    let kind = proposal::paying(window, row.category);
    let envelope = free
        .iter()
        .find(|it| Some(it.kind) == kind && it.year == row.year)
        .ok_or_else(|| format!("Er is in {} geen envelop die dit betaalt.", row.year))?;
    Ok(Line {
        project: row.project.clone(),
        year: row.year,
        envelope: envelope.envelope.clone(),
        amount,
        reason: reason.to_owned(),
        smallest_change: None,
    })
}

fn out_of_range(refusal: &Refusal) -> String {
    match refusal {
        Refusal::AmountOutOfRange { minimum, eligible }
            if eligible.is_zero() || eligible < minimum =>
        {
            "Voor dit project kan in dit jaar niets worden toegekend. Vul 0 in.".to_owned()
        }
        Refusal::AmountOutOfRange { minimum, eligible } => format!(
            "Vul 0 in, of een bedrag van {} tot en met {}.",
            money::euros(*minimum),
            money::euros(*eligible)
        ),
        _ => "Dit bedrag kan niet.".to_owned(),
    }
}

/// What is wrong with an amount that was typed.
pub(crate) fn wrong(err: MoneyError) -> &'static str {
    match err {
        MoneyError::Empty => "Vul een bedrag in. Krijgt het project niets? Vul dan 0 in.",
        MoneyError::DecimalPoint => "Gebruik een komma voor de centen, bijvoorbeeld 1.234,50.",
        MoneyError::TooPrecise => "Vul hoogstens twee cijfers achter de komma in.",
        MoneyError::Negative => "Vul een bedrag in dat niet onder nul ligt.",
        MoneyError::Overflow => "Dit bedrag is te groot.",
        MoneyError::NotANumber => "Vul een bedrag in cijfers in, bijvoorbeeld 1.234,50.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        category::{Category, EnvelopeKind},
        ids::{EnvelopeId, ProjectId},
    };

    fn read_amount(typed: &str) -> Result<NewProposal, FieldErrors> {
        let row = Row {
            project: ProjectId::from("p"),
            title: "Weerbare wijk".to_owned(),
            category: Some(Category::Baseline),
            year: 2027,
            requested: Money::from_euros(100),
            minimum: Money::from_euros(40),
            eligible: Some(Money::from_euros(80)),
            proposed: None,
            decided: None,
            standing: std::collections::BTreeMap::new(),
        };
        let free = Free {
            envelope: EnvelopeId::from("e"),
            kind: EnvelopeKind::Baseline,
            year: 2027,
            free: Money::ZERO,
        };
        let answers = Answers::default()
            .with("p1.2027", typed)
            .with("p1.reden", "Past bij de regio.")
            .with(REASONS, "Het plan is goed.");
        read(
            &ApplicationId::from("a"),
            &[row],
            &[free],
            WindowKind::Main,
            &answers,
        )
    }

    #[test]
    fn an_amount_is_read_or_its_field_says_what_is_wrong() {
        let read = read_amount("79,99").unwrap();
        assert_eq!(read.lines[0].amount, Money::from_cents(7999));
        for (typed, start) in [
            ("", "Vul een bedrag in."),
            ("39,99", "Vul 0 in, of een bedrag van"),
            ("80,01", "Vul 0 in, of een bedrag van"),
            ("1000.5", "Gebruik een komma"),
            ("-1", "Vul een bedrag in dat niet"),
        ] {
            let errors = read_amount(typed).unwrap_err();
            let sentence = errors.get("p1.2027").unwrap_or_default();
            assert!(sentence.starts_with(start), "{typed}: {sentence}");
        }
    }
}
