//! The form of an assessment: what was typed, what it means, and what is wrong with it. Pure.

use super::{
    Advice, Judgement, Scored,
    score::{self, HIGHEST, LOWEST, Weighted},
};
use crate::{
    applications::ProjectYear,
    core::{
        answers::{Answers, FieldErrors},
        ids::CriterionId,
        money::{Money, MoneyError},
    },
    schemes::Criterion,
    texts::money::{euros, typed},
};

/// The field of the advice.
pub const ADVICE: &str = "advies";
/// The field of the reason of the advice.
pub const ADVICE_REASON: &str = "advies-reden";

/// The field of the score on a criterion.
pub fn score_field(criterion: &Criterion) -> String {
    format!("k{}", criterion.position)
}

/// The field of the reason of a score.
pub fn reason_field(criterion: &Criterion) -> String {
    format!("k{}-reden", criterion.position)
}

/// The field of what is eligible in a year.
pub fn eligible_field(year: i32) -> String {
    format!("subsidiabel-{year}")
}

/// The form as it is before anything was typed: what was asked is eligible until somebody thinks
/// otherwise.
pub fn fresh(years: &[ProjectYear]) -> Answers {
    years.iter().fold(Answers::default(), |answers, it| {
        answers.with(eligible_field(it.year), typed(it.requested))
    })
}

/// What was typed, without the fields that only say what to do with it.
pub fn typed_only(answers: &Answers) -> Answers {
    let prefixes = ["k", "subsidiabel-", ADVICE];
    answers
        .iter()
        .filter(|(name, _)| prefixes.iter().any(|it| name.starts_with(it)))
        .fold(Answers::default(), |kept, (name, text)| {
            kept.with(name, text)
        })
}

/// What was typed, each text with the name of its field, for who cannot be shown the form.
pub fn told(
    answers: &Answers,
    criteria: &[Criterion],
    years: &[ProjectYear],
) -> Vec<(String, String)> {
    let scores = criteria.iter().flat_map(|it| {
        [
            (score_field(it), format!("Score op {}", it.name)),
            (
                reason_field(it),
                format!("Waarom deze score op {}", it.name),
            ),
        ]
    });
    let amounts = years.iter().map(|it| {
        (
            eligible_field(it.year),
            format!("Subsidiabel in {}", it.year),
        )
    });
    let advice = [(ADVICE_REASON.to_owned(), "Waarom dit advies".to_owned())];
    let all = scores.chain(amounts).chain(advice);
    all.map(|(field, name)| (name, answers.get(&field).to_owned()))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}

/// Reads a form with these criteria on it, of a project with these years; everything is required.
pub fn read(
    answers: &Answers,
    criteria: &[Criterion],
    years: &[ProjectYear],
) -> Result<Judgement, FieldErrors> {
    let mut errors = FieldErrors::default();
    let scores: Vec<Scored> = criteria
        .iter()
        .filter_map(|it| scored(answers, it, &mut errors))
        .collect();
    let eligible: Vec<(i32, Money)> = years
        .iter()
        .filter_map(|it| Some((it.year, eligible(answers, it, &mut errors)?)))
        .collect();
    let advice = Advice::parse(answers.get(ADVICE)).ok();
    if advice == Some(Advice::Reject) {
        for (year, _) in eligible.iter().filter(|(_, amount)| !amount.is_zero()) {
            errors.push(
                eligible_field(*year),
                format!("{year}: u adviseert afwijzen. Dan is er niets subsidiabel. Vul 0 in, of kies een ander advies."),
            );
        }
    }
    if advice.is_none() {
        errors.push(ADVICE, "Kies uw advies.");
    }
    let advice_reason = answers.get(ADVICE_REASON).trim().to_owned();
    if advice_reason.is_empty() {
        errors.push(ADVICE_REASON, "Schrijf op waarom u dit adviseert.");
    }
    match advice {
        Some(advice) if errors.is_empty() => Ok(Judgement {
            scores,
            eligible,
            advice,
            advice_reason,
        }),
        _ => Err(errors),
    }
}

fn scored(answers: &Answers, criterion: &Criterion, errors: &mut FieldErrors) -> Option<Scored> {
    let score = score_of(answers, criterion);
    if score.is_none() {
        errors.push(
            score_field(criterion),
            format!(
                "Geef een score van {LOWEST} tot en met {HIGHEST} op “{}”.",
                criterion.name
            ),
        );
    }
    let reason = answers.get(&reason_field(criterion)).trim();
    if reason.is_empty() {
        errors.push(
            reason_field(criterion),
            format!(
                "Schrijf op waarom u deze score geeft op “{}”.",
                criterion.name
            ),
        );
        return None;
    }
    Some(Scored {
        criterion: criterion.id.clone(),
        score: score?,
        reason: reason.to_owned(),
    })
}

fn score_of(answers: &Answers, criterion: &Criterion) -> Option<i32> {
    let score = answers.get(&score_field(criterion)).parse().ok()?;
    (LOWEST..=HIGHEST).contains(&score).then_some(score)
}

fn eligible(answers: &Answers, year: &ProjectYear, errors: &mut FieldErrors) -> Option<Money> {
    let field = eligible_field(year.year);
    match Money::parse_dutch(answers.get(&field)) {
        Ok(amount) if amount <= year.requested => Some(amount),
        Ok(amount) => {
            let sentence = format!(
                "{}: u vult {} in. Dat is meer dan de gevraagde {}. Vul hoogstens dat bedrag in.",
                year.year,
                euros(amount),
                euros(year.requested)
            );
            errors.push(field, sentence);
            None
        }
        Err(err) => {
            errors.push(field, format!("{}: {}", year.year, amount_sentence(err)));
            None
        }
    }
}

