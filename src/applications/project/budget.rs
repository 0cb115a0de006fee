//! The budget of a project: lines, contributions and totals per year, in exact cents. Pure.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Cost, Line, LineKind, MOST_LINES, YearTotals,
    subject::Subject,
    typed::{self, is_blank},
};
use crate::{
    core::{
        answers::{Answers, FieldErrors},
        category::Category,
        money::{Money, MoneyError},
    },
    texts::{labels::Label, money::euros},
};

/// What the names of the fields of the lines start with.
pub const PREFIX: &str = "regel.";

/// What a line costs: quantity times rate, rounded half up to the cent.
pub fn line_amount(quantity_hundredths: i64, rate: Money) -> Result<Money, MoneyError> {
    let exact = Decimal::new(quantity_hundredths, 2)
        .checked_mul(rate.to_decimal())
        .ok_or(MoneyError::Overflow)?;
    // Nothing here is below zero, so away from zero is up.
    let amount = Money::rounded(exact, RoundingStrategy::MidpointAwayFromZero)?;
    if amount <= Money::MAX {
        Ok(amount)
    } else {
        Err(MoneyError::Overflow)
    }
}

/// Reads the lines and the totals; adds what is wrong with them.
pub(super) fn read(
    answers: &Answers,
    years: [i32; 2],
    subject: &Subject,
    errors: &mut FieldErrors,
) -> (Vec<Line>, Vec<YearTotals>) {
    let mut unreadable: Vec<i32> = Vec::new();
    let numbers: Vec<u32> = typed::rows(answers, PREFIX, MOST_LINES)
        .into_iter()
        .filter(|it| !typed::is_blank_row(answers, PREFIX, *it))
        .collect();
    if numbers.is_empty() {
        errors.push(
            "regel.1.omschrijving",
            "Vul de begroting in: minstens één regel met wat u nodig hebt en wat het kost.",
        );
    }
    let lines: Vec<Line> = numbers
        .into_iter()
        .map(|it| line(answers, it, (years, subject.year), &mut unreadable, errors))
        .collect();
    if !lines.is_empty() {
        check_years(answers, years, subject, errors);
    }
    let totals = years
        .into_iter()
        .map(|it| totals(answers, it, &lines, unreadable.contains(&it), errors))
        .collect();
    (lines, totals)
}

fn line(
    answers: &Answers,
    number: u32,
    (years, of): ([i32; 2], Option<i32>),
    unreadable: &mut Vec<i32>,
    errors: &mut FieldErrors,
) -> Line {
    let field = |name: &str| format!("{PREFIX}{number}.{name}");
    let text = |name: &str| answers.get(&field(name));
    let name = name(answers, number);
    let kind = LineKind::parse(text("soort")).ok();
    if kind.is_none() {
        errors.push(field("soort"), format!("{name}: kies de soort kosten."));
    }
    if typed::says_nothing(text("omschrijving")) {
        errors.push(
            field("omschrijving"),
            format!("{name}: schrijf op wat u betaalt, bijvoorbeeld “Uren jongerenwerker”."),
        );
    }
    if typed::says_nothing(text("eenheid")) {
        errors.push(
            field("eenheid"),
            format!("{name}: vul de eenheid in, bijvoorbeeld uur, dagdeel of stuk."),
        );
    }
    let is_empty = |it: &i32| is_blank_cost(answers, number, *it);
    if years.iter().all(is_empty) {
        // A project of one year shows that one alone.
        let [first, _] = years;
        let at = of.unwrap_or(first);
        errors.push(
            field(&format!("aantal.{at}")),
            format!("{name}: vul een aantal en een tarief in, of haal de regel weg."),
        );
    }
    let mut costs = Vec::new();
    for year in years.into_iter().filter(|it| !is_empty(it)) {
        match cost(answers, number, year, &name, errors) {
            // A line of an unknown kind is in no list of lines, so the year would not foot.
            Some(cost) if kind.is_some() => costs.push(cost),
            other => {
                costs.extend(other);
                unreadable.push(year);
            }
        }
    }
    Line {
        number,
        kind,
        description: typed::line(text("omschrijving"), 200),
        unit: typed::line(text("eenheid"), 60),
        costs,
    }
}

/// What a line is called in a sentence.
fn name(answers: &Answers, number: u32) -> String {
    let description = answers.get(&format!("{PREFIX}{number}.omschrijving"));
    if typed::says_nothing(description) {
        format!("Regel {number}")
    } else {
        typed::line(description, 60)
    }
}

