//! What of the requested amount is for which municipality, in exact cents. Pure.
//!
//! A year in which nothing was typed is not divided: all of it is for the lead. What was typed has to
//! foot to the requested amount.

use std::collections::{BTreeMap, BTreeSet};

use super::{YearTotals, typed};
use crate::{
    allocation::rounding::{Share as Part, largest_remainder},
    core::{
        answers::{Answers, FieldErrors},
        ids::MunicipalityId,
        money::Money,
    },
    schemes::Municipality,
    texts::money::{self, euros},
};

/// What the names of the fields of the shares start with: `aandeel.<municipality>.<year>`.
pub const PREFIX: &str = "aandeel.";
/// What the names of the fields of the weights start with: `gewicht.<municipality>`.
pub const WEIGHT_PREFIX: &str = "gewicht.";
/// What the names of the boxes of the municipalities that take part start with.
pub const PARTICIPANT_PREFIX: &str = "deelnemer.";

/// The names of municipalities by their ids. Who shows no sentences gives none.
pub type Names = BTreeMap<String, String>;

/// What one municipality gets of a project in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The municipality.
    pub municipality: MunicipalityId,
    /// The budget year.
    pub year: i32,
    /// Its part of the requested amount; more than nothing.
    pub amount: Money,
}

/// How the requested amount is divided for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The same for every municipality that takes part.
    Evenly,
    /// By the weights that were typed, such as numbers of inhabitants.
    ByWeight,
}

/// The field of a municipality's share.
pub fn field(municipality: &str, year: i32) -> String {
    format!("{PREFIX}{municipality}.{year}")
}

/// The field of a municipality's weight.
pub fn weight_field(municipality: &str) -> String {
    format!("{WEIGHT_PREFIX}{municipality}")
}

/// The municipalities that were ticked, and those for which something was typed.
pub fn mentioned(answers: &Answers) -> BTreeSet<String> {
    participants(answers).chain(typed(answers)).collect()
}

/// The municipalities for which a share was typed.
pub fn typed(answers: &Answers) -> BTreeSet<String> {
    answers
        .starting_with(PREFIX)
        .filter(|(_, text)| !typed::is_blank(text))
        .filter_map(|(name, _)| parts(name).map(|(it, _)| it.to_owned()))
        .collect()
}

/// Whether something was typed for any municipality.
pub fn is_begun(answers: &Answers) -> bool {
    let mut fields = answers
        .starting_with(PREFIX)
        .chain(answers.starting_with(WEIGHT_PREFIX));
    fields.any(|(_, text)| !typed::is_blank(text))
}

/// The names of these municipalities.
pub fn names(of: &[Municipality]) -> Names {
    of.iter()
        .map(|it| (it.id.as_str().to_owned(), it.name.clone()))
        .collect()
}

/// Whether the shares of a year were typed.
pub fn is_divided(answers: &Answers, year: i32) -> bool {
    filled(answers, year).next().is_some()
}

/// What was divided in a year, as far as it can be read.
pub fn divided(answers: &Answers, year: i32) -> Money {
    let amounts = filled(answers, year).filter_map(|(_, _, text)| Money::parse_dutch(text).ok());
    Money::sum(amounts).unwrap_or(Money::ZERO)
}

/// Reads the shares of the years that foot; adds what is wrong with the others.
pub(super) fn read(
    answers: &Answers,
    totals: &[YearTotals],
    names: &Names,
    errors: &mut FieldErrors,
) -> Vec<Share> {
    weights(answers, names, errors);
    totals
        .iter()
        .flat_map(|it| of_year(answers, it, names, errors))
        .collect()
}

/// Divides the requested amount of each year that foots over those of `members` that take part: by
/// largest remainder, so that not a cent is lost; equal remainders in the order of the members.
pub fn divide(
    answers: &mut Answers,
    totals: &[YearTotals],
    members: &[&MunicipalityId],
    names: &Names,
    key: Key,
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let ticked: BTreeSet<String> = participants(answers).collect();
    let municipalities: Vec<String> = members
        .iter()
        .map(|it| it.as_str().to_owned())
        .filter(|it| ticked.contains(it))
        .collect();
    if municipalities.is_empty() {
        errors.push(
            "deelnemer",
            "Vink eerst aan voor welke gemeenten het project is. Daarna kunnen wij verdelen.",
        );
        return Err(errors);
    }
    let weights = match key {
        Key::Evenly => municipalities.iter().map(|_| 1).collect(),
        Key::ByWeight => typed_weights(answers, &municipalities, names)?,
    };
    let years: Vec<&YearTotals> = totals
        .iter()
        .filter(|it| it.is_typed && it.is_sound)
        .collect();
    if years.is_empty() {
        errors.push(
            "regel.1.omschrijving",
            "Er is nog niets om te verdelen. Maak eerst de begroting kloppend.",
        );
        return Err(errors);
    }
    for it in years {
        let amounts = split(it.requested, &weights);
        for (municipality, amount) in municipalities.iter().zip(amounts) {
            answers.set(field(municipality, it.year), money::typed(amount));
        }
    }
    Ok(())
}

