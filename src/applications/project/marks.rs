//! Numbers from a spreadsheet: Dutch (`1.250,50`) and English (`1,250.50`) told apart, and never
//! guessed. Pure.
//!
//! Most numbers say themselves how they are written. One that does not (`1.250`) is read as the others
//! around it are; if no other says how, it is refused.

use rust_decimal::Decimal;

use super::typed::quoted;
use crate::core::money::{self, Money};

/// The highest number that is taken from a spreadsheet: a hundred million less a cent. The scheme's
/// total is a tenth of it.
pub const MOST: Money = Money::from_cents(9_999_999_999);

/// Which sign stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// A comma; points between groups of three.
    Dutch,
    /// A point; commas between groups of three.
    English,
}

/// Why a text is not a number that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// Something else than digits and marks, or marks in strange places.
    NotANumber,
    /// It can be read in two ways, and no other number says which.
    Ambiguous,
    /// It is written in the other way than the rest.
    Mixed,
    /// Below zero.
    Negative,
    /// More than two decimals.
    TooPrecise,
    /// Above [`MOST`].
    TooHigh,
}

impl Marks {
    fn decimal(self) -> char {
        match self {
            Marks::Dutch => ',',
            Marks::English => '.',
        }
    }

    fn of_decimal(mark: char) -> Marks {
        if mark == ',' {
            Marks::Dutch
        } else {
            Marks::English
        }
    }

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Marks::Dutch => "een komma voor de decimalen",
            Marks::English => "een punt voor de decimalen",
        }
    }
}

/// What a text is, before it is known how the others are written.
enum Shape {
    /// Digits alone.
    Whole(String),
    /// Written in this way: whole part and decimals.
    Certain(Marks, String, String),
    /// One mark with three digits behind it: whole part, mark and the rest.
    Either(String, char, String),
}

/// How the first number that says so is written, and which that is.
pub fn evidence<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<(Marks, &'a str)> {
    texts.into_iter().find_map(|it| match shape(it) {
        Ok(Shape::Certain(marks, _, _)) => Some((marks, it)),
        _ => None,
    })
}

/// The hundredths in a text, written as the numbers around it are.
pub fn hundredths(text: &str, around: Option<Marks>) -> Result<i64, NumberFault> {
    let (whole, decimals) = match shape(text)? {
        Shape::Whole(whole) => (whole, String::new()),
        Shape::Certain(marks, whole, decimals) => {
            if around.is_some_and(|it| it != marks) {
                return Err(NumberFault::Mixed);
            }
            (whole, decimals)
        }
        Shape::Either(whole, mark, rest) => match around {
            None => return Err(NumberFault::Ambiguous),
            Some(marks) if marks.decimal() == mark => (whole, rest),
            Some(_) => (format!("{whole}{rest}"), String::new()),
        },
    };
    of_parts(&whole, &decimals)
}

/// The hundredths of a number that a program stored; spreadsheets keep fifteen digits.
pub fn of_decimal(number: Decimal) -> Result<i64, NumberFault> {
    let number = number.round_sf(15).unwrap_or(number).normalize();
    if number.is_sign_negative() && !number.is_zero() {
        return Err(NumberFault::Negative);
    }
    match Money::from_decimal(number) {
        _ if MOST.to_decimal() < number => Err(NumberFault::TooHigh),
        Ok(it) => Ok(it.cents()),
        Err(_) => Err(NumberFault::TooPrecise),
    }
}

