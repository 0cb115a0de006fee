//! Money as people read it. A no-break space keeps sign and digits together, and the minus is a
//! real one, so that screen readers and spreadsheets of paper alike see a negative amount.

use crate::core::money::Money;

const EURO: &str = "€\u{a0}";
const MINUS: &str = "\u{2212}";

/// `€ 1.234.567,89`: an amount in running text.
pub fn euros(it: Money) -> String {
    format!("{EURO}{}", amount(it))
}

/// `1.234.567,89`: an amount in a table whose caption says "in euro".
pub fn amount(it: Money) -> String {
    let cents = it.cents().unsigned_abs();
    format!("{}{},{:02}", minus(it), grouped(cents / 100), cents % 100)
}

/// `€ 1.234.568`: an amount in an overview, rounded half away from zero. Never in one column with
/// amounts in cents, and never in a decision or a ledger.
pub fn whole_euros(it: Money) -> String {
    format!("{EURO}{}", whole_amount(it))
}

/// `1.234.568`: as [`whole_euros`], for a table whose caption says "in euro".
pub fn whole_amount(it: Money) -> String {
    let cents = it.cents().unsigned_abs();
    let euros = cents / 100 + u64::from(50 <= cents % 100);
    let sign = if euros == 0 { "" } else { minus(it) };
    format!("{sign}{}", grouped(euros))
}

/// `1.234,50`: an amount as it is put into a field, in which a minus is what a keyboard has.
pub fn typed(it: Money) -> String {
    amount(it).replace(MINUS, "-")
}

/// A sentence of the engine of the division, which writes amounts bare (`7.000,00`), with the sign
/// that people expect before each. A score and a percentage look alike but are no amounts; words
/// tell them apart. What has a sign already is left as it is.
pub fn with_signs(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    let is_score = |at: usize| {
        let before = |back: usize| at.checked_sub(back).and_then(|it| words.get(it)).copied();
        before(1) == Some("score") || before(2) == Some("kreeg,")
    };
    let is_percentage = |at: usize| words.get(at + 1).is_some_and(|it| it.starts_with('%'));
    let signed = words.iter().enumerate().map(|(at, word)| {
        if is_amount(word) && !is_score(at) && !is_percentage(at) {
            format!("{EURO}{word}")
        } else {
            (*word).to_owned()
        }
    });
    signed.collect::<Vec<_>>().join(" ")
}

/// Whether a word is an amount as the engine writes it, with what may end a sentence behind it.
fn is_amount(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ',', ';', ':', ')']);
    let Some((whole, cents)) = bare.trim_start_matches(MINUS).split_once(',') else {
        return false;
    };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    cents.len() == 2 && digits(cents) && whole.split('.').all(digits)
}

/// `1.234.567`: a whole number with a point between groups of three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

fn minus(it: Money) -> &'static str {
    if it.cents() < 0 { MINUS } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cents: i64, exact: &str, whole: &str, field: &str) {
        let it = Money::from_cents(cents);
        assert_eq!(amount(it), exact, "{cents}");
        assert_eq!(whole_amount(it), whole, "{cents}");
        assert_eq!(typed(it), field, "{cents}");
        assert_eq!(euros(it), format!("€\u{a0}{exact}"), "{cents}");
        assert_eq!(whole_euros(it), format!("€\u{a0}{whole}"), "{cents}");
    }

    #[test]
    fn amounts_are_grouped_and_rounded_half_away_from_zero() {
        check(0, "0,00", "0", "0,00");
        check(1, "0,01", "0", "0,01");
        check(49, "0,49", "0", "0,49");
        check(50, "0,50", "1", "0,50");
        check(99_999, "999,99", "1.000", "999,99");
        check(100_049, "1.000,49", "1.000", "1.000,49");
        check(123_456_789, "1.234.567,89", "1.234.568", "1.234.567,89");
        check(-49, "\u{2212}0,49", "0", "-0,49");
        check(-150, "\u{2212}1,50", "\u{2212}2", "-1,50");
        check(-650_000, "\u{2212}6.500,00", "\u{2212}6.500", "-6.500,00");
    }

    #[test]
    fn amounts_in_a_sentence_get_a_sign_and_scores_and_shares_do_not() {
        for (bare, signed) in [
            (
                "Plaats 9 van 9 met score 2,60: 87.738,00 past niet in de 42.180,00 die nog over was. De laagste score die in 2026 geld kreeg, was 3,20.",
                "Plaats 9 van 9 met score 2,60: €\u{a0}87.738,00 past niet in de €\u{a0}42.180,00 die nog over was. De laagste score die in 2026 geld kreeg, was 3,20.",
            ),
            (
                "Naar rato: 7,00 / 9.767.961,00 = 71,66 % van 5,00, dat is 3,58.",
                "Naar rato: €\u{a0}7,00 / €\u{a0}9.767.961,00 = 71,66 % van €\u{a0}5,00, dat is €\u{a0}3,58.",
            ),
            (
                "Hoogstens €\u{a0}5,00 in 2.027 of 1,5.",
                "Hoogstens €\u{a0}5,00 in 2.027 of 1,5.",
            ),
        ] {
            assert_eq!(with_signs(bare), signed);
            assert_eq!(with_signs(signed), signed);
        }
    }

    #[test]
    fn what_is_put_back_in_a_field_is_read_as_the_same_amount() {
        for cents in [0, 5, 123_450, 999_999_999_999] {
            let it = Money::from_cents(cents);
            assert_eq!(Money::parse_dutch(&typed(it)), Ok(it));
        }
    }
}
