//! From what was assessed and what is free to the input of a division. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::pots::{self, Pot};
use crate::{
    allocation::{
        ApplicantRule, CategoryRule, FORMAT_VERSION, Input, Method, Project, Score, TieKey,
    },
    applications,
    core::{
        category::{Category, EnvelopeMode},
        ids::{ApplicationId, ProjectId},
        money::{Money, MoneyError},
    },
    schemes::Scheme,
    texts::money::euros,
};

/// An assessed project with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// CBS code of the lead municipality.
    pub applicant: String,
    /// The project.
    pub project: applications::Project,
}

/// What the coordinator changes of the scheme's own rules; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Another method for these categories.
    pub methods: BTreeMap<Category, Method>,
    /// Another mode for these categories.
    pub modes: BTreeMap<Category, EnvelopeMode>,
    /// Less than what is free, per category and year; more only if hypothetical.
    pub amounts: BTreeMap<(Category, i32), Money>,
    /// Whether amounts may be above what is free: a question, and never to be adopted.
    pub is_hypothetical: bool,
    /// Whether what is left funds further projects.
    pub leftover: Option<bool>,
    /// Another rounding unit.
    pub rounding: Option<Money>,
    /// Another chain that puts projects in order.
    pub ties: Option<Vec<TieKey>>,
    /// Whether projects of two years stand or fall with both.
    pub coupled: Option<bool>,
    /// The public seed of the lottery.
    pub seed: String,
    /// The most an applicant (CBS code) gets per year.
    pub most: BTreeMap<String, BTreeMap<i32, Money>>,
    /// The least an applicant (CBS code) gets per year.
    pub least: BTreeMap<String, BTreeMap<i32, Money>>,
}

/// What decides how projects enter a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The unit of every award.
    pub rounding: Money,
    /// Whether projects of two years stand or fall with both.
    pub is_coupled: bool,
}

impl Changes {
    /// The scheme's own terms, as far as these changes leave them.
    pub fn terms(&self, scheme: &Scheme) -> Terms {
        Terms {
            rounding: self.rounding.unwrap_or(scheme.rounding_cents),
            is_coupled: self.coupled.unwrap_or(scheme.coupled),
        }
    }
}

/// The projects of a window as the engine takes them, and those that it cannot be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries {
    /// In the order of their ids.
    pub projects: Vec<Project>,
    /// What cannot be funded whatever the division: its amount is nothing, for this reason.
    pub left_out: BTreeMap<(ProjectId, i32), LeftOut>,
}

/// A project that gets nothing in a year, whatever the division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose it is.
    pub application: ApplicationId,
    /// Its category.
    pub category: Category,
    /// What was found eligible.
    pub eligible: Money,
    /// Why, in Dutch, for the letter.
    pub reason: String,
}

/// Why no input can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// Projects without category, score or eligible amount; their titles.
    #[error("{} projects are not assessed", .0.len())]
    Unassessed(Vec<String>),
    /// A tie chain of the scheme that this program does not know.
    #[error("unknown tie chain {0:?}")]
    TieChain(String),
    /// A sum is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The projects as the engine takes them. What was found eligible can have become less than a
/// project can do with: it cannot be funded then, and is left out with its reason. A coupled project
/// stands or falls with all its years.
pub fn entries(
    candidates: &[Candidate],
    years: &BTreeSet<i32>,
    terms: Terms,
) -> Result<Entries, AssembleError> {
    let mut entries = Entries::default();
    let mut unassessed = Vec::new();
    for candidate in candidates {
        match entry(candidate, years, terms) {
            Some(it) => entries.take(it),
            None => unassessed.push(candidate.project.title.clone()),
        }
    }
    if !unassessed.is_empty() {
        return Err(AssembleError::Unassessed(unassessed));
    }
    entries.projects.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(entries)
}

struct Entry {
    project: Project,
    left_out: Vec<((ProjectId, i32), LeftOut)>,
}

impl Entries {
    fn take(&mut self, entry: Entry) {
        self.left_out.extend(entry.left_out);
        if !entry.project.eligible.is_empty() {
            self.projects.push(entry.project);
        }
    }
}

