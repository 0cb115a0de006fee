//! Whether awards keep to the rules of an input. Knows nothing of the methods, so that it also judges a
//! division that was edited by hand, or stored long ago, or made by a method with a bug.

use std::collections::BTreeMap;

use super::{
    figures::{category_label, euro},
    input::{CategoryRule, Input, Project, Year},
    line::cents,
    output::Award,
};
use crate::core::{category::EnvelopeMode, money::Money};

/// A rule that awards break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: ViolatedRule,
    /// The id of the project, category or applicant it is about, or the year.
    pub subject: String,
    /// Where in the input it stands.
    pub path: String,
    /// What is wrong, with the numbers, in Dutch.
    pub sentence: String,
}

/// The rules that awards can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolatedRule {
    /// Every eligible amount has exactly one award, and there is no other.
    OneAwardEach,
    /// Not below nothing and not above the eligible amount.
    Eligible,
    /// Nothing, or at least the minimum.
    Minimum,
    /// A multiple of the rounding unit.
    Rounding,
    /// Nothing in one year is nothing in all years of a coupled project.
    Coupling,
    /// The year's ceiling.
    YearCeiling,
    /// A category's amount as a ceiling; where the leftover pass is on, only of a ring-fence.
    CategoryCeiling,
    /// A year in which the category has no amount.
    ClosedCategory,
    /// Money that is set apart in a ring-fence was spent outside it.
    RingFence,
    /// A category's amount as a floor.
    CategoryFloor,
    /// The most that an applicant may get.
    ApplicantMost,
    /// The least that an applicant must get.
    ApplicantLeast,
}

/// Every rule that the awards break, projects first, in the order of the awards and the file.
pub fn check(input: &Input, awards: &[Award]) -> Vec<Violation> {
    let mut check = Check {
        input,
        violations: Vec::new(),
    };
    let by_line = check.one_award_each(awards);
    check.projects(&by_line);
    check.years(&by_line);
    check.applicants(&by_line);
    check.violations
}

/// The awards by project and year.
type ByLine<'a> = BTreeMap<(&'a str, Year), i128>;

struct Check<'a> {
    input: &'a Input,
    violations: Vec<Violation>,
}

impl<'a> Check<'a> {
    fn add(
        &mut self,
        rule: ViolatedRule,
        subject: impl ToString,
        path: impl Into<String>,
        sentence: String,
    ) {
        self.violations.push(Violation {
            rule,
            subject: subject.to_string(),
            path: path.into(),
            sentence,
        });
    }

