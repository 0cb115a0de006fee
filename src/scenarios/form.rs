//! What is typed about a scenario, as values. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Scenario,
    assemble::{self, Changes},
    division::Line,
    pots::{self, Pot},
};
use crate::{
    allocation::{ApplicantRule, Input, Method, Refused, TieKey},
    core::{
        answers::{Answers, FieldErrors},
        category::{Category, EnvelopeMode},
        money::Money,
    },
    schemes::Scheme,
    texts::money::typed,
};

/// The fields of the chain, the first first.
pub(super) const CHAIN: [&str; 3] = ["volgorde-1", "volgorde-2", "volgorde-3"];

/// What a new scenario's form says before anybody typed: the scheme's own rules. `seed` is that of
/// the scenario before it, so that two scenarios of a window draw the same lots.
pub(super) fn standard(pots: &[Pot], scheme: &Scheme, seed: &str) -> Answers {
    let coupled = if scheme.coupled { "ja" } else { "nee" };
    let mut answers = Answers::default()
        .with("zaad", seed)
        .with("afronding", typed(scheme.rounding_cents))
        .with("koppeling", coupled);
    if scheme.leftover {
        answers.set("overschot", "ja");
    }
    let chain = assemble::ties(&scheme.tie_chain).unwrap_or_default();
    for (field, key) in CHAIN.iter().zip(chain) {
        answers.set(*field, key.as_str());
    }
    for pot in pots {
        let category = pot.category.as_str();
        answers.set(format!("methode-{category}"), pot.method.as_str());
        answers.set(format!("soort-{category}"), pot.mode.as_str());
        for (year, (_, free)) in &pot.years {
            answers.set(format!("bedrag-{category}-{year}"), typed(*free));
        }
    }
    answers
}

/// What the form says for a variant of a scenario: its own rules. An amount is no more than what is free now, unless the
/// scenario asked what more would do.
pub(super) fn variant(pots: &[Pot], scenario: &Scenario, input: &Input) -> Answers {
    let coupled = if scenario.is_coupled { "ja" } else { "nee" };
    let mut answers = Answers::default()
        .with("naam", format!("{}, variant", scenario.name))
        .with("zaad", input.seed.as_str())
        .with("afronding", typed(input.rounding))
        .with("koppeling", coupled);
    if input.leftover {
        answers.set("overschot", "ja");
    }
    if scenario.is_hypothetical {
        answers.set("denkbeeldig", "ja");
    }
    for (field, key) in CHAIN.iter().zip(&input.ties) {
        answers.set(*field, key.as_str());
    }
    for pot in pots {
        let category = pot.category.as_str();
        let rule = input.categories.iter().find(|it| it.id == category);
        let method = rule.map_or(pot.method, |it| it.method);
        let mode = rule.map_or(pot.mode, |it| it.mode);
        answers.set(format!("methode-{category}"), method.as_str());
        answers.set(format!("soort-{category}"), mode.as_str());
        for (year, (_, free)) in &pot.years {
            let then = rule.and_then(|it| it.amounts.get(year)).copied();
            let amount = match then {
                Some(it) if scenario.is_hypothetical || it < *free => it,
                _ => *free,
            };
            answers.set(format!("bedrag-{category}-{year}"), typed(amount));
        }
    }
    limits_of(input, &mut answers);
    answers
}

/// A limit of an applicant in one year.
type OfYear<'y> = &'y dyn Fn(&ApplicantRule) -> Option<Money>;

