//! What is typed about a region. Pure.

use chrono::NaiveDate;
use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::MunicipalityId,
    },
    schemes::Place,
    web::reading::Reading,
};

/// The most municipalities of one region.
const MOST_PLACES: usize = 60;

#[derive(Debug, Validate)]
struct Texts {
    #[validate(length(
        min = 2,
        max = 100,
        message = "Geef de regio een naam, in hoogstens 100 tekens."
    ))]
    naam: String,
}

/// A region as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegion {
    /// Its name.
    pub name: String,
    /// Its municipalities.
    pub places: Vec<Place>,
    /// The code of the one that leads it.
    pub lead: String,
    /// From this day.
    pub from: NaiveDate,
}

/// Reads the form of a new region.
pub fn new_region(answers: &Answers) -> Result<NewRegion, FieldErrors> {
    let mut it = Reading::new(answers);
    let texts = Texts {
        naam: it.text("naam"),
    };
    it.check(&texts, &["naam"]);
    let places = places(&mut it);
    let lead = it.text("hoofdaanvrager").to_uppercase();
    if !is_code(&lead) {
        it.wrong(
            "hoofdaanvrager",
            "Vul de code in van de gemeente die aanvraagt, bijvoorbeeld GM0503.",
        );
    }
    let from = it.date("vanaf");
    it.finish(from.map(|from| NewRegion {
        name: texts.naam,
        places,
        lead,
        from,
    }))
}

/// One municipality on each line: its code, and its name.
fn places(it: &mut Reading<'_>) -> Vec<Place> {
    let typed = it.text("gemeenten");
    let mut places: Vec<Place> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (code, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let place = Place {
            cbs_code: code.to_uppercase(),
            name: name.trim().to_owned(),
        };
        if !is_code(&place.cbs_code) || 100 < place.name.chars().count() {
            it.wrong(
                "gemeenten",
                format!("Wij begrijpen de regel “{line}” niet. Schrijf een code en een naam, bijvoorbeeld GM0503 Delft."),
            );
        } else if places.iter().any(|it| it.cbs_code == place.cbs_code) {
            it.wrong(
                "gemeenten",
                format!("{} staat er twee keer.", place.cbs_code),
            );
        } else {
            places.push(place);
        }
    }
    if places.is_empty() || MOST_PLACES < places.len() {
        it.wrong(
            "gemeenten",
            "Vul 1 tot en met 60 gemeenten in, elk op een eigen regel.",
        );
    }
    places
}

/// `GM` and four digits: the code of Statistics Netherlands.
fn is_code(text: &str) -> bool {
    text.strip_prefix("GM")
        .is_some_and(|it| it.len() == 4 && it.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads the form that gives a region another lead.
pub fn lead(answers: &Answers) -> Result<(MunicipalityId, NaiveDate), FieldErrors> {
    let mut it = Reading::new(answers);
    let lead = it.text("hoofdaanvrager");
    if lead.is_empty() {
        it.wrong("hoofdaanvrager", "Kies de gemeente die voortaan aanvraagt.");
    }
    let from = it.date("vanaf");
    it.finish(from.map(|from| (MunicipalityId::from(lead.as_str()), from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_code_and_a_name() {
        let typed = Answers::default()
            .with("naam", "Delft en omgeving")
            .with("gemeenten", "gm0503 Delft\r\n\r\nGM1783   Westland\r\n")
            .with("hoofdaanvrager", "gm0503")
            .with("vanaf", "2026-01-01");
        let new = new_region(&typed).unwrap();
        let places: Vec<_> = new
            .places
            .iter()
            .map(|it| (it.cbs_code.as_str(), it.name.as_str()))
            .collect();
        assert_eq!(places, [("GM0503", "Delft"), ("GM1783", "Westland")]);
        assert_eq!(new.lead, "GM0503");
        for wrong in ["", "Delft", "GM0503 Delft\nGM0503 Delft", "GM05033 Delft"] {
            let errors = new_region(&typed.clone().with("gemeenten", wrong)).unwrap_err();
            assert!(errors.get("gemeenten").is_some(), "{wrong:?}");
        }
    }
}
