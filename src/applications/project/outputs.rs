//! What the program computes of a project while one types, by the id of its place on the page; and which
//! years that page shows. Pure.

use std::collections::BTreeMap;

use super::{Meaning, coaching, form, preview, rows};
use crate::{core::answers::Answers, texts::money};

/// The id of which years the page shows: where others are to be shown, it is asked for again.
pub const YEARS_ID: &str = "getoonde-jaren";

/// Years, as they stand there.
pub fn years(shown: &[i32]) -> String {
    let years: Vec<String> = shown.iter().map(i32::to_string).collect();
    years.join(" ")
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
    outputs.insert(YEARS_ID.to_owned(), years(shown));
    for totals in &meaning.years {
        let year = totals.year;
        for line in form::line_rows(answers) {
            let cost = meaning.cost(line, year);
            let amount = cost.map_or_else(String::new, |it| money::amount(it.amount));
            outputs.insert(amount_id(line, year), amount);
        }
        for (name, sum) in [("kosten", totals.costs), ("gevraagd", totals.requested)] {
            outputs.insert(total_id(name, year), money::amount(sum));
        }
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

/// What stands before what is asked.
pub fn requested_label(foots: bool) -> &'static str {
    if foots {
        "U vraagt aan"
    } else {
        "U vraagt aan (nog niet compleet)"
    }
}