fn is_blank_cost(answers: &Answers, number: u32, year: i32) -> bool {
    ["aantal", "tarief"]
        .iter()
        .all(|it| is_blank(answers.get(&format!("{PREFIX}{number}.{it}.{year}"))))
}

fn cost(
    answers: &Answers,
    number: u32,
    year: i32,
    name: &str,
    errors: &mut FieldErrors,
) -> Option<Cost> {
    let quantity_field = format!("{PREFIX}{number}.aantal.{year}");
    let rate_field = format!("{PREFIX}{number}.tarief.{year}");
    let what = format!("{name}: het aantal voor {year}");
    let unit = answers.get(&format!("{PREFIX}{number}.eenheid"));
    let typed_in = |field: &str| typed::without_unit(answers.get(field), unit);
    let quantity = taken(
        typed::number(typed_in(&quantity_field), &what, "120"),
        &quantity_field,
        &format!(
            "{what} is leeg. Vul een getal in, bijvoorbeeld 120. Is het een vast bedrag? Vul dan 1 in."
        ),
        errors,
    );
    let what = format!("{name}: het tarief voor {year}");
    let rate = taken(
        typed::amount(typed_in(&rate_field), &what),
        &rate_field,
        &format!("{what} is leeg. Vul een bedrag in, bijvoorbeeld 650,00."),
        errors,
    );
    let (quantity_hundredths, rate) = quantity.zip(rate)?;
    match line_amount(quantity_hundredths, rate) {
        Ok(amount) => Some(Cost {
            year,
            quantity_hundredths,
            rate,
            amount,
        }),
        Err(_) => {
            errors.push(
                quantity_field,
                format!("{name}: aantal keer tarief is voor {year} te hoog. Controleer beide."),
            );
            None
        }
    }
}

/// What could be read; otherwise the sentence about it is added.
fn taken<T>(
    read: Result<Option<T>, String>,
    field: &str,
    empty: &str,
    errors: &mut FieldErrors,
) -> Option<T> {
    match read {
        Ok(Some(it)) => Some(it),
        Ok(None) => {
            errors.push(field, empty);
            None
        }
        Err(sentence) => {
            errors.push(field, sentence);
            None
        }
    }
}

/// A project that runs in both years has costs in both; a one-year project in one only.
fn check_years(answers: &Answers, years: [i32; 2], subject: &Subject, errors: &mut FieldErrors) {
    match subject.category {
        Some(it) if it.is_one_year() => check_one_year(answers, years, subject.year, errors),
        Some(category) => {
            for year in years {
                if cost_fields(answers, year).next().is_none() {
                    errors.push(first_cell(answers, year), empty_year(category, year));
                }
            }
        }
        None => {}
    }
}

fn empty_year(category: Category, year: i32) -> String {
    format!(
        "Voor {year} is nog niets begroot. Een project in {} loopt in beide jaren. Vul ook voor {year} aantallen en tarieven in.",
        category.label().to_lowercase()
    )
}

fn check_one_year(
    answers: &Answers,
    years: [i32; 2],
    chosen: Option<i32>,
    errors: &mut FieldErrors,
) {
    let [first, second] = years;
    let filled = |year: i32| filled_fields(answers, year).next();
    match (chosen, filled(first), filled(second)) {
        (None, Some(_), Some(field)) => errors.push(
            field,
            format!(
                "Een eenjarig project loopt in één jaar. U vulde bedragen in voor {first} en voor {second}. Kies één jaar en maak het andere leeg."
            ),
        ),
        (Some(year), of_first, of_second) => {
            let other = if year == first { second } else { first };
            let (own, of_other) = if year == first {
                (of_first, of_second)
            } else {
                (of_second, of_first)
            };
            match (own, of_other) {
                (Some(_), Some(field)) => errors.push(
                    field,
                    format!(
                        "Een eenjarig project loopt in één jaar. U koos {year}, maar vulde ook voor {other} bedragen in. Maak {other} leeg. Loopt het project twee jaar? Kies dan basis op orde of preventie."
                    ),
                ),
                (None, Some(field)) => errors.push(
                    field,
                    format!(
                        "U koos {year}, maar de bedragen staan bij {other}. Verander het jaar of verplaats de bedragen."
                    ),
                ),
                (None, None) => errors.push(
                    first_cell(answers, year),
                    format!("Voor {year} is nog niets begroot. Vul aantallen en tarieven in."),
                ),
                (Some(_), None) => {}
            }
        }
        (None, _, _) => {}
    }
}