/// `None` if it was not assessed.
fn entry(candidate: &Candidate, years: &BTreeSet<i32>, terms: Terms) -> Option<Entry> {
    let it = &candidate.project;
    let category = it.category?;
    let mut project = Project {
        id: it.id.to_string(),
        applicant: candidate.applicant.clone(),
        category: category.as_str().to_owned(),
        score: Score::from_hundredths(it.score_hundredths?),
        coupled: terms.is_coupled && !category.is_one_year() && 1 < it.years.len(),
        eligible: BTreeMap::new(),
        minimum: BTreeMap::new(),
    };
    let mut obstacles = BTreeMap::new();
    for year in it.years.iter().filter(|it| years.contains(&it.year)) {
        let eligible = year.eligible?;
        project.eligible.insert(year.year, eligible);
        if !year.minimum.is_zero() {
            project.minimum.insert(year.year, year.minimum);
        }
        if let Some(why) = obstacle(year.year, eligible, year.minimum, terms.rounding) {
            obstacles.insert(year.year, why);
        }
    }
    if let Some((first, _)) = obstacles.first_key_value().filter(|_| project.coupled) {
        let first = *first;
        for year in project.eligible.keys() {
            obstacles.entry(*year).or_insert_with(|| format!(
                "Dit project kan alleen in alle jaren samen worden betaald, en in {first} kan dat niet."
            ));
        }
    }
    let left_out = obstacles.into_iter().map(|(year, reason)| {
        let eligible = project.eligible.remove(&year).unwrap_or_default();
        project.minimum.remove(&year);
        let out = LeftOut {
            application: it.application_id.clone(),
            category,
            eligible,
            reason,
        };
        ((it.id.clone(), year), out)
    });
    let left_out = left_out.collect();
    Some(Entry { project, left_out })
}

/// Why a project cannot be funded in a year, if so: no multiple of the rounding unit lies between
/// what it can do with and what is eligible.
fn obstacle(year: i32, eligible: Money, minimum: Money, unit: Money) -> Option<String> {
    let most = in_whole_units(eligible, unit);
    if minimum <= most {
        return None;
    }
    let rounded = match most < eligible && minimum <= eligible {
        true => format!(
            ", naar beneden afgerond op {}: {}",
            euros(unit),
            euros(most)
        ),
        false => String::new(),
    };
    Some(if eligible.is_zero() {
        format!("Voor {year} is geen bedrag subsidiabel.")
    } else {
        format!(
            "Na de beoordeling is voor {year} {} subsidiabel{rounded}. Dat is minder dan het laagste bedrag dat het project nodig heeft, {}. Daarom kan het project niet worden betaald.",
            euros(eligible),
            euros(minimum)
        )
    })
}

/// An amount rounded down to the unit of every award.
fn in_whole_units(amount: Money, unit: Money) -> Money {
    Money::from_cents(amount.cents() - amount.cents() % unit.cents().max(1))
}

/// The input of a division: the scheme's rules with the changes of the coordinator. `limits` are
/// what each applicant has still to get and can still get, whatever the scenario.
pub fn input(
    pots: &[Pot],
    projects: Vec<Project>,
    scheme: &Scheme,
    changes: &Changes,
    limits: &BTreeMap<String, ApplicantRule>,
) -> Result<Input, AssembleError> {
    let categories: Vec<CategoryRule> = pots
        .iter()
        .map(|pot| CategoryRule {
            id: pot.category.as_str().to_owned(),
            mode: changes
                .modes
                .get(&pot.category)
                .copied()
                .unwrap_or(pot.mode),
            amounts: pot
                .years
                .iter()
                .map(|(year, (_, free))| {
                    let changed = changes.amounts.get(&(pot.category, *year));
                    (*year, changed.copied().unwrap_or(*free))
                })
                .collect(),
            method: changes
                .methods
                .get(&pot.category)
                .copied()
                .unwrap_or(pot.method),
        })
        .collect();
    let unit = changes.terms(scheme).rounding;
    let payable = payable(&projects, &categories, unit)?;
    let applicants = applicants(&payable, &pots::years(pots), changes, limits, unit);
    let ties = match &changes.ties {
        Some(it) => it.clone(),
        None => ties(&scheme.tie_chain)?,
    };
    Ok(Input {
        version: FORMAT_VERSION,
        years: pots::years(pots).into_iter().collect(),
        ceilings: pots::ceilings(pots, &categories, changes.is_hypothetical)?,
        categories,
        projects,
        applicants,
        rounding: unit,
        leftover: changes.leftover.unwrap_or(scheme.leftover),
        ties,
        seed: changes.seed.clone(),
    })
}

