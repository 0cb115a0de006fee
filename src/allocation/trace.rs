//! The division in Dutch sentences, with the numbers that decided: for the screen and for the letter
//! (art. 3:46 Awb: a decision rests on reasons that hold).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    input::{Input, Method, Year},
    line::{Ask, Line, cents, money},
    output::{Award, RuleLine},
    reason::{Reason, Shared},
    score::Score,
};
use crate::core::category::EnvelopeMode;

/// Cents as a Dutch amount: `7.000.000,00`.
pub fn euro(cents: i128) -> String {
    let sign = if cents < 0 { "\u{2212}" } else { "" };
    let digits = (cents.unsigned_abs() / 100).to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped},{:02}", cents.unsigned_abs() % 100)
}

/// The name of a category in a sentence; an id that is not one of the scheme's own stands as it is.
pub(super) fn category_label(id: &str) -> String {
    match id {
        "baseline" => "basis op orde".to_owned(),
        "prevention" => "preventie".to_owned(),
        "one_year" => "eenjarig flexibel".to_owned(),
        other => format!("categorie '{other}'"),
    }
}

/// The trace of an outcome without awards.
pub(super) fn no_division() -> &'static str {
    "Er is geen verdeling gemaakt: niet alle afspraken kunnen tegelijk gelden. Bij 'conflict' staat welke."
}

/// A percentage with two decimals, rounded down: a share is never shown larger than it is.
fn percent(part: i128, whole: i128) -> String {
    let hundredths = if whole == 0 { 0 } else { part * 10_000 / whole };
    format!("{},{:02} %", hundredths / 100, hundredths % 100)
}

fn points(score: Score) -> String {
    score.to_string().replace('.', ",")
}

/// How one category went in one year; the leftover pass counts only for `lowest`.
#[derive(Default)]
struct Tally<'i> {
    projects: usize,
    asked: i128,
    awarded: i128,
    full: usize,
    partly: usize,
    /// The lowest score that got money.
    lowest: Option<Score>,
    /// The first in the ranking that did not fit whole: its id, its place, and what it was short of.
    marginal: Option<(&'i str, usize, i128)>,
    /// Whether someone would have got more if there had been more.
    is_short: bool,
}

fn tallies<'i>(lines: &[Line<'i>]) -> BTreeMap<(usize, Year), Tally<'i>> {
    let mut tallies: BTreeMap<(usize, Year), Tally<'i>> = BTreeMap::new();
    for line in lines {
        for ask in &line.asks {
            let tally = tallies.entry((line.category, ask.year)).or_default();
            tally.projects += 1;
            tally.asked += ask.eligible;
            if !matches!(ask.reason, Reason::Leftover { .. }) {
                tally.awarded += ask.award;
                tally.full += usize::from(0 < ask.award && ask.award == ask.most);
                tally.partly += usize::from(0 < ask.award && ask.award < ask.most);
            }
            if 0 < ask.award {
                let score = line.project.score;
                tally.lowest = Some(tally.lowest.map_or(score, |it| it.min(score)));
            }
            let short = match ask.reason {
                Reason::NoRoom { room } => Some(ask.most - room),
                Reason::Remainder { .. } => Some(ask.most - ask.award),
                _ => None,
            };
            if let (None, Some(short)) = (tally.marginal, short) {
                tally.marginal = Some((&line.project.id, line.place, short));
            }
            tally.is_short |= ask.award < ask.most && ask.reason.is_for_want_of_money();
        }
    }
    tallies
}

/// The reason of each award as a sentence.
pub(super) struct Sentences<'r, 'i> {
    input: &'r Input,
    tallies: BTreeMap<(usize, Year), Tally<'i>>,
    rooms: &'r BTreeMap<(usize, Year), i128>,
}