fn amount_sentence(err: MoneyError) -> &'static str {
    match err {
        MoneyError::Empty => "vul een bedrag in. Is er niets subsidiabel? Vul dan 0 in.",
        MoneyError::DecimalPoint => {
            "gebruik een komma voor de centen, bijvoorbeeld 1.250,50. Een punt kan duizend betekenen."
        }
        MoneyError::TooPrecise => "vul niet meer dan twee cijfers achter de komma in.",
        MoneyError::Negative => "het bedrag kan niet lager zijn dan 0.",
        MoneyError::NotANumber => "vul een bedrag in cijfers in, bijvoorbeeld 1.250,50.",
        MoneyError::Overflow => "dit bedrag is te groot.",
    }
}

/// The weighted score of a complete assessment, in hundredths.
pub fn score_hundredths(meaning: &Judgement, criteria: &[Criterion]) -> Option<i64> {
    let weight = |id: &CriterionId| criteria.iter().find(|it| it.id == *id).map(|it| it.weight);
    let weighted: Option<Vec<Weighted>> = meaning
        .scores
        .iter()
        .map(|it| {
            Some(Weighted {
                weight: weight(&it.criterion)?,
                score: it.score,
            })
        })
        .collect();
    score::of_assessment(&weighted?)
}

/// How many criteria have a score, and the score in hundredths of those that have.
pub fn running(answers: &Answers, criteria: &[Criterion]) -> (usize, Option<i64>) {
    let given: Vec<Weighted> = criteria
        .iter()
        .filter_map(|it| {
            Some(Weighted {
                weight: it.weight,
                score: score_of(answers, it)?,
            })
        })
        .collect();
    (given.len(), score::of_assessment(&given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{actor::Department, ids::SchemeId};

    fn criterion(position: i32, weight: i32) -> Criterion {
        Criterion {
            id: CriterionId::from(format!("c{position}").as_str()),
            scheme_id: SchemeId::from("s"),
            department: Department::Nctv,
            position,
            name: format!("Criterium {position}"),
            question: String::new(),
            weight,
        }
    }

    fn year() -> ProjectYear {
        ProjectYear {
            year: 2027,
            costs: Money::from_euros(1_200),
            own_contribution: Money::from_euros(200),
            co_financing: Money::ZERO,
            requested: Money::from_euros(1_000),
            minimum: Money::ZERO,
            eligible: None,
        }
    }

    fn complete() -> Answers {
        fresh(&[year()])
            .with("k1", "4")
            .with("k1-reden", " Past. ")
            .with("k2", "1")
            .with("k2-reden", "Zwak")
            .with(ADVICE, "fund_conditionally")
            .with(ADVICE_REASON, "Mits gemeten.")
    }

    #[test]
    fn a_complete_form_is_read_and_weighed() {
        let criteria = [criterion(1, 3), criterion(2, 1)];
        let meaning = read(&complete(), &criteria, &[year()]).unwrap();
        assert_eq!(meaning.eligible, [(2027, Money::from_euros(1_000))]);
        assert_eq!(meaning.advice, Advice::FundConditionally);
        assert_eq!(meaning.scores[0].reason, "Past.");
        // (3 x 4 + 1 x 1) / 4 = 3,25.
        assert_eq!(score_hundredths(&meaning, &criteria), Some(325));
        let half = complete().with("k2", "");
        assert_eq!(running(&half, &criteria), (1, Some(400)));
    }

    #[track_caller]
    fn check(field: &str, text: &str, expected: &str) {
        let answers = complete().with(field, text);
        let errors = read(&answers, &[criterion(1, 1), criterion(2, 1)], &[year()]).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let sentence = errors.get(field).unwrap_or_default();
        assert!(sentence.contains(expected), "{field}={text}: {sentence}");
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_at_its_field() {
        check("k1", "", "van 1 tot en met 5 op “Criterium 1”");
        check("k1", "6", "van 1 tot en met 5");
        check("k2-reden", "  ", "op “Criterium 2”");
        check(
            "subsidiabel-2027",
            "1.000,01",
            "u vult €\u{a0}1.000,01 in. Dat is meer dan de gevraagde €\u{a0}1.000,00",
        );
        check("subsidiabel-2027", "1000.5", "gebruik een komma");
        check("subsidiabel-2027", "", "Vul dan 0 in");
        let rejected = complete().with(ADVICE, "reject");
        let read_it = |it: &Answers| read(it, &[criterion(1, 1), criterion(2, 1)], &[year()]);
        let errors = read_it(&rejected).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let sentence = errors.get("subsidiabel-2027").unwrap_or_default();
        assert!(sentence.contains("u adviseert afwijzen"), "{sentence}");
        let nothing = rejected.with("subsidiabel-2027", "0");
        assert_eq!(read_it(&nothing).map(|it| it.advice), Ok(Advice::Reject));
        check(ADVICE, "", "Kies uw advies.");
        check(ADVICE_REASON, "", "waarom u dit adviseert");
        let empty = read(&Answers::default(), &[criterion(1, 1)], &[year()]).unwrap_err();
        assert_eq!(empty.len(), 5);
    }
}