    fn one_award_each(&mut self, awards: &'a [Award]) -> ByLine<'a> {
        let asked: BTreeMap<(&str, Year), usize> = self
            .input
            .projects
            .iter()
            .enumerate()
            .flat_map(|(index, it)| {
                it.eligible
                    .keys()
                    .map(move |year| ((it.id.as_str(), *year), index))
            })
            .collect();
        let mut by_line = ByLine::new();
        for award in awards {
            let key = (award.id.as_str(), award.year);
            if !asked.contains_key(&key) {
                self.add(ViolatedRule::OneAwardEach, &award.id, "projects", format!("Project '{}' heeft in {} geen subsidiabel bedrag, maar wel een regel in de verdeling.", award.id, award.year));
            } else if by_line.insert(key, cents(award.amount)).is_some() {
                self.add(
                    ViolatedRule::OneAwardEach,
                    &award.id,
                    "projects",
                    format!(
                        "Project '{}' staat voor {} twee keer in de verdeling.",
                        award.id, award.year
                    ),
                );
            }
        }
        for ((id, year), index) in asked.iter().filter(|(key, _)| !by_line.contains_key(*key)) {
            self.add(
                ViolatedRule::OneAwardEach,
                id,
                format!("projects[{index}].eligible.{year}"),
                format!("Project '{id}' ontbreekt voor {year} in de verdeling."),
            );
        }
        by_line
    }

    fn projects(&mut self, awards: &ByLine<'_>) {
        for (index, project) in self.input.projects.iter().enumerate() {
            let path = format!("projects[{index}]");
            for (year, eligible) in &project.eligible {
                if let Some(award) = awards.get(&(project.id.as_str(), *year)) {
                    self.amount(&path, project, *year, cents(*eligible), *award);
                }
            }
            self.coupling(&path, project, awards);
        }
    }

    fn amount(&mut self, path: &str, project: &Project, year: Year, eligible: i128, award: i128) {
        let who = format!("Project '{}' krijgt in {year} {}.", project.id, euro(award));
        if award < 0 || eligible < award {
            self.add(
                ViolatedRule::Eligible,
                &project.id,
                format!("{path}.eligible.{year}"),
                format!(
                    "{who} Dat moet tussen €\u{a0}0,00 en het subsidiabele bedrag {} liggen.",
                    euro(eligible)
                ),
            );
        }
        let minimum = project.minimum.get(&year).copied().map_or(0, cents);
        if 0 < award && award < minimum {
            self.add(
                ViolatedRule::Minimum,
                &project.id,
                format!("{path}.minimum.{year}"),
                format!(
                    "{who} Dat is te weinig: het project heeft ten minste {} nodig.",
                    euro(minimum)
                ),
            );
        }
        if award % cents(self.input.rounding).max(1) != 0 {
            self.add(
                ViolatedRule::Rounding,
                &project.id,
                "rounding",
                format!(
                    "{who} Dat is geen veelvoud van de afronding {}.",
                    euro(cents(self.input.rounding))
                ),
            );
        }
    }

    fn coupling(&mut self, path: &str, project: &Project, awards: &ByLine<'_>) {
        if !project.coupled {
            return;
        }
        let of_years = project
            .eligible
            .iter()
            .filter(|(_, eligible)| !eligible.is_zero())
            .map(|(year, _)| {
                (
                    *year,
                    awards
                        .get(&(project.id.as_str(), *year))
                        .copied()
                        .unwrap_or_default(),
                )
            });
        let (without, with): (Vec<_>, Vec<_>) = of_years.partition(|(_, award)| *award == 0);
        if let (Some((without, _)), Some((with, award))) = (without.first(), with.first()) {
            self.add(ViolatedRule::Coupling, &project.id, format!("{path}.coupled"), format!(
                "Project '{}' krijgt in {without} niets en in {with} {}. Dit project kan alleen in alle jaren samen worden betaald.", project.id, euro(*award)
            ));
        }
    }

    fn years(&mut self, awards: &ByLine<'_>) {
        let mut awarded: BTreeMap<(&str, Year), i128> = BTreeMap::new();
        let mut asked: BTreeMap<(&str, Year), i128> = BTreeMap::new();
        let unit = cents(self.input.rounding).max(1);
        for project in &self.input.projects {
            for (year, eligible) in &project.eligible {
                let key = (project.category.as_str(), *year);
                *awarded.entry(key).or_default() += awards
                    .get(&(project.id.as_str(), *year))
                    .copied()
                    .unwrap_or_default();
                *asked.entry(key).or_default() += cents(*eligible) / unit * unit;
            }
        }
        for (year, ceiling) in &self.input.ceilings {
            for (index, category) in self.input.categories.iter().enumerate() {
                let key = (category.id.as_str(), *year);
                let of =
                    |of: &BTreeMap<(&str, Year), i128>| of.get(&key).copied().unwrap_or_default();
                self.category(index, category, *year, of(&awarded), of(&asked));
            }
            self.ceiling(*year, cents(*ceiling), &awarded);
        }
    }

    fn category(
        &mut self,
        index: usize,
        category: &CategoryRule,
        year: Year,
        awarded: i128,
        asked: i128,
    ) {
        let path = format!("categories[{index}].amounts.{year}");
        let what = format!(
            "In {} is in {year} {} verdeeld.",
            category_label(&category.id),
            euro(awarded)
        );
        let Some(amount) = category.amounts.get(&year).copied().map(cents) else {
            if awarded != 0 {
                self.add(
                    ViolatedRule::ClosedCategory,
                    &category.id,
                    format!("categories[{index}].amounts"),
                    format!("{what} Voor dat jaar heeft de categorie geen bedrag."),
                );
            }
            return;
        };
        let unit = cents(self.input.rounding).max(1);
        match category.mode {
            EnvelopeMode::AtMost if self.input.leftover => {}
            EnvelopeMode::AtMost | EnvelopeMode::RingFenced => {
                if amount < awarded {
                    self.add(
                        ViolatedRule::CategoryCeiling,
                        &category.id,
                        path,
                        format!(
                            "{what} Het plafond is {}, dat is {} te veel.",
                            euro(amount),
                            euro(awarded - amount)
                        ),
                    );
                }
            }
            EnvelopeMode::AtLeast => {
                let floor = (amount / unit * unit).min(asked);
                if awarded < floor {
                    self.add(
                        ViolatedRule::CategoryFloor,
                        &category.id,
                        path,
                        format!(
                            "{what} Afgesproken is ten minste {}, en er is {} gevraagd.",
                            euro(amount),
                            euro(asked)
                        ),
                    );
                }
            }
        }
    }

    fn ceiling(&mut self, year: Year, ceiling: i128, awarded: &BTreeMap<(&str, Year), i128>) {
        let total: i128 = awarded
            .iter()
            .filter(|((_, it), _)| *it == year)
            .map(|(_, it)| it)
            .sum();
        if ceiling < total {
            self.add(
                ViolatedRule::YearCeiling,
                year,
                format!("ceilings.{year}"),
                format!(
                    "In {year} is {} verdeeld. Het plafond is {}, dat is {} te veel.",
                    euro(total),
                    euro(ceiling),
                    euro(total - ceiling)
                ),
            );
            return;
        }
        let fences = self
            .input
            .categories
            .iter()
            .filter(|it| it.mode == EnvelopeMode::RingFenced);
        let unspent: i128 = fences
            .map(|it| {
                let spent = awarded
                    .get(&(it.id.as_str(), year))
                    .copied()
                    .unwrap_or_default();
                (it.amounts.get(&year).copied().map_or(0, cents) - spent).max(0)
            })
            .sum();
        if 0 < unspent && ceiling < total + unspent {
            self.add(
                ViolatedRule::RingFence,
                year,
                format!("ceilings.{year}"),
                format!(
                    "In {year} is {} van het geoormerkte geld aan iets anders besteed.",
                    euro(total + unspent - ceiling)
                ),
            );
        }
    }

    fn applicants(&mut self, awards: &ByLine<'_>) {
        let mut totals: BTreeMap<(&str, Year), i128> = BTreeMap::new();
        for project in &self.input.projects {
            for year in project.eligible.keys() {
                *totals
                    .entry((project.applicant.as_str(), *year))
                    .or_default() += awards
                    .get(&(project.id.as_str(), *year))
                    .copied()
                    .unwrap_or_default();
            }
        }
        for (id, rule) in &self.input.applicants {
            let total = |year: &Year| {
                totals
                    .get(&(id.as_str(), *year))
                    .copied()
                    .unwrap_or_default()
            };
            let limits = |of: &'a BTreeMap<Year, Money>| {
                of.iter()
                    .map(|(year, it)| (*year, total(year), cents(*it)))
                    .collect::<Vec<_>>()
            };
            for (year, total, most) in limits(&rule.at_most) {
                if most < total {
                    self.add(ViolatedRule::ApplicantMost, id, format!("applicants.{id}.at_most.{year}"), format!("Aanvrager '{id}' krijgt in {year} {}. Dat is meer dan het hoogste bedrag {}.", euro(total), euro(most)));
                }
            }
            for (year, total, least) in limits(&rule.at_least) {
                if total < least {
                    self.add(ViolatedRule::ApplicantLeast, id, format!("applicants.{id}.at_least.{year}"), format!("Aanvrager '{id}' krijgt in {year} {}. Dat is minder dan het laagste bedrag {}.", euro(total), euro(least)));
                }
            }
        }
    }
}