/// The limits per applicant, as far as the form can say them: what most have is for everyone, and one may differ.
fn limits_of(input: &Input, answers: &mut Answers) {
    let everyone: BTreeSet<&str> = input
        .projects
        .iter()
        .map(|it| it.applicant.as_str())
        .collect();
    let mut named: Option<&str> = None;
    for year in &input.years {
        let most = |it: &ApplicantRule| it.at_most.get(year).copied();
        let least = |it: &ApplicantRule| it.at_least.get(year).copied();
        let of: [(&str, OfYear<'_>); 2] = [("hoogste", &most), ("laagste", &least)];
        for (field, amount) in of {
            let amounts: BTreeMap<&str, Money> = everyone
                .iter()
                .filter_map(|it| Some((*it, amount(input.applicants.get(*it)?)?)))
                .collect();
            let mut counts: BTreeMap<Money, usize> = BTreeMap::new();
            for it in amounts.values() {
                let count = counts.entry(*it).or_default();
                *count = count.saturating_add(1);
            }
            let common = counts
                .into_iter()
                .max_by_key(|(amount, count)| (*count, *amount));
            let common = common.filter(|(_, count)| 1 < *count || everyone.len() == 1);
            if let Some((amount, _)) = common {
                answers.set(format!("{field}-{year}"), typed(amount));
            }
            // A least below that of the others is what could be paid of it.
            let is_other = |it: Money| match common {
                Some((common, _)) if field == "laagste" => common < it,
                Some((common, _)) => common != it,
                None => true,
            };
            let other = amounts.into_iter().find(|(_, it)| is_other(*it));
            if let Some((who, amount)) = other.filter(|(who, _)| named.is_none_or(|it| it == *who))
            {
                named = Some(who);
                answers.set("aanvrager", who);
                answers.set(format!("een-{field}-{year}"), typed(amount));
            }
        }
    }
}

/// What is changed of the scheme's rules. What is left empty is as the scheme has it: an amount is all that is free.
pub(super) fn changes(
    answers: &Answers,
    pots: &[Pot],
    applicants: &BTreeSet<String>,
) -> Result<Changes, FieldErrors> {
    let mut form = Form {
        answers,
        errors: FieldErrors::default(),
    };
    let mut changes = Changes {
        leftover: Some(answers.get("overschot") == "ja"),
        is_hypothetical: answers.get("denkbeeldig") == "ja",
        rounding: form.rounding(),
        ties: form.chain(),
        coupled: form.coupled(),
        seed: answers.get("zaad").trim().to_owned(),
        ..Changes::default()
    };
    for pot in pots {
        form.pot(pot, &mut changes);
    }
    form.limits(&pots::years(pots), applicants, &mut changes);
    if form.errors.is_empty() {
        Ok(changes)
    } else {
        Err(form.errors)
    }
}

struct Form<'a> {
    answers: &'a Answers,
    errors: FieldErrors,
}

impl Form<'_> {
    fn amount(&mut self, field: &str) -> Option<Money> {
        amount(self.answers, field, &mut self.errors)
    }

    /// How a category is divided, how strictly its amount binds, and what it has.
    fn pot(&mut self, pot: &Pot, changes: &mut Changes) {
        let category = pot.category.as_str();
        let field = format!("methode-{category}");
        match Method::parse(self.answers.get(&field)) {
            Ok(it) => drop(changes.methods.insert(pot.category, it)),
            Err(_) => self.errors.push(field, "Kies hoe dit geld wordt verdeeld."),
        }
        let field = format!("soort-{category}");
        match self.answers.get(&field) {
            "" => {}
            typed => match EnvelopeMode::parse(typed) {
                Ok(it) => drop(changes.modes.insert(pot.category, it)),
                Err(_) => self.errors.push(field, "Kies hoe vast dit bedrag is."),
            },
        }
        for year in pot.years.keys() {
            if let Some(it) = self.amount(&format!("bedrag-{category}-{year}")) {
                changes.amounts.insert((pot.category, *year), it);
            }
        }
    }

    fn rounding(&mut self) -> Option<Money> {
        let unit = self.amount("afronding")?;
        if unit.is_zero() {
            self.errors.push(
                "afronding",
                "Vul een bedrag boven 0 in, bijvoorbeeld 10,00. Wilt u niet afronden? Vul dan 0,01 in.",
            );
        }
        Some(unit)
    }

    /// None if nothing was chosen. The keys may have a gap between them.
    fn chain(&mut self) -> Option<Vec<TieKey>> {
        let mut chain: Vec<TieKey> = Vec::new();
        for field in CHAIN {
            match self.answers.get(field) {
                "" => {}
                typed => match TieKey::parse(typed) {
                    Ok(it) if chain.contains(&it) => self.errors.push(
                        field,
                        "Dit staat al eerder in de volgorde. Kies iets anders, of kies “Niets meer”.",
                    ),
                    Ok(it) => chain.push(it),
                    Err(_) => self.errors.push(field, "Kies wat de volgorde bepaalt."),
                },
            }
        }
        (!chain.is_empty()).then_some(chain)
    }

    fn coupled(&mut self) -> Option<bool> {
        match self.answers.get("koppeling") {
            "" => None,
            "ja" => Some(true),
            "nee" => Some(false),
            _ => {
                let sentence = "Kies of een project van twee jaar beide jaren nodig heeft.";
                self.errors.push("koppeling", sentence);
                None
            }
        }
    }

    /// The most and the least of everyone, and of one applicant by name, whose own limits go first.
    fn limits(
        &mut self,
        years: &BTreeSet<i32>,
        applicants: &BTreeSet<String>,
        changes: &mut Changes,
    ) {
        for year in years {
            let [most, least] = self.pair(["hoogste", "laagste"], *year);
            for applicant in applicants {
                put(&mut changes.most, applicant, *year, most);
                put(&mut changes.least, applicant, *year, least);
            }
        }
        let named = self.answers.get("aanvrager").to_owned();
        for year in years {
            let [most, least] = self.pair(["een-hoogste", "een-laagste"], *year);
            if most.or(least).is_none() {
                continue;
            }
            if !applicants.contains(&named) {
                let sentence =
                    "Kies voor welke aanvrager dit bedrag geldt, of maak het bedrag leeg.";
                self.errors.push("aanvrager", sentence);
                return;
            }
            put(&mut changes.most, &named, *year, most);
            put(&mut changes.least, &named, *year, least);
        }
    }

    fn pair(&mut self, [most, least]: [&str; 2], year: i32) -> [Option<Money>; 2] {
        let field = format!("{least}-{year}");
        let pair = [self.amount(&format!("{most}-{year}")), self.amount(&field)];
        if let [Some(most), Some(least)] = pair
            && most < least
        {
            self.errors.push(
                field,
                "Het laagste bedrag is hoger dan het hoogste. Verlaag het, of verhoog het hoogste bedrag.",
            );
        }
        pair
    }
}

