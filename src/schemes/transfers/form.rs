//! What is typed about a transfer between envelopes. Pure.

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
        message = "Leg uit waarom dit geld wordt overgeheveld, in 10 tot 2.000 tekens."
    ))]
    reden: String,
}

/// A transfer as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The cycle.
    pub cycle: CycleId,
    /// From this envelope.
    pub from: EnvelopeId,
    /// To this one.
    pub to: EnvelopeId,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// Reads the form.
pub fn read(answers: &Answers) -> Result<Typed, FieldErrors> {
    let mut it = Reading::new(answers);
    let cycle = it.text("cyclus");
    let [from, to] = ["van", "naar"].map(|name| it.text(name));
    for (name, id, sentence) in [
        ("van", &from, "Kies uit welke envelop het geld komt."),
        ("naar", &to, "Kies naar welke envelop het geld gaat."),
    ] {
        if id.is_empty() {
            it.wrong(name, sentence);
        }
    }
    let amount = it.money("bedrag", "het bedrag");
    if amount.is_some_and(Money::is_zero) {
        it.wrong("bedrag", "Vul een bedrag boven 0 in.");
    }
    let texts = Texts {
        reden: it.text("reden"),
    };
    it.check(&texts, &["reden"]);
    it.finish(amount.map(|amount| Typed {
        cycle: CycleId::from(cycle.as_str()),
        from: EnvelopeId::from(from.as_str()),
        to: EnvelopeId::from(to.as_str()),
        amount,
        reason: texts.reden,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_moved_without_an_amount_and_a_reason() {
        let typed = Answers::default()
            .with("van", "a")
            .with("naar", "b")
            .with("bedrag", "0")
            .with("reden", "kort");
        let errors = read(&typed).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["bedrag", "reden"]);
        let typed = typed
            .with("bedrag", "250.000")
            .with("reden", "De reserve is niet nodig.");
        assert_eq!(
            read(&typed).map(|it| it.amount),
            Ok(Money::from_euros(250_000))
        );
    }
}
