//! What would have changed a division: every statement is applied to the input and divided again.

use proptest::prelude::*;
use versterkingsgelden::allocation::{Lever, SmallestChange, is_in_full};

use super::{properties::any_input, *};

/// The input with a change; money and request `less_far` in one year, or a score lower by a hundredth.
fn changed(input: &Input, change: &SmallestChange, less_far: Option<Year>) -> Option<FrozenInput> {
    let mut input = input.clone();
    let index = input
        .projects
        .iter()
        .position(|it| it.id == change.id)
        .unwrap();
    let of = input.projects[index].category.clone();
    let category = input.categories.iter_mut().find(|it| it.id == of).unwrap();
    let unit = input.rounding.cents();
    let add = |to: &mut Money, cents: i64| *to = Money::from_cents(to.cents() + cents);
    for (year, amount) in &change.amounts {
        let less = less_far == Some(*year);
        match change.lever {
            Lever::Money => {
                let by = amount.cents() - i64::from(less);
                add(input.ceilings.get_mut(year).unwrap(), by);
                if category.mode != EnvelopeMode::AtLeast {
                    add(category.amounts.get_mut(year).unwrap(), by);
                }
            }
            Lever::Request => {
                let request = amount.cents() + if less { unit } else { 0 };
                let eligible = &mut input.projects[index].eligible;
                assert!(request <= eligible[year].cents());
                eligible.insert(*year, Money::from_cents(request));
            }
            Lever::Score => unreachable!(),
        }
    }
    if let Some(score) = &change.score {
        let score = Score::parse(score).unwrap().hundredths() - i64::from(less_far.is_some());
        input.projects[index].score = Score::from_hundredths(score);
    }
    Some(FrozenInput::new(input).unwrap())
}

/// Whether the project got what the sentence promises.
fn is_funded(input: &FrozenInput, change: &SmallestChange) -> bool {
    let outcome = allocate(input);
    let project = input.projects.iter().find(|it| it.id == change.id).unwrap();
    change.years.iter().all(|year| {
        let award = outcome
            .awards
            .iter()
            .find(|it| it.id == change.id && it.year == *year);
        award.is_some_and(|it| {
            if change.sentence.contains("volledig") || change.sentence.starts_with("Bij een") {
                is_in_full(it.amount, project.eligible[year], input.rounding)
            } else if change.sentence.contains("wel geld") {
                !it.amount.is_zero()
            } else {
                // What its applicant's own limit leaves it: what it gets with money for everyone.
                it.amount == with_plenty(input, change, *year)
            }
        })
    })
}

fn with_plenty(input: &FrozenInput, change: &SmallestChange, year: Year) -> Money {
    let mut rich = (**input).clone();
    let plenty = |amounts: &mut BTreeMap<Year, Money>| {
        amounts
            .values_mut()
            .for_each(|it| *it = Money::from_euros(9_000_000));
    };
    plenty(&mut rich.ceilings);
    let of = &rich
        .projects
        .iter()
        .find(|it| it.id == change.id)
        .unwrap()
        .category;
    let of = of.clone();
    plenty(
        &mut rich
            .categories
            .iter_mut()
            .find(|it| it.id == of)
            .unwrap()
            .amounts,
    );
    let rich = allocate(&FrozenInput::new(rich).unwrap());
    let mut awards = rich.awards.iter();
    awards
        .find(|it| it.id == change.id && it.year == year)
        .unwrap()
        .amount
}

fn verify(input: &Input) -> Result<usize, TestCaseError> {
    let frozen = FrozenInput::new(input.clone()).unwrap();
    let outcome = allocate(&frozen);
    for change in &outcome.what_if.projects {
        let with = changed(input, change, None).unwrap();
        prop_assert!(
            !is_funded(&frozen, change),
            "is funded already: {change:#?}"
        );
        prop_assert!(is_funded(&with, change), "is not enough: {change:#?}");
        if !change.is_least {
            continue;
        }
        let years: Vec<Year> = match change.lever {
            Lever::Score => vec![0],
            _ => change.amounts.keys().copied().collect(),
        };
        for year in years {
            let less = changed(input, change, Some(year)).unwrap();
            prop_assert!(
                !is_funded(&less, change),
                "less is enough in {year}: {change:#?}"
            );
        }
    }
    for more in &outcome.what_if.envelopes {
        let Some(changes) = &more.changes else {
            continue;
        };
        let mut raised = input.clone();
        let add = |to: &mut Money| *to = Money::from_cents(to.cents() + more.by.cents());
        add(raised.ceilings.get_mut(&more.year).unwrap());
        let category = raised
            .categories
            .iter_mut()
            .find(|it| it.id == more.category)
            .unwrap();
        if category.mode != EnvelopeMode::AtLeast {
            add(category.amounts.get_mut(&more.year).unwrap());
        }
        let after = divide(raised);
        let differs: Vec<(&str, Year, Money, Money)> = outcome
            .awards
            .iter()
            .zip(&after.awards)
            .filter(|(a, b)| a.amount != b.amount)
            .map(|(a, b)| (a.id.as_str(), a.year, a.amount, b.amount))
            .collect();
        let told: Vec<(&str, Year, Money, Money)> = changes
            .iter()
            .map(|it| (it.id.as_str(), it.year, it.before, it.after))
            .collect();
        prop_assert_eq!(told, differs, "{:?}", more);
    }
    Ok(outcome.what_if.projects.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// The stated change funds the project, and a hair less does not.
    #[test]
    fn every_smallest_change_is_enough_and_less_is_not(input in any_input()) {
        verify(&input)?;
    }
}
