//! The form on which progress is reported. Pure.
//!
//! Fields: `werkelijk.<indicator>.<year>`, `toelichting.<indicator>.<year>` and, hidden,
//! `versie.<indicator>.<year>`.

use super::{Goal, Report};
use crate::{
    applications::project::typed::{self, is_blank, says_nothing, written},
    core::answers::{Answers, FieldErrors},
};

/// The name of a field about a goal.
pub fn field(name: &str, goal: &Goal) -> String {
    format!("{name}.{}.{}", goal.indicator, goal.year)
}

/// What stands in the form for what was reported.
pub fn answers(goals: &[Goal]) -> Answers {
    let mut answers = Answers::default();
    for goal in goals {
        let actual = goal.actual_hundredths.map_or_else(String::new, written);
        answers.set(field("werkelijk", goal), actual);
        answers.set(field("toelichting", goal), &*goal.explanation);
    }
    answers
}

/// What was typed, with what a colleague reported meanwhile in the fields in which nothing was typed.
pub fn with_news(mut typed: Answers, goals: &[Goal]) -> Answers {
    let saved = answers(goals);
    for goal in goals {
        let fields = [field("werkelijk", goal), field("toelichting", goal)];
        let is_news = typed.get(&field("versie", goal)) != goal.version.to_string();
        if is_news && fields.iter().all(|it| is_blank(typed.get(it))) {
            for it in fields {
                let text = saved.get(&it).to_owned();
                typed.set(it, text);
            }
        }
    }
    typed
}

/// The goals on which something else is reported than was, or what is wrong with what was typed.
pub fn read(answers: &Answers, goals: &[Goal]) -> Result<Vec<Report>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let reports = goals
        .iter()
        .filter_map(|goal| report(answers, goal, &mut errors))
        .filter(is_new)
        .collect();
    if errors.is_empty() {
        Ok(reports)
    } else {
        Err(errors)
    }
}

fn is_new(it: &Report) -> bool {
    let goal = &it.goal;
    (goal.actual_hundredths, &goal.explanation) != (it.actual_hundredths, &it.explanation)
}

fn report(answers: &Answers, goal: &Goal, errors: &mut FieldErrors) -> Option<Report> {
    let Goal { name, year, .. } = goal;
    let (actual_field, why_field) = (field("werkelijk", goal), field("toelichting", goal));
    // A form without this goal says nothing about it.
    let version = answers.get(&field("versie", goal)).parse().ok()?;
    // A database cannot hold this character in a text, and no one types it.
    let explanation = answers.get(&why_field).trim().replace('\0', "");
    let what = format!("{name}: wat u bereikte in {year}");
    let actual = match typed::number(answers.get(&actual_field), &what, "48") {
        Ok(actual) => actual,
        Err(sentence) => {
            errors.push(actual_field, sentence);
            return None;
        }
    };
    match actual {
        Some(actual) if goal.is_missed_by(actual) && says_nothing(&explanation) => {
            errors.push(why_field, why(goal, actual));
        }
        None if !is_blank(&explanation) => errors.push(
            actual_field,
            format!("{name}: vul ook in wat u in {year} bereikte, bijvoorbeeld 48."),
        ),
        _ => {}
    }
    Some(Report {
        goal: goal.clone(),
        version,
        actual_hundredths: actual,
        explanation,
    })
}

fn why(goal: &Goal, actual: i64) -> String {
    let side = if actual < goal.target_hundredths {
        "minder"
    } else {
        "meer"
    };
    format!(
        "{}: u bereikte {} in {}, {side} dan het doel van {}. Leg uit hoe dat komt en wat u eraan doet.",
        goal.name,
        written(actual),
        goal.year,
        written(goal.target_hundredths)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        applications::project::Direction,
        core::{
            ids::{IndicatorId, ProjectId},
            money::Money,
        },
    };

    fn goal(direction: Direction) -> Goal {
        Goal {
            indicator: IndicatorId::from("i"),
            project: ProjectId::from("p"),
            title: "Project".to_owned(),
            position: 1,
            year: 2027,
            awarded: Money::from_euros(1),
            name: "Gesprekken".to_owned(),
            unit: "gesprekken".to_owned(),
            direction,
            baseline_hundredths: None,
            target_hundredths: 6_000,
            actual_hundredths: None,
            explanation: String::new(),
            reported: None,
            version: 1,
        }
    }

    /// What is said of, or read from, this actual and explanation.
    #[track_caller]
    fn check(direction: Direction, actual: &str, why: &str, expected: Result<Option<i64>, &str>) {
        let answers = Answers::default()
            .with("versie.i.2027", "1")
            .with("werkelijk.i.2027", actual)
            .with("toelichting.i.2027", why);
        let found = read(&answers, &[goal(direction)]);
        let found = found
            .map(|it| it.first().and_then(|it| it.actual_hundredths))
            .map_err(|it| {
                it.iter()
                    .next()
                    .map_or_else(String::new, |(_, said)| said.to_owned())
            });
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_missed_target_is_explained() {
        check(Direction::Up, "60", "", Ok(Some(6_000)));
        check(Direction::Down, "59,5", "", Ok(Some(5_950)));
        check(Direction::Up, "48", "Ziekte", Ok(Some(4_800)));
        check(Direction::Up, "", "", Ok(None));
        check(
            Direction::Up,
            "48",
            "n.v.t.",
            Err(
                "Gesprekken: u bereikte 48 in 2027, minder dan het doel van 60. Leg uit hoe dat komt en wat u eraan doet.",
            ),
        );
        check(
            Direction::Down,
            "61",
            "",
            Err(
                "Gesprekken: u bereikte 61 in 2027, meer dan het doel van 60. Leg uit hoe dat komt en wat u eraan doet.",
            ),
        );
        check(
            Direction::Up,
            "",
            "Ziekte",
            Err("Gesprekken: vul ook in wat u in 2027 bereikte, bijvoorbeeld 48."),
        );
        check(
            Direction::Up,
            "veel",
            "",
            Err(
                "Gesprekken: wat u bereikte in 2027 is “veel”. Dat is geen getal. Typ het in cijfers, bijvoorbeeld 48.",
            ),
        );
    }

    #[test]
    fn what_was_reported_before_is_not_reported_again() {
        let reported = Goal {
            actual_hundredths: Some(6_100),
            ..goal(Direction::Up)
        };
        let form = answers(std::slice::from_ref(&reported)).with("versie.i.2027", "1");
        assert_eq!(read(&form, std::slice::from_ref(&reported)), Ok(Vec::new()));
        let other = form.with("werkelijk.i.2027", "62");
        assert_eq!(read(&other, &[reported]).unwrap().len(), 1);
    }
}
