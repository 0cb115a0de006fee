//! What is said to who makes an indicator: what is wrong, with their own numbers, and how to mend it.
//! Pure.

use super::{
    Direction, Indicator, IndicatorLevel, indicators,
    typed::{self, written},
};
use crate::applications::catalogue::search::plain;

/// Texts that promise a number or a source and name none.
const VAGUE: [&str; 14] = [
    "divers",
    "diverse",
    "diversen",
    "allerlei",
    "ntb",
    "tbd",
    "volgt",
    "volgt nog",
    "volgt later",
    "later",
    "onbekend",
    "nog onbekend",
    "verschilt",
    "wisselend",
];
/// Words that say it wherever they stand.
const VAGUE_WORDS: [&str; 7] = [
    "nader te bepalen",
    "nog te bepalen",
    "nog niet bekend",
    "zo veel mogelijk",
    "zoveel mogelijk",
    "zo goed mogelijk",
    "naar behoefte",
];

/// Whether a text names nothing that can be counted or looked up.
pub fn is_vague(text: &str) -> bool {
    let plain = plain(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let bare = words.join(" ");
    // "n.t.b." has its letters apart.
    let letters = words.concat();
    let is_short = words.iter().all(|it| it.chars().count() == 1);
    VAGUE.contains(&bare.as_str())
        || (is_short && VAGUE.contains(&letters.as_str()))
        || VAGUE_WORDS.iter().any(|it| bare.contains(it))
}

/// Why a unit is none, and the way out.
pub fn vague_unit(unit: &str) -> Option<String> {
    let is_number = !unit
        .chars()
        .any(|it| it.is_alphabetic() || "%€".contains(it));
    if is_vague(unit) {
        return Some(format!(
            "{} is geen eenheid: dan weet niemand wat u telt. Noem één ding dat u kunt tellen, bijvoorbeeld “jongeren” of “procent van de deelnemers”.",
            typed::quoted(unit)
        ));
    }
    (is_number && !typed::is_blank(unit)).then(|| {
        format!(
            "{} is een getal. De eenheid is wat u telt, bijvoorbeeld “jongeren”. Getallen zet u bij de beginstand en de doelen.",
            typed::quoted(unit)
        )
    })
}

/// Whether a unit counts hundredths of a whole.
pub fn is_percentage(unit: &str) -> bool {
    let plain = plain(unit);
    ["procent", "percentage", "%"]
        .iter()
        .any(|it| plain.contains(it))
}

/// What was typed as a number of this unit: people write it, or the sign or word of a percentage, behind it.
pub fn bare_number<'a>(typed: &'a str, unit: &str) -> &'a str {
    if is_percentage(unit) {
        typed::without_percent(typed)
    } else {
        typed::without_unit(typed, unit)
    }
}

/// What to say of a target that is no progress.
pub fn wrong_side(
    unit: &str,
    year: i32,
    direction: Direction,
    baseline: i64,
    target: i64,
) -> Option<String> {
    let is_progress = match direction {
        Direction::Up => baseline < target,
        Direction::Down => target < baseline,
    };
    if is_progress {
        return None;
    }
    let (from, to) = (written(baseline), written(target));
    let (side, what) = match direction {
        Direction::Up => ("hoger", "meer"),
        Direction::Down => ("lager", "minder"),
    };
    let why = if baseline == target {
        "Dan verandert er niets".to_owned()
    } else {
        format!("Bij deze indicator is {what} beter, dus dat is een stap terug")
    };
    let advice = match example(unit, direction, baseline) {
        Some(it) => format!(
            "kies een doel {side} dan {from}, bijvoorbeeld {}, of kijk of de beginstand en de richting kloppen",
            written(it)
        ),
        None => format!("{side} dan {from} kan niet. Kijk of de beginstand en de richting kloppen"),
    };
    Some(format!(
        "u begint bij {from} en wilt in {year} naar {to}. {why}: {advice}."
    ))
}

/// A target to show as an example, from where it stands.
pub fn example_goal(unit: &str, direction: Option<Direction>, baseline: Option<i64>) -> String {
    let from = direction.zip(baseline);
    let further = from.and_then(|(direction, from)| example(unit, direction, from));
    further.map_or_else(|| "60".to_owned(), written)
}

/// A tenth further than where it stands, in whole numbers, where there is room for that.
fn example(unit: &str, direction: Direction, baseline: i64) -> Option<i64> {
    let whole = baseline.checked_div(100)?.checked_mul(100)?;
    let step = whole.checked_div(1_000)?.checked_mul(100)?.max(100);
    match direction {
        Direction::Up => {
            let next = whole.checked_add(step)?;
            let most = if is_percentage(unit) {
                10_000
            } else {
                i64::MAX
            };
            let next = next.min(most);
            (baseline < next).then_some(next)
        }
        Direction::Down if baseline <= 0 => None,
        Direction::Down if whole <= 100 => Some(0),
        Direction::Down => whole.checked_sub(step),
    }
}

