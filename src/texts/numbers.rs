//! Numbers in hundredths as people read them: scores, hours, values of indicators.

/// `4,25`: always with two decimals.
pub fn hundredths(it: i64) -> String {
    let size = it.unsigned_abs();
    let sign = if it < 0 { "\u{2212}" } else { "" };
    format!("{sign}{},{:02}", size / 100, size % 100)
}

/// `38`, `12,5`: without decimals that say nothing.
pub fn short(it: i64) -> String {
    let text = hundredths(it);
    let short = text.trim_end_matches('0');
    match short.strip_suffix(',') {
        Some(whole) => whole.to_owned(),
        None => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(hundredths(425), "4,25");
        assert_eq!(hundredths(500), "5,00");
        assert_eq!(short(3_800), "38");
        assert_eq!(short(1_250), "12,5");
        assert_eq!(short(0), "0");
        assert_eq!(short(-75), "\u{2212}0,75");
    }
}
