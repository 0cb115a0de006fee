//! What is typed about another ceiling for an envelope. Pure.

use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::{CycleId, EnvelopeId},
    },
    schemes::budget_decisions::change::Change,
    web::reading::Reading,
};

#[derive(Debug, Validate)]
struct Texts {
    #[validate(length(
        min = 10,
        max = 2000,
        message = "Leg uit waarom het bedrag verandert, in 10 tot 2.000 tekens."
    ))]
    reden: String,
}

/// A change as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The cycle.
    pub cycle: CycleId,
    /// Which envelope, and what it gets in all.
    pub change: Change,
    /// Why.
    pub reason: String,
}

/// Reads the form.
pub fn read(answers: &Answers) -> Result<Typed, FieldErrors> {
    let mut it = Reading::new(answers);
    let [cycle, envelope] = ["cyclus", "envelop"].map(|name| it.text(name));
    if envelope.is_empty() {
        it.wrong("envelop", "Kies van welke envelop het bedrag verandert.");
    }
    let ceiling = it.money("bedrag", "het nieuwe bedrag");
    let texts = Texts {
        reden: it.text("reden"),
    };
    it.check(&texts, &["reden"]);
    it.finish(ceiling.map(|ceiling| Typed {
        cycle: CycleId::from(cycle.as_str()),
        change: Change::Ceiling {
            envelope: EnvelopeId::from(envelope.as_str()),
            ceiling,
        },
        reason: texts.reden,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::money::Money;

    #[test]
    fn nothing_changes_without_an_envelope_an_amount_and_a_reason() {
        let typed = Answers::default()
            .with("bedrag", "veel")
            .with("reden", "kort");
        let errors = read(&typed).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["envelop", "bedrag", "reden"]);
        let typed = typed
            .with("envelop", "e")
            .with("bedrag", "0")
            .with("reden", "De Kamer besloot zo.");
        let change = Change::Ceiling {
            envelope: EnvelopeId::from("e"),
            ceiling: Money::ZERO,
        };
        assert_eq!(read(&typed).map(|it| it.change), Ok(change));
    }
}
