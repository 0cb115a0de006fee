//! What is typed about another ceiling for an envelope. Pure.

use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::{CycleId, EnvelopeId},
        money::Money,
    },
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
    /// The envelope.
    pub envelope: EnvelopeId,
    /// What it gets in all.
    pub ceiling: Money,
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
        envelope: EnvelopeId::from(envelope.as_str()),
        ceiling,
        reason: texts.reden,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(read(&typed).map(|it| it.ceiling), Ok(Money::ZERO));
    }
}
