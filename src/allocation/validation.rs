//! What an input must satisfy before it can be divided; every finding at once.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    figures::euro,
    input::{CategoryRule, FORMAT_VERSION, Finding, Input, Project, TieKey, Year},
    score::Score,
};
use crate::core::{category::EnvelopeMode, money::Money};

/// More projects than this are refused: five times the largest round we can think of.
pub const MAX_PROJECTS: usize = 100_000;
/// More categories than this are refused.
pub const MAX_CATEGORIES: usize = 1_000;
/// More years than this are refused.
pub const MAX_YEARS: usize = 20;
/// Longer ids are refused, in characters.
pub const MAX_ID_LENGTH: usize = 64;
/// A longer seed is refused, in characters.
pub const MAX_SEED_LENGTH: usize = 200;

/// Everything that is wrong with the input, in the order of the file.
pub(super) fn findings(input: &Input) -> Vec<Finding> {
    let mut found = Found {
        years: input.years.iter().copied().collect(),
        findings: Vec::new(),
    };
    found.frame(input);
    found.categories(input);
    found.projects(input);
    found.applicants(input);
    found.findings
}

struct Found {
    years: BTreeSet<Year>,
    findings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, path: impl Into<String>, sentence: impl Into<String>) {
        self.findings.push(Finding::new(path, sentence));
    }

    fn frame(&mut self, input: &Input) {
        if input.version != FORMAT_VERSION {
            self.add(
                "version",
                format!(
                    "Versie {} is onbekend. Deze versie leest alleen versie {FORMAT_VERSION}.",
                    input.version
                ),
            );
        }
        if input.years.is_empty() {
            self.add("years", "Er staat geen enkel jaar in de lijst.");
        }
        if MAX_YEARS < input.years.len() {
            self.add(
                "years",
                format!(
                    "Er staan {} jaren in de lijst. Het hoogste aantal is {MAX_YEARS}.",
                    input.years.len()
                ),
            );
        }
        let mut seen = BTreeSet::new();
        for (index, year) in input.years.iter().enumerate() {
            if !(2000..=2100).contains(year) {
                self.add(
                    format!("years[{index}]"),
                    format!("{year} ligt niet tussen 2000 en 2100."),
                );
            }
            if !seen.insert(*year) {
                self.add(
                    format!("years[{index}]"),
                    format!("{year} staat twee keer in de lijst."),
                );
            }
            if !input.ceilings.contains_key(year) {
                self.add(
                    format!("ceilings.{year}"),
                    format!("Voor {year} ontbreekt het plafond."),
                );
            }
        }
        self.amounts("ceilings", &input.ceilings);
        if input.rounding <= Money::ZERO {
            self.add(
                "rounding",
                "De afronding moet meer dan 0 zijn, bijvoorbeeld 1.00.",
            );
        }
        for (index, key) in input.ties.iter().enumerate() {
            if input.ties.iter().take(index).any(|it| it == key) {
                self.add(
                    format!("ties[{index}]"),
                    format!("'{}' staat twee keer in de volgorde.", key.as_str()),
                );
            }
        }
        if input.ties.contains(&TieKey::Lottery) && input.seed.is_empty() {
            self.add("seed", "Er wordt geloot, maar het zaad (seed) ontbreekt. Leg vooraf een openbaar zaad vast.");
        }
        if MAX_SEED_LENGTH < input.seed.chars().count() {
            self.add(
                "seed",
                format!("Het zaad is langer dan {MAX_SEED_LENGTH} tekens."),
            );
        }
    }

    fn categories(&mut self, input: &Input) {
        if input.categories.is_empty() {
            self.add("categories", "Er staat geen enkele categorie in de lijst.");
        }
        if MAX_CATEGORIES < input.categories.len() {
            self.add(
                "categories",
                format!(
                    "Er staan {} categorieën in de lijst. Het hoogste aantal is {MAX_CATEGORIES}.",
                    input.categories.len()
                ),
            );
        }
        let mut seen = BTreeSet::new();
        for (index, category) in input.categories.iter().enumerate() {
            let path = format!("categories[{index}]");
            self.id(&format!("{path}.id"), &category.id);
            if category.id == "total" {
                self.add(
                    format!("{path}.id"),
                    "'total' is de naam van de regel met het totaal. Kies een andere naam.",
                );
            }
            if !seen.insert(category.id.as_str()) {
                self.add(
                    format!("{path}.id"),
                    format!(
                        "De categorie '{}' staat twee keer in de lijst.",
                        category.id
                    ),
                );
            }
            self.amounts(&format!("{path}.amounts"), &category.amounts);
        }
        self.ring_fences(input);
    }

    /// Money that is not there cannot be set apart.
    fn ring_fences(&mut self, input: &Input) {
        for (year, ceiling) in &input.ceilings {
            let fenced: i128 = input
                .categories
                .iter()
                .filter(|it| it.mode == EnvelopeMode::RingFenced)
                .filter_map(|it: &CategoryRule| it.amounts.get(year))
                .map(|it| i128::from(it.cents()))
                .sum();
            let ceiling = i128::from(ceiling.cents());
            if ceiling < fenced {
                self.add(
                    format!("ceilings.{year}"),
                    format!(
                        "Het plafond van {year} is {}. De geoormerkte bedragen zijn samen {}, dat is {} te veel.",
                        euro(ceiling), euro(fenced), euro(fenced - ceiling)
                    ),
                );
            }
        }
    }

    fn projects(&mut self, input: &Input) {
        if MAX_PROJECTS < input.projects.len() {
            self.add(
                "projects",
                format!(
                    "Er staan {} projecten in de lijst. Het hoogste aantal is {MAX_PROJECTS}.",
                    input.projects.len()
                ),
            );
            return;
        }
        let categories: BTreeSet<&str> = input.categories.iter().map(|it| it.id.as_str()).collect();
        let mut seen = BTreeSet::new();
        for (index, project) in input.projects.iter().enumerate() {
            let path = format!("projects[{index}]");
            self.id(&format!("{path}.id"), &project.id);
            if !seen.insert(project.id.as_str()) {
                self.add(
                    format!("{path}.id"),
                    format!("Het project '{}' staat twee keer in de lijst.", project.id),
                );
            }
            self.id(&format!("{path}.applicant"), &project.applicant);
            if !categories.contains(project.category.as_str()) {
                self.add(
                    format!("{path}.category"),
                    format!(
                        "De categorie '{}' van project '{}' is onbekend.",
                        project.category, project.id
                    ),
                );
            }
            if project.score < Score::default() || Score::MAX < project.score {
                self.add(
                    format!("{path}.score"),
                    format!("De score {} is kleiner dan 0 of te groot.", project.score),
                );
            }
            self.project_amounts(&path, project, input.rounding);
        }
        self.totals(input);
    }

    fn project_amounts(&mut self, path: &str, project: &Project, rounding: Money) {
        if project.eligible.is_empty() {
            self.add(
                format!("{path}.eligible"),
                format!(
                    "Project '{}' heeft in geen enkel jaar een subsidiabel bedrag.",
                    project.id
                ),
            );
        }
        self.amounts(&format!("{path}.eligible"), &project.eligible);
        self.amounts(&format!("{path}.minimum"), &project.minimum);
        for (year, minimum) in &project.minimum {
            let here = format!("{path}.minimum.{year}");
            let Some(eligible) = project.eligible.get(year) else {
                self.add(
                    here,
                    format!(
                        "Project '{}' heeft voor {year} een minimum, maar geen subsidiabel bedrag.",
                        project.id
                    ),
                );
                continue;
            };
            let (least, most) = (i128::from(minimum.cents()), i128::from(eligible.cents()));
            let unit = i128::from(rounding.cents()).max(1);
            if most < least {
                self.add(
                    here,
                    format!(
                        "Het subsidiabele bedrag {} is lager dan het minimum {}.",
                        euro(most),
                        euro(least)
                    ),
                );
            } else if most - most % unit < least {
                self.add(here, format!(
                    "Tussen het minimum {} en het subsidiabele bedrag {} ligt geen veelvoud van de afronding {}. Kies een kleinere afronding of een lager minimum.",
                    euro(least), euro(most), euro(unit)
                ));
            }
        }
    }

    /// With every year's total an amount itself, no product inside the engine can overflow.
    fn totals(&mut self, input: &Input) {
        let mut totals: BTreeMap<Year, i128> = BTreeMap::new();
        for (year, amount) in input.projects.iter().flat_map(|it| &it.eligible) {
            *totals.entry(*year).or_default() += i128::from(amount.cents());
        }
        for (year, total) in totals {
            if i128::from(Money::MAX.cents()) < total {
                self.add("projects", format!(
                    "De subsidiabele bedragen van {year} zijn samen {}. Het grootste totaal is {}.",
                    euro(total), euro(i128::from(Money::MAX.cents()))
                ));
            }
        }
    }

    fn applicants(&mut self, input: &Input) {
        let known: BTreeSet<&str> = input
            .projects
            .iter()
            .map(|it| it.applicant.as_str())
            .collect();
        for (id, rule) in &input.applicants {
            let path = format!("applicants.{id}");
            self.id(&path, id);
            if !known.contains(id.as_str()) {
                self.add(
                    &path,
                    format!("De aanvrager '{id}' is onbekend: geen enkel project hoort erbij."),
                );
            }
            self.amounts(&format!("{path}.at_least"), &rule.at_least);
            self.amounts(&format!("{path}.at_most"), &rule.at_most);
            for (year, least) in &rule.at_least {
                if rule.at_most.get(year).is_some_and(|most| most < least) {
                    self.add(format!("{path}.at_least.{year}"), format!("Voor aanvrager '{id}' is het minste bedrag in {year} hoger dan het hoogste bedrag."));
                }
            }
        }
    }

    fn amounts(&mut self, path: &str, amounts: &BTreeMap<Year, Money>) {
        for (year, amount) in amounts {
            if !self.years.contains(year) {
                self.add(
                    format!("{path}.{year}"),
                    format!("{year} staat niet in de lijst met jaren (years)."),
                );
            }
            if *amount < Money::ZERO || Money::MAX < *amount {
                self.add(
                    format!("{path}.{year}"),
                    format!("Het bedrag {amount} is negatief of te groot."),
                );
            }
        }
    }

    fn id(&mut self, path: &str, id: &str) {
        if id.trim().is_empty() {
            self.add(path, "Hier ontbreekt een naam of nummer.");
        } else if MAX_ID_LENGTH < id.chars().count() {
            self.add(
                path,
                format!(
                    "'{}…' is langer dan {MAX_ID_LENGTH} tekens.",
                    id.chars().take(20).collect::<String>()
                ),
            );
        } else if id.chars().any(char::is_control) {
            self.add(
                path,
                "Hier staat een teken dat niet te zien is, zoals een regeleinde of een tab.",
            );
        }
    }
}