/// What is still needed of both levels, in a sentence.
pub fn missing(level: IndicatorLevel) -> &'static str {
    match level {
        IndicatorLevel::Output => {
            "Nog één directe opbrengst (output) nodig: wat u doet of levert, bijvoorbeeld hoeveel mensen meedoen. Kies er een uit de catalogus of vul er zelf een in."
        }
        IndicatorLevel::Outcome => {
            "Nog één effect (outcome) nodig: wat er daardoor verandert, bijvoorbeeld hoeveel deelnemers daarna signalen herkennen. Kies er een uit de catalogus of vul er zelf een in."
        }
    }
}

/// How far the indicators are, to read while one types.
pub fn tally(indicators: &[Indicator]) -> String {
    let count = |level| {
        indicators
            .iter()
            .filter(|it| it.level == Some(level))
            .count()
    };
    let outputs = count(IndicatorLevel::Output);
    let outcomes = count(IndicatorLevel::Outcome);
    let needed = match (outputs, outcomes) {
        (0, 0) => "Van allebei is er nog één nodig.",
        (0, _) => "Er is nog één directe opbrengst nodig.",
        (_, 0) => "Er is nog één effect nodig.",
        _ => "Van allebei is er genoeg.",
    };
    let (one, many) = ("directe opbrengst", "directe opbrengsten");
    let outputs = counted(outputs, one, many);
    let outcomes = counted(outcomes, "effect", "effecten");
    format!("U hebt nu {outputs} (output) en {outcomes} (outcome). {needed}")
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// What is worth another look: fields with a sentence. Nothing here stands in the way.
pub fn second_look(indicators: &[Indicator], years: [i32; 2]) -> Vec<(String, String)> {
    let each = indicators.iter().flat_map(|it| {
        let found = [vague_name(it), over_a_hundred(it), back_again(it, years)];
        let name = |sentence: String| format!("Indicator “{}”: {sentence}", it.name);
        found.into_iter().flatten().map(move |(part, sentence)| {
            (
                format!("{}{}.{part}", indicators::PREFIX, it.number),
                name(sentence),
            )
        })
    });
    each.collect()
}

type Remark = Option<(String, String)>;

fn vague_name(it: &Indicator) -> Remark {
    let plain = plain(&it.name);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let word = [
        "diverse",
        "diversen",
        "allerlei",
        "voldoende",
        "beter",
        "betere",
        "goed",
        "goede",
    ]
    .into_iter()
    .find(|it| words.contains(it))
    .or_else(|| {
        VAGUE_WORDS
            .into_iter()
            .find(|it| words.join(" ").contains(it))
    })?;
    let sentence = format!(
        "“{word}” kunt u niet tellen. Zeg precies wat u telt, dan kunt u het straks ook melden."
    );
    Some(("naam".to_owned(), sentence))
}

fn over_a_hundred(it: &Indicator) -> Remark {
    const HUNDRED: i64 = 10_000;
    if !is_percentage(&it.unit) {
        return None;
    }
    let goal = it.targets.iter().find(|(_, target)| HUNDRED < *target);
    let (part, number) = match (it.baseline_hundredths, goal) {
        (Some(from), _) if HUNDRED < from => ("beginstand".to_owned(), from),
        (_, Some((year, target))) => (format!("doel.{year}"), *target),
        _ => return None,
    };
    let sentence = format!(
        "{} {} is meer dan 100 procent. Klopt dat, of telt u iets anders?",
        written(number),
        it.unit
    );
    Some((part, sentence))
}

/// A target of the second year that lies before the one of the first.
fn back_again(it: &Indicator, [first, second]: [i32; 2]) -> Remark {
    let of = |year| it.targets.iter().find(|(of, _)| *of == year).map(|it| it.1);
    let (before, after) = of(first).zip(of(second))?;
    let is_back = match it.direction? {
        Direction::Up => after < before,
        Direction::Down => before < after,
    };
    is_back.then(|| {
        let sentence = format!(
            "het doel in {second} ({}) ligt vóór dat in {first} ({}). Verwacht u een stap terug?",
            written(after),
            written(before)
        );
        (format!("doel.{second}"), sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_name_nothing_are_found() {
        for text in [
            "Diverse",
            "n.t.b.",
            "N T B",
            "nader te bepalen",
            "Zo véél mogelijk jongeren",
            "volgt",
            "TBD",
        ] {
            assert!(is_vague(text), "{text}");
        }
        for text in [
            "jongeren",
            "diverse scholen in Delft",
            "%",
            "€",
            "later in het jaar: registratie",
        ] {
            assert!(!is_vague(text), "{text}");
        }
        assert!(vague_unit("100").unwrap().contains("is een getal"));
        assert!(vague_unit("diverse").unwrap().contains("geen eenheid"));
        for unit in ["%", "€", "jongeren", "dagen per casus", ""] {
            assert_eq!(vague_unit(unit), None, "{unit}");
        }
        assert!(is_percentage("Procent van de deelnemers") && is_percentage("%"));
        assert!(!is_percentage("personen"));
    }

    #[track_caller]
    fn check(unit: &str, direction: Direction, from: i64, to: i64, expected: Option<&str>) {
        let said = wrong_side(unit, 2027, direction, from * 100, to * 100);
        assert_eq!(said.as_deref(), expected);
    }

    #[test]
    fn a_target_that_is_no_progress_is_mended_with_their_own_numbers() {
        use Direction::{Down, Up};
        check("jongeren", Up, 12, 13, None);
        check("jongeren", Down, 12, 11, None);
        check(
            "jongeren",
            Up,
            12,
            12,
            Some(
                "u begint bij 12 en wilt in 2027 naar 12. Dan verandert er niets: kies een doel hoger dan 12, bijvoorbeeld 13, of kijk of de beginstand en de richting kloppen.",
            ),
        );
        check(
            "jongeren",
            Up,
            120,
            80,
            Some(
                "u begint bij 120 en wilt in 2027 naar 80. Bij deze indicator is meer beter, dus dat is een stap terug: kies een doel hoger dan 120, bijvoorbeeld 132, of kijk of de beginstand en de richting kloppen.",
            ),
        );
        check(
            "incidenten",
            Down,
            34,
            40,
            Some(
                "u begint bij 34 en wilt in 2027 naar 40. Bij deze indicator is minder beter, dus dat is een stap terug: kies een doel lager dan 34, bijvoorbeeld 31, of kijk of de beginstand en de richting kloppen.",
            ),
        );
        check(
            "incidenten",
            Down,
            0,
            0,
            Some(
                "u begint bij 0 en wilt in 2027 naar 0. Dan verandert er niets: lager dan 0 kan niet. Kijk of de beginstand en de richting kloppen.",
            ),
        );
        check(
            "procent",
            Up,
            100,
            100,
            Some(
                "u begint bij 100 en wilt in 2027 naar 100. Dan verandert er niets: hoger dan 100 kan niet. Kijk of de beginstand en de richting kloppen.",
            ),
        );
    }

    #[test]
    fn an_example_is_always_progress() {
        for direction in [Direction::Up, Direction::Down] {
            for unit in ["procent", "personen"] {
                for from in (0..=12_000).step_by(37) {
                    let Some(to) = example(unit, direction, from) else {
                        continue;
                    };
                    assert_eq!(
                        wrong_side(unit, 2027, direction, from, to),
                        None,
                        "{from} {to}"
                    );
                    assert!(0 <= to);
                }
            }
        }
    }

    fn indicator(name: &str, unit: &str, targets: [i64; 2]) -> Indicator {
        Indicator {
            number: 2,
            level: Some(IndicatorLevel::Output),
            catalogue: None,
            name: name.to_owned(),
            unit: unit.to_owned(),
            direction: Some(Direction::Up),
            baseline_hundredths: Some(1_000),
            baseline_absent_because: String::new(),
            targets: vec![(2027, targets[0] * 100), (2028, targets[1] * 100)],
            source: String::new(),
            frequency: String::new(),
            measured_by: String::new(),
        }
    }

    #[test]
    fn what_is_worth_another_look_has_its_field() {
        let look = |it: Indicator| second_look(&[it], [2027, 2028]);
        assert!(look(indicator("Getrainde docenten", "docenten", [20, 20])).is_empty());
        let found = look(indicator("Betere gesprekken", "procent", [120, 60]));
        let fields: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            fields,
            [
                "indicator.2.naam",
                "indicator.2.doel.2027",
                "indicator.2.doel.2028"
            ]
        );
        assert_eq!(
            found[2].1,
            "Indicator “Betere gesprekken”: het doel in 2028 (60) ligt vóór dat in 2027 (120). Verwacht u een stap terug?"
        );
    }

    #[test]
    fn the_tally_says_what_is_missing() {
        let output = indicator("A", "stuks", [1, 2]);
        let outcome = Indicator {
            level: Some(IndicatorLevel::Outcome),
            ..output.clone()
        };
        assert_eq!(
            tally(&[]),
            "U hebt nu 0 directe opbrengsten (output) en 0 effecten (outcome). Van allebei is er nog één nodig."
        );
        assert_eq!(
            tally(std::slice::from_ref(&output)),
            "U hebt nu 1 directe opbrengst (output) en 0 effecten (outcome). Er is nog één effect nodig."
        );
        assert!(tally(&[output, outcome]).ends_with("Van allebei is er genoeg."));
    }
}
