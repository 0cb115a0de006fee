//! What is typed about an outage or an extension. Pure.

use chrono::NaiveDateTime;
use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::RegionId,
    },
    web::reading::Reading,
};

/// An outage before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutage {
    /// When it began (UTC).
    pub starts_at: NaiveDateTime,
    /// When it ended (UTC).
    pub ends_at: NaiveDateTime,
    /// What happened.
    pub reason: String,
}

/// More time for one region, before it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExtension {
    /// The region.
    pub region: RegionId,
    /// Until just before this moment (UTC).
    pub ends_at: NaiveDateTime,
    /// Why.
    pub reason: String,
}

#[derive(Debug, Validate)]
struct Texts {
    #[validate(length(
        min = 10,
        max = 1000,
        message = "Beschrijf de storing in 10 tot 1.000 tekens: wat was niet bereikbaar?"
    ))]
    omschrijving: String,
    #[validate(length(
        min = 10,
        max = 1000,
        message = "Geef de reden in 10 tot 1.000 tekens. De gemeente leest haar."
    ))]
    reden: String,
}

/// Reads an outage. It is recorded when it is over.
pub fn outage(answers: &Answers, now: NaiveDateTime) -> Result<NewOutage, FieldErrors> {
    let mut it = Reading::new(answers);
    let starts_at = it.moment("van");
    let ends_at = it.moment("tot");
    let texts = Texts {
        omschrijving: it.text("omschrijving"),
        reden: String::new(),
    };
    it.check(&texts, &["omschrijving"]);
    if let Some((starts_at, ends_at)) = starts_at.zip(ends_at) {
        if ends_at <= starts_at {
            it.wrong(
                "tot",
                "De storing eindigt voordat zij begint. Kies een later moment.",
            );
        } else if now < ends_at {
            it.wrong(
                "tot",
                "Dit moment moet nog komen. Leg de storing vast als zij voorbij is.",
            );
        }
    }
    it.finish(
        starts_at
            .zip(ends_at)
            .map(|(starts_at, ends_at)| NewOutage {
                starts_at,
                ends_at,
                reason: texts.omschrijving,
            }),
    )
}

/// Reads an extension.
pub fn extension(answers: &Answers) -> Result<NewExtension, FieldErrors> {
    let mut it = Reading::new(answers);
    let chosen = it.text("regio");
    if chosen.is_empty() {
        it.wrong("regio", "Kies de regio die langer de tijd krijgt.");
    }
    let ends_at = it.moment("uitstel");
    let texts = Texts {
        omschrijving: String::new(),
        reden: it.text("reden"),
    };
    it.check(&texts, &["reden"]);
    it.finish(ends_at.map(|ends_at| NewExtension {
        region: RegionId::from(chosen.as_str()),
        ends_at,
        reason: texts.reden,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.iter().map(|it| it.0).collect()
    }

    #[test]
    fn an_outage_is_over_and_in_order() {
        let now = "2026-10-08T16:00:00".parse().unwrap();
        let typed = |from: &str, to: &str| {
            Answers::default()
                .with("van", from)
                .with("tot", to)
                .with("omschrijving", "De site gaf geen antwoord.")
        };
        let read = outage(&typed("2026-10-08T16:00", "2026-10-08T18:00"), now).unwrap();
        assert_eq!(read.starts_at.to_string(), "2026-10-08 14:00:00");
        for (from, to) in [
            ("2026-10-08T16:00", "2026-10-08T16:00"),
            ("2026-10-08T16:00", "2026-10-08T18:01"),
        ] {
            let errors = outage(&typed(from, to), now).unwrap_err();
            assert_eq!(fields(&errors), ["tot"]);
        }
        let errors = outage(&Answers::default(), now).unwrap_err();
        assert_eq!(fields(&errors), ["van", "tot", "omschrijving"]);
        let errors = extension(&Answers::default()).unwrap_err();
        assert_eq!(fields(&errors), ["regio", "uitstel", "reden"]);
    }
}
