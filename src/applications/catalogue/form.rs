//! What is typed about an indicator of the catalogue. Pure.

use super::{Entry, Fits, RollUp, Wording};
use crate::{
    applications::project::{Direction, IndicatorLevel, coaching, typed},
    core::{
        answers::{Answers, FieldErrors},
        category::SubItem,
    },
    web::reading::Reading,
};

/// The longest code.
const LONGEST_CODE: usize = 20;

/// Reads a new indicator: its code and its words, or everything that is wrong with both.
pub fn new(answers: &Answers) -> Result<(String, Wording), FieldErrors> {
    match (code(answers), wording(answers)) {
        (Ok(code), Ok(wording)) => Ok((code, wording)),
        (one, other) => {
            let mut errors = FieldErrors::default();
            for it in [one.err(), other.err()].into_iter().flatten() {
                for (field, sentence) in it.iter() {
                    errors.push(field, sentence);
                }
            }
            Err(errors)
        }
    }
}

/// Reads the code of a new indicator.
pub fn code(answers: &Answers) -> Result<String, FieldErrors> {
    let mut it = Reading::new(answers);
    let code = it.text("code").to_uppercase();
    let length = code.chars().count();
    let is_known = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '-';
    if !(2..=LONGEST_CODE).contains(&length) || !code.chars().all(is_known) {
        it.wrong(
            "code",
            format!("Geef de indicator een korte code van 2 tot {LONGEST_CODE} tekens: letters, cijfers en streepjes. Bijvoorbeeld TRAINING-1."),
        );
    }
    it.finish(Some(code))
}

/// Reads the words of an indicator.
pub fn wording(answers: &Answers) -> Result<Wording, FieldErrors> {
    let mut it = Reading::new(answers);
    let level = IndicatorLevel::parse(&it.text("soort")).ok();
    if level.is_none() {
        it.wrong(
            "soort",
            "Kies of dit een directe opbrengst (output) of een effect (outcome) is.",
        );
    }
    let name = text(
        &mut it,
        "naam",
        200,
        "Schrijf op wat er wordt geteld of gemeten, bijvoorbeeld “Getrainde professionals”.",
    );
    let definition = text(
        &mut it,
        "definitie",
        1_000,
        "Schrijf op wat meetelt en wat niet. Zonder definitie telt elke gemeente iets anders.",
    );
    let unit = text(
        &mut it,
        "eenheid",
        60,
        "Vul de eenheid in, bijvoorbeeld “personen”.",
    );
    if let Some(sentence) = coaching::vague_unit(&unit).filter(|_| !typed::says_nothing(&unit)) {
        it.wrong("eenheid", sentence);
    }
    let direction = Direction::parse(&it.text("richting")).ok();
    if direction.is_none() {
        it.wrong("richting", "Kies of het getal omhoog of omlaag moet.");
    }
    let roll_up = roll_up(&mut it, &unit);
    let source = text(
        &mut it,
        "bron",
        300,
        "Noem een bron die gemeenten kunnen gebruiken, bijvoorbeeld “Presentielijsten”.",
    );
    let frequency = text(
        &mut it,
        "frequentie",
        100,
        "Vul in hoe vaak wordt gemeten, bijvoorbeeld “elk halfjaar”.",
    );
    let parts = SubItem::ALL.iter().copied();
    let fits = Fits::new(
        parts
            .filter(|part| it.is_ticked(&format!("onderdeel.{}", part.as_str())))
            .collect(),
    );
    let chosen = level.zip(direction).zip(roll_up);
    it.finish(chosen.map(|((level, direction), roll_up)| Wording {
        level,
        name,
        definition,
        unit,
        direction,
        roll_up,
        source,
        frequency,
        fits,
    }))
}

fn roll_up(it: &mut Reading<'_>, unit: &str) -> Option<RollUp> {
    let roll_up = RollUp::parse(&it.text("optellen")).ok();
    match roll_up {
        None => it.wrong("optellen", "Kies of de cijfers van regio’s bij elkaar mogen."),
        Some(RollUp::Sum) if coaching::is_percentage(unit) => it.wrong(
            "optellen",
            "Procenten kunt u niet optellen: 60 % en 70 % zijn samen geen 130 %. Kies “Niet optellen”.",
        ),
        Some(_) => {}
    }
    roll_up
}

fn text(it: &mut Reading<'_>, name: &str, most: usize, empty: &str) -> String {
    let text = it.text(name);
    let length = text.chars().count();
    if typed::says_nothing(&text) {
        it.wrong(name, empty);
    } else if most < length {
        it.wrong(
            name,
            format!("De tekst is {length} tekens lang. Kort hem in tot hoogstens {most}."),
        );
    }
    typed::line(&text, most)
}

/// The form of an entry as it is.
pub fn filled(entry: &Entry) -> Answers {
    let mut answers = Answers::default()
        .with("soort", entry.level.as_str())
        .with("naam", &*entry.name)
        .with("definitie", &*entry.definition)
        .with("eenheid", &*entry.unit)
        .with("richting", entry.direction.as_str())
        .with("optellen", entry.roll_up.as_str())
        .with("bron", &*entry.source)
        .with("frequentie", &*entry.frequency);
    for part in entry.fits.parts() {
        answers.set(format!("onderdeel.{}", part.as_str()), "ja");
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::catalogue::tests::entry;

    #[test]
    fn a_filled_form_means_what_it_was_filled_with() {
        let entry = entry("TRAIN", "Getrainde professionals", "personen");
        assert_eq!(wording(&filled(&entry)), Ok(entry.wording()));
    }

    #[test]
    fn everything_is_needed_and_percentages_are_not_added() {
        let errors = new(&Answers::default()).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|it| it.0).collect();
        assert_eq!(
            fields,
            [
                "code",
                "soort",
                "naam",
                "definitie",
                "eenheid",
                "richting",
                "optellen",
                "bron",
                "frequentie"
            ]
        );
        let percent = filled(&entry("P", "Deelnemers die het herkennen", "procent"));
        let errors = wording(&percent).unwrap_err();
        assert!(errors.get("optellen").unwrap().contains("130 %"));
        let vague = filled(&entry("P", "Naam", "diverse"));
        assert!(wording(&vague).unwrap_err().get("eenheid").is_some());
    }

    #[test]
    fn a_code_is_short_and_plain() {
        let of = |text: &str| code(&Answers::default().with("code", text));
        assert_eq!(of(" training-1 "), Ok("TRAINING-1".to_owned()));
        for text in ["", "X", "A/1", "MET SPATIE", "ABCDEFGHIJKLMNOPQRSTU"] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
