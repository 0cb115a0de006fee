//! Which part of what is eligible each region, or each category in a year, gets, as marks on lines. Positions are
//! percentages in attributes, computed with integers; the words keep their size at every width. Pure.

/// The height of one line, in pixels.
const ROW: usize = 58;
/// Where the first name stands.
const FIRST: usize = 48;

/// The chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Its height, in pixels.
    pub height: usize,
    /// The lines of the scale with their words.
    pub ticks: Vec<Tick>,
    /// The lines with their marks.
    pub rows: Vec<Row>,
}

/// A line of the scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Where.
    pub x: String,
    /// What it says.
    pub text: String,
    /// Which side of the word is there.
    pub anchor: &'static str,
}

/// One line: a region, or a category in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub name_y: usize,
    /// Where its line is.
    pub y: usize,
    /// From where to where the scenarios differ.
    pub range: (String, String),
    /// The scenarios, from the base on: the number of the shape and its place.
    pub marks: Vec<(usize, String)>,
}

/// The chart of these lines: for each its name, and the part it gets in each scenario in thousandths, where there is one.
pub fn chart<'l>(lines: impl Iterator<Item = (String, &'l [Option<i64>])>) -> Chart {
    let rows: Vec<Row> = lines
        .zip((FIRST..).step_by(ROW))
        .map(|((name, shares), name_y)| row(name, shares, name_y))
        .collect();
    Chart {
        height: FIRST.saturating_add(rows.len().saturating_mul(ROW)),
        ticks: (0..=1_000).step_by(250).map(tick).collect(),
        rows,
    }
}

fn tick(share: i64) -> Tick {
    let anchor = match share {
        0 => "start",
        1_000 => "end",
        _ => "middle",
    };
    Tick {
        x: x(share),
        text: format!("{} %", share / 10),
        anchor,
    }
}

fn row(name: String, shares: &[Option<i64>], name_y: usize) -> Row {
    let there = || shares.iter().flatten().copied();
    let least = there().min().unwrap_or_default();
    let most = there().max().unwrap_or_default();
    let marks = (1..)
        .zip(shares)
        .filter_map(|(shape, it)| Some((shape, x((*it)?))));
    let mut marks: Vec<(usize, String)> = marks.collect();
    // The base is drawn last, so that it is never hidden.
    marks.reverse();
    Row {
        name,
        name_y,
        y: name_y.saturating_add(14),
        range: (x(least), x(most)),
        marks,
    }
}

/// A share in thousandths as a place: a margin on both sides keeps the marks whole.
fn x(share: i64) -> String {
    let hundredths = 150 + share.clamp(0, 1_000) * 97 / 10;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_on_the_scale_and_the_base_is_on_top() {
        let shares: &[Option<i64>] = &[Some(500), Some(1_000), Some(0)];
        let names = ["Delft", "Gouda"].map(str::to_owned);
        let chart = chart(names.into_iter().map(|it| (it, shares)));
        assert_eq!(chart.height, 164);
        let xs: Vec<&str> = chart.ticks.iter().map(|it| it.x.as_str()).collect();
        assert_eq!(xs, ["1.50%", "25.75%", "50.00%", "74.25%", "98.50%"]);
        let row = &chart.rows[1];
        assert_eq!((row.name_y, row.y), (106, 120));
        assert_eq!(row.range, ("1.50%".to_owned(), "98.50%".to_owned()));
        let shapes: Vec<usize> = row.marks.iter().map(|it| it.0).collect();
        assert_eq!(shapes, [3, 2, 1]);
        assert_eq!(row.marks[2].1, "50.00%");
        // Where there is no division there is no mark.
        let gap = super::row("Delft".to_owned(), &[Some(500), None, Some(1_000)], 0);
        let shapes: Vec<usize> = gap.marks.iter().map(|it| it.0).collect();
        assert_eq!((shapes, gap.range.0), (vec![3, 1], "50.00%".to_owned()));
    }
}
