//! The three categories of projects, their parts, and the envelopes that pay for them.

use crate::db::columns::text_enum;

text_enum! {
    /// What kind of project it is (Stcrt. 2022, 19011, art. 1).
    pub enum Category {
        /// Basis op orde: the package of tasks that the local approach rests on; both years.
        Baseline => "baseline",
        /// Preventie: SZW shares the decision; both years.
        Prevention => "prevention",
        /// Eenjarig flexibel: exactly one year, never a prevention project.
        OneYear => "one_year",
    }
}

text_enum! {
    /// The part of its category that a project belongs to.
    pub enum SubItem {
        /// Analyse.
        Analysis => "analysis",
        /// Signalering.
        Detection => "detection",
        /// Regie.
        Direction => "direction",
        /// Duiding en expertise.
        Expertise => "expertise",
        /// Coördinatie.
        Coordination => "coordination",
        /// Deskundigheidsbevordering.
        Training => "training",
        /// Gericht: people at the start of radicalising and those around them.
        Targeted => "targeted",
        /// Generiek: groups that may be susceptible.
        General => "general",
        /// Innovatie.
        Innovation => "innovation",
        /// Pilot.
        Pilot => "pilot",
        /// Nieuwe dreiging.
        NewThreat => "new_threat",
        /// Evaluatie van interventies.
        Evaluation => "evaluation",
    }
}

text_enum! {
    /// Where money can be set apart: a category, or the reserve for the top-up round.
    pub enum EnvelopeKind {
        /// Basis op orde.
        Baseline => "baseline",
        /// Preventie.
        Prevention => "prevention",
        /// Eenjarig flexibel.
        OneYear => "one_year",
        /// The reserve inside the year's total, handed out halfway the cycle.
        Reserve => "reserve",
    }
}

text_enum! {
    /// How strictly an envelope's amount binds.
    pub enum EnvelopeMode {
        /// A ceiling.
        AtMost => "at_most",
        /// A ceiling, and what is left over does not leave the category.
        RingFenced => "ring_fenced",
        /// A floor: at least this much goes to the category, as far as it was asked.
        AtLeast => "at_least",
    }
}

impl Category {
    /// The parts a project of this category can belong to.
    pub const fn sub_items(self) -> &'static [SubItem] {
        match self {
            Category::Baseline => &[
                SubItem::Analysis,
                SubItem::Detection,
                SubItem::Direction,
                SubItem::Expertise,
                SubItem::Coordination,
                SubItem::Training,
            ],
            Category::Prevention => &[SubItem::Targeted, SubItem::General],
            Category::OneYear => &[
                SubItem::Innovation,
                SubItem::Pilot,
                SubItem::NewThreat,
                SubItem::Evaluation,
            ],
        }
    }

    /// Whether a project of this category runs in exactly one year of the cycle.
    pub const fn is_one_year(self) -> bool {
        matches!(self, Category::OneYear)
    }

    /// The envelope that pays for this category in the main round.
    pub const fn envelope(self) -> EnvelopeKind {
        match self {
            Category::Baseline => EnvelopeKind::Baseline,
            Category::Prevention => EnvelopeKind::Prevention,
            Category::OneYear => EnvelopeKind::OneYear,
        }
    }
}

impl SubItem {
    /// The category this part belongs to.
    pub fn category(self) -> Category {
        Category::ALL
            .iter()
            .copied()
            .find(|it| it.sub_items().contains(&self))
            .unwrap_or(Category::OneYear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_belongs_to_exactly_one_category() {
        for part in SubItem::ALL {
            let owners = Category::ALL
                .iter()
                .filter(|it| it.sub_items().contains(part))
                .count();
            assert_eq!(owners, 1, "{part:?}");
        }
    }
}
