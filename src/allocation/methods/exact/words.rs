//! What this method says of a division and of each project in it, in Dutch.

use super::Proof;
use crate::allocation::{
    figures::{amount, euro, points},
    line::{Ask, Line},
    reason::Tight,
};

/// What the sentences of all methods share.
pub(in crate::allocation) struct Words<'w> {
    /// The name of the category.
    pub label: &'w str,
    /// What was rounded off; empty if nothing was.
    pub rounded: &'w str,
    /// The most that the applicant may get.
    pub own_most: &'w str,
    /// The least that the project can do with; empty if any amount helps.
    pub needs: &'w str,
    /// The lowest score that got money.
    pub lowest: &'w str,
}

/// Why a project gets this in this year.
pub(in crate::allocation) fn sentence(
    line: &Line<'_>,
    ask: &Ask,
    tight: Tight,
    words: &Words<'_>,
) -> String {
    let score = points(line.project.score);
    let (eligible, award) = (euro(ask.eligible), euro(ask.award));
    if ask.award == ask.most {
        return format!(
            "Volledig toegekend: met score {score} hoort {eligible} bij de verdeling met de hoogste som van score maal bedrag.{}",
            words.rounded
        );
    }
    let (label, year) = (words.label, ask.year);
    let limit = match tight {
        Tight::Nothing => {
            "Meer voor dit project zou andere projecten meer kosten dan het oplevert.".to_owned()
        }
        Tight::Applicant { left } => {
            format!("{} Daarvan is nog {} over.", words.own_most, euro(left))
        }
        Tight::Category { left } => format!("Voor {label} is in {year} nog {} over.", euro(left)),
        Tight::Year { left } => format!(
            "Van het plafond van {year} is voor {label} nog {} over.",
            euro(left)
        ),
    };
    if 0 < ask.award {
        return format!(
            "Met score {score} krijgt dit project {award} van {eligible}. Zo is de som van score maal bedrag over alle projecten het hoogst. {limit}"
        );
    }
    format!(
        "Met score {score} past {eligible} niet in de verdeling met de hoogste som van score maal bedrag. {limit}{}{}",
        words.needs, words.lowest
    )
}

impl Proof {
    /// How good the division is.
    pub(in crate::allocation) fn sentence(&self) -> String {
        let value = amount(self.value / 100);
        if !self.is_optimal() {
            return format!(
                "De som van score maal bedrag is {value}. Niet bewezen is dat dit de hoogste is: het aantal rekenstappen was op. De som is hoogstens {} lager dan het best mogelijke.",
                self.gap()
            );
        }
        let order = if self.is_settled {
            "Bij gelijke sommen besliste de afgesproken volgorde, project voor project."
        } else {
            "Er zijn meer verdelingen met deze som. De afgesproken volgorde daarin is niet voor alle projecten nagegaan: het aantal rekenstappen was op."
        };
        format!(
            "De som van score maal bedrag is {value}. Bewezen is dat geen verdeling hoger komt. {order}"
        )
    }

    /// How far below the best possible at most, in a percentage that is rounded up.
    fn gap(&self) -> String {
        let missing = (self.upper - self.value) * 10_000;
        let hundredths = missing / self.upper.max(1) + i128::from(missing % self.upper.max(1) != 0);
        format!("{},{:02} %", hundredths / 100, hundredths % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_never_told_smaller_than_it_is() {
        let gap = |value, upper| {
            Proof {
                value,
                upper,
                is_settled: false,
                steps: 0,
            }
            .gap()
        };
        assert_eq!(gap(995, 1_000), "0,50 %");
        assert_eq!(gap(9_999_999, 10_000_000), "0,01 %");
        assert_eq!(gap(0, 10), "100,00 %");
    }

    #[test]
    fn what_is_not_proven_is_not_called_the_highest() {
        let proof = |value| Proof {
            value,
            upper: 100_000_000,
            is_settled: false,
            steps: 0,
        };
        assert_eq!(
            proof(99_990_000).sentence(),
            "De som van score maal bedrag is 9.999,00. Niet bewezen is dat dit de hoogste is: het aantal rekenstappen was op. De som is hoogstens 0,01 % lager dan het best mogelijke."
        );
        assert!(
            proof(100_000_000)
                .sentence()
                .contains("is niet voor alle projecten nagegaan")
        );
    }
}
