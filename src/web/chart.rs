//! A chart of envelopes: for each a bar as long as its ceiling, filled by how firm the money is.
//! Positions are pixels down and percentages across, so that words stay as large at every width.

use super::meter::{Meter, percent};
use crate::core::money::Money;

/// Pixels from one bar to the next.
const ROW: u32 = 54;
/// Pixels that the heading of a group takes.
const HEADING: u32 = 32;

/// The chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// In pixels.
    pub height: u32,
    /// What stands in it, from the top.
    pub groups: Vec<Group>,
}

/// Bars under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub label: String,
    /// Where it stands.
    pub y: u32,
    /// Its bars.
    pub rows: Vec<Row>,
}

/// One bar with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// Where the words stand.
    pub text_y: u32,
    /// Where the bar stands.
    pub bar_y: u32,
    /// How long the bar is.
    pub width: String,
    /// What is in it.
    pub meter: Meter,
}

impl Chart {
    /// The chart of these groups of envelopes, all on one scale.
    pub fn new(groups: Vec<(String, Vec<(String, Meter)>)>) -> Chart {
        let all = groups.iter().flat_map(|(_, rows)| rows);
        let widest = all.map(|(_, it)| it.ceiling).max().unwrap_or(Money::ZERO);
        let mut y: u32 = 0;
        let mut drawn = Vec::new();
        for (label, rows) in groups {
            let top = y;
            y = y.saturating_add(HEADING);
            let mut bars = Vec::new();
            for (label, meter) in rows {
                bars.push(Row {
                    label,
                    text_y: y.saturating_add(10),
                    bar_y: y.saturating_add(17),
                    width: percent(meter.ceiling, widest),
                    meter,
                });
                y = y.saturating_add(ROW);
            }
            drawn.push(Group {
                label,
                y: top.saturating_add(18),
                rows: bars,
            });
            y = y.saturating_add(10);
        }
        Chart {
            height: y,
            groups: drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_on_one_scale_and_below_each_other() {
        let meter = |euros| {
            let zero = Money::ZERO;
            Meter::new(Money::from_euros(euros), zero, zero, zero).unwrap()
        };
        let chart = Chart::new(vec![
            (
                "2027".to_owned(),
                vec![("a".to_owned(), meter(100)), ("b".to_owned(), meter(25))],
            ),
            ("2028".to_owned(), vec![("a".to_owned(), meter(50))]),
        ]);
        let rows: Vec<(u32, &str)> = chart
            .groups
            .iter()
            .flat_map(|it| &it.rows)
            .map(|it| (it.bar_y, it.width.as_str()))
            .collect();
        assert_eq!(rows, [(49, "100.000%"), (103, "25.000%"), (199, "50.000%")]);
        assert!(199 < chart.height);
    }
}
