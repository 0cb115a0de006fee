//! How the whole division went, in Dutch sentences, and which limits bound.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    figures::{category_label, euro, percent, points},
    input::{Input, Method, Year},
    line::{Line, cents},
    methods::exact::Proof,
    output::RuleLine,
    reason::{Reason, Tight},
    sentences::{Sentences, Tally},
};
use crate::core::category::EnvelopeMode;

/// The trace of an outcome without awards.
pub(super) fn no_division() -> &'static str {
    "Er is geen verdeling gemaakt: niet alle afspraken kunnen tegelijk gelden. Bij 'conflict' staat welke."
}

/// The whole division as a story: what bound, and how each step went.
pub(super) struct Story<'r, 'i> {
    pub input: &'r Input,
    pub lines: &'r [Line<'i>],
    /// What each category could spend when its turn came.
    pub rooms: &'r BTreeMap<(usize, Year), i128>,
    /// Per category, the projects that only their id put in order.
    pub decided_by_id: &'r BTreeMap<usize, Vec<&'i str>>,
    /// How good the division of the categories with `exact` is.
    pub proof: Option<&'r Proof>,
}

/// Categories (their index) in a year.
type Envelopes = BTreeSet<(usize, Year)>;

impl Story<'_, '_> {
    /// The limits without which someone would have got more; in the order of their paths.
    pub(super) fn binding(&self) -> Vec<RuleLine> {
        let sentences = Sentences::new(self.input, self.lines, self.rooms);
        let mut binding = BTreeSet::new();
        let (by_exact_category, by_exact_year) = self.exact_limits();
        let by_leftover = self.short_of_leftover();
        for (key, tally) in sentences.tallies.iter().filter(|(_, it)| it.is_short) {
            let (index, year) = *key;
            let Some(category) = self.input.categories.get(index) else {
                continue;
            };
            let label = category_label(&category.id);
            let amount = category.amounts.get(&year).copied().map_or(0, cents);
            let is_exact = category.method == Method::Exact;
            let by_category = if is_exact {
                by_exact_category.contains(key) && category.mode != EnvelopeMode::AtLeast
            } else {
                category.mode != EnvelopeMode::AtLeast && sentences.room(*key) == amount
            };
            if by_category {
                binding.insert(RuleLine::new(
                    format!("categories[{index}].amounts.{year}"),
                    format!(
                        "Het bedrag voor {label} in {year} bindt: {} is beschikbaar en {} is subsidiabel.",
                        euro(amount), euro(tally.asked)
                    ),
                ));
            }
            let by_year = if is_exact {
                by_exact_year.contains(key)
            } else {
                !by_category
            };
            if by_year || by_leftover.contains(key) {
                let ceiling = self.input.ceilings.get(&year).copied().map_or(0, cents);
                binding.insert(RuleLine::new(
                    format!("ceilings.{year}"),
                    format!("Het plafond van {year} bindt: {}.", euro(ceiling)),
                ));
            }
        }
        binding.extend(self.own_limits());
        binding.into_iter().collect()
    }

    /// The categories and years that `exact` would have given more, by what held it: their own amount, or the year's.
    fn exact_limits(&self) -> (Envelopes, Envelopes) {
        let mut by_category = BTreeSet::new();
        let mut by_year = BTreeSet::new();
        for line in self.lines {
            for ask in &line.asks {
                let key = (line.category, ask.year);
                match ask.reason {
                    Reason::BestTotal {
                        tight: Tight::Category { .. },
                    } => by_category.insert(key),
                    Reason::BestTotal {
                        tight: Tight::Year { .. },
                    } => by_year.insert(key),
                    _ => false,
                };
            }
        }
        (by_category, by_year)
    }

    /// The categories and years of which a project with nothing did not fit in what was left of the year.
    fn short_of_leftover(&self) -> Envelopes {
        let mut short = BTreeSet::new();
        for line in self.lines {
            let asks = line.asks.iter();
            let asks = asks.filter(|it| it.spare_short.is_some_and(|by| 0 < by));
            short.extend(asks.map(|it| (line.category, it.year)));
        }
        short
    }

    fn own_limits(&self) -> impl Iterator<Item = RuleLine> {
        self.lines.iter().flat_map(move |line| {
            let asks = line
                .asks
                .iter()
                .filter(|it| it.award < it.most && it.is_held_by_applicant());
            asks.map(move |ask| {
                let applicant = &line.project.applicant;
                RuleLine::new(
                    format!("applicants.{applicant}.at_most.{}", ask.year),
                    format!(
                        "Het hoogste bedrag van aanvrager '{applicant}' in {} bindt.",
                        ask.year
                    ),
                )
            })
        })
    }

