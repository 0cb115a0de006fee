//! The indicators of a project: what will be measured, from where to where. Pure.

use super::{
    Direction, Indicator, IndicatorLevel, MOST_INDICATORS, coaching,
    typed::{self, is_blank},
};
use crate::{
    applications::catalogue::{self, Link},
    core::answers::{Answers, FieldErrors},
};

/// What the names of the fields of the indicators start with.
pub const PREFIX: &str = "indicator.";

/// How many rows for indicators a page shows at least: one of each level.
pub const LEAST_SHOWN: u32 = 2;

/// Where an indicator could stand now.
const EXAMPLE_BASELINE: &str = "40";

/// Reads the indicators; adds what is wrong with them. `years` are all years of the cycle, `runs_in`
/// those in which the project needs a target.
pub(super) fn read(
    answers: &Answers,
    years: [i32; 2],
    runs_in: &[i32],
    errors: &mut FieldErrors,
) -> Vec<Indicator> {
    let numbers = typed::rows(answers, PREFIX, MOST_INDICATORS);
    let indicators: Vec<Indicator> = numbers
        .iter()
        .filter(|it| !typed::is_blank_row(answers, PREFIX, **it))
        .map(|it| indicator(answers, *it, years, runs_in, errors))
        .collect();
    check_levels(&indicators, &numbers, answers, errors);
    indicators
}

fn indicator(
    answers: &Answers,
    number: u32,
    years: [i32; 2],
    runs_in: &[i32],
    errors: &mut FieldErrors,
) -> Indicator {
    let text = |name: &str| answers.get(&field(number, name));
    let name = name(answers, number);
    let level = IndicatorLevel::parse(text("soort")).ok();
    if level.is_none() {
        errors.push(
            field(number, "soort"),
            format!(
                "{name}: kies of dit een directe opbrengst (output) of een effect (outcome) is."
            ),
        );
    }
    let required = [
        (
            "naam",
            "schrijf op wat u telt of meet, bijvoorbeeld “Jongeren in gesprek”",
        ),
        (
            "eenheid",
            "vul de eenheid in, bijvoorbeeld “jongeren” of “procent van de deelnemers”",
        ),
    ];
    for (part, advice) in required {
        require(answers, number, part, &format!("{name}: {advice}."), errors);
    }
    let direction = Direction::parse(text("richting")).ok();
    if direction.is_none() {
        errors.push(
            field(number, "richting"),
            format!("{name}: kies of het getal omhoog of omlaag moet."),
        );
    }
    let baseline = baseline(answers, number, &name, errors);
    let targets = years
        .into_iter()
        .filter_map(|it| {
            let goal = Goal {
                number,
                name: &name,
                unit: text("eenheid"),
                year: it,
                is_needed: runs_in.contains(&it),
                only: runs_in.first().copied().filter(|_| runs_in.len() == 1),
            };
            Some((it, goal.read(answers, direction, baseline, errors)?))
        })
        .collect();
    let required = [
        (
            "bron",
            "vul in waar de cijfers vandaan komen, bijvoorbeeld het registratiesysteem",
        ),
        (
            "frequentie",
            "vul in hoe vaak u meet, bijvoorbeeld elk kwartaal",
        ),
        ("wie", "vul in wie er meet, bijvoorbeeld de projectleider"),
    ];
    for (part, advice) in required {
        require(answers, number, part, &format!("{name}: {advice}."), errors);
    }
    Indicator {
        number,
        level,
        catalogue: Link::parse(text(catalogue::FIELD)),
        name: typed::line(text("naam"), 200),
        unit: typed::line(text("eenheid"), 60),
        direction,
        baseline_hundredths: baseline,
        baseline_absent_because: typed::line(text("geen-beginstand"), 1_000),
        targets,
        source: typed::line(text("bron"), 300),
        frequency: typed::line(text("frequentie"), 100),
        measured_by: typed::line(text("wie"), 100),
    }
}

fn field(number: u32, name: &str) -> String {
    format!("{PREFIX}{number}.{name}")
}

/// What an indicator is called in a sentence.
fn name(answers: &Answers, number: u32) -> String {
    let typed = answers.get(&field(number, "naam"));
    if typed::says_nothing(typed) {
        format!("Indicator {number}")
    } else {
        typed::line(typed, 60)
    }
}

fn require(answers: &Answers, number: u32, part: &str, sentence: &str, errors: &mut FieldErrors) {
    let typed = answers.get(&field(number, part));
    if is_blank(typed) {
        errors.push(field(number, part), sentence);
    } else if typed::says_nothing(typed) {
        let quoted = typed::quoted(typed);
        errors.push(
            field(number, part),
            format!("{sentence} Met {quoted} kunnen wij niet meten."),
        );
    } else if part == "eenheid" {
        if let Some(why) = coaching::vague_unit(typed) {
            let name = name(answers, number);
            errors.push(field(number, part), format!("{name}: {why}"));
        }
    } else if part != "naam" && coaching::is_vague(typed) {
        let quoted = typed::quoted(typed);
        errors.push(
            field(number, part),
            format!("{sentence} {quoted} zegt nog niets: vul in wat u nu weet."),
        );
    }
}

