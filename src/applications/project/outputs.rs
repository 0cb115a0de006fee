//! What the program computes of a project while one types, by the id of its place on the page; and what of
//! that page goes by what is chosen. Pure.

use std::collections::BTreeMap;

use super::{Meaning, coaching, form, preview, rows, shares, subject};
use crate::{
    core::{answers::Answers, category::Category, money::Money},
    texts::money,
};

/// The id of what the page shows by what is chosen: where that is to be something else, it is asked for again.
pub const SHOWN_ID: &str = "getoond";

/// The years that the page shows, whether one of them is to be chosen, the part that it explains, and the
/// municipalities that can get a share.
pub fn shown(answers: &Answers, years: &[i32], category: Option<Category>) -> String {
    let mut shown: Vec<String> = years.iter().map(i32::to_string).collect();
    let chosen = category.filter(|it| it.is_one_year());
    shown.extend(chosen.map(|it| no_year(it).to_owned()));
    shown.extend(Some(answers.get("onderdeel").to_owned()).filter(|it| !it.is_empty()));
    shown.extend(shares::mentioned(answers));
    shown.join(" ")
}

/// What stands in the list of years while none is chosen.
pub fn no_year(category: Category) -> &'static str {
    if category.is_one_year() {
        "Kies"
    } else {
        subject::BOTH_YEARS
    }
}

/// The id of how far the indicators are.
pub const TALLY_ID: &str = "indicatoren-stand";

/// The id of what a line costs in a year.
pub fn amount_id(line: u32, year: i32) -> String {
    format!("bedrag-{line}-{year}")
}

/// The id of a total of a year: `kosten`, `gevraagd`, `verdeeld`, `te-verdelen`.
pub fn total_id(name: &str, year: i32) -> String {
    format!("{name}-{year}")
}

/// Every figure of the page, as people read it; empty where something cannot be read yet.
pub fn of(answers: &Answers, meaning: &Meaning, shown: &[i32]) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    outputs.insert(
        SHOWN_ID.to_owned(),
        self::shown(answers, shown, meaning.category),
    );
    for totals in &meaning.years {
        let year = totals.year;
        for line in form::line_rows(answers) {
            let cost = meaning.cost(line, year);
            let amount = cost.map_or_else(String::new, |it| money::amount(it.amount));
            outputs.insert(amount_id(line, year), amount);
        }
        outputs.insert(total_id("kosten", year), money::amount(totals.costs));
        outputs.insert(total_id("gevraagd", year), requested(totals.requested));
    }
    let years: Vec<i32> = meaning.years.iter().map(|it| it.year).collect();
    for row in preview::rows(answers, meaning, &years) {
        outputs.extend(row.cells.into_iter().map(|it| (it.id, it.text)));
    }
    outputs.insert(TALLY_ID.to_owned(), coaching::tally(&meaning.indicators));
    for it in rows::divisions(answers, &meaning.years) {
        outputs.insert(total_id("verdeeld", it.year), money::amount(it.divided));
        outputs.insert(total_id("te-verdelen", it.year), it.shown_left());
    }
    let all = &meaning.years;
    let foots = all.iter().all(|it| it.is_sound) && all.iter().any(|it| it.is_typed);
    outputs.insert("gevraagd-kop".to_owned(), requested_label(foots).to_owned());
    outputs
}

/// What is asked in a year. While lines are missing the contributions can be more than the costs.
pub fn requested(amount: Money) -> String {
    if amount < Money::ZERO {
        "nog niet bekend".to_owned()
    } else {
        money::amount(amount)
    }
}

/// What stands before what is asked.
pub fn requested_label(foots: bool) -> &'static str {
    if foots {
        "U vraagt aan"
    } else {
        "U vraagt aan (nog niet compleet)"
    }
}