impl<'r, 'i> Sentences<'r, 'i> {
    pub(super) fn new(
        input: &'r Input,
        lines: &[Line<'i>],
        rooms: &'r BTreeMap<(usize, Year), i128>,
    ) -> Sentences<'r, 'i> {
        Sentences {
            input,
            tallies: tallies(lines),
            rooms,
        }
    }

    /// One award per eligible amount of the project, also where that is nothing.
    pub(super) fn awards(&self, line: &Line<'_>) -> Vec<Award> {
        let award = |year: &Year| {
            let ask = line.asks.iter().find(|it| it.year == *year);
            Award {
                id: line.project.id.clone(),
                year: *year,
                amount: money(ask.map_or(0, |it| it.award)),
                reason: ask.map_or_else(
                    || format!("Voor {year} is geen bedrag subsidiabel."),
                    |it| self.reason(line, it),
                ),
            }
        };
        line.project.eligible.keys().map(award).collect()
    }

    fn reason(&self, line: &Line<'_>, ask: &Ask) -> String {
        let Ask {
            year,
            eligible,
            award,
            ..
        } = ask;
        let label = self.label(line);
        let tally = self.tallies.get(&(line.category, *year));
        let rank = format!(
            "Plaats {} van {} met score {}",
            line.place,
            tally.map_or(line.place, |it| it.projects.max(line.place)),
            points(line.project.score)
        );
        let lowest = tally
            .and_then(|it| it.lowest)
            .map_or_else(String::new, |it| {
                format!(
                    " De laagste score die in {year} geld kreeg, was {}.",
                    points(it)
                )
            });
        match &ask.reason {
            Reason::Undecided => "Dit bedrag is niet verdeeld.".to_owned(),
            Reason::BelowUnit => format!(
                "Het subsidiabele bedrag van {} is lager dan de afronding van {}. Daarom is het bedrag 0,00.",
                euro(*eligible),
                self.unit()
            ),
            Reason::Closed => format!("Voor {label} is in {year} geen bedrag beschikbaar."),
            Reason::Ranked { room } => format!(
                "{rank}: {} past in de {} die nog over was voor {label}.{}",
                euro(*eligible),
                euro(*room),
                self.rounded(*eligible, *award)
            ),
            Reason::Remainder { room } => format!(
                "{rank}: van de {} was nog {} over voor {label}. Het project krijgt dat laatste deel: {}.",
                euro(*eligible),
                euro(*room),
                euro(*award)
            ),
            Reason::NoRoom { room } => format!(
                "{rank}: {} past niet in de {} die nog over was voor {label}. Er was {} te weinig.{}{lowest}",
                euro(*eligible),
                euro(*room),
                euro(ask.most - room),
                self.unless_minimum(line, ask, *room)
            ),
            Reason::AfterStop { place } => format!(
                "{rank}: de verdeling van {label} stopte in {year} bij plaats {place}, omdat dat project niet meer helemaal paste. Wie daarna komt, krijgt niets.{lowest}"
            ),
            Reason::OwnMost { own } => format!(
                "{} Daarvan was nog {} over. Dat is te weinig voor dit project.",
                self.own_most(line, *year),
                euro(*own)
            ),
            Reason::RemainderOfOwn { own } => format!(
                "{} Daarvan was nog {} over. Het project krijgt {}.",
                self.own_most(line, *year),
                euro(*own),
                euro(*award)
            ),
            Reason::Coupled { year: other } => format!(
                "Dit project kan alleen in alle jaren samen. In {other} krijgt het niets. Daarom krijgt het ook in {year} niets."
            ),
            Reason::Enough { asked, room } => format!(
                "Volledig toegekend: voor {label} is in {year} {} subsidiabel en {} beschikbaar. Dat is genoeg voor iedereen.{}",
                euro(*asked),
                euro(*room),
                self.rounded(*eligible, *award)
            ),
            Reason::EnoughOfOwn { claim } => format!(
                "{} Voor dit project blijft daarvan {} over.{}",
                self.own_most(line, *year),
                euro(*claim),
                self.rounded(*claim, *award)
            ),
            Reason::Share(shared) => format!(
                "{}{}{}",
                self.own_claim(line, ask, shared),
                shared_sentence(shared),
                self.rounded(shared.exact, *award)
            ),
            Reason::BelowMinimum { shared, least } => format!(
                "{}{} Dat is minder dan {}, het laagste bedrag waarmee het project kan. Daarom krijgt het niets.",
                self.own_claim(line, ask, shared),
                shared_sentence(shared),
                euro(*least)
            ),
            Reason::Leftover { room } => format!(
                "Betaald uit wat in {year} over was na alle categorieën: {} past in de {} die nog over was.{}",
                euro(*eligible),
                euro(*room),
                self.rounded(*eligible, *award)
            ),
        }
    }

    fn label(&self, line: &Line<'_>) -> String {
        category_label(&line.project.category)
    }

    fn unit(&self) -> String {
        euro(cents(self.input.rounding))
    }

    fn rounded(&self, exact: i128, award: i128) -> String {
        if exact == award {
            String::new()
        } else {
            format!(" Afgerond op {}: {}.", self.unit(), euro(award))
        }
    }

    fn own_most(&self, line: &Line<'_>, year: Year) -> String {
        let rule = self.input.applicants.get(&line.project.applicant);
        let most = rule
            .and_then(|it| it.at_most.get(&year))
            .copied()
            .map_or(0, cents);
        format!(
            "De aanvrager mag in {year} samen niet meer dan {} krijgen.",
            euro(most)
        )
    }

    fn own_claim(&self, line: &Line<'_>, ask: &Ask, shared: &Shared) -> String {
        if shared.claim == ask.eligible {
            String::new()
        } else {
            format!(
                "{} Van de {} telt daarom {} mee. ",
                self.own_most(line, ask.year),
                euro(ask.eligible),
                euro(shared.claim)
            )
        }
    }

    /// In a ranking that would have given a part.
    fn unless_minimum(&self, line: &Line<'_>, ask: &Ask, room: i128) -> String {
        let gives_parts = self
            .input
            .categories
            .get(line.category)
            .is_some_and(|it| it.method == Method::RankingPartial);
        if gives_parts && room < ask.least {
            format!(" Het project kan niet met minder dan {}.", euro(ask.least))
        } else {
            String::new()
        }
    }

    fn room(&self, key: (usize, Year)) -> i128 {
        self.rooms.get(&key).copied().unwrap_or_default()
    }
}

fn shared_sentence(shared: &Shared) -> String {
    let Shared {
        part,
        whole,
        claim,
        exact,
        level,
        ..
    } = shared;
    let (claim, exact, level) = (euro(*claim), euro(*exact), euro(*level));
    match shared.method {
        Method::EqualAwards => format!(
            "Gelijke bedragen: iedereen krijgt zijn subsidiabele bedrag, maar niet meer dan {level}. Van {claim} is dat {exact}."
        ),
        Method::EqualLosses => format!(
            "Gelijk tekort: iedereen krijgt {level} minder dan het subsidiabele bedrag. Van {claim} blijft {exact} over."
        ),
        Method::Talmud if 2 * part <= *whole => format!(
            "Regel van de Talmoed: iedereen krijgt de helft van zijn subsidiabele bedrag, maar niet meer dan {level}. Van {claim} is dat {exact}."
        ),
        Method::Talmud => format!(
            "Regel van de Talmoed: iedereen krijgt {level} minder dan het subsidiabele bedrag, maar ten minste de helft. Van {claim} is dat {exact}."
        ),
        Method::ProRata
        | Method::RankingSkip
        | Method::RankingStop
        | Method::RankingPartial
        | Method::Exact => format!(
            "Naar rato: {} / {} = {} van {claim}, dat is {exact}.",
            euro(*part),
            euro(*whole),
            percent(*part, *whole)
        ),
    }
}

/// The whole division as a story: what bound, and how each step went.
pub(super) struct Story<'r, 'i> {
    pub input: &'r Input,
    pub lines: &'r [Line<'i>],
    /// What each category could spend when its turn came.
    pub rooms: &'r BTreeMap<(usize, Year), i128>,
    /// Per category, the projects that only their id put in order.
    pub decided_by_id: &'r BTreeMap<usize, Vec<&'i str>>,
}

