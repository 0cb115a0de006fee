//! Amounts, shares, scores and categories as they are written in Dutch sentences.

use super::score::Score;

/// Cents as a Dutch amount in a sentence: `€ 7.000.000,00`. A no-break space keeps sign and digits together.
pub fn euro(cents: i128) -> String {
    format!("€\u{a0}{}", amount(cents))
}

/// Cents as a Dutch amount in a table: `7.000.000,00`.
pub fn amount(cents: i128) -> String {
    let sign = if cents < 0 { "\u{2212}" } else { "" };
    let digits = (cents.unsigned_abs() / 100).to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped},{:02}", cents.unsigned_abs() % 100)
}

/// The name of a category in a sentence; an id that is not one of the scheme's own stands as it is.
pub(super) fn category_label(id: &str) -> String {
    match id {
        "baseline" => "basis op orde".to_owned(),
        "prevention" => "preventie".to_owned(),
        "one_year" => "eenjarig flexibel".to_owned(),
        other => format!("categorie '{other}'"),
    }
}

/// A percentage with two decimals, rounded down: a share is never shown larger than it is.
pub(super) fn percent(part: i128, whole: i128) -> String {
    let hundredths = if whole == 0 { 0 } else { part * 10_000 / whole };
    format!("{},{:02} %", hundredths / 100, hundredths % 100)
}

/// A score: `7,50`.
pub(super) fn points(score: Score) -> String {
    score.to_string().replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_the_dutch_way() {
        assert_eq!(amount(700_000_000), "7.000.000,00");
        assert_eq!(amount(5), "0,05");
        assert_eq!(amount(99_999), "999,99");
        assert_eq!(amount(100_000), "1.000,00");
        assert_eq!(amount(-1_234_567), "\u{2212}12.345,67");
        assert_eq!(euro(-5), "€\u{a0}\u{2212}0,05");
    }

    #[test]
    fn a_percentage_is_rounded_down() {
        assert_eq!(percent(7_000_000, 9_767_961), "71,66 %");
        assert_eq!(percent(99_999, 100_000), "99,99 %");
        assert_eq!(percent(1, 0), "0,00 %");
    }
}
