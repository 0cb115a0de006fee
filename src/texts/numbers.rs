//! Numbers in hundredths as people read them: scores.

/// `4,25`: always with two decimals.
pub fn hundredths(it: i64) -> String {
    let size = it.unsigned_abs();
    let sign = if it < 0 { "\u{2212}" } else { "" };
    format!("{sign}{},{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(hundredths(425), "4,25");
        assert_eq!(hundredths(500), "5,00");
    }
}
