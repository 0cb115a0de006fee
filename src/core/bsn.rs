//! Citizen service numbers (burgerservicenummers), only to warn about them: no form of ours asks
//! for one.

/// Whether a text holds nine digits in a row that can be a citizen service number: they pass its
/// elevenfold check (Uitvoeringsregeling Wet algemene bepalingen burgerservicenummer, art. 1). One
/// in eleven other numbers of nine digits passes too, hence a warning and not a refusal.
pub fn looks_like_bsn(text: &str) -> bool {
    text.split(|it: char| !it.is_ascii_digit())
        .any(|run| run.len() == 9 && passes(run))
}

fn passes(digits: &str) -> bool {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| i32::from(digit.saturating_sub(b'0')) * weight)
        .sum();
    sum != 0 && sum % 11 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nine_digits_that_pass_the_check_are_found() {
        assert!(looks_like_bsn("Jan (111222333) deed mee"));
        assert!(looks_like_bsn("123456782"));
        assert!(!looks_like_bsn("123456789"));
        assert!(!looks_like_bsn("000000000"));
        assert!(!looks_like_bsn("0111222333"));
        assert!(!looks_like_bsn("bel 111 222 333"));
        assert!(!looks_like_bsn(""));
    }
}
