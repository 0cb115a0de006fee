//! What one field can mean: numbers, amounts, and texts that say something. Pure.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::core::{
    answers::Answers,
    money::{Money, MoneyError},
};

/// The numbers of the rows that were typed under `prefix` (`regel.`), in order: `regel.2.soort` is
/// in row 2. Rows above `most` are no rows of ours.
pub fn rows(answers: &Answers, prefix: &str, most: u32) -> Vec<u32> {
    let mut rows: Vec<u32> = answers
        .starting_with(prefix)
        .filter_map(|(name, _)| name.strip_prefix(prefix)?.split_once('.'))
        .filter_map(|(number, _)| row_number(number))
        .filter(|it| *it <= most)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// A number from 1, written as we write it: `1`, not `01` or `+1`.
fn row_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text && 0 < number).then_some(number)
}

/// Whether nothing was typed in any field of this row.
pub fn is_blank_row(answers: &Answers, prefix: &str, number: u32) -> bool {
    let row = format!("{prefix}{number}.");
    answers.starting_with(&row).all(|(_, text)| is_blank(text))
}

/// Whether nothing but white space was typed.
pub fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether a text says nothing: empty, a dash, "n.v.t." and the like.
pub fn says_nothing(text: &str) -> bool {
    let bare: String = text
        .to_lowercase()
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '.')
        .collect();
    let nothing = ["nvt", "n/a", "nietvantoepassing", "x", "?"];
    bare.chars().all(|it| "-–—_/".contains(it)) || nothing.contains(&bare.as_str())
}

/// A text as it stands in lists and tables: one line, without what databases and pages cannot hold,
/// at most `most` characters.
pub fn line(text: &str, most: usize) -> String {
    let visible: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    visible.trim().chars().take(most).collect()
}

/// The amount in a field: `None` if it is empty, or a sentence about what was typed. `what` names the
/// field at the start of that sentence.
pub fn amount(text: &str, what: &str) -> Result<Option<Money>, String> {
    match Money::parse_dutch(text) {
        Ok(it) => Ok(Some(it)),
        Err(MoneyError::Empty) if is_blank(text) => Ok(None),
        Err(err) => Err(wrong(err, text, what, AMOUNT)),
    }
}

/// The number in a field, in hundredths: `None` if it is empty, or a sentence about what was typed.
/// `example` is one that could stand in this field.
pub fn number(text: &str, what: &str, example: &str) -> Result<Option<i64>, String> {
    let parsed = if text.contains('€') {
        Err(MoneyError::NotANumber)
    } else {
        Money::parse_dutch(text)
    };
    match parsed {
        Ok(it) => Ok(Some(it.cents())),
        Err(MoneyError::Empty) => Ok(None),
        Err(err) => Err(wrong(
            err,
            text,
            what,
            Asked {
                noun: "getal",
                example,
            },
        )),
    }
}

/// What is asked in a field, for a sentence about what was typed instead.
#[derive(Clone, Copy)]
struct Asked<'a> {
    noun: &'static str,
    example: &'a str,
}

const AMOUNT: Asked<'static> = Asked {
    noun: "bedrag",
    example: "1.250,50",
};

/// What was typed without the word or sign for hundredths of a whole behind it.
pub fn without_percent(text: &str) -> &str {
    let bare = text.trim_end();
    let signs = ["%", "procent", "Procent"];
    signs
        .iter()
        .find_map(|it| bare.strip_suffix(it))
        .map_or(text, str::trim_end)
}