/// Per applicant that takes part and year.
type Payable<'p> = BTreeMap<&'p str, BTreeMap<i32, Money>>;

/// What can be paid of what the applicants ask, if there were money enough: whole rounding units, in a category that has
/// an amount in that year, and of a coupled project all its years or none.
fn payable<'p>(
    projects: &'p [Project],
    categories: &[CategoryRule],
    unit: Money,
) -> Result<Payable<'p>, MoneyError> {
    let mut payable = Payable::new();
    for project in projects {
        let own = payable.entry(&project.applicant).or_default();
        let rule = categories.iter().find(|it| it.id == project.category);
        let asked = project.eligible.iter().filter(|(_, it)| !it.is_zero());
        let units: Vec<(i32, Money)> = asked
            .map(|(year, eligible)| {
                let is_open = rule.is_some_and(|it| it.amounts.contains_key(year));
                let most = is_open.then(|| in_whole_units(*eligible, unit));
                (*year, most.unwrap_or_default())
            })
            .collect();
        if project.coupled && units.iter().any(|(_, it)| it.is_zero()) {
            continue;
        }
        for (year, most) in units {
            let sum = own.entry(year).or_default();
            *sum = sum.checked_add(most)?;
        }
    }
    Ok(payable)
}

/// What the applicants that take part get at least, as far as it can be paid, and at most: the stricter of the two
/// where both the scenario and the applicant have a limit.
fn applicants(
    payable: &Payable<'_>,
    years: &BTreeSet<i32>,
    changes: &Changes,
    limits: &BTreeMap<String, ApplicantRule>,
    unit: Money,
) -> BTreeMap<String, ApplicantRule> {
    let mut applicants = BTreeMap::new();
    for (id, payable) in payable {
        let id = *id;
        let mut rule = ApplicantRule {
            at_least: BTreeMap::new(),
            at_most: changes.most.get(id).cloned().unwrap_or_default(),
        };
        let own = limits.get(id).cloned().unwrap_or_default();
        for (year, most) in own.at_most.iter().filter(|(it, _)| years.contains(it)) {
            let lower = rule.at_most.get(year).map_or(*most, |it| *it.min(most));
            rule.at_most.insert(*year, lower);
        }
        let mut leasts = changes.least.get(id).cloned().unwrap_or_default();
        for (year, least) in own.at_least {
            let higher = leasts.get(&year).map_or(least, |it| *it.max(&least));
            leasts.insert(year, higher);
        }
        for (year, least) in leasts.iter().filter(|(it, _)| years.contains(it)) {
            let payable = payable.get(year).copied().unwrap_or_default();
            let mut least = *least.min(&payable);
            // The most in whole units is still the most; a least above it is a contradiction, and stays.
            if let Some(most) = rule.at_most.get(year).filter(|it| least <= **it) {
                least = least.min(in_whole_units(*most, unit));
            }
            if !least.is_zero() {
                rule.at_least.insert(*year, least);
            }
        }
        if rule != ApplicantRule::default() {
            applicants.insert(id.to_owned(), rule);
        }
    }
    applicants
}

