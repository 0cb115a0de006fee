//! Envelopes and reserve must foot with the year's total when a cycle is opened. Pure.

use crate::core::{
    category::{EnvelopeKind, EnvelopeMode},
    money::{Money, MoneyError},
};

use super::{BudgetYear, DistributionMethod, Envelope};

/// What is planned for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearPlan {
    /// The calendar year.
    pub year: i32,
    /// Its total.
    pub ceiling: Money,
    /// Its envelopes, the reserve included.
    pub envelopes: Vec<EnvelopePlan>,
}

/// What is planned for an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopePlan {
    /// What it is for.
    pub kind: EnvelopeKind,
    /// How strictly it binds.
    pub mode: EnvelopeMode,
    /// How it is divided.
    pub method: DistributionMethod,
    /// How much.
    pub amount: Money,
}

impl YearPlan {
    /// What the envelopes add up to.
    pub fn planned(&self) -> Result<Money, MoneyError> {
        Money::sum(self.envelopes.iter().map(|it| it.amount))
    }
}

/// What is planned, from what is stored.
pub fn plans(years: &[BudgetYear], envelopes: &[Envelope]) -> Vec<YearPlan> {
    let of_year = |year: i32| {
        envelopes
            .iter()
            .filter(move |it| it.year == year)
            .map(|it| EnvelopePlan {
                kind: it.kind,
                mode: it.mode,
                method: it.method,
                amount: it.planned,
            })
    };
    years
        .iter()
        .map(|it| YearPlan {
            year: it.year,
            ceiling: it.ceiling_cents,
            envelopes: of_year(it.year).collect(),
        })
        .collect()
}

/// A year whose envelopes do not add up to its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The year.
    pub year: i32,
    /// Its total.
    pub ceiling: Money,
    /// What the envelopes add up to.
    pub planned: Money,
}

impl Gap {
    /// How much the envelopes are over the total; negative when they are under it.
    pub fn difference(&self) -> Result<Money, MoneyError> {
        self.planned.checked_sub(self.ceiling)
    }
}

/// The years that do not foot; empty when all do.
pub fn gaps(years: &[YearPlan]) -> Result<Vec<Gap>, MoneyError> {
    let mut gaps = Vec::new();
    for year in years {
        let planned = year.planned()?;
        if planned != year.ceiling {
            gaps.push(Gap {
                year: year.year,
                ceiling: year.ceiling,
                planned,
            });
        }
    }
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(ceiling: i32, amounts: [i32; 2]) -> YearPlan {
        let kinds = [EnvelopeKind::Baseline, EnvelopeKind::Reserve];
        YearPlan {
            year: 2027,
            ceiling: Money::from_euros(ceiling),
            envelopes: kinds
                .into_iter()
                .zip(amounts)
                .map(|(kind, amount)| EnvelopePlan {
                    kind,
                    mode: EnvelopeMode::AtMost,
                    method: DistributionMethod::ProRata,
                    amount: Money::from_euros(amount),
                })
                .collect(),
        }
    }

    #[test]
    fn a_year_foots_to_the_cent_or_its_difference_is_known() {
        assert_eq!(gaps(&[plan(100, [60, 40])]), Ok(Vec::new()));
        let over = gaps(&[plan(100, [60, 41])]).unwrap();
        let difference = over.first().map(Gap::difference);
        assert_eq!(difference, Some(Ok(Money::from_euros(1))));
        let under = gaps(&[plan(100, [60, 39])]).unwrap();
        let difference = under.first().map(Gap::difference);
        assert_eq!(difference, Some(Ok(Money::from_euros(-1))));
    }
}