impl Story<'_, '_> {
    /// The limits without which someone would have got more; in the order of their paths.
    pub(super) fn binding(&self) -> Vec<RuleLine> {
        let sentences = Sentences::new(self.input, self.lines, self.rooms);
        let mut binding = BTreeSet::new();
        for (key, tally) in sentences.tallies.iter().filter(|(_, it)| it.is_short) {
            let (index, year) = *key;
            let Some(category) = self.input.categories.get(index) else {
                continue;
            };
            let label = category_label(&category.id);
            let amount = category.amounts.get(&year).copied().map_or(0, cents);
            let by_category =
                category.mode != EnvelopeMode::AtLeast && sentences.room(*key) == amount;
            if by_category {
                binding.insert(RuleLine::new(
                    format!("categories[{index}].amounts.{year}"),
                    format!(
                        "Het bedrag voor {label} in {year} bindt: {} is beschikbaar en {} is subsidiabel.",
                        euro(amount), euro(tally.asked)
                    ),
                ));
            }
            let has_leftover_pass =
                self.input.leftover && category.mode != EnvelopeMode::RingFenced;
            if !by_category || has_leftover_pass {
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

    fn own_limits(&self) -> impl Iterator<Item = RuleLine> {
        self.lines.iter().flat_map(move |line| {
            let asks = line
                .asks
                .iter()
                .filter(|it| it.award < it.most && it.reason.is_for_own_most());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_the_dutch_way() {
        assert_eq!(euro(700_000_000), "7.000.000,00");
        assert_eq!(euro(5), "0,05");
        assert_eq!(euro(99_999), "999,99");
        assert_eq!(euro(100_000), "1.000,00");
        assert_eq!(euro(-1_234_567), "\u{2212}12.345,67");
    }

    #[test]
    fn a_percentage_is_rounded_down() {
        assert_eq!(percent(7_000_000, 9_767_961), "71,66 %");
        assert_eq!(percent(99_999, 100_000), "99,99 %");
        assert_eq!(percent(1, 0), "0,00 %");
    }
}