/// What was typed without its unit behind it: `200 uur` and `€ 85 per uur` where one counts in `uur`.
pub fn without_unit<'a>(text: &'a str, unit: &str) -> &'a str {
    let (bare, unit) = (text.trim_end(), unit.trim());
    let start = bare.len().saturating_sub(unit.len());
    let Some((number, last)) = bare.split_at_checked(start) else {
        return text;
    };
    // A unit that is a number itself would take a figure of the number.
    let is_word = unit.starts_with(char::is_alphabetic);
    let is_unit = is_word && last.to_lowercase() == unit.to_lowercase();
    let number = number.trim_end();
    let joined = ["per", "/"].iter().find_map(|it| number.strip_suffix(it));
    let number = joined.unwrap_or(number).trim_end();
    // `350,-` is a number, too; `driekwart uur` is none.
    let is_number = number.ends_with(|it: char| it.is_ascii_digit() || it == '-');
    if is_unit && is_number { number } else { text }
}

/// `1.250,5`: a number of hundredths as people write it.
pub fn written(hundredths: i64) -> String {
    let text = crate::texts::money::amount(Money::from_cents(hundredths));
    let text = text.trim_end_matches('0').trim_end_matches(',');
    text.to_owned()
}

/// What was typed, short enough to repeat in a sentence.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 30;
    let short = line(text, MOST);
    if short.chars().count() < text.trim().chars().count() {
        format!("“{short}…”")
    } else {
        format!("“{short}”")
    }
}

/// What comes out of `2*12*42`, `2 x 12 x 42`, `2 × 12,5` or `16 uur x 26 weken`, in hundredths, if that is what
/// was typed.
fn product(text: &str) -> Option<i64> {
    let factors: Vec<&str> = text.split(['*', '×', 'x', 'X']).collect();
    if factors.len() < 2 {
        return None;
    }
    let product = factors.iter().try_fold(Decimal::ONE, |product, it| {
        let (number, _) = alone(it)?;
        product.checked_mul(Money::parse_dutch(number).ok()?.to_decimal())
    })?;
    Money::from_decimal(product).ok().map(Money::cents)
}

/// `68.50` with a comma, if its one point can only stand before decimals.
fn with_comma(text: &str) -> Option<String> {
    let (whole, decimals) = text.trim().split_once('.')?;
    (decimals.len() < 3 && !decimals.contains(['.', ','])).then(|| format!("{whole},{decimals}"))
}

/// Whether a text has no number in it, in figures or in words.
pub fn is_wordy(text: &str) -> bool {
    !text.chars().any(char::is_numeric) && in_figures(text).is_none()
}

/// A small number in words, in figures.
fn in_figures(text: &str) -> Option<usize> {
    const WORDS: [&str; 21] = [
        "nul",
        "een",
        "twee",
        "drie",
        "vier",
        "vijf",
        "zes",
        "zeven",
        "acht",
        "negen",
        "tien",
        "elf",
        "twaalf",
        "dertien",
        "veertien",
        "vijftien",
        "zestien",
        "zeventien",
        "achttien",
        "negentien",
        "twintig",
    ];
    let word = text.trim().to_lowercase().replace('é', "e");
    WORDS.iter().position(|it| *it == word)
}

/// The first number of `3 van de 4`.
fn part_of(text: &str) -> Option<&str> {
    let (part, whole) = text.split_once(" van ")?;
    let whole = whole.trim_start_matches("de ");
    let is_number = |it: &str| Money::parse_dutch(it).is_ok();
    (is_number(part) && is_number(whole)).then_some(part.trim())
}

/// The only number in a text, as it stands there, and the words behind it; none if the words make
/// another number of it (`5 duizend`, `min 5`).
fn alone(text: &str) -> Option<(&str, &str)> {
    const OTHERWISE: [&str; 18] = [
        "k", "m", "mln", "mio", "miljoen", "mld", "miljard", "ton", "duizend", "dzd", "honderd",
        "dozijn", "half", "halve", "helft", "kwart", "min", "minus",
    ];
    let is_part = |it: char| it.is_ascii_digit() || it == '.' || it == ',';
    let start = text.find(|it: char| it.is_ascii_digit())?;
    let (before, rest) = text.split_at(start);
    let end = rest.find(|it: char| !is_part(it)).unwrap_or(rest.len());
    let (number, behind) = rest.split_at(end);
    let number = number.trim_end_matches(['.', ',']);
    let words = format!("{before} {behind}").to_lowercase();
    let mut words = words.split(|it: char| !it.is_alphanumeric());
    let says_otherwise = words.any(|it| OTHERWISE.contains(&it) || it.contains(char::is_numeric));
    let is_less = before.trim_end().ends_with(['-', '\u{2212}', '(', '/']);
    let is_cut = before.ends_with(['.', ',']);
    (!says_otherwise && !is_less && !is_cut).then_some((number, behind))
}