fn put(
    to: &mut BTreeMap<String, BTreeMap<i32, Money>>,
    applicant: &str,
    year: i32,
    amount: Option<Money>,
) {
    if let Some(it) = amount {
        let own = to.entry(applicant.to_owned()).or_default();
        own.insert(year, it);
    }
}

/// The findings of the engine on the fields of the form.
pub(super) fn refused(refused: &Refused, pots: &[Pot]) -> FieldErrors {
    let categories: Vec<Category> = pots.iter().map(|it| it.category).collect();
    let mut errors = FieldErrors::default();
    for it in &refused.0 {
        errors.push(field(&it.path, &categories), it.sentence.clone());
    }
    errors
}

/// The field that a path in the input was typed in; none for what was not typed.
fn field(path: &str, categories: &[Category]) -> String {
    let year = path.rsplit('.').next().unwrap_or_default();
    let named = match path {
        "seed" => Some("zaad".to_owned()),
        "rounding" => Some("afronding".to_owned()),
        _ if path.starts_with("ties") => CHAIN.first().map(|it| (*it).to_owned()),
        _ if path.contains(".at_least.") => Some(format!("laagste-{year}")),
        _ if path.contains(".at_most.") => Some(format!("hoogste-{year}")),
        // What a year has is the sum of amounts: the first of them is where to begin.
        _ if path.starts_with("ceilings.") => categories
            .first()
            .map(|it| format!("bedrag-{}-{year}", it.as_str())),
        _ => amount_of_category(path, categories),
    };
    named.unwrap_or_default()
}

fn amount_of_category(path: &str, categories: &[Category]) -> Option<String> {
    let (index, rest) = path.strip_prefix("categories[")?.split_once(']')?;
    let category = categories.get(index.parse::<usize>().ok()?)?.as_str();
    Some(match rest.strip_prefix(".amounts.") {
        Some(year) => format!("bedrag-{category}-{year}"),
        None => format!("methode-{category}"),
    })
}

/// What the form of a hand edit says before anybody typed: the amounts as they stand.
pub(super) fn standing(lines: &[&Line]) -> Answers {
    lines.iter().fold(Answers::default(), |answers, it| {
        answers.with(format!("bedrag-{}", it.year), typed(it.amount))
    })
}

/// The amounts of a hand edit. A field that is left empty keeps its amount.
pub(super) fn amounts(
    answers: &Answers,
    years: impl Iterator<Item = i32>,
) -> Result<BTreeMap<i32, Money>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut amounts = BTreeMap::new();
    for year in years {
        if let Some(it) = amount(answers, &format!("bedrag-{year}"), &mut errors) {
            amounts.insert(year, it);
        }
    }
    if errors.is_empty() {
        Ok(amounts)
    } else {
        Err(errors)
    }
}