/// What is wrong with a number, and the way out. `around` is a number that is written otherwise.
pub fn sentence(fault: NumberFault, text: &str, around: Option<&str>) -> String {
    let typed = quoted(text);
    match fault {
        NumberFault::NotANumber => {
            format!("{typed} is geen getal. Vul alleen een getal in, bijvoorbeeld 1250,50.")
        }
        NumberFault::Ambiguous => format!(
            "{typed} kunnen wij op twee manieren lezen: als heel getal en als getal met decimalen. Schrijf het zonder punt of komma tussen de cijfers, of met twee decimalen."
        ),
        NumberFault::Mixed => format!(
            "{typed} is anders geschreven dan {}. Gebruik overal dezelfde schrijfwijze, bijvoorbeeld 1250,50.",
            quoted(around.unwrap_or_default())
        ),
        NumberFault::Negative => format!("{typed} is lager dan nul. Vul 0 of een hoger getal in."),
        NumberFault::TooPrecise => {
            format!("{typed} heeft meer dan twee decimalen. Rond af op twee.")
        }
        NumberFault::TooHigh => format!(
            "{typed} is te hoog. Vul hoogstens 99.999.999,99 in en controleer of er geen cijfer te veel staat."
        ),
    }
}

fn shape(text: &str) -> Result<Shape, NumberFault> {
    let bare: String = text
        .trim()
        .trim_start_matches("EUR")
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '€')
        .collect();
    let bare = match bare.strip_prefix(['-', '\u{2212}']) {
        Some(rest) if rest.starts_with(|it: char| it.is_ascii_digit()) => {
            return Err(NumberFault::Negative);
        }
        _ => bare,
    };
    // A round price, as people write it: `350,-`.
    let bare = match bare.split_once(',') {
        Some((whole, decimals)) if money::is_round(decimals) => format!("{whole},00"),
        _ => bare,
    };
    let is_mark = |it: char| it == '.' || it == ',';
    if bare.is_empty() || !bare.chars().all(|it| it.is_ascii_digit() || is_mark(it)) {
        return Err(NumberFault::NotANumber);
    }
    let Some((before, last, rest)) = split_last(&bare) else {
        return Ok(Shape::Whole(bare));
    };
    if before.is_empty() || rest.is_empty() {
        return Err(NumberFault::NotANumber);
    }
    let other = if last == '.' { ',' } else { '.' };
    if before.contains(other) && !before.contains(last) {
        // Both marks: the last one stands before the decimals.
        let whole = ungrouped(before, other)?;
        return Ok(Shape::Certain(
            Marks::of_decimal(last),
            whole,
            rest.to_owned(),
        ));
    }
    if before.contains(other) {
        return Err(NumberFault::NotANumber);
    }
    if before.contains(last) {
        // One mark more than once stands between groups.
        let whole = ungrouped(&bare, last)?;
        return Ok(Shape::Certain(
            Marks::of_decimal(other),
            whole,
            String::new(),
        ));
    }
    let can_be_group = rest.len() == 3 && before.len() <= 3 && !before.starts_with('0');
    Ok(if can_be_group {
        Shape::Either(before.to_owned(), last, rest.to_owned())
    } else {
        Shape::Certain(Marks::of_decimal(last), before.to_owned(), rest.to_owned())
    })
}

fn split_last(text: &str) -> Option<(&str, char, &str)> {
    let at = text.rfind(['.', ','])?;
    let (before, from) = text.split_at(at);
    let mark = from.chars().next()?;
    Some((before, mark, from.trim_start_matches(mark)))
}

/// The digits of groups of three.
fn ungrouped(text: &str, mark: char) -> Result<String, NumberFault> {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    let fits = (1..=3).contains(&first.len()) && groups.clone().all(|it| it.len() == 3);
    if fits {
        Ok(groups.fold(first.to_owned(), |all, it| all + it))
    } else {
        Err(NumberFault::NotANumber)
    }
}