    /// The steps in their order: categories, leftover, applicants, years.
    pub(super) fn trace(&self) -> Vec<String> {
        let sentences = Sentences::new(self.input, self.lines, self.rooms);
        let mut trace = Vec::new();
        for (index, category) in self.input.categories.iter().enumerate() {
            for year in &self.input.years {
                if let Some(tally) = sentences.tallies.get(&(index, *year)) {
                    trace.push(category_sentence(
                        &category.id,
                        *year,
                        tally,
                        sentences.room((index, *year)),
                    ));
                    trace.extend(ranking_sentence(category.method, tally));
                }
            }
            trace.extend(
                self.decided_by_id
                    .get(&index)
                    .map(|it| by_id_sentence(&category.id, it)),
            );
        }
        trace.extend(self.proof.map(Proof::sentence));
        trace.extend(self.leftover_sentences());
        trace.extend(self.sums());
        trace
    }

    fn leftover_sentences(&self) -> Vec<String> {
        let mut funded: BTreeMap<Year, (usize, i128)> = BTreeMap::new();
        for ask in self.lines.iter().flat_map(|it| &it.asks) {
            if matches!(ask.reason, Reason::Leftover { .. }) {
                let (count, sum) = funded.entry(ask.year).or_default();
                *count += 1;
                *sum += ask.award;
            }
        }
        let sentence = |(year, (count, sum)): (Year, (usize, i128))| {
            format!(
                "Uit wat in {year} over was na alle categorieën: {} voor {count} {}.",
                euro(sum),
                projects(count)
            )
        };
        funded.into_iter().map(sentence).collect()
    }

    /// Per applicant and per year: what was eligible and what was awarded.
    fn sums(&self) -> Vec<String> {
        let mut applicants: BTreeMap<(&str, Year), (i128, i128)> = BTreeMap::new();
        let mut years: BTreeMap<Year, i128> = BTreeMap::new();
        for line in self.lines {
            for ask in &line.asks {
                let (asked, awarded) = applicants
                    .entry((&line.project.applicant, ask.year))
                    .or_default();
                *asked += ask.eligible;
                *awarded += ask.award;
                *years.entry(ask.year).or_default() += ask.award;
            }
        }
        let of_applicants = applicants
            .into_iter()
            .map(|((id, year), (asked, awarded))| {
                format!(
                    "Aanvrager '{id}' krijgt in {year} {} van {} ({}).",
                    euro(awarded),
                    euro(asked),
                    percent(awarded, asked)
                )
            });
        let of_years = self.input.ceilings.iter().map(|(year, ceiling)| {
            let awarded = years.get(year).copied().unwrap_or_default();
            format!(
                "In {year} is {} verdeeld van het plafond van {}. Er blijft {} over.",
                euro(awarded),
                euro(cents(*ceiling)),
                euro(cents(*ceiling) - awarded)
            )
        });
        of_applicants.chain(of_years).collect()
    }
}

fn projects(count: usize) -> &'static str {
    if count == 1 { "project" } else { "projecten" }
}

fn category_sentence(id: &str, year: Year, tally: &Tally<'_>, room: i128) -> String {
    format!(
        "Voor {} was in {year} {} beschikbaar en {} subsidiabel in {} {}. Verdeeld is {}: {} volledig, {} deels, {} niets.",
        category_label(id),
        euro(room),
        euro(tally.asked),
        tally.projects,
        projects(tally.projects),
        euro(tally.awarded),
        tally.full,
        tally.partly,
        tally.projects - tally.full - tally.partly
    )
}

fn ranking_sentence(method: Method, tally: &Tally<'_>) -> Option<String> {
    let is_ranking = matches!(
        method,
        Method::RankingSkip | Method::RankingStop | Method::RankingPartial
    );
    let (id, place, short) = tally.marginal.filter(|_| is_ranking)?;
    let lowest = tally.lowest.map_or_else(String::new, |it| {
        format!(" De laagste score die geld kreeg, is {}.", points(it))
    });
    Some(format!(
        "Grensproject is '{id}' op plaats {place}: met {} meer was het volledig betaald.{lowest}",
        euro(short)
    ))
}

fn by_id_sentence(category: &str, ids: &[&str]) -> String {
    const SHOWN: usize = 10;
    let mut names: Vec<String> = ids.iter().take(SHOWN).map(|it| format!("'{it}'")).collect();
    if SHOWN < ids.len() {
        names.push(format!("en nog {}", ids.len() - SHOWN));
    }
    format!(
        "Voor {} scheidt de afgesproken volgorde deze projecten niet: {}. Hun kenmerk (id) bepaalde de volgorde.",
        category_label(category),
        names.join(", ")
    )
}
