//! What a budget comes up against, in sentences: hints, never refusals. Pure; only from what the
//! scheme, the cycle and the decisions of the cycle before say.

use super::{Limits, overview::Overview};
use crate::{
    applications::{dossier::totals::Totals, project::typed},
    core::{
        category::{Category, EnvelopeKind},
        money::Money,
    },
    schemes::WindowKind,
    texts::{labels::Label, money::euros},
};

/// From this share of an envelope on it is said.
const LARGE_PERCENT: i64 = 25;

/// From this share of what an applicant gets at most on it is said.
const NEAR_PERCENT: i64 = 90;

/// Something to know about a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Whether the money is not there.
    pub is_short: bool,
    /// In a sentence.
    pub sentence: String,
}

/// What there is to say about a budget, the most important first.
pub fn hints(overview: &Overview, limits: &Limits, window: WindowKind) -> Vec<Hint> {
    let mut hints = of_totals(&overview.categories, limits, window);
    hints.extend(of_applicant(overview, limits));
    hints.extend(of_region(overview, limits));
    for (name, year, amount) in &overview.tight {
        hints.push(hint(format!(
            "Project {name}: in {year} is het laagste bedrag gelijk aan wat u vraagt ({}). Is er ook maar iets minder, dan krijgt het project in dat jaar niets.",
            euros(*amount)
        )));
    }
    if limits.coupled && !hints.is_empty() && overview.projects.rows.iter().any(in_both) {
        hints.push(hint("In de regeling staat: krijgt een project in één jaar niets, dan krijgt het in het andere jaar ook niets."));
    }
    hints.sort_by_key(|it| !it.is_short);
    hints
}

/// What there is to say about what is asked per category and year.
pub fn of_totals(totals: &Totals, limits: &Limits, window: WindowKind) -> Vec<Hint> {
    let mut hints = Vec::new();
    for row in &totals.rows {
        let Some(category) = row.category else {
            continue;
        };
        for (year, asked) in totals.years.iter().zip(&row.per_year) {
            hints.extend(of_envelope(limits, window, category, *year, *asked));
        }
    }
    hints
}

/// What there is per category in a year, in a sentence: to know before the first amount is typed.
pub fn money_of(limits: &Limits, window: WindowKind, year: i32) -> String {
    if window == WindowKind::TopUp {
        let room = limits.room(EnvelopeKind::Reserve, year);
        return format!(
            "In deze aanvullende ronde is voor {year} {} te verdelen.",
            euros(room.free)
        );
    }
    let parts: Vec<String> = Category::ALL
        .iter()
        .map(|it| {
            let room = limits.room(it.envelope(), year);
            let name = it.label().to_lowercase();
            if room.free.is_zero() {
                format!("niets voor {name}")
            } else {
                format!("{} voor {name}", euros(room.free))
            }
        })
        .collect();
    let list = match parts.split_last() {
        Some((last, rest)) => format!("{} en {last}", rest.join(", ")),
        None => String::new(),
    };
    format!("In {year} is er voor alle regio’s samen {list}.")
}

/// The share of an envelope that is asked, in words; empty if there is nothing to compare.
pub fn share(
    limits: &Limits,
    window: WindowKind,
    category: Option<Category>,
    year: i32,
    asked: Money,
) -> String {
    let Some(category) = category.filter(|_| !asked.is_zero()) else {
        return String::new();
    };
    let room = limits.room(envelope(window, category), year);
    match percents(asked, room.total) {
        None => "geen geld".to_owned(),
        Some(0) => "minder dan 0,1 %".to_owned(),
        Some(it) => format!("{} %", typed::written(it)),
    }
}

fn of_envelope(
    limits: &Limits,
    window: WindowKind,
    category: Category,
    year: i32,
    asked: Money,
) -> Option<Hint> {
    if asked.is_zero() {
        return None;
    }
    let room = limits.room(envelope(window, category), year);
    let name = match window {
        WindowKind::Main => format!("de envelop {}", category.label().to_lowercase()),
        WindowKind::TopUp => "de aanvullende ronde".to_owned(),
    };
    if room.free.is_zero() {
        return Some(Hint {
            is_short: true,
            sentence: format!(
                "In {year} is er in {name} geen geld. U vraagt {}. Kies een andere categorie of een ander jaar, of haal het uit uw begroting.",
                euros(asked)
            ),
        });
    }
    if room.free < asked {
        return Some(Hint {
            is_short: true,
            sentence: format!(
                "U vraagt in {year} {} uit {name}. Daarin is voor alle regio’s samen {}. Zoveel kunt u dus nooit krijgen. Verlaag wat u vraagt.",
                euros(asked),
                euros(room.free)
            ),
        });
    }
    let is_large = percent(asked, room.total).is_some_and(|it| LARGE_PERCENT <= it);
    is_large.then(|| {
        hint(format!(
            "U vraagt {} % van {} voor {year}: {} van {}. Die is voor alle regio’s samen. Reken op minder, of zeg per project met welk laagste bedrag het nog kan.",
            typed::written(percents(asked, room.total).unwrap_or(0)),
            match window {
                WindowKind::Main => format!("de hele envelop {}", category.label().to_lowercase()),
                WindowKind::TopUp => "al het geld van de aanvullende ronde".to_owned(),
            },
            euros(asked),
            euros(room.total)
        ))
    })
}

