//! What is typed about the money of a cycle. Pure.

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        category::{EnvelopeKind, EnvelopeMode},
        ids::SchemeId,
        money::{Money, MoneyError},
    },
    schemes::{
        DistributionMethod,
        footing::{EnvelopePlan, YearPlan},
    },
    texts::{labels::Label, money},
    web::reading::Reading,
};

/// A cycle as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCycle {
    /// The scheme version it rests on.
    pub scheme: SchemeId,
    /// Its name: its years.
    pub name: String,
    /// What is planned for its years.
    pub years: [YearPlan; 2],
}

/// Reads the form of a new cycle.
pub fn new_cycle(answers: &Answers) -> Result<NewCycle, FieldErrors> {
    let mut it = Reading::new(answers);
    let scheme = it.text("regeling");
    if scheme.is_empty() {
        it.wrong("regeling", "Kies op welke regeling deze cyclus rust.");
    }
    let first = first_year(&mut it);
    let years = plans(&mut it, first.unwrap_or_default());
    it.finish(first.zip(years).map(|(first, years)| NewCycle {
        scheme: SchemeId::from(scheme.as_str()),
        name: format!("{first}-{}", first.saturating_add(1)),
        years,
    }))
}

fn first_year(it: &mut Reading<'_>) -> Option<i32> {
    it.whole(
        "eerste-jaar",
        2000..=2198,
        "Vul het eerste jaar in met vier cijfers, bijvoorbeeld 2027.",
    )
}

/// Reads the amounts of a draft whose years are known.
pub fn amounts(answers: &Answers, first: i32) -> Result<[YearPlan; 2], FieldErrors> {
    let mut it = Reading::new(answers);
    let plans = plans(&mut it, first);
    it.finish(plans)
}

fn plans(it: &mut Reading<'_>, first: i32) -> Option<[YearPlan; 2]> {
    let one = plan(it, 1, first);
    let two = plan(it, 2, first.saturating_add(1));
    one.zip(two).map(|(one, two)| [one, two])
}

fn plan(it: &mut Reading<'_>, at: u8, year: i32) -> Option<YearPlan> {
    let ceiling = it.money(&ceiling_field(at), "het plafond van dit jaar");
    let envelopes: Vec<Option<EnvelopePlan>> = EnvelopeKind::ALL
        .iter()
        .map(|kind| envelope(it, at, *kind))
        .collect();
    let envelopes: Option<Vec<EnvelopePlan>> = envelopes.into_iter().collect();
    ceiling.zip(envelopes).map(|(ceiling, envelopes)| YearPlan {
        year,
        ceiling,
        envelopes,
    })
}

fn envelope(it: &mut Reading<'_>, at: u8, kind: EnvelopeKind) -> Option<EnvelopePlan> {
    let names = EnvelopeFields::new(at, kind);
    let what = format!("het bedrag voor {}", kind.label().to_lowercase());
    let amount = it.money(&names.amount, &what);
    let mode = it.one_of(
        &names.mode,
        EnvelopeMode::parse,
        "Kies hoe streng dit bedrag bindt.",
    );
    let method = it.one_of(
        &names.method,
        DistributionMethod::parse,
        "Kies hoe dit bedrag wordt verdeeld.",
    );
    let ((amount, mode), method) = amount.zip(mode).zip(method)?;
    Some(EnvelopePlan {
        kind,
        mode,
        method,
        amount,
    })
}

/// The name of the field with a year's ceiling; `at` is 1 or 2.
pub fn ceiling_field(at: u8) -> String {
    format!("plafond-{at}")
}

/// The names of the fields of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeFields {
    /// What it is for.
    pub kind: EnvelopeKind,
    /// Its amount.
    pub amount: String,
    /// How strictly it binds.
    pub mode: String,
    /// How it is divided.
    pub method: String,
}