fn baseline(answers: &Answers, number: u32, name: &str, errors: &mut FieldErrors) -> Option<i64> {
    let (at, why_not) = (
        field(number, "beginstand"),
        field(number, "geen-beginstand"),
    );
    let reason = answers.get(&why_not);
    let typed = coaching::bare_number(answers.get(&at), answers.get(&field(number, "eenheid")));
    let what = format!("{name}: de beginstand");
    match typed::number(typed, &what, EXAMPLE_BASELINE) {
        Ok(Some(it)) => {
            if !is_blank(reason) {
                errors.push(
                    why_not,
                    format!("{name}: u vulde een beginstand in en ook waarom die er niet is. Laat één van de twee staan."),
                );
            }
            Some(it)
        }
        Ok(None) if is_blank(reason) => {
            errors.push(
                at,
                format!("{name}: vul de beginstand in, of schrijf op waarom die er niet is."),
            );
            None
        }
        Ok(None) => {
            if typed::says_nothing(reason) {
                errors.push(
                    why_not,
                    format!("{name}: {} is geen reden. Schrijf op waarom er geen beginstand is, bijvoorbeeld “Dit is nog nooit gemeten”.", typed::quoted(reason)),
                );
            }
            None
        }
        Err(_) if typed::is_wordy(typed) => {
            let quoted = typed::quoted(typed);
            errors.push(
                at,
                format!("{what} is {quoted}. Dat is geen getal. Weet u de beginstand niet? Maak dit veld leeg en schrijf in het veld eronder waarom niet."),
            );
            None
        }
        Err(sentence) => {
            errors.push(at, sentence);
            None
        }
    }
}

/// The target of an indicator in a year.
struct Goal<'a> {
    number: u32,
    name: &'a str,
    unit: &'a str,
    year: i32,
    is_needed: bool,
    /// The year of a project of one year.
    only: Option<i32>,
}

impl Goal<'_> {
    fn read(
        &self,
        answers: &Answers,
        direction: Option<Direction>,
        baseline: Option<i64>,
        errors: &mut FieldErrors,
    ) -> Option<i64> {
        let Goal { name, year, .. } = self;
        let at = field(self.number, &format!("doel.{year}"));
        let typed = coaching::bare_number(answers.get(&at), self.unit);
        let what = format!("{name}: het doel voor {year}");
        let example = coaching::example_goal(self.unit, direction, baseline);
        match typed::number(typed, &what, &example) {
            Ok(Some(target)) => {
                if let Some(only) = self.only.filter(|it| it != year) {
                    errors.push(
                        at,
                        format!("{name}: u vulde een doel in voor {year}, maar het project loopt alleen in {only}. Maak dit veld leeg."),
                    );
                    return Some(target);
                }
                let wrong = direction.zip(baseline).and_then(|(direction, from)| {
                    coaching::wrong_side(self.unit, *year, direction, from, target)
                });
                if let Some(sentence) = wrong {
                    errors.push(at, format!("{name}: {sentence}"));
                }
                Some(target)
            }
            Ok(None) => {
                if self.is_needed {
                    errors.push(
                        at,
                        format!("{name}: vul het doel voor {year} in, bijvoorbeeld {example}."),
                    );
                }
                None
            }
            Err(sentence) => {
                errors.push(at, sentence);
                None
            }
        }
    }
}

/// At least one output and one outcome.
fn check_levels(
    indicators: &[Indicator],
    numbers: &[u32],
    answers: &Answers,
    errors: &mut FieldErrors,
) {
    if indicators.iter().any(|it| it.level.is_none()) {
        return; // said already
    }
    let shown = numbers.last().copied().unwrap_or(0).max(LEAST_SHOWN);
    let free = (1..=shown).find(|it| typed::is_blank_row(answers, PREFIX, *it));
    let at = field(free.unwrap_or(shown), "naam");
    let missing = |level| !indicators.iter().any(|it| it.level == Some(level));
    match (missing(IndicatorLevel::Output), missing(IndicatorLevel::Outcome)) {
        (true, true) => errors.push(
            at,
            "Voeg minstens twee indicatoren toe: één voor de directe opbrengst (output) en één voor het effect (outcome).",
        ),
        (true, false) => errors.push(at, coaching::missing(IndicatorLevel::Output)),
        (false, true) => errors.push(at, coaching::missing(IndicatorLevel::Outcome)),
        (false, false) => {}
    }
}
