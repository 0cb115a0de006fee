//! The meter of an envelope: how much of the ceiling is paid, awarded, reserved and free. Lengths
//! are percentages in attributes of SVG elements, computed with integers.

use crate::core::money::{Money, MoneyError};

/// An envelope as a bar. One order for money everywhere: ceiling, reserved, awarded, paid, free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// What there is.
    pub ceiling: Money,
    /// Set apart, not yet awarded.
    pub reserved: Money,
    /// Awarded, paid or not.
    pub awarded: Money,
    /// Paid, a part of what is awarded.
    pub paid: Money,
    /// What is left; negative if more was promised than there is.
    pub free: Money,
    /// How much more was promised than there is.
    pub over: Option<Money>,
    /// The bars, from the left.
    pub bars: Vec<Bar>,
    /// Where the ceiling is on the bar, if the bar is longer than the ceiling.
    pub limit: Option<String>,
    /// Promised once, not needed, and not free yet.
    pub released: Money,
    /// Paid once, given back, and not free yet.
    pub recovered: Money,
    /// The address of the lines behind it, without the figure; none if they are not there to see.
    pub lines: Option<String>,
}

/// A part of the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Where it starts, such as `12.345%`.
    pub x: String,
    /// How long it is.
    pub width: String,
    /// The `fill` attribute, or empty if the class gives the colour.
    pub fill: &'static str,
    /// The style class.
    pub class: &'static str,
}

impl Meter {
    /// The meter of an envelope; `paid` is a part of `awarded`. Refuses sums that overflow.
    pub fn new(
        ceiling: Money,
        reserved: Money,
        awarded: Money,
        paid: Money,
    ) -> Result<Meter, MoneyError> {
        let used = awarded.checked_add(reserved)?;
        let open = awarded.checked_sub(paid)?;
        let scale = ceiling.max(used);
        let part = |from: Money, length: Money, class, fill| Bar {
            x: percent(from, scale),
            width: percent(length, scale),
            fill,
            class,
        };
        let bars = [
            part(Money::ZERO, paid, "nl-fill-paid", ""),
            part(paid, open, "nl-fill-committed", ""),
            part(awarded, reserved, "nl-meter__reserved", "url(#arcering)"),
        ];
        Ok(Meter {
            ceiling,
            reserved,
            awarded,
            paid,
            free: ceiling.checked_sub(used)?,
            over: (ceiling < used).then_some(used.checked_sub(ceiling)?),
            bars: bars.into_iter().filter(|it| it.width != "0.000%").collect(),
            limit: (ceiling < used).then(|| percent(ceiling, scale)),
            released: Money::ZERO,
            recovered: Money::ZERO,
            lines: None,
        })
    }

    /// Takes what came back out of what is free.
    pub fn with_returned(mut self, released: Money, recovered: Money) -> Result<Meter, MoneyError> {
        self.free = self.free.checked_sub(released)?.checked_sub(recovered)?;
        self.released = released;
        self.recovered = recovered;
        Ok(self)
    }

    /// What came back, by the name of its figure; only what there is.
    pub fn returned(&self) -> impl Iterator<Item = (&'static str, Money)> {
        let all = [
            ("vrijgevallen", self.released),
            ("teruggevorderd", self.recovered),
        ];
        all.into_iter().filter(|(_, it)| !it.is_zero())
    }

    /// Makes a link of every amount: this address, followed by the name of the figure.
    #[must_use]
    pub fn with_lines(mut self, lines: Option<String>) -> Meter {
        self.lines = lines;
        self
    }

    /// The address of the lines behind a figure.
    pub fn href(&self, figure: &str) -> Option<String> {
        self.lines.as_ref().map(|it| format!("{it}{figure}"))
    }
}

/// `part` of `whole` as a percentage with three decimals, rounded down; between 0 and 100.
pub fn percent(part: Money, whole: Money) -> String {
    if whole.cents() <= 0 {
        return "0.000%".to_owned();
    }
    let whole = i128::from(whole.cents());
    let thousandths = (i128::from(part.cents()) * 100_000 / whole).clamp(0, 100_000);
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(it: i32) -> Money {
        Money::from_euros(it)
    }

    fn lengths(it: &Meter) -> Vec<(&str, &str)> {
        it.bars.iter().map(|it| (&*it.x, &*it.width)).collect()
    }

    #[test]
    fn the_bars_follow_each_other_and_leave_what_is_free() {
        let it = Meter::new(euros(1000), euros(200), euros(500), euros(125)).unwrap();
        assert_eq!(
            lengths(&it),
            [
                ("0.000%", "12.500%"),
                ("12.500%", "37.500%"),
                ("50.000%", "20.000%")
            ]
        );
        assert_eq!((it.free, it.over, it.limit), (euros(300), None, None));
    }

    #[test]
    fn an_envelope_that_is_overspent_shows_where_its_ceiling_was() {
        let it = Meter::new(euros(100), Money::ZERO, euros(125), Money::ZERO).unwrap();
        assert_eq!(lengths(&it), [("0.000%", "100.000%")]);
        assert_eq!(it.free, Money::from_cents(-2500));
        assert_eq!(it.over, Some(euros(25)));
        assert_eq!(it.limit.as_deref(), Some("80.000%"));
    }

    #[test]
    fn an_envelope_without_money_has_no_bars() {
        let zero = Money::ZERO;
        assert_eq!(Meter::new(zero, zero, zero, zero).unwrap().bars, []);
        assert_eq!(percent(Money::from_cents(1), Money::MAX), "0.000%");
        assert_eq!(percent(Money::MAX, Money::MAX), "100.000%");
    }
}
