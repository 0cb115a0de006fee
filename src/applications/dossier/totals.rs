//! What is asked per category and year, to the cent. Pure.

use crate::core::{
    category::Category,
    money::{Money, MoneyError},
};

/// The totals of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The years of the cycle.
    pub years: [i32; 2],
    /// A row per category that occurs; `None` for projects of which none was chosen yet.
    pub rows: Vec<Row>,
    /// All categories together, per year.
    pub per_year: Vec<Money>,
    /// Everything together.
    pub total: Money,
}

/// What is asked in one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The category.
    pub category: Option<Category>,
    /// Per year, in the order of the years.
    pub per_year: Vec<Money>,
    /// All years together.
    pub total: Money,
}

/// Amounts per name and year, with their totals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pivot {
    /// The years of the columns.
    pub years: Vec<i32>,
    /// A row per name, in the order in which the names first occurred.
    pub rows: Vec<PivotRow>,
    /// All rows together, per year.
    pub per_year: Vec<Money>,
    /// Everything together.
    pub total: Money,
}

/// The amounts of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PivotRow {
    /// The name.
    pub name: String,
    /// Per year, in the order of the years.
    pub per_year: Vec<Money>,
    /// All years together.
    pub total: Money,
}

/// The totals of these amounts per name. Every total is the sum of what is under it and beside it.
pub fn pivot(years: &[i32], amounts: &[(String, i32, Money)]) -> Result<Pivot, MoneyError> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _, _) in amounts {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let sum = |name: Option<&str>, year: i32| {
        let own = amounts
            .iter()
            .filter(|it| it.1 == year && name.is_none_or(|name| name == it.0));
        Money::sum(own.map(|it| it.2))
    };
    let row = |name: Option<&str>| -> Result<(Vec<Money>, Money), MoneyError> {
        let per_year: Vec<Money> = years
            .iter()
            .map(|it| sum(name, *it))
            .collect::<Result<_, _>>()?;
        let total = Money::sum(per_year.iter().copied())?;
        Ok((per_year, total))
    };
    let rows = names
        .into_iter()
        .map(|name| {
            let (per_year, total) = row(Some(name))?;
            Ok(PivotRow {
                name: name.to_owned(),
                per_year,
                total,
            })
        })
        .collect::<Result<_, MoneyError>>()?;
    let (per_year, total) = row(None)?;
    Ok(Pivot {
        years: years.to_vec(),
        rows,
        per_year,
        total,
    })
}

/// The totals of these amounts: of which category, in which year, how much.
pub fn totals(
    years: [i32; 2],
    amounts: &[(Option<Category>, i32, Money)],
) -> Result<Totals, MoneyError> {
    let categories = Category::ALL.iter().map(|it| Some(*it)).chain([None]);
    let mut rows = Vec::new();
    for category in categories {
        let of: Vec<_> = amounts.iter().filter(|it| it.0 == category).collect();
        if of.is_empty() {
            continue;
        }
        let per_year = per_year(years, of.iter().copied())?;
        rows.push(Row {
            category,
            total: Money::sum(per_year.iter().copied())?,
            per_year,
        });
    }
    let per_year = per_year(years, amounts)?;
    Ok(Totals {
        years,
        rows,
        total: Money::sum(per_year.iter().copied())?,
        per_year,
    })
}

fn per_year<'a>(
    years: [i32; 2],
    amounts: impl IntoIterator<Item = &'a (Option<Category>, i32, Money)> + Clone,
) -> Result<Vec<Money>, MoneyError> {
    years
        .iter()
        .map(|year| {
            let of_year = amounts.clone().into_iter().filter(|it| it.1 == *year);
            Money::sum(of_year.map(|it| it.2))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pivot_foots_both_ways_and_keeps_the_order_of_the_names() {
        let cents = Money::from_cents;
        let amounts = [
            ("Westland".to_owned(), 2028, cents(1)),
            ("Delft".to_owned(), 2027, cents(10)),
            ("Westland".to_owned(), 2027, cents(100)),
            ("Westland".to_owned(), 2027, cents(1_000)),
        ];
        let it = pivot(&[2027, 2028], &amounts).unwrap();
        assert_eq!(
            (it.per_year, it.total),
            (vec![cents(1_110), cents(1)], cents(1_111))
        );
        let rows: Vec<_> = it
            .rows
            .iter()
            .map(|it| (it.name.as_str(), it.total))
            .collect();
        assert_eq!(rows, [("Westland", cents(1_101)), ("Delft", cents(10))]);
    }

    #[test]
    fn rows_and_columns_foot() {
        let cents = Money::from_cents;
        let amounts = [
            (Some(Category::Baseline), 2027, cents(10_001)),
            (Some(Category::Baseline), 2028, cents(20_000)),
            (Some(Category::OneYear), 2028, cents(5)),
            (None, 2027, cents(7)),
        ];
        let it = totals([2027, 2028], &amounts).unwrap();
        assert_eq!(it.per_year, [cents(10_008), cents(20_005)]);
        assert_eq!(it.total, cents(30_013));
        let rows: Vec<_> = it.rows.iter().map(|it| (it.category, it.total)).collect();
        assert_eq!(
            rows,
            [
                (Some(Category::Baseline), cents(30_001)),
                (Some(Category::OneYear), cents(5)),
                (None, cents(7))
            ]
        );
    }
}