/// What was meant by a number in words, or with words or signs beside it: `twaalf`, `3 van de 4`, `85 cent`, `12 dagen`.
fn meant(text: &str, asked: Asked<'_>) -> Option<String> {
    if let Some(number) = in_figures(text) {
        return Some(format!("Typ het in cijfers: {number}."));
    }
    if let Some(part) = part_of(text) {
        return Some(format!("Typ één {}, bijvoorbeeld {part}.", asked.noun));
    }
    let (number, behind) = alone(text)?;
    let is_money = asked.noun == AMOUNT.noun;
    let first = behind.split_whitespace().next().unwrap_or_default();
    if is_money && ["cent", "ct", "ct.", "cents"].contains(&first.to_lowercase().as_str()) {
        let cents: i64 = number.parse().ok()?;
        let amount = crate::texts::money::amount(Money::from_cents(cents));
        return Some(format!("Bedoelt u {amount}?"));
    }
    let number = with_comma(number).unwrap_or_else(|| number.to_owned());
    let hundredths = match Money::parse_dutch(&number) {
        Ok(it) => it,
        Err(MoneyError::TooPrecise) => rounded(&number)?,
        Err(_) => return None,
    };
    Some(format!(
        "Typ alleen het {}: {}.",
        asked.noun,
        shown(hundredths, is_money)
    ))
}

/// A number with too many decimals, rounded half up to two.
fn rounded(text: &str) -> Option<Money> {
    let bare = text.trim().trim_start_matches('€');
    let plain: String = bare
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '.')
        .map(|it| if it == ',' { '.' } else { it })
        .collect();
    let number: Decimal = plain.parse().ok()?;
    let rounded = Money::rounded(number, RoundingStrategy::MidpointAwayFromZero);
    rounded.ok().filter(|it| *it <= Money::MAX)
}

/// An amount with its cents if it has any; a number without the zeros behind its comma.
fn shown(number: Money, is_money: bool) -> String {
    let whole = written(number.cents());
    if is_money && whole.contains(',') {
        crate::texts::money::amount(number)
    } else {
        whole
    }
}