/// What the applicant asks of a year, beside what it gets of it at most.
fn of_applicant(overview: &Overview, limits: &Limits) -> Vec<Hint> {
    let years = overview.projects.years.iter();
    years
        .zip(&overview.projects.per_year)
        .filter_map(|(year, asked)| {
            let limit = limits.at_most.iter().find(|it| it.year == *year)?;
            let room = limit.most.checked_sub(limit.promised).ok()?;
            let promised = if limit.promised.is_zero() {
                String::new()
            } else {
                format!(" Daarvan is {} al toegezegd.", euros(limit.promised))
            };
            let most = format!(
                "Uw gemeente krijgt in {year} hoogstens {}, over alle enveloppen samen.{promised}",
                euros(limit.most)
            );
            if room < *asked {
                return Some(Hint {
                    is_short: true,
                    sentence: format!(
                        "{most} U vraagt {}. Verlaag wat u vraagt, of zeg per project met welk laagste bedrag het nog kan.",
                        euros(*asked)
                    ),
                });
            }
            let share = percent(*asked, room)?;
            (NEAR_PERCENT <= share)
                .then(|| hint(format!("{most} U vraagt {}: daar zit u dicht bij.", euros(*asked))))
        })
        .collect()
}

fn of_region(overview: &Overview, limits: &Limits) -> Option<Hint> {
    let before = limits.before.as_ref()?;
    let asked = overview.projects.total;
    let more = asked.checked_sub(before.awarded).ok()?;
    if more <= Money::ZERO {
        return None;
    }
    let by = match percents(more, before.awarded) {
        Some(0) => "iets meer".to_owned(),
        Some(it) => format!("{} % meer", typed::written(it)),
        None => "meer".to_owned(),
    };
    Some(hint(format!(
        "Uw regio kreeg in {} samen {}. U vraagt nu {}: {by}.",
        before.cycle,
        euros(before.awarded),
        euros(asked)
    )))
}

fn in_both(row: &crate::applications::dossier::totals::PivotRow) -> bool {
    row.per_year.iter().all(|it| !it.is_zero())
}

fn hint(sentence: impl Into<String>) -> Hint {
    Hint {
        is_short: false,
        sentence: sentence.into(),
    }
}

fn envelope(window: WindowKind, category: Category) -> EnvelopeKind {
    match window {
        WindowKind::Main => category.envelope(),
        WindowKind::TopUp => EnvelopeKind::Reserve,
    }
}

/// Percents to one decimal, rounded half up, in hundredths of a percent; `None` of nothing.
fn percents(part: Money, whole: Money) -> Option<i64> {
    let whole = i128::from(whole.cents());
    let half = whole.checked_div(2)?;
    let thousandfold = i128::from(part.cents()).checked_mul(1_000)?;
    let tenths = thousandfold.checked_add(half)?.checked_div(whole)?;
    i64::try_from(tenths).ok()?.checked_mul(10)
}