fn amount(answers: &Answers, field: &str, errors: &mut FieldErrors) -> Option<Money> {
    let text = answers.get(field);
    if text.trim().is_empty() {
        return None;
    }
    match Money::parse_dutch(text) {
        Ok(it) => Some(it),
        Err(_) => {
            errors.push(
                field,
                format!(
                    "“{text}” is geen bedrag. Vul een bedrag in euro in, bijvoorbeeld 12.500,00."
                ),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{allocation::Finding, core::ids::EnvelopeId};

    fn pots() -> Vec<Pot> {
        let own = (EnvelopeId::from("e"), Money::from_euros(100));
        vec![Pot {
            category: Category::Baseline,
            mode: EnvelopeMode::AtMost,
            method: Method::ProRata,
            years: [(2027, own)].into(),
        }]
    }

    fn read(fields: &[(&str, &str)]) -> Result<Changes, FieldErrors> {
        let start = Answers::default().with("methode-baseline", "pro_rata");
        let typed = fields.iter();
        let answers = typed.fold(start, |all, (name, value)| all.with(*name, *value));
        let applicants = ["GM1", "GM2"].map(str::to_owned).into();
        changes(&answers, &pots(), &applicants)
    }

    #[test]
    fn what_is_left_empty_is_as_the_scheme_has_it() {
        let read = read(&[]).unwrap();
        assert_eq!((read.rounding, read.ties, read.coupled), (None, None, None));
        assert!(read.modes.is_empty() && read.most.is_empty() && !read.is_hypothetical);
    }

    #[test]
    fn every_rule_of_the_engine_can_be_typed() {
        let read = read(&[
            ("soort-baseline", "at_least"),
            ("afronding", "1.000"),
            ("volgorde-1", "lottery"),
            ("volgorde-3", "score"),
            ("koppeling", "nee"),
            ("denkbeeldig", "ja"),
            ("bedrag-baseline-2027", "120"),
            ("hoogste-2027", "50"),
            ("laagste-2027", "10"),
            ("aanvrager", "GM2"),
            ("een-hoogste-2027", "60"),
        ])
        .unwrap();
        let mode = read.modes.get(&Category::Baseline).copied();
        assert_eq!(mode, Some(EnvelopeMode::AtLeast));
        assert_eq!(read.rounding, Some(Money::from_euros(1_000)));
        assert_eq!(read.ties, Some(vec![TieKey::Lottery, TieKey::Score]));
        assert_eq!((read.coupled, read.is_hypothetical), (Some(false), true));
        let most = |id: &str| read.most[id][&2027];
        assert_eq!(most("GM1"), Money::from_euros(50));
        assert_eq!(most("GM2"), Money::from_euros(60));
        assert_eq!(read.least["GM2"][&2027], Money::from_euros(10));
    }

    #[test]
    fn every_refusal_names_its_field() {
        for (fields, wrong) in [
            (vec![("soort-baseline", "x")], "soort-baseline"),
            (vec![("afronding", "0")], "afronding"),
            (
                vec![("volgorde-1", "score"), ("volgorde-2", "score")],
                "volgorde-2",
            ),
            (vec![("volgorde-1", "x")], "volgorde-1"),
            (vec![("koppeling", "x")], "koppeling"),
            (vec![("een-laagste-2027", "5")], "aanvrager"),
            (
                vec![("hoogste-2027", "5"), ("laagste-2027", "6")],
                "laagste-2027",
            ),
            (vec![("hoogste-2027", "1e9")], "hoogste-2027"),
        ] {
            let errors = read(&fields).unwrap_err();
            assert!(errors.get(wrong).is_some(), "{fields:?}: {errors:?}");
        }
        let finding = |path: &str| Finding {
            path: path.to_owned(),
            sentence: "Nee.".to_owned(),
        };
        for (path, wrong) in [
            ("seed", "zaad"),
            ("rounding", "afronding"),
            ("ties[1]", "volgorde-1"),
            ("categories[0].amounts.2027", "bedrag-baseline-2027"),
            ("ceilings.2027", "bedrag-baseline-2027"),
            ("applicants.GM1.at_least.2027", "laagste-2027"),
        ] {
            let errors = refused(&Refused(vec![finding(path)]), &pots());
            assert!(errors.get(wrong).is_some(), "{path}: {errors:?}");
        }
    }
}
