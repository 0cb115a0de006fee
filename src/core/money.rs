//! Money: whole euro cents.
//!
//! Invariants: an integer, never a float; every sum is checked; nothing is rounded unless the call
//! names the rounding. There is no `impl Add`, so a sum cannot overflow unnoticed.
#![deny(clippy::arithmetic_side_effects)]

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// An amount in euro cents. May be negative only as the result of [`Money::checked_sub`].
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Money(i64);

/// Why a text or a sum is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was typed.
    #[error("no amount given")]
    Empty,
    /// Not digits, group points and at most one decimal comma.
    #[error("not an amount of money")]
    NotANumber,
    /// A point where a Dutch amount has a comma: `1000.5` could be meant either way.
    #[error("a point is not a decimal sign")]
    DecimalPoint,
    /// More than two decimals.
    #[error("more decimals than cents")]
    TooPrecise,
    /// Below zero.
    #[error("amount must not be negative")]
    Negative,
    /// Above [`Money::MAX`], or a sum that is.
    #[error("amount is too large")]
    Overflow,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// The largest amount that can be typed: EUR 9,999,999,999.99. The scheme's total is a
    /// thousandth of it, and sums of a million such amounts still fit.
    pub const MAX: Money = Money(999_999_999_999);

    /// An amount from its cents.
    pub const fn from_cents(cents: i64) -> Money {
        Money(cents)
    }

    /// An amount of whole euros.
    pub const fn from_euros(euros: i32) -> Money {
        #[expect(
            clippy::as_conversions,
            reason = "i64::from is not const; every i32 fits"
        )]
        Money((euros as i64).saturating_mul(100))
    }

    /// The cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    pub(crate) const fn as_cents(&self) -> &i64 {
        &self.0
    }

    /// Whether this is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Parses what a person types in a Dutch form: `1.234,50`, `1234,5`, `€ 1234`, `350,-`.
    /// A point is accepted only as a group separator, so that `1000.5` is refused and not guessed.
    pub fn parse_dutch(text: &str) -> Result<Money, MoneyError> {
        let text: String = text
            .trim()
            .trim_start_matches('€')
            .chars()
            .filter(|it| !it.is_whitespace())
            .collect();
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        if text.starts_with(['-', '\u{2212}']) {
            return Err(MoneyError::Negative);
        }
        let (whole, decimals) = text.split_once(',').unwrap_or((text.as_str(), "0"));
        let decimals = if is_round(decimals) { "0" } else { decimals };
        let mut groups = whole.split('.');
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        if !digits(first) || !rest.iter().all(|it| digits(it)) || !digits(decimals) {
            return Err(MoneyError::NotANumber);
        }
        if !rest.is_empty() && (3 < first.len() || rest.iter().any(|it| it.len() != 3)) {
            return Err(MoneyError::DecimalPoint);
        }
        Money::from_parts(&format!("{first}{}", rest.concat()), decimals)
    }

    /// Parses the format of files and interfaces: `1234.50`, at most two decimals, no sign.
    pub fn parse_plain(text: &str) -> Result<Money, MoneyError> {
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        if text.starts_with('-') {
            return Err(MoneyError::Negative);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(MoneyError::NotANumber);
        }
        Money::from_parts(whole, decimals)
    }

    fn from_parts(whole: &str, decimals: &str) -> Result<Money, MoneyError> {
        if 2 < decimals.trim_end_matches('0').len() {
            return Err(MoneyError::TooPrecise);
        }
        let euros: i64 = whole.parse().map_err(|_| MoneyError::Overflow)?;
        let cents: i64 = format!("{decimals:0<2}")
            .get(..2)
            .and_then(|it| it.parse().ok())
            .ok_or(MoneyError::NotANumber)?;
        euros
            .checked_mul(100)
            .and_then(|it| it.checked_add(cents))
            .map(Money)
            .filter(|it| *it <= Money::MAX)
            .ok_or(MoneyError::Overflow)
    }

    /// The amount in euros, exactly, for files and calculations.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// A decimal number of euros; refuses more than two decimals.
    pub fn from_decimal(euros: Decimal) -> Result<Money, MoneyError> {
        if 2 < euros.normalize().scale() {
            return Err(MoneyError::TooPrecise);
        }
        Money::rounded(euros, RoundingStrategy::ToZero)
    }

    /// A decimal number of euros, rounded to cents as the caller says.
    pub fn rounded(euros: Decimal, rounding: RoundingStrategy) -> Result<Money, MoneyError> {
        euros
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|it| it.round_dp_with_strategy(0, rounding).to_i64())
            .map(Money)
            .ok_or(MoneyError::Overflow)
    }

    /// `self + other`, or `Overflow`.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.0
            .checked_add(other.0)
            .map(Money)
            .ok_or(MoneyError::Overflow)
    }

    /// The largest multiple of `unit` that is not more than this; this itself without a unit.
    #[must_use]
    pub fn rounded_down(self, unit: Money) -> Money {
        let over = self.cents().checked_rem_euclid(unit.cents()).unwrap_or(0);
        Money::from_cents(self.cents().saturating_sub(over))
    }

    /// `self - other`; may be negative.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.0
            .checked_sub(other.0)
            .map(Money)
            .ok_or(MoneyError::Overflow)
    }

    /// The sum of all, or `Overflow`.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts
            .into_iter()
            .try_fold(Money::ZERO, Money::checked_add)
    }
}

