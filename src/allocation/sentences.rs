//! Why each project gets what it gets: one sentence per award, with the numbers that decided
//! (art. 3:46 Awb: a decision rests on reasons that hold).

use std::collections::BTreeMap;

use super::{
    figures::{category_label, euro, percent, points},
    input::{Input, Method, Project, Year},
    line::{Ask, Line, cents, money},
    methods,
    output::{Award, is_in_full},
    reason::{Reason, Shared},
    score::Score,
    ties::{self, Decided},
};
use crate::core::money::Money;

/// How one category went in one year; the leftover pass counts only for `lowest`.
#[derive(Default)]
pub(super) struct Tally<'i> {
    pub projects: usize,
    pub asked: i128,
    pub awarded: i128,
    pub full: usize,
    pub partly: usize,
    /// The lowest score that got money.
    pub lowest: Option<Score>,
    /// The first in the ranking that did not fit whole: its id, its place in this year, and what it was short of.
    pub marginal: Option<(&'i str, usize, i128)>,
    /// The places in the category of those that ask in this year, in their order.
    places: Vec<usize>,
    /// Whether someone would have got more if there had been more.
    pub is_short: bool,
}

fn tallies<'i>(lines: &[Line<'i>]) -> BTreeMap<(usize, Year), Tally<'i>> {
    let mut tallies: BTreeMap<(usize, Year), Tally<'i>> = BTreeMap::new();
    for line in lines {
        for ask in &line.asks {
            let tally = tallies.entry((line.category, ask.year)).or_default();
            tally.projects += 1;
            tally.places.push(line.place);
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
                tally.marginal = Some((&line.project.id, tally.projects, short));
            }
            tally.is_short |= ask.award < ask.most && ask.reason.is_for_want_of_money();
        }
    }
    tallies
}

impl Tally<'_> {
    /// The place in this year of what has this place in the category.
    fn place(&self, in_category: usize) -> usize {
        self.places.partition_point(|it| *it <= in_category)
    }
}

/// The reason of each award as a sentence.
pub(super) struct Sentences<'r, 'i> {
    input: &'r Input,
    lines: &'r [Line<'i>],
    /// How each category went in each year.
    pub tallies: BTreeMap<(usize, Year), Tally<'i>>,
    rooms: &'r BTreeMap<(usize, Year), i128>,
}