/// The chain of a scheme.
pub fn ties(chain: &str) -> Result<Vec<TieKey>, AssembleError> {
    chain
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|it| TieKey::parse(it).map_err(|_| AssembleError::TieChain(chain.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{applications::ProjectYear, core::ids::SchemeId};

    fn euros(it: i32) -> Money {
        Money::from_euros(it)
    }

    fn scheme() -> Scheme {
        Scheme {
            id: SchemeId::from("s"),
            code: "x".to_owned(),
            scheme_version: 1,
            title: "x".to_owned(),
            gazette_number: "x".to_owned(),
            valid_from_year: 2027,
            valid_until_year: 2030,
            is_example: true,
            decision_term_weeks: 13,
            awb_articles: String::new(),
            objection_clause: String::new(),
            mandate_line: String::new(),
            budget_article: String::new(),
            sisa_code: None,
            rounding_cents: euros(10),
            tie_chain: "score, lottery".to_owned(),
            leftover: true,
            coupled: true,
            frozen_at: None,
            version: 1,
        }
    }

    fn candidate(category: Category, years: &[(i32, i32, i32)]) -> Candidate {
        let year = |(year, eligible, minimum): &(i32, i32, i32)| ProjectYear {
            year: *year,
            costs: euros(1_000),
            own_contribution: Money::ZERO,
            co_financing: Money::ZERO,
            requested: euros(1_000),
            minimum: euros(*minimum),
            eligible: Some(euros(*eligible)),
        };
        Candidate {
            applicant: "GM0503".to_owned(),
            project: applications::Project {
                id: ProjectId::from("p"),
                application_id: ApplicationId::from("a"),
                position: 1,
                title: "Weerbare wijk".to_owned(),
                category: Some(category),
                sub_item: None,
                score_hundredths: Some(400),
                version: 1,
                years: years.iter().map(year).collect(),
            },
        }
    }

    fn entries_of(candidate: Candidate, scheme: &Scheme) -> Entries {
        let years = [2027, 2028].into_iter().collect();
        entries(&[candidate], &years, Changes::default().terms(scheme)).unwrap()
    }

    #[test]
    fn what_is_eligible_in_full_tens_decides_whether_a_project_can_be_funded() {
        let one = |eligible, minimum| {
            let it = candidate(Category::OneYear, &[(2027, eligible, minimum)]);
            entries_of(it, &scheme()).left_out.into_values().next()
        };
        assert_eq!(one(500, 500), None);
        assert_eq!(one(505, 500), None);
        assert!(one(505, 501).unwrap().reason.contains("€\u{a0}501,00"));
        assert_eq!(one(0, 0), None);
        assert_eq!(
            one(0, 1).unwrap().reason,
            "Voor 2027 is geen bedrag subsidiabel."
        );
    }

    #[test]
    fn a_coupled_project_stands_or_falls_with_all_its_years() {
        let it = candidate(Category::Baseline, &[(2027, 400, 500), (2028, 800, 500)]);
        let coupled = entries_of(it.clone(), &scheme());
        assert!(coupled.projects.is_empty());
        let second = &coupled.left_out[&(ProjectId::from("p"), 2028)];
        assert!(
            second
                .reason
                .contains("alleen in alle jaren samen worden betaald, en in 2027")
        );
        let loose = Scheme {
            coupled: false,
            ..scheme()
        };
        let loose = entries_of(it, &loose);
        assert_eq!(loose.projects[0].eligible, [(2028, euros(800))].into());
        assert_eq!(loose.left_out.len(), 1);
    }

    #[test]
    fn what_can_be_paid_is_in_whole_units_of_years_that_are_open() {
        let rule = CategoryRule {
            id: "baseline".to_owned(),
            mode: EnvelopeMode::AtMost,
            amounts: [(2027, euros(1)), (2028, euros(1))].into(),
            method: Method::ProRata,
        };
        let paid = |eligible: &[(i32, i64)], coupled: bool| {
            let project = Project {
                id: "p".to_owned(),
                applicant: "GM0503".to_owned(),
                category: "baseline".to_owned(),
                score: Score::from_hundredths(400),
                coupled,
                eligible: eligible
                    .iter()
                    .map(|(year, it)| (*year, Money::from_cents(*it)))
                    .collect(),
                minimum: BTreeMap::new(),
            };
            let all = [project];
            let payable = payable(&all, std::slice::from_ref(&rule), euros(10)).unwrap();
            let own = payable["GM0503"].iter();
            own.map(|(year, it)| (*year, it.cents() / 100))
                .filter(|(_, it)| *it != 0)
                .collect::<Vec<_>>()
        };
        let odd = [(2027, 12_345), (2028, 999)];
        assert_eq!(paid(&odd, false), [(2027, 120)]);
        assert_eq!(
            paid(&odd, true),
            [],
            "nothing in one year is nothing in both"
        );
        assert_eq!(
            paid(&[(2027, 12_345), (2029, 50_000)], false),
            [(2027, 120)]
        );
    }

    #[test]
    fn a_project_without_a_score_is_not_assessed() {
        let mut it = candidate(Category::OneYear, &[(2027, 1, 0)]);
        it.project.score_hundredths = None;
        let refused = entries(
            &[it],
            &[2027].into_iter().collect(),
            Changes::default().terms(&scheme()),
        );
        let titles = vec!["Weerbare wijk".to_owned()];
        assert_eq!(refused, Err(AssembleError::Unassessed(titles)));
    }
}