fn of_parts(whole: &str, decimals: &str) -> Result<i64, NumberFault> {
    if 2 < decimals.trim_end_matches('0').len() {
        return Err(NumberFault::TooPrecise);
    }
    let plain = format!("{whole}.{decimals:0<2}");
    match Money::parse_plain(&plain) {
        Ok(it) if it <= MOST => Ok(it.cents()),
        _ => Err(NumberFault::TooHigh),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, around: Option<Marks>, expected: Result<i64, NumberFault>) {
        assert_eq!(hundredths(text, around), expected, "{text}");
    }

    #[test]
    fn what_says_itself_how_it_is_written_is_read() {
        for text in [
            "1.250,50",
            "1,250.50",
            "1250,50",
            "1250.50",
            "€ 1 250,50",
            "1\u{a0}250.5",
            "1250,500",
            "EUR 1.250,5",
        ] {
            check(text, None, Ok(125_050));
        }
        for text in ["1250", "1250,0", "1.250,00"] {
            check(text, None, Ok(125_000));
        }
        for text in ["€ 1.250,-", "1250,--", "1.250,\u{2013}"] {
            check(text, None, Ok(125_000));
        }
        check("350,-", Some(Marks::English), Err(NumberFault::Mixed));
        check("1.250.000", None, Ok(125_000_000));
        check("1,250,000", None, Ok(125_000_000));
        check("0,125", None, Err(NumberFault::TooPrecise));
        check("0,5", None, Ok(50));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_never_guessed() {
        for text in ["1.250", "1,250", "100.000"] {
            check(text, None, Err(NumberFault::Ambiguous));
        }
        check("1.250", Some(Marks::Dutch), Ok(125_000));
        check("1,250", Some(Marks::Dutch), Ok(125));
        check("1.250", Some(Marks::English), Ok(125));
        check("1,250", Some(Marks::English), Ok(125_000));
        check("1,255", Some(Marks::Dutch), Err(NumberFault::TooPrecise));
        check("12.50", Some(Marks::Dutch), Err(NumberFault::Mixed));
        check("12,50", Some(Marks::English), Err(NumberFault::Mixed));
        assert_eq!(
            evidence(["1.250", "x", "3", "12,5", "12.5"]),
            Some((Marks::Dutch, "12,5"))
        );
        assert_eq!(evidence(["1.250", "x", "3"]), None);
    }

    #[test]
    fn everything_else_has_its_reason() {
        for text in [
            "",
            "veel",
            "1e9",
            "1.2.3",
            "12.34.567",
            "1,2,3.4",
            ",5",
            "5,",
            "0x10",
            "-",
            "1.250,50,3",
            "1-2",
        ] {
            check(text, None, Err(NumberFault::NotANumber));
        }
        check("-5", None, Err(NumberFault::Negative));
        check("\u{2212}1.250,50", None, Err(NumberFault::Negative));
        check("100000000", None, Err(NumberFault::TooHigh));
        check("12345678901234567890", None, Err(NumberFault::TooHigh));
        check("99.999.999,99", None, Ok(9_999_999_999));
    }

    #[test]
    fn what_a_program_stored_is_exact_to_fifteen_digits() {
        let of = |text: &str| of_decimal(text.parse().unwrap());
        assert_eq!(of("0.30000000000000004"), Ok(30));
        assert_eq!(of("1250.5"), Ok(125_050));
        assert_eq!(of("0.125"), Err(NumberFault::TooPrecise));
        assert_eq!(of("-0.01"), Err(NumberFault::Negative));
        assert_eq!(of("1000000000"), Err(NumberFault::TooHigh));
        assert_eq!(of("-0"), Ok(0));
    }

    proptest! {
        /// However a number is written, it is read as itself or refused, never as another one.
        #[test]
        fn both_ways_of_writing_say_the_same(cents in 0_i64..=9_999_999_999) {
            let dutch = crate::texts::money::amount(Money::from_cents(cents));
            let english: String = dutch
                .chars()
                .map(|it| match it { '.' => ',', ',' => '.', it => it })
                .collect();
            prop_assert_eq!(hundredths(&dutch, None), Ok(cents));
            prop_assert_eq!(hundredths(&english, None), Ok(cents));
            prop_assert_eq!(hundredths(&dutch, Some(Marks::English)), Err(NumberFault::Mixed));
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = hundredths(&text, None);
        }
    }
}