/// Whether what stands behind the comma says that there are no cents: `350,-`, `350,--`.
pub fn is_round(decimals: &str) -> bool {
    let is_dash = |it: char| matches!(it, '-' | '\u{2013}' | '\u{2014}' | '\u{2212}');
    (1..=2).contains(&decimals.chars().count()) && decimals.chars().all(is_dash)
}

/// `1234.50`: the format of files, interfaces and canonical inputs.
impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(
            f,
            "{sign}{}.{:02}",
            cents.checked_div(100).unwrap_or_default(),
            cents.checked_rem(100).unwrap_or_default()
        )
    }
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Money::parse_plain(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<i64, MoneyError>) {
        assert_eq!(
            Money::parse_dutch(text).map(Money::cents),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_dutch_amount_is_read_or_refused_with_the_reason() {
        check("0", Ok(0));
        check("1234,5", Ok(123_450));
        check("1.000,50", Ok(100_050));
        check("€ 1.234.567,89", Ok(123_456_789));
        check("12\u{a0}000", Ok(1_200_000));
        check("1000,500", Ok(100_050));
        for round in ["350,-", "€ 350,-", "350,--", "€ 350,\u{2013}", "350, -"] {
            check(round, Ok(35_000));
        }
        check("1.350,-", Ok(135_000));
        for strange in ["350-", "350,---", "350,-5", "350,5-", ",-", "350.-"] {
            check(strange, Err(MoneyError::NotANumber));
        }
        check("-350,-", Err(MoneyError::Negative));
        check("1000.5,-", Err(MoneyError::DecimalPoint));
        check("9999999999,99", Ok(999_999_999_999));
        check("", Err(MoneyError::Empty));
        check("1000.5", Err(MoneyError::DecimalPoint));
        check("1000.50", Err(MoneyError::DecimalPoint));
        check("1e9", Err(MoneyError::NotANumber));
        check("-1", Err(MoneyError::Negative));
        check("0,001", Err(MoneyError::TooPrecise));
        check("1,", Err(MoneyError::NotANumber));
        check(",5", Err(MoneyError::NotANumber));
        check("10000000000", Err(MoneyError::Overflow));
        check("12345678901234567890", Err(MoneyError::Overflow));
    }

    #[test]
    fn a_plain_amount_round_trips() {
        for text in ["0.00", "1234.50", "7000000.00", "0.01"] {
            assert_eq!(
                Money::parse_plain(text).map(|it| it.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!(Money::parse_plain("1,50"), Err(MoneyError::NotANumber));
        assert_eq!(Money::parse_plain("0.005"), Err(MoneyError::TooPrecise));
        assert_eq!(Money::from_cents(-5).to_string(), "-0.05");
    }

    #[test]
    fn a_sum_that_overflows_is_refused() {
        let huge = Money::from_cents(i64::MAX);
        assert_eq!(
            Money::sum([huge, Money::from_cents(1)]),
            Err(MoneyError::Overflow)
        );
    }
}
