//! What is typed about an application window. Pure.

use chrono::NaiveDateTime;
use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::CycleId,
    },
    schemes::{NewWindow, Window, WindowKind},
    texts::dates,
    web::reading::Reading,
};

#[derive(Debug, Validate)]
struct Texts {
    #[validate(length(
        min = 3,
        max = 100,
        message = "Geef het tijdvak een naam, bijvoorbeeld Aanvragen 2027-2028."
    ))]
    naam: String,
    #[validate(length(max = 1000, message = "Geef de reden in hoogstens 1.000 tekens."))]
    reden: String,
}

impl Texts {
    fn of(it: &Reading<'_>) -> Texts {
        Texts {
            naam: it.text("naam"),
            reden: it.text("reden"),
        }
    }
}

/// Reads the form of a new window.
pub fn new_window(answers: &Answers, cycle: &CycleId) -> Result<NewWindow, FieldErrors> {
    let mut it = Reading::new(answers);
    let kind = it.one_of("soort", WindowKind::parse, "Kies waarvoor het tijdvak is.");
    let texts = Texts::of(&it);
    it.check(&texts, &["naam"]);
    let moments = moments(&mut it);
    it.finish(
        kind.zip(moments)
            .map(|(kind, (opens_at, closes_at))| NewWindow {
                cycle: cycle.clone(),
                kind,
                name: texts.naam,
                opens_at,
                closes_at,
            }),
    )
}

/// What was typed to change a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Its name.
    pub name: String,
    /// From this moment (UTC).
    pub opens_at: NaiveDateTime,
    /// Until just before this moment (UTC).
    pub closes_at: NaiveDateTime,
    /// Why.
    pub reason: String,
}

/// Reads the form that changes a window. Once it has opened only its end and the reason are asked.
pub fn change(answers: &Answers, window: &Window, has_opened: bool) -> Result<Typed, FieldErrors> {
    let mut it = Reading::new(answers);
    let texts = Texts::of(&it);
    if has_opened {
        let closes_at = it.moment("sluit");
        it.check(&texts, &["reden"]);
        return it.finish(closes_at.map(|closes_at| Typed {
            name: window.name.clone(),
            opens_at: window.opens_at,
            closes_at,
            reason: texts.reden,
        }));
    }
    it.check(&texts, &["naam"]);
    let moments = moments(&mut it);
    it.finish(moments.map(|(opens_at, closes_at)| Typed {
        name: texts.naam,
        opens_at,
        closes_at,
        reason: texts.reden,
    }))
}

fn moments(it: &mut Reading<'_>) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let opens_at = it.moment("opent");
    let closes_at = it.moment("sluit");
    opens_at.zip(closes_at)
}

/// A form with what stands now.
pub fn current(window: &Window) -> Answers {
    Answers::default()
        .with("naam", window.name.as_str())
        .with("opent", dates::typed_moment(window.opens_at))
        .with("sluit", dates::typed_moment(window.closes_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_on_the_dutch_clock() {
        let typed = Answers::default()
            .with("soort", "main")
            .with("naam", "Aanvragen 2027-2028")
            .with("opent", "2026-09-01T09:00")
            .with("sluit", "2026-12-08T17:00");
        let new = new_window(&typed, &"c".into()).unwrap();
        assert_eq!(new.opens_at.to_string(), "2026-09-01 07:00:00");
        assert_eq!(new.closes_at.to_string(), "2026-12-08 16:00:00");
        let wrong = new_window(&typed.with("sluit", "").with("soort", ""), &"c".into());
        let errors = wrong.unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["soort", "sluit"]);
    }
}
