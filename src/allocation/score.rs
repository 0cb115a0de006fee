//! A score of an assessment: hundredths, never a float.

/// Points in hundredths, as the assessment gave them; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Score(i64);

/// Why a text is not a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Not digits with at most one decimal point.
    #[error("not a score")]
    NotANumber,
    /// More than two decimals.
    #[error("more than two decimals")]
    TooPrecise,
    /// Above [`Score::MAX`].
    #[error("score is too large")]
    Overflow,
}

impl Score {
    /// The largest score: 9,999,999.99, so that a count of votes fits as well.
    pub const MAX: Score = Score(999_999_999);

    /// A score from its hundredths.
    pub const fn from_hundredths(hundredths: i64) -> Score {
        Score(hundredths)
    }

    /// The hundredths.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Parses `7`, `7.5` or `7.50`; no sign.
    pub fn parse(text: &str) -> Result<Score, ScoreError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(ScoreError::NotANumber);
        }
        if 2 < decimals.len() {
            return Err(ScoreError::TooPrecise);
        }
        format!("{whole}{decimals:0<2}")
            .parse()
            .map(Score)
            .ok()
            .filter(|it| *it <= Score::MAX)
            .ok_or(ScoreError::Overflow)
    }
}

/// `7.50`: the format of files and canonical inputs.
impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl serde::Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_read_or_refused_with_the_reason() {
        assert_eq!(Score::parse("7"), Ok(Score(700)));
        assert_eq!(Score::parse("7.5"), Ok(Score(750)));
        assert_eq!(
            Score::parse("7.05").map(|it| it.to_string()),
            Ok("7.05".to_owned())
        );
        assert_eq!(Score::parse("7.505"), Err(ScoreError::TooPrecise));
        for text in ["", "-1", "7,5", "7.", ".5", "1e3", " 7"] {
            assert_eq!(Score::parse(text), Err(ScoreError::NotANumber), "{text}");
        }
        assert_eq!(Score::parse("10000000"), Err(ScoreError::Overflow));
        assert_eq!(
            Score::parse("99999999999999999999"),
            Err(ScoreError::Overflow)
        );
    }
}