/// Whole percents, rounded down; `None` of nothing.
fn percent(part: Money, whole: Money) -> Option<i64> {
    let hundredfold = i128::from(part.cents()).checked_mul(100)?;
    let percent = hundredfold.checked_div(i128::from(whole.cents()))?;
    i64::try_from(percent).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::{
        budget::{AtMost, Before, Room},
        dossier::totals,
    };

    const YEARS: [i32; 2] = [2027, 2028];

    fn asking(amounts: &[(Option<Category>, i32, i32)]) -> Overview {
        let per_category: Vec<_> = amounts
            .iter()
            .map(|it| (it.0, it.1, Money::from_euros(it.2)))
            .collect();
        let per_project: Vec<_> = per_category
            .iter()
            .map(|it| ("1. Proef".to_owned(), it.1, it.2))
            .collect();
        let none = totals::pivot(&YEARS, &[]).unwrap();
        Overview {
            projects: totals::pivot(&YEARS, &per_project).unwrap(),
            categories: totals::totals(YEARS, &per_category).unwrap(),
            kinds: none.clone(),
            taken_off: none.clone(),
            partners: none,
            left_out: Vec::new(),
            tight: Vec::new(),
        }
    }

    fn limits() -> Limits {
        let room = |kind, year, total, free| Room {
            year,
            kind,
            total: Money::from_euros(total),
            free: Money::from_euros(free),
        };
        Limits {
            rooms: vec![
                room(EnvelopeKind::Prevention, 2027, 2_000_000, 2_000_000),
                room(EnvelopeKind::Prevention, 2028, 2_000_000, 500_000),
                room(EnvelopeKind::Reserve, 2028, 750_000, 750_000),
            ],
            before: None,
            coupled: false,
            at_most: Vec::new(),
        }
    }

    #[track_caller]
    fn check(overview: &Overview, limits: &Limits, window: WindowKind, expected: &[&str]) {
        let found: Vec<String> = hints(overview, limits, window)
            .into_iter()
            .map(|it| {
                format!(
                    "{} {}",
                    if it.is_short { "!" } else { "-" },
                    it.sentence.replace('\u{a0}', " ")
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_large_share_of_an_envelope_is_said_and_a_small_one_is_not() {
        let prevention = Some(Category::Prevention);
        check(
            &asking(&[(prevention, 2027, 800_000)]),
            &limits(),
            WindowKind::Main,
            &[
                "- U vraagt 40 % van de hele envelop preventie voor 2027: € 800.000,00 van € 2.000.000,00. Die is voor alle regio’s samen. Reken op minder, of zeg per project met welk laagste bedrag het nog kan.",
            ],
        );
        check(
            &asking(&[(prevention, 2027, 499_999)]),
            &limits(),
            WindowKind::Main,
            &[],
        );
    }

    #[test]
    fn money_that_is_not_there_is_said_first() {
        let asked = asking(&[
            (Some(Category::Prevention), 2027, 800_000),
            (Some(Category::Prevention), 2028, 500_001),
            (Some(Category::OneYear), 2027, 1),
        ]);
        let said = hints(&asked, &limits(), WindowKind::Main);
        let short: Vec<bool> = said.iter().map(|it| it.is_short).collect();
        assert_eq!(short, [true, true, false]);
        check(
            &asking(&[(Some(Category::OneYear), 2027, 1)]),
            &limits(),
            WindowKind::Main,
            &[
                "! In 2027 is er in de envelop eenjarig flexibel geen geld. U vraagt € 1,00. Kies een andere categorie of een ander jaar, of haal het uit uw begroting.",
            ],
        );
        check(
            &asking(&[(Some(Category::OneYear), 2028, 800_000)]),
            &limits(),
            WindowKind::TopUp,
            &[
                "! U vraagt in 2028 € 800.000,00 uit de aanvullende ronde. Daarin is voor alle regio’s samen € 750.000,00. Zoveel kunt u dus nooit krijgen. Verlaag wat u vraagt.",
            ],
        );
    }

    #[test]
    fn the_limit_of_the_applicant_is_said_when_it_is_near_and_when_it_is_passed() {
        let mut limits = limits();
        limits.at_most = vec![AtMost {
            year: 2027,
            most: Money::from_euros(100_000),
            promised: Money::from_euros(20_000),
        }];
        let most = "Uw gemeente krijgt in 2027 hoogstens € 100.000,00, over alle enveloppen samen. Daarvan is € 20.000,00 al toegezegd.";
        let said = |asked| asking(&[(Some(Category::Prevention), 2027, asked)]);
        check(&said(71_999), &limits, WindowKind::Main, &[]);
        let near = format!("- {most} U vraagt € 72.000,00: daar zit u dicht bij.");
        check(&said(72_000), &limits, WindowKind::Main, &[&near]);
        let over = format!(
            "! {most} U vraagt € 80.000,01. Verlaag wat u vraagt, of zeg per project met welk laagste bedrag het nog kan."
        );
        let mut asked = said(80_000);
        asked.projects.per_year[0] = Money::from_cents(8_000_001);
        check(&asked, &limits, WindowKind::Main, &[&over]);
    }

    #[test]
    fn more_than_the_cycle_before_is_said() {
        let mut limits = limits();
        limits.before = Some(Before {
            cycle: "2025-2026".to_owned(),
            awarded: Money::from_euros(50_000),
        });
        let asked = asking(&[(None, 2027, 80_000)]);
        check(
            &asked,
            &limits,
            WindowKind::Main,
            &[
                "- Uw regio kreeg in 2025-2026 samen € 50.000,00. U vraagt nu € 80.000,00: 60 % meer.",
            ],
        );
        check(
            &asking(&[(None, 2027, 50_000)]),
            &limits,
            WindowKind::Main,
            &[],
        );
    }

    #[test]
    fn what_there_is_is_told_before_an_amount_is_typed() {
        let said = money_of(&limits(), WindowKind::Main, 2027).replace('\u{a0}', " ");
        assert_eq!(
            said,
            "In 2027 is er voor alle regio’s samen niets voor basis op orde, € 2.000.000,00 voor preventie en niets voor eenjarig flexibel."
        );
        let said = money_of(&limits(), WindowKind::TopUp, 2028).replace('\u{a0}', " ");
        assert_eq!(
            said,
            "In deze aanvullende ronde is voor 2028 € 750.000,00 te verdelen."
        );
    }
}