impl<'r, 'i> Sentences<'r, 'i> {
    pub(super) fn new(
        input: &'r Input,
        lines: &'r [Line<'i>],
        rooms: &'r BTreeMap<(usize, Year), i128>,
    ) -> Sentences<'r, 'i> {
        Sentences {
            input,
            lines,
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
        let place = |in_category: usize| tally.map_or(in_category, |it| it.place(in_category));
        let rank = format!(
            "Plaats {} van {} met score {}",
            place(line.place),
            tally.map_or(0, |it| it.projects),
            points(line.project.score)
        );
        let lowest = tally
            .filter(|_| ask.award == 0)
            .and_then(|it| it.lowest)
            .map_or_else(String::new, |it| {
                format!(
                    " De laagste score die in {year} geld kreeg, was {}.{}",
                    points(it),
                    self.of_equal_score(line, *year, it)
                )
            });
        match &ask.reason {
            Reason::Undecided => "Dit bedrag is niet verdeeld.".to_owned(),
            Reason::BelowUnit => format!(
                "Het subsidiabele bedrag van {} is lager dan de afronding van {}. Daarom is het bedrag €\u{a0}0,00.",
                euro(*eligible),
                self.unit()
            ),
            Reason::Closed => format!("Voor {label} is in {year} geen bedrag beschikbaar."),
            Reason::Ranked { room } => format!(
                "{rank}: {} past in de {} die nog over was voor {label}.{}",
                euro(*eligible),
                euro(*room),
                self.in_full(ask)
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
            Reason::AfterStop { place: end } => format!(
                "{rank}: de verdeling van {label} stopte in {year} bij plaats {}, omdat dat project niet meer helemaal paste. Wie daarna komt, krijgt niets.{lowest}",
                place(*end)
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
                "Dit project kan alleen in alle jaren samen worden betaald. In {other} krijgt het niets. Daarom krijgt het ook in {year} niets."
            ),
            Reason::Enough { asked, room } => format!(
                "Volledig toegekend: voor {label} is in {year} {} subsidiabel en {} beschikbaar. Dat is genoeg voor iedereen.{}",
                euro(*asked),
                euro(*room),
                self.in_full(ask)
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
                if is_in_full(money(*award), money(*eligible), self.input.rounding) {
                    self.in_full(ask)
                } else {
                    self.rounded(shared.exact, *award)
                }
            ),
            Reason::BelowMinimum { shared, least } => format!(
                "{}{} Dat is te weinig.{} Daarom krijgt het niets.",
                self.own_claim(line, ask, shared),
                shared_sentence(shared),
                needs(line.project, *year, *least, self.input.rounding)
            ),
            Reason::BestTotal { tight } => {
                let lowest = lowest.as_str();
                let needs = match ask.least {
                    0 => String::new(),
                    least => needs(line.project, *year, least, self.input.rounding),
                };
                methods::exact::sentence(
                    line,
                    ask,
                    *tight,
                    &methods::exact::Words {
                        label: &label,
                        rounded: &self.rounded(*eligible, *award),
                        own_most: &self.own_most(line, *year),
                        needs: &needs,
                        lowest,
                    },
                )
            }
            Reason::Leftover { room } => format!(
                "Betaald uit wat in {year} over was na alle categorieën: {} past in de {} die nog over was.{}",
                euro(*eligible),
                euro(*room),
                self.in_full(ask)
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

    /// Of an award of all there is to get: that only the rounding took something off, and that it is no cut.
    fn in_full(&self, ask: &Ask) -> String {
        if ask.award == ask.eligible {
            String::new()
        } else {
            format!(
                " Dat is volledig, naar beneden afgerond op {}: {}.",
                self.unit(),
                euro(ask.award)
            )
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
            needs(line.project, ask.year, ask.least, self.input.rounding)
        } else {
            String::new()
        }
    }

    /// Where the lowest score that got money is the project's own: why another got money and this one not.
    fn of_equal_score(&self, line: &Line<'_>, year: Year, lowest: Score) -> String {
        let score = line.project.score;
        let method = self.input.categories.get(line.category).map(|it| it.method);
        let (Some(method), true) = (method, lowest == score) else {
            return String::new();
        };
        if method == Method::Exact {
            return " Een ander project met die score past wel in deze verdeling.".to_owned();
        }
        let in_ranking = |it: &&Line<'_>| {
            let asks = it.asks.iter();
            let ranked = asks.filter(|it| !matches!(it.reason, Reason::Leftover { .. }));
            let mut ranked = ranked.filter(|it| it.year == year && 0 < it.award);
            it.project.score == score && ranked.next().is_some()
        };
        // The lines of a category stand together, in the order of their places.
        let start = self.lines.partition_point(|it| it.category < line.category);
        let before = self.lines.iter().skip(start).take(line.place - 1);
        let Some(before) = before.rev().find(in_ranking) else {
            return " Een ander project met die score paste wel in wat daarna nog over was."
                .to_owned();
        };
        let by = match ties::decided(self.input, &before.order, &line.order) {
            Some(Decided::Amount) => "ging het laagste subsidiabele bedrag voor".to_owned(),
            Some(Decided::Lottery { after_amount }) => format!(
                "{}besliste de loting met zaad “{}”",
                if after_amount {
                    "en gelijk bedrag "
                } else {
                    ""
                },
                self.input.seed
            ),
            None => "bepaalde het kenmerk (id) van het project de volgorde".to_owned(),
            // Of what came before it by something else than its score no tie decided.
            Some(Decided::Score) => return String::new(),
        };
        format!(" Bij gelijke score {by}.")
    }

    /// What the category could spend in that year when its turn came.
    pub(super) fn room(&self, key: (usize, Year)) -> i128 {
        self.rooms.get(&key).copied().unwrap_or_default()
    }
}

/// The least that a project can do with: as it was asked, and rounded up where that is more.
fn needs(project: &Project, year: Year, least: i128, unit: Money) -> String {
    let asked = project.minimum.get(&year).copied().map_or(0, cents);
    if asked == 0 {
        return format!(
            " Een bedrag onder de afronding van {} kan niet.",
            euro(least)
        );
    }
    let rounded = match least == asked {
        true => String::new(),
        false => format!(
            ", naar boven afgerond op {}: {}",
            euro(cents(unit)),
            euro(least)
        ),
    };
    format!(
        " Het project heeft ten minste {} nodig{rounded}.",
        euro(asked)
    )
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