/// The fields of the costs of a year in which something stands, in the order of the page.
fn cost_fields(answers: &Answers, year: i32) -> impl Iterator<Item = String> {
    typed::rows(answers, PREFIX, MOST_LINES)
        .into_iter()
        .flat_map(move |it| ["aantal", "tarief"].map(|name| format!("{PREFIX}{it}.{name}.{year}")))
        .filter(|it| !is_blank(answers.get(it)))
}

/// The fields of a year in which an amount other than 0 stands.
fn filled_fields(answers: &Answers, year: i32) -> impl Iterator<Item = String> {
    let below = ["eigen-bijdrage", "cofinanciering", "minimum"].map(|it| format!("{it}.{year}"));
    cost_fields(answers, year)
        .chain(below)
        .filter(|it| !is_blank(answers.get(it)))
        .filter(|it| Money::parse_dutch(answers.get(it)) != Ok(Money::ZERO))
}

fn first_cell(answers: &Answers, year: i32) -> String {
    let rows = typed::rows(answers, PREFIX, MOST_LINES);
    let number = rows
        .into_iter()
        .find(|it| !typed::is_blank_row(answers, PREFIX, *it))
        .unwrap_or(1);
    format!("{PREFIX}{number}.aantal.{year}")
}

fn totals(
    answers: &Answers,
    year: i32,
    lines: &[Line],
    is_unreadable: bool,
    errors: &mut FieldErrors,
) -> YearTotals {
    let mut is_sound = !is_unreadable;
    let mut of = |field: &str, what: &str| {
        let read = typed::amount(answers.get(field), &format!("{what} voor {year}"));
        read.unwrap_or_else(|sentence| {
            errors.push(field, sentence);
            is_sound = false;
            None
        })
        .unwrap_or(Money::ZERO)
    };
    let own_contribution = of(&format!("eigen-bijdrage.{year}"), "De eigen bijdrage");
    let co_financing = of(&format!("cofinanciering.{year}"), "De cofinanciering");
    let minimum = of(&format!("minimum.{year}"), "Het laagste bedrag");
    // At most 40 amounts below Money::MAX, so that no sum here can overflow.
    let amounts = lines.iter().flat_map(|it| &it.costs);
    let amounts = amounts.filter(|it| it.year == year).map(|it| it.amount);
    let costs = Money::sum(amounts).unwrap_or(Money::ZERO);
    let paid_by_others = Money::sum([own_contribution, co_financing]).unwrap_or(Money::ZERO);
    let requested = costs.checked_sub(paid_by_others).unwrap_or(Money::ZERO);
    let totals = YearTotals {
        year,
        costs,
        own_contribution,
        co_financing,
        requested,
        minimum,
        is_typed: filled_fields(answers, year).next().is_some(),
        is_sound,
    };
    match refusal(&totals, paid_by_others) {
        Some((field, sentence)) if is_sound => {
            errors.push(field, sentence);
            YearTotals {
                is_sound: false,
                ..totals
            }
        }
        _ => totals,
    }
}

/// What is wrong with totals that can be read.
fn refusal(totals: &YearTotals, paid_by_others: Money) -> Option<(String, String)> {
    let year = totals.year;
    let paid_field = if totals.own_contribution.is_zero() {
        format!("cofinanciering.{year}")
    } else {
        format!("eigen-bijdrage.{year}")
    };
    if totals.costs < paid_by_others {
        return Some((
            paid_field,
            format!(
                "De eigen bijdrage en cofinanciering voor {year} zijn samen {}. Dat is meer dan de kosten: {}. Verlaag ze, of controleer de kosten.",
                euros(paid_by_others),
                euros(totals.costs)
            ),
        ));
    }
    if totals.requested.is_zero() && !totals.costs.is_zero() {
        return Some((
            paid_field,
            format!(
                "Voor {year} vraagt u niets aan: de eigen bijdrage en cofinanciering betalen alle kosten. Verlaag ze, of haal {year} uit de begroting."
            ),
        ));
    }
    if totals.requested < totals.minimum {
        return Some((
            format!("minimum.{year}"),
            format!(
                "Het laagste bedrag voor {year} ({}) is hoger dan wat u aanvraagt ({}). Vul hoogstens dat in.",
                euros(totals.minimum),
                euros(totals.requested)
            ),
        ));
    }
    None
}
