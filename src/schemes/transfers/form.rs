//! What is typed about a transfer between envelopes. Pure.

use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        ids::{CycleId, EnvelopeId},
        money::Money,
    },
    journal::Stage,
    schemes::budget_decisions::change::Change,
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
    /// From where to where, and how much.
    pub change: Change,
    /// Why.
    pub reason: String,
}

/// What stands for money of an envelope in a stage, in the list to choose from.
pub fn source(envelope: &EnvelopeId, stage: Stage) -> String {
    format!("{envelope}.{}", stage.as_str())
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
    // Without a stage: what is free. A stage that we do not know is refused as one that cannot move.
    let (from, stage) = from.split_once('.').unwrap_or((&from, "free"));
    let stage = Stage::parse(stage).unwrap_or(Stage::Budget);
    it.finish(amount.map(|amount| Typed {
        cycle: CycleId::from(cycle.as_str()),
        change: Change::Move {
            from: EnvelopeId::from(from),
            stage,
            to: EnvelopeId::from(to.as_str()),
            amount,
        },
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
        let change = |stage| Change::Move {
            from: EnvelopeId::from("a"),
            stage,
            to: EnvelopeId::from("b"),
            amount: Money::from_euros(250_000),
        };
        let read = |typed: &Answers| read(typed).map(|it| it.change);
        assert_eq!(read(&typed), Ok(change(Stage::Free)));
        let released = source(&EnvelopeId::from("a"), Stage::Released);
        let typed = typed.with("van", released);
        assert_eq!(read(&typed), Ok(change(Stage::Released)));
    }
}