fn wrong(err: MoneyError, text: &str, what: &str, asked: Asked<'_>) -> String {
    let typed = quoted(text);
    let Asked { noun, example } = asked;
    let is_money = noun == AMOUNT.noun;
    match err {
        MoneyError::Empty | MoneyError::NotANumber => match (product(text), meant(text, asked)) {
            (Some(outcome), _) => format!(
                "{what} is {typed}. Dat is een som. Vul de uitkomst in: {}.",
                written(outcome)
            ),
            (None, Some(advice)) => format!("{what} is {typed}. {advice}"),
            (None, None) => format!(
                "{what} is {typed}. Dat is geen {noun}. Typ het in cijfers, bijvoorbeeld {example}."
            ),
        },
        MoneyError::DecimalPoint => match with_comma(text) {
            Some(meant) => format!(
                "{what} is {typed}. Gebruik een komma voor de decimalen. Bedoelt u {meant}? Typ dat dan."
            ),
            None => format!(
                "{what} is {typed}. Die punt kunnen wij op twee manieren lezen. Typ een komma voor de decimalen, en een punt alleen tussen duizendtallen: 1.000,50."
            ),
        },
        MoneyError::TooPrecise => {
            let to = if is_money {
                "hele centen"
            } else {
                "twee cijfers achter de komma"
            };
            let rounded =
                rounded(text).map_or_else(String::new, |it| format!(": {}", shown(it, is_money)));
            format!("{what} is {typed}. Rond af op {to}{rounded}.")
        }
        MoneyError::Negative => {
            format!("{what} is {typed}. Dat is lager dan nul. Typ 0 of een hoger {noun}.")
        }
        MoneyError::Overflow => format!(
            "{what} is {typed}. Dat is te hoog. Typ een {noun} tot en met 9.999.999.999,99."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_have_its_own_unit_behind_it() {
        for (text, number) in [
            ("200 uur", "200"),
            ("200 Uur ", "200"),
            ("200uur", "200"),
            ("€ 85 per uur", "€ 85"),
            ("85,-/uur", "85,-"),
            ("85 / uur", "85"),
        ] {
            assert_eq!(without_unit(text, " uur"), number, "{text}");
        }
        for text in [
            "200",
            "200 dagen",
            "een uur",
            "uur",
            "2 uur 30",
            "¼ uur",
            "",
        ] {
            assert_eq!(without_unit(text, "uur"), text);
        }
        assert_eq!(without_unit("200 uur", ""), "200 uur");
        assert_eq!(without_unit("12", "2"), "12");
        assert_eq!(without_unit("12 m2", "m2"), "12");
        assert_eq!(without_unit("3 é", "ë"), "3 é");
    }

    #[test]
    fn rows_are_counted_by_their_numbers() {
        let answers = Answers::default()
            .with("regel.10.soort", "")
            .with("regel.2.soort", "")
            .with("regel.2.eenheid", " ")
            .with("regel.02.soort", "x")
            .with("regel.0.soort", "x")
            .with("regel.x.soort", "x")
            .with("regel.41.soort", "x")
            .with("regels", "x");
        assert_eq!(rows(&answers, "regel.", 40), [2, 10]);
        assert!(is_blank_row(&answers, "regel.", 2));
        assert!(!is_blank_row(&answers, "regel.", 41));
    }

    #[test]
    fn some_texts_say_nothing() {
        for text in [
            "",
            "  ",
            "-",
            "–",
            "n.v.t.",
            "N.V.T",
            "nvt",
            "Niet van toepassing.",
            "x",
            "...",
        ] {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["%", "€", "jongeren", "xtc"] {
            assert!(!says_nothing(text), "{text}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let said = amount(text, "Het tarief").map(|it| it.map(|it| it.to_string()));
        assert_eq!(
            said.unwrap_err(),
            format!("Het tarief is {expected}"),
            "{text}"
        );
    }

    #[test]
    fn every_amount_that_cannot_be_read_has_its_own_sentence() {
        assert_eq!(amount("1.000,50", ""), Ok(Some(Money::from_cents(100_050))));
        assert_eq!(amount(" ", ""), Ok(None));
        check(
            "1000.5",
            "“1000.5”. Gebruik een komma voor de decimalen. Bedoelt u 1000,5? Typ dat dan.",
        );
        check(
            "1000.500",
            "“1000.500”. Die punt kunnen wij op twee manieren lezen. Typ een komma voor de decimalen, en een punt alleen tussen duizendtallen: 1.000,50.",
        );
        check(
            "2 x 12*42,5",
            "“2 x 12*42,5”. Dat is een som. Vul de uitkomst in: 1.020.",
        );
        check("Twaalf ", "“Twaalf”. Typ het in cijfers: 12.");
        check("één", "“één”. Typ het in cijfers: 1.");
        check(
            "3 van de 4",
            "“3 van de 4”. Typ één bedrag, bijvoorbeeld 3.",
        );
        check(
            "16 uur x 26 weken",
            "“16 uur x 26 weken”. Dat is een som. Vul de uitkomst in: 416.",
        );
        check(
            "1e9",
            "“1e9”. Dat is geen bedrag. Typ het in cijfers, bijvoorbeeld 1.250,50.",
        );
        check(
            "€",
            "“€”. Dat is geen bedrag. Typ het in cijfers, bijvoorbeeld 1.250,50.",
        );
        check(
            "-1",
            "“-1”. Dat is lager dan nul. Typ 0 of een hoger bedrag.",
        );
        check(
            "12345678901234567890",
            "“12345678901234567890”. Dat is te hoog. Typ een bedrag tot en met 9.999.999.999,99.",
        );
        check("0,125", "“0,125”. Rond af op hele centen: 0,13.");
        check("64,375", "“64,375”. Rond af op hele centen: 64,38.");
        check(
            "€ 1.064,3749",
            "“€ 1.064,3749”. Rond af op hele centen: 1.064,37.",
        );
    }

    #[test]
    fn one_number_between_words_is_proposed() {
        check("85 cent", "“85 cent”. Bedoelt u 0,85?");
        check("150 ct", "“150 ct”. Bedoelt u 1,50?");
        check("€ 85 per uur", "“€ 85 per uur”. Typ alleen het bedrag: 85.");
        check(
            "€ 78,20 incl.",
            "“€ 78,20 incl.”. Typ alleen het bedrag: 78,20.",
        );
        check(
            "350,- per keer",
            "“350,- per keer”. Typ alleen het bedrag: 350.",
        );
        check("12.5 euro", "“12.5 euro”. Typ alleen het bedrag: 12,50.");
        check(
            "ca. 64,375 euro",
            "“ca. 64,375 euro”. Typ alleen het bedrag: 64,38.",
        );
        let said = |text: &str| number(text, "Het aantal", "40").unwrap_err();
        for (text, proposed) in [
            ("200 uur", "200"),
            ("40 casussen", "40"),
            ("80 procent", "80"),
            ("€ 3", "3"),
            ("12 keer", "12"),
            ("ongeveer 60", "60"),
            ("1.120,5 uur", "1.120,5"),
            ("85 cent", "85"),
        ] {
            let expected = format!("Het aantal is “{text}”. Typ alleen het getal: {proposed}.");
            assert_eq!(said(text), expected);
        }
        assert_eq!(
            said("2,125"),
            "Het aantal is “2,125”. Rond af op twee cijfers achter de komma: 2,13."
        );
    }

    #[test]
    fn what_is_not_one_number_is_not_guessed() {
        for text in [
            "1e9",
            "5 duizend",
            "10k",
            "2 mln",
            "1,5 ton",
            "min 5",
            "(85)",
            "een half",
            "1 euro 50",
            "veertig",
            "85½",
            ",5 uur",
        ] {
            assert_eq!(
                number(text, "Het aantal", "40").unwrap_err(),
                format!(
                    "Het aantal is “{text}”. Dat is geen getal. Typ het in cijfers, bijvoorbeeld 40."
                )
            );
        }
    }

    #[test]
    fn a_percentage_may_be_written_out() {
        for text in ["80", "80%", "80 %", "80 procent", "80procent"] {
            assert_eq!(without_percent(text), "80");
        }
        assert_eq!(without_percent("80 procent van ons"), "80 procent van ons");
    }

    #[test]
    fn numbers_are_hundredths() {
        assert_eq!(number("1.250,5", "", ""), Ok(Some(125_050)));
        assert_eq!(number("", "", ""), Ok(None));
        assert!(number("€ 3", "Het aantal", "40").is_err());
        assert!(number("52 procent", "Het aantal", "40").is_err());
        for (hundredths, text) in [
            (5_200, "52"),
            (125_050, "1.250,5"),
            (0, "0"),
            (1_005, "10,05"),
            (10_000, "100"),
        ] {
            assert_eq!(written(hundredths), text);
        }
    }

    #[test]
    fn a_line_has_no_control_characters() {
        assert_eq!(line(" a\0b\r\nc ", 4), "a b ");
        assert_eq!(quoted(&"9".repeat(40)), format!("“{}…”", "9".repeat(30)));
    }
}
