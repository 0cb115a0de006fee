//! What is typed about the limits of an applicant. Pure.

use super::NewLimit;
use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::{CycleId, MunicipalityId},
        money::Money,
    },
    web::reading::Reading,
};

/// Reads the form; an amount that is left out is no limit.
pub fn read(answers: &Answers) -> Result<NewLimit, FieldErrors> {
    let mut it = Reading::new(answers);
    let [cycle, municipality, year] = ["cyclus", "gemeente", "jaar"].map(|name| it.text(name));
    if municipality.is_empty() {
        it.wrong("gemeente", "Kies een hoofdaanvrager.");
    }
    let year: Option<i32> = year.parse().ok();
    if year.is_none() {
        it.wrong("jaar", "Kies een jaar.");
    }
    let at_least = optional(&mut it, "minstens", "het laagste bedrag");
    let at_most = optional(&mut it, "hoogstens", "het hoogste bedrag");
    it.finish(year.map(|year| NewLimit {
        cycle: CycleId::from(cycle.as_str()),
        year,
        municipality: MunicipalityId::from(municipality.as_str()),
        at_least: at_least.unwrap_or(Money::ZERO),
        at_most,
    }))
}

fn optional(it: &mut Reading<'_>, name: &str, what: &str) -> Option<Money> {
    if it.text(name).is_empty() {
        None
    } else {
        it.money(name, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_may_be_left_out_and_a_municipality_and_a_year_may_not() {
        let errors = read(&Answers::default().with("hoogstens", "veel")).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["gemeente", "jaar", "hoogstens"]);
        let typed = Answers::default()
            .with("gemeente", "m")
            .with("jaar", "2027")
            .with("minstens", "1.000");
        let limit = read(&typed).unwrap();
        assert_eq!(
            (limit.at_least, limit.at_most),
            (Money::from_euros(1_000), None)
        );
    }
}