/// An amount in parts by weight that sum to it exactly; nothing for all if there is no weight.
pub fn split(amount: Money, weights: &[i64]) -> Vec<Money> {
    let whole: i128 = weights.iter().map(|it| i128::from(*it)).sum();
    if whole <= 0 {
        return weights.iter().map(|_| Money::ZERO).collect();
    }
    let cents = i128::from(amount.cents());
    let parts: Vec<Part> = weights
        .iter()
        .map(|it| Part {
            numerator: cents.saturating_mul(i128::from(*it)),
            most: cents,
        })
        .collect();
    largest_remainder(&parts, whole, cents)
        .into_iter()
        .map(|it| Money::from_cents(i64::try_from(it).unwrap_or_default()))
        .collect()
}

/// What a field of a municipality is called at the start of a sentence.
fn called(names: &Names, municipality: &str, what: &str) -> String {
    match names.get(municipality) {
        Some(name) => format!("{name}: {what}"),
        None => {
            let mut letters = what.chars();
            let first = letters.next().map(|it| it.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        }
    }
}

/// That somebody who does not take part gets money, and the way out.
fn outside(names: &Names, municipality: &str, year: i32) -> String {
    match names.get(municipality) {
        Some(name) => format!(
            "U geeft in {year} geld aan {name}, maar die gemeente doet niet mee. Vink {name} aan bij “Voor welke gemeenten is het project?”, of maak het bedrag leeg."
        ),
        None => format!(
            "U geeft in {year} geld aan een gemeente die niet meedoet. Vink haar aan bij “Voor welke gemeenten is het project?”, of maak haar bedrag leeg."
        ),
    }
}

fn of_year(
    answers: &Answers,
    totals: &YearTotals,
    names: &Names,
    errors: &mut FieldErrors,
) -> Vec<Share> {
    let year = totals.year;
    let taking_part: BTreeSet<String> = participants(answers).collect();
    let mut shares = Vec::new();
    let mut is_readable = true;
    let mut first = None;
    for (name, municipality, text) in filled(answers, year) {
        first.get_or_insert(name);
        let what = called(names, municipality, &format!("het deel voor {year}"));
        let amount = match typed::amount(text, &what) {
            Ok(it) => it.unwrap_or(Money::ZERO),
            Err(sentence) => {
                errors.push(name, sentence);
                is_readable = false;
                continue;
            }
        };
        if !amount.is_zero() && !taking_part.contains(municipality) {
            errors.push(name, outside(names, municipality, year));
            is_readable = false;
        }
        shares.push(Share {
            municipality: MunicipalityId::from(municipality),
            year,
            amount,
        });
    }
    let Some(first) = first.filter(|_| is_readable && totals.is_sound) else {
        return Vec::new();
    };
    let sum = Money::sum(shares.iter().map(|it| it.amount)).unwrap_or(Money::ZERO);
    if let Some(sentence) = difference(year, sum, totals.requested) {
        errors.push(first, sentence);
        return Vec::new();
    }
    shares.retain(|it| !it.amount.is_zero());
    shares
}

/// By how much the shares of a year do not foot, in a sentence.
fn difference(year: i32, sum: Money, requested: Money) -> Option<String> {
    if sum == requested {
        return None;
    }
    let what = format!(
        "De verdeling over gemeenten voor {year} is samen {}. U vraagt {} aan.",
        euros(sum),
        euros(requested)
    );
    Some(if sum < requested {
        let left = requested.checked_sub(sum).unwrap_or(Money::ZERO);
        format!("{what} Verdeel nog {}.", euros(left))
    } else {
        let over = sum.checked_sub(requested).unwrap_or(Money::ZERO);
        format!("{what} Dat is {} te veel. Verlaag een deel.", euros(over))
    })
}

/// The weights of these municipalities in hundredths, or what is wrong with them.
fn typed_weights(
    answers: &Answers,
    municipalities: &[String],
    names: &Names,
) -> Result<Vec<i64>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let read = weights(answers, names, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let of = |it: &String| {
        let found = read.iter().find(|(municipality, _)| municipality == it);
        found.map_or(0, |(_, hundredths)| *hundredths)
    };
    let weights: Vec<i64> = municipalities.iter().map(of).collect();
    if weights.iter().all(|it| *it == 0) {
        let first = municipalities.first().map_or("", String::as_str);
        errors.push(
            weight_field(first),
            "Vul bij “Verdeelsleutel” voor elke gemeente een getal in, bijvoorbeeld het aantal inwoners. Moet een gemeente niets krijgen? Vul dan 0 in.",
        );
        return Err(errors);
    }
    Ok(weights)
}

/// All weights that can be read, in hundredths; adds what is wrong with the others.
fn weights(answers: &Answers, names: &Names, errors: &mut FieldErrors) -> Vec<(String, i64)> {
    let mut read = Vec::new();
    for (name, text) in answers.starting_with(WEIGHT_PREFIX) {
        let municipality = name.strip_prefix(WEIGHT_PREFIX).unwrap_or_default();
        let what = called(names, municipality, "de verdeelsleutel");
        match typed::number(typed::without_percent(text), &what, "50") {
            Ok(Some(hundredths)) => read.push((municipality.to_owned(), hundredths)),
            Ok(None) => {}
            Err(sentence) => errors.push(name, sentence),
        }
    }
    read
}

/// The municipalities that were ticked, in the order of their ids.
fn participants(answers: &Answers) -> impl Iterator<Item = String> {
    answers
        .starting_with(PARTICIPANT_PREFIX)
        .filter(|(_, text)| !typed::is_blank(text))
        .filter_map(|(name, _)| name.strip_prefix(PARTICIPANT_PREFIX))
        .map(str::to_owned)
}

/// The fields of a year in which something was typed: name, municipality and text.
fn filled(answers: &Answers, year: i32) -> impl Iterator<Item = (&str, &str, &str)> {
    answers
        .starting_with(PREFIX)
        .filter(|(_, text)| !typed::is_blank(text))
        .filter_map(move |(name, text)| {
            let (municipality, of) = parts(name)?;
            (of == year).then_some((name, municipality, text))
        })
}

/// The municipality and the year of a field.
fn parts(name: &str) -> Option<(&str, i32)> {
    let (municipality, year) = name.strip_prefix(PREFIX)?.rsplit_once('.')?;
    Some((municipality, year.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn totals(cents: i64) -> YearTotals {
        YearTotals {
            year: 2027,
            costs: Money::from_cents(cents),
            own_contribution: Money::ZERO,
            co_financing: Money::ZERO,
            requested: Money::from_cents(cents),
            minimum: Money::ZERO,
            is_typed: true,
            is_sound: true,
        }
    }

    fn two() -> Answers {
        Answers::default()
            .with("deelnemer.a", "ja")
            .with("deelnemer.b", "ja")
    }

    #[track_caller]
    fn check(answers: &Answers, cents: i64, expected: &[(&str, &str)]) {
        let mut errors = FieldErrors::default();
        let shares = read(answers, &[totals(cents)], &Names::new(), &mut errors);
        let found: Vec<(&str, &str)> = errors.iter().collect();
        assert_eq!(found, expected);
        assert!(expected.is_empty() || shares.is_empty());
    }

    #[test]
    fn nothing_typed_is_all_for_the_lead() {
        check(&two().with("aandeel.a.2027", " "), 100, &[]);
        check(&two().with("aandeel.a.2028", "1"), 100, &[]);
    }

    #[test]
    fn shares_foot_to_the_cent_or_it_is_said_by_how_much_not() {
        let typed = two()
            .with("aandeel.a.2027", "1.000,50")
            .with("aandeel.b.2027", "0,50");
        check(&typed, 100_100, &[]);
        check(
            &typed,
            100_101,
            &[(
                "aandeel.a.2027",
                "De verdeling over gemeenten voor 2027 is samen €\u{a0}1.001,00. U vraagt €\u{a0}1.001,01 aan. Verdeel nog €\u{a0}0,01.",
            )],
        );
        check(
            &typed,
            90_000,
            &[(
                "aandeel.a.2027",
                "De verdeling over gemeenten voor 2027 is samen €\u{a0}1.001,00. U vraagt €\u{a0}900,00 aan. Dat is €\u{a0}101,00 te veel. Verlaag een deel.",
            )],
        );
    }

    #[test]
    fn who_does_not_take_part_gets_nothing() {
        let typed = two()
            .with("aandeel.a.2027", "1")
            .with("aandeel.c.2027", "1");
        check(
            &typed,
            200,
            &[(
                "aandeel.c.2027",
                "U geeft in 2027 geld aan een gemeente die niet meedoet. Vink haar aan bij “Voor welke gemeenten is het project?”, of maak haar bedrag leeg.",
            )],
        );
        check(
            &two()
                .with("aandeel.a.2027", "2")
                .with("aandeel.c.2027", "0"),
            200,
            &[],
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_and_not_counted() {
        let typed = two().with("aandeel.a.2027", "veel").with("gewicht.b", "x");
        check(
            &typed,
            200,
            &[
                (
                    "gewicht.b",
                    "De verdeelsleutel is “x”. Dat is geen getal. Typ het in cijfers, bijvoorbeeld 50.",
                ),
                (
                    "aandeel.a.2027",
                    "Het deel voor 2027 is “veel”. Dat is geen bedrag. Typ het in cijfers, bijvoorbeeld 1.250,50.",
                ),
            ],
        );
    }

    #[test]
    fn the_municipality_is_named() {
        let names = Names::from(
            [("b", "Westland"), ("c", "Delft")].map(|(id, name)| (id.to_owned(), name.to_owned())),
        );
        let typed = two()
            .with("aandeel.a.2027", "x")
            .with("aandeel.b.2027", "veel")
            .with("aandeel.c.2027", "1")
            .with("gewicht.b", "half");
        let mut errors = FieldErrors::default();
        read(&typed, &[totals(200)], &names, &mut errors);
        let found: Vec<&str> = errors.iter().map(|it| it.1).collect();
        assert_eq!(
            found,
            [
                "Westland: de verdeelsleutel is “half”. Dat is geen getal. Typ het in cijfers, bijvoorbeeld 50.",
                "Het deel voor 2027 is “x”. Dat is geen bedrag. Typ het in cijfers, bijvoorbeeld 1.250,50.",
                "Westland: het deel voor 2027 is “veel”. Dat is geen bedrag. Typ het in cijfers, bijvoorbeeld 1.250,50.",
                "U geeft in 2027 geld aan Delft, maar die gemeente doet niet mee. Vink Delft aan bij “Voor welke gemeenten is het project?”, of maak het bedrag leeg.",
            ]
        );
    }

    #[test]
    fn a_key_may_be_a_percentage() {
        let members = ["a", "b"].map(MunicipalityId::from);
        let members: Vec<&MunicipalityId> = members.iter().collect();
        let mut typed = two()
            .with("gewicht.a", "50%")
            .with("gewicht.b", "25 procent");
        divide(
            &mut typed,
            &[totals(300_000)],
            &members,
            &Names::new(),
            Key::ByWeight,
        )
        .unwrap();
        let of = ["a", "b"].map(|it| typed.get(&field(it, 2027)).to_owned());
        assert_eq!(of, ["2.000,00", "1.000,00"]);
        check(&typed, 300_000, &[]);
    }

    #[test]
    fn it_is_divided_evenly_or_by_weight() {
        let members = ["a", "b", "c", "d"].map(MunicipalityId::from);
        let members: Vec<&MunicipalityId> = members.iter().collect();
        let mut typed = two()
            .with("deelnemer.c", "ja")
            .with("deelnemer.elders", "ja");
        divide(
            &mut typed,
            &[totals(10_000)],
            &members,
            &Names::new(),
            Key::Evenly,
        )
        .unwrap();
        let of = |typed: &Answers| ["a", "b", "c"].map(|it| typed.get(&field(it, 2027)).to_owned());
        assert_eq!(of(&typed), ["33,34", "33,33", "33,33"]);
        let refused = divide(
            &mut typed,
            &[totals(10_000)],
            &members,
            &Names::new(),
            Key::ByWeight,
        )
        .unwrap_err();
        assert!(
            refused
                .get("gewicht.a")
                .unwrap()
                .starts_with("Vul bij “Verdeelsleutel”")
        );
        typed.set("gewicht.a", "106.000");
        typed.set("gewicht.c", "53.000");
        divide(
            &mut typed,
            &[totals(10_000)],
            &members,
            &Names::new(),
            Key::ByWeight,
        )
        .unwrap();
        assert_eq!(of(&typed), ["66,67", "0,00", "33,33"]);
        check(&typed, 10_000, &[]);
        let mut nobody = Answers::default();
        assert!(
            divide(
                &mut nobody,
                &[totals(1)],
                &members,
                &Names::new(),
                Key::Evenly
            )
            .is_err()
        );
    }

    proptest! {
        #[test]
        fn not_a_cent_is_lost(
            cents in 0..=Money::MAX.cents(),
            weights in prop::collection::vec(0..=Money::MAX.cents(), 1..25),
        ) {
            let parts = split(Money::from_cents(cents), &weights);
            if weights.iter().any(|it| *it != 0) {
                prop_assert_eq!(Money::sum(parts.iter().copied()), Ok(Money::from_cents(cents)));
            }
            let whole: i128 = weights.iter().map(|it| i128::from(*it)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                // Within a cent of the exact share.
                let exact = i128::from(cents) * i128::from(*weight);
                let got = i128::from(part.cents()) * whole;
                prop_assert!((got - exact).abs() <= whole, "{} {}", got, exact);
            }
        }
    }
}
