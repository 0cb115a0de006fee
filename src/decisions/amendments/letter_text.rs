//! The words of the letter of a change, for both of its forms; see [`crate::decisions::letter_text`].

use std::iter::once;

use super::letter::{AmendmentLetter, Change};
use crate::{
    core::money::{Money, MoneyError},
    decisions::{
        LetterError,
        letter_text::{
            AmountRow, AmountTable, Block, EXAMPLE, Fact, LetterText, SALUTATION, Section,
            addressee, amount, budget_proviso, capacity, category, date, euros, jointly_with,
            legal_basis, objection, per_year, return_address, section, weekday_date,
        },
    },
};

/// The words of a letter that passes its check.
pub(in crate::decisions) fn text(letter: &AmendmentLetter) -> Result<LetterText, LetterError> {
    letter.check()?;
    Ok(LetterText {
        reference: letter.reference.clone(),
        date: letter.letter_date,
        example: letter.example.then_some(EXAMPLE),
        organisation: letter.sender.organisation.clone(),
        department: letter.sender.department.clone(),
        return_address: return_address(&letter.sender),
        addressee: addressee(&letter.addressee),
        facts: facts(letter),
        subject: letter.subject.clone(),
        salutation: SALUTATION,
        opening: vec![opening(letter)],
        sections: sections(letter)?,
        capacity: capacity(&letter.mandate),
        signatory: [letter.mandate.name.clone(), letter.mandate.office.clone()],
        objection: objection(&letter.objection, &letter.reference),
    })
}

fn facts(letter: &AmendmentLetter) -> Vec<Fact> {
    let fact = |label, value: &str| Fact {
        label,
        value: value.to_owned(),
    };
    vec![
        fact("Datum", &date(letter.letter_date)),
        fact("Ons kenmerk", &letter.reference),
        fact("Wijzigt besluit", &letter.amends.reference),
        fact("Uw aanvraag", &letter.application.reference),
        fact("Regio", &letter.addressee.region),
    ]
}

fn opening(letter: &AmendmentLetter) -> String {
    format!(
        "Op {} maakten wij ons besluit op uw aanvraag {} voor de regio {} bekend. Dat besluit heeft kenmerk {}. Wij \
         wijzigen het. In deze brief leest u wat er verandert en waarom.",
        weekday_date(letter.amends.sent_on),
        letter.application.reference,
        letter.addressee.region,
        letter.amends.reference,
    )
}

fn sections(letter: &AmendmentLetter) -> Result<Vec<Section>, LetterError> {
    let reasons = letter.reasons.iter().cloned().map(Block::Paragraph);
    let payment =
        "Wij passen de voorschotten aan deze bedragen aan. U hoeft daarvoor niets te doen.";
    let sections = [
        Some(decision(letter)?),
        Some(amounts(letter)),
        Some(section("Waarom wij dit besluiten", reasons)),
        Some(section(
            "Betaling",
            once(Block::Paragraph(payment.to_owned())),
        )),
        budget_proviso(letter.budget_proviso.as_ref()),
    ];
    Ok(sections.into_iter().flatten().collect())
}

fn decision(letter: &AmendmentLetter) -> Result<Section, MoneyError> {
    let (before, after) = (letter.total(|it| it.before)?, letter.total(|it| it.after)?);
    let amounts = letter.totals.iter().map(|it| it.after);
    let gets = per_year(&letter.years, amounts, after);
    let sentence = format!(
        "Wij wijzigen uw toekenning. {gets} {}",
        difference(before, after)?
    );
    let rest = format!(
        "Voor het overige blijft ons besluit van {} gelden, met de voorwaarden die daarin staan.",
        date(letter.amends.sent_on)
    );
    let blocks = [
        Block::Decision(sentence),
        Block::Paragraph(rest),
        Block::Paragraph(legal_basis(&letter.scheme)),
    ];
    let blocks = blocks.into_iter().chain(jointly_with(&letter.mandate));
    Ok(section("Ons besluit", blocks))
}

fn difference(before: Money, after: Money) -> Result<String, MoneyError> {
    Ok(if before < after {
        let more = after.checked_sub(before)?;
        format!("Dat is {} meer dan tot nu toe.", euros(more))
    } else if after < before {
        let less = before.checked_sub(after)?;
        format!("Dat is {} minder dan tot nu toe.", euros(less))
    } else {
        "In totaal is dat hetzelfde als tot nu toe.".to_owned()
    })
}

fn amounts(letter: &AmendmentLetter) -> Section {
    let cells = |amounts: &[Change]| {
        let both = amounts.iter();
        both.flat_map(|it| [amount(it.before), amount(it.after)])
            .collect()
    };
    let rows = letter.projects.iter().zip(1..);
    let table = AmountTable {
        caption: "Wat uw projecten kregen en wat zij nu krijgen, in euro",
        columns: ["Was", "Wordt"],
        years: letter.years.clone(),
        rows: rows
            .map(|(it, number)| AmountRow {
                number,
                title: it.title.clone(),
                category: category(it.category),
                cells: cells(&it.amounts),
            })
            .collect(),
        totals: cells(&letter.totals),
    };
    section("Bedragen per project", once(Block::Amounts(table)))
}