impl EnvelopeFields {
    /// Those of this kind in the first or second year.
    pub fn new(at: u8, kind: EnvelopeKind) -> EnvelopeFields {
        let part = |it: &str| format!("{}-{at}-{it}", kind.as_str());
        EnvelopeFields {
            kind,
            amount: part("bedrag"),
            mode: part("bindt"),
            method: part("methode"),
        }
    }
}

/// What the amounts that were typed for a year add up to; those that cannot be read are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Its ceiling.
    pub ceiling: Money,
    /// Its envelopes together.
    pub planned: Money,
    /// How much the envelopes are over the ceiling; negative if under it.
    pub difference: Money,
}

/// The sum of the first or second year.
pub fn sum(answers: &Answers, at: u8) -> Result<Sum, MoneyError> {
    let typed = |name: &str| Money::parse_dutch(answers.get(name)).unwrap_or_default();
    let ceiling = typed(&ceiling_field(at));
    let planned = Money::sum(
        EnvelopeKind::ALL
            .iter()
            .map(|kind| typed(&EnvelopeFields::new(at, *kind).amount)),
    )?;
    Ok(Sum {
        ceiling,
        planned,
        difference: planned.checked_sub(ceiling)?,
    })
}

/// A form for a new cycle: how money binds and is divided as is usual, no amounts yet.
pub fn blank() -> Answers {
    let mut answers = Answers::default();
    for at in [1, 2] {
        for kind in EnvelopeKind::ALL {
            let names = EnvelopeFields::new(at, *kind);
            let (mode, method) = usual(*kind);
            answers.set(names.mode, mode.as_str());
            answers.set(names.method, method.as_str());
        }
    }
    answers
}

fn usual(kind: EnvelopeKind) -> (EnvelopeMode, DistributionMethod) {
    match kind {
        EnvelopeKind::Baseline => (EnvelopeMode::AtMost, DistributionMethod::ProRata),
        EnvelopeKind::Prevention => (EnvelopeMode::RingFenced, DistributionMethod::RankingPartial),
        EnvelopeKind::OneYear | EnvelopeKind::Reserve => {
            (EnvelopeMode::AtMost, DistributionMethod::RankingSkip)
        }
    }
}

/// A form with what is planned in it.
pub fn planned(years: &[YearPlan]) -> Answers {
    let mut answers = Answers::default();
    for (at, year) in (1..).zip(years) {
        answers.set(ceiling_field(at), money::typed(year.ceiling));
        for it in &year.envelopes {
            let names = EnvelopeFields::new(at, it.kind);
            answers.set(names.amount, money::typed(it.amount));
            answers.set(names.mode, it.mode.as_str());
            answers.set(names.method, it.method.as_str());
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Answers {
        let mut answers = blank().with("regeling", "s").with("eerste-jaar", "2027");
        for at in [1, 2] {
            answers.set(ceiling_field(at), "7.000.000");
            for kind in EnvelopeKind::ALL {
                answers.set(EnvelopeFields::new(at, *kind).amount, "1.750.000,00");
            }
        }
        answers
    }

    #[test]
    fn what_is_put_back_is_read_as_the_same() {
        let new = new_cycle(&typed()).unwrap();
        assert_eq!(new.name, "2027-2028");
        assert_eq!(amounts(&planned(&new.years), 2027), Ok(new.years));
    }

    #[test]
    fn every_field_that_is_wrong_is_said_and_the_rest_is_added_up() {
        let typed = typed()
            .with("plafond-1", "")
            .with("prevention-2-bedrag", "1000.5")
            .with("reserve-2-methode", "dobbelen");
        let errors = new_cycle(&typed).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            ["plafond-1", "prevention-2-bedrag", "reserve-2-methode"]
        );
        let second = sum(&typed, 2).unwrap();
        assert_eq!(second.planned, Money::from_euros(5_250_000));
        assert_eq!(second.difference, Money::from_euros(-1_750_000));
    }
}
